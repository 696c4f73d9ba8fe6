"""Which reports about an engagement are in effect, and which takes precedence."""

import sys
from collections.abc import Iterable, Sequence
from functools import lru_cache
from operator import attrgetter

import msgspec
import pendulum

from diplocal.events.bookkeeping import Corrected, Retracted
from diplocal.events.occurrences import (
    CallHeld,
    ExerciseConducted,
    MeetingHeld,
    PatrolConducted,
    VisitBegan,
    VisitConcluded,
)
from diplocal.events.registry import EngagementEvent, Event
from diplocal.records import micros

MICROS_A_DAY = 86_400_000_000
OCCURRENCES = (VisitBegan, VisitConcluded, MeetingHeld, CallHeld, PatrolConducted, ExerciseConducted)
"""Events that say that the engagement took place."""
REWRITES = (Retracted, Corrected)
"""Events that change what earlier ones said."""
LOWEST_PRECEDENCE = (False, -sys.maxsize, 0)
"""Sort key before those of all reports."""


class Report(msgspec.Struct, frozen=True, order=True, gc=False):
    """One event about an engagement, with what decides whether and how much it counts."""

    position: int
    """Place in the log."""
    known_from: int
    """When the public could know, in microseconds since 1970-01-01 UTC."""
    recorded_micros: int
    """When the log learnt it."""
    id: str
    event: EngagementEvent

    @property
    def precedence(self) -> tuple[bool, int, int]:
        """Sort key: what happened outranks what was planned; then by the day of the report; then as recorded.

        By the day, because of one that is dated to the day nobody knows the hour.
        """
        return took_place(self.event), self.known_from // MICROS_A_DAY, self.position


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

    What is left is as if it had been recorded right in the first place. ``reports`` are in order of position. A
    retraction or correction acts on earlier reports only, and the later one wins; one that names no such report does
    nothing.
    """
    dead: set[str] = set()
    right: dict[str, EngagementEvent] = {}
    kept: list[Report] = []
    for report in reversed(reports):
        event = report.event
        if report.id in dead:
            continue
        if isinstance(event, Retracted):
            dead.add(event.of)
        elif isinstance(event, Corrected):
            right.setdefault(event.of, right.get(report.id, event.right))
        elif report.id in right:
            kept.append(_corrected(report, right[report.id]))
        else:
            kept.append(report)
    return by_precedence(kept)


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
    """Give the last microsecond of a day in UTC, in microseconds since 1970-01-01."""
    return (day.toordinal() - _EPOCH + 1) * MICROS_A_DAY - 1


def day_of(known_from: int) -> int:
    """Give the day in UTC of an instant in microseconds since 1970-01-01, as an ordinal (1 is 0001-01-01)."""
    return known_from // MICROS_A_DAY + _EPOCH


_EPOCH = pendulum.Date(1970, 1, 1).toordinal()
