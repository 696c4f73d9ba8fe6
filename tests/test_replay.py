"""Folding a log as of then, by what was reported, for an audience, and from where one stopped."""

from collections.abc import Iterator
from typing import Any

import pendulum
import pytest

from diplocal.dates import When
from diplocal.demo import article
from diplocal.diary import Diary
from diplocal.errors import InvalidValue
from diplocal.events import VisitAnnounced, VisitConcluded, event
from diplocal.events.registry import EngagementEvent
from diplocal.events.wire import UnknownEvent
from diplocal.parties import State
from diplocal.projections import AllEngagements, ContactFrequency, Discrepancies, UpcomingVisits
from diplocal.records import Envelope, Record, instant, micros
from diplocal.replaying import RecordsSetAside, catch_up, replay
from diplocal.store import EventStore, MemoryStore, SQLiteStore
from diplocal.store.numbering import position_at_number

CHINA, RUSSIA = State("CN"), State("RU")


def visit(slug: str, when: str = "2023-10-17", **said: Any) -> VisitConcluded:
    return VisitConcluded(engagement=slug, visitors=(CHINA,), host=RUSSIA, when=When(when), **said)


@pytest.fixture(params=["memory", "sqlite"])
def store(request: pytest.FixtureRequest, tmp_path: Any) -> Iterator[EventStore]:
    days = iter(pendulum.datetime(2023, 9, 18).add(days=number) for number in range(1000))
    made: EventStore = (
        MemoryStore(clock=lambda: next(days))
        if request.param == "memory"
        else SQLiteStore(tmp_path / "log.db", clock=lambda: next(days))
    )
    with made:
        yield made


def held(store: EventStore, **as_of: Any) -> int:
    return sum(row.count for row in replay(ContactFrequency(), store, **as_of).by("all"))


def test_known_at_a_position_an_instant_or_the_end_of_a_day(store: EventStore) -> None:
    for number in range(4):
        store.append(visit(f"visit-{number}"))
    assert held(store, known_at=2) == 2
    assert held(store, known_at=pendulum.datetime(2023, 9, 19, 0, 0)) == 2
    assert held(store, known_at=pendulum.datetime(2023, 9, 18, 23, 59)) == 1
    assert held(store, known_at=pendulum.Date(2023, 9, 20)) == 3
    assert held(store, known_at=4) == 4


def test_reported_by_the_end_of_a_day_in_utc_or_by_when_it_was_recorded(store: EventStore) -> None:
    store.append(
        visit("dated", reported=pendulum.Date(2023, 9, 10)),
        visit("timed", reported=pendulum.datetime(2023, 9, 10, 9, tz="Asia/Jakarta")),
        visit("undated"),
    )
    assert held(store, reported_by=pendulum.datetime(2023, 9, 10, 12)) == 1
    assert held(store, reported_by=pendulum.Date(2023, 9, 10)) == 2
    assert held(store, reported_by=pendulum.Date(2023, 9, 18)) == 3


def test_an_audience_sees_only_what_it_may(store: EventStore) -> None:
    store.append(
        visit("open"),
        Envelope(visit("inside"), audience="internal"),
        Envelope(visit("secret"), audience="restricted"),
        Envelope(visit("desk"), audience="asia-desk"),
    )
    seen = {name: held(store, audience=name) for name in ("public", "internal", "restricted", "asia-desk")}
    assert seen == {"public": 1, "internal": 2, "restricted": 3, "asia-desk": 2}


def test_a_list_of_records_folds_like_the_log_and_drops_what_comes_twice(store: EventStore) -> None:
    store.append(*article.as_reported(), *article.what_followed())
    records = list(store.read())
    projections: list[Any] = [ContactFrequency(), UpcomingVisits(), Discrepancies(), AllEngagements()]
    for projection in projections:
        whole = replay(projection, store)
        assert replay(projection, [*records, *records[::-1]]) == whole


def test_catching_up_from_a_checkpoint_takes_nothing_twice(store: EventStore) -> None:
    store.append(*article.as_reported())
    first = catch_up(ContactFrequency(), store)
    store.append(*article.what_followed())
    second = catch_up(ContactFrequency(), store, since=first)
    assert second == catch_up(ContactFrequency(), store)
    assert catch_up(ContactFrequency(), list(store.read()), since=second).state == second.state


class TestSettingAside:
    def test_a_record_that_cannot_be_taken_is_set_aside_and_shown(self, store: EventStore) -> None:
        class Fussy(ContactFrequency):
            def contributions(self, engagement: Any) -> Any:
                if engagement.slug == "bad":
                    raise ValueError("no such slug")
                return super().contributions(engagement)

        store.append(visit("good"), visit("bad"), visit("fine"))
        checkpoint = catch_up(Fussy(), store)
        assert [(one.position, one.reason) for one in checkpoint.set_aside] == [(2, "ValueError: no such slug")]
        with pytest.warns(RecordsSetAside, match="at position 2: ValueError: no such slug"):
            assert sum(row.count for row in replay(Fussy(), store).by("all")) == 2

    def test_an_event_of_a_class_that_nobody_imported_is_set_aside(self) -> None:
        from diplocal.events import registry  # noqa: PLC0415 - to forget a class is no business of users

        @event("acme.masque-held")
        class MasqueHeld(EngagementEvent):
            guests: int = 0

        store = MemoryStore()
        store.append(visit("good"), MasqueHeld(engagement="gala", guests=5))
        registry._by_class.pop(registry._by_name.pop("acme.masque-held").cls)
        for forget in registry.when_registered:
            forget()
        (aside,) = catch_up(ContactFrequency(), store).set_aside
        assert aside.position == 2
        assert "acme.masque-held" in aside.reason

    def test_an_event_whose_data_no_longer_fits_its_class_stops_nobody(self) -> None:
        store = MemoryStore()
        store.append(visit("good"))
        stale = UnknownEvent(type="diplocal.cancelled", version=1, data=b'{"why":"rain"}', in_stream="good")
        later = UnknownEvent(type="diplocal.cancelled", version=9, data=b"{}", in_stream="good")
        store.append(stale, later, visit("fine"))
        checkpoint = catch_up(ContactFrequency(), store)
        assert [one.position for one in checkpoint.set_aside] == [2, 3]
        assert "why" in checkpoint.set_aside[0].reason
        assert "upgrade diplocal" in checkpoint.set_aside[1].reason
        assert held(store, known_at=1) == 1


def test_a_projection_is_any_object_with_five_members() -> None:
    class CountByType:
        name = "acme.count-by-type"
        version = 1

        def start(self) -> dict[str, int]:
            return {}

        def apply(self, state: dict[str, int], record: Record) -> dict[str, int]:
            kind = type(record.event).__name__
            return {**state, kind: state.get(kind, 0) + 1}

        def answer(self, state: dict[str, int]) -> dict[str, int]:
            return state

    store = MemoryStore()
    store.append(visit("a"), visit("b"), VisitAnnounced(engagement="c", visitors=(CHINA,), host=RUSSIA))
    assert replay(CountByType(), store) == {"VisitConcluded": 2, "VisitAnnounced": 1}


@pytest.mark.parametrize("text", ["1960-01-01T00:00:00.25Z", "1969-12-31T23:59:59.999999Z", "2023-09-18T10:00:00.5Z"])
def test_an_instant_keeps_its_microseconds_before_and_after_1970(text: str) -> None:
    moment = When(text).begins_at
    assert moment is not None
    assert instant(micros(moment)) == moment


@pytest.mark.parametrize("beyond", [3, 1_000, 10**9])
def test_a_position_behind_the_newest_is_refused(beyond: int, store: EventStore) -> None:
    store.append(visit("a"), visit("b"))
    with Diary(store) as diary:
        for ask in (
            lambda: held(store, known_at=beyond),
            lambda: diary.as_of(known_at=beyond),
            lambda: diary.changes(beyond),
            lambda: position_at_number(store, beyond, "public"),
        ):
            with pytest.raises(InvalidValue, match="at most 2, the newest"):
                ask()
