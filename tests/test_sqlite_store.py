"""What the log in a file promises beyond the contract: many processes, kill -9, tampering, files that are no logs."""

import shutil
import sqlite3
import subprocess
import sys
import threading
from contextlib import closing
from itertools import product
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pendulum
import pytest

from diplocal.diary import Diary
from diplocal.errors import LogDamaged, LogLocked, LogTampered, NewerSchema, NotALog, NotReadable, UnknownStore
from diplocal.events import ReportAttached
from diplocal.events.wire import type_name
from diplocal.records import Envelope
from diplocal.store import MemoryStore, SQLiteStore, open_store
from diplocal.store.rows import leaf_of
from diplocal.store.sqlite_names import Names
from diplocal.store.tree import packed, planted

NOON = pendulum.datetime(2023, 9, 18, 12)

COLUMNS = [
    *("position", "leaf", "recorded_micros", "id", "stream", "version", "type", "type_version", "audience"),
    *("causation_id", "correlation_id", "recorded_by", "origin", "first_recorded_micros", "data"),
]

APPENDER = """
import sys
from diplocal.events import ReportAttached
from diplocal.store import SQLiteStore

path, name, appends, size = sys.argv[1], sys.argv[2], int(sys.argv[3]), int(sys.argv[4])
with SQLiteStore(path) as store:
    for number in range(appends):
        reports = [ReportAttached(engagement=f"{name}-{number}", note=f"{part}") for part in range(size)]
        for record in store.append(*reports):
            sys.stdout.write(f"{record.position} {record.id}\\n")
        sys.stdout.flush()
"""
"""Appends so many times so many reports, and acknowledges each on a line of its own."""


def said(slug: str = "talks", note: str | None = None) -> ReportAttached:
    return ReportAttached(engagement=slug, note=note)


def appender(path: Path, name: str, appends: int, size: int) -> "subprocess.Popen[str]":
    command = [sys.executable, "-c", APPENDER, str(path), name, str(appends), str(size)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "log.db"


@pytest.fixture
def filled(path: Path) -> Path:
    """A log of nine reports about three engagements, with something in every column."""
    with SQLiteStore(path, clock=lambda: NOON) as store:
        for number in range(3):
            store.append(
                said("a", f"{number}"),
                Envelope(said("b", f"{number}"), audience="internal", causation_id="x", recorded_by="desk"),
                Envelope(said("c", f"{number}"), id=f"mine-{number}", correlation_id="import"),
            )
    return path


class TestManyProcesses:
    def test_a_reader_that_follows_the_tail_misses_nothing_that_two_writers_append(self, path: Path) -> None:
        with SQLiteStore(path) as store:
            writers = [appender(path, name, appends=40, size=3) for name in ("left", "right")]
            seen: list[int] = []
            ids: list[str] = []
            while len(seen) < 240:
                for record in store.read(after=seen[-1] if seen else 0):
                    seen.append(record.position)
                    ids.append(record.id)
                assert any(writer.poll() is None for writer in writers) or store.position() == 240
            acknowledged = [line.split() for writer in writers for line in writer.communicate()[0].splitlines()]
            assert seen == list(range(1, 241))
            assert dict(acknowledged) == {str(position): one for position, one in zip(seen, ids, strict=True)}
            assert store.verify().position == 240

    def test_each_append_stays_together_though_others_append_at_once(self, path: Path) -> None:
        writers = [appender(path, name, appends=20, size=4) for name in ("left", "right", "middle")]
        for writer in writers:
            writer.communicate()
        assert [writer.returncode for writer in writers] == [0, 0, 0]
        with SQLiteStore(path) as store:
            slugs = [record.stream for record in store.read()]
        assert len(slugs) == 240
        assert all(len(set(slugs[start : start + 4])) == 1 for start in range(0, 240, 4))

    def test_many_may_open_a_new_file_at_once_and_it_is_one_log(self, path: Path) -> None:
        code = f"from diplocal.store import SQLiteStore; print(SQLiteStore({str(path)!r}).log_id)"
        openers = [subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True) for _ in range(4)]
        identities = [opener.communicate()[0] for opener in openers]
        with SQLiteStore(path) as store:
            assert identities == [f"{store.log_id}\n"] * 4

    def test_a_verification_is_not_confused_by_appends_meanwhile(self, path: Path) -> None:
        writer = appender(path, "left", appends=150, size=1)
        lengths = []
        with SQLiteStore(path) as store:
            while writer.poll() is None:
                lengths.append(store.verify().position)
            writer.communicate()
            assert store.verify().position == 150
        assert lengths == sorted(lengths)


class TestThreads:
    def test_readers_see_whole_appends_and_nothing_that_is_taken_back(self, path: Path) -> None:
        wrong: list[str] = []
        done = threading.Event()

        def read() -> None:
            while not done.is_set():
                position, stored = store.position(), [record.stream for record in store.read()]
                if position % 3 or len(stored) % 3 or len(stored) < position or "never" in stored:
                    wrong.append(f"{len(stored)} records, {position}")

        def fail() -> pendulum.DateTime:
            raise OSError

        with SQLiteStore(path) as store, SQLiteStore(path, clock=fail) as failing:
            readers = [threading.Thread(target=read) for _ in range(3)]
            for reader in readers:
                reader.start()
            for number in range(60):
                store.append(*(said(f"talks-{number}", str(part)) for part in range(3)))
                with pytest.raises(OSError):  # noqa: PT011 - the clock fails, in the midst of an append
                    failing.append(said("never"))
            done.set()
            for reader in readers:
                reader.join()
            assert wrong == []
            assert store.position() == 180

    def test_several_threads_append_through_one_store(self, path: Path) -> None:
        with SQLiteStore(path) as store:
            threads = [
                threading.Thread(target=lambda name=name: [store.append(said(name, str(n))) for n in range(25)])
                for name in ("left", "right", "middle")
            ]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
            assert [record.position for record in store.read()] == list(range(1, 76))
            assert {name: store.stream_version(name) for name in ("left", "right", "middle")} == {
                "left": 25, "right": 25, "middle": 25
            }  # fmt: skip
            assert store.verify().position == 75


def tampered(path: Path, *statements: str, **values: object) -> None:
    """Change a log as somebody does who has SQLite and no manners; ``values`` are those of ``:names`` in the SQL."""
    with closing(sqlite3.connect(path)) as connection, connection:
        for table, guard in product(("records", "names", "tree"), ("updated", "deleted")):
            verb = "is" if table == "tree" else "are"
            connection.execute(f"DROP TRIGGER IF EXISTS {table}_{verb}_not_{guard}")
        for statement in statements:
            connection.execute(statement, values)


def forge_leaves(path: Path) -> None:
    """Make the leaf of each record anew, as a forger does who has read about the format, but not to the end."""
    with closing(sqlite3.connect(path)) as connection, connection:
        for row in list(Names().rows(connection, "TRUE", ())):
            connection.execute("UPDATE records SET leaf = ? WHERE position = ?", (leaf_of(row), row[0]))


def found(path: Path) -> int:
    """Verify a log, and give the position that was found to be wrong."""
    with SQLiteStore(path) as store, pytest.raises(LogTampered) as wrong:
        store.verify()
    assert f"position {wrong.value.position} " in str(wrong.value)
    return wrong.value.position


class TestTampering:
    @pytest.mark.parametrize(
        "statement",
        ["UPDATE records SET audience = 1", "DELETE FROM records", "DELETE FROM names"],
    )
    def test_updates_and_deletes_are_refused(self, filled: Path, statement: str) -> None:
        with closing(sqlite3.connect(filled)) as connection:
            with pytest.raises(sqlite3.IntegrityError, match="append-only"):
                connection.execute(statement)
            connection.rollback()
        with SQLiteStore(filled) as store:
            assert store.verify().position == 9

    def test_a_log_that_was_left_alone_verifies(self, filled: Path) -> None:
        with SQLiteStore(filled) as store:
            assert store.verify().position == 9

    @pytest.mark.parametrize("column", COLUMNS)
    @pytest.mark.parametrize("position", [1, 5, 9])
    def test_one_byte_changed_in_any_column_is_found_and_the_record_named(
        self, filled: Path, column: str, position: int
    ) -> None:
        with closing(sqlite3.connect(filled)) as connection:
            query = f"SELECT {column} FROM records WHERE position = ?"  # noqa: S608 - one of our columns
            ((value,),) = connection.execute(query, [position])
        is_text = column == "causation_id"
        statement = f"UPDATE records SET {column} = :value WHERE position = :position"  # noqa: S608 - one of our columns
        tampered(filled, statement, value=changed(value, "y" if is_text else 1), position=position)
        assert found(filled) == position

    @pytest.mark.parametrize("position", [1, 5, 9])
    def test_a_removed_record_is_found_and_named(self, filled: Path, position: int) -> None:
        tampered(filled, "DELETE FROM records WHERE position = :position", position=position)
        assert found(filled) == position

    def test_a_log_that_was_emptied_is_found(self, filled: Path) -> None:
        tampered(filled, "DELETE FROM records")
        assert found(filled) == 1

    def test_removing_one_and_closing_the_gap_is_found(self, filled: Path) -> None:
        tampered(
            filled,
            "DELETE FROM records WHERE position = 4",
            "UPDATE records SET position = -position WHERE position > 4",
            "UPDATE records SET position = -position - 1 WHERE position < 0",
        )
        assert found(filled) == 4

    @pytest.mark.parametrize(("one", "other"), [(1, 2), (4, 6), (8, 9)])
    def test_two_records_that_changed_places_are_found(self, filled: Path, one: int, other: int) -> None:
        tampered(
            filled,
            "UPDATE records SET position = 0 WHERE position = :one",
            "UPDATE records SET position = :one WHERE position = :other",
            "UPDATE records SET position = :other WHERE position = 0",
            one=one,
            other=other,
        )
        assert found(filled) == one

    def test_a_record_put_in_between_is_found(self, filled: Path) -> None:
        tampered(
            filled,
            "UPDATE records SET position = -position - 1 WHERE position > 4",
            "UPDATE records SET position = -position WHERE position < 0",
            "INSERT INTO records SELECT 5, leaf, recorded_micros, x'7a', 1, 1, type, type_version, audience, NULL,"
            " NULL, NULL, NULL, NULL, data FROM records WHERE position = 4",
        )
        assert found(filled) == 5

    def test_a_record_put_at_the_end_is_found_though_its_digest_is_right(self, filled: Path) -> None:
        with closing(sqlite3.connect(filled)) as connection, connection:
            connection.execute(
                "INSERT INTO records SELECT 10, x'', recorded_micros, x'7a', 1, 1, type, type_version, audience, NULL,"
                " NULL, NULL, NULL, NULL, data FROM records WHERE position = 9"
            )
            (*_, forged) = Names().rows(connection, "TRUE", ())
            connection.execute("DROP TRIGGER records_are_not_updated")
            connection.execute("UPDATE records SET leaf = ? WHERE position = 10", [leaf_of(forged)])
        assert found(filled) == 10

    @pytest.mark.parametrize(
        ("statement", "first"),
        [
            ("UPDATE names SET name = 'renamed' WHERE name = 'b'", 2),
            ("UPDATE names SET name = 'x' || name WHERE number = 1", 1),
            ("UPDATE names SET name = 'diplocal.cancelled' WHERE name = 'diplocal.report-attached'", 1),
            ("DELETE FROM names WHERE name = 'b'", 2),
            ("DELETE FROM names WHERE name = 'desk'", 2),
            ("UPDATE names SET name = name || '-2' WHERE name = 'import'", 3),
        ],
    )
    def test_a_changed_name_is_found_at_its_first_record(self, filled: Path, statement: str, first: int) -> None:
        tampered(filled, statement)
        assert found(filled) == first

    def test_a_name_that_no_record_has_is_found(self, filled: Path) -> None:
        with closing(sqlite3.connect(filled)) as connection, connection:
            connection.execute("INSERT INTO names (name) VALUES ('nobody')")
        with SQLiteStore(filled) as store, pytest.raises(LogDamaged, match="nobody"):
            store.verify()

    @pytest.mark.parametrize(
        "statement",
        [
            "UPDATE tree SET hash = zeroblob(32) WHERE place = 1",
            "UPDATE tree SET place = 7 WHERE place = 1",
            "DELETE FROM tree WHERE place = 1",
        ],
    )
    def test_a_changed_tree_is_found_and_the_records_under_it_named(self, path: Path, statement: str) -> None:
        with SQLiteStore(path) as store:
            store.append(*(said(note=f"{number}") for number in range(900)))
        with closing(sqlite3.connect(path)) as connection, pytest.raises(sqlite3.IntegrityError, match="append-only"):
            connection.execute(statement)
        tampered(path, statement)
        assert found(path) == 256

    def test_a_hash_that_the_tree_has_too_many_is_found(self, filled: Path) -> None:
        tampered(filled, "INSERT INTO tree VALUES (8, 0, zeroblob(32))")
        assert found(filled) == 9

    def test_an_edited_record_whose_own_leaf_was_made_anew_is_found_among_its_neighbours(self, path: Path) -> None:
        with SQLiteStore(path) as store:
            store.append(*(said(note=f"{number}") for number in range(900)))
        tampered(path, "UPDATE records SET data = x'7b7d' WHERE position = 300")
        forge_leaves(path)
        assert found(path) == 256

    def test_an_instant_that_no_calendar_has_is_found(self, filled: Path) -> None:
        for instant in (2**60, -(2**60)):
            tampered(filled, "UPDATE records SET recorded_micros = :at WHERE position = 9", at=instant)
            forge_leaves(filled)
            assert found(filled) == 9

    def test_a_renamed_stream_is_found_at_its_first_record(self, filled: Path) -> None:
        tampered(filled, "UPDATE records SET stream = 1 WHERE stream = (SELECT number FROM names WHERE name = 'b')")
        assert found(filled) == 2

    def test_a_forger_who_makes_the_tree_anew_is_found_by_the_digest_that_was_kept_elsewhere(
        self, filled: Path
    ) -> None:
        with SQLiteStore(filled) as store:
            kept = store.verify()
        with closing(sqlite3.connect(filled)) as connection, connection:
            (trigger,) = connection.execute(
                "SELECT sql FROM sqlite_schema WHERE name = 'records_are_not_updated'"
            ).fetchone()
            connection.execute("DROP TRIGGER records_are_not_updated")
            connection.execute("UPDATE records SET data = ? WHERE position = 4", (b'{"engagement":"a"}',))
            (log_id,) = connection.execute("SELECT log_id FROM head").fetchone()
            edge = planted(log_id)
            for row in list(Names().rows(connection, "TRUE", ())):
                edge = edge.add(leaf_of(row))
                connection.execute("UPDATE records SET leaf = ? WHERE position = ?", (leaf_of(row), row[0]))
            connection.execute("UPDATE head SET edge = ?", (packed(edge),))
            connection.execute(trigger)
        with SQLiteStore(filled) as store:
            assert store.verify().position == kept.position
            assert store.verify().digest != kept.digest


def changed(value: object, instead: object) -> object:
    """Give a value that differs in one byte, or that is there where there was none."""
    match value:
        case int():
            return value + 100
        case bytes():
            return bytes([value[0] ^ 4]) + value[1:]
        case str():
            return chr(ord(value[0]) ^ 4) + value[1:]
        case _:
            return instead


class TestFilesThatAreNoLogs:
    @pytest.fixture
    def other_program(self, path: Path) -> Path:
        with closing(sqlite3.connect(path)) as connection, connection:
            connection.execute("CREATE TABLE records (position INTEGER)")
        return path

    def test_another_programs_database_is_refused_and_not_touched(self, other_program: Path) -> None:
        before = other_program.read_bytes()
        with pytest.raises(NotALog, match="another program's"):
            SQLiteStore(other_program)
        assert other_program.read_bytes() == before
        assert [one.name for one in other_program.parent.iterdir()] == [other_program.name]

    def test_a_text_file_is_refused_and_not_touched(self, path: Path) -> None:
        path.write_text("This is a letter, and no log. " * 100)
        with pytest.raises(NotALog, match="no SQLite database"):
            SQLiteStore(path)
        assert path.read_text() == "This is a letter, and no log. " * 100

    def test_a_directory_is_refused(self, tmp_path: Path) -> None:
        with pytest.raises(NotALog, match="it is a folder"):
            SQLiteStore(tmp_path)

    def test_a_path_into_nowhere_is_refused(self, tmp_path: Path) -> None:
        with pytest.raises(NotALog, match="no such folder"):
            SQLiteStore(tmp_path / "nowhere" / "log.db")

    @pytest.mark.parametrize("name", ["a\0b.db", "a\ud800b.db", "x" * 300 + ".db", "loop.db"])
    def test_a_path_that_no_file_can_have_is_refused(self, tmp_path: Path, name: str) -> None:
        (tmp_path / "loop.db").symlink_to("loop.db")
        for door in SQLiteStore, SQLiteStore.existing:
            with pytest.raises(
                (NotALog, NotReadable), match=r"no file can lie there|no such file|too long|levels of sym"
            ):
                door(tmp_path / name)

    def test_a_file_from_a_newer_version_is_refused_and_not_touched(self, filled: Path) -> None:
        with closing(sqlite3.connect(filled)) as connection, connection:
            connection.execute("PRAGMA user_version = 99")
        before = filled.read_bytes()
        with pytest.raises(NewerSchema) as newer:
            SQLiteStore(filled)
        assert newer.value.found == 99
        assert filled.read_bytes() == before

    def test_a_file_that_lost_its_second_half_is_found_out(self, path: Path) -> None:
        with SQLiteStore(path) as store:
            store.append(*(said(note=str(number)) for number in range(500)))
        path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
        with pytest.raises((LogDamaged, LogTampered)), SQLiteStore(path) as store:
            store.verify()


READ_ONLY = """
# what is imported later, nobody may read
import concurrent.futures.thread, importlib.readers, importlib.resources._adapters, os, sys
from diplocal.errors import NotWritable
from diplocal.events import Cancelled
from diplocal.store import SQLiteStore

if os.geteuid() == 0:  # root may write everything
    os.setgid(65534)
    os.setuid(65534)
with SQLiteStore(sys.argv[1]) as store:
    print(store.is_writable)
    print(store.verify().position, len(list(store.read())))
    try:
        store.append(Cancelled(engagement="a"))
    except NotWritable as refused:
        print(refused.reason.split(" /")[0])
    print(store.position())
"""


@pytest.mark.parametrize(
    ("mode", "reason"), [(0o444, "the file may only be read"), (0o666, "nothing may be written in")]
)
def test_a_log_that_may_not_be_written_is_read_and_says_why(filled: Path, mode: int, reason: str) -> None:
    """SQLite needs files beside a log: one that may be written, in a folder that may not, is read as an archive is."""
    with TemporaryDirectory(dir="/tmp") as folder:  # the folders of pytest are closed to others
        log = Path(shutil.copy(filled, folder))
        log.chmod(mode)
        Path(folder).chmod(0o555)
        run = subprocess.run([sys.executable, "-c", READ_ONLY, log], capture_output=True, text=True, check=False)
        Path(folder).chmod(0o755)
    assert (run.stdout, run.stderr) == (f"False\n9 9\n{reason}\n9\n", "")


def test_a_log_that_another_writer_holds_too_long_says_so(filled: Path) -> None:
    with SQLiteStore(filled, patience=0.01) as store, closing(sqlite3.connect(filled, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(LogLocked, match="locked"):
            store.append(said())
        assert store.position() == 9
        other.execute("ROLLBACK")
        store.append(said())
        assert store.position() == 10


@pytest.mark.parametrize(
    "asked",
    [
        {"streams": ["talks-7"]},
        {"streams": ["talks-7", "nowhere"], "upto": 3000, "audience": "internal", "types": [type_name(said())]},
        {"streams": [f"talks-{number}" for number in range(1500)], "after": 2995},
    ],
)
def test_reading_a_few_records_looks_at_no_others(path: Path, asked: dict[str, Any]) -> None:
    with SQLiteStore(path) as store:
        store.append(*(said(f"talks-{number % 1500}", str(number)) for number in range(3000)))
        store.position()
        steps: list[int] = []
        store._idle[0].set_progress_handler(lambda: steps.append(1), 100)
        found = list(store.read(**asked))
    assert 2 <= len(found) <= 5
    assert len(steps) < len(asked["streams"]) + 10


def test_counting_what_somebody_may_see_looks_at_what_is_hidden_alone(path: Path) -> None:
    with SQLiteStore(path) as store:
        store.position()
        steps: list[int] = []
        store._idle[0].set_progress_handler(lambda: steps.append(1), 100)
        store.append(*(said(f"talks-{number}", str(number)) for number in range(3000)))
        store.append(Envelope(said("secret"), audience="internal"), Envelope(said("dinner"), audience="asia-desk"))
        for audience, hidden in {"public": 2, "internal": 1, "asia-desk": 1, "desk": 2}.items():
            assert store.count(audience=audience) == 3002 - hidden
            assert store.count(upto=3001, audience=audience) == 3001 - (audience != "internal")
        assert len(steps) < 10


def test_reading_by_stream_sorts_nothing(path: Path) -> None:
    with SQLiteStore(path) as store:
        store.append(*(said(f"talks-{number % 1500}", str(number)) for number in range(3000)))
        store.position()
        steps: list[int] = []
        store._idle[0].set_progress_handler(lambda: steps.append(1), 100)
        next(store.read_by_stream(upto=2900, audience="public"))
    assert len(steps) < 100


class TestPaths:
    @pytest.mark.parametrize("name", ["日中露 – журнал 📒.db", "100% of?mode=memory#1.db", ":memory:", "a b'c\"d.db"])
    def test_any_path_is_a_path(self, tmp_path: Path, name: str) -> None:
        with SQLiteStore(tmp_path / name) as store:
            store.append(said())
        assert (tmp_path / name).stat().st_size > 0
        with SQLiteStore(str(tmp_path / name)) as store:
            assert store.position() == 1

    def test_a_relative_path_stays_the_same_file_when_the_program_goes_elsewhere(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.chdir(tmp_path)
        with SQLiteStore("log.db") as store:
            (tmp_path / "elsewhere").mkdir()
            monkeypatch.chdir(tmp_path / "elsewhere")
            store.append(said())
            assert store.position() == 1
        assert list(Path().iterdir()) == []

    def test_an_address_opens_the_store_that_answers_to_it(self, tmp_path: Path) -> None:
        with open_store("memory:") as store:
            assert isinstance(store, MemoryStore)
        for address in (tmp_path / "a.db", f"{tmp_path}/b.db", f"sqlite:///{tmp_path}/c.db"):
            with open_store(address) as store:
                assert isinstance(store, SQLiteStore)
        assert sorted(one.name for one in tmp_path.iterdir()) == ["a.db", "b.db", "c.db"]

    @pytest.mark.parametrize("address", ["", ":memory:", "mysql://here/log", "https://example.org/log.db"])
    def test_any_other_address_is_refused(self, address: str) -> None:
        with pytest.raises(UnknownStore):
            open_store(address)


class TestClosing:
    def test_what_was_appended_is_there_when_the_log_is_opened_again(self, filled: Path) -> None:
        with SQLiteStore(filled) as store:
            first, records, kept = store.log_id, list(store.read()), store.verify()
        with SQLiteStore(filled, log_id="another") as store:
            assert (store.log_id, list(store.read()), store.verify()) == (first, records, kept)

    def test_a_closed_log_leaves_one_file(self, filled: Path) -> None:
        assert [one.name for one in filled.parent.iterdir()] == [filled.name]

    def test_a_closed_store_says_so(self, path: Path) -> None:
        store = SQLiteStore(path)
        store.close()
        for use in (store.position, store.verify, lambda: store.append(said()), lambda: list(store.read())):
            with pytest.raises(ValueError, match="closed"):
                use()

    def test_closing_twice_is_closing(self, path: Path) -> None:
        store = SQLiteStore(path)
        store.close()
        store.close()

    def test_an_acknowledged_event_is_durable(self, path: Path) -> None:
        with SQLiteStore(path) as store, closing(sqlite3.connect(path)) as other:
            assert store._writer.execute("PRAGMA synchronous").fetchone() == (2,)
            assert other.execute("PRAGMA journal_mode").fetchone() == ("wal",)


def test_a_log_is_shown_by_where_it_lies(tmp_path: Path) -> None:
    with SQLiteStore(tmp_path / "visits.db") as store:
        assert repr(Diary(store)) == f"Diary(SQLiteStore('{tmp_path}/visits.db'), audience='public')"
    assert repr(MemoryStore()) == "<MemoryStore of 0 records>"
