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

from diplocal.diary.database import Busy, Unwritable
from diplocal.diary.tables import LAYOUT, TABLES, Tables
from diplocal.errors import NotReady
from diplocal.events.registry import event_types
from diplocal.store import Readable, SQLiteStore
from diplocal.store.beside import beside, itself
from diplocal.store.postgres_address import PostgresAddress

PATIENCE = 5.0
"""Seconds that a question waits while another process brings the diary up to date; then it is answered from memory."""
LONGEST = 600.0
"""Seconds after which a server waits no longer for another process that has been at it all the time."""
MOST_IDLE = 3
"""Connections that are kept for the next question: each holds a part of the file in memory."""
OURS = "diplocal."


class Place(Protocol):
    """Keeps the tables of one diary."""

    def reading(self) -> AbstractContextManager[Tables]:
        """Read the tables as they are at one moment."""

    def writing(self) -> AbstractContextManager[Tables]:
        """Change the tables, all or nothing. Raises Busy."""

    def close(self) -> None:
        """Let go of files."""


def place_of(log: Readable, audience: str) -> Place:
    """Find the place of the diary of a log for an audience."""
    if isinstance(log, SQLiteStore) and log.is_writable:
        path = file_beside(log.path, audience)
        with suppress(sqlite3.Error, OSError):
            return InFile(path)
    if isinstance(address := getattr(log, "address", None), PostgresAddress):
        from diplocal.diary.postgres_place import InSchema, Unusable  # noqa: PLC0415 - it needs an extra

        with suppress(Unusable):
            return InSchema(address, audience, vocabulary(), PATIENCE)
    return InMemory()


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
    """The tables of a diary that lasts as long as the program."""

    def __init__(self) -> None:
        self._connection = sqlite3.connect(
            ":memory:", isolation_level=None, check_same_thread=False, factory=Connection
        )
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
            yield from _transaction(self._connection, "BEGIN")

    def close(self) -> None:
        """Forget everything."""
        self._is_open = False
        self._connection.close()

    def _expect_open(self) -> None:
        if not self._is_open:
            raise ValueError("the diary was closed: make another of the same log")


class InFile:
    """The tables of a diary in a SQLite file. Safe for many threads and processes.

    Raises sqlite3.Error or OSError where no such file can be.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._idle: deque[Connection] = deque()
        self._writing = Lock()
        self._process = os.getpid()
        try:
            self._begin()
        except sqlite3.DatabaseError as error:
            if isinstance(error, sqlite3.OperationalError):
                raise
            remove(path)  # it is damaged, and nothing is in it that is not in the log
            self._begin()

    def _begin(self) -> None:
        with self._connected() as connection:
            if connection.execute("PRAGMA user_version").fetchone()[0] != LAYOUT:
                names = [name for (name,) in connection.execute("SELECT name FROM sqlite_schema WHERE type = 'table'")]
                if names and TABLES[0] not in names:
                    raise FileExistsError(f"{self.path} is no diary: perhaps a link to another file")
                for name in names:
                    connection.execute(f'DROP TABLE "{name}"')
                Tables(connection).create()
                connection.execute(f"PRAGMA user_version = {LAYOUT}")
            connection.execute("PRAGMA journal_mode = WAL")

    @contextmanager
    def reading(self) -> Iterator[Tables]:
        """Read the tables as they are at one moment, whoever writes meanwhile."""
        with self._connected() as connection:
            connection.execute("BEGIN")
            try:
                yield Tables(connection)
            finally:
                connection.execute("ROLLBACK")

    @contextmanager
    def writing(self) -> Iterator[Tables]:
        """Change the tables, all or nothing. Raises Busy when another process has been at it for long."""
        if not self._writing.acquire(timeout=PATIENCE):
            raise Busy
        try:
            with self._connected() as connection:
                yield from _transaction(connection, "BEGIN IMMEDIATE")
        finally:
            self._writing.release()

    def close(self) -> None:
        """Close the file."""
        with suppress(IndexError):
            while True:
                self._idle.pop().close()

    @contextmanager
    def _connected(self) -> Iterator[Connection]:
        if os.getpid() != self._process:  # SQLite forbids the use of a connection that came over a fork
            self._idle, self._process = deque(), os.getpid()
        try:
            connection = self._idle.pop()
        except IndexError:
            connection = _connect(self.path)
        try:
            yield connection
        except BaseException:
            connection.close()
            raise
        if len(self._idle) < MOST_IDLE:
            self._idle.append(connection)
        else:
            connection.close()


class Awaited:
    """The tables of a diary that others may be making: whoever asks comes back, and makes no other in memory.

    Those who have been at it for longer than ``LONGEST`` are not waited for.
    """

    def __init__(self, place: Place) -> None:
        self._place = place
        self.reading, self.close = place.reading, place.close
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
    with closing(_connect(path)) as connection:
        try:
            connection.execute("BEGIN IMMEDIATE")
            Tables(connection).clear()
            connection.execute("COMMIT")
            connection.execute("VACUUM")
            (is_busy, *_) = connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
        except sqlite3.OperationalError:
            return False
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


def _transaction(connection: Connection, begin: str) -> Iterator[Tables]:
    try:
        connection.execute(begin)
    except sqlite3.OperationalError as error:
        raise (Busy if error.sqlite_errorcode & 0xFF == sqlite3.SQLITE_BUSY else Unwritable) from error
    try:
        yield Tables(connection)
    except BaseException:
        connection.execute("ROLLBACK")
        raise
    connection.execute("COMMIT")
