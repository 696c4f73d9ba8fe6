"""Which reports about an engagement are in effect, and which takes precedence."""

import sys
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from enum import Enum
from functools import lru_cache
from itertools import combinations, islice
from operator import attrgetter

import msgspec
import pendulum

from diplocal.events.bookkeeping import Corrected, Retracted
from diplocal.events.occurrences import (
    CallHeld,
    ExerciseConducted,
    MeetingHeld,
    PatrolConducted,
    TripConcluded,
    VisitBegan,
    VisitConcluded,
)
from diplocal.events.registry import EngagementEvent, Event
from diplocal.records import micros

MICROS_A_DAY = 86_400_000_000
OCCURRENCES = (VisitBegan, VisitConcluded, MeetingHeld, CallHeld, PatrolConducted, ExerciseConducted, TripConcluded)
"""Events that say that the engagement took place."""
REWRITES = (Retracted, Corrected)
"""Events that change what earlier ones said."""
Precedence = tuple[bool, int, "Report"] | tuple[bool, int]
LOWEST_PRECEDENCE: Precedence = (False, -sys.maxsize)
"""Sort key before those of all reports."""


class PointerKind(Enum):
    """How one thing in a log names another."""

    RETRACTION = "retraction"
    CORRECTION = "correction"
    MERGER = "merger"
    PART = "part"
    """An engagement is said to be part of another."""
    SUBJECT = "subject"
    """Reports are about an engagement of which none says what it is."""
    APART = "apart"
    """An engagement is said not to be another."""


class Pointer(msgspec.Struct, frozen=True):
    """Something that an engagement's reports name, and that the log does not hold."""

    kind: PointerKind
    target: str
    """The id of a report, or the slug of an engagement."""


class Report(msgspec.Struct, frozen=True, order=True, gc=False):
    """One event about an engagement, with what decides whether and how much it counts.

    Reports are in the order in which they were first recorded, in whatever log that was: all logs that hold the same
    records have them in the same order, however the records came. Of what a log recorded at one instant, that which the
    public may see is first: another log may have been shown it earlier.
    """

    recorded_micros: int
    """When a log first learnt it, in microseconds since 1970-01-01 UTC."""
    origin: str
    """The identity of that log."""
    audience: str
    """Who may see it; empty for the public."""
    position: int
    """Place in the log that it was read from.

    What a log recorded at one instant for one audience is in the same order in any other.
    """
    known_from: int
    """When the public could know, in microseconds since 1970-01-01 UTC."""
    id: str
    event: EngagementEvent

    @property
    def precedence(self) -> Precedence:
        """Sort key: what happened outranks what was planned; then by the day of the report; then as first recorded.

        By the day, because of one that is dated to the day nobody knows the hour.
        """
        return took_place(self.event), self.known_from // MICROS_A_DAY, self


class _ByClass(dict[type, bool]):
    """Whether events of each class say that something took place; a class is looked at when it is first met."""

    def __missing__(self, cls: type) -> bool:
        answer = self[cls] = issubclass(cls, OCCURRENCES)
        return answer


_TOOK_PLACE = _ByClass()


def took_place(event: Event) -> bool:
    """Tell whether an event says that the engagement took place, or began."""
    return _TOOK_PLACE[type(event)]


def effective_reports(reports: Sequence[Report]) -> tuple[Report, ...]:
    """Apply retractions and corrections, and return the reports in effect, by precedence: the last one counts most.

    What is left is as if it had been recorded right in the first place. ``reports`` are in their order. It does
    not matter whether a retraction or a correction arrived before or after what it names; of two corrections of one
    report the later one wins. One that names no report of these does nothing (``dangling`` finds it).
    """
    dead = _retracted(reports)
    right = _corrections(reports, dead)
    kept = [report for report in reports if report.id not in dead and not isinstance(report.event, REWRITES)]
    told = [_corrected(report, right[report.id]) if report.id in right else report for report in kept]
    return by_precedence(told_once(told))


def dangling(reports: Sequence[Report]) -> tuple[Pointer, ...]:
    """Return the retractions and corrections in effect that name no report of these, by what they name."""
    dead, known = _retracted(reports), {report.id for report in reports}
    pointers = (
        Pointer(
            PointerKind.RETRACTION if isinstance(report.event, Retracted) else PointerKind.CORRECTION, report.event.of
        )
        for report in reports
        if isinstance(report.event, Retracted | Corrected) and report.id not in dead
    )
    return tuple(sorted({pointer for pointer in pointers if pointer.target not in known}, key=lambda one: one.target))


def rival_corrections(reports: Sequence[Report]) -> Iterator[tuple[EngagementEvent, EngagementEvent]]:
    """Yield, of each two corrections in effect that other publishers make of one report, what it should have said.

    Whoever corrects a correction names that or the first report, and a source that corrects itself has learnt more.
    """
    dead, found = _retracted(reports), dict[str, list[Corrected]]()
    for report in reports:
        if isinstance(report.event, Corrected) and report.id not in dead:
            found.setdefault(report.event.of, []).append(report.event)
    for several in found.values():
        for one, other in combinations(several, 2):
            publishers, others = _publishers(one), _publishers(other)
            if publishers and others and not publishers & others:
                yield one.right, other.right


def _publishers(event: Event) -> set[str]:
    return {source.publisher for source in event.sources}


def _retracted(reports: Sequence[Report]) -> Collection[str]:
    """Find the ids of what was retracted.

    A retraction counts unless another one that counts names it; of retractions in a circle the last one counts.
    """
    names = {report.id: report.event.of for report in reports if isinstance(report.event, Retracted)}
    undecided, dead, decided = Counter(names.values()), set[str](), set[str]()
    ahead, in_circles = [one for one in names if not undecided[one]], reversed(names)
    while ahead or (ahead := _first(one for one in in_circles if one not in decided)):
        one = ahead.pop()
        of = names[one]
        decided.add(one)
        undecided[of] -= 1
        was_decided = of in decided or of in dead
        if one not in dead:
            dead.add(of)
        if of in names and not was_decided and (of in dead or not undecided[of]):
            ahead.append(of)
    return dead


def _first(several: Iterable[str]) -> list[str]:
    return list(islice(several, 1))


def _corrections(reports: Sequence[Report], dead: Collection[str]) -> dict[str, EngagementEvent]:
    """Find what each corrected report should have said; a correction may itself be corrected."""
    corrections = (one for one in reports if isinstance(one.event, Corrected) and one.id not in dead)
    last = {
        report.event.of: (report.id, report.event.right)
        for report in by_precedence(corrections)
        if isinstance(report.event, Corrected)
    }
    return {of: _at_last(of, last) for of in last}


def _at_last(of: str, last: Mapping[str, tuple[str, EngagementEvent]]) -> EngagementEvent:
    seen = set[str]()
    by, right = last[of]
    while by in last and by not in seen:
        seen.add(by)
        by, right = last[by]
    return right


def told_once(reports: Sequence[Report]) -> Sequence[Report]:
    """Leave out what was recorded again, for a wider audience or in another log: it is known since the first time."""
    if len({report.id for report in reports}) == len(reports):
        return reports
    found: list[Report] = []
    for report in reports:
        if not any(one.id == report.id and one.event == report.event for one in found):
            found.append(report)
    return found


def by_precedence(reports: Iterable[Report]) -> tuple[Report, ...]:
    """Sort reports so that the one that counts most is last."""
    return tuple(sorted(reports, key=_PRECEDENCE))


_PRECEDENCE = attrgetter("precedence")


def _corrected(report: Report, event: EngagementEvent) -> Report:
    known_from = known_since(event, report.recorded_micros)
    return msgspec.structs.replace(report, event=event, known_from=known_from)


def known_since(event: Event, recorded_micros: int) -> int:
    """Tell since when the public could know, in microseconds since 1970-01-01 UTC.

    A report that is dated to the day counts from the end of that day in UTC; one without a date from when it was
    recorded.
    """
    reported = event.reported
    return recorded_micros if reported is None else _known_at(reported)


@lru_cache(maxsize=16_384)
def _known_at(reported: pendulum.Date) -> int:
    return micros(reported) if isinstance(reported, pendulum.DateTime) else end_of_day(reported)


def end_of_day(day: pendulum.Date) -> int:
    """Return the last microsecond of a day in UTC, in microseconds since 1970-01-01."""
    return (day.toordinal() - _EPOCH + 1) * MICROS_A_DAY - 1


def day_of(known_from: int) -> int:
    """Return the day in UTC of an instant in microseconds since 1970-01-01, as an ordinal (1 is 0001-01-01)."""
    return known_from // MICROS_A_DAY + _EPOCH


_EPOCH = pendulum.Date(1970, 1, 1).toordinal()
