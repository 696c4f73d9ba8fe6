"""What is written about an engagement, and the words that find it there."""

from collections.abc import Collection, Iterator

from diplocal.engagements import Engagement
from diplocal.engagements.subjects import Agreement, Exercise, Listed, Meeting, Patrol, Statement
from diplocal.names.words import index_words
from diplocal.parties import Participant, Person
from diplocal.state_names import name_of


def texts_of(engagement: Engagement) -> Iterator[str]:
    """Yield the names, offices, places, purposes, titles and sources of an engagement, as they are written."""
    for one in engagement.everyone:
        yield from _names_of(one)
    for party in engagement.parties:
        yield str(party)
        yield name_of(party.code)
    match engagement.subject:
        case Agreement(title=title) | Statement(title=title) | Listed(title=title) if title:
            yield title
        case Meeting(name=name) | Exercise(name=name) if name:
            yield name
        case Patrol(craft=craft):
            yield from craft
    yield from (purpose.value for purpose in engagement.purposes)
    yield from (engagement.round.series.name,) if engagement.round else ()
    for outcome in engagement.outcomes:
        yield outcome.title
        yield outcome.place or ""
    for reaction in engagement.reactions:
        yield str(reaction.by)
        yield from reaction.craft
    for source in engagement.sources:
        yield source.publisher
        yield source.speaker or ""
    yield engagement.place or ""
    yield engagement.reason or ""


def words_of(engagement: Engagement) -> frozenset[str]:
    """Return the words that find an engagement."""
    return frozenset().union(*map(index_words, texts_of(engagement)))


def have_all(words: Collection[str], sought: Collection[str]) -> bool:
    """Tell whether each word that is sought is one of the words, or how one of them begins.

    >>> have_all({"wang", "yi", "moscow"}, {"wang", "mos"})
    True
    """
    return all(one in words or any(word.startswith(one) for word in words) for one in sought)


def _names_of(participant: Participant) -> Iterator[str]:
    if isinstance(participant, Person):
        yield participant.name
        if participant.office:
            yield participant.office.title
