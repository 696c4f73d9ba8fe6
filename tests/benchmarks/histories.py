"""How fast histories are generated, beside lists of events that Hypothesis builds one by one."""

import time
from collections.abc import Iterator
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from measuring import Bar, Row, race

from diplocal.events import EngagementEvent, VisitAnnounced, VisitConcluded
from diplocal.testing import History, any_event, histories

LENGTH = 10
"""Reports in each history."""
COUNT = 300
ENOUGH = Bar("at least 200/s", lambda rate: rate >= 200)


def rows(_events: int) -> Iterator[Row]:
    """Generate histories of ten reports, in seconds of this process."""
    built = st.one_of(any_event(VisitAnnounced), any_event(VisitConcluded))
    timers = {
        "histories": lambda: taken(histories(min_events=LENGTH, max_events=LENGTH)),
        "lists of visits": lambda: taken(st.lists(built, min_size=LENGTH, max_size=LENGTH)),
        "lists of any events": lambda: taken(st.lists(any_event(EngagementEvent), min_size=LENGTH, max_size=LENGTH)),
    }
    outcome = race(timers, rounds=3)
    rate = COUNT / outcome.median("histories")
    yield Row(f"Generate histories of {LENGTH} reports", rate, outcome.rates(COUNT, *timers), ENOUGH, unit="/s")
    for peer in ("lists of visits", "lists of any events"):
        yield Row(f"The same, beside {peer} that are no lifecycles", outcome.ratio(peer, "histories"), "")
    yield Row("Histories unlike any other", unlike(), f"of {COUNT} of any length, in per cent", unit=" %")


def taken(strategy: st.SearchStrategy[Any]) -> float:
    """Give the processor's seconds that drawing takes."""
    begun = time.process_time()
    drawn(strategy)
    return time.process_time() - begun


def unlike() -> float:
    """Give how many per cent of histories are unlike those before them."""
    made: list[History] = drawn(histories())
    return 100 * len({repr(history) for history in made}) / len(made)


def drawn(strategy: st.SearchStrategy[Any]) -> list[Any]:
    """Draw from a strategy."""
    made: list[Any] = []

    @settings(max_examples=COUNT, database=None, deadline=None, suppress_health_check=list(HealthCheck))
    @given(strategy)
    def draw(one: Any) -> None:
        made.append(one)

    draw()
    return made
