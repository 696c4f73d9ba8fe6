"""Bugs of projections of the eventsourcing library, each in a right one: the carts of a shop."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, ClassVar
from uuid import UUID, uuid4

from carts import CARTS, HISTORIES, CartTotals, CheckedOut, ItemAdded, ItemRemoved, Totals, undo
from eventsourcing.dispatch import singledispatchmethod
from eventsourcing.domain import DomainEvent
from eventsourcing.persistence import IntegrityError, Tracking
from eventsourcing.projection import Projection
from eventsourcing.utils import get_topic
from hypothesis import strategies as st
from planting import P, planted

from diplocal.testing import eventsourced, histories_of


def of_carts(law: str, least: int) -> Callable[[P], P]:
    """Plant a bug in the projection or in the view of carts."""

    def adapted(cls: Any) -> Any:
        projection, view = (CartTotals, cls) if issubclass(cls, Totals) else (cls, getattr(cls, "view_class", Totals))
        return eventsourced(projection, view, undo=undo)

    return planted(law, least, adapted=adapted, histories=HISTORIES)


@of_carts("redelivery", least=1)
class TracksAfterwards(Totals):
    """It counts first, and keeps the tracking afterwards, by itself."""

    def add(self, cart: UUID, sku: str, price: int, count: int, tracking: Tracking) -> None:
        self.count(cart, sku, price, count)
        self.insert_tracking(tracking)


@of_carts("redelivery", least=1)
class NeverTracks(Totals):
    """It keeps no tracking, and is right until the runner starts again."""

    def add(self, cart: UUID, sku: str, price: int, count: int, tracking: Tracking) -> None:  # noqa: ARG002
        self.count(cart, sku, price, count)


@of_carts("redelivery", least=1)
class SwallowsTheRefusal(Totals):
    """It takes the refusal of a tracking that was there for an error of the database, and counts all the same."""

    def add(self, cart: UUID, sku: str, price: int, count: int, tracking: Tracking) -> None:
        try:
            self.insert_tracking(tracking)
        except IntegrityError:
            self.insert_nothing()
        self.count(cart, sku, price, count)

    def insert_nothing(self) -> None:
        """Go on."""


@of_carts("redelivery", least=2)
class KnowsTheLastOnly(Totals):
    """It drops an event that is the last one that it was given, and no earlier one."""

    last = 0

    def add(self, cart: UUID, sku: str, price: int, count: int, tracking: Tracking) -> None:
        if tracking.notification_id != self.last:
            self.last = tracking.notification_id
            self.count(cart, sku, price, count)


@of_carts("redelivery", least=1)
class RemembersInTheProjection(CartTotals):
    """It remembers in the projection what it was given, not in the view."""

    view_class = NeverTracks

    def __init__(self, view: Totals) -> None:
        super().__init__(view)
        self.given: set[int] = set()

    def process_event(self, domain_event: Any, tracking: Tracking) -> None:
        if tracking.notification_id not in self.given:
            self.given.add(tracking.notification_id)
            super().process_event(domain_event, tracking)


@of_carts("resume", least=2)
class NumbersInTheProjection(CartTotals):
    """It counts the items that were ever added in the projection, and writes the number into the view."""

    def __init__(self, view: Totals) -> None:
        super().__init__(view)
        self.ever = 0

    def process_event(self, domain_event: Any, tracking: Tracking) -> None:
        super().process_event(domain_event, tracking)
        if isinstance(domain_event, ItemAdded):
            self.ever += 1
            self.view.items[domain_event.originator_id]["ever"] = self.ever


@of_carts("determinism", least=1)
class SharesItsRows(Totals):
    """All views share one dictionary: a default value that is changed."""

    shared: ClassVar[dict[UUID, int]] = {}

    def __init__(self) -> None:
        super().__init__()
        self.amounts = self.shared


@of_carts("determinism", least=1)
class DefaultsToOneList(Totals):
    """A default argument is a list, to which each call appends."""

    def count(self, cart: UUID, sku: str, price: int, count: int, log: list[int] = []) -> None:  # noqa: B006 - the bug
        log.append(price)
        super().count(cart, sku, price, count)
        self.items[cart]["log"] = len(log)


@of_carts("processes", least=1)
class RemembersItsTotals(Totals):
    """It keeps each total that it told, in the class, to be quick."""

    told: ClassVar[dict[UUID, int]] = {}

    def total(self, cart: UUID) -> int:
        return self.told.setdefault(cart, super().total(cart))


@of_carts("determinism", least=1)
class LocalDays(CartTotals):
    """It counts items by the day, as the clock of the machine has it."""

    def process_event(self, domain_event: Any, tracking: Tracking) -> None:
        super().process_event(domain_event, tracking)
        if isinstance(domain_event, ItemAdded):
            day = datetime.fromtimestamp(domain_event.timestamp.timestamp()).date()  # noqa: DTZ006 - the bug
            self.view.count(domain_event.originator_id, f"{day}", 0, 1)


@of_carts("isolation", least=1)
class StampsWithNow(Totals):
    """It stamps a cart with the time at which it was told of it."""

    def count(self, cart: UUID, sku: str, price: int, count: int) -> None:
        super().count(cart, sku, price, count)
        self.items[cart]["at"] = int(time.time())  # noqa: TID251 - the bug


@of_carts("isolation", least=1)
class DrawsItsKeys(Totals):
    """It gives each row a random key."""

    def count(self, cart: UUID, sku: str, price: int, count: int) -> None:
        super().count(cart, f"{sku} {uuid4()}", price, count)


@of_carts("processes", least=1)
class ListsASetOfTexts(Totals):
    """It lists a set in the order that the set happens to have."""

    def contents(self, cart: UUID) -> Any:
        return list({f"{sku}-{price}" for sku in self.items.get(cart, {}) for price in range(4)})


@of_carts("processes", least=1)
class HashesItsKeys(Totals):
    """It keys its rows by the hash of a text."""

    def contents(self, cart: UUID) -> Any:
        return sorted(hash(sku) for sku in super().contents(cart))


@of_carts("order", least=2)
class ListsByArrival(Totals):
    """It lists carts in the order in which they were first heard of."""

    def ranking(self) -> list[UUID]:
        return list(self.items)


@of_carts("order", least=2)
class ClosesTheLast(CartTotals):
    """It closes the cart that was touched last, whichever it is about."""

    last: UUID = CARTS[0]

    def process_event(self, domain_event: Any, tracking: Tracking) -> None:
        if isinstance(domain_event, CheckedOut):
            touched = list(self.view.items)
            self.view.close(touched[-1] if touched else domain_event.originator_id, tracking)
        else:
            super().process_event(domain_event, tracking)


@of_carts("order", least=2)
class TellsTheNotification(Totals):
    """It tells at which notification a cart was changed last, of which others have their part."""

    def add(self, cart: UUID, sku: str, price: int, count: int, tracking: Tracking) -> None:
        super().add(cart, sku, price, count, tracking)
        self.items[cart]["position"] = tracking.notification_id


@of_carts("order", least=3)
class SumsInFloats(Totals):
    """It keeps one sum of all carts in floating point."""

    sum = 0.0

    def count(self, cart: UUID, sku: str, price: int, count: int) -> None:
        super().count(cart, sku, price, count)
        self.sum += price * count / 7

    def grand_total(self) -> float:
        return self.sum


@of_carts("unrelated", least=0)
class CountsEverything(CartTotals):
    """What it does not know, it takes for something in the first cart."""

    @singledispatchmethod
    def process_event(self, domain_event: Any, tracking: Tracking) -> None:
        if isinstance(domain_event, ItemAdded | ItemRemoved | CheckedOut):
            CartTotals.process_event(self, domain_event, tracking)
        else:
            self.view.add(CARTS[0], "something", 1, 1, tracking)

    process_event.register(int, CartTotals.item_added)


@of_carts("unrelated", least=0)
class StopsAtTheUnknown(CartTotals):
    """It raises an error for an event that it does not know, which stops its runner for good."""

    def process_event(self, domain_event: Any, tracking: Tracking) -> None:
        if not isinstance(domain_event, ItemAdded | ItemRemoved | CheckedOut):
            raise NotImplementedError(domain_event)
        super().process_event(domain_event, tracking)


@of_carts("totality", least=0)
class TakesTheGreatestOfNone(Totals):
    """It takes the dearest cart of none."""

    def dearest(self) -> int:
        return max(self.amounts.values())


@of_carts("retraction", least=1)
class TakesOutAll(Totals):
    """When one is taken out, it takes out all of the kind."""

    def count(self, cart: UUID, sku: str, price: int, count: int) -> None:
        if count < 0:
            self.items.get(cart, {}).pop(sku, None)
        else:
            super().count(cart, sku, price, count)


@of_carts("retraction", least=1)
class LeavesZeros(Totals):
    """What was taken out leaves a row of nothing behind."""

    def contents(self, cart: UUID) -> dict[str, int]:
        return dict(sorted(self.items.get(cart, {}).items()))


@of_carts("retraction", least=1)
class SubscribesTooNarrowly(CartTotals):
    """It handles what was taken out, and subscribes to what was added only."""

    topics = (get_topic(ItemAdded),)


def of_one_class(law: str, least: int, events: st.SearchStrategy[Any]) -> Callable[[P], P]:
    """Plant a bug in how an event class is kept."""
    return planted(law, least, adapted=lambda cls: eventsourced(cls, Rows), histories=histories_of(events))


class Rows(Totals):
    """Rows of whatever key."""

    def rows(self) -> list[tuple[Any, int]]:
        return sorted(self.rows_by_key.items(), key=repr)

    def __init__(self) -> None:
        super().__init__()
        self.rows_by_key: dict[Any, int] = {}

    def put(self, key: Any, tracking: Tracking) -> None:
        self.insert_tracking(tracking)
        self.rows_by_key[key] = self.rows_by_key.get(key, 0) + 1


def said(**more: Any) -> dict[str, Any]:
    """Write where and when, as strategies."""
    return {
        "originator_id": st.sampled_from(CARTS),
        "originator_version": st.just(1),
        "timestamp": st.just(datetime(2024, 1, 1, 12, tzinfo=UTC)),
        **more,
    }


@dataclass(frozen=True)
class PricesSet(DomainEvent):
    """Prices by weight."""

    by_weight: dict[float, int]


@of_one_class("upcasting", 1, st.builds(PricesSet, **said(by_weight=st.just({0.5: 3}))))
class KeysAreFloats(Projection[Rows]):
    """Its events have numbers for keys, which JSON has not."""

    def process_event(self, domain_event: Any, tracking: Tracking) -> None:
        if isinstance(domain_event, PricesSet):
            for weight in domain_event.by_weight:
                self.view.put(weight, tracking)


@dataclass(frozen=True)
class Bundled(DomainEvent):
    """Items that were bought together."""

    skus: tuple[str, ...]


@of_one_class("upcasting", 1, st.builds(Bundled, **said(skus=st.just(("tea", "rice")))))
class KeysAreTuples(Projection[Rows]):
    """It takes a tuple in an event for a key, which comes back as a list."""

    def process_event(self, domain_event: Any, tracking: Tracking) -> None:
        if isinstance(domain_event, Bundled):
            self.view.put(domain_event.skus, tracking)


@dataclass(frozen=True)
class Shipped(DomainEvent):
    """The second version, which has a carrier; nobody says what the first one had."""

    class_version: ClassVar[int] = 2
    carrier: str


@of_one_class("upcasting", 1, st.builds(Shipped, **said(carrier=st.just("post"))))
class NeverUpcasts(Projection[Rows]):
    """The version of its event class was raised, and nothing upcasts what was recorded before."""

    def process_event(self, domain_event: Any, tracking: Tracking) -> None:
        if isinstance(domain_event, Shipped):
            self.view.put(domain_event.carrier, tracking)
