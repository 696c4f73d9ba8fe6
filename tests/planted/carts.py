"""A shop of the eventsourcing library: carts, their events, and a right projection of what is in them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import NAMESPACE_URL, UUID, uuid5

from eventsourcing.dispatch import singledispatchmethod
from eventsourcing.domain import DomainEvent
from eventsourcing.persistence import Tracking
from eventsourcing.popo import POPOTrackingRecorder
from eventsourcing.projection import Projection
from hypothesis import strategies as st

from diplocal.testing import histories_of

NOON = datetime(2024, 1, 1, 12, tzinfo=UTC)
CARTS = [uuid5(NAMESPACE_URL, f"cart:{number}") for number in range(3)]
PRICES = {"tea": 3, "rice": 2}


@dataclass(frozen=True)
class ItemAdded(DomainEvent):
    sku: str
    price: int


@dataclass(frozen=True)
class ItemRemoved(DomainEvent):
    sku: str
    price: int


@dataclass(frozen=True)
class CheckedOut(DomainEvent):
    pass


Event = ItemAdded | ItemRemoved | CheckedOut


def next_event(log: Sequence[Event]) -> st.SearchStrategy[Event]:
    """Let something happen to a cart: only what is in one is taken out, and what was checked out stays as it is."""
    open_carts = [cart for cart in CARTS if not any(isinstance(one, CheckedOut) for one in log if of(one) == cart)]
    carts = st.sampled_from(open_carts or CARTS[:1])
    added = st.builds(_added, st.just(len(log)), carts, st.sampled_from(sorted(PRICES)))
    if not open_carts:
        return added
    inside = [one for one in log if isinstance(one, ItemAdded) and of(one) in open_carts]
    inside = [one for one in inside if _count(log, one, ItemAdded) > _count(log, one, ItemRemoved)]
    removed = [st.builds(_removed, st.just(len(log)), st.sampled_from(inside))] if inside else []
    return st.one_of(added, *removed, st.builds(_checked_out, st.just(len(log)), carts))


def of(event: Event) -> UUID:
    cart: UUID = event.originator_id
    return cart


def undo(event: Event) -> Event | None:
    """Take an item out again."""
    return _removed(event.originator_version, event) if isinstance(event, ItemAdded) else None


def _said(place: int, cart: UUID) -> dict[str, Any]:
    """Write when and where: the clock moves by seven hours with each event, so that days change."""
    instant = datetime.fromtimestamp(NOON.timestamp() + place * 7 * 3600, UTC)
    return {"originator_id": cart, "originator_version": place + 1, "timestamp": instant}


def _added(place: int, cart: UUID, sku: str) -> ItemAdded:
    return ItemAdded(**_said(place, cart), sku=sku, price=PRICES[sku])


def _removed(place: int, one: ItemAdded) -> ItemRemoved:
    return ItemRemoved(**_said(place, of(one)), sku=one.sku, price=one.price)


def _checked_out(place: int, cart: UUID) -> CheckedOut:
    return CheckedOut(**_said(place, cart))


def _count(log: Sequence[Event], one: ItemAdded, cls: type[ItemAdded | ItemRemoved]) -> int:
    return sum(isinstance(other, cls) and of(other) == of(one) and other.sku == one.sku for other in log)


HISTORIES = histories_of(next_event)


class Totals(POPOTrackingRecorder):
    """What is in each cart, and what it costs."""

    def __init__(self) -> None:
        super().__init__()
        self.amounts: dict[UUID, int] = {}
        self.items: dict[UUID, dict[str, int]] = {}
        self.closed: set[UUID] = set()

    def add(self, cart: UUID, sku: str, price: int, count: int, tracking: Tracking) -> None:
        with self._database_lock:
            self._assert_tracking_uniqueness(tracking)
            self._insert_tracking(tracking)
            self.count(cart, sku, price, count)

    def count(self, cart: UUID, sku: str, price: int, count: int) -> None:
        self.amounts[cart] = self.amounts.get(cart, 0) + price * count
        items = self.items.setdefault(cart, {})
        items[sku] = items.get(sku, 0) + count

    def close(self, cart: UUID, tracking: Tracking) -> None:
        with self._database_lock:
            self._assert_tracking_uniqueness(tracking)
            self._insert_tracking(tracking)
            self.closed.add(cart)

    def total(self, cart: UUID) -> int:
        return self.amounts.get(cart, 0)

    def contents(self, cart: UUID) -> dict[str, int]:
        return {sku: count for sku, count in sorted(self.items.get(cart, {}).items()) if count}

    def is_closed(self, cart: UUID) -> bool:
        return cart in self.closed

    def revenue(self) -> int:
        return sum(self.total(cart) for cart in self.closed)


class CartTotals(Projection[Totals]):
    """What is in each cart, by event."""

    @singledispatchmethod
    def process_event(self, domain_event: Any, tracking: Tracking) -> None:
        """Take an event, or leave it."""

    @process_event.register
    def item_added(self, event: ItemAdded, tracking: Tracking) -> None:
        self.view.add(event.originator_id, event.sku, event.price, 1, tracking)

    @process_event.register
    def item_removed(self, event: ItemRemoved, tracking: Tracking) -> None:
        self.view.add(event.originator_id, event.sku, event.price, -1, tracking)

    @process_event.register
    def checked_out(self, event: CheckedOut, tracking: Tracking) -> None:
        self.view.close(event.originator_id, tracking)
