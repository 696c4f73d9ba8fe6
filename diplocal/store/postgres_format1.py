"""Tables of format 1 on a PostgreSQL server: migrated by whoever opens the log first and may."""

from collections.abc import Iterator
from itertools import islice

import psycopg

from diplocal.store import format1
from diplocal.store.planning import Head
from diplocal.store.postgres_insert import insert
from diplocal.store.rows import Stored, leaf_of
from diplocal.store.tree import grown, planted

ROWS_AT_ONCE = 1000
_RENAME = """
    ALTER TABLE records RENAME TO records_1;
    ALTER TABLE head RENAME TO head_1;
    ALTER INDEX records_pkey RENAME TO records_1_pkey;
    ALTER INDEX head_pkey RENAME TO head_1_pkey;
    DROP INDEX IF EXISTS records_hidden;
    DROP TABLE IF EXISTS snapshots;
    DROP FUNCTION refuse_change CASCADE
"""


def set_aside(connection: psycopg.Connection) -> None:
    """Rename the tables, inside the caller's transaction, so that those of the next format can take their place."""
    connection.execute(_RENAME)


def carry_over(connection: psycopg.Connection, log_id: str) -> None:
    """Add the records that were set aside to an empty log, as they are, and drop the tables that they were in.

    Raises LogTampered.
    """
    end = connection.execute("SELECT position, recorded_micros, digest FROM head_1", binary=True).fetchone()
    assert end is not None  # noqa: S101 - the identity was just read from this row
    head, numbers = Head(0, 0, planted(log_id)), dict[str | None, int | None]({None: None, "public": 1})
    rows = _rows(connection, (int(end[0]), int(end[1]), bytes(end[2])))
    while some := list(islice(rows, ROWS_AT_ONCE)):
        leaves = list(map(leaf_of, some))
        edge, completed = grown(head.edge, leaves)
        head = Head(some[-1].position, max(head.recorded_micros, *(row.recorded_micros for row in some)), edge)
        insert(connection, some, leaves, completed, head, numbers, len(numbers) - 1)
    connection.execute("DROP TABLE records_1, head_1")


def _rows(connection: psycopg.Connection, end: tuple[int, int, bytes]) -> Iterator[Stored]:
    with connection.cursor("format_1", binary=True) as selected:
        selected.execute(f"SELECT {format1.COLUMNS} FROM records_1 ORDER BY position")  # noqa: S608 - our own names
        yield from format1.rows_of(selected, end)
