"""Strategies: every value and every event can be drawn, the user's own included."""

import re
import subprocess
import sys
from enum import Enum
from typing import Any
from zlib import crc32

import attrs
import pendulum
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import diplocal
from diplocal.dates import When
from diplocal.errors import InvalidValue
from diplocal.events import (
    Corrected,
    EngagementEvent,
    Event,
    MeetingEvent,
    MeetingHeld,
    Retracted,
    TenureChange,
    VisitAnnounced,
    event,
    event_types,
)
from diplocal.events.wire import decode, encode
from diplocal.parties import Organisation, Party, Person, State
from diplocal.series import Round
from diplocal.sources import Source
from diplocal.testing import History, events, values
from diplocal.testing.pools import RUSSIA


class Course(Enum):
    """What is served."""

    SOUP = "soup"
    FISH = "fish"


@attrs.frozen
class Toast:
    """A value of the user's."""

    speaker: Person
    at: pendulum.DateTime | None = None


@event("acme.dinner-held")
class DinnerHeld(EngagementEvent):
    """An event of the user's."""

    hosts: tuple[State | Organisation, ...]
    seats: int
    courses: tuple[Course, ...] = ()
    toasts: tuple[Toast, ...] = ()
    when: When | None = None
    price: float = 0.0


BUILT_IN = [kind.cls for kind in event_types() if kind.name.startswith("diplocal.")]


@pytest.mark.parametrize("cls", [*BUILT_IN, DinnerHeld], ids=lambda cls: str(cls.__name__))
def test_every_event_can_be_drawn_by_its_type_and_survives_the_wire(cls: type[Event]) -> None:
    @settings(max_examples=20)
    @given(st.from_type(cls))
    def holds(drawn: Event) -> None:
        assert type(drawn) is cls
        right = getattr(drawn, "right", drawn)
        if type(right).__module__.startswith("diplocal.") or cls is DinnerHeld:  # other tests register classes too
            assert decode(encode(drawn)) == drawn

    holds()


@pytest.mark.parametrize("value", [When, State, Organisation, Person, Round, Source, History])
def test_every_value_can_be_drawn_by_its_type(value: type) -> None:
    @settings(max_examples=20)
    @given(st.from_type(value))
    def holds(drawn: object) -> None:
        assert type(drawn) is value

    holds()


@given(st.from_type(MeetingEvent))
def test_a_shape_means_any_event_that_has_it(meeting: MeetingEvent) -> None:
    assert isinstance(meeting, MeetingEvent)
    assert type(meeting) is not MeetingEvent


@given(st.from_type(Corrected))
def test_a_correction_is_about_the_engagement_of_what_it_puts_right(correction: Corrected) -> None:
    assert correction.right.engagement == correction.engagement


def _announce(visit: VisitAnnounced, seen_by: Party) -> tuple[VisitAnnounced, Party]:
    return visit, seen_by


@given(st.builds(_announce))
def test_builds_draws_what_a_function_takes(drawn: tuple[VisitAnnounced, Party]) -> None:
    visit, party = drawn
    assert isinstance(visit, VisitAnnounced)
    assert isinstance(party, State | Organisation)


@given(events(VisitAnnounced, host=st.just(RUSSIA)))
def test_a_field_can_be_drawn_in_a_way_of_its_own(visit: VisitAnnounced) -> None:
    assert visit.host == RUSSIA


def test_a_field_that_the_event_does_not_have_is_named() -> None:
    with pytest.raises(InvalidValue, match="VisitAnnounced has no field guest"):
        events(VisitAnnounced, guest=st.none())


def test_both_ends_of_every_choice_are_drawn() -> None:
    drawn: set[Any] = set()

    @settings(max_examples=300, derandomize=True)
    @given(st.from_type(DinnerHeld))
    def draw(dinner: DinnerHeld) -> None:
        drawn.add(len(dinner.courses))
        drawn.add(("dated", dinner.when is not None))

    draw()
    assert drawn >= {0, 1, 2, ("dated", True), ("dated", False)}


def test_importing_diplocal_loads_no_hypothesis() -> None:
    script = "import diplocal, diplocal.events, diplocal.projections, diplocal.store, diplocal.replaying, sys;"
    script += "sys.exit('hypothesis' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", script], check=False).returncode == 0


@pytest.mark.parametrize(
    "first", ["hypothesis", "diplocal.testing", "diplocal.testing.values", "diplocal.testing.registration"]
)
def test_hypothesis_knows_our_types_whatever_is_imported_first(first: str) -> None:
    script = f"import {first}; from hypothesis import strategies as st; from diplocal.events import VisitAnnounced;"
    script += "from diplocal.testing.values import events; st.from_type(VisitAnnounced).validate();"
    script += "from hypothesis.strategies._internal.types import _global_type_lookup as known;"
    script += "import sys; sys.exit(VisitAnnounced not in known)"
    assert subprocess.run([sys.executable, "-c", script], check=False).returncode == 0


@event("acme.quiz-held")
class QuizHeld(EngagementEvent):
    """An event of the user's with a rule that its types do not tell."""

    teams: int

    def __attrs_post_init__(self) -> None:
        if self.teams < 2:
            raise InvalidValue("teams", self.teams, "2 or more")


st.register_type_strategy(QuizHeld, events(QuizHeld, teams=st.integers(2, 9)))


@settings(max_examples=300)
@given(st.from_type(Event) | st.from_type(Corrected))
def test_a_strategy_that_the_user_registered_for_a_class_is_drawn_from_wherever_any_event_is(drawn: Event) -> None:
    right = drawn.right if isinstance(drawn, Corrected) else drawn
    assert not isinstance(right, QuizHeld) or 2 <= right.teams <= 9


_STRATEGIES = [
    *((name, getattr(values, name)()) for name in ("whens", "days", "instants", "parties", "people", "sources")),
    *((name, getattr(values, name)()) for name in ("slugs", "event_ids")),
    *((cls.__name__, st.from_type(cls)) for cls in (MeetingHeld, Retracted, TenureChange)),
]


@pytest.mark.parametrize(("_named", "strategy"), _STRATEGIES, ids=[name for name, _ in _STRATEGIES])
def test_a_test_that_fails_shows_values_that_its_reader_can_make(_named: str, strategy: st.SearchStrategy[Any]) -> None:
    """Hypothesis shows how a value was made, as soon as parts of it matter: a way that is private tells nobody."""

    @settings(max_examples=30, database=None, derandomize=True, print_blob=False)
    @given(strategy)
    def fails(drawn: object) -> None:
        assert crc32(repr(drawn).encode()) % 3

    with pytest.raises(AssertionError) as failed:
        fails()
    told = "\n".join(failed.value.__notes__)
    assert {name for name in re.findall(r"(\w+)\(", told) if not hasattr(diplocal, name)} <= {"fails", *_PENDULUMS}


_PENDULUMS = ("Date", "DateTime", "Timezone")
