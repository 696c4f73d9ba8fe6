"""The keys of names in a SQLite file beside a log in a file."""

import os
import sqlite3
from collections.abc import Collection, Iterator
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path
from threading import RLock
from typing import Any

from diplocal.errors import NotReadable, NotWritable
from diplocal.store.beside import beside
from diplocal.store.key_ring import ADVICE, COLUMNS, Asked, KeyRing
from diplocal.store.sqlite_errors import FILE_ERRORS

ENDING = ".names"
"""How the name of the file ends, after that of the log."""
APPLICATION_ID = 0x64697072
"""'dipr' in ASCII."""
_PATIENCE = 30.0
_TABLES = (
    """
    CREATE TABLE IF NOT EXISTS keys (
        place    INTEGER PRIMARY KEY, -- the order in which they came
        id       TEXT NOT NULL UNIQUE,
        person   TEXT, -- as names are compared; NULL of a key that was destroyed, as all that follows
        wikidata TEXT, -- NULL where reports give none
        audience TEXT, -- whose records have names sealed under it
        secret   BLOB,
        mark     BLOB, -- by which it is seen to be whole
        made_by  TEXT, -- the identity of the log that made it; NULL of this one
        came_by  TEXT, -- the identity of the log, or the name of the server, that it came from
        is_shared INTEGER -- 1 where several people with Wikidata ids bear or bore the name
    )
    """,
    "CREATE INDEX IF NOT EXISTS keys_by_person ON keys (person)",
    "CREATE INDEX IF NOT EXISTS keys_by_wikidata ON keys (wikidata)",
    f"PRAGMA application_id = {APPLICATION_ID}",
)


def keys_beside(log: Path) -> Path:
    """Name the file of a log's keys.

    >>> keys_beside(Path("visits.db")).name
    'visits.db.names'
    """
    return beside(log, ENDING)


class FileKeyRing(KeyRing):
    """The keys of one log in a file."""

    def __init__(self, path: Path) -> None:
        super().__init__()
        self.path, self.place = path, f"{path.name}, beside the log"
        self._lock = RLock()
        self._connection = self._connect()

    @classmethod
    def existing(cls, path: Path) -> "FileKeyRing | None":
        """Open the file, where there is one."""
        if not path.exists():
            return None
        ring = cls(path)
        try:
            ring.see_that_it_holds_keys()
        except BaseException:
            ring.close()
            raise
        return ring

    @classmethod
    def make(cls, path: Path) -> "FileKeyRing":
        """Make the file, for its owner only, where there is none."""
        try:
            os.close(os.open(path, os.O_WRONLY | os.O_CREAT, 0o600))
        except OSError as error:
            raise NotWritable(str(path), error.strerror or str(error)) from error
        ring = cls(path)
        with ring._transaction() as ask:
            for statement in _TABLES:
                ask(statement)
        return ring

    def see_that_it_holds_keys(self) -> None:
        """Raise NotReadable for a file that is damaged, or another."""
        try:
            ((mark,),) = self._ask("PRAGMA application_id")
            self._ask(f"SELECT {COLUMNS}, is_shared FROM keys LIMIT 1")  # noqa: S608 - our own columns
        except NotReadable as error:
            raise NotReadable(str(self.path), f"{error.reason}; {ADVICE}") from error
        if mark != APPLICATION_ID:
            raise NotReadable(str(self.path), f"it is another program's file; {ADVICE}")

    def copy(self, target: Path) -> None:
        """Copy the file whole, for its owner only."""
        os.close(os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
        try:
            with self._lock, closing(sqlite3.connect(target)) as other:
                self._connection.backup(other)
        except FILE_ERRORS as error:
            raise NotReadable(str(self.path), str(error)) from error

    def close(self) -> None:
        """Close the file."""
        self._connection.close()

    def _connect(self) -> sqlite3.Connection:
        address = f"{self.path.absolute().as_uri()}?mode=rw"
        try:
            connection = sqlite3.connect(
                address, uri=True, timeout=_PATIENCE, isolation_level=None, check_same_thread=False
            )
            with ExitStack() as refused:
                refused.callback(connection.close)
                connection.execute("PRAGMA secure_delete = ON")
                connection.execute("PRAGMA synchronous = FULL")
                refused.pop_all()
        except FILE_ERRORS as error:
            raise NotReadable(str(self.path), f"{error}; {ADVICE}") from error
        return connection

    def _ask(self, query: str, *values: object) -> list[Any]:
        try:
            with self._lock:
                return self._connection.execute(query, values).fetchall()
        except FILE_ERRORS as error:
            raise NotReadable(str(self.path), str(error)) from error

    @contextmanager
    def _transaction(self) -> Iterator[Asked]:
        try:
            with self._lock:
                self._connection.execute("BEGIN IMMEDIATE")
                with self._connection:
                    yield self._ask
        except FILE_ERRORS as error:
            raise NotWritable(str(self.path), str(error)) from error
        except NotReadable as error:
            raise NotWritable(str(self.path), error.reason) from error

    def _version(self) -> int:
        ((version,),) = self._ask("PRAGMA data_version")
        return int(version)

    def _destroy(self, key_ids: Collection[str]) -> None:
        """Overwrite their octets (secure_delete), and write the file anew without them."""
        with self._transaction() as ask:
            for key_id in key_ids:
                ask("INSERT OR REPLACE INTO keys (id) VALUES (?)", key_id)
        with self._lock:
            self._connection.execute("VACUUM")
