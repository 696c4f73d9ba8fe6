"""What does not fit together: reports that contradict each other, people in two places, office-holders out of office.

The log accepts every well-formed report. What contradicts is found here, and decided by nobody but the reader.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from enum import Enum
from itertools import combinations
from typing import ClassVar

import attrs
import pendulum

from diplocal import wording
from diplocal.dates import When
from diplocal.engagements import Conflict, Engagement, Status, TermOfOffice, Visit
from diplocal.names.people import known_as
from diplocal.parties import Party, Person, party_of
from diplocal.projections.view import View
from diplocal.wording import ENGLISH, Language

STANDS = frozenset({Status.PLANNED, Status.CONFIRMED, Status.UNDER_WAY, Status.HELD})


class Discrepancy(Enum):
    """What does not fit."""

    CONTRADICTION = "contradicting reports"
    TWO_PLACES = "one person in two places"
    OUT_OF_OFFICE = "an office-holder out of office"


@attrs.frozen
class Finding:
    """One thing that does not fit."""

    discrepancy: Discrepancy
    engagements: tuple[str, ...]
    """The slugs of those that it is about, in alphabetical order."""
    about: "Conflict | tuple[Presence, Presence] | InOffice"
    """What does not fit: of a contradiction, how; the two stays; who spoke from the office."""

    def in_words(self, language: Language = ENGLISH) -> str:
        """Say it to people: 'Wang Yi in France (18–20 September 2023) and in China (19 September 2023)'."""
        match self.about:
            case Conflict():
                return language("line", name=self.engagements[0], value=language(f"conflict.{self.about.value}"))
            case InOffice(slug=slug, person=person):
                return language("finding.out_of_office", person=wording.person(person, language), engagement=slug)
            case one, other:
                return language(
                    "finding.two_places",
                    person=language.printed(one.name),
                    one=language.party(one.country),
                    days=language.date(one.days),
                    other=language.party(other.country),
                    other_days=language.date(other.days),
                )

    @property
    def message(self) -> str:
        """The same in English."""
        return self.in_words()


@attrs.frozen
class Presence:
    """Somebody in a place for whole days."""

    slug: str
    person: str
    """Folded name and code of the party: what tells people apart."""
    name: str
    """As printed."""
    country: Party
    first: pendulum.Date
    last: pendulum.Date

    @property
    def days(self) -> When:
        """From the first day to the last."""
        return When.between(self.first, self.last)


@attrs.frozen
class InOffice:
    """Somebody speaking from an office on a day, or a tenure of it."""

    slug: str
    holder: str
    """Folded name, code of the party, and rank."""
    person: Person
    first: pendulum.Date | None
    last: pendulum.Date | None


@attrs.frozen
class Evidence:
    """What one engagement brings."""

    conflicts: tuple[Conflict, ...] = ()
    presences: tuple[Presence, ...] = ()
    speaks: tuple[InOffice, ...] = ()
    tenures: tuple[InOffice, ...] = ()


class Discrepancies(View[Evidence, list[Finding]]):
    """Findings over the whole log: contradicting reports, one person in two places, office-holders out of office.

    Its answer is a list of Finding, each with the engagements that it is about and a message in people's words.
    """

    name: ClassVar[str] = "diplocal.discrepancies"
    version: ClassVar[int] = 2
    row_type = Evidence

    def row(self, engagement: Engagement) -> Evidence | None:
        """Gather what one engagement brings."""
        if not engagement.counts:
            return None
        evidence = Evidence(
            engagement.conflicts,
            tuple(_presences(engagement)),
            tuple(_speaking(engagement)),
            tuple(_tenures(engagement)),
        )
        return None if evidence == Evidence() else evidence

    def read(self, value: Mapping[str, Evidence]) -> list[Finding]:
        """Hold all evidence together."""
        rows = sorted(value.items())
        found = [
            Finding(Discrepancy.CONTRADICTION, (slug,), conflict)
            for slug, evidence in rows
            for conflict in evidence.conflicts
        ]
        found += _two_places(presence for _, evidence in rows for presence in evidence.presences)
        found += _out_of_office([evidence for _, evidence in rows])
        return found


def _presences(engagement: Engagement) -> Iterator[Presence]:
    """Tell who was where: visitors abroad, for the days that are known exactly."""
    when, visit = engagement.when, engagement.subject
    if not isinstance(visit, Visit) or engagement.status not in STANDS:
        return
    if when is None or not when.is_exact or when.earliest is None or when.latest is None:
        return
    host = visit.host
    for one in visit.visitors:
        if isinstance(one, Person):
            yield Presence(engagement.slug, _identity(one), one.name, host, when.earliest, when.latest)


def _speaking(engagement: Engagement) -> Iterator[InOffice]:
    when = engagement.when
    if isinstance(engagement.subject, TermOfOffice) or engagement.status not in STANDS or when is None:
        return
    for one in engagement.people:
        if one.office is not None and one.party is not None:
            yield InOffice(engagement.slug, _holder(one), one, when.earliest, when.latest)


def _tenures(engagement: Engagement) -> Iterator[InOffice]:
    if isinstance(engagement.subject, TermOfOffice):
        one, since, until = engagement.subject.person, engagement.subject.assumed, engagement.subject.left
        first, last = since and since.earliest, until and until.latest
        yield InOffice(engagement.slug, _holder(one), one, first, last)


def _two_places(presences: Iterable[Presence]) -> Iterator[Finding]:
    by_person: defaultdict[str, list[Presence]] = defaultdict(list)
    for presence in presences:
        by_person[presence.person].append(presence)
    for stays in by_person.values():
        for one, other in combinations(sorted(stays, key=lambda stay: (stay.first, stay.last, stay.slug)), 2):
            if one.country.code != other.country.code and one.first < other.last and other.first < one.last:
                yield Finding(
                    Discrepancy.TWO_PLACES,
                    tuple(sorted((one.slug, other.slug))),
                    (one, other),
                )


def _out_of_office(rows: list[Evidence]) -> Iterator[Finding]:
    tenures: defaultdict[str, list[InOffice]] = defaultdict(list)
    for evidence in rows:
        for tenure in evidence.tenures:
            tenures[tenure.holder].append(tenure)
    for evidence in rows:
        for spoken in evidence.speaks:
            held = tenures.get(spoken.holder)
            if held and not any(_within(spoken, tenure) for tenure in held):
                yield Finding(
                    Discrepancy.OUT_OF_OFFICE,
                    (spoken.slug,),
                    spoken,
                )


def _within(spoken: InOffice, tenure: InOffice) -> bool:
    """Tell whether the two can have shared a day; what is not known is open."""
    begins_in_time = tenure.first is None or spoken.last is None or tenure.first <= spoken.last
    ends_in_time = tenure.last is None or spoken.first is None or spoken.first <= tenure.last
    return begins_in_time and ends_in_time


def _identity(person: Person) -> str:
    party = party_of(person)
    return f"{known_as(person.name)} / {party.code if party else ''}"


def _holder(person: Person) -> str:
    return f"{_identity(person)} / {person.office.rank.value if person.office else ''}"
