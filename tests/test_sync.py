"""Logs that were brought together, in whatever order, hold the same and say the same."""

import shutil
import subprocess
from collections.abc import Callable, Iterator, Sequence
from itertools import permutations, product
from pathlib import Path
from typing import Any

import attrs
import pendulum
import pytest
from commands import diplocal
from hypothesis import assume, given
from hypothesis import strategies as st
from showing import Shown

from diplocal.calendars import Feed, JSCalendarFeed, RichFeed
from diplocal.cli import syncing
from diplocal.cloudevents import export
from diplocal.dates import When
from diplocal.diary import Diary
from diplocal.errors import InvalidValue, UnreadableInput
from diplocal.events import Cancelled, ReportAttached, VisitAnnounced
from diplocal.events.wire import UnknownEvent
from diplocal.importers.archive import events_of, is_archive
from diplocal.parties import State
from diplocal.projections import ContactFrequency, Discrepancies, Punctuality, UpcomingVisits
from diplocal.records import Envelope, Origin, Record
from diplocal.replaying import replay
from diplocal.store import EventStore, MemoryStore, SQLiteStore, open_store
from diplocal.syncing import Taken, pull, sent, sync, take_in
from diplocal.testing import History, histories
from diplocal.testing.pools import CHINA, RUSSIA

NOON = pendulum.datetime(2023, 10, 1, 12)
NAMES = tuple(f"{digit * 8}-0000-4000-8000-000000000000" for digit in "abc")
PAIRS = tuple(permutations(range(3), 2))
FEEDS = (Feed(), RichFeed(), JSCalendarFeed(), Feed(state="RU"))
ANSWERED: Sequence[Any] = (ContactFrequency(), UpcomingVisits(), Punctuality(), Discrepancies())
VISIT = VisitAnnounced(engagement="visit", visitors=(CHINA,), host=RUSSIA, when=When("2023-10-17"))


class Clock:
    """Stands still until it is moved."""

    def __init__(self) -> None:
        self.now = NOON

    def __call__(self) -> pendulum.DateTime:
        return self.now


def held(log: EventStore, audience: str) -> dict[str, tuple[int, str, object]]:
    """Say what a log holds for an audience: each event by its id, with when it was first, and in which log."""
    found: dict[str, tuple[int, str, object]] = {}
    for record in log.read(audience=audience):
        first = record.first_recorded_micros, record.first_log, record.event
        found[record.id] = min(found.get(record.id, first), first, key=lambda one: one[:2])
    return found


@attrs.frozen
class Told:
    """Which logs an event is recorded in, and how far the clock goes on before."""

    logs: frozenset[int]
    minutes: int


THIRD, NOBODY = frozenset({2}), frozenset[int]()


@attrs.frozen
class Together:
    """Brings logs together, of which some are seen through servers alone."""

    served: frozenset[int]

    def bring(self, logs: list[MemoryStore], pair: tuple[int, int]) -> None:
        if not self.served & set(pair):
            sync(logs[pair[0]], logs[pair[1]])
            return
        for to, of in (pair, pair[::-1]):
            for audience in ("restricted", "asia-desk"):  # each with an address of its own
                assert pull(logs[to], Shown(logs[of], audience)).refused == ()


tellings = st.builds(Told, st.frozensets(st.integers(0, 2), min_size=1), st.sampled_from([0, 0, 1, 60]))


@given(
    histories(min_events=3, max_events=9),
    st.lists(tellings, min_size=9, max_size=9),
    st.lists(st.tuples(st.integers(0, 9), st.sampled_from(PAIRS)), max_size=4),
    st.permutations(PAIRS),
    st.booleans(),
    st.data(),
)
def test_three_logs_brought_together_in_any_order_hold_and_say_the_same(
    history: History,
    told: list[Told],
    meanwhile: list[tuple[int, tuple[int, int]]],
    at_last: list[tuple[int, int]],
    is_served: bool,  # noqa: FBT001 - drawn
    data: st.DataObject,
) -> None:
    clock, together = Clock(), Together(THIRD if is_served else NOBODY)
    logs = [MemoryStore(log_id=name, clock=clock) for name in NAMES]
    record(history, told, meanwhile, logs, clock, together)
    clock.now = clock.now.add(days=3)
    for pair in (*at_last, *at_last):
        together.bring(logs, pair)
    lengths = [log.position() for log in logs]
    for pair in at_last:
        together.bring(logs, pair)
    assert [log.position() for log in logs] == lengths, "brought together again, nothing is new"
    moment = clock.now.subtract(days=data.draw(st.integers(0, 6), label="days before"))
    for audience in ("public", "internal", "restricted", "asia-desk"):
        assert held(logs[0], audience) == held(logs[1], audience) == held(logs[2], audience)
        for view, reported_by in product((*FEEDS, *ANSWERED), (None, moment)):
            one, *others = (replay(view, log, audience=audience, reported_by=reported_by) for log in logs)
            assert others == [one, one]
    for log in logs:
        log.verify()


def record(
    history: History,
    told: list[Told],
    meanwhile: list[tuple[int, tuple[int, int]]],
    logs: list[MemoryStore],
    clock: Clock,
    together: Together,
) -> None:
    """Record each event in some logs, which are brought together now and then.

    What a log of which these tests see nothing recorded at one instant came in its order: no log gets a part of it.
    """
    elsewhere = [(one.origin, one.audience) for one in history.envelopes if one.origin is not None]
    assume(len(set(elsewhere)) == len(elsewhere))
    for number, (envelope, one) in enumerate(zip(history.envelopes, told, strict=False)):
        clock.now = clock.now.add(minutes=one.minutes)
        for which in sorted(one.logs):
            logs[which].append(envelope)
        for after, pair in meanwhile:
            if after == number:
                together.bring(logs, pair)


def rendered(log: EventStore, audience: str = "public") -> bytes:
    return replay(Feed(), log, audience=audience).to_ical()


@pytest.fixture
def logs() -> tuple[MemoryStore, MemoryStore]:
    minutes = iter(range(1000))
    one, other = (MemoryStore(log_id=name, clock=lambda: NOON.add(minutes=next(minutes))) for name in NAMES[:2])
    return one, other


class TestTwoLogs:
    def test_a_record_keeps_which_log_had_it_first_and_when(self, logs: tuple[MemoryStore, MemoryStore]) -> None:
        one, other = logs
        (record,) = one.append(VISIT)
        sync(one, other)
        (came,) = other.read()
        assert (came.id, came.first_log, came.first_recorded_micros) == (record.id, one.log_id, record.recorded_micros)
        assert came.recorded_micros > record.recorded_micros
        assert f"UID:visit@{one.log_id}.diplocal".encode() in rendered(other)

    def test_what_both_recorded_is_taken_only_from_the_one_that_had_it_first(
        self, logs: tuple[MemoryStore, MemoryStore]
    ) -> None:
        one, other = logs
        one.append(VISIT)
        other.append(VISIT)
        first, second = sync(one, other)
        assert (first.taken, first.known, second.taken, second.known) == (0, 1, 1, 0)
        assert rendered(one) == rendered(other)
        assert one.position() == 1
        assert len({record.id for record in other.read()}) == 1

    def test_what_is_internal_in_one_is_internal_in_the_other(self, logs: tuple[MemoryStore, MemoryStore]) -> None:
        one, other = logs
        one.append(VISIT, Envelope(Cancelled(engagement="visit", reason="quietly"), audience="internal"))
        before = rendered(one)
        sync(one, other)
        assert rendered(other) == before
        assert [record.audience for record in other.read()] == ["public", "internal"]
        assert rendered(other, "internal") == rendered(one, "internal") != before

    def test_only_what_an_audience_may_see_is_exchanged_where_that_is_asked(
        self, logs: tuple[MemoryStore, MemoryStore]
    ) -> None:
        one, other = logs
        one.append(VISIT, Envelope(Cancelled(engagement="visit"), audience="internal"))
        other.append(Envelope(ReportAttached(engagement="visit", note="ours"), audience="restricted"))
        sync(one, other, audience="public")
        assert [record.audience for record in one.read()] == ["public", "internal"]
        assert [record.audience for record in other.read()] == ["restricted", "public"]

    def test_reports_of_one_instant_count_the_same_where_one_audience_was_shown_its_own_earlier(
        self, logs: tuple[MemoryStore, MemoryStore]
    ) -> None:
        one, other = logs
        one.append(
            VISIT,
            Envelope(VISIT.evolve(when=When("2023-10-19")), audience="internal"),
            VISIT.evolve(when=When("2023-10-20")),
        )
        sync(one, other, audience="public")
        sync(one, other)
        assert rendered(one, "internal") == rendered(other, "internal")

    def test_what_both_recorded_is_one_report_of_the_history(self, logs: tuple[MemoryStore, MemoryStore]) -> None:
        for log in logs:
            log.append(VISIT, Cancelled(engagement="visit"))
        sync(*logs)
        told = [Diary(log).about("visit").joined_reports("visit") for log in logs]
        assert [[report.event for report in reports] for reports in told] == [
            [VISIT, Cancelled(engagement="visit")]
        ] * 2

    def test_an_interrupted_exchange_goes_on_where_it_was(self, logs: tuple[MemoryStore, MemoryStore]) -> None:
        one, other = logs
        one.append(*(ReportAttached(engagement=f"talks-{number}", note="x") for number in range(2500)))

        def breaking_off() -> Iterator[Envelope]:
            for number, record in enumerate(one.read()):
                if number == 1700:
                    raise ConnectionError
                yield sent(record)

        with pytest.raises(ConnectionError):
            take_in(other, breaking_off())
        assert other.position() == 1000
        _, second = sync(one, other)
        assert (second.taken, second.known) == (1500, 1000)
        assert [record.id for record in one.read()] == [record.id for record in other.read()]

    def test_one_id_for_two_events_is_told_and_the_others_are_taken(
        self, logs: tuple[MemoryStore, MemoryStore]
    ) -> None:
        one, other = logs
        one.append(Envelope(VISIT, id="wire-7"), ReportAttached(engagement="talks", note="more"))
        other.append(Envelope(VISIT.evolve(host=State("FR")), id="wire-7"))
        first, second = sync(one, other)
        assert (second.taken, len(second.refused), len(first.refused)) == (1, 1, 1)
        assert "wire-7" in second.refused[0]

    def test_a_copy_under_another_identity_and_an_earlier_day_is_told_to_change_uids(
        self, logs: tuple[MemoryStore, MemoryStore]
    ) -> None:
        one, other = logs
        one.append(VISIT, Cancelled(engagement="visit"), ReportAttached(engagement="talks"))
        for record in one.read():
            earlier = Origin(other.log_id, record.first_recorded_micros - 86_400_000_000)
            other.append(attrs.evolve(sent(record), origin=earlier))
        other.append(ReportAttached(engagement="others"))
        first, second = sync(one, other)
        assert (first.taken, first.renamed, second.renamed) == (4, frozenset({"visit", "talks"}), frozenset())
        assert sync(one, other)[0].renamed == frozenset()

    def test_an_event_that_cannot_be_taken_is_told_and_the_others_are_taken(
        self, logs: tuple[MemoryStore, MemoryStore]
    ) -> None:
        _, other = logs
        broken = UnknownEvent(type="acme.ball", version=1, data=b'{"note":"\\ud800 is no letter"}', in_stream="ball")
        taken = take_in(
            other, [Envelope(VISIT), Envelope(broken, id="wire-9"), Envelope(Cancelled(engagement="visit"))]
        )
        assert (taken.taken, len(taken.refused)) == (2, 1)
        assert "event wire-9: acme.ball" in taken.refused[0]

    def test_a_log_and_itself_are_none(self, logs: tuple[MemoryStore, MemoryStore], tmp_path: Path) -> None:
        link = tmp_path / "link.db"
        link.symlink_to(tmp_path / "log.db")
        with pytest.raises(InvalidValue, match="the same one"):
            sync(logs[0], logs[0])
        with (
            SQLiteStore(tmp_path / "log.db") as one,
            SQLiteStore(link) as linked,
            pytest.raises(InvalidValue, match="the same one"),
        ):
            sync(one, linked)

    def test_what_a_log_lost_comes_back_to_it_as_it_was(self) -> None:
        clock = Clock()
        whole, rest, other = (MemoryStore(log_id=name, clock=clock) for name in (NAMES[0], NAMES[0], NAMES[1]))
        whole.append(VISIT)
        sync(whole, other)
        clock.now = NOON.add(days=1)
        sync(rest, other)
        assert rendered(rest) == rendered(whole) == rendered(other)
        rest.verify()


class TestOverFiles:
    def test_the_second_time_only_what_is_new_is_read(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        read: list[int] = []
        rows = SQLiteStore.read_sealed

        def counted(store: SQLiteStore, **within: Any) -> Iterator[Record]:
            for record in rows(store, **within):
                read.append(record.position)
                yield record

        monkeypatch.setattr(SQLiteStore, "read_sealed", counted)
        paths = [tmp_path / "one.db", tmp_path / "other.db"]
        with SQLiteStore(paths[0]) as one, SQLiteStore(paths[1]) as other:
            one.append(*(ReportAttached(engagement=f"talks-{number}") for number in range(40)))
            sync(one, other)
            sync(one, other)
            read.clear()
            one.append(VISIT)
            assert [taken.taken for taken in sync(one, other)] == [0, 1]
            assert read == [41]
            copy = shutil.copy(paths[0], tmp_path / "copy.db")
        with SQLiteStore(tmp_path / "third.db") as third, SQLiteStore(copy) as behind:
            assert sync(behind, third)[1].taken == behind.position()
        with SQLiteStore(paths[0]) as one, SQLiteStore(paths[1]) as other:
            (tmp_path / "other.db.synced").write_bytes(b"{")
            read.clear()
            sync(one, other)
            assert len(read) >= 41, "what is remembered may be lost"
            assert rendered(one) == rendered(other)

    def test_a_log_that_was_put_back_to_an_older_state_takes_all_again(self, tmp_path: Path) -> None:
        path = tmp_path / "one.db"
        with SQLiteStore(path) as one, SQLiteStore(tmp_path / "other.db") as other:
            one.append(ReportAttached(engagement="talks"))
            sync(one, other)
            one._writer.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            older = path.read_bytes()
            other.append(VISIT)
            sync(one, other)
        path.write_bytes(older)
        with SQLiteStore(path) as one, SQLiteStore(tmp_path / "other.db") as other:
            assert one.position() == 1
            assert sync(one, other)[0].taken == 1

    def test_files_and_an_archive_hold_the_same_afterwards(self, tmp_path: Path) -> None:
        with SQLiteStore(tmp_path / "one.db") as one, SQLiteStore(tmp_path / "other.db") as other:
            one.append(VISIT, Envelope(Cancelled(engagement="visit"), audience="internal"))
            other.append(VISIT, ReportAttached(engagement="visit", note="more"))
            sync(one, other)
            assert rendered(one) == rendered(other)
            assert rendered(one, "internal") == rendered(other, "internal")
            archive = tmp_path / "archive.jsonl"
            archive.write_bytes(b"\n".join(export(other)))
            third = MemoryStore()
            assert take_in(third, events_of(archive)).refused == ()
            assert rendered(third) == rendered(one)
            assert rendered(third, "internal") == rendered(one, "internal")
            sync(third, one)
            assert sync(third, other)[0].taken == 0
            for log in (one, other, third):
                log.verify()

    def test_a_server_and_a_file_hold_the_same_afterwards(self, new_address: Callable[[], str], tmp_path: Path) -> None:
        with open_store(new_address()) as server, SQLiteStore(tmp_path / "log.db") as file:
            file.append(VISIT, ReportAttached(engagement="visit", note="more"))
            server.append(VISIT, Envelope(Cancelled(engagement="visit"), audience="internal"))
            for _ in range(2):
                sync(file, server)
            assert [log.position() for log in (file, server)] == [3, 4], "the file had the visit first"
            for audience in ("public", "internal"):
                assert rendered(server, audience) == rendered(file, audience)
                assert held(server, audience) == held(file, audience)
            server.verify()

    def test_what_is_no_archive_is_told_by_its_line(self, tmp_path: Path) -> None:
        path = tmp_path / "archive.jsonl"
        store = MemoryStore()
        store.append(VISIT)
        (line,) = export(store)
        for wrong in (
            b"{}",
            line.replace(b"urn:uuid:", b"https://example.org/"),
            line.replace(b'"time":"20', b'"time":"soon'),
        ):
            path.write_bytes(line + b"\n\n" + wrong)
            assert is_archive(str(path))
            with pytest.raises(UnreadableInput, match="line 3"):
                list(events_of(path))
        assert not is_archive(str(tmp_path / "none.jsonl"))


class TestTheCommand:
    def run(self, *arguments: str) -> "subprocess.CompletedProcess[str]":
        return diplocal("sync", *arguments)

    def test_two_files_a_new_one_and_an_archive(self, tmp_path: Path) -> None:
        one, other, archive = (str(tmp_path / name) for name in ("one.db", "other.db", "archive.jsonl"))
        with SQLiteStore(one) as store:
            store.append(VISIT, Envelope(Cancelled(engagement="visit"), audience="internal"))
            Path(archive).write_bytes(b"\n".join(export(store)))
        made = self.run(one, other)
        assert (made.returncode, made.stderr) == (0, "")
        assert made.stdout == f"{one}: 0 taken, 0 known already\n{other}: 2 taken, 0 known already\n"
        assert self.run(one, archive).stdout == f"{one}: 0 taken, 2 known already\n"

    def test_a_password_in_an_address_is_not_shown(self, capsys: pytest.CaptureFixture[str]) -> None:
        several = Taken(1, 2, ("event wire-7: no",), kept=("somebody",), forgotten=("else",), renamed=frozenset({"a"}))
        syncing._tell("postgresql://desk:secret@db.example/calendar?password=secret", several)
        said = capsys.readouterr()
        assert "1 taken" in said.out
        assert "secret" not in said.out + said.err

    def test_only_what_the_public_may_see(self, tmp_path: Path) -> None:
        one, other = (str(tmp_path / name) for name in ("one.db", "other.db"))
        with SQLiteStore(one) as store:
            store.append(VISIT, Envelope(Cancelled(engagement="visit"), audience="internal"))
        assert "1 taken" in self.run(one, other, "--audience", "public").stdout

    def test_what_cannot_be_taken_is_told_with_the_exit_code(self, tmp_path: Path) -> None:
        one, other = (str(tmp_path / name) for name in ("one.db", "other.db"))
        for path, event in ((one, VISIT), (other, VISIT.evolve(host=State("FR")))):
            with SQLiteStore(path) as store:
                store.append(Envelope(event, id="wire-7"))
        found = self.run(one, other)
        assert (found.returncode, "1 refused" in found.stdout, "wire-7" in found.stderr) == (1, True, True)
        assert self.run(str(tmp_path / "none.db"), other).returncode == 2
