"""Where a diary is kept: in a file beside a log that lies in a file, in the database of one on a server, or in memory.

A file of its own, and not the log's: who asks never keeps waiting who records, the log's bytes never change by being
read, and throwing the diary away is deleting a file. An archive, or a log where nothing can be written, has its diary
in memory.
"""

import os
import sqlite3
from collections import deque
from collections.abc import Iterator
from contextlib import AbstractContextManager, closing, contextmanager, suppress
from glob import escape
from hashlib import sha256
from pathlib import Path
from threading import Lock, RLock
from time import monotonic
from typing import Protocol
from urllib.parse import quote
from weakref import finalize

from diplocal.diary.database import Broken, Busy, Unwritable
from diplocal.diary.tables import INDEXES, LAYOUT, SCHEMA, TABLES, Tables
from diplocal.errors import DiaryNotKept, LogDamaged, LogLocked, NotOpen, NotReady
from diplocal.events.registry import event_types
from diplocal.store import Readable, SQLiteStore
from diplocal.store.beside import beside, itself
from diplocal.store.postgres_address import PostgresAddress
from diplocal.store.sqlite_errors import FILE_ERRORS, SQLiteError, forbidden, on_writing

PATIENCE = 5.0
"""Seconds that a question waits while another process brings the diary up to date; then it is answered from memory."""
LONGEST = 600.0
"""Seconds after which a server waits no longer for another process that has been at it all the time."""
MOST_IDLE = 3
"""Connections that are kept for the next question: each holds a part of the file in memory."""
OURS = "diplocal."
_EXPECTED = {statement.replace("IF NOT EXISTS ", "") for statement in (*SCHEMA, *INDEXES)}
MARK = 0x64696172
"""'diar' in ASCII: marks a file as a diary (PRAGMA application_id)."""


class Place(Protocol):
    """Keeps the tables of one diary. Whatever hinders it is raised as DiaryNotKept: Busy, Broken ..."""

    def reading(self) -> AbstractContextManager[Tables]:
        """Read the tables as they are at one moment."""

    def writing(self) -> AbstractContextManager[Tables]:
        """Change the tables, all or nothing."""

    def renew(self) -> None:
        """Throw away what is kept, the file or the schema itself, and begin with empty tables."""

    def close(self) -> None:
        """Let go of files."""


def place_of(log: Readable, audience: str) -> Place:
    """Find the place of the diary of a log for an audience."""
    try:
        if isinstance(log, SQLiteStore):
            return _in_file(log, file_beside(log.path, audience))
        if isinstance(address := getattr(log, "address", None), PostgresAddress):
            from diplocal.diary.postgres_place import InSchema, schema_of  # noqa: PLC0415 - it needs an extra

            schema = schema_of(address.schema, audience, vocabulary(), getattr(log, "channel", ""))
            return InSchema(address, schema, PATIENCE)
    except DiaryNotKept as hindrance:
        return InMemory(hindrance)
    return InMemory()


def _in_file(log: SQLiteStore, path: Path) -> "InFile":
    if not log.is_writable:
        raise Unwritable(str(path), f"its log is only read, for {forbidden(log.path)}")
    return InFile(path)


def file_beside(log: Path, audience: str) -> Path:
    """Name the file of a diary: by the log, the audience and the vocabulary.

    >>> file_beside(Path("visits.db"), "public").name
    'visits.db.public.diary'
    """
    return beside(log, f".{quote(audience, safe='')}{vocabulary()}.diary")


def vocabulary() -> str:
    """Return a suffix that tells event classes of the user's own apart; empty where there are none.

    What is understood depends on the classes that can be read, so programs that know others have diaries of their own.
    """
    own = sorted((kind.name, kind.version) for kind in event_types() if not kind.name.startswith(OURS))
    return f".{sha256(repr(own).encode()).hexdigest()[:8]}" if own else ""


class Connection(sqlite3.Connection):
    """A connection that gives rows as they are asked for, as SQLite always does, and ends with who holds it."""

    stream = sqlite3.Connection.execute

    def __del__(self) -> None:
        """Close: a diary that nobody holds any more is no fault, since all that is in it is in the log."""
        with suppress(sqlite3.Error):  # it was never opened
            self.close()


class InMemory:
    """The tables of a diary that lasts as long as the program.

    ``hindrance`` says why it is not kept where it belongs.
    """

    def __init__(self, hindrance: DiaryNotKept | None = None) -> None:
        if hindrance is not None:  # a new one: that which was raised holds what it came through, open files among it
            hindrance = type(hindrance)(hindrance.path, hindrance.reason)
        self.hindrance = self.untold = hindrance
        self._connection = sqlite3.connect(
            ":memory:", isolation_level=None, check_same_thread=False, factory=Connection
        )
        self._connection.execute("PRAGMA temp_store = MEMORY")  # the disk may be full
        finalize(self, self._connection.close)  # who dropped the diary of a log in memory had nothing to close
        self._lock = RLock()
        self._is_open = True
        Tables(self._connection).create()

    @contextmanager
    def reading(self) -> Iterator[Tables]:
        """Read the tables: one at a time."""
        self._expect_open()
        with self._lock:
            yield Tables(self._connection)

    @contextmanager
    def writing(self) -> Iterator[Tables]:
        """Change the tables, all or nothing."""
        self._expect_open()
        with self._lock:
            self._connection.execute("BEGIN")
            try:
                yield Tables(self._connection)
            except BaseException:
                if self._connection.in_transaction:  # SQLite may have taken it back by itself
                    self._connection.execute("ROLLBACK")
                raise
            self._connection.execute("COMMIT")

    def renew(self) -> None:
        """Forget everything. Raises DiaryNotKept where it does not belong in memory."""
        if self.hindrance is not None:
            raise self.hindrance
        with self.writing() as tables:
            tables.clear()

    def close(self) -> None:
        """Forget everything."""
        self._is_open = False
        self._connection.close()

    def _expect_open(self) -> None:
        if not self._is_open:
            raise NotOpen("the diary")


class InFile:
    """The tables of a diary in a SQLite file. Safe for many threads and processes.

    Raises DiaryNotKept where no such file can be.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._idle: deque[Connection] = deque()
        self._writing = Lock()
        self._is_open = True
        self._seen = self._now()
        try:
            self._begin()
        except Broken:
            self.renew()

    @contextmanager
    def reading(self) -> Iterator[Tables]:
        """Read the tables as they are at one moment, whoever writes meanwhile."""
        with self._transaction("BEGIN", "ROLLBACK") as tables:
            yield tables

    @contextmanager
    def writing(self) -> Iterator[Tables]:
        """Change the tables, all or nothing. Raises Busy when another process has been at it for long."""
        with self._alone(), self._transaction("BEGIN IMMEDIATE", "COMMIT") as tables:
            yield tables

    def renew(self) -> None:
        """Throw the file away, and begin another."""
        with self._alone():
            self._see_that_it_is_ours()
            self._let_go()
            try:
                remove(self.path)
            except OSError as error:
                raise DiaryNotKept(str(self.path), error.strerror or str(error)) from error
            self._begin()

    def close(self) -> None:
        """Close the file."""
        self._is_open = False
        self._let_go()

    def _begin(self) -> None:
        """Make the tables where there are none. Raises Broken for what is there and is no diary of this version."""
        with self._connected() as connection:
            found = _schema_of(connection)
            if found and (found, _pragma(connection, "user_version"), _mark(connection)) != (_EXPECTED, LAYOUT, MARK):
                raise Broken(str(self.path), "its tables are not those of a diary of this version")
        if not found:
            with self._transaction("BEGIN IMMEDIATE", "COMMIT") as tables:
                tables.create()
                tables.database.execute(f"PRAGMA application_id = {MARK}")
                tables.database.execute(f"PRAGMA user_version = {LAYOUT}")
        with self._connected() as connection:
            connection.execute("PRAGMA journal_mode = WAL")

    def _see_that_it_is_ours(self) -> None:
        """Raise DiaryNotKept for a file of another program: it is never thrown away."""
        with suppress(Broken), self._connected() as connection:
            names = {name for (name,) in connection.execute("SELECT name FROM sqlite_schema")}
            if names and _mark(connection) != MARK and TABLES[0] not in names:
                raise DiaryNotKept(str(self.path), "a file of another program is in its place")

    @contextmanager
    def _transaction(self, begin: str, end: str) -> Iterator[Tables]:
        with self._connected() as connection:  # which is closed where something fails: that takes everything back
            connection.execute(begin)
            yield Tables(connection)
            connection.execute(end)

    @contextmanager
    def _alone(self) -> Iterator[None]:
        if not self._writing.acquire(timeout=PATIENCE):
            raise Busy(str(self.path), "another thread has been writing it for long")
        try:
            yield
        finally:
            self._writing.release()

    @contextmanager
    def _connected(self) -> Iterator[Connection]:
        self._expect_open()
        try:
            connection = self._idle_or_new()
            try:
                yield connection
            except BaseException:
                connection.close()
                raise
        except FILE_ERRORS as error:
            raise self._meant(error) from error
        if self._is_open and len(self._idle) < MOST_IDLE:
            self._idle.append(connection)
        else:
            connection.close()

    def _idle_or_new(self) -> Connection:
        if self._now() != self._seen:  # it was thrown away, or the process forked: then SQLite forbids their use
            self._idle = deque()
        try:
            return self._idle.pop()
        except IndexError:
            connection = _connect(self.path)
            self._seen = self._now()
            return connection

    def _now(self) -> tuple[int, int, int]:
        """Return what tells whether connections still lead to this file: the process, its device and its inode."""
        try:
            found = os.stat(self.path)  # noqa: PTH116 - asked with every question, and Path.stat takes twice the time
        except OSError:
            return os.getpid(), 0, 0
        return os.getpid(), found.st_dev, found.st_ino

    def _let_go(self) -> None:
        with suppress(IndexError):
            while True:
                self._idle.pop().close()

    def _expect_open(self) -> None:
        if not self._is_open:
            raise NotOpen(f"the diary {self.path}")

    def _meant(self, error: SQLiteError) -> DiaryNotKept:
        match on_writing(path := str(self.path), error):
            case LogLocked():
                return Busy(path, "another process has been writing it for long")
            case LogDamaged(reason=reason):
                return Broken(path, reason)
            case other:
                is_file = self.path.is_file() or not self.path.exists()
                return DiaryNotKept(path, other.reason if is_file else "a folder or a device is in its place")


class Awaited:
    """The tables of a diary that others may be making: whoever asks comes back, and makes no other in memory.

    Those who have been at it for longer than ``LONGEST`` are not waited for.
    """

    def __init__(self, place: Place) -> None:
        self._place = place
        self.reading, self.renew, self.close = place.reading, place.renew, place.close
        self._busy_since: float | None = None

    @contextmanager
    def writing(self) -> Iterator[Tables]:
        """Change the tables, all or nothing. Raises NotReady while another process is at it."""
        try:
            with self._place.writing() as tables:
                self._busy_since = None
                yield tables
        except Unwritable:
            raise
        except Busy as error:
            self._busy_since = self._busy_since or monotonic()
            if monotonic() - self._busy_since > LONGEST:
                raise
            raise NotReady from error


def forget(log: Readable) -> list[str]:
    """Empty the diaries of a log, so that no octet of what they held is left where they lie.

    Return the names of those that could not be emptied, for others use them.
    """
    if isinstance(log, SQLiteStore):
        path = itself(log.path)
        diaries = path.parent.glob(f"{escape(path.name)}.*.diary")
        return [str(diary) for diary in diaries if not _is_emptied(diary)]
    if isinstance(address := getattr(log, "address", None), PostgresAddress):
        from diplocal.diary.postgres_place import drop_all  # noqa: PLC0415 - it needs an extra

        return drop_all(address)
    return []


def _is_emptied(path: Path) -> bool:
    try:
        with closing(_connect(path)) as connection:
            connection.execute("BEGIN IMMEDIATE")
            Tables(connection).clear()
            connection.execute("COMMIT")
            connection.execute("VACUUM")
            (is_busy, *_) = connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
    except FILE_ERRORS as error:
        if not isinstance(on_writing(str(path), error), LogDamaged):
            return False
        with closing(InFile(path)) as broken:
            broken.renew()
        return True
    return not is_busy


def remove(path: Path) -> None:
    """Throw the file of a diary away."""
    for part in ("", "-wal", "-shm"):
        path.with_name(path.name + part).unlink(missing_ok=True)


def _connect(path: Path) -> Connection:
    connection = sqlite3.connect(
        path, timeout=PATIENCE, isolation_level=None, check_same_thread=False, factory=Connection
    )
    connection.execute("PRAGMA synchronous = NORMAL")  # what a power cut takes away is made anew
    connection.execute("PRAGMA cache_size = -4096")
    connection.execute("PRAGMA secure_delete = ON")  # what is erased from the log is erased here
    return connection


def _schema_of(connection: sqlite3.Connection) -> set[str]:
    return {made for (made,) in connection.execute("SELECT sql FROM sqlite_schema WHERE sql IS NOT NULL")}


def _mark(connection: sqlite3.Connection) -> int:
    return _pragma(connection, "application_id")


def _pragma(connection: sqlite3.Connection, name: str) -> int:
    found: int = connection.execute(f"PRAGMA {name}").fetchone()[0]
    return found
