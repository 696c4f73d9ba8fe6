"""Sees that the file which holds a log is sound: its pages, its indexes, its tables, its names and its identity."""

import sqlite3
from contextlib import closing
from uuid import UUID

from diplocal.errors import LogDamaged
from diplocal.store.sqlite_file import schema

MOST = 3
"""Faults that are named at once: a torn page brings hundreds."""


_UNUSED = """
    SELECT name FROM names
    WHERE number <> 1 AND NOT EXISTS (SELECT 1 FROM records WHERE stream = number) AND number NOT IN (
        SELECT type FROM records UNION SELECT audience FROM records
        UNION SELECT correlation_id FROM records WHERE correlation_id IS NOT NULL
        UNION SELECT recorded_by FROM records WHERE recorded_by IS NOT NULL
        UNION SELECT origin FROM records WHERE origin IS NOT NULL
    ) LIMIT 1
"""
"""A name is added together with the first record that has it."""


def see_that_it_is_sound(connection: sqlite3.Connection, path: str) -> None:
    """Compare every index with its table, and the tables and triggers with those of a new log.

    Raises LogDamaged, which names what is wrong.
    """
    found = [row[0] for row in connection.execute(f"PRAGMA integrity_check({MOST})")]
    if found != ["ok"]:
        raise LogDamaged(path, "; ".join(found))
    there = _tables(connection)
    for what, statement in _expected().items():
        if there.get(what) != statement:
            raise LogDamaged(path, f"{' '.join(what)} was {'changed' if what in there else 'removed'}")
    unused = connection.execute(_UNUSED).fetchone()
    if unused is not None:
        raise LogDamaged(path, f"no record has the name {unused[0]!r}: it was added, or a record was changed")
    log_id = connection.execute("SELECT log_id FROM head").fetchone()[0]
    try:
        UUID(log_id)
    except ValueError:
        raise LogDamaged(path, f"its identity is {log_id!r}, and no UUID") from None


def _expected() -> dict[tuple[str, str], str]:
    with closing(sqlite3.connect(":memory:")) as empty:
        for statement in schema():
            empty.execute(statement)
        return _tables(empty)


def _tables(connection: sqlite3.Connection) -> dict[tuple[str, str], str]:
    return {(kind, name): said for kind, name, said in connection.execute("SELECT type, name, sql FROM sqlite_schema")}
