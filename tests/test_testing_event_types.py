"""check_event_type holds event classes to what every one must do, and finds out those that do not."""
# ruff: noqa: S311, TID251 - what is found out asks the clock and the lot

import random
import time
from collections.abc import Callable
from itertools import count
from pathlib import Path
from typing import Any

import attrs
import msgspec
import pendulum
import pytest
from hypothesis import settings
from hypothesis import strategies as st

from diplocal.dates import When
from diplocal.errors import UnknownEventType
from diplocal.events import CallAnnounced, EngagementEvent, Event, event, event_types
from diplocal.events.registry import EventType
from diplocal.testing import EventTypeBroken, check_event_type, events

GOLDEN = Path(__file__).parent / "golden"
QUICK = settings(max_examples=20, database=None)


@pytest.mark.parametrize(
    "kind", [kind for kind in event_types() if kind.name.startswith("diplocal.")], ids=lambda kind: str(kind.name)
)
def test_our_own_event_classes_do_what_every_one_must(kind: EventType) -> None:
    earlier = {
        version: [
            msgspec.json.decode(line) for line in (GOLDEN / f"{kind.name}.v{version}.json").read_bytes().splitlines()
        ]
        for version in range(1, kind.version)
    }
    check_event_type(kind.cls, earlier=earlier, settings=QUICK)


@event(
    "acme.toast-given", version=3, upcasters={1: lambda old: {**old, "glasses": 1}, 2: lambda old: {**old, "to": "all"}}
)
class ToastGiven(EngagementEvent):
    """An event that has changed its shape twice."""

    glasses: int
    to: str


def test_samples_of_earlier_versions_are_read_as_events_of_today() -> None:
    check_event_type(
        ToastGiven, earlier={1: [{"engagement": "gala"}], 2: [{"engagement": "gala", "glasses": 2}]}, settings=QUICK
    )


def test_an_earlier_version_without_a_sample_is_named() -> None:
    with pytest.raises(EventTypeBroken, match=r"has earlier versions \[2\], and no sample"):
        check_event_type(ToastGiven, earlier={1: [{"engagement": "gala"}]}, settings=QUICK)


def test_a_sample_that_is_not_read_any_more_is_named() -> None:
    with pytest.raises(EventTypeBroken, match="cannot read its own version 2 any more"):
        check_event_type(ToastGiven, earlier={1: [{"engagement": "gala"}], 2: [{"engagement": "gala"}]}, settings=QUICK)


def add_a_guest(old: dict[str, Any]) -> dict[str, Any]:
    old["guests"].append("Wang Yi")
    return old


def set_seats(old: dict[str, Any]) -> dict[str, Any]:
    old["seats"] = 2
    return old


seats_set = count()
guests_known: set[str] = set()


def knows_by_then(old: dict[str, Any]) -> dict[str, Any]:
    is_known = not guests_known.isdisjoint(old["guests"])
    guests_known.update(old["guests"])
    return {**old, "seats": int(is_known)}


@pytest.mark.parametrize(
    ("upcaster", "found"),
    [
        (add_a_guest, "changes the data that it is given"),
        (set_seats, "from version 1 that changes the data that it is given"),
        (lambda old: {**old, "seats": int(time.time())}, r"asks time\.time"),
        (lambda old: {**old, "seats": random.randrange(9)}, r"asks Random\.getrandbits"),
        (lambda old: {**old, "seats": time.gmtime().tm_year}, r"asks time\.gmtime"),
        (lambda old: {**old, "seats": next(seats_set)}, r"gives .*'seats': 0}, and another time .*'seats': 1}"),
        (knows_by_then, r"gives .*'seats': 0}, and another time .*'seats': 1}"),
        (lambda old: {**old, "guests": ("Wang Yi",)}, "gives what JSON has not"),
        (lambda old: {**old, "engagement": "ball"}, "moves it to another stream, 'ball'"),
        (lambda old: {**old, "seats": old["chairs"]}, "cannot read its own version 1 any more: KeyError: 'chairs'"),
        (lambda old: {**old, "seats": "two"}, "Expected `int`, got `str`"),
        (lambda old: {**old, "tables": 2}, "unknown field `tables`"),
        (lambda old: {**old, "guests": []}, r"reads version 1 as .* which was to be .*Wang"),
    ],
)
def test_an_upcaster_that_gives_what_it_should_not_is_found_out(upcaster: Callable[[Any], Any], found: str) -> None:
    @event("acme.table-set", version=2, upcasters={1: upcaster})
    class TableSet(EngagementEvent):
        guests: tuple[str, ...]
        seats: int = 0

    right = TableSet(engagement="gala", guests=("Wang Yi",))
    with pytest.raises(EventTypeBroken, match=found):
        check_event_type(
            TableSet, earlier={1: [({"engagement": "gala", "guests": ["Wang Yi"]}, right)]}, settings=QUICK
        )


def never_before_the_epoch(_event: object, _field: object, value: int) -> None:
    if time.time() < value:
        raise ValueError(value)


@pytest.mark.parametrize(
    ("field", "found"),
    [
        (attrs.field(factory=lambda: pendulum.now("UTC").year), "asks datetime.now, .* when it is made"),
        (attrs.field(converter=lambda number: min(number, round(time.time()))), "asks time.time, .* when it is made"),
        (attrs.field(default=0, validator=never_before_the_epoch), "asks time.time, .* when it is made"),
        (attrs.field(factory=lambda: random.randrange(9)), "asks Random.getrandbits, .* when it is made"),
    ],
)
def test_an_event_that_asks_the_clock_or_a_lot_is_found_out(field: Any, found: str) -> None:
    @event("acme.bell-rung")
    class BellRung(EngagementEvent):
        times: int = field

    with pytest.raises(EventTypeBroken, match=found):
        check_event_type(BellRung, drawn=events(BellRung, times=st.just(0)), settings=QUICK)


def test_what_a_class_raises_of_its_own_is_told_as_its_fault() -> None:
    @event("acme.hall-closed")
    class HallClosed(Event):
        hall: str

        @property
        def stream(self) -> str:
            raise KeyError(self.hall)

    with pytest.raises(EventTypeBroken, match=r"has an event that cannot be used, .*: KeyError") as caught:
        check_event_type(HallClosed, settings=QUICK)
    assert isinstance(caught.value.__cause__, KeyError)


def test_an_event_is_equal_to_itself_when_it_is_read_again() -> None:
    @event("acme.hall-opened")
    class HallOpened(EngagementEvent):
        def __hash__(self) -> int:
            return id(self)

    with pytest.raises(EventTypeBroken, match="is not equal to it"):
        check_event_type(HallOpened, settings=QUICK)


def test_a_text_that_is_never_missing_is_never_drawn_as_missing() -> None:
    @event("acme.verse-read")
    class VerseRead(EngagementEvent):
        title: str = ""

    check_event_type(VerseRead, settings=QUICK)


@pytest.mark.parametrize(("name", "stream"), [("none", ""), ("number", 7), ("nothing", None), ("lines", "two\nlines")])
def test_an_event_without_a_name_for_a_stream_is_found_out(name: str, stream: Any) -> None:
    class Opened(Event):
        hall: str

        @property
        def stream(self) -> str:
            return stream  # type: ignore[no-any-return] # the bug

    Opened.__qualname__ = f"{name.title()}{Opened.__name__}"  # each is a class of its own
    opened = event(f"acme.{name}-opened")(Opened)
    with pytest.raises(EventTypeBroken, match="a stream has a name, in a line"):
        check_event_type(opened, settings=QUICK)


def test_a_stream_need_not_be_a_slug_and_must_be_the_same_when_it_is_read_again() -> None:
    @event("acme.item-added")
    class ItemAdded(Event):
        cart: int

        @property
        def stream(self) -> str:
            return f"cart:{self.cart}"

    check_event_type(ItemAdded, settings=QUICK)

    @event("acme.item-removed")
    class ItemRemoved(Event):
        cart: int

        @property
        def stream(self) -> str:
            return f"cart:{id(self)}"

    with pytest.raises(EventTypeBroken, match="when it is read again to"):
        check_event_type(ItemRemoved, settings=QUICK)


def test_an_event_that_does_not_come_back_as_it_went_is_found_out() -> None:
    def shorten(title: str) -> str:
        return title[:-1]

    @event("acme.speech-held")
    class SpeechHeld(EngagementEvent):
        title: str = attrs.field(converter=shorten)

    with pytest.raises(EventTypeBroken, match=r"goes out as .* and comes back as"):
        check_event_type(SpeechHeld, settings=QUICK)


def test_a_class_that_is_not_registered_is_refused() -> None:
    class Unregistered(EngagementEvent):
        """Nobody's event."""

    with pytest.raises(UnknownEventType):
        check_event_type(Unregistered, settings=QUICK)


def test_a_strategy_may_say_more_than_the_fields_do() -> None:
    drawn = events(CallAnnounced, when=st.just(When("2023-10")))
    check_event_type(CallAnnounced, drawn=drawn, settings=QUICK)
    with pytest.raises(EventTypeBroken, match="was to be drawn, and a CallAnnounced was"):
        check_event_type(ToastGiven, drawn=drawn, settings=QUICK)
