"""The keys of names: one for each person. Who destroys a key erases the name, for good.

They are no part of the log: the log can be copied, proven and shared without them, and reads "name withheld" then.
"""

import secrets
from abc import ABC, abstractmethod
from collections.abc import Callable, Collection, Iterable, Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import Any

from diplocal.store.sealing import new_secret

_IS_GONE = "SELECT 1 FROM keys WHERE id = ? AND secret IS NULL"
_ADD = "INSERT INTO keys VALUES (?, ?, ?) ON CONFLICT DO NOTHING"

Key = tuple[str, str, bytes]
"""The id of a key, the person as names are compared, and the secret."""
Asked = Callable[..., list[Any]]
"""Runs a statement with its values, and returns the rows that it finds."""


class KeyRing(ABC):
    """The keys of one log, in a table of some database. Threads and processes may share it.

    Raises NotReadable, NotWritable.
    """

    place: str
    """Where the keys are, as people are told."""
    secret_query = "SELECT secret FROM keys WHERE id = ?"  # noqa: S105 - no secret itself

    def __init__(self) -> None:
        self._known: dict[str, bytes | None] = {}
        self._keys: dict[str, tuple[str, bytes]] = {}
        self._everybody: dict[str, tuple[str, bytes]] | None = None
        self._gone = frozenset[str]()
        self._seen = -1

    def key_of(self, person: str) -> tuple[str, bytes]:
        """Return the id and the secret of a person's key; one is made for whoever has none."""
        if person in self._keys:
            return self._keys[person]
        query = "SELECT id, secret FROM keys WHERE person = ? ORDER BY id LIMIT 1"
        found = self._ask(query, person)
        if not found:
            with self._changing() as ask:
                found = ask(query, person)
                if not found:
                    found = [(secrets.token_hex(8), new_secret())]
                    ask(_ADD, found[0][0], person, found[0][1])
        self._keys[person] = found[0]
        return self._keys[person]

    def known(self, person: str) -> tuple[str, bytes] | None:
        """Return the id and the secret of the key of somebody who has one."""
        if self._everybody is None:
            found = self._ask("SELECT person, id, secret FROM keys WHERE secret IS NOT NULL ORDER BY person, id DESC")
            self._everybody = {one: (key_id, secret) for one, key_id, secret in found}
        return self._everybody.get(person)

    def secret_of(self, key_id: str) -> bytes | None:
        """Return the secret of a key, None when it is not here."""
        if key_id not in self._known:
            found = [] if key_id in self._gone else self._ask(self.secret_query, key_id)
            self._known[key_id] = found[0][0] if found else None
        return self._known[key_id]

    def look(self) -> None:
        """Forget what was read, if keys were made or destroyed since."""
        if (version := self._version()) != self._seen:
            self._forget()
            self._seen = version

    def keys_of(self, person: str) -> list[str]:
        """Return the ids of all keys of a person: those that came from other logs too."""
        return [key_id for (key_id,) in self._ask("SELECT id FROM keys WHERE person = ? ORDER BY id", person)]

    def people(self) -> list[str]:
        """List the people who have keys, as names are compared."""
        return [
            one for (one,) in self._ask("SELECT DISTINCT person FROM keys WHERE person IS NOT NULL ORDER BY person")
        ]

    def copies(self, key_ids: Collection[str]) -> Iterator[Key]:
        """Yield some of the keys, for another log that holds what is sealed under them."""
        for key_id in key_ids:
            yield from self._ask("SELECT id, person, secret FROM keys WHERE id = ? AND secret IS NOT NULL", key_id)

    def take(self, keys: Iterable[Key]) -> None:
        """Keep keys of another log, but those that were destroyed here."""
        if several := list(keys):
            with self._changing() as ask:
                for key in several:
                    ask(_ADD, *key)

    def withhold(self, key_ids: Collection[str]) -> None:
        """Open nothing with these keys from now on, even where they cannot be destroyed."""
        self._gone |= frozenset(key_ids)
        self._forget()

    def destroy(self, key_ids: Collection[str]) -> None:
        """Destroy keys for good: nothing is left of them where they were kept.

        Their ids are remembered, so that they never come back from another log.
        """
        gone = [key_id for key_id in key_ids if not self._ask(_IS_GONE, key_id)]
        if gone:
            self._destroy(gone)
            self._forget()

    @abstractmethod
    def close(self) -> None:
        """Let go of files and connections."""

    @abstractmethod
    def _ask(self, query: str, *values: object) -> list[Any]:
        """Return the rows that a query finds."""

    @abstractmethod
    def _transaction(self) -> AbstractContextManager[Asked]:
        """Change keys, all or nothing, while nobody else does."""

    @abstractmethod
    def _version(self) -> int:
        """Return a number that is another one after each change of somebody else's."""

    @abstractmethod
    def _destroy(self, key_ids: Collection[str]) -> None:
        """Leave no octet of these keys but their ids."""

    @contextmanager
    def _changing(self) -> Iterator[Asked]:
        with self._transaction() as ask:
            yield ask
        self._forget()

    def _forget(self) -> None:
        self._known, self._keys, self._everybody = {}, {}, None
