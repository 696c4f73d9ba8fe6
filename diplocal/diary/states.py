"""The states of views, as a diary keeps them: sums of tallies, items of engagements, and states that are one piece."""

from collections.abc import Collection, Iterable, Iterator
from contextlib import contextmanager
from typing import Any

import msgspec

from diplocal.diary.database import Broken, Database
from diplocal.diary.words import NUMBERS_IN_JSON
from diplocal.errors import InvalidValue

ONE_GROUP = ""
"""The key of items in a view that does not group them."""
MOST_PARTS = 16
"""Parts of sums that are read together; more are made one."""


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
            for table, column in (("sums", "view"), ("contributions", "view"), ("items", "view"), ("views", "id")):
                self._run(f"DELETE FROM {table} WHERE {column} = ?", (old,))  # noqa: S608 - our own names
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

    def items(self, number: int, key: str | None = None) -> list[tuple[str, str, str]]:
        """List key, slug and data of a view's items."""
        among, values = ("", (number,)) if key is None else (" AND key = ?", (number, key))
        return list(self._run(f"SELECT key, slug, data FROM items WHERE view = ?{among}", values))  # noqa: S608

    def items_of_unchanged(self, number: int, position: int, known_by: int) -> list[tuple[str, str]]:
        """List slug and data of the items of engagements about which nothing came later."""
        query = (
            "SELECT items.slug, items.data FROM items JOIN engagements ON engagements.slug = items.slug"
            " WHERE view = ? AND last_position <= ? AND last_known <= ?"
        )
        return list(self._run(query, (number, position, known_by)))

    def replace_items(self, number: int, slugs: Iterable[str], items: Iterable[tuple[str, str, str]]) -> None:
        """Replace the items of engagements: key, slug and data of each."""
        self._run_many("DELETE FROM items WHERE view = ? AND slug = ?", [(number, slug) for slug in slugs])
        self.add_items(number, items)

    def add_items(self, number: int, items: Iterable[tuple[str, str, str]]) -> None:
        """Add items: key, slug and data of each."""
        self._run_many("INSERT INTO items VALUES (?, ?, ?, ?)", ((number, *item) for item in items))

    def items_by_key(self, number: int) -> Iterable[tuple[str, str, str]]:
        """Iterate key, slug and data of a view's items, key by key."""
        return self._stream("SELECT key, slug, data FROM items WHERE view = ? ORDER BY key, slug", (number,))

    def found(self, number: int) -> list[tuple[str, str]]:
        """List what was found in groups: key and data of each."""
        return list(self._run("SELECT key, data FROM items WHERE view = ? AND slug = ''", (number,)))

    def replace_found(self, number: int, keys: Iterable[str], found: Iterable[tuple[str, str, str]]) -> None:
        """Replace what was found in some groups."""
        several = list(found)
        self._run_many("DELETE FROM items WHERE view = ? AND key = ? AND slug = ''", [(number, key) for key in keys])
        self.add_items(number, several)

    def item_keys(self, number: int, slugs: Iterable[str]) -> set[str]:
        """Name the keys under which engagements have items."""
        query = "SELECT key FROM items WHERE view = ? AND slug = ?"
        return {key for slug in slugs for (key,) in self._run(query, (number, slug))}

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
