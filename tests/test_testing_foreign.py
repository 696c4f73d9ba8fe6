"""Projections that are none of ours are held to the laws in one line."""

import operator
from collections.abc import Callable
from typing import Any
from uuid import UUID

import pytest
from carts import HISTORIES, CartTotals, Totals, undo
from eventsourcing.persistence import Tracking
from hypothesis import settings
from hypothesis import strategies as st
from pydantic import BaseModel, Field
from waivers import all_but, uncut

from diplocal.events import Event, event
from diplocal.records import Record
from diplocal.testing import LawsBroken, check_projection, eventsourced, folding, histories_of, laws

SOME = settings(max_examples=12)

TestCartTotals = laws(eventsourced(CartTotals, Totals, undo=undo), histories=HISTORIES, settings=SOME)


def broken_by(projection: Any, histories: Any, *laws: str) -> set[str]:
    with pytest.raises(LawsBroken) as caught:
        check_projection(projection, histories=histories, waive=all_but("totality", *laws), settings=uncut(40))
    return {one.law for one in caught.value.report.broken}


class TrackingLast(Totals):
    """Counts first, and keeps the tracking afterwards, by itself."""

    def add(self, cart: UUID, sku: str, price: int, count: int, tracking: Tracking) -> None:
        self.count(cart, sku, price, count)
        self.insert_tracking(tracking)


class TestProjectionsOfEventsourcing:
    def test_an_event_that_is_delivered_again_is_counted_once_and_the_failure_can_be_pasted(self) -> None:
        with pytest.raises(LawsBroken) as caught:
            check_projection(
                eventsourced(CartTotals, TrackingLast),
                histories=HISTORIES,
                waive=all_but("purity", "order", "redelivery"),
                settings=settings(SOME, max_examples=30),
            )
        assert {one.law for one in caught.value.report.broken} == {"redelivery"}
        assert "ItemAdded(originator_id=UUID(" in str(caught.value)
        assert 'check_law("redelivery", eventsourced(CartTotals, view=TrackingLast), history, ' in str(caught.value)


class Paid(BaseModel):
    """An event of Pydantic's."""

    stream: str
    amount: int
    secret: int = Field(default=0, exclude=True)
    """What is not written."""


PAYMENTS = histories_of(st.builds(Paid, stream=st.sampled_from(["cart:7", "cart:8"]), amount=st.integers(1, 9)))


def paid(state: int, event: Any) -> int:
    return state + event.amount if isinstance(event, Paid) else state


def paid_or_else(state: int, event: Any) -> int:
    return state + event.amount if isinstance(event, Paid) else state - event.amount


def paid_or_refused(state: int, event: Any) -> int:
    if not isinstance(event, Paid):
        raise TypeError(event)
    return state + event.amount


def paid_as_is_said(state: int, event: Paid) -> int:
    return paid_or_else(state, event)


def paid_in_place(state: list[int], event: Any) -> list[int]:
    state.append(event.amount)
    return state


def last_paid(_state: int, event: Any) -> int:
    return int(event.amount)


def paid_and_unwritten(state: int, event: Any) -> int:
    return int(state + event.amount + event.secret)


def doubled(state: int, event: Any) -> int:
    return int(state + event.amount * 2)


TestPaid = laws(
    folding(paid, start=int, undo=lambda event: Paid(stream=event.stream, amount=-event.amount)),
    histories=PAYMENTS,
    settings=SOME,
)


class TestFoldFunctions:
    @pytest.mark.parametrize(
        ("fold", "start", "law"),
        [(paid_in_place, list, "purity"), (last_paid, int, "order"), (paid_or_else, int, "unrelated")],
    )
    def test_are_held_to_the_laws(self, fold: Callable[[Any, Any], Any], start: Callable[[], Any], law: str) -> None:
        assert broken_by(folding(fold, start=start), PAYMENTS, law) == {law}

    @pytest.mark.parametrize("fold", [paid_or_refused, paid_as_is_said, doubled, operator.add])
    def test_may_refuse_what_they_do_not_know_and_say_what_they_take(self, fold: Callable[[Any, Any], Any]) -> None:
        histories = histories_of(st.integers(0, 9)) if fold is operator.add else PAYMENTS
        waive = all_but("unrelated")
        assert not check_projection(folding(fold, start=int), histories=histories, waive=waive, settings=SOME).broken

    def test_what_is_lost_on_the_way_through_json_is_found(self) -> None:
        secret = st.builds(Paid, stream=st.just("a"), amount=st.just(1), secret=st.integers(0, 9))
        assert broken_by(folding(paid_and_unwritten, start=int), histories_of(secret), "order", "upcasting") == {
            "upcasting"
        }

    def test_are_recounted_from_all_events(self) -> None:
        def recounted(events: list[Any]) -> int:
            return sum(event.amount for event in events)

        how: dict[str, Any] = {"histories": PAYMENTS, "recount": recounted, "waive": all_but("recount")}
        assert not check_projection(folding(paid, start=int), settings=SOME, **how).broken
        with pytest.raises(LawsBroken, match="the law of recount"):
            check_projection(folding(doubled, start=int), settings=SOME, **how)

    def test_an_undo_that_leaves_a_trace_is_found(self) -> None:
        wrong = folding(paid, start=int, undo=lambda event: Paid(stream=event.stream, amount=-1))
        assert broken_by(wrong, PAYMENTS, "order", "retraction") == {"retraction"}


@event("acme.cart-paid")
class CartPaid(Event):
    """An event of ours whose stream is no slug."""

    cart: str
    amount: int

    @property
    def stream(self) -> str:
        return f"cart:{self.cart}"


class Revenue:
    """Sums up what was paid."""

    name = "acme.revenue"
    version = 1

    def start(self) -> int:
        return 0

    def apply(self, state: int, record: Record) -> int:
        return state + record.event.amount if isinstance(record.event, CartPaid) else state

    def answer(self, state: int) -> int:
        return state


CARTS = st.lists(st.builds(CartPaid, cart=st.sampled_from("ab"), amount=st.integers(1, 9)), max_size=8)
TestAStreamThatIsNoSlug = laws(Revenue, histories=histories_of(CARTS), settings=SOME)
