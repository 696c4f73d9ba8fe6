"""What is written about an engagement, and the words that find it there."""

from collections.abc import Collection, Iterator
from functools import lru_cache

from diplocal.engagements import Engagement
from diplocal.engagements.subjects import Agreement, Exercise, Listed, Meeting, Patrol, Statement, Trip
from diplocal.levels import Level
from diplocal.names.parties import REMEMBERED
from diplocal.names.spelling import plain
from diplocal.names.words import index_words
from diplocal.parties import Participant, Person, party_of
from diplocal.sources import Source
from diplocal.state_names import name_of


def words_of(engagement: Engagement) -> frozenset[str]:
    """Return the words that find an engagement: of names, offices, places, purposes, titles, kinds and sources."""
    return frozenset().union(
        *map(_words_of_participant, engagement.everyone),
        *map(_words_of_source, engagement.quoted),
        *map(index_words, filter(None, _texts_of(engagement))),
        _words_of_name(engagement.place or ""),
    )


@lru_cache(maxsize=REMEMBERED)
def _words_of_participant(participant: Participant) -> frozenset[str]:
    party = party_of(participant)
    texts = [str(party), name_of(party.code)] if party else []
    if isinstance(participant, Person):
        texts += [participant.name, participant.office.title if participant.office else ""]
    return frozenset().union(*map(index_words, texts))


@lru_cache(maxsize=REMEMBERED)
def _words_of_source(source: Source) -> frozenset[str]:
    return _words_of_name(source.publisher) | index_words(source.speaker or "")


def _words_of_name(text: str) -> frozenset[str]:
    """Return the words of a name that filters choose by, and those in which they compare it: all of them find it."""
    return index_words(text) | index_words(plain(text))


def _texts_of(engagement: Engagement) -> Iterator[str | None]:
    """Yield what else is written about an engagement."""
    match engagement.subject:
        case Agreement(title=title) | Statement(title=title) | Listed(title=title):
            yield title
        case Meeting(name=name) | Exercise(name=name) | Trip(name=name):
            yield name
        case Patrol(craft=craft):
            yield from craft
    yield engagement.kind.value
    if engagement.level is not Level.UNKNOWN:
        yield engagement.level.value
    yield from (purpose.value for purpose in engagement.purposes)
    if engagement.round:
        yield engagement.round.series.name
    for outcome in engagement.outcomes:
        yield from (outcome.title, outcome.place)
    for reaction in engagement.reactions:
        yield from (str(reaction.by), *reaction.craft)
    yield engagement.reason
    yield from (denial.reason for denial in engagement.denials)


def have_all(words: Collection[str], sought: Collection[str]) -> bool:
    """Tell whether each word that is sought is one of the words, or how one of them begins.

    >>> have_all({"wang", "yi", "moscow"}, {"wang", "mos"})
    True
    """
    return all(one in words or any(word.startswith(one) for word in words) for one in sought)
