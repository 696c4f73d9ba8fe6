"""A model of how diplomacy is reported: whatever is drawn, it tells a story that can happen.

The model takes numbers and gives reports. A transition that makes no sense where an engagement stands becomes the
nearest one that does, so every list of numbers is a history, and leaving one out leaves the rest as it was.
"""

from collections.abc import Callable, Sequence

import attrs
import pendulum

from diplocal.events import EngagementEvent
from diplocal.records import Envelope, micros
from diplocal.testing import pools, transitions
from diplocal.testing.dates import BEGINNING
from diplocal.testing.engagement_state import MINUTES_A_DAY, EngagementState, Line, Report, World
from diplocal.testing.history import History
from diplocal.testing.history_entry import HistoryEntry
from diplocal.testing.scenarios import Digits

_START = micros(BEGINNING)
_MINUTE = 60_000_000

SWITCHABLE = tuple(
    transition
    for transition in transitions.WEIGHED
    if transition not in (transitions.announce, transitions.occur, transitions.attach)
)
"""Transitions that do not occur at all in some histories."""
_BITS = {transition: 1 << place for place, transition in enumerate(SWITCHABLE)}
SWITCHES = 2 << len(SWITCHABLE)
"""How many ways there are to switch transitions off; half of them leave all on."""

_GAPS = (60, 0, 3 * MINUTES_A_DAY, 25 * MINUTES_A_DAY)
"""Minutes between one report and the next."""


@attrs.define
class Simulation:
    """Tells the history of a world, report by report."""

    world: World
    audiences: Sequence[str]
    switches: int = 0
    entries: list[HistoryEntry] = attrs.field(factory=list)
    _transitions: Sequence[transitions.Transition] = attrs.field(init=False)

    def __attrs_post_init__(self) -> None:
        off = self.switches >> 1 if self.switches & 1 else 0
        self._transitions = [transition for transition in transitions.TRANSITIONS if not off & _BITS.get(transition, 0)]

    def history(self) -> History:
        """Return what was told so far."""
        return History(tuple(self.entries))

    def step(self, state: EngagementState, transition: int, detail: int, telling: int) -> None:
        """Let one thing be reported of one engagement."""
        digits = Digits(detail)
        chosen = self._transitions[transition % len(self._transitions)]
        ways = (chosen, transitions.INSTEAD.get(chosen, transitions.again), transitions.again, transitions.attach)
        report = next(filter(None, (way(self.world, state, digits) for way in ways)))
        self._record(state, report, Digits(telling))

    def hear(self, state: EngagementState, event: EngagementEvent, telling: int) -> None:
        """Let an event be reported that the model knows nothing of."""
        self._record(state, Report(lambda _said: event.evolve(engagement=state.slug)), Digits(telling))

    def _record(self, state: EngagementState, report: Report, digits: Digits) -> None:
        sources = pools.SOURCES[: digits.below(_SOURCES)][-1:]
        way, gap = digits.below(len(_REPORTED)), _GAPS[digits.below(len(_GAPS))]
        audience = self.audiences[max(digits.below(_EYES) - _EYES_OF_ALL, 0) % len(self.audiences)]
        self.world.wait(gap, report.happened)
        if report.belated:
            reported: pendulum.Date | None = pendulum.Date.fromordinal(report.belated - 1 - way)
        else:
            reported = _REPORTED[way](self.world.today, report.happened)
        event = report.event({"reported": reported, "sources": sources})
        name = f"{state.slug}/{len(state.lines) + 1}"
        state.tell(Line(name, event, report.day))
        recorded = _START + self.world.minutes * _MINUTE
        self.entries.append(HistoryEntry(Envelope(event, id=name, audience=audience), recorded))


_SOURCES = len(pools.SOURCES) + 1
_EYES, _EYES_OF_ALL = 8, 5
"""Of eight reports, so many are for the first audience at least."""


def _not_said(_today: int, _happened: int) -> None:
    return None


def _on_the_day(today: int, _happened: int) -> pendulum.Date:
    return pendulum.Date.fromordinal(today)


def _in_the_morning(today: int, _happened: int) -> pendulum.Date:
    day = pendulum.Date.fromordinal(today)
    return pendulum.DateTime(day.year, day.month, day.day, 6, 30, tzinfo=pendulum.UTC)


def _days_ago(today: int, happened: int) -> pendulum.Date:
    return pendulum.Date.fromordinal(max(today - 5, happened))


def _tomorrow(today: int, _happened: int) -> pendulum.Date:
    return pendulum.Date.fromordinal(today + 1)


_REPORTED: tuple[Callable[[int, int], pendulum.Date | None], ...] = (
    _not_said,
    _on_the_day,
    _in_the_morning,
    _days_ago,
    _tomorrow,
)
"""When the public could know, given today and the day on which it had happened."""

TELLINGS = _SOURCES * len(_REPORTED) * len(_GAPS) * _EYES
"""How many ways there are to report something: source, reported time, delay, audience."""
