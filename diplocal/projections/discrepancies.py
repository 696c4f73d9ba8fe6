"""What does not fit together: reports that contradict each other, people in two places, what points at nothing.

The log accepts every well-formed report. What contradicts is found here, and decided by nobody but the reader.
"""

from collections.abc import Iterable, Iterator, Sequence
from functools import partial
from itertools import groupby, takewhile
from operator import attrgetter

import msgspec
import pendulum

from diplocal.dates import When
from diplocal.engagements import (
    Alias,
    Conflict,
    Engagement,
    Kind,
    Meeting,
    Pointer,
    PointerKind,
    Posting,
    Status,
    Subject,
    TermOfOffice,
    Visit,
)
from diplocal.engagements.subjects import are_at_home, named_twice, participants_of
from diplocal.events.shapes import Medium
from diplocal.names.people import identity_of
from diplocal.parties import Person
from diplocal.projections.findings import (
    Contradiction,
    Dangling,
    Discrepancy,
    Finding,
    Lapsed,
    Misfit,
    Misnamed,
    NoPart,
    OutOfOffice,
    Presence,
    Slip,
    TwoPlaces,
)
from diplocal.projections.grouped import Grouped, Groups, Key
from diplocal.projections.listing import Listing

WITH_PARTS = frozenset({Kind.VISIT, Kind.MEETING, Kind.EXERCISE, Kind.TRIP, Kind.UNKNOWN})
"""What another engagement may be part of; of what is unknown nobody can tell."""
STANDS = frozenset({Status.PLANNED, Status.CONFIRMED, Status.UNDER_WAY, Status.HELD})


class Speaking(msgspec.Struct, frozen=True):
    """Somebody who takes part from an office."""

    slug: str
    person: Person
    first: pendulum.Date | None
    last: pendulum.Date | None


class Term(msgspec.Struct, frozen=True):
    """A term of that office."""

    first: pendulum.Date | None
    last: pendulum.Date | None


class Reported(msgspec.Struct, frozen=True):
    """An engagement that reports are about."""

    slug: str
    counts: bool
    """Whether it stands for itself: neither retracted nor a duplicate."""
    conflicts: tuple[Conflict, ...]
    dangling: tuple[Pointer, ...]
    is_retracted: bool
    has_parts: bool
    """Whether another engagement may be part of one of its kind."""
    when: When | None
    misnamed: tuple[Misnamed, ...]


class Naming(msgspec.Struct, frozen=True):
    """An engagement whose reports name another: as what it is part of, or as what it is not."""

    slug: str
    how: PointerKind
    when: When | None = None
    """Of a part: when that is."""


Item = Presence | Speaking | Term | Reported | Naming


class Discrepancies(Grouped[Item, Finding, list[Finding]]):
    """Findings over the whole log: what reports say that does not fit together.

    Reports that contradict each other, one person in two places, office-holders out of office, and reports that point
    at what the log does not hold. Its answer is a list of Finding, each with the engagements that it is about and a
    message in people's words. What may be one engagement under two names, ``PossibleDuplicates`` finds.
    """

    name = "diplocal.discrepancies"
    version = 9
    by_person = True
    finding_type = Finding

    def evidence(self, engagement: Engagement) -> Iterator[tuple[Key, Item]]:
        """Yield what one engagement brings."""
        slug, counts = engagement.slug, engagement.counts
        conflicts = engagement.conflicts if counts else ()
        dangling = engagement.dangling
        if counts and not engagement.is_known and not conflicts:
            dangling = (*dangling, Pointer(PointerKind.SUBJECT, slug))
        has_parts = engagement.kind in WITH_PARTS
        yield (
            ("engagement", slug),
            Reported(
                slug,
                counts,
                conflicts,
                dangling,
                engagement.status is Status.RETRACTED,
                has_parts,
                engagement.when,
                tuple(_misnamed(engagement.subject)) if counts else (),
            ),
        )
        if counts:
            if engagement.during is not None:
                yield ("engagement", engagement.during), Naming(slug, PointerKind.PART, engagement.when)
            for other in engagement.apart_from:
                yield ("engagement", other), Naming(slug, PointerKind.APART)
            yield from self._presences(engagement)
            yield from self._offices(engagement)

    def _presences(self, engagement: Engagement) -> Iterator[tuple[Key, Presence]]:
        """Tell who was where when that is known exactly: visitors abroad, and who came to a meeting."""
        when, host = engagement.when, engagement.host
        if engagement.status not in STANDS or host is None or when is None or not when.is_exact:
            return
        if when.earliest is None or when.latest is None:
            return
        match engagement.subject:
            case Visit(visitors=there):
                pass
            case Meeting(participants=there, medium=Medium.UNKNOWN):
                pass
            case _:
                return
        for one in there:
            if isinstance(one, Person):
                stay = Presence(engagement.slug, one.name, host, when, when.earliest, when.latest)
                yield from ((("person", *self._identity(one), month), stay) for month in _months(stay))

    def _offices(self, engagement: Engagement) -> Iterator[tuple[Key, Speaking | Term]]:
        """Tell who spoke from which office, and who held it."""
        when, subject = engagement.when, engagement.subject
        if isinstance(subject, TermOfOffice):
            since, until = subject.assumed, subject.left
            yield self._holder(subject.person), Term(since and since.earliest, until and until.latest)
        elif engagement.status in STANDS and when is not None and not isinstance(subject, Posting):
            for one in engagement.people:
                if one.office is not None and one.party is not None:
                    yield self._holder(one), Speaking(engagement.slug, one, when.earliest, when.latest)

    def _holder(self, person: Person) -> Key:
        return ("holder", *self._identity(person), person.office.rank.value if person.office else "")

    def _identity(self, person: Person) -> Key:
        return identity_of(person, self.aliases_with)

    def awaits(self, item: Item) -> bool:
        """Return whether an item is somebody who speaks from an office: until a term of it is told of."""
        return isinstance(item, Speaking)

    def findings(self, key: Key, items: Sequence[Item]) -> Iterator[Finding]:
        """Yield what does not fit in one group."""
        match key[0]:
            case "engagement":
                yield from _of_engagement(key[1], items)
            case "person":
                yield from _two_places([one for one in items if isinstance(one, Presence)], month=key[-1])
            case "holder":
                yield from _out_of_office(items)

    def read(self, value: Groups[Item, Finding]) -> list[Finding]:
        """List what was found: contradictions first, then by engagement and by what is said."""
        ordered = sorted(self.all_found(value), key=_place)
        several = (list(alike) for _, alike in groupby(ordered, _place))
        return Listing[Finding](one for alike in several for one in (_by_message(alike) if len(alike) > 1 else alike))


_ORDER = {discrepancy: place for place, discrepancy in enumerate(Discrepancy)}


def _place(finding: Finding) -> tuple[int, tuple[str, ...]]:
    return _ORDER[finding.discrepancy], finding.engagements


_by_message = partial(sorted, key=attrgetter("message"))


def lapsed(plans: Iterable[Engagement]) -> list[Finding]:
    """Return findings about plans that have lapsed, such as ``Upcoming.lapsed`` lists them."""
    return [Finding((plan.slug,), Lapsed(plan)) for plan in plans]


def _of_engagement(slug: str, items: Sequence[Item]) -> Iterator[Finding]:
    """Find contradictions among the reports of an engagement, and what points at nothing."""
    reported = next((one for one in items if isinstance(one, Reported)), None)
    if reported is not None:
        yield from (Finding((slug,), Contradiction(conflict)) for conflict in reported.conflicts)
        yield from (Finding((slug,), Dangling(pointer)) for pointer in reported.dangling)
        yield from (Finding((slug,), one) for one in reported.misnamed)
    namings = [one for one in items if isinstance(one, Naming)]
    if reported is not None and reported.counts:
        parts = [one for one in namings if one.how is PointerKind.PART]
        yield from (
            Finding((one.slug,), NoPart(slug, misfit))
            for one in parts
            if (misfit := _misfit(one, reported)) is not None
        )
    else:
        yield from (
            Finding((one.slug,), Dangling(Pointer(one.how, slug))) for one in namings if _is_lost(one, reported)
        )


def _misnamed(subject: Subject) -> Iterator[Misnamed]:
    """Find who is named twice, and visitors who are at home; an alias names one person on purpose."""
    received_by = subject.received_by if isinstance(subject, Visit) else ()
    twice = None if isinstance(subject, Alias) else named_twice((*participants_of(subject), *received_by))
    if twice is not None:
        yield Misnamed(Slip.TWICE, twice)
    if isinstance(subject, Visit) and are_at_home(subject.visitors, subject.host):
        yield Misnamed(Slip.AT_HOME, subject.host)


def _misfit(part: Naming, whole: Reported) -> Misfit | None:
    """Return why one can be no part of the other, None where nothing says so."""
    if part.slug == whole.slug:
        return Misfit.ITSELF
    if not whole.has_parts:
        return Misfit.KIND
    share_a_day = part.when is None or whole.when is None or part.when.overlaps(whole.when)
    return None if share_a_day else Misfit.DATES


def _is_lost(naming: Naming, named: Reported | None) -> bool:
    """Tell whether it names what no report is about; whoever tells from a duplicate names something that was there."""
    return named is None or named.is_retracted or naming.how is PointerKind.PART


def _months(stay: Presence) -> Iterator[str]:
    """Yield the months in which somebody was in a place: '2023-09'."""
    first, last = (day.year * 12 + day.month - 1 for day in (stay.first, stay.last))
    return (_month(number) for number in range(first, last + 1))


def _month(number: int) -> str:
    return f"{number // 12:04}-{number % 12 + 1:02}"


def _two_places(stays: Iterable[Presence], month: str) -> Iterator[Finding]:
    """Find two stays of which the later begins in a month, in which the other still lasts."""
    ahead = sorted(stays, key=lambda stay: (stay.first, stay.last, stay.slug))
    for place, one in enumerate(ahead):
        for other in takewhile(one.lasts_until, ahead[place + 1 :]):
            begins = f"{other.first.year:04}-{other.first.month:02}"
            if begins == month and one.country.code != other.country.code and one.shares_time_with(other):
                yield Finding(tuple(sorted((one.slug, other.slug))), TwoPlaces(one, other))


def _out_of_office(items: Sequence[Item]) -> Iterator[Finding]:
    terms = [one for one in items if isinstance(one, Term)]
    for spoken in (one for one in items if isinstance(one, Speaking)):
        if terms and not any(_within(spoken, term) for term in terms):
            yield Finding((spoken.slug,), OutOfOffice(spoken.person))


def _within(spoken: Speaking, term: Term) -> bool:
    """Tell whether the two can have shared a day; what is not known is open."""
    begins_in_time = term.first is None or spoken.last is None or term.first <= spoken.last
    ends_in_time = term.last is None or spoken.first is None or spoken.first <= term.last
    return begins_in_time and ends_in_time
