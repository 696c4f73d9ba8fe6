"""Inserts records into the tables of a log on a PostgreSQL server."""

from collections.abc import Iterator, Sequence
from itertools import count

import psycopg

from diplocal.store.planning import Head
from diplocal.store.rows import Incoming, Stored, numbered
from diplocal.store.tree import Subtree, packed

_INSERT = """
    INSERT INTO records SELECT * FROM unnest(
        %b::bigint[], %b::bytea[], %b::bigint[], %b::bytea[], %b::bigint[], %b::bigint[], %b::bigint[], %b::integer[],
        %b::bigint[], %b::text[], %b::bigint[], %b::bigint[], %b::bigint[], %b::bigint[], %b::bytea[]
    )
"""
"""Takes whole columns: one statement for any number of rows."""
MANY = 500
"""Rows from which on COPY is faster; it cannot be part of a pipeline."""
_TYPES = [
    "int8", "bytea", "int8", "bytea", "int8", "int8", "int8", "int4", "int8", "text", "int8", "int8", "int8", "int8",
    "bytea",
]  # fmt: skip
"""Of the columns of records."""
_INSERT_NAMES = "INSERT INTO names SELECT * FROM unnest(%b::bigint[], %b::text[])"
_INSERT_SUBTREES = "INSERT INTO tree SELECT * FROM unnest(%b::integer[], %b::bigint[], %b::bytea[])"
_MOVE_HEAD = "UPDATE head SET position = %s, recorded_micros = %s, edge = %s"


def insert(
    writer: psycopg.Connection,
    rows: Sequence[Stored],
    leaves: Sequence[bytes],
    completed: Sequence[Subtree],
    head: Head,
    numbers: dict[str | None, int | None],
    last: int,
) -> None:
    """Insert records with their leaves, what they complete of the tree, and the new end of the log.

    ``numbers`` has those of all of their names that the log has, and gets those of the others, from behind ``last``.
    """
    used = dict.fromkeys(text for row in rows for text in (row.stream, *texts_of(row)))
    new = [name for name in used if name not in numbers]
    numbers.update(zip(new, count(last + 1)))
    if new:
        writer.execute(_INSERT_NAMES, [[numbers[name] for name in new], new])
    columns = numbered(rows, leaves, numbers)
    if len(rows) < MANY:
        writer.execute(_INSERT, _columns(list(columns)))
    else:
        with writer.cursor().copy("COPY records FROM STDIN (FORMAT BINARY)") as copy:
            copy.set_types(_TYPES)
            for row in columns:
                copy.write_row(row)
    if completed:
        writer.execute(_INSERT_SUBTREES, _columns(completed))
    writer.execute(_MOVE_HEAD, [head.position, head.recorded_micros, packed(head.edge)])


def texts_of(one: Incoming | Stored) -> Iterator[str]:
    """Yield the names that a record has beside that of its stream."""
    return filter(None, (one.type, one.audience, one.correlation_id, one.recorded_by, one.origin))


def _columns(rows: Sequence[Sequence[object]]) -> list[list[object]]:
    return [list(column) for column in zip(*rows, strict=True)]
