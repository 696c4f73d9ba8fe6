"""Shows how short histories shrink: ``python tests/planted/shrinking.py``.

Ends with 1 when fewer than nine in ten shrink to the shortest that there is, or one report more.
"""

import sys
import time
from collections import defaultdict
from collections.abc import Callable

import attrs
from hypothesis import Phase, given, seed, settings

from diplocal.events import (
    Cancelled,
    Corrected,
    EngagementEvent,
    MeetingAnnounced,
    MeetingHeld,
    MergedAsDuplicate,
    Postponed,
    Rescheduled,
    Retracted,
    VisitAnnounced,
    VisitConcluded,
)
from diplocal.testing import History, histories

SEEDS = 5


@attrs.frozen
class Sought:
    """Something that a history may show."""

    says: str
    least: int
    """Reports in the shortest history that shows it."""
    shows: Callable[[History], bool]


def in_one_engagement(*steps: type[EngagementEvent]) -> Callable[[History], bool]:
    """Look for these reports about one engagement, in this order."""

    def shows(history: History) -> bool:
        return any(_in_order(history.only({stream}), steps) for stream in history.streams)

    return shows


def _in_order(history: History, steps: tuple[type[EngagementEvent], ...]) -> bool:
    events = iter(history.events)
    return all(any(isinstance(event, step) for event in events) for step in steps)


def correction_retracted(history: History) -> bool:
    """Look for a correction that was taken back."""
    corrections = {one.id for one in history if isinstance(one.event, Corrected)}
    return any(isinstance(event, Retracted) and event.of in corrections for event in history.events)


def same_pair_in_two_months(history: History) -> bool:
    """Look for two visits of the same side to the same host in two months."""
    months: defaultdict[tuple[str, str], dict[str, tuple[int, int]]] = defaultdict(dict)
    for event in history.events:
        if isinstance(event, VisitConcluded) and event.when.month:
            months[str(event.visitors), event.host.code][event.engagement] = event.when.month
    return any(len(set(visits.values())) > 1 for visits in months.values())


def second_half_past_two(history: History) -> bool:
    """Look for the time that comes twice in the night in which clocks go back, the second one."""
    whens = (getattr(event, "when", None) for event in history.events)
    moments = (when.begins_at for when in whens if when is not None)
    return any(moment is not None and moment.fold == 1 and moment.hour == 2 for moment in moments)


def restricted_retraction(history: History) -> bool:
    """Look for a retraction that few may see."""
    return any(isinstance(one.event, Retracted) and one.envelope.audience == "restricted" for one in history)


SOUGHT = (
    Sought("a visit", 1, in_one_engagement(VisitConcluded)),
    Sought("a visit rescheduled twice", 3, in_one_engagement(VisitAnnounced, Rescheduled, Rescheduled)),
    Sought("a correction retracted", 3, correction_retracted),
    Sought("a visit that was a duplicate", 3, in_one_engagement(VisitConcluded, MergedAsDuplicate)),
    Sought("the same pair in two months", 2, same_pair_in_two_months),
    Sought("a visit cancelled and held", 3, in_one_engagement(VisitAnnounced, Cancelled, VisitConcluded)),
    Sought("half past two, for the second time", 1, second_half_past_two),
    Sought("a retraction that few may see", 2, restricted_retraction),
    Sought(
        "a meeting postponed and held after all",
        4,
        in_one_engagement(MeetingAnnounced, Postponed, MeetingAnnounced, MeetingHeld),
    ),
)


class Found(Exception):
    """What was sought is there."""


def shrunk(sought: Sought, number: int) -> tuple[int, float] | None:
    """Look for something with a seed: the length of the history shown in the end, and the seconds that it took."""
    last: list[History] = []

    @seed(number)
    @settings(max_examples=1000, database=None, deadline=None, phases=[Phase.generate, Phase.shrink])
    @given(histories())
    def look(history: History) -> None:
        if sought.shows(history):
            last.append(history)
            raise Found

    begun = time.perf_counter()
    try:
        look()
    except Found:
        return len(last[-1]), time.perf_counter() - begun
    return None


def shrinking() -> bool:
    """Print what histories shrink to; tell whether nine in ten are short enough."""
    short = total = 0
    for sought in SOUGHT:
        found = [shrunk(sought, number) for number in range(SEEDS)]
        told = ", ".join(f"{one[0]} in {one[1]:.1f} s" if one else "not found" for one in found)
        tell(f"{sought.says} (shortest {sought.least}): {told}")
        short += sum(one is not None and one[0] <= sought.least + 1 for one in found)
        total += len(found)
    tell(f"{short} of {total} shrank to the shortest or one report more")
    return short * 10 >= total * 9


def tell(line: str) -> None:
    """Print a line at once."""
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(not shrinking())
