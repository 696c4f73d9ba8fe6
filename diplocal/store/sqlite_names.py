"""Records in a SQLite file, which have names by number: texts and numbers into each other."""

import sqlite3
from collections.abc import Collection, Generator, Mapping, Sequence
from contextlib import closing
from typing import Any, NamedTuple

import msgspec

from diplocal.errors import LogTampered
from diplocal.store.rows import Row, Stored, numbered

_COLUMNS = (
    "position, recorded_micros, id, of_stream.name, version, type, type_version, audience, causation_id,"
    " correlation_id, recorded_by, origin, first_recorded_micros, data"
)
"""Of a record, in the order of Stored."""
_FROM = "FROM records LEFT JOIN names AS of_stream ON of_stream.number = records.stream"
"""A record whose name is missing is found too, and told."""
_INSERT = f"INSERT INTO records VALUES ({', '.join('?' * (len(Stored._fields) + 1))})"  # noqa: S608 - question marks
_STREAMS = """
    SELECT name, number, (SELECT max(version) FROM records WHERE stream = number)
    FROM names WHERE name IN (SELECT value FROM json_each(?))
"""
ONE_OF = "IN (SELECT number FROM names WHERE name IN (SELECT value FROM json_each(?)))"
"""A condition on a column of numbers; ``as_json`` makes its value."""


class Stream(NamedTuple):
    """A stream that the log has a name of."""

    number: int
    version: int
    """How many records it has."""


class Names:
    """Names that were read from a log. A name keeps its number for good, so that none is read twice.

    Those of streams are many, and are not remembered.
    """

    def __init__(self) -> None:
        self._by_number: dict[int | None, Any] = {None: None}
        self._numbers: dict[str | None, int | None] = {None: None}

    @property
    def used(self) -> Collection[int | None]:
        """The numbers of names that the records that were read have, beside those of streams."""
        return self._by_number.keys()

    def rows(
        self, connection: sqlite3.Connection, condition: str, values: Sequence[object], order: str = "position"
    ) -> Generator[Row, None, None]:
        """Yield records with their names."""
        selected = connection.execute(f"SELECT {_COLUMNS}, NULL {_FROM} WHERE {condition} ORDER BY {order}", values)
        with closing(self._named(connection, selected)) as rows:
            for row, _ in rows:
                yield row

    def rows_with_leaves(self, connection: sqlite3.Connection) -> Generator[tuple[Row, bytes], None, None]:
        """Yield all records with their names, each with its leaf in the Merkle tree."""
        return self._named(connection, connection.execute(f"SELECT {_COLUMNS}, leaf {_FROM} ORDER BY position"))

    def _named(
        self, connection: sqlite3.Connection, selected: sqlite3.Cursor
    ) -> Generator[tuple[Row, Any], None, None]:
        name = _Read(connection, self._by_number)
        with closing(selected):
            for at, micros, key, stream, version, kind, shape, whom, cause, of, by, log, first, data, leaf in selected:
                if stream is None:
                    raise LogTampered(at, "has a stream without a name: it was edited")
                try:
                    row = (
                        at, micros, key, stream, version, name[kind], shape, name[whom], cause, name[of], name[by],
                        name[log], first, data,
                    )  # fmt: skip
                except KeyError as missing:
                    what = f"has a name with the number {missing}, which no name has: it was edited"
                    raise LogTampered(at, what) from missing
                yield row, leaf

    def streams(self, connection: sqlite3.Connection, names: Collection[str]) -> dict[str, Stream]:
        """Return the number and the version of each stream that the log has a name of."""
        found = connection.execute(_STREAMS, [as_json(names)])
        return {name: Stream(number, version or 0) for name, number, version in found}

    def insert(
        self,
        connection: sqlite3.Connection,
        rows: Sequence[Stored],
        leaves: Sequence[bytes],
        streams: Mapping[str, Stream],
    ) -> None:
        """Add records to the log, and the names that it does not have yet."""
        number = _Numbers(connection, self._numbers)
        number |= {name: stream.number for name, stream in streams.items()}
        number.add(dict.fromkeys(row.stream for row in rows if row.stream not in number))
        connection.executemany(_INSERT, numbered(rows, leaves, number))


class _Read(dict[int | None, Any]):
    """The names of numbers, read when they are first asked for."""

    def __init__(self, connection: sqlite3.Connection, known: dict[int | None, Any]) -> None:
        super().__init__(known)
        self._connection, self._known = connection, known

    def __missing__(self, number: int | None) -> Any:
        found = self._connection.execute("SELECT name FROM names WHERE number = ?", [number]).fetchone()
        if found is None:
            raise KeyError(number)
        self[number] = self._known[number] = found[0]
        return found[0]


class _Numbers(dict[str | None, int | None]):
    """The numbers of names, inside a transaction that gives new ones to those that have none."""

    def __init__(self, connection: sqlite3.Connection, committed: dict[str | None, int | None]) -> None:
        super().__init__()
        self._connection, self._committed = connection, committed

    def __missing__(self, name: str | None) -> int | None:
        if name not in self._committed:
            found = self._connection.execute("SELECT number FROM names WHERE name = ?", [name]).fetchone()
            if found is None:
                self.add([name])
                return self[name]
            self._committed[name] = found[0]
        self[name] = self._committed[name]
        return self[name]

    def add(self, names: Collection[str | None]) -> None:
        """Add names that are new to the log, each with the next number."""
        if names:
            (last,) = self._connection.execute("SELECT max(number) FROM names").fetchone()
            self.update({name: number for number, name in enumerate(names, start=last + 1)})
            self._connection.executemany("INSERT INTO names VALUES (?, ?)", [(self[name], name) for name in names])


def as_json(texts: Collection[str]) -> str:
    """Return texts as the one value that SQLite's json_each takes apart."""
    return msgspec.json.encode(list(texts)).decode()
