"""The event store in a SQLite file: the embedded default.

An acknowledged event survives kill -9 and power loss: write-ahead log, ``synchronous=FULL``, ``BEGIN IMMEDIATE``.
"""

import sqlite3
import uuid
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from importlib.resources import files
from pathlib import Path
from threading import Lock
from types import TracebackType
from typing import Any, Self

import msgspec
import pendulum

from diplocal.errors import NewerSchema, NotALog
from diplocal.events.registry import Event
from diplocal.records import Envelope, Record, micros
from diplocal.store.clock import Clock, system_clock
from diplocal.store.contract import Snapshot, Verified, visible_to
from diplocal.store.planning import Head, Plan, plan
from diplocal.store.rows import GENESIS, Incoming, Stored, incoming, record_of
from diplocal.store.verifying import verify_chain

SCHEMA_VERSION = 1
"""Version of the tables that this diplocal writes; kept in the file as PRAGMA user_version."""
APPLICATION_ID = 0x6469706C
"""'dipl' in ASCII: marks the file as ours (PRAGMA application_id)."""
BUSY_SECONDS = 30.0
"""How long an append waits for another writer."""
ROWS_AT_ONCE = 1000

_COLUMNS = ", ".join(Stored._fields)
_INSERT = f"INSERT INTO records ({_COLUMNS}) VALUES ({', '.join('?' * len(Stored._fields))})"  # noqa: S608 - our own names


class SQLiteStore:
    """An event store in one SQLite file, made when it is missing.

    Raises NotALog for a file that is something else, NewerSchema for one from a later version of diplocal.
    """

    def __init__(self, path: str | Path, *, log_id: str | None = None, clock: Clock = system_clock) -> None:
        self.path = Path(path)
        self._clock = clock
        self._writing = Lock()
        try:
            self._connection = _connect(self.path)
        except sqlite3.Error as wrong:
            raise NotALog(str(path), str(wrong)) from wrong
        try:
            self.log_id = _prepare(self._connection, str(path), log_id)
        except sqlite3.Error as wrong:
            self._connection.close()
            raise NotALog(str(path), str(wrong)) from wrong
        except Exception:
            self._connection.close()
            raise

    def append(self, *events: Event | Envelope, expect: int | Mapping[str, int] | None = None) -> tuple[Record, ...]:
        """Add events to the end, all or none: see EventStore.append."""
        arrivals = list(incoming(events))
        with self._transaction():
            planned = self._plan(arrivals, expect)
            if planned.added:
                self._connection.executemany(_INSERT, planned.added)
                last = planned.added[-1]
                self._connection.execute(
                    "UPDATE head SET position = ?, recorded_micros = ?, digest = ?",
                    (last.position, last.recorded_micros, last.digest),
                )
        return tuple(map(record_of, planned.answer))

    def read(
        self,
        *,
        after: int = 0,
        upto: int | None = None,
        streams: Collection[str] | None = None,
        types: Collection[str] | None = None,
        audience: str | None = None,
    ) -> Iterator[Record]:
        """Iterate the records in order of position: see EventStore.read."""
        condition = "position > ? AND position <= ?"
        values: list[object] = [after, self.position() if upto is None else upto]
        for among, wanted in (
            (" AND stream IN (SELECT value FROM json_each(?))", streams),
            (" AND type IN (SELECT value FROM json_each(?))", types),
            (" AND audience IN (SELECT value FROM json_each(?))", None if audience is None else visible_to(audience)),
        ):
            if wanted is not None:
                condition += among
                values.append(msgspec.json.encode(sorted(wanted)).decode())
        return map(record_of, self._rows(condition, values))

    def position(self) -> int:
        """Give the position of the last record, 0 in an empty log."""
        return self._head().position

    def position_at(self, instant: pendulum.DateTime) -> int:
        """Give the position of the last record that the log had learnt by an instant, 0 if none."""
        wanted = micros(instant)
        low, high = 0, self.position()
        while low < high:
            middle = (low + high + 1) // 2
            recorded = self._one("SELECT recorded_micros FROM records WHERE position = ?", middle)[0]
            low, high = (middle, high) if recorded <= wanted else (low, middle - 1)
        return low

    def stream_version(self, stream: str) -> int:
        """Count the records of a stream."""
        return int(self._one("SELECT coalesce(max(version), 0) FROM records WHERE stream = ?", stream)[0])

    def save_snapshot(self, snapshot: Snapshot) -> None:
        """Keep a projection's state."""
        with self._transaction():
            self._connection.execute(
                "INSERT OR REPLACE INTO snapshots SELECT ?, ?, ?, position, digest, ? FROM records WHERE position = ?",
                (snapshot.projection, snapshot.version, snapshot.parameters, snapshot.data, snapshot.position),
            )

    def load_snapshot(self, projection: str, version: int, parameters: str, *, upto: int) -> Snapshot | None:
        """Give the latest kept state at or before a position, None if there is none.

        A state that was made from other records than those in the log now is passed over.
        """
        found = self._connection.execute(
            "SELECT kept.position, kept.data FROM snapshots AS kept JOIN records USING (position, digest)"
            " WHERE kept.projection = ? AND kept.version = ? AND kept.parameters = ? AND kept.position <= ?"
            " ORDER BY kept.position DESC LIMIT 1",
            (projection, version, parameters, upto),
        ).fetchone()
        return None if found is None else Snapshot(projection, version, parameters, *found)

    def verify(self) -> Verified:
        """See that the log is what was appended: see EventStore.verify."""
        return verify_chain(self._rows("TRUE", ()), self._head())

    def close(self) -> None:
        """Close the file."""
        self._connection.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _plan(self, arrivals: Sequence[Incoming], expect: int | Mapping[str, int] | None) -> Plan:
        known = self._known([one.id for one in arrivals])
        return plan(arrivals, self._head(), micros(self._clock()), known, self.stream_version, expect)

    def _known(self, ids: Sequence[str]) -> dict[str, Stored]:
        rows = self._rows("id IN (SELECT value FROM json_each(?))", (msgspec.json.encode(ids).decode(),))
        return {row.id: row for row in rows}

    def _head(self) -> Head:
        return Head(*self._one("SELECT position, recorded_micros, digest FROM head"))

    def _one(self, query: str, *values: object) -> tuple[Any, ...]:
        row: tuple[Any, ...] = self._connection.execute(query, values).fetchone()
        return row

    def _rows(self, condition: str, values: Sequence[object]) -> Iterator[Stored]:
        query = f"SELECT {_COLUMNS} FROM records WHERE {condition} ORDER BY position"  # noqa: S608 - our own conditions
        cursor = self._connection.execute(query, values)
        while rows := cursor.fetchmany(ROWS_AT_ONCE):
            yield from map(Stored._make, rows)

    @contextmanager
    def _transaction(self) -> Iterator[None]:
        with self._writing:
            self._connection.execute("BEGIN IMMEDIATE")
            try:
                yield
            except BaseException:
                self._connection.execute("ROLLBACK")
                raise
            self._connection.execute("COMMIT")


def _connect(path: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(path, timeout=BUSY_SECONDS, isolation_level=None, check_same_thread=False)
    try:
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = FULL")
    except sqlite3.Error:
        connection.close()
        raise
    return connection


def _prepare(connection: sqlite3.Connection, path: str, log_id: str | None) -> str:
    """Make the tables in a new file, or see that the file is a log that this version reads; give its identity."""
    connection.execute("BEGIN IMMEDIATE")
    try:
        if not connection.execute("SELECT count(*) FROM sqlite_schema").fetchone()[0]:
            _create(connection, log_id or str(uuid.uuid4()))
        elif connection.execute("PRAGMA application_id").fetchone()[0] != APPLICATION_ID:
            raise NotALog(path, "it is another program's SQLite file")
    finally:
        connection.execute("COMMIT")
    version = connection.execute("PRAGMA user_version").fetchone()[0]
    if version > SCHEMA_VERSION:
        raise NewerSchema(path, found=version, known=SCHEMA_VERSION)
    return str(connection.execute("SELECT log_id FROM head").fetchone()[0])


def _create(connection: sqlite3.Connection, log_id: str) -> None:
    script = files("diplocal.store").joinpath("schema.sql").read_text(encoding="utf-8")
    for statement in _statements(script):
        connection.execute(statement)
    connection.execute("INSERT INTO head VALUES (1, ?, 0, 0, ?)", (log_id, GENESIS))
    connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
    connection.execute(f"PRAGMA user_version = {SCHEMA_VERSION}")


def _statements(script: str) -> Iterator[str]:
    statement = ""
    for line in script.splitlines(keepends=True):
        statement += line
        if sqlite3.complete_statement(statement):
            yield statement
            statement = ""
