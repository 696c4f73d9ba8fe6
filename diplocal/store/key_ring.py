"""The keys of names, in a file beside a log: one for each person. Who destroys a key erases the name, for good.

It is no part of the log: the log can be copied, proven and shared without it, and reads "name withheld" then.
"""

import os
import secrets
import sqlite3
from collections.abc import Callable, Collection, Iterable, Iterator
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path
from threading import RLock
from typing import Any

from diplocal.errors import NotReadable, NotWritable
from diplocal.events.erasure import NameErased
from diplocal.events.registry import Event
from diplocal.records import Envelope
from diplocal.store.sealing import SecretOf, new_secret, nobody
from diplocal.store.sqlite_errors import FILE_ERRORS

ENDING = ".names"
"""How the name of the file ends, after that of the log."""
APPLICATION_ID = 0x64697072
"""'dipr' in ASCII."""
_PATIENCE = 30.0
_IS_GONE = "SELECT 1 FROM keys WHERE id = ? AND secret IS NULL"

Key = tuple[str, str, bytes]
"""The id of a key, the person as names are compared, and the secret."""


def beside(log: Path) -> Path:
    """Name the file of a log's keys.

    >>> beside(Path("visits.db")).name
    'visits.db.names'
    """
    return log.with_name(f"{log.name}{ENDING}")


class NamesOfPeople:
    """What a log does with the names of people: it seals them as soon as there is a file of keys beside it."""

    def __init__(self, log: Path, erased: Callable[[], Collection[str]], *, is_sealed: bool) -> None:
        self._place, self._erased, self._is_sealed = beside(log), erased, is_sealed
        self._ring: KeyRing | None = None

    @property
    def ring(self) -> "KeyRing | None":
        """The keys, None where there are none."""
        if self._ring is None and self._place.exists():
            self._ring = KeyRing(self._place)
            self._ring.destroy(self._erased())  # an erasure may have been broken off, or an older copy put back
        if self._ring is not None:
            self._ring.look()
        return self._ring

    @property
    def secret_of(self) -> SecretOf:
        """What gives keys to open names with."""
        ring = self.ring
        return nobody if ring is None else ring.secret_of

    def begin(self) -> "KeyRing":
        """Make the file of keys, if there is none."""
        if (ring := self.ring) is None:
            self._ring = ring = KeyRing.make(self._place)
            ring.destroy(self._erased())
        self._is_sealed = True
        return ring

    @contextmanager
    def sealing(self, events: Iterable[Event | Envelope]) -> "Iterator[KeyRing | None]":
        """Give what names are sealed with. Keys that the events say to be erased are destroyed when these are stored.

        Raises NotWritable where the keys should be, and are not.
        """
        ring = self.ring
        if ring is None:
            if self._is_sealed:
                raise NotWritable(
                    str(self._place),
                    "the names in the log are sealed, and their keys are gone: put the file back; or begin with new"
                    " keys by 'diplocal seal', and the names that were sealed under the old ones stay withheld",
                )
            yield None
            return
        yield ring
        ring.destroy([key_id for one in events for key_id in _erased(one)])

    def close(self) -> None:
        """Close the file."""
        if self._ring is not None:
            self._ring.close()


def _erased(one: Event | Envelope) -> tuple[str, ...]:
    event = one.event if isinstance(one, Envelope) else one
    return event.keys if isinstance(event, NameErased) else ()


class KeyRing:
    """The keys of one log. Threads and processes may share it.

    Raises NotReadable, NotWritable.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._lock = RLock()
        self._known: dict[str, bytes | None] = {}
        self._keys: dict[str, tuple[str, bytes]] = {}
        self._everybody: dict[str, tuple[str, bytes]] | None = None
        self._seen = -1
        self._connection = self._connect()

    @classmethod
    def make(cls, path: Path) -> "KeyRing":
        """Make the file, for its owner only, where there is none."""
        try:
            os.close(os.open(path, os.O_WRONLY | os.O_CREAT, 0o600))
        except OSError as error:
            raise NotWritable(str(path), error.strerror or str(error)) from error
        ring = cls(path)
        with ring._writing() as connection:
            connection.execute("CREATE TABLE IF NOT EXISTS keys (id TEXT PRIMARY KEY, person TEXT, secret BLOB)")
            connection.execute("CREATE INDEX IF NOT EXISTS keys_by_person ON keys (person)")
            connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
        return ring

    def key_of(self, person: str) -> tuple[str, bytes]:
        """Return the id and the secret of a person's key; one is made for whoever has none."""
        if person in self._keys:
            return self._keys[person]
        query = "SELECT id, secret FROM keys WHERE person = ? ORDER BY id LIMIT 1"
        found = self._rows(query, person)
        if not found:
            with self._writing() as connection:
                found = connection.execute(query, (person,)).fetchall()
                if not found:
                    found = [(secrets.token_hex(8), new_secret())]
                    connection.execute("INSERT INTO keys VALUES (?, ?, ?)", (found[0][0], person, found[0][1]))
        self._keys[person] = found[0]
        return self._keys[person]

    def known(self, person: str) -> tuple[str, bytes] | None:
        """Return the id and the secret of the key of somebody who has one."""
        if self._everybody is None:
            found = self._rows("SELECT person, id, secret FROM keys WHERE secret IS NOT NULL ORDER BY person, id DESC")
            self._everybody = {one: (key_id, secret) for one, key_id, secret in found}
        return self._everybody.get(person)

    def secret_of(self, key_id: str) -> bytes | None:
        """Return the secret of a key, None when it is not here."""
        if key_id not in self._known:
            found = self._rows("SELECT secret FROM keys WHERE id = ?", key_id)
            self._known[key_id] = found[0][0] if found else None
        return self._known[key_id]

    def look(self) -> None:
        """Forget what was read, if the file was written since."""
        ((version,),) = self._rows("PRAGMA data_version")
        if version != self._seen:
            self._known, self._keys, self._everybody, self._seen = {}, {}, None, version

    def keys_of(self, person: str) -> list[str]:
        """Return the ids of all keys of a person: those that came from other logs too."""
        return [key_id for (key_id,) in self._rows("SELECT id FROM keys WHERE person = ? ORDER BY id", person)]

    def people(self) -> list[str]:
        """List the people who have keys, as names are compared."""
        return [
            person
            for (person,) in self._rows("SELECT DISTINCT person FROM keys WHERE person IS NOT NULL ORDER BY person")
        ]

    def copies(self, key_ids: Collection[str]) -> Iterator[Key]:
        """Yield some of the keys, for another log that holds what is sealed under them."""
        for key_id in key_ids:
            yield from self._rows("SELECT id, person, secret FROM keys WHERE id = ? AND secret IS NOT NULL", key_id)

    def take(self, keys: Iterable[Key]) -> None:
        """Keep keys of another log, but those that were destroyed here."""
        if several := list(keys):
            with self._writing() as connection:
                connection.executemany("INSERT OR IGNORE INTO keys VALUES (?, ?, ?)", several)

    def destroy(self, key_ids: Collection[str]) -> None:
        """Destroy keys for good: their octets are overwritten, and the file is written anew without them.

        Their ids are remembered, so that they never come back from another log.
        """
        gone = [key_id for key_id in key_ids if self._rows(_IS_GONE, key_id) == []]
        if gone:
            with self._writing() as connection:
                connection.executemany("INSERT OR REPLACE INTO keys VALUES (?, NULL, NULL)", [(one,) for one in gone])
            with self._lock:
                self._connection.execute("VACUUM")

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
            raise NotReadable(str(self.path), str(error)) from error
        return connection

    def _rows(self, query: str, *values: object) -> list[tuple[Any, ...]]:
        try:
            with self._lock:
                return self._connection.execute(query, values).fetchall()
        except FILE_ERRORS as error:
            raise NotReadable(str(self.path), str(error)) from error

    @contextmanager
    def _writing(self) -> Iterator[sqlite3.Connection]:
        try:
            with self._lock:
                self._connection.execute("BEGIN IMMEDIATE")
                with self._connection:
                    yield self._connection
                self._known, self._keys, self._everybody = {}, {}, None
        except FILE_ERRORS as error:
            raise NotWritable(str(self.path), str(error)) from error
