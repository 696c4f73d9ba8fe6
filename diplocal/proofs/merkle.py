"""The Merkle tree over a log's records, as RFC 9162 (section 2.1) defines it.

A tree of n leaves is a row of perfect subtrees, one for each bit of n, the largest first. ``hash_of(level, index)``
names a perfect subtree: the one over the ``2**level`` leaves from leaf ``index * 2**level`` on, counted from 0. Whoever
keeps their hashes, in whatever way, gets roots and proofs in time that grows with the logarithm of n.
"""

import hashlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from diplocal.errors import InvalidValue, NotProven

HASH_SIZE = 32
"""Octets of a hash: SHA-256."""

HashOf = Callable[[int, int], bytes]
"""Gives the hash of a perfect subtree, by its level (0: a leaf) and its index at that level."""

_sha256 = hashlib.sha256


def leaf_hash(entry: bytes) -> bytes:
    """Return the hash of one entry of the log (RFC 9162, 2.1.1)."""
    return _sha256(b"\x00" + entry).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """Return the hash of a node over two subtrees (RFC 9162, 2.1.1)."""
    return _sha256(b"\x01" + left + right).digest()


EMPTY_ROOT = _sha256(b"").digest()
"""The root of a tree without leaves."""


@dataclass(frozen=True, slots=True)
class Edge:
    """The right edge of a tree: what is needed of a log to append to it, and to give its root.

    >>> Edge().add(leaf_hash(b"visit")).root() == leaf_hash(b"visit")
    True
    """

    size: int = 0
    """Leaves in the tree."""
    hashes: tuple[bytes, ...] = ()
    """Hashes of its perfect subtrees, the largest and earliest first: one for each bit of the size."""

    def __post_init__(self) -> None:
        if self.size < 0 or len(self.hashes) != self.size.bit_count():
            raise InvalidValue("hashes", len(self.hashes), f"a hash for each bit of the size, {self.size}")

    def add(self, leaf: bytes) -> "Edge":
        """Return the edge with one more leaf, given its hash."""
        size, hashes = self.size, list(self.hashes)
        while size & 1:
            leaf = node_hash(hashes.pop(), leaf)
            size >>= 1
        return Edge(self.size + 1, (*hashes, leaf))

    def extend(self, leaves: Sequence[bytes]) -> "Edge":
        """Return the edge with more leaves, given their hashes in order."""
        earlier, size = list(self.hashes), self.size
        nodes, kept = list(leaves), []
        # Level by level: what the edge has at this level goes before the new nodes, and a last odd one stays.
        while nodes:
            if size & 1:
                nodes.insert(0, earlier.pop())
            size >>= 1
            if len(nodes) & 1:
                kept.append(nodes.pop())
            pairs = iter(nodes)
            nodes = [_sha256(b"\x01" + left + right).digest() for left, right in zip(pairs, pairs, strict=True)]
        return Edge(self.size + len(leaves), (*earlier, *reversed(kept)))

    def root(self) -> bytes:
        """Return the root of the tree: ``EMPTY_ROOT`` where it has no leaves."""
        if not self.hashes:
            return EMPTY_ROOT
        *larger, root = self.hashes
        for left in reversed(larger):
            root = node_hash(left, root)
        return root


def edge_at(size: int, hash_of: HashOf) -> Edge:
    """Return the edge that a tree had when it had so many leaves."""
    return Edge(size, tuple(hash_of(level, index) for level, index in perfect_subtrees(0, size)))


def inclusion_path(index: int, size: int, hash_of: HashOf) -> list[bytes]:
    """Return the hashes that prove that a leaf, counted from 0, is in the tree of ``size`` leaves (RFC 9162, 2.1.3.1).

    Raises InvalidValue for a leaf that such a tree does not have.
    """
    if not 0 <= index < size:
        raise InvalidValue("index", index, f"one of the {size} leaves, counted from 0")
    path, start, end = [], 0, size
    while end - start > 1:
        middle = _split(start, end)
        if index < middle:
            path.append(_hash_between(middle, end, hash_of))
            end = middle
        else:
            path.append(_hash_between(start, middle, hash_of))
            start = middle
    return path[::-1]


def consistency_path(old: int, size: int, hash_of: HashOf) -> list[bytes]:
    """Return the hashes that prove that a tree of ``size`` leaves begins with all of its ``old`` ones (2.1.4.1).

    Of an empty tree there is nothing to prove, nor of the same one: the path is empty then.

    Raises InvalidValue for a tree that was larger before.
    """
    if not 0 <= old <= size:
        raise InvalidValue("old", old, f"a size from 0 to {size}")
    if old == 0:
        return []
    path, start, end = [], 0, size
    while end != old:
        middle = _split(start, end)
        if old <= middle:
            path.append(_hash_between(middle, end, hash_of))
            end = middle
        else:
            path.append(_hash_between(start, middle, hash_of))
            start = middle
    if start:  # otherwise the old tree is itself a subtree, and who asks has its root
        path.append(_hash_between(start, end, hash_of))
    return path[::-1]


def verify_inclusion(leaf: bytes, index: int, size: int, path: Sequence[bytes], root: bytes) -> None:
    """Check that a leaf, given by its hash, is the one at ``index`` in the tree of this size and root (2.1.3.2).

    Raises NotProven.
    """
    if not 0 <= index < size:
        raise NotProven(f"a tree of {size} leaves has no leaf {index}")
    found = leaf
    for is_left, step in _steps(path, index, size):
        found = node_hash(step, found) if is_left else node_hash(found, step)
    if found != root:
        raise NotProven(f"leaf {index} of the tree with this root is another one")


def verify_consistency(old: int, size: int, path: Sequence[bytes], old_root: bytes, root: bytes) -> None:
    """Check that the tree of ``size`` leaves begins with all leaves of the ``old`` one (RFC 9162, 2.1.4.2).

    Raises NotProven.
    """
    if not 0 <= old <= size:
        raise NotProven(f"a tree of {size} leaves is no continuation of one of {old}")
    if old in {0, size}:
        _steps(path, 0, 1)
        if old_root != (root if old else EMPTY_ROOT):
            raise NotProven(f"two trees of {old} leaves have different roots")
        return
    # The largest subtree that ends with the old tree: where it is the whole of it, who asks has its root.
    level = (~(old - 1) & old).bit_length() - 1
    first, *steps = [old_root, *path] if old == 1 << level else path or [b""]
    before = after = first
    for is_left, step in _steps(steps, old - 1 >> level, (size - 1 >> level) + 1):
        if is_left:
            before, after = node_hash(step, before), node_hash(step, after)
        else:
            after = node_hash(after, step)
    if before != old_root:
        raise NotProven(f"the first {old} leaves are not those of the earlier tree")
    if after != root:
        raise NotProven(f"the tree of {size} leaves with this root does not go on from the earlier one")


def _steps(path: Sequence[bytes], node: int, size: int) -> list[tuple[bool, bytes]]:
    """Return the hashes of a path from a node to the root, each with whether it stands on the left.

    ``size`` is the number of nodes on the node's level. Raises NotProven for more or fewer hashes than there are steps,
    and for one that is no hash.
    """
    sides, last = [], size - 1
    while last:
        is_left = bool(node & 1) or node == last
        while is_left and not node & 1:  # a last node without a neighbour rises to where it has one
            node, last = node >> 1, last >> 1
        sides.append(is_left)
        node, last = node >> 1, last >> 1
    if len(path) != len(sides) or any(len(step) != HASH_SIZE for step in path):
        raise NotProven(f"the proof has {len(path)} hashes, and {len(sides)} of {HASH_SIZE} octets are needed")
    return list(zip(sides, path, strict=True))


def _split(start: int, end: int) -> int:
    """Return where the right subtree of a node begins: its left has as large a power of two of leaves as can be."""
    return start + (1 << (end - start - 1).bit_length() - 1)


def _hash_between(start: int, end: int, hash_of: HashOf) -> bytes:
    """Return the hash of the subtree over the leaves from ``start`` to before ``end``."""
    return Edge(end - start, tuple(hash_of(level, index) for level, index in perfect_subtrees(start, end))).root()


def perfect_subtrees(start: int, end: int) -> Iterator[tuple[int, int]]:
    """Yield the level and index of each perfect subtree in a row of leaves that begins where a larger one could."""
    while start < end:
        level = (end - start).bit_length() - 1
        yield level, start >> level
        start += 1 << level
