"""Which reports about an engagement stand, and in which order they speak."""

from collections.abc import Sequence
from typing import NamedTuple

import attrs
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

OCCURRENCES = (VisitBegan, VisitConcluded, MeetingHeld, CallHeld, PatrolConducted, ExerciseConducted)
"""Events that say that the engagement took place."""


class Report(NamedTuple):
    """One event about an engagement, with what decides whether and when it speaks."""

    position: int
    """Place in the log."""
    known_from: int
    """When the public could know, in microseconds since 1970-01-01 UTC."""
    recorded_micros: int
    """When the log learnt it."""
    id: str
    event: EngagementEvent

    @property
    def speaks_at(self) -> tuple[bool, int, int]:
        """Sort key: what happened outranks what was planned; then as the public could know; then as recorded."""
        return isinstance(self.event, OCCURRENCES), self.known_from, self.position


@attrs.frozen
class Standing:
    """The reports that stand, and how many retractions and corrections missed."""

    reports: tuple[Report, ...]
    """In the order in which they speak."""
    misses: int
    """Retractions and corrections of a report that had not been recorded by then."""


def standing(reports: Sequence[Report]) -> Standing:
    """Apply retractions and corrections: what is left is as if recorded right in the first place.

    ``reports`` are in order of position. A retraction or correction acts on earlier reports only; the later one wins.
    """
    dead: set[str] = set()
    right: dict[str, EngagementEvent] = {}
    places = {report.id: report.position for report in reports}
    misses = 0
    kept: list[Report] = []
    for report in reversed(reports):
        event = report.event
        if report.id in dead:
            continue
        if isinstance(event, Retracted):
            misses += places.get(event.of, report.position) >= report.position
            dead.add(event.of)
        elif isinstance(event, Corrected):
            misses += places.get(event.of, report.position) >= report.position
            right.setdefault(event.of, right.get(report.id, event.right))
        elif report.id in right:
            kept.append(_corrected(report, right[report.id]))
        else:
            kept.append(report)
    return Standing(tuple(sorted(kept, key=lambda report: report.speaks_at)), misses)


def _corrected(report: Report, event: EngagementEvent) -> Report:
    known_from = known_since(event, report.recorded_micros)
    return report._replace(event=event, known_from=known_from)


def known_since(event: Event, recorded_micros: int) -> int:
    """Tell since when the public could know, in microseconds since 1970-01-01 UTC.

    A report that is dated to the day counts from the end of that day in UTC; one without a date from when it was
    recorded.
    """
    reported = event.reported
    if reported is None:
        return recorded_micros
    if isinstance(reported, pendulum.DateTime):
        return int(reported.timestamp()) * 1_000_000 + reported.microsecond
    return end_of_day(reported)


def end_of_day(day: pendulum.Date) -> int:
    """Give the last microsecond of a day in UTC, in microseconds since 1970-01-01."""
    return (day.toordinal() - _EPOCH + 1) * 86_400_000_000 - 1


def day_of(known_from: int) -> int:
    """Give the day in UTC of an instant in microseconds since 1970-01-01, as an ordinal (1 is 0001-01-01)."""
    return known_from // 86_400_000_000 + _EPOCH


_EPOCH = pendulum.Date(1970, 1, 1).toordinal()
