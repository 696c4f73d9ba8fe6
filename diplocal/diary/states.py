"""The states of views, as a diary keeps them: sums of tallies, items of engagements, and states that are one piece."""

from collections.abc import Collection, Iterable, Iterator
from contextlib import contextmanager
from typing import Any, NamedTuple

import msgspec

from diplocal.diary.database import Broken, Database
from diplocal.diary.words import NUMBERS_IN_JSON
from diplocal.errors import InvalidValue

OF_VIEWS = ("sums", "contributions", "items", "members", "found")
"""The tables in which the states of views are, each with the number of the view."""
MOST_PARTS = 16
"""Parts of sums that are read together; more are made one."""


class Member(NamedTuple):
    """An engagement in a group of a view."""

    key: int
    """Which group."""
    sameness: str
    """The same of those who bring the same; empty of one who brings what nobody else does."""
    slug: str
    awaits: bool
    """Whether nothing is found until one comes who does not await another."""


class States:
    """The states of the views of one diary."""

    def __init__(self, database: Database) -> None:
        self._run, self._stream, self._run_many = database.execute, database.stream, database.executemany

    def kept(self, view: Any) -> tuple[int, int] | None:
        """Return number and position of a view whose state is kept."""
        query = "SELECT id, position FROM views WHERE name = ? AND version = ? AND parameters = ?"
        return next(iter(self._run(query, _key(view))), None)

    def begin(self, view: Any) -> int:
        """Begin to keep the state of a view, in the place of that of any other version; return its number."""
        name, version, parameters = _key(view)
        for (old,) in list(self._run("SELECT id FROM views WHERE name = ? AND parameters = ?", (name, parameters))):
            for table in OF_VIEWS:
                self._run(f"DELETE FROM {table} WHERE view = ?", (old,))  # noqa: S608 - our own names
            self._run("DELETE FROM views WHERE id = ?", (old,))
        number = int(self._first("SELECT coalesce(max(id), 0) + 1 FROM views"))
        self._run("INSERT INTO views VALUES (?, ?, ?, ?, 0, NULL)", (number, name, version, parameters))
        return number

    def move(self, number: int, position: int, state: bytes | None = None) -> None:
        """Say which position the state of a view covers, and what it is where it is one piece."""
        self._run("UPDATE views SET position = ?, state = ? WHERE id = ?", (position, state, number))

    def one_piece(self, number: int) -> bytes:
        """Return the state of a view that is one piece."""
        return bytes(self._first("SELECT state FROM views WHERE id = ?", number))

    def sums(self, number: int, stretches: Collection[int] | None = None) -> list[str]:
        """List the parts of a tally's sums, of all stretches of the log or of some: JSON lists of key and amount."""
        some = "" if stretches is None else f" AND stretch IN {NUMBERS_IN_JSON}"
        values = () if stretches is None else (msgspec.json.encode(stretches).decode(),)
        return [part for (part,) in self._run(f"SELECT amounts FROM sums WHERE view = ?{some}", (number, *values))]  # noqa: S608

    def add_sums(self, number: int, stretch: int, amounts: str) -> bool:
        """Add a part to the sums of a tally in a stretch of the log; tell whether there are too many by now."""
        values = (number, stretch)
        query = "SELECT coalesce(max(part), 0) + 1, count(*) FROM sums WHERE view = ? AND stretch = ?"
        part, several = next(iter(self._run(query, values)))
        self._run("INSERT INTO sums VALUES (?, ?, ?, ?)", (*values, part, amounts))
        return bool(several >= MOST_PARTS)

    def replace_sums(self, number: int, stretch: int, amounts: str) -> None:
        """Put one part in the place of all that there are in a stretch."""
        self._run("DELETE FROM sums WHERE view = ? AND stretch = ?", (number, stretch))
        self.add_sums(number, stretch, amounts)

    def replace_contributions(self, number: int, by_slug: Iterable[tuple[str, str]]) -> None:
        """Replace what engagements contribute to a tally: slug and keys of each, no text where it is nothing."""
        several = list(by_slug)
        own = "(SELECT id FROM engagements WHERE slug = ?)"
        self._run_many(
            f"DELETE FROM contributions WHERE view = ? AND engagement = {own}",  # noqa: S608 - our own parts
            [(number, slug) for slug, _ in several],
        )
        self._run_many(
            f"INSERT INTO contributions SELECT ?, {own}, ?",
            [(number, slug, keys) for slug, keys in several if keys],
        )

    def items(self, number: int) -> list[tuple[str, str]]:
        """List slug and data of a view's items."""
        return list(self._run("SELECT slug, data FROM items WHERE view = ?", (number,)))

    def items_of_unchanged(self, number: int, position: int, known_by: int) -> list[tuple[str, str]]:
        """List slug and data of the items of engagements about which nothing came later."""
        query = (
            "SELECT items.slug, items.data FROM items JOIN engagements ON engagements.slug = items.slug"
            " WHERE view = ? AND last_position <= ? AND last_known <= ?"
        )
        return list(self._run(query, (number, position, known_by)))

    def replace_items(self, number: int, slugs: Iterable[str], items: Iterable[tuple[str, str]]) -> None:
        """Replace the items of engagements: slug and data of each."""
        self._run_many("DELETE FROM items WHERE view = ? AND slug = ?", [(number, slug) for slug in slugs])
        self._run_many("INSERT INTO items VALUES (?, ?, ?)", ((number, *item) for item in items))

    def add_members(self, number: int, members: Iterable[Member]) -> None:
        """Put engagements into groups."""
        query = "INSERT INTO members VALUES (?, ?, ?, ?, ?) ON CONFLICT DO NOTHING"
        self._run_many(query, [(number, *one[:3], int(one.awaits)) for one in members])

    def remove_members(self, number: int, members: Iterable[Member]) -> None:
        """Take engagements out of groups."""
        query = "DELETE FROM members WHERE view = ? AND key = ? AND sameness = ? AND slug = ?"
        self._run_many(query, [(number, *one[:3]) for one in members])

    def members(self, number: int, key: int) -> list[Member]:
        """List those who are in a group."""
        query = "SELECT sameness, slug, awaits FROM members WHERE view = ? AND key = ?"
        return [Member(key, sameness, slug, bool(awaits)) for sameness, slug, awaits in self._run(query, (number, key))]

    def keys_of_several(self, number: int) -> list[int]:
        """List the groups of several of which not all await another."""
        query = "SELECT key FROM members WHERE view = ? GROUP BY key HAVING count(*) > 1 AND min(awaits) = 0"
        return [key for (key,) in self._run(query, (number,))]

    def found(self, number: int) -> list[tuple[str, str]]:
        """List what was found in groups: key and data of each."""
        return list(self._run("SELECT key, data FROM found WHERE view = ?", (number,)))

    def replace_found(self, number: int, keys: Iterable[str], found: Iterable[tuple[str, str]]) -> None:
        """Replace what was found in some groups: key and data of each."""
        self._run_many("DELETE FROM found WHERE view = ? AND key = ?", [(number, key) for key in keys])
        self._run_many("INSERT INTO found VALUES (?, ?, ?)", [(number, *one) for one in found])

    def _first(self, query: str, *values: Any) -> Any:
        return next(iter(self._run(query, values)))[0]


def written(part: Any, value: Any) -> str:
    """Write a row or a key of a view as canonical JSON. Raises InvalidValue for what JSON cannot hold."""
    try:
        return msgspec.json.encode(part.out(value) if part.out else value, order="deterministic").decode()
    except (TypeError, ValueError, OverflowError, AttributeError) as error:
        raise InvalidValue("what a view keeps", value, f"a value of the type that the view says ({error})") from error


def _key(view: Any) -> tuple[str, int, str]:
    if not isinstance(view.parameters, str):
        raise InvalidValue(f"parameters of {type(view).__name__}", view.parameters, "canonical JSON, as a text")
    return view.name, view.version, view.parameters


@contextmanager
def believed() -> Iterator[None]:
    """Raise Broken where what is kept of a view is nothing that was ever written: it is made anew."""
    try:
        yield
    except (msgspec.DecodeError, StopIteration) as error:
        raise Broken("the states of its views", str(error)) from error
