"""What is no log, or is broken, or was replaced, is never answered for as if it were a log in order."""

import os
import shutil
import sqlite3
import sys
from collections.abc import Callable
from contextlib import closing
from itertools import product
from pathlib import Path
from random import Random
from subprocess import run
from tempfile import TemporaryDirectory
from types import SimpleNamespace
from warnings import catch_warnings, simplefilter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from diplocal.dates import When
from diplocal.diary import Diary, DiaryInMemory
from diplocal.diary.place import file_beside
from diplocal.errors import (
    DiplocalError,
    DiskFull,
    LogDamaged,
    LogLocked,
    LogReplaced,
    LogTampered,
    NotALog,
    NotReadable,
    NotWritable,
)
from diplocal.events import ReportAttached, VisitAnnounced, VisitConcluded
from diplocal.parties import State
from diplocal.projections import AllEngagements
from diplocal.replaying import RecordsSetAside
from diplocal.store import EventStore, SQLiteStore, open_existing, open_store
from diplocal.store.rows import leaf_of
from diplocal.store.sqlite_errors import on_reading, on_writing
from diplocal.store.sqlite_names import Names
from diplocal.store.sqlite_tree import head_of, subtrees
from diplocal.store.verifying import verify_log

CHINA, RUSSIA = State("CN"), State("RU")
READERS = ["verify", "upcoming", "frequency", "discrepancies", "export", "feed", "patrols", "network"]


def said(slug: str = "talks", note: str | None = None) -> ReportAttached:
    return ReportAttached(engagement=slug, note=note)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "log.db"


@pytest.fixture
def filled(path: Path) -> Path:
    return log_of(path, 40)


def log_of(path: Path, length: int) -> Path:
    with SQLiteStore(path) as store:
        store.append(*(said(f"talks-{number % 7}", f"{path.name} {number} {'x' * 300}") for number in range(length)))
    return path


def done(path: Path, *statements: str) -> None:
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        for statement in statements:
            connection.execute(statement)


def commanded(command: str, log: Path, *arguments: str) -> "tuple[int, str]":
    """Run a command on a log; give its exit code and what it says."""
    started = [str(Path(sys.executable).with_name("diplocal")), command, *arguments, "--log", str(log)]
    ended = run(started, capture_output=True, check=False)
    return ended.returncode, (ended.stdout + ended.stderr).decode()


def nothing(path: Path) -> None:
    path.touch()


def a_letter(path: Path) -> None:
    path.write_text("This is a letter. " * 100)


def another_program(path: Path) -> None:
    done(path, "CREATE TABLE records (position INTEGER)")


def another_program_with_a_write_ahead_log(path: Path) -> None:
    other = path.with_name("other")
    with closing(sqlite3.connect(other, isolation_level=None)) as connection:
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("CREATE TABLE head (log_id TEXT)")
        for ending in ("", "-wal"):
            shutil.copy(f"{other}{ending}", f"{path}{ending}")
    other.unlink()


def a_file_without_tables(path: Path) -> None:
    done(path, "PRAGMA journal_mode = WAL", "VACUUM")


def the_first_page_alone(path: Path) -> None:
    log_of(path, 40)
    path.write_bytes(path.read_bytes()[:60])


def a_folder(path: Path) -> None:
    path.mkdir()


NO_LOGS = [
    nothing,
    a_letter,
    another_program,
    another_program_with_a_write_ahead_log,
    a_file_without_tables,
    the_first_page_alone,
    a_folder,
]


class TestNoLogs:
    @pytest.mark.parametrize("make", NO_LOGS)
    @pytest.mark.parametrize("opened", [open_store, open_existing])
    def test_what_is_no_log_is_refused_and_not_touched(
        self, path: Path, make: Callable[[Path], None], opened: Callable[[Path], EventStore]
    ) -> None:
        make(path)
        before = {one.name: one.is_file() and one.read_bytes() for one in path.parent.iterdir()}
        with pytest.raises(NotALog):
            opened(path)
        after = {one.name: one.is_file() and one.read_bytes() for one in path.parent.iterdir()}
        after.pop("log.db-shm", None)  # SQLite's own shared memory, of a file with a write-ahead log
        assert after == before

    def test_what_reads_makes_no_log_where_nothing_is(self, path: Path) -> None:
        for place in (path, f"sqlite:///{path}", path.with_name("no-folder") / "log.db", "memory:"):
            with pytest.raises(NotALog):
                open_existing(place)
        assert list(path.parent.iterdir()) == []

    @pytest.mark.parametrize("command", READERS)
    def test_commands_that_read_say_why_they_do_not(self, path: Path, command: str) -> None:
        path.touch()
        for log in (path, path.with_name("mistyped.db")):
            code, told = commanded(command, log)
            assert code == 2
            assert "is not a diplocal log" in told
        assert [(one.name, one.stat().st_size) for one in path.parent.iterdir()] == [("log.db", 0)]

    def test_a_log_whose_first_page_waits_in_its_write_ahead_log_is_a_log(self, path: Path) -> None:
        made = log_of(path.with_name("made.db"), 3)
        done(made, "PRAGMA application_id = 7")
        with closing(sqlite3.connect(made, isolation_level=None)) as connection:
            connection.execute(f"PRAGMA application_id = {0x6469706C}")
            for ending in ("", "-wal"):
                shutil.copy(f"{made}{ending}", f"{path}{ending}")
        with SQLiteStore.existing(path) as store:
            assert store.verify().position == 3

    def test_a_log_that_cannot_be_made_leaves_nothing_behind(self, path: Path) -> None:
        with pytest.raises(DiplocalError):
            SQLiteStore(path, log_id="no UUID")
        assert list(path.parent.iterdir()) == []

    def test_a_copy_without_its_write_ahead_log_is_not_taken_for_an_empty_log(self, path: Path) -> None:
        with SQLiteStore(path) as store:
            store.append(said())
            copy = Path(shutil.copy(path, path.with_name("copy.db")))
            with SQLiteStore.existing(copy) as found:
                assert found.verify().position == 1


DAMAGES = {
    "no end": ["DELETE FROM head"],
    "no table of the end": ["DROP TABLE head"],
    "no records": ["DROP TABLE records"],
    "an end that is further": ["UPDATE head SET position = 41"],
    "an end that is nearer": ["UPDATE head SET position = 39"],
    "an end before the beginning": ["UPDATE head SET position = -1"],
    "another edge": ["UPDATE head SET edge = zeroblob(length(edge))"],
    "an edge that is too short": ["UPDATE head SET edge = zeroblob(32)"],
    "no tree": ["DROP TABLE tree"],
    "no names": ["DROP TABLE names"],
    "no index of ids": ["DROP INDEX records_by_id"],
    "no index of streams": ["DROP INDEX records_by_stream"],
    "no index of what is hidden": ["DROP INDEX records_hidden"],
    "another instant": ["UPDATE head SET recorded_micros = 1"],
    "no identity": ["UPDATE head SET log_id = ''"],
    "a broken identity": ["UPDATE head SET log_id = 'x' || substr(log_id, 2)"],
    "no guard": ["DROP TRIGGER records_are_not_deleted"],
    "a guard that sleeps": [
        "DROP TRIGGER records_are_not_updated",
        "CREATE TRIGGER records_are_not_updated BEFORE UPDATE ON records BEGIN SELECT 1; END",
    ],
    "a trigger that swallows records": [
        "CREATE TRIGGER more BEFORE INSERT ON records BEGIN SELECT RAISE(IGNORE); END",
    ],
    "a trigger on a name": [
        "CREATE TRIGGER more AFTER INSERT ON names BEGIN UPDATE head SET recorded_micros = 0; END",
    ],
    "a view": ["CREATE VIEW more AS SELECT * FROM records"],
    "a table": ["CREATE TABLE more (name TEXT)"],
    "an index that refuses": ["CREATE UNIQUE INDEX more ON records (recorded_micros, position)"],
    "a column": ["ALTER TABLE records ADD COLUMN more TEXT"],
    "a column that is computed": ["ALTER TABLE head ADD COLUMN more INTEGER AS (position + 1)"],
    "a column of another name": ["ALTER TABLE head RENAME COLUMN only TO more"],
}


ASKED: dict[str, Callable[[EventStore], object]] = {
    "verify": lambda store: store.verify(),
    "read": lambda store: list(store.read()),
    "a stream": lambda store: list(store.read(streams=["talks-3"])),
    "by stream": lambda store: list(store.read_by_stream()),
    "version": lambda store: store.stream_version("talks-3"),
    "digest": lambda store: store.digest_at(store.position()),
    "append": lambda store: store.append(said("late")),
}


class TestDamage:
    def test_a_folder_in_the_place_of_a_file_beside_it_is_named(self, filled: Path) -> None:
        file_beside(filled, "public").mkdir()
        with (
            SQLiteStore(filled) as log,
            Diary(log) as diary,
            pytest.warns(DiaryInMemory, match=r"log\.db\.public\S*: a folder or a device is in its place"),
        ):
            diary.slugs()
        Path(f"{filled}-wal").unlink(missing_ok=True)
        Path(f"{filled}-wal").mkdir()
        with pytest.raises(NotReadable, match=r"-wal"):
            SQLiteStore.existing(filled)

    @pytest.mark.parametrize("damage", DAMAGES)
    def test_damage_outside_the_records_is_named(self, filled: Path, damage: str) -> None:
        done(filled, *DAMAGES[damage])
        with pytest.raises((LogDamaged, LogTampered)), SQLiteStore.existing(filled) as store:
            store.verify()
        code, told = commanded("verify", filled)
        assert code == 1
        assert "Traceback" not in told

    @pytest.mark.parametrize("damage", ["no guard", "no index of what is hidden", "no index of ids"])
    def test_nothing_is_written_into_tables_that_somebody_changed(self, filled: Path, damage: str) -> None:
        done(filled, *DAMAGES[damage])
        with SQLiteStore(filled) as store, pytest.raises(LogDamaged, match="was removed"):
            store.append(said("more"))

    def test_the_kind_of_damage_is_told(self, filled: Path) -> None:
        done(filled, "UPDATE head SET edge = zeroblob(length(edge))")
        with SQLiteStore.existing(filled) as store, pytest.raises(LogTampered, match=r"noted in its head"):
            store.verify()
        done(filled, "DELETE FROM head")
        with pytest.raises(LogDamaged, match=r"its identity are gone"):
            SQLiteStore.existing(filled)

    @pytest.mark.parametrize("named", ["records_by_id", "records_by_stream", "sqlite_autoindex_names_1"])
    def test_a_damaged_index_is_named(self, filled: Path, named: str) -> None:
        """A record that an index does not lead to is not found by its id, or its stream."""
        with closing(sqlite3.connect(filled, isolation_level=None)) as connection:
            (page,) = connection.execute("SELECT rootpage FROM sqlite_schema WHERE name = ?", [named]).fetchone()
            (size,) = connection.execute("PRAGMA page_size").fetchone()
        whole = bytearray(filled.read_bytes())
        start = (page - 1) * size
        cells = int.from_bytes(whole[start + 3 : start + 5], "big")
        whole[start + 3 : start + 5] = (cells - 1).to_bytes(2, "big")  # one entry fewer
        filled.write_bytes(whole)
        with SQLiteStore.existing(filled) as store, pytest.raises(LogDamaged, match=named):
            store.verify()

    def test_a_stream_in_two_places_of_its_index_is_called_damage(self, filled: Path) -> None:
        """Whoever makes the diary reads stream by stream."""
        with closing(sqlite3.connect(filled, isolation_level=None)) as connection:
            query = "SELECT rootpage FROM sqlite_schema WHERE name = 'records_by_stream'"
            (page,) = connection.execute(query).fetchone()
            (size,) = connection.execute("PRAGMA page_size").fetchone()
        whole = bytearray(filled.read_bytes())
        start = (page - 1) * size
        first, last = start + 8, start + 8 + 2 * int.from_bytes(whole[start + 3 : start + 5], "big")
        whole[first:last] = whole[last - 2 : last] + whole[first : last - 2]  # the last entry comes first
        filled.write_bytes(whole)
        with (
            SQLiteStore.existing(filled) as store,
            Diary(store) as diary,
            pytest.raises(LogDamaged, match="out of order"),
        ):
            diary.slugs()
        assert commanded("upcoming", filled)[0] == 1

    @settings(deadline=None)
    @given(chance=st.randoms(use_true_random=False), places=st.integers(1, 3))
    def test_whatever_bytes_are_damaged_nothing_but_our_errors_comes(self, chance: Random, places: int) -> None:
        with TemporaryDirectory() as folder:
            path = log_of(Path(folder) / "log.db", 40)
            whole = bytearray(path.read_bytes())
            for _ in range(places):
                start = chance.randrange(len(whole))
                whole[start : start + chance.choice([1, 8, 4096])] = chance.randbytes(chance.choice([1, 8, 4096]))
            path.write_bytes(whole)
            for ask in ASKED.values():
                try:
                    with SQLiteStore.existing(path) as store:
                        ask(store)
                except DiplocalError:
                    pass


VISITS = [
    VisitAnnounced(engagement=f"visit-{n}", visitors=(CHINA,), host=RUSSIA, when=When("2030-05")) for n in range(4)
]
CONCLUDED = VisitConcluded(engagement="visit-2", visitors=(CHINA,), host=RUSSIA, when=When("2030-05-07"))
UNREADABLE = "UPDATE records SET data = x'7b' WHERE position = 3"
RENAMED = "UPDATE records SET type = stream WHERE position = 3"
GONE = "DELETE FROM records WHERE position = 3"
QUESTIONS: dict[str, Callable[[Diary], object]] = {
    "find": lambda diary: [one.status for one in diary.find()],
    "as of then": lambda diary: [one.slug for one in diary.as_of(known_at=4).find()],
    "show": lambda diary: diary.about("visit-2").effective_reports("visit-2"),
    "changes": lambda diary: diary.changes(4),
    "view": lambda diary: diary.as_of(known_at=4).answer(AllEngagements()),
}


TRIALS = [
    (question, damage, again)
    for question, damage, again in product(QUESTIONS, (UNREADABLE, RENAMED, GONE), (repr, Diary.rebuild))
    if (question, damage, again) != ("show", GONE, repr)  # that is for verify to find
]


class TestAnswers:
    """An answer says what it is without: nothing is lost without a word."""

    @pytest.fixture
    def visits(self, path: Path) -> Path:
        with SQLiteStore(path) as store, Diary(store) as diary:
            store.append(*VISITS, CONCLUDED)
            assert len(diary) == 4
        return path

    @pytest.mark.parametrize(("question", "damage", "again"), TRIALS)
    def test_an_answer_is_as_before_or_says_what_it_is_without(
        self, visits: Path, question: str, damage: str, again: Callable[[Diary], object]
    ) -> None:
        ask = QUESTIONS[question]
        with SQLiteStore(visits) as store, Diary(store) as diary:
            before = ask(diary)
        done(visits, "DROP TRIGGER records_are_not_updated", "DROP TRIGGER records_are_not_deleted", damage)
        with SQLiteStore(visits) as store, Diary(store) as diary, catch_warnings(record=True) as told:
            simplefilter("always")
            try:
                again(diary)
                is_the_same = ask(diary) == before
            except LogDamaged:
                return
            assert is_the_same or {one.category for one in told} == {RecordsSetAside}
            assert is_the_same or question == "view" or [one.position for one in diary.set_aside] == [3]

    def test_commands_say_it_once(self, visits: Path) -> None:
        commanded("list", visits)
        done(visits, "DROP TRIGGER records_are_not_updated", UNREADABLE)
        assert "could not be" not in commanded("list", visits)[1]
        visits.with_name(f"{visits.name}.public.diary").unlink()
        assert commanded("list", visits)[1].count("a record could not be understood; the first, at 3:") == 1

    @pytest.mark.parametrize("damage", ["UPDATE head SET position = 4", "DELETE FROM records WHERE position = 5"])
    def test_an_end_that_is_not_where_the_last_record_is_answers_nothing(self, visits: Path, damage: str) -> None:
        done(visits, "DROP TRIGGER records_are_not_deleted", damage)
        for ask in QUESTIONS.values():
            with SQLiteStore(visits) as store, Diary(store) as diary, pytest.raises(LogDamaged):
                ask(diary)


def complaint(code: int) -> sqlite3.Error:
    error = sqlite3.OperationalError("what SQLite says")
    error.sqlite_errorcode = code
    return error


class TestHardship:
    def test_a_full_disk_is_called_that(self, filled: Path) -> None:
        with SQLiteStore(filled) as store:
            store._writer.execute("PRAGMA max_page_count = 1")
            with pytest.raises(DiskFull, match="no room left"):
                store.append(*(said(f"more-{number}", "x" * 3000) for number in range(100)))
            assert store.verify().position == 40

    def test_a_disk_without_room_for_what_sqlite_needs_beside_a_log_is_called_that(
        self, filled: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("shutil.disk_usage", lambda _: SimpleNamespace(free=4096))
        refused = on_reading(str(filled), complaint(sqlite3.SQLITE_IOERR_SHMSIZE))
        assert isinstance(refused, NotReadable)
        assert refused.reason == "there is no room left on the disk"

    @pytest.mark.parametrize(
        "code",
        [
            "READONLY_DIRECTORY",
            "READONLY_RECOVERY",
            "CANTOPEN",
            "IOERR_READ",
            "PERM",
            "AUTH",
            "NOLFS",
            "INTERRUPT",
            "SCHEMA",
        ],
    )
    def test_what_the_machine_refuses_is_no_damage(self, filled: Path, code: str) -> None:
        wrong = complaint(getattr(sqlite3, f"SQLITE_{code}"))
        assert type(on_reading(str(filled), wrong)) is NotReadable
        assert type(on_writing(str(filled), wrong)) is NotWritable

    def test_a_connection_that_was_closed_is_no_damage(self, filled: Path) -> None:
        wrong = sqlite3.ProgrammingError("Cannot operate on a closed database.")
        assert isinstance(on_reading(str(filled), wrong), NotReadable)

    def test_commands_say_that_the_diary_cannot_be_kept_and_reindex_fails(self, filled: Path, tmp_path: Path) -> None:
        Path(f"{filled}.public.diary").mkdir()
        reports = tmp_path / "reports.toml"
        reports.write_text("[[event]]\ntype = 'confirmed'\nengagement = 'talks-1'\n")
        for command, expected in (("record", 0), ("reindex", 2)):
            code, told = commanded(command, filled, *([str(reports)] if command == "record" else []))
            assert code == expected
            assert told.count("the diary cannot be kept in ") == 1
        with SQLiteStore.existing(filled) as store:
            assert store.position() == 41

    def test_a_lock_is_called_that_though_a_log_is_only_read(self, filled: Path) -> None:
        with closing(sqlite3.connect(filled, isolation_level=None)) as other:
            other.execute("PRAGMA locking_mode = EXCLUSIVE")
            other.execute("BEGIN EXCLUSIVE")
            with pytest.raises(LogLocked, match="locked"):
                SQLiteStore.existing(filled, patience=0.01)


def renamed(new: Path, log: Path) -> None:
    new.replace(log)


def copied(new: Path, log: Path) -> None:
    shutil.copyfile(new, log)


def removed(_new: Path, log: Path) -> None:
    log.unlink()


class TestReplaced:
    @pytest.mark.parametrize("question", ASKED)
    @pytest.mark.parametrize("put", [renamed, copied, removed])
    @pytest.mark.parametrize("length", [3, 40, 90])
    def test_a_log_that_was_replaced_is_noticed_at_the_next_question(
        self, filled: Path, put: Callable[[Path, Path], None], length: int, question: str
    ) -> None:
        new = log_of(filled.with_name("new.db"), length)
        with SQLiteStore(filled) as store:
            assert store.position() == 40
            put(new, filled)
            for _ in range(2):
                with pytest.raises((LogReplaced, LogDamaged)):
                    ASKED[question](store)

    def test_an_older_copy_of_the_same_log_is_another_log(self, filled: Path) -> None:
        older = Path(shutil.copy(filled, filled.with_name("older.db")))
        with SQLiteStore(filled) as store:
            store.append(said("late"))
        with SQLiteStore(filled) as store:
            assert store.position() == 41
            shutil.copyfile(older, filled)
            with pytest.raises(LogReplaced, match="an older copy"):
                store.position()

    def test_opened_again_it_is_the_log_that_is_there(self, filled: Path) -> None:
        new = log_of(filled.with_name("new.db"), 3)
        with SQLiteStore(filled) as store:
            new.replace(filled)
            with pytest.raises(LogReplaced, match="another file is in its place"):
                store.position()
            with store.reopen() as again:
                assert again.position() == again.verify().position == 3
                assert again.log_id != store.log_id
                again.append(said("after"))
        with SQLiteStore.existing(filled) as store:
            assert store.verify().position == 4

    def test_nothing_is_acknowledged_that_went_into_a_file_that_is_gone(self, filled: Path) -> None:
        with SQLiteStore(filled) as store:
            store.append(said("before"))
            filled.unlink()
            with pytest.raises(LogReplaced, match="it is gone"):
                store.append(said("after"))
            with pytest.raises(NotALog):
                store.reopen()
        assert not filled.exists()

    def test_what_sqlite_itself_writes_into_the_file_replaces_nothing(self, path: Path) -> None:
        with SQLiteStore(path) as store, SQLiteStore(path) as other:
            for number in range(30):
                other.append(*(said(f"talks-{number}", "x" * 3000 + str(part)) for part in range(30)))
                store.append(said(f"here-{number}"))
                assert store.position() == 31 * (number + 1)
                with closing(sqlite3.connect(path)) as cleaner:
                    cleaner.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            os.utime(path)
            assert store.verify().position == 930


def test_an_id_that_is_no_text_is_named_though_its_hash_is_right(path: Path) -> None:
    with SQLiteStore(path) as log:
        log.append(*VISITS)
        with log._reading() as reader:
            row, _ = next(iter(Names().rows_with_leaves(reader)))
            garbled = (*row[:2], b"\xff\xff", *row[3:])
            with pytest.raises(LogTampered, match="has an id that is no text"):
                verify_log(log.log_id, [(garbled, leaf_of(garbled))], head_of(reader), subtrees(reader))
