"""What every event store promises: the same tests for those in memory, in a file and on a server."""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from contextlib import suppress
from itertools import groupby
from operator import itemgetter
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from uuid import UUID

import pendulum
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from diplocal.checks import EVENT_ID
from diplocal.cloudevents import export
from diplocal.dates import When
from diplocal.errors import EventIdReused, InvalidValue, UnknownEventType, VersionClash
from diplocal.events import Cancelled, Confirmed, Corrected, Event, ReportAttached, event
from diplocal.events.registry import EngagementEvent
from diplocal.events.wire import UnknownEvent, identify
from diplocal.records import Envelope, Record, micros
from diplocal.store import EventStore, Listed, MemoryStore, SQLiteStore, Verified, visible_to
from diplocal.store.numbering import number_at, position_at_number
from diplocal.store.postgres import PostgresStore

Open = Callable[..., EventStore]

NOON = pendulum.datetime(2023, 9, 18, 12)


@pytest.fixture(params=["memory", "sqlite", "postgres"])
def opened(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Open]:
    """Opens new stores of one kind; they are closed when the test ends."""
    stores: list[EventStore] = []

    def open_empty(**options: Any) -> EventStore:
        match request.param:
            case "memory":
                store: EventStore = MemoryStore(**options)
            case "sqlite":
                store = SQLiteStore(tmp_path / f"{len(stores)}.db", **options)
            case _:
                store = PostgresStore(request.getfixturevalue("new_address")(), **options)
        stores.append(store)
        return store

    yield open_empty
    for store in stores:
        store.close()


@pytest.fixture
def store(opened: Open) -> EventStore:
    return opened()


def said(slug: str = "talks", note: str | None = None) -> ReportAttached:
    return ReportAttached(engagement=slug, note=note)


def given_id(event_id: str, slug: str = "talks", **beside: Any) -> Envelope:
    return Envelope(said(slug), id=event_id, **beside)


def positions(records: Iterable[Record]) -> list[int]:
    return [record.position for record in records]


class TestPositions:
    def test_a_new_log_is_empty(self, store: EventStore) -> None:
        assert store.position() == 0
        assert list(store.read()) == []
        assert store.stream_version("talks") == 0
        assert store.position_at(NOON) == 0

    def test_positions_count_from_one_without_gaps_in_the_order_of_appending(self, store: EventStore) -> None:
        first = store.append(said("a"), said("b"))
        second = store.append(said("c"))
        assert [record.position for record in (*first, *second)] == [1, 2, 3]
        assert [record.stream for record in store.read()] == ["a", "b", "c"]
        assert store.position() == 3

    def test_versions_count_the_records_of_each_stream(self, store: EventStore) -> None:
        records = store.append(said("a", "1"), said("b"), said("a", "2"))
        assert [(record.stream, record.version) for record in records] == [("a", 1), ("b", 1), ("a", 2)]
        assert (store.stream_version("a"), store.stream_version("b")) == (2, 1)

    def test_appending_nothing_adds_nothing(self, store: EventStore) -> None:
        assert store.append() == ()
        assert store.position() == 0

    def test_an_identity_is_a_uuid(self, opened: Open) -> None:
        with pytest.raises(InvalidValue, match="a UUID"):
            opened(log_id="mine")

    def test_what_append_gives_is_what_read_gives(self, store: EventStore) -> None:
        report = Corrected(engagement="talks", of="abc", right=Confirmed(engagement="talks", when=When("2023-10")))
        beside = Envelope(report, audience="internal", causation_id="c", correlation_id="d", recorded_by="desk")
        assert list(store.append(said(), beside)) == list(store.read())

    def test_a_log_keeps_its_identity(self, opened: Open) -> None:
        assert opened(log_id=str(UUID(int=7))).log_id == str(UUID(int=7))
        assert opened().log_id != opened().log_id


class TestExpectedVersion:
    def test_an_append_at_the_expected_version_is_taken(self, store: EventStore) -> None:
        store.append(said(note="1"), expect=0)
        store.append(said(note="2"), said(note="3"), expect=1)
        assert store.stream_version("talks") == 3

    @pytest.mark.parametrize("expect", [0, 2, {"talks": 0}, {"talks": 1, "other": 1}])
    def test_a_clash_stores_nothing_and_says_where_the_stream_is(
        self, store: EventStore, expect: int | Mapping[str, int]
    ) -> None:
        store.append(said(note="1"))
        with pytest.raises(VersionClash) as clash:
            store.append(said(note="2"), expect=expect)
        assert clash.value.actual != clash.value.expected
        assert clash.value.actual == store.stream_version(clash.value.stream)
        assert store.position() == 1

    def test_a_mapping_expects_a_version_of_each_stream(self, store: EventStore) -> None:
        store.append(said("a"))
        store.append(said("a", "2"), said("b"), expect={"a": 1, "b": 0})
        with pytest.raises(VersionClash) as clash:
            store.append(said("a", "3"), said("b", "2"), expect={"a": 2, "b": 0})
        assert (clash.value.stream, clash.value.expected, clash.value.actual) == ("b", 0, 1)
        assert store.position() == 3

    def test_a_mapping_may_expect_something_of_a_stream_that_is_only_watched(self, store: EventStore) -> None:
        store.append(said("visit"))
        with pytest.raises(VersionClash):
            store.append(said("dinner"), expect={"visit": 0})
        store.append(said("dinner"), expect={"visit": 1})
        assert store.position() == 2

    def test_one_number_for_several_streams_is_refused(self, store: EventStore) -> None:
        with pytest.raises(InvalidValue, match="a version for each of the streams"):
            store.append(said("a"), said("b"), expect=0)
        assert store.position() == 0


class TestIds:
    def test_an_event_is_known_by_what_it_says(self, store: EventStore) -> None:
        (record,) = store.append(said())
        assert record.id == identify(said())

    def test_the_same_event_again_gives_its_record_and_adds_nothing(self, store: EventStore) -> None:
        first = store.append(said("a"), said("b"))
        assert store.append(said("b"), said("a"), said("a")) == (first[1], first[0], first[0])
        assert store.position() == 2

    def test_the_same_event_twice_in_one_append_is_one(self, store: EventStore) -> None:
        records = store.append(said(), said("other"), said())
        assert [record.position for record in records] == [1, 2, 1]
        assert store.position() == 2

    def test_what_is_new_beside_what_is_known_is_added(self, store: EventStore) -> None:
        store.append(given_id("1", "a"))
        records = store.append(given_id("2", "b"), given_id("1", "a"), given_id("3", "a"))
        assert [(record.id, record.position, record.version) for record in records] == [
            ("2", 2, 1), ("1", 1, 1), ("3", 3, 2)
        ]  # fmt: skip

    @pytest.mark.parametrize(
        "other",
        [
            given_id("1", "b"),
            given_id("1", "b", audience="internal"),
            Envelope(said("a", "more"), id="1"),
            Envelope(Cancelled(engagement="a"), id="1"),
        ],
        ids=["stream", "audience", "field", "type"],
    )
    def test_an_id_with_other_contents_stores_nothing_and_says_where_the_id_is(
        self, store: EventStore, other: Envelope
    ) -> None:
        store.append(said("before"), given_id("1", "a"))
        with pytest.raises(EventIdReused) as reused:
            store.append(said("new"), other)
        assert (reused.value.event_id, reused.value.position) == ("1", 2)
        assert store.position() == 2

    def test_an_id_with_two_contents_in_one_append_stores_nothing(self, store: EventStore) -> None:
        with pytest.raises(EventIdReused):
            store.append(given_id("1", "a"), given_id("1", "b"))
        assert store.position() == 0

    def test_who_recorded_it_does_not_make_it_another_event(self, store: EventStore) -> None:
        first = store.append(given_id("1", recorded_by="desk"))
        assert store.append(given_id("1", recorded_by="night shift", correlation_id="import 7")) == first

    def test_an_append_is_retried_after_its_acknowledgement_was_lost(self, store: EventStore) -> None:
        acknowledged = store.append(said(note="1"), said(note="2"), expect=0)
        assert store.append(said(note="1"), said(note="2"), expect=0) == acknowledged
        assert store.append(said(note="1"), expect={"talks": 0}) == acknowledged[:1]

    def test_a_retry_that_brings_something_new_is_held_to_its_expected_version(self, store: EventStore) -> None:
        store.append(said(note="1"), expect=0)
        with pytest.raises(VersionClash):
            store.append(said(note="1"), said(note="2"), expect=0)
        assert store.position() == 1

    @given(
        ids=st.lists(
            st.from_regex(EVENT_ID, fullmatch=True, alphabet=st.characters()), min_size=1, max_size=5, unique=True
        )
    )
    @settings(deadline=None)
    def test_any_text_without_white_space_and_control_characters_is_an_id(self, ids: list[str]) -> None:
        with TemporaryDirectory() as folder, SQLiteStore(Path(folder) / "log.db") as file:
            for store in (MemoryStore(), file):
                first = store.append(*map(given_id, ids))
                assert [record.id for record in store.read()] == ids
                assert store.append(*map(given_id, ids)) == first

    @pytest.mark.parametrize("text", ["", "a b", "a\x00", "\x7f", "\ud800", "a" * 256])
    def test_no_other_text_is_an_id(self, text: str) -> None:
        with pytest.raises(InvalidValue, match="control characters"):
            given_id(text)


class TestReleases:
    def test_a_report_is_released_for_a_wider_audience(self, store: EventStore) -> None:
        (hidden,) = store.append(given_id("1", "a", audience="restricted"))
        (internal,) = store.append(given_id("1", "a", audience="internal"))
        (public,) = store.append(given_id("1", "a"))
        assert [record.id for record in (hidden, internal, public)] == ["1"] * 3
        assert list(store.read()) == [hidden, internal, public]
        assert list(store.read(audience="internal")) == [internal, public]
        assert store.verify().position == 3

    @pytest.mark.parametrize("narrower", ["internal", "restricted", "asia-desk"])
    def test_what_is_public_is_known_to_everybody(self, store: EventStore, narrower: str) -> None:
        (public,) = store.append(given_id("1", "a"))
        assert store.append(given_id("1", "a", audience=narrower)) == (public,)

    def test_what_two_desks_may_not_see_of_each_other_is_recorded_for_each(self, store: EventStore) -> None:
        (asia,) = store.append(given_id("1", "a", audience="asia-desk"))
        (africa,) = store.append(given_id("1", "a", audience="africa-desk"))
        assert (asia.position, africa.position) == (1, 2)
        assert store.append(given_id("1", "a", audience="africa-desk")) == (africa,)

    def test_an_id_that_is_taken_where_nobody_looks_is_free(self, store: EventStore) -> None:
        store.append(given_id("1", "a", audience="internal"))
        (other,) = store.append(given_id("1", "b"))
        assert (other.id, other.stream) == ("1", "b")
        with pytest.raises(EventIdReused):
            store.append(given_id("1", "c"))
        with pytest.raises(EventIdReused):
            store.append(given_id("1", "c", audience="internal"))

    def test_a_release_in_the_same_append_is_a_release(self, store: EventStore) -> None:
        both = store.append(given_id("1", "a", audience="internal"), given_id("1", "a"))
        assert [(record.position, record.audience) for record in both] == [(1, "internal"), (2, "public")]

    def test_the_number_of_a_record_counts_what_is_seen(self, store: EventStore) -> None:
        marks = ["public", "internal", "restricted", "public", "asia-desk", "public"]
        store.append(*(given_id(str(place), audience=mark) for place, mark in enumerate(marks)))
        assert [number_at(store, position, "public") for position in (1, 4, 6)] == [1, 2, 3]
        assert [number_at(store, position, "internal") for position in (1, 2, 4, 6)] == [1, 2, 3, 4]
        assert [position_at_number(store, number, "public") for number in (0, 1, 2, 3)] == [0, 1, 4, 6]
        with pytest.raises(InvalidValue, match="position is 4: expected at most 3"):
            position_at_number(store, 4, "public")

    @given(
        told=st.lists(
            st.tuples(
                st.sampled_from(["public", "internal", "restricted", "asia-desk"]),
                st.integers(0, 3),  # which event
                st.integers(0, 2),  # what it says
                st.integers(-5, 5),  # seconds by which the clock moves
            ),
            max_size=12,
        ),
        audience=st.sampled_from(["public", "internal", "asia-desk"]),
    )
    @settings(deadline=None)
    def test_an_audience_gets_what_it_would_get_had_the_rest_never_been_recorded(
        self, told: list[tuple[str, int, int, int]], audience: str
    ) -> None:
        with TemporaryDirectory() as folder:
            for kind in (MemoryStore, lambda **given: SQLiteStore(Path(folder) / f"{given['log_id']}.db", **given)):
                with (
                    self.told_to(kind, UUID(int=1), told, None) as whole,
                    self.told_to(kind, UUID(int=2), told, visible_to(audience)) as part,
                ):
                    assert self.seen(whole, audience) == self.seen(part, audience)

    def told_to(
        self, kind: Open, log_id: UUID, told: list[tuple[str, int, int, int]], visible: Collection[str] | None
    ) -> EventStore:
        now = [NOON]
        store = kind(log_id=str(log_id), clock=lambda: now[0])
        for mark, name, content, moved in told:
            now[0] = now[0].add(seconds=moved)
            if visible is None or mark in visible:
                with suppress(EventIdReused):
                    store.append(Envelope(said(f"talks-{name}", str(content)), id=f"event-{name}", audience=mark))
        return store

    def seen(self, store: EventStore, audience: str) -> list[object]:
        own = [record for record in store.read(audience=audience) if record.audience == audience]
        assert [record.recorded_micros for record in own] == sorted(record.recorded_micros for record in own)
        assert store.verify().position == store.position()
        instants = [NOON.add(seconds=second) for second in range(-60, 60)] if audience == "public" else []
        return [
            [line.replace(store.log_id.encode(), b"") for line in export(store, audience)],
            [store.count(upto=store.position_at(moment, audience=audience), audience=audience) for moment in instants],
        ]


class TestAllOrNothing:
    def test_what_is_no_event_leaves_nothing_behind(self, store: EventStore) -> None:
        with pytest.raises(InvalidValue, match="an Event, or an Envelope"):
            store.append(said("a"), "said", said("b"))  # type: ignore[arg-type] # that is the point
        assert store.position() == 0

    def test_an_event_of_an_unregistered_class_leaves_nothing_behind(self, store: EventStore) -> None:
        class Unregistered(ReportAttached):
            pass

        with pytest.raises(UnknownEventType):
            store.append(said("a"), Unregistered(engagement="b"))
        assert store.position() == 0

    def test_a_clock_that_fails_leaves_nothing_behind(self, opened: Open) -> None:
        def stopped() -> pendulum.DateTime:
            raise OSError("the clock stopped")

        store = opened(clock=stopped)
        with pytest.raises(OSError, match="stopped"):
            store.append(said())
        assert store.position() == 0


class TestRecordedTime:
    def test_recorded_time_never_decreases_though_the_clock_goes_back(self, opened: Open) -> None:
        ticks = iter([NOON, NOON.subtract(hours=3), NOON.add(microseconds=1), NOON.subtract(years=1)])
        store = opened(clock=lambda: next(ticks))
        for number in range(4):
            store.append(said(note=str(number)))
        assert [record.recorded_at for record in store.read()] == [NOON, NOON, *[NOON.add(microseconds=1)] * 2]

    def test_one_append_is_learnt_at_one_instant(self, opened: Open) -> None:
        ticks = (NOON.add(seconds=number) for number in range(10))
        store = opened(clock=lambda: next(ticks))
        store.append(said("a"), said("b"), said("c"))
        assert {record.recorded_at for record in store.read()} == {NOON}

    def test_an_instant_maps_to_the_last_position_known_by_then_ties_included(self, opened: Open) -> None:
        ticks = iter([NOON, NOON, NOON.add(microseconds=1), NOON.add(days=1)])
        store = opened(clock=lambda: next(ticks))
        store.append(said("a"), said("b"))
        store.append(said("c"))
        store.append(said("d"))
        store.append(said("e"))
        assert store.position_at(NOON.subtract(microseconds=1)) == 0
        assert store.position_at(NOON) == 3
        assert store.position_at(NOON.add(microseconds=1)) == 4
        assert store.position_at(NOON.add(hours=23)) == 4
        assert store.position_at(NOON.add(days=1)) == 5
        assert store.position_at(NOON.add(years=100)) == 5

    def test_an_instant_in_another_zone_is_the_same_instant(self, opened: Open) -> None:
        store = opened(clock=lambda: NOON)
        store.append(said())
        assert store.position_at(NOON.in_timezone("Asia/Jakarta")) == 1
        assert store.position_at(NOON.in_timezone("Asia/Jakarta").subtract(microseconds=1)) == 0

    @given(seconds=st.lists(st.integers(0, 5), max_size=8), asked=st.integers(-1, 6))
    def test_position_at_counts_the_records_known_by_then(self, seconds: list[int], asked: int) -> None:
        ticks = iter(NOON.add(seconds=second) for second in seconds)
        store = MemoryStore(clock=lambda: next(ticks))
        for number in range(len(seconds)):
            store.append(said(note=str(number)))
        wanted = micros(NOON.add(seconds=asked))
        assert store.position_at(NOON.add(seconds=asked)) == sum(
            record.recorded_micros <= wanted for record in store.read()
        )


class TestReading:
    @pytest.fixture
    def store(self, opened: Open) -> EventStore:
        store = opened()
        store.append(
            said("a"),
            Envelope(Cancelled(engagement="b"), audience="internal"),
            Envelope(said("b"), audience="restricted"),
            Envelope(said("c"), audience="asia-desk"),
            Cancelled(engagement="a"),
        )
        return store

    @pytest.mark.parametrize(
        ("asked", "found"),
        [
            ({}, [1, 2, 3, 4, 5]),
            ({"after": 2}, [3, 4, 5]),
            ({"upto": 2}, [1, 2]),
            ({"after": 1, "upto": 3}, [2, 3]),
            ({"after": 3, "upto": 3}, []),
            ({"after": 9}, []),
            ({"after": -5}, [1, 2, 3, 4, 5]),
            ({"upto": 0}, []),
            ({"upto": -1}, []),
            ({"after": -9, "upto": -1}, []),
            ({"upto": 99}, [1, 2, 3, 4, 5]),
            ({"upto": 2**63}, [1, 2, 3, 4, 5]),
            ({"after": 2**63}, []),
            ({"after": -(2**64), "upto": 2**64}, [1, 2, 3, 4, 5]),
            ({"streams": ["a"]}, [1, 5]),
            ({"streams": ["c", "a", "nowhere"]}, [1, 4, 5]),
            ({"streams": []}, []),
            ({"types": ["diplocal.cancelled"]}, [2, 5]),
            ({"types": {"diplocal.cancelled", "diplocal.report-attached"}, "streams": ("b",)}, [2, 3]),
            ({"types": ()}, []),
            ({"audience": "public"}, [1, 5]),
            ({"audience": "internal"}, [1, 2, 5]),
            ({"audience": "restricted"}, [1, 2, 3, 5]),
            ({"audience": "asia-desk"}, [1, 4, 5]),
            ({"audience": "restricted", "streams": {"b"}, "types": ["diplocal.cancelled"], "after": 1}, [2]),
        ],
    )
    def test_reading_gives_what_was_asked_for_in_order(
        self, store: EventStore, asked: dict[str, Any], found: list[int]
    ) -> None:
        assert positions(store.read(**asked)) == found

    @pytest.mark.parametrize(
        "asked", [{}, {"after": 2}, {"upto": -1}, {"after": 1, "upto": 3}, {"audience": "internal"}]
    )
    def test_a_list_of_records_is_read_like_the_log_that_they_are_from(
        self, store: EventStore, asked: dict[str, Any]
    ) -> None:
        assert list(Listed(store.read()).read(**asked)) == list(store.read(**asked))

    @pytest.mark.parametrize(
        ("asked", "found"),
        [
            ({}, [("a", 1), ("a", 5), ("b", 2), ("b", 3), ("c", 4)]),
            ({"upto": 3}, [("a", 1), ("b", 2), ("b", 3)]),
            ({"upto": -1}, []),
            ({"upto": 2**64, "audience": "internal"}, [("a", 1), ("a", 5), ("b", 2)]),
        ],
    )
    def test_reading_by_stream_keeps_each_stream_together(
        self, store: EventStore, asked: dict[str, Any], found: list[tuple[str, int]]
    ) -> None:
        for log in (store, Listed(store.read())):
            read = [(record.stream, record.position) for record in log.read_by_stream(**asked)]
            assert sorted(read) == found
            assert len([*groupby(read, key=itemgetter(0))]) == len({stream for stream, _ in found})

    def test_a_list_of_all_records_of_a_log_has_its_digests(self, store: EventStore) -> None:
        listed = Listed(store.read(), log_id=store.log_id)
        assert len({store.digest_at(position) for position in range(6)}) == 6
        for log in (store, listed):
            assert [log.digest_at(position) for position in range(6)] == [*map(store.digest_at, range(6))]
            for position in (-1, 6, 2**64):
                with pytest.raises(InvalidValue, match="0 to 5, where the log ends"):
                    log.digest_at(position)

    def test_a_list_that_lacks_a_position_has_there_the_digest_before(self, store: EventStore) -> None:
        records = list(store.read())
        assert Listed([records[0], records[4]], log_id=store.log_id).digest_at(3) == store.digest_at(1)
        assert Listed([records[4]], log_id=store.log_id).digest_at(3) == store.digest_at(0)

    def test_a_reading_is_of_the_log_as_it_was_when_it_was_asked_for(self, store: EventStore) -> None:
        reading = store.read()
        store.append(said("late"))
        assert positions(reading) == [1, 2, 3, 4, 5]

    def test_a_reading_goes_on_unmoved_while_others_append(self, store: EventStore) -> None:
        reading, seen = store.read(), []
        for record in reading:
            seen.append(record.position)
            store.append(said("late", str(record.position)))
            assert store.position() == 5 + len(seen)
        assert seen == [1, 2, 3, 4, 5]

    def test_whoever_appends_sees_it_at_once_while_a_reading_is_under_way(self, store: EventStore) -> None:
        reading = store.read()
        next(reading)
        store.append(said("late"), expect=0)
        assert store.position() == 6
        assert positions(store.read(streams=["late"])) == [6]
        assert positions(reading) == [2, 3, 4, 5]

    def test_readings_side_by_side_do_not_disturb_each_other(self, store: EventStore) -> None:
        pairs = zip(store.read(), store.read(), strict=True)
        assert all(one == other for one, other in pairs)

    @pytest.mark.parametrize("slug", ["x-'; drop table records; --", 'a"b', "%", "\U0001f54a"])
    def test_a_filter_of_any_text_is_only_a_text(self, store: EventStore, slug: str) -> None:
        assert positions(store.read(streams=[slug], types=[slug])) == []
        assert store.stream_version(slug) == 0


class TestAudiences:
    def test_each_of_ours_sees_those_that_are_wider(self) -> None:
        assert visible_to("public") == {"public"}
        for no_name in ("", "Public", "public ", "a b"):
            with pytest.raises(InvalidValue, match="audience"):
                visible_to(no_name)
        assert visible_to("internal") == {"public", "internal"}
        assert visible_to("restricted") == {"public", "internal", "restricted"}

    def test_one_of_the_users_sees_what_is_public_and_its_own(self) -> None:
        assert visible_to("asia-desk") == {"public", "asia-desk"}


@event("storetest.dinner-held")
class DinnerHeld(EngagementEvent):
    courses: int


@event("storetest.guard-changed")
class GuardChanged(Event):
    """About no engagement: it has a stream of its own naming."""

    post: str

    @property
    def stream(self) -> str:
        return f"Wache № {self.post}"


class TestEventsOfTheUsers:
    def test_they_are_kept_and_read_like_ours(self, store: EventStore) -> None:
        dinner, guard = DinnerHeld(engagement="gala", courses=5), GuardChanged(post="7")
        store.append(dinner, guard)
        assert [record.event for record in store.read()] == [dinner, guard]
        assert [record.event for record in store.read(types=["storetest.dinner-held"])] == [dinner]
        assert [record.event for record in store.read(streams=["Wache № 7"])] == [guard]

    def test_an_event_that_nobody_registered_here_is_kept_whole(self, opened: Open) -> None:
        unknown = UnknownEvent(type="acme.ball-given", version=3, data=b'{"dances":12}', in_stream="ball")
        store, copy = opened(), opened()
        (record,) = store.append(unknown)
        copy.append(*(Envelope(one.event, id=one.id) for one in store.read()))
        assert [one.event for one in store.read(streams=["ball"])] == [unknown]
        assert [(one.id, one.event) for one in copy.read()] == [(record.id, unknown)]


def test_verification_gives_the_length_and_the_digest_of_what_was_appended(opened: Open) -> None:
    first = opened(clock=lambda: NOON)
    second = opened(clock=lambda: NOON, log_id=first.log_id)
    for store in (first, second):
        store.append(said("a"), said("b"))
        store.append(said("c"))
    assert first.verify() == second.verify() == Verified(3, first.digest_at(3))
    second.append(said("d"))
    assert first.verify() != second.verify()


def test_an_empty_log_verifies(store: EventStore) -> None:
    assert store.verify().position == 0


STREAMS = st.sampled_from(["a", "b", "c"])
NOTES = st.sampled_from(["1", "2", "3", "4"])
AUDIENCES = st.sampled_from(["public", "internal", "asia-desk", "restricted"])
SOME = st.lists(st.tuples(STREAMS, NOTES, AUDIENCES), max_size=4)
"""Reports, which may come again for another audience: for a wider one they are released."""


class AStoreBesideAList(RuleBasedStateMachine):
    """Appends at random to both stores, and keeps what they should hold in a list."""

    @initialize()
    def open(self) -> None:
        self.seconds = 0
        self.folder = TemporaryDirectory()
        file = SQLiteStore(Path(self.folder.name) / "log.db", clock=self.clock)
        self.stores: list[EventStore] = [MemoryStore(log_id=file.log_id, clock=self.clock), file]
        self.held: list[tuple[str, str, str]] = []
        self.learnt: list[int] = []

    def clock(self) -> pendulum.DateTime:
        return NOON.add(seconds=self.seconds)

    def version(self, stream: str) -> int:
        return sum(one[0] == stream for one in self.held)

    @rule(seconds=st.integers(-5, 3))
    def a_clock_goes_on_or_back(self, seconds: int) -> None:
        self.seconds += seconds

    @rule(events=SOME, right=st.booleans(), wrong_by=st.integers(1, 3))
    def append(self, events: list[tuple[str, str, str]], right: bool, wrong_by: int) -> None:  # noqa: FBT001
        arrived = [Envelope(said(slug, note), audience=audience) for slug, note, audience in events]
        order, places = list(self.held), list[int]()
        for one in events:
            seen = [place for place, held in enumerate(order, start=1) if self.is_seen(held, one)]
            places.append(seen[0] if seen else len(order) + 1)
            order += [] if seen else [one]
        new = order[len(self.held) :]
        expect = {slug: self.version(slug) + (0 if right else wrong_by) for slug, _, _ in events}
        for store in self.stores:
            if new and not right:
                with pytest.raises(VersionClash):
                    store.append(*arrived, expect=expect)
            else:
                assert positions(store.append(*arrived, expect=expect)) == places
        if right or not new:
            self.learnt += [self.learns(audience) for _, _, audience in new]
            self.held = order

    def is_seen(self, held: tuple[str, str, str], one: tuple[str, str, str]) -> bool:
        """Tell whether whom a report is for can see that it is in the log already."""
        return held[:2] == one[:2] and held[2] in visible_to(one[2])

    def learns(self, audience: str) -> int:
        """Give when something for an audience is recorded: never before what it sees, whatever else there is."""
        seen = zip(self.held, self.learnt, strict=True)
        return max([micros(self.clock()), *(at for held, at in seen if held[2] in visible_to(audience))])

    @rule(after=st.integers(0, 12), length=st.integers(0, 12), streams=st.none() | st.sets(STREAMS))
    def read(self, after: int, length: int, streams: set[str] | None) -> None:
        expected = [
            (place, *one)
            for place, one in enumerate(self.held, start=1)
            if after < place <= after + length and (streams is None or one[0] in streams)
        ]
        for store in self.stores:
            found = store.read(after=after, upto=after + length, streams=streams)
            assert [(one.position, one.stream, one.event.note, one.audience) for one in found] == expected

    @rule(audience=AUDIENCES)
    def read_for(self, audience: str) -> None:
        expected = [place for place, one in enumerate(self.held, start=1) if one[2] in visible_to(audience)]
        for store in self.stores:
            assert positions(store.read(audience=audience)) == expected

    @rule(seconds=st.integers(-20, 20), audience=AUDIENCES)
    def ask_for_an_instant(self, seconds: int, audience: str) -> None:
        wanted = NOON.add(seconds=seconds)
        known = [
            place
            for place, (held, at) in enumerate(zip(self.held, self.learnt, strict=True), start=1)
            if held[2] in visible_to(audience) and at <= micros(wanted)
        ]
        for store in self.stores:
            assert store.position_at(wanted, audience=audience) == max(known, default=0)

    @rule(audience=AUDIENCES, upto=st.integers(0, 12))
    def count(self, audience: str, upto: int) -> None:
        for store in self.stores:
            seen = sum(held[2] in visible_to(audience) for held in self.held[:upto])
            assert store.count(upto=upto, audience=audience) == seen

    @invariant()
    def all_agree(self) -> None:
        memory, file = self.stores
        assert list(memory.read()) == list(file.read())
        assert memory.verify() == file.verify()
        assert memory.position() == file.position() == len(self.held)
        assert [one.recorded_micros for one in memory.read()] == self.learnt

    def teardown(self) -> None:
        for store in self.stores:
            store.close()
        self.folder.cleanup()


TestAStoreBesideAList = AStoreBesideAList.TestCase
TestAStoreBesideAList.settings = settings(deadline=None, max_examples=30, stateful_step_count=25)


def test_a_list_of_events_in_the_place_of_one_is_refused_without_all_of_it() -> None:
    with pytest.raises(InvalidValue, match="expected an Event, or an Envelope around one") as refused:
        MemoryStore().append([said(note="n" * 90) for _ in range(100)])  # type: ignore[arg-type]
    assert len(str(refused.value)) < 1_200
