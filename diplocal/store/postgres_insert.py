"""Inserts records into the tables of a log on a PostgreSQL server."""

from collections.abc import Iterator, Sequence
from itertools import count

import psycopg

from diplocal.store.planning import Head
from diplocal.store.rows import Incoming, Stored, numbered
from diplocal.store.tree import Subtree, packed

_STORE = """
    WITH named AS (INSERT INTO names SELECT * FROM unnest(%b::bigint[], %b::text[])),
        completed AS (INSERT INTO tree SELECT * FROM unnest(%b::integer[], %b::bigint[], %b::bytea[])),
        added AS (INSERT INTO records SELECT * FROM unnest(
            %b::bigint[], %b::bytea[], %b::bigint[], %b::bytea[], %b::bigint[], %b::bigint[], %b::bigint[],
            %b::integer[], %b::bigint[], %b::text[], %b::bigint[], %b::bigint[], %b::bigint[], %b::bigint[], %b::bytea[]
        ))
    UPDATE head SET position = %s, recorded_micros = %s, edge = %s
"""
"""Takes whole columns, and stores all: while it lasts nobody else appends, and each statement costs as much."""
MANY = 500
"""Rows from which on COPY is faster; it cannot be part of a pipeline."""
_TYPES = [
    "int8", "bytea", "int8", "bytea", "int8", "int8", "int8", "int4", "int8", "text", "int8", "int8", "int8", "int8",
    "bytea",
]  # fmt: skip
"""Of the columns of records."""


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
    values = list(numbered(rows, leaves, numbers))
    if len(rows) >= MANY:
        with writer.cursor().copy("COPY records FROM STDIN (FORMAT BINARY)") as copy:
            copy.set_types(_TYPES)
            for row in values:
                copy.write_row(row)
        values = []
    writer.execute(
        _STORE,
        [
            *([numbers[name] for name in new], new),
            *_columns(completed, 3),
            *_columns(values, len(_TYPES)),
            *(head.position, head.recorded_micros, packed(head.edge)),
        ],
    )


def texts_of(one: Incoming | Stored) -> Iterator[str]:
    """Yield the names that a record has beside that of its stream."""
    return filter(None, (one.type, one.audience, one.correlation_id, one.recorded_by, one.origin))


def _columns(rows: Sequence[Sequence[object]], count: int) -> list[list[object]]:
    return [[row[column] for row in rows] for column in range(count)]
