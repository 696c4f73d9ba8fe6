"""A SQLite file of format 1: read from a copy of format 2, and migrated by whoever appends first."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from itertools import islice
from pathlib import Path
from tempfile import TemporaryDirectory

from diplocal.errors import LogDamaged
from diplocal.store import format1
from diplocal.store.planning import Head
from diplocal.store.rows import Stored, leaf_of
from diplocal.store.sqlite_file import SCHEMA_VERSION, connect, create_log, schema
from diplocal.store.sqlite_names import Names
from diplocal.store.sqlite_tree import move_head, one
from diplocal.store.tree import grown, packed, planted

ROWS_AT_ONCE = 1000
_HEAD = "SELECT position, recorded_micros, digest FROM {}"
_THERE = {"head", "records", "records_are_not_deleted", "records_are_not_updated", "records_hidden", "snapshots"}
"""What a file of format 1 has beside what SQLite adds to it."""
_OF_FORMAT_1 = (
    "DROP TRIGGER IF EXISTS records_are_not_updated",
    "DROP TRIGGER IF EXISTS records_are_not_deleted",
    "DROP INDEX IF EXISTS records_hidden",
    "DROP TABLE IF EXISTS snapshots",
    "ALTER TABLE records RENAME TO records_1",
    "ALTER TABLE head RENAME TO head_1",
)


def is_of_format_1(connection: sqlite3.Connection) -> bool:
    """Tell whether the file has the tables of format 1."""
    return bool(one(connection, "PRAGMA user_version")[0] == format1.SCHEMA_VERSION)


def _see_that_nothing_was_added(connection: sqlite3.Connection, path: str) -> None:
    added = "SELECT type, name FROM sqlite_schema WHERE name NOT GLOB 'sqlite_*'"
    for kind, name in connection.execute(added):
        if name not in _THERE:
            raise LogDamaged(path, f"{kind} {name} was added")


def migrate(connection: sqlite3.Connection, path: str, log_id: str) -> None:
    """Bring a file to format 2 in one transaction, unless somebody did: it is never between the two.

    Raises LogTampered, LogDamaged where there is what no log of format 1 has, sqlite3.Error.
    """
    connection.execute("BEGIN IMMEDIATE")
    with connection:
        if is_of_format_1(connection):
            _see_that_nothing_was_added(connection, path)
            for statement in (*_OF_FORMAT_1, *schema()):
                connection.execute(statement)
            connection.execute("INSERT INTO head VALUES (1, ?, 0, 0, ?)", (log_id, packed(planted(log_id))))
            _fill(connection, log_id, _rows(connection, "records_1", "head_1"))
            connection.execute("DROP TABLE records_1")
            connection.execute("DROP TABLE head_1")
            connection.execute(f"PRAGMA user_version = {SCHEMA_VERSION}")


class CopyOfFormat1:
    """What is read instead of a file of format 1: a copy of format 2, made anew when the file is another."""

    def __init__(self, path: Path, log_id: str, patience: float) -> None:
        self._path, self._log_id, self._patience = path, log_id, patience
        self._original = connect(path, patience)
        self._folder = TemporaryDirectory(prefix="diplocal-", ignore_cleanup_errors=True)
        self._copies: dict[int, Path] = {}
        """By what SQLite counts when somebody else wrote the file (PRAGMA data_version)."""

    def place(self) -> Path:
        """Return where to read the log: the copy, or the file itself once somebody migrated it.

        Raises LogTampered, sqlite3.Error.
        """
        if not is_of_format_1(self._original):
            return self._path
        (seen,) = one(self._original, "PRAGMA data_version")
        if seen not in self._copies:
            copy = Path(self._folder.name) / f"{len(self._copies)}.db"
            self._fill(copy)
            self._copies[seen] = copy
        return self._copies[seen]

    def close(self) -> None:
        """Remove the copy."""
        self._original.close()
        self._folder.cleanup()

    def _fill(self, copy: Path) -> None:
        copy.unlink(missing_ok=True)  # one that was found to be tampered with
        _see_that_nothing_was_added(self._original, str(self._path))
        create_log(copy, self._log_id)
        with closing(connect(copy, self._patience)) as connection:
            self._original.execute("BEGIN")
            try:
                connection.execute("BEGIN")
                with connection:
                    _fill(connection, self._log_id, _rows(self._original, "records", "head"))
            finally:
                self._original.execute("ROLLBACK")


def _rows(connection: sqlite3.Connection, records: str, head: str) -> Iterator[Stored]:
    position, recorded_micros, digest = one(connection, _HEAD.format(head))
    selected = connection.execute(f"SELECT {format1.COLUMNS} FROM {records} ORDER BY position")  # noqa: S608 - ours
    with closing(selected):
        yield from format1.rows_of(selected, (position, recorded_micros, digest))


def _fill(connection: sqlite3.Connection, log_id: str, rows: Iterator[Stored]) -> None:
    """Add records to an empty log, as they are."""
    names, head = Names(), Head(0, 0, planted(log_id))
    while some := list(islice(rows, ROWS_AT_ONCE)):
        leaves = list(map(leaf_of, some))
        edge, completed = grown(head.edge, leaves)
        names.insert(connection, some, leaves, names.streams(connection, {row.stream for row in some}))
        head = Head(some[-1].position, max(head.recorded_micros, *(row.recorded_micros for row in some)), edge)
        move_head(connection, head, completed)
