"""The end of a log in a SQLite file, and the Merkle tree over it."""

import sqlite3
from collections.abc import Sequence
from functools import partial
from typing import Any

from diplocal.errors import InvalidValue
from diplocal.proofs.merkle import Edge, edge_at
from diplocal.store.planning import Head
from diplocal.store.tree import Subtree, hash_in, packed, planted, unpacked

_HEAD = "SELECT position, recorded_micros, edge FROM head"
_END = "SELECT position, recorded_micros, edge, (SELECT coalesce(max(position), 0) FROM records) FROM head"
_MOVE_HEAD = "UPDATE head SET position = ?, recorded_micros = ?, edge = ?"
_LEAVES = "SELECT leaf FROM records WHERE position >= ? AND position < ? ORDER BY position"
_HASHES = "SELECT hash FROM tree WHERE level = ? AND place >= ? AND place < ? ORDER BY place"


def head_of(connection: sqlite3.Connection) -> Head:
    """Return the end of the log.

    Raises sqlite3.DatabaseError for one that no log has.
    """
    return _head(one(connection, _HEAD))


def end_of(connection: sqlite3.Connection) -> Head:
    """Return the end of the log, where its last record is: what is noted elsewhere would answer for another log.

    Raises sqlite3.DatabaseError.
    """
    *noted, last = one(connection, _END)
    head = _head(noted)
    if head.position != last:
        raise sqlite3.DatabaseError(f"its end is noted as {head.position}, and its last record is at {last}")
    return head


def _head(noted: Sequence[Any]) -> Head:
    position, recorded_micros, edge = noted
    if (type(position), type(recorded_micros), type(edge)) != (int, int, bytes):
        raise sqlite3.DatabaseError(f"its end is noted as {position}, {recorded_micros}, {edge}")
    try:
        return Head(position, recorded_micros, unpacked(position + 1, edge))
    except InvalidValue as wrong:
        raise sqlite3.DatabaseError(f"the edge of its tree does not go with its end: {wrong}") from wrong


def move_head(connection: sqlite3.Connection, head: Head, completed: Sequence[Subtree]) -> None:
    """Note the new end of the log, and the subtrees that are full now."""
    if completed:
        connection.executemany("INSERT INTO tree VALUES (?, ?, ?)", completed)
    connection.execute(_MOVE_HEAD, (head.position, head.recorded_micros, packed(head.edge)))


def hash_of(connection: sqlite3.Connection, log_id: str, level: int, index: int) -> bytes:
    """Return the hash of a full subtree."""
    return hash_in(partial(_hashes, connection, log_id), level, index)


def edge_of(connection: sqlite3.Connection, log_id: str, position: int) -> Edge:
    """Return the edge that the tree had when the log ended at a position."""
    return edge_at(position + 1, partial(hash_of, connection, log_id))


def subtrees(connection: sqlite3.Connection) -> dict[tuple[int, int], bytes]:
    """Return the hashes of all full subtrees, by level and place."""
    return {(level, place): found for level, place, found in connection.execute("SELECT level, place, hash FROM tree")}


def _hashes(connection: sqlite3.Connection, log_id: str, level: int, first: int, count: int) -> list[bytes]:
    query, values = (_HASHES, (level, first, first + count)) if level else (_LEAVES, (first, first + count))
    found = [row[0] for row in connection.execute(query, values)]
    if level == first == 0:
        found.insert(0, planted(log_id).root())  # the one leaf is the root
    if len(found) != count:
        raise sqlite3.DatabaseError(f"of the tree's hashes at level {level} some are missing behind place {first}")
    return found


def one(connection: sqlite3.Connection, query: str, *values: object) -> tuple[Any, ...]:
    """Return the one row that a query finds.

    Raises sqlite3.DatabaseError when it is missing.
    """
    row: tuple[Any, ...] | None = connection.execute(query, values).fetchone()
    if row is None:
        raise sqlite3.DatabaseError(f"a row that every log has is missing: {query}")
    return row
