"""A log of format 1 is read by whoever reads, and migrated by whoever appends first: it is never lost in between."""

import hashlib
import shutil
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path

import msgspec
import pytest

from diplocal.diary import Diary
from diplocal.errors import LogDamaged, LogTampered, NotWritable
from diplocal.events import ReportAttached
from diplocal.events.wire import encode, identify
from diplocal.records import Record
from diplocal.replaying import RecordsSetAside
from diplocal.store import SQLiteStore

GOLDEN = Path(__file__).parent / "golden" / "log.v1.db"

TABLES = """
CREATE TABLE records (
    position INTEGER PRIMARY KEY, stream TEXT NOT NULL, version INTEGER NOT NULL, id TEXT NOT NULL UNIQUE,
    type TEXT NOT NULL, type_version INTEGER NOT NULL, data BLOB NOT NULL, audience TEXT NOT NULL, causation_id TEXT,
    correlation_id TEXT, recorded_by TEXT, recorded_micros INTEGER NOT NULL, digest BLOB NOT NULL,
    UNIQUE (stream, version)
) STRICT;
CREATE TABLE head (
    only INTEGER PRIMARY KEY CHECK (only = 1), log_id TEXT NOT NULL, position INTEGER NOT NULL,
    recorded_micros INTEGER NOT NULL, digest BLOB NOT NULL
) STRICT;
"""

APPENDER = """
import sys
from diplocal.events import ReportAttached
from diplocal.store import SQLiteStore

with SQLiteStore.existing(sys.argv[1]) as store:
    sys.stdout.write("opened\\n")
    sys.stdout.flush()
    store.append(ReportAttached(engagement="late"))
    sys.stdout.write("appended\\n")
"""


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return Path(shutil.copy(GOLDEN, tmp_path / "log.db"))


def version_of(path: Path) -> int:
    with closing(sqlite3.connect(path)) as connection:
        return int(connection.execute("PRAGMA user_version").fetchone()[0])


def contents(path: Path) -> list[Record]:
    with SQLiteStore.existing(path) as store:
        return list(store.read())


def written(path: Path, length: int) -> Path:
    """Write a log of format 1 by hand."""
    digest = bytes(32)
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("PRAGMA journal_mode = WAL")
        connection.executescript(TABLES)
        for position in range(1, length + 1):
            event = ReportAttached(engagement=f"talks-{position}", note="x" * 200)
            wire = encode(event)
            row = (
                position, event.stream, 1, identify(event), wire.type, wire.version, wire.data, "public", None, None,
                None, position,
            )  # fmt: skip
            digest = hashlib.sha256(digest + msgspec.msgpack.encode(row)).digest()
            connection.execute(f"INSERT INTO records VALUES ({', '.join('?' * 13)})", (*row, digest))  # noqa: S608
        log_id = "6f1d0c52-0f8e-4f0c-9c8e-3f6a6f1f0b11"
        connection.execute("INSERT INTO head VALUES (1, ?, ?, ?, ?)", (log_id, length, length, digest))
        connection.execute(f"PRAGMA application_id = {0x6469706C}")
        connection.execute("PRAGMA user_version = 1")
    return path


def test_a_log_of_format_1_is_read_and_stays_as_it_is(path: Path) -> None:
    before = path.read_bytes()
    with SQLiteStore.existing(path) as store:
        records = list(store.read())
        assert [record.id for record in records[2:5]] == ["mine-2", records[1].id, "sixteen-octets-1"]
        assert [record.audience for record in records[:6]] == [
            "public", "internal", "public", "public", "asia-desk", "public"
        ]  # fmt: skip
        assert (records[1].causation_id, records[1].recorded_by) == ("cable 7", "desk")
        assert records[2].correlation_id == "import of Monday"
        assert records[0].recorded_at.isoformat() == "2023-09-18T12:00:07+00:00"
        assert store.position() == store.verify().position == 9
        assert (store.count(audience="public"), store.stream_version("visit-to-hanoi")) == (7, 3)
        assert [record.position for record in store.read(streams=["talks-0", "talks-1"])] == [7, 8]
        with Diary(store) as diary, pytest.warns(RecordsSetAside, match=r"acme.ball-given"):
            assert len(diary.find()) >= 1
    assert path.read_bytes() == before
    assert version_of(path) == 1


def test_whoever_appends_first_migrates_it_and_it_says_the_same(path: Path) -> None:
    before = contents(path)
    with SQLiteStore(path) as store, SQLiteStore(path) as reader:
        digest, log_id = store.verify().digest, store.log_id
        assert list(reader.read()) == before
        (late,) = store.append(ReportAttached(engagement="late"))
        for one in (store, reader):
            assert list(one.read()) == [*before, late]
            assert one.digest_at(9) == digest
            assert (one.verify().position, one.log_id) == (10, log_id)
        assert reader.append(*(record.event for record in before[6:])) == tuple(before[6:])
    assert version_of(path) == 2
    assert contents(path) == [*before, late]


def test_what_is_known_in_it_is_known_when_it_was_migrated(path: Path) -> None:
    before = contents(path)
    with SQLiteStore(path) as store:
        assert store.append(before[6].event) == (before[6],)
        assert store.position() == 9


def test_what_was_tampered_with_is_neither_read_nor_migrated(path: Path) -> None:
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("DROP TRIGGER records_are_not_updated")
        connection.execute("UPDATE records SET recorded_by = 'somebody' WHERE position = 4")
    for use in (SQLiteStore.verify, lambda store: store.append(ReportAttached(engagement="late"))):
        with SQLiteStore.existing(path) as store, pytest.raises(LogTampered) as tampered:
            use(store)
        assert tampered.value.position == 4
    assert version_of(path) == 1


@pytest.mark.parametrize(
    "change",
    ["PRAGMA user_version = 0", "UPDATE head SET log_id = 'foo'", "UPDATE head SET log_id = ''",
     "CREATE TABLE names (x)",
     "CREATE VIEW tree AS SELECT 1", "CREATE TRIGGER more AFTER INSERT ON records BEGIN SELECT 1; END"],
)  # fmt: skip
def test_what_no_log_of_format_1_has_is_found_by_whoever_verifies_and_by_whoever_appends(
    path: Path, change: str
) -> None:
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute(change)
    for use in (SQLiteStore.verify, lambda store: store.append(ReportAttached(engagement="late"))):
        with pytest.raises(LogDamaged, match=r"no UUID|was added|format is 0"), SQLiteStore.existing(path) as store:
            use(store)
    assert version_of(path) in (0, 1)


def test_a_log_that_cannot_be_written_is_read(path: Path) -> None:
    with SQLiteStore.existing(path) as store:
        store._writer.execute("PRAGMA query_only = ON")
        with pytest.raises(NotWritable, match="readonly"):
            store.append(ReportAttached(engagement="late"))
        assert len(list(store.read())) == store.verify().position == 9


@pytest.mark.parametrize("after", [0.02, 0.2])
def test_a_migration_that_is_killed_leaves_one_format_or_the_other(tmp_path: Path, after: float) -> None:
    path = written(tmp_path / "log.db", 5000)
    command = [sys.executable, "-c", APPENDER, str(path)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as appender:
        assert appender.stdout is not None
        assert appender.stdout.readline() == "opened\n"
        time.sleep(after)
        appender.kill()
    assert version_of(path) in {1, 2}
    with SQLiteStore.existing(path) as store:
        assert store.verify().position in {5000, 5001}
        assert [record.stream for record in store.read(upto=5000)] == [f"talks-{number}" for number in range(1, 5001)]
        store.append(ReportAttached(engagement="afterwards"))
        assert store.verify().position in {5001, 5002}
    assert version_of(path) == 2
