"""Engagements in the making, as the model that generates histories remembers them."""

from collections.abc import Callable, Sequence
from enum import Enum
from typing import Any, NamedTuple
from zlib import crc32

import attrs

from diplocal.dates import When
from diplocal.engagements import Kind
from diplocal.events import (
    AmbassadorExpelled,
    AmbassadorRecalled,
    Cancelled,
    Corrected,
    DateNarrowed,
    EngagementEvent,
    MergedAsDuplicate,
    OfficeLeft,
    Postponed,
    Rescheduled,
    Retracted,
    VisitBegan,
    VisitInvited,
)
from diplocal.parties import Party
from diplocal.testing.dates import BEGINNING
from diplocal.testing.reports import OCCURRENCE, PLAN
from diplocal.testing.scenarios import Scenario

MINUTES_A_DAY = 24 * 60


class Stage(Enum):
    """Where an engagement stands, as far as its reports go that were not retracted."""

    NEW = "new"
    PLANNED = "planned"
    POSTPONED = "postponed"
    CANCELLED = "cancelled"
    UNDER_WAY = "under way"
    OVER = "over"


LEADS_TO: dict[type[EngagementEvent], Stage] = {
    Postponed: Stage.POSTPONED,
    Cancelled: Stage.CANCELLED,
    VisitBegan: Stage.UNDER_WAY,
    VisitInvited: Stage.PLANNED,
    Rescheduled: Stage.PLANNED,
    DateNarrowed: Stage.PLANNED,
    **dict.fromkeys(PLAN.values(), Stage.PLANNED),
    **dict.fromkeys(OCCURRENCE.values(), Stage.OVER),
    **dict.fromkeys((OfficeLeft, AmbassadorRecalled, AmbassadorExpelled), Stage.OVER),
}
"""Where a report brings an engagement; what is over stays over."""


class Line(NamedTuple):
    """One report about an engagement, as the model remembers it."""

    id: str
    event: EngagementEvent
    day: int
    """The day that it really means, as an ordinal, however vaguely it is told; 0 when it means none."""


@attrs.define
class EngagementState:
    """One engagement in the making."""

    slug: str
    scenario: Scenario
    lines: list[Line] = attrs.field(factory=list)
    standing: list[Line] = attrs.field(factory=list)
    """The reports that stand, in order, put right where they were corrected."""
    rewritten: list[Line] = attrs.field(factory=list)
    """The retractions and corrections that stand, the latest first."""
    stage: Stage = Stage.NEW
    day: int = 0
    """The day that it is meant for, as an ordinal, 0 for none."""
    when: When | None = None
    """How that was last told."""
    target: str | None = None
    """The engagement that it was merged into."""
    others: Sequence["EngagementState"] = attrs.field(default=(), eq=False, repr=False)
    """Those that it has to do with."""

    def tell(self, line: Line) -> None:
        """Take one more report, and see where the engagement stands now."""
        self.lines.append(line)
        dead: set[str] = set()
        right: dict[str, EngagementEvent] = {}
        self.standing, self.rewritten = [], []
        for one in reversed(self.lines):
            if one.id in dead:
                continue
            if isinstance(one.event, Retracted):
                dead.add(one.event.of)
                self.rewritten.append(one)
            elif isinstance(one.event, Corrected):
                right.setdefault(one.event.of, one.event.right)
                self.rewritten.append(one)
            else:
                self.standing.insert(0, one._replace(event=right.get(one.id, one.event)))
        self._read()

    def _read(self) -> None:
        self.stage, self.day, self.when, self.target = Stage.NEW, 0, None, None
        for _, event, day in self.standing:
            if self.stage is not Stage.OVER:
                self.stage = LEADS_TO.get(type(event), self.stage)
            if isinstance(event, Postponed) and self.stage is not Stage.OVER:
                self.day, self.when = 0, None
            elif isinstance(event, MergedAsDuplicate):
                self.target = event.into
            elif day:
                self.day, self.when = day, getattr(event, "when", None)


def enacted(scenarios: Sequence[Scenario], *, fresh: int = 0, first: int = 1) -> list[EngagementState]:
    """Begin engagements that have to do with each other, one for each scenario; slugs are counted from the first.

    A fresh number makes others of them, of which half sort neither by kind nor by count.
    """
    states = [
        EngagementState(_slug(scenario.kind, place, fresh), scenario) for place, scenario in enumerate(scenarios, first)
    ]
    for state in states:
        state.others = [other for other in states if other is not state]
    return states


def _slug(kind: Kind, place: int, fresh: int) -> str:
    if not fresh:
        return f"{kind.value}-{place}"
    mixed = f"{crc32(bytes((fresh & 0xFF, place))):08x}-" if fresh & _MIXED else ""
    return f"{mixed}{kind.value}-{place}-{fresh:x}"


_MIXED = 1 << 6
"""The bit that says it: none of those that say how a history is recorded."""


class Report(NamedTuple):
    """What a transition reports."""

    event: Callable[[dict[str, Any]], EngagementEvent]
    """Makes the event from ``reported`` and ``sources``."""
    day: int = 0
    happened: int = 0
    """The day by which it has happened, as an ordinal: nobody reports it sooner. 0 for what is yet to come."""
    belated: int = 0
    """The day before which it must have been reported to make sense; 0 for any."""


@attrs.define
class World:
    """Who there is, and the time."""

    parties: Sequence[Party]
    minutes: int = 0
    """Since the beginning."""

    @property
    def today(self) -> int:
        """The day that the log has come to, as an ordinal."""
        return _FIRST_DAY + (self.minutes + _FIRST_MINUTE) // MINUTES_A_DAY

    def wait(self, minutes: int, happened: int) -> None:
        """Let time pass, at least to the day after something happened."""
        self.minutes += minutes
        if happened >= self.today:
            self.minutes = (happened + 1 - _FIRST_DAY) * MINUTES_A_DAY


_FIRST_DAY = BEGINNING.toordinal()
_FIRST_MINUTE = BEGINNING.hour * 60 + BEGINNING.minute
