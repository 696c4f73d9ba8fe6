"""The keys of names: one for each person. Who destroys a key erases the name, for good.

They are no part of the log: the log can be copied, proven and shared without them, and reads "name withheld" then.
"""

import secrets
from abc import ABC, abstractmethod
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from hashlib import sha256
from typing import Any, NamedTuple

import msgspec

from diplocal.errors import Ambiguous, NotReadable
from diplocal.names.withheld import GROUP
from diplocal.parties import WIKIDATA_ID
from diplocal.store.contract import visible_to
from diplocal.store.sealing import Key, Opening, new_secret, person_of, sealed_in

_IS_GONE = "SELECT 1 FROM keys WHERE id = ? AND secret IS NULL"
COLUMNS = "id, person, wikidata, audience, secret, mark, made_by, came_by"
_ADD = f"INSERT INTO keys ({COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING"  # noqa: S608 - ours
_OF = (
    "SELECT id, secret, audience, mark FROM keys"
    " WHERE person = ? AND coalesce(wikidata, '') = ? AND secret IS NOT NULL ORDER BY place"
)
_EVERYBODY = "SELECT person, wikidata, audience FROM keys WHERE secret IS NOT NULL ORDER BY place"
_SHARED = "UPDATE keys SET is_shared = 1 WHERE person = ?"
_BEARERS = "SELECT id, person, wikidata, audience, is_shared FROM keys WHERE {} = ? ORDER BY place"


ADVICE = (
    "'diplocal seal --keys FILE' takes in the keys of names that a backup has; without them these names stay withheld,"
    " and 'diplocal seal' begins with new keys where there are none"
)


class Bearer(NamedTuple):
    """Whose a key is."""

    key_id: str
    person: str
    """The name, as names are compared."""
    wikidata: str | None
    audience: str
    """Whose records have names sealed under it; who may see these gets it with them, and nobody else."""
    is_shared: int | None
    """Whether people with other Wikidata ids bear the name too, or did before they were erased: 1, else None."""

    @property
    def group(self) -> str:
        """What the ids of all keys of one person begin with, and a name that is withheld reads by."""
        return self.key_id[:GROUP]


Row = tuple[str, bytes, str, bytes]
"""A key's id, its secret, its audience and its mark."""
Asked = Callable[..., list[Any]]
"""Runs a statement with its values, and returns the rows that it finds."""


class KeyRing(ABC):
    """The keys of one log, in a table of some database. Threads and processes may share it.

    Raises NotReadable, NotWritable.
    """

    place: str
    """Where the keys are, as people are told."""

    def __init__(self) -> None:
        self._known: dict[str, bytes | None] = {}
        self._keys: dict[tuple[str, str | None, str], Opening] = {}
        self._everybody: dict[str, list[tuple[str | None, str]]] | None = None
        self._gone = frozenset[str]()
        self._seen = -1

    def key_of(self, person: str, wikidata: str | None, audience: str) -> Opening:
        """Return the first key for a name with a Wikidata id that an audience may get; one is made if there is none.

        What is recorded for an audience is sealed with no key of what it may not see: keys go where the records go.
        """
        if (found := self._keys.get((person, wikidata, audience))) is None:
            found = self._first(self._ask(_OF, person, wikidata or ""), person, wikidata, audience)
            if found is None:
                with self._changing() as ask:
                    rows = ask(_OF, person, wikidata or "")
                    found = self._first(rows, person, wikidata, audience) or self._made(
                        ask, person, wikidata, audience, rows
                    )
            self._keys[person, wikidata, audience] = found
        return found

    def known(self, person: str, audience: str) -> Opening | None:
        """Return the first key of somebody whom an audience may see named, None where it may not."""
        if self._everybody is None:
            self._everybody = {}
            for name, wikidata, seen_by in self._ask(_EVERYBODY):
                self._everybody.setdefault(name, []).append((wikidata, seen_by))
        for wikidata, seen_by in self._everybody.get(person, ()):
            if seen_by in visible_to(audience):
                return self.key_of(person, wikidata, audience)
        return None

    def secret_of(self, key_id: str) -> bytes | None:
        """Return the secret of a key, None when it is not here."""
        if key_id not in self._known:
            found = [] if key_id in self._gone else self._ask("SELECT secret FROM keys WHERE id = ?", key_id)
            self._known[key_id] = found[0][0] if found else None
        return self._known[key_id]

    def look(self) -> None:
        """Forget what was read, if keys were made or destroyed since."""
        if (version := self._version()) != self._seen:
            self._forget()
            self._seen = version

    def bearers(self, said: str) -> list[Bearer]:
        """Return the keys of the one person who is called so, by a name or a Wikidata id, under whatever name.

        Those of reports that give no Wikidata id are among them, unless others bear the name too. Of a name that
        several bear who have Wikidata ids, only the keys without one are meant. The id of a key means that key.

        Raises Ambiguous where there is none of these, NotReadable when keys are damaged.
        """
        for row in self._ask("SELECT id, person, wikidata, secret, mark FROM keys WHERE secret IS NOT NULL"):
            self._see_that_it_is_sound(*row)
        if key := self._rows("id", said):
            return [one for one in key if one.person]
        if WIKIDATA_ID.fullmatch(said.upper()):
            return self._bearers_of(said.upper())
        named = self._rows("person", person_of(said))
        ids = sorted({one.wikidata for one in named if one.wikidata})
        if len(ids) == 1 and not any(one.is_shared for one in named):
            return self._bearers_of(ids[0])
        without = [one for one in named if not one.wikidata]
        if ids and not without:
            expected = f"a Wikidata id, {' or '.join(ids)}, for several people bear the name"
            raise Ambiguous("person", said, expected, near=tuple(ids))
        return without

    def namesakes(self, of: Iterable[Bearer]) -> list[Bearer]:
        """Return the keys of others who are called as some are."""
        known = {one.key_id for one in of}
        named = (one for name in sorted({one.person for one in of}) for one in self._rows("person", name))
        return [one for one in named if one.key_id not in known]

    def named(self, key_ids: Iterable[str]) -> dict[str, str]:
        """Return the names of those of these keys that are here."""
        return {one.key_id: one.person for key_id in key_ids for one in self._rows("id", key_id) if one.person}

    def here(self, key_ids: Iterable[str]) -> set[str]:
        """Return those of these keys that are here, and were not destroyed."""
        query = "SELECT id FROM keys WHERE id = ? AND secret IS NOT NULL"
        return {one for key_id in key_ids for (one,) in self._ask(query, key_id)}

    def destroyed(self, key_ids: Iterable[str]) -> set[str]:
        """Return those of these keys that were here, and were destroyed."""
        return {key_id for key_id in key_ids if self._ask(_IS_GONE, key_id)}

    def given_by(self, source: str, key_ids: Iterable[str]) -> set[str]:
        """Return those of these keys that another log or a server made, or gave: it may have them destroyed."""
        query = "SELECT id FROM keys WHERE id = ? AND secret IS NOT NULL AND made_by IS NOT NULL"
        query += " AND ? IN (made_by, came_by)"
        return {one for key_id in key_ids for (one,) in self._ask(query, key_id, source)}

    def fault(self, kept: Iterable[bytes]) -> str | None:
        """Say how many keys are missing or wrong, given data of the log whose keys they are; None when all is well."""
        sealed = sealed_in(kept)
        there = {one.id: one for one in self.copies(sealed, "")}
        missing = [one for one in sealed if one not in there and not self._ask(_IS_GONE, one)]
        wrong = [one for one in there.values() if one.proven(sealed[one.id]) is None]
        if not missing and not wrong:
            return None
        return (
            f"of {len(sealed)} keys in {self.place}, {len(missing)} are missing and {len(wrong)} are damaged: {ADVICE}"
        )

    def people(self) -> list[str]:
        """List the people who have keys, as names are compared."""
        return [
            one for (one,) in self._ask("SELECT DISTINCT person FROM keys WHERE person IS NOT NULL ORDER BY person")
        ]

    def copies(self, key_ids: Collection[str], log_id: str) -> Iterator[Key]:
        """Yield some of the keys of the log of this identity, for another that holds what is sealed under them."""
        query = "SELECT id, person, wikidata, secret, made_by FROM keys WHERE id = ? AND secret IS NOT NULL"
        for key_id in key_ids:
            for _, person, wikidata, secret, made_by in self._ask(query, key_id):
                yield Key(key_id, person, wikidata, secret, made_by or log_id)

    def put_back(self, older: "KeyRing", log_id: str, sealed: Mapping[str, Collection[bytes]]) -> int:
        """Keep what is missing here of the keys of an older copy that open what is sealed in the log, and count it."""
        wrong = [one.id for one in self.copies(sealed, log_id) if one.proven(sealed[one.id]) is None]
        missing = {*(sealed.keys() - self.here(sealed) - self.destroyed(sealed)), *wrong}
        good = [one for key in older.copies(missing, log_id) if (one := key.proven(sealed[key.id])) is not None]
        if replaced := [one.id for one in good if one.id in wrong]:
            with self._changing() as ask:
                for key_id in replaced:
                    ask("DELETE FROM keys WHERE id = ?", key_id)
        audiences = older.audiences(missing)
        self.take(good, log_id, {one.id: (audiences[one.id], one.made_by) for one in good}, "")
        return len(good)

    def audiences(self, key_ids: Iterable[str]) -> dict[str, str]:
        """Return the audiences of those of these keys that are here."""
        return {one.key_id: one.audience for key_id in key_ids for one in self._rows("id", key_id) if one.audience}

    def take(self, keys: Iterable[Key], log_id: str, used: Mapping[str, tuple[str, str]], source: str) -> None:
        """Keep keys of other logs in the ring of the log of this identity, but those that were destroyed here.

        ``used`` has, by the ids of the keys, the audience of the records that need them, and the log that recorded
        these first: that one made them. ``source`` gave them.
        """
        if several := [key for key in keys if key.id in used]:
            with self._changing() as ask:
                for one in several:
                    audience, maker = used[one.id]
                    made_by = None if maker == log_id else maker
                    mark = mark_of(*one[:4])
                    ask(_ADD, *one[:3], audience, one.secret, mark, made_by, source)
                    _note_namesakes(ask, one.person)

    def withhold(self, key_ids: Collection[str]) -> None:
        """Open nothing with these keys from now on, even where they cannot be destroyed."""
        self._gone |= frozenset(key_ids)
        self._forget()

    def see_that_it_can_change(self) -> None:
        """Raise NotWritable where keys cannot be destroyed."""
        with self._transaction():
            pass

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

    def _made(self, ask: Asked, person: str, wikidata: str | None, audience: str, rows: Sequence[Row]) -> Opening:
        """Make a key for an audience. Its id begins as those of the same person do, as far as that may see them."""
        visible = visible_to(audience)
        named = [one for row in ask(_BEARERS.format("person"), person) if (one := Bearer(*row)).audience in visible]
        if wikidata:
            others = {one.group for one in named if one.wikidata not in (None, wikidata)}
            known = [
                one for row in ask(_BEARERS.format("wikidata"), wikidata) if (one := Bearer(*row)).audience in visible
            ]
            groups = {one.group for one in known[:1]} or {one.group for one in named} - others
        else:
            groups = {one.group for one in named}
        key_id, secret = self._new((person, wikidata, audience), next(iter(groups)) if len(groups) == 1 else None)
        ask(_ADD, key_id, person, wikidata, audience, secret, mark_of(key_id, person, wikidata, secret), None, None)
        _note_namesakes(ask, person)
        return Opening(key_id, secret, rows[0][1] if rows else secret)

    def _new(self, _for: tuple[str, str | None, str], group: str | None) -> tuple[str, bytes]:
        return f"{group or secrets.token_hex(GROUP // 2)}{secrets.token_hex(GROUP // 2)}", new_secret()

    def _bearers_of(self, wikidata: str) -> list[Bearer]:
        found = self._rows("wikidata", wikidata)
        for name in sorted({one.person for one in found}):
            named = self._rows("person", name)
            if not any(one.is_shared for one in named):
                found += [one for one in named if not one.wikidata]
        return found

    def _rows(self, column: str, value: str) -> list[Bearer]:
        return [Bearer(*row) for row in self._ask(_BEARERS.format(column), value)]

    def _first(self, rows: Iterable[Row], person: str, wikidata: str | None, audience: str) -> Opening | None:
        """Return the first of a name's keys that an audience may get. None is used that is damaged."""
        several, visible = list(rows), visible_to(audience)
        for key_id, secret, _, mark in several:
            self._see_that_it_is_sound(key_id, person, wikidata, secret, mark)
        return next((Opening(one[0], one[1], several[0][1]) for one in several if one[2] in visible), None)

    def _see_that_it_is_sound(self, key_id: str, person: str, wikidata: str | None, secret: bytes, mark: bytes) -> None:
        if mark != mark_of(key_id, person, wikidata, secret):
            raise NotReadable(self.place, f"the key {key_id} is damaged; {ADVICE}")


def _note_namesakes(ask: Asked, person: str) -> None:
    """Note at all keys for a name that several people bear it: it stays so when one of them is erased."""
    named = [Bearer(*row) for row in ask(_BEARERS.format("person"), person)]
    if any(one.is_shared for one in named) or len({one.wikidata for one in named if one.wikidata}) > 1:
        ask(_SHARED, person)


def mark_of(key_id: str, person: str, wikidata: str | None, secret: bytes) -> bytes:
    """Return what a key is seen to be whole by: who it is for is bound to it."""
    return sha256(msgspec.json.encode((key_id, person, wikidata, secret))).digest()[:8]
