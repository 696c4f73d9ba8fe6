"""Sees that the file which holds a log is sound: its pages, its indexes, its tables and its names."""

import sqlite3
from collections.abc import Collection
from contextlib import closing

from diplocal.errors import LogDamaged
from diplocal.store.sqlite_file import schema

MOST = 3
"""Faults that are named at once: a torn page brings hundreds."""

KIB = 65_536
"""Memory for pages: each record is looked up in every index, and ids come in no order."""
_SCHEMA = "SELECT type, name, sql FROM sqlite_schema WHERE name NOT GLOB 'sqlite_stat[0-9]'"
"""What ANALYZE counts changes how fast an answer comes, and not which."""
_OF_NO_STREAM = """
    SELECT number, name FROM names WHERE number <> 1 AND NOT EXISTS (SELECT 1 FROM records WHERE stream = number)
"""


def see_that_it_is_sound(connection: sqlite3.Connection, path: str) -> None:
    """Compare every index with its table, and tables, indexes, views and triggers with those of a new log.

    What was added is named too: a trigger may change what a later writer writes, and a unique index refuse it.

    Raises LogDamaged, which names what is wrong.
    """
    (usual,) = connection.execute("PRAGMA cache_size").fetchone()
    connection.execute(f"PRAGMA cache_size = -{KIB}")
    try:
        found = [row[0] for row in connection.execute(f"PRAGMA integrity_check({MOST})")]
    finally:
        connection.execute(f"PRAGMA cache_size = {usual}")
    if found != ["ok"]:
        raise LogDamaged(path, "; ".join(found))
    see_that_tables_are_ours(connection, path)


def see_that_tables_are_ours(connection: sqlite3.Connection, path: str) -> None:
    """Compare tables, indexes, views and triggers with those of a new log.

    Raises LogDamaged, which names what was removed, changed or added.
    """
    there, expected = _tables(connection), _expected()
    for what in sorted(there.keys() | expected.keys()):
        if there.get(what, "") != expected.get(what, ""):
            happened = "removed" if what not in there else "changed" if what in expected else "added"
            raise LogDamaged(path, f"{' '.join(what)} was {happened}")


def see_that_names_are_used(connection: sqlite3.Connection, path: str, used: Collection[int | None]) -> None:
    """See that each name is that of a stream, or among those that records use otherwise: it was added with the first.

    Raises LogDamaged.
    """
    for number, name in connection.execute(_OF_NO_STREAM):
        if number not in used:
            raise LogDamaged(path, f"no record has the name {name!r}: it was added, or a record was changed")


def _expected() -> dict[tuple[str, str], str | None]:
    with closing(sqlite3.connect(":memory:")) as empty:
        for statement in schema():
            empty.execute(statement)
        return _tables(empty)


def _tables(connection: sqlite3.Connection) -> dict[tuple[str, str], str | None]:
    return {(kind, name): said for kind, name, said in connection.execute(_SCHEMA)}
