"""The Merkle tree over a log: its first leaf binds the log's identity, and leaf n the record at position n.

Beside the records a store keeps the tree's edge, and the hash of each full subtree of 256, 65,536, 16,777,216 ...
leaves: the hashes that tiles of C2SP tlog-tiles are made of. Any other hash is made of at most 256 of these neighbours.
"""

from collections.abc import Callable, Sequence
from typing import NamedTuple

from diplocal.errors import InvalidValue
from diplocal.proofs.merkle import HASH_SIZE, Edge, leaf_hash

LEVELS = 8
"""Levels between one level that is kept and the next."""
WIDTH = 1 << LEVELS
"""Hashes of a level that is kept under one hash of the next."""

Hashes = Callable[[int, int, int], list[bytes]]
"""Gives hashes of a level that is kept (0: leaves, 8, 16 ...): from an index on, so many."""


class Subtree(NamedTuple):
    """A full subtree whose hash is kept."""

    level: int
    """8 of 256 leaves, 16 of 65,536, and so on."""
    place: int
    """Its place on the level, from 0."""
    hash: bytes


def planted(log_id: str) -> Edge:
    """Return the edge of an empty log's tree, which has one leaf.

    >>> planted("6f1d0c52-0f8e-4f0c-9c8e-3f6a6f1f0b11").root().hex()[:16]
    'fc526663bb48cef8'
    """
    return Edge().add(leaf_hash(first_entry(log_id)))


def first_entry(log_id: str) -> bytes:
    """Return what the first leaf of a log's tree is the hash of."""
    return b"diplocal log\n" + log_id.encode()


def grown(edge: Edge, leaves: Sequence[bytes]) -> tuple[Edge, list[Subtree]]:
    """Return the edge with more leaves, given their hashes, and the subtrees that these completed."""
    completed: list[Subtree] = []
    return _grown(edge, leaves, 0, completed), completed


def _grown(edge: Edge, hashes: Sequence[bytes], level: int, completed: list[Subtree]) -> Edge:
    begun = edge.size % WIDTH
    if begun + len(hashes) < WIDTH:
        return edge.extend(hashes)
    cut = len(edge.hashes) - begun.bit_count()
    above, open_ = Edge(edge.size // WIDTH, edge.hashes[:cut]), Edge(begun, edge.hashes[cut:])
    full: list[bytes] = []
    start, end = 0, WIDTH - begun
    while end <= len(hashes):
        full += open_.extend(hashes[start:end]).hashes
        start, end, open_ = end, end + WIDTH, Edge()
    open_ = open_.extend(hashes[start:])
    completed += [Subtree(level + LEVELS, place, found) for place, found in enumerate(full, start=above.size)]
    above = _grown(above, full, level + LEVELS, completed)
    return Edge(above.size * WIDTH + open_.size, above.hashes + open_.hashes)


def hash_in(hashes: Hashes, level: int, index: int) -> bytes:
    """Return the hash of a full subtree of ``2**level`` leaves, by its place on the level, from 0."""
    above = level % LEVELS
    found = hashes(level - above, index << above, 1 << above)
    return found[0] if above == 0 else Edge().extend(found).root()


def see_that_it_is_full(level: int, index: int, position: int) -> None:
    """Raise InvalidValue for a subtree that is not full in a log with so many records."""
    if level < 0 or not 0 <= index < position + 1 >> level:
        raise InvalidValue("index", (level, index), f"a level, and on it a subtree within {position + 1} leaves")


def packed(edge: Edge) -> bytes:
    """Return the hashes of an edge as a store keeps them: one behind the other, that of the largest subtree first."""
    return b"".join(edge.hashes)


def unpacked(size: int, kept: bytes) -> Edge:
    """Return the edge of a tree of so many leaves, as a store keeps it.

    Raises InvalidValue when these are not as many hashes as such an edge has.
    """
    return Edge(size, tuple(kept[start : start + HASH_SIZE] for start in range(0, len(kept), HASH_SIZE)))
