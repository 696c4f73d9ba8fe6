"""The one describer: an engagement's title, status, date, facts and sources, in a language.

Every door says an engagement through these functions. Names of people stand as they were printed. An office whose rank
is known is said in the language; how it was printed is a fact of its own ("printed").
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from typing import NamedTuple, Protocol, assert_never

from diplocal.checks import expect
from diplocal.dates import When
from diplocal.engagements import (
    Agreement,
    Alias,
    Call,
    Conflict,
    Engagement,
    Exercise,
    Kind,
    Listed,
    Meeting,
    Outcome,
    Patrol,
    Posting,
    Reaction,
    Statement,
    Status,
    TermOfOffice,
    Trip,
    Visit,
)
from diplocal.engagements.engagement import OPEN
from diplocal.errors import InvalidValue
from diplocal.events.offices import Recall
from diplocal.events.shapes import Domain, Medium
from diplocal.levels import Level
from diplocal.parties import Office, Organisation, Participant, Person, Rank, State, Tenure
from diplocal.series import Round
from diplocal.sources import Attribution, Source
from diplocal.wording.contract import FIRST, Language
from diplocal.wording.language import ENGLISH

NOT_JUDGED = "F6"
"""The grade of what nobody judged (Admiralty code)."""
KEPT = 4096
"""Participants, dates and sources recur: so many are kept as they were said last."""
MOST_NAMED = 6
"""Of those who take part in an occasion that has a name: where there are more, its title is its name alone."""
UNPRINTABLE = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]+")
"""Control characters and ends of lines: a title is one line of text."""


def title(engagement: Engagement, language: Language = ENGLISH) -> str:
    """Return a line that tells what an engagement is: 'Foreign Minister Wang Yi (China) to Russia'. Never blank."""
    expect("engagement", engagement, "an engagement", Engagement)
    _expect_language(language)
    said = _title(engagement, language)
    return said if said.isprintable() else UNPRINTABLE.sub(" ", said).strip() or engagement.slug


def _expect_language(language: object) -> None:
    expect("language", language, "a language, such as wording.language('fr')", Language)


def _title(engagement: Engagement, language: Language) -> str:
    subject, what = engagement.subject, kind(engagement.kind, language)
    match subject:
        case Visit(visitors=visitors, host=host, level=level):
            who, host_said = _all(visitors, language), participant(host, language)
            said = _capitalised(language("title.visit", who=who, host=host_said), visitors[0], language)
            return said if level is Level.UNKNOWN else _with(said, language(f"level.{level.value}"), language)
        case Meeting(participants=who, name=name, medium=medium):
            numbered = round_of(engagement.round, language) if engagement.round else what
            said = _occasion(language.printed(name), who, language) if name else _contact(numbered, who, language)
            return _with(said, language("meeting.video"), language) if medium is Medium.VIDEO else said
        case Call(participants=who, medium=medium):
            return _contact(what if medium is Medium.UNKNOWN else language(f"medium.{medium.value}"), who, language)
        case Patrol(actors=who, domains=domains):
            return _in_domains(_contact(what, who, language), domains, language)
        case Exercise(actors=who, name=name, domains=domains):
            named = language("title.named", what=what, name=language.printed(name)) if name else what
            said = _occasion(named, who, language) if name else _contact(named, who, language)
            return _in_domains(said, domains, language)
        case _:
            return _title_of_no_contact(subject, what, language) or language.printed(engagement.slug)


def _title_of_no_contact(
    subject: Agreement | Statement | TermOfOffice | Trip | Posting | Alias | Listed, what: str, language: Language
) -> str | None:
    match subject:
        case Agreement(participants=who, title=name) | Statement(participants=who, title=name):
            return language("title.act", what=what, name=language.printed(name), who=_sides(who, language))
        case TermOfOffice(person=holder):
            return _contact(what, (holder,), language)
        case Trip(travellers=who, name=named):
            return _contact(language.printed(named) if named else what, who, language)
        case Posting():
            return _posting(subject, language)
        case Alias(people=names):
            return _contact(what, names, language)
        case Listed(title=listed):
            return language.printed(listed) if listed else None
    assert_never(subject)


def _posting(posting: Posting, language: Language) -> str:
    """Say who is accredited to whom, and how far that has come."""
    who, host = participant(posting.person, language), participant(posting.host, language)
    said = _capitalised(language("title.posting", who=who, host=host), posting.person, language)
    return _with(said, [step for step, _ in _steps(posting, language)][-1], language)


def _steps(posting: Posting, language: Language) -> Iterator[tuple[str, When]]:
    """Yield what happened to a posting, in words, and when."""
    recall = "recalled" if posting.recall is Recall.UNKNOWN else f"recalled {posting.recall.value}"
    steps = {
        "agrement": posting.agrement,
        "accredited": posting.accredited,
        recall: posting.recalled,
        "expelled": posting.expelled,
    }
    return ((language(f"posting.{step}"), when) for step, when in steps.items() if when)


def _contact(what: str, who: Iterable[Participant], language: Language) -> str:
    return language("title.contact", what=what, who=_sides(who, language))


def _occasion(name: str, who: Sequence[Participant], language: Language) -> str:
    """Name an occasion, and those who take part where they are few: a summit of twenty is known by its name."""
    return _contact(name, who, language) if len(who) <= MOST_NAMED else name


def _in_domains(said: str, domains: Iterable[Domain], language: Language) -> str:
    where = language.listed(language(f"domain.{domain.value}") for domain in domains)
    return _with(said, where, language) if where else said


def _capitalised(said: str, first: Participant, language: Language) -> str:
    """Begin with a capital where an office begins the line in words of our own; what was printed stays as it was."""
    if isinstance(first, Person) and first.office and _is_translated(first.office, language):
        ours = office(first.office, language)
        return f"{said[:1].upper()}{said[1:]}" if said.startswith(ours) else said
    return said


def _with(said: str, detail: str, language: Language) -> str:
    return language("title.detail", title=said, detail=detail)


def _all(who: Iterable[Participant], language: Language) -> str:
    return language.listed(participant(one, language) for one in who)


def _sides(who: Iterable[Participant], language: Language) -> str:
    return " – ".join(participant(one, language) for one in who)


def participant(one: Participant, language: Language) -> str:
    """Name somebody who takes part, and whom they represent: 'Foreign Minister Wang Yi (China)'."""
    expect("one", one, "a state, an organisation or a person", Person, State, Organisation)
    _expect_language(language)
    return _participant(one, language)


@lru_cache(maxsize=KEPT)
def _participant(one: Participant, language: Language) -> str:
    if not isinstance(one, Person):
        return language.party(one)
    name = person(one, language)
    return language("person.party", person=name, party=language.party(one.party)) if one.party else name


def person(one: Person, language: Language) -> str:
    """Name a person, with the office: 'Foreign Minister Wang Yi'. Some reports name nobody but the office."""
    expect("one", one, "a person", Person)
    _expect_language(language)
    if one.office is None:
        return language.printed(one.name)
    said = office(one.office, language)
    if one.name == one.office.title:
        return said
    return language("person.office", office=said, name=language.printed(one.name))


def office(one: Office, language: Language) -> str:
    """Say an office: by its rank, where that is known; in English, or where no rank is known, as it was printed."""
    expect("one", one, "an office", Office)
    _expect_language(language)
    said = language(f"office.{one.rank.value}") if _is_translated(one, language) else language.printed(one.title)
    return said if one.tenure is Tenure.FULL else language(f"tenure.{one.tenure.value}", office=said)


def full_office(one: Office, language: Language) -> str:
    """Say an office, and beside it how it was printed where that is not the same."""
    expect("one", one, "an office", Office)
    _expect_language(language)
    said = office(one, language)
    return _with(said, language.printed(one.title), language) if _is_translated(one, language) else said


def _is_translated(one: Office, language: Language) -> bool:
    return language.tag != FIRST and one.rank is not Rank.OTHER


def round_of(one: Round, language: Language) -> str:
    """Say which round of a series it is: 'Strategic Security Consultation, round 18'."""
    return language("round.name", series=language.printed(one.series.name), number=one.number)


def kind(one: Kind, language: Language) -> str:
    """Say what kind of engagement it is: 'Visit'."""
    expect("one", one, "a kind, such as Kind.VISIT", Kind)
    _expect_language(language)
    return language(f"kind.{one.value}")


def status(one: Status, language: Language) -> str:
    """Say how far an engagement has come: 'under way'."""
    expect("one", one, "a status, such as Status.PLANNED", Status)
    _expect_language(language)
    return language(f"status.{one.value}")


def standing(one: Engagement, language: Language = ENGLISH) -> str:
    """Say its status, with what stands against it: 'planned – denied (TASS)'."""
    expect("one", one, "an engagement", Engagement)
    _expect_language(language)
    return " – ".join((status(one.status, language), *doubts(one, language)))


def doubts(one: Engagement, language: Language) -> Iterator[str]:
    """Yield what stands against its status: its list dropped it, or as long as it is a plan, somebody denied it."""
    if not one.listed:
        yield language("listing.dropped")
    if one.status in OPEN:
        yield from denials(one, language)


def denials(one: Engagement, language: Language) -> Iterator[str]:
    """Yield each denial, by whom, and what was said: 'denied (TASS): no such visit is on the agenda'."""
    for denial in one.denials:
        denied = language("conflict.denied")
        if denial.sources:
            denied = _with(denied, _by(denial.sources, language), language)
        yield language("line", name=denied, value=language.printed(denial.reason)) if denial.reason else denied


def _by(several: Iterable[Source], language: Language) -> str:
    return language.apart(source(one, language) for one in several)


class Dated(Protocol):
    """An engagement, or a row of an answer that has its date and its status."""

    @property
    def when(self) -> When | None:
        """When it is or was, None while no date is known."""
        ...

    @property
    def status(self) -> Status:
        """How far it has come."""
        ...


def date(one: Dated, language: Language = ENGLISH) -> str:
    """Say when something is or was; only of a plan is a date to be confirmed."""
    if isinstance(one, type) or not (hasattr(one, "when") and hasattr(one, "status")):
        raise InvalidValue("one", one, "an engagement, or a row of an answer that has its date and its status")
    _expect_language(language)
    return _date(one.when, one.status is Status.HELD, language)


@lru_cache(maxsize=KEPT)
def _date(when: When | None, is_over: bool, language: Language) -> str:  # noqa: FBT001 - lru_cache is fastest so
    return language.date(when, is_over=is_over)


def place(engagement: Engagement, language: Language) -> str | None:
    """Say where an engagement takes place: 'Moscow, Russia'. None when no report says so."""
    expect("engagement", engagement, "an engagement", Engagement)
    _expect_language(language)
    town = engagement.place and language.printed(engagement.place)
    host = engagement.host and participant(engagement.host, language)
    return language.series(dict.fromkeys(one for one in (town, host) if one)) or None


def source(one: Source, language: Language) -> str:
    """Say who said so: 'TASS (aide, Yuri Ushakov)'."""
    expect("one", one, "a source", Source)
    _expect_language(language)
    return _source(one, language)


@lru_cache(maxsize=KEPT)
def _source(one: Source, language: Language) -> str:
    hedges = [] if one.attribution is Attribution.UNKNOWN else [language(f"attribution.{one.attribution.value}")]
    hedges += [language.printed(one.speaker)] if one.speaker else []
    publisher = language.printed(one.publisher)
    return _with(publisher, language.series(hedges), language) if hedges else publisher


def grade(one: Source) -> str:
    """Return the reliability of a source and the credibility of its report: 'B2' (Admiralty code)."""
    expect("one", one, "a source", Source)
    return f"{one.reliability.value}{one.credibility.value}"


class Fact(NamedTuple):
    """Something that is known of an engagement."""

    key: str
    """What it is in any language: 'when'."""
    name: str
    """What it is called."""
    value: str


def facts(engagement: Engagement, language: Language = ENGLISH) -> Iterator[Fact]:
    """Yield all that is known, each with what it is called; the status and the date come first."""
    yield from _named(_essentials(engagement, language), language)
    yield from details(engagement, language)


def details(engagement: Engagement, language: Language) -> Iterator[Fact]:
    """Yield what is known beside status, date, kind, place and who takes part."""
    yield from _named(_details(engagement, language), language)
    yield from _named(_developments(engagement, language), language)


def _named(known: Iterable[tuple[str, str]], language: Language) -> Iterator[Fact]:
    return (Fact(key, language(f"field.{key}"), value) for key, value in known)


def _essentials(one: Engagement, language: Language) -> Iterator[tuple[str, str]]:
    yield "status", status(one.status, language)
    yield "when", date(one, language)
    yield "kind", kind(one.kind, language)
    if who := one.participants:
        yield "who", _all(who, language)
    if one.host:
        yield "host", participant(one.host, language)
    if one.place:
        yield "where", language.printed(one.place)


def _details(one: Engagement, language: Language) -> Iterator[tuple[str, str]]:
    if one.received_by:
        yield "received", _all(one.received_by, language)
    if printed := list(_as_printed(one, language)):
        yield "printed", language.series(printed)
    if one.level is not Level.UNKNOWN:
        yield "level", language(f"level.{one.level.value}")
    if one.purposes:
        yield "purpose", language.series(language(f"purpose.{purpose.value}") for purpose in one.purposes)
    if one.round:
        yield "round", round_of(one.round, language)


def _developments(one: Engagement, language: Language) -> Iterator[tuple[str, str]]:
    for reaction in one.reactions:
        yield "reaction", _reaction(reaction, language)
    if isinstance(one.subject, Posting):
        for step, when in _steps(one.subject, language):
            yield "step", _with(step, language.date(when, is_over=True), language)
    for outcome in one.outcomes:
        yield "outcome", _outcome(outcome, language)
    if one.reason:
        yield "reason", language.printed(one.reason)
    if one.apart_from:
        yield "apart_from", language.series(one.apart_from)
    if not one.listed:
        yield "listing", language("listing.dropped")
    for conflict in one.conflicts:
        if conflict is Conflict.DENIED:
            yield from (("conflict", said) for said in denials(one, language))
        else:
            yield "conflict", language(f"conflict.{conflict.value}")


def _as_printed(engagement: Engagement, language: Language) -> Iterator[str]:
    """Yield people with their offices as they were printed, where the language says those in its own words."""
    if language.tag == FIRST:
        return
    for one in dict.fromkeys(engagement.people):
        if one.office and _is_translated(one.office, language):
            named = one.name == one.office.title
            yield language.printed(one.name if named else f"{one.office.title} {one.name}")


def _reaction(one: Reaction, language: Language) -> str:
    by, craft = language.party(one.by), language.series(map(language.printed, one.craft))
    return language("reaction.scrambled", party=by, craft=craft) if craft else language("reaction.forces", party=by)


def _outcome(one: Outcome, language: Language) -> str:
    return _with(language.printed(one.title), language.date(one.when, is_over=True), language)
