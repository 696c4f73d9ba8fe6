"""Right projections of the eventsourcing library, and right fold functions, that no law may accuse."""

from collections import Counter
from collections.abc import Mapping
from typing import Any
from uuid import UUID

from carts import HISTORIES, CartTotals, CheckedOut, ItemAdded, ItemRemoved, Totals, undo
from eventsourcing.persistence import IntegrityError, Tracking
from hypothesis import strategies as st
from pydantic import BaseModel

from diplocal.testing import eventsourced, folding, histories_of


class Ranking(Totals):
    """Lists carts by what they cost, and by name where they cost the same."""

    def ranking(self) -> list[tuple[int, UUID]]:
        return sorted(((-amount, cart) for cart, amount in self.amounts.items() if amount), key=repr)


class ByDay(CartTotals):
    """Counts what was added by the day in UTC."""

    def process_event(self, domain_event: Any, tracking: Tracking) -> None:
        super().process_event(domain_event, tracking)
        if isinstance(domain_event, ItemAdded):
            self.view.items[domain_event.originator_id][f"{domain_event.timestamp:%Y-%m-%d}"] = 1


class SkipsWhatItKnows(Totals):
    """Drops an event by the tracking that it kept, before anything is counted."""

    def add(self, cart: UUID, sku: str, price: int, count: int, tracking: Tracking) -> None:
        try:
            self.insert_tracking(tracking)
        except IntegrityError:
            return
        self.count(cart, sku, price, count)


class Booked(BaseModel):
    """An event of Pydantic's."""

    account: str
    amount: int


def balances(state: Mapping[str, int], event: Any) -> Mapping[str, int]:
    """Keep a balance for each account."""
    return {**state, event.account: state.get(event.account, 0) + event.amount}


def open_carts(state: frozenset[UUID], event: Any) -> frozenset[UUID]:
    """Keep the carts that are open."""
    match event:
        case CheckedOut():
            return state - {event.originator_id}
        case ItemAdded():
            return state | {event.originator_id}
    return state


def counted(state: Counter[str], event: Any) -> Counter[str]:
    """Count what is in all carts, and forget what is not."""
    step = {ItemAdded: 1, ItemRemoved: -1}.get(type(event), 0)
    return +(state + Counter({event.sku: 1}) if step > 0 else state - Counter({event.sku: 1})) if step else state


BOOKED = st.builds(Booked, account=st.sampled_from(["a:1", "b:2"]), amount=st.integers(-9, 9))

RIGHT_CARTS: dict[str, tuple[Any, Any]] = {
    "CartTotals": (eventsourced(CartTotals, Totals, undo=undo), HISTORIES),
    "Ranking": (eventsourced(CartTotals, Ranking), HISTORIES),
    "ByDay": (eventsourced(ByDay, Totals), HISTORIES),
    "SkipsWhatItKnows": (eventsourced(CartTotals, SkipsWhatItKnows, undo=undo), HISTORIES),
    "balances": (folding(balances, start=dict), histories_of(BOOKED, stream=lambda event: event.account)),
    "open_carts": (folding(open_carts, start=frozenset), HISTORIES),
    "counted": (folding(counted, start=Counter, undo=undo), HISTORIES),
}
"""Each with what it is told."""
