"""The Merkle tree is that of RFC 9162, section 2.1: held to its recursive definitions, which are slow and plain."""

import hashlib
from collections.abc import Callable
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from diplocal.errors import InvalidValue, NotProven
from diplocal.proofs.merkle import (
    EMPTY_ROOT,
    Edge,
    consistency_path,
    edge_at,
    inclusion_path,
    leaf_hash,
    node_hash,
    verify_consistency,
    verify_inclusion,
)

LEAVES = [leaf_hash(b"%d" % number) for number in range(140)]
SIZES = st.integers(0, len(LEAVES))


def split(size: int) -> int:
    """The largest power of two smaller than n."""
    return max(1 << power for power in range(10) if 1 << power < size)


def root_of(leaves: list[bytes]) -> bytes:
    """MTH (2.1.1)."""
    match leaves:
        case []:
            return EMPTY_ROOT
        case [leaf]:
            return leaf
        case _:
            at = split(len(leaves))
            return node_hash(root_of(leaves[:at]), root_of(leaves[at:]))


def path_of(index: int, leaves: list[bytes]) -> list[bytes]:
    """PATH (2.1.3.1)."""
    if len(leaves) == 1:
        return []
    at = split(len(leaves))
    if index < at:
        return [*path_of(index, leaves[:at]), root_of(leaves[at:])]
    return [*path_of(index - at, leaves[at:]), root_of(leaves[:at])]


def proof_of(old: int, leaves: list[bytes], *, is_known: bool = True) -> list[bytes]:
    """PROOF and SUBPROOF (2.1.4.1)."""
    if old == len(leaves):
        return [] if is_known else [root_of(leaves)]
    at = split(len(leaves))
    if old <= at:
        return [*proof_of(old, leaves[:at], is_known=is_known), root_of(leaves[at:])]
    return [*proof_of(old - at, leaves[at:], is_known=False), root_of(leaves[:at])]


def subtree_of(level: int, index: int) -> bytes:
    assert (index + 1) << level <= len(LEAVES), "a perfect subtree has all of its leaves"
    return root_of(LEAVES[index << level : (index + 1) << level])


@given(cuts=st.lists(SIZES, max_size=5))
def test_appended_in_any_portions_a_tree_has_the_root_of_the_definition(cuts: list[int]) -> None:
    edge = Edge()
    for start, end in pairwise(sorted([0, *cuts])):
        edge = edge.extend(LEAVES[start:end])
        assert edge.root() == root_of(LEAVES[:end])
        assert edge == edge_at(end, subtree_of)
        assert edge.size == end


@given(size=st.integers(0, len(LEAVES) - 1))
def test_a_leaf_added_alone_is_a_portion_of_one(size: int) -> None:
    edge = edge_at(size, subtree_of)
    assert edge.add(LEAVES[size]) == edge.extend([LEAVES[size]])


def test_an_edge_has_a_hash_for_each_bit_of_its_size() -> None:
    with pytest.raises(InvalidValue, match="each bit of the size, 3"):
        Edge(3, (LEAVES[0],))


@st.composite
def inclusions(draw: st.DrawFn) -> tuple[int, int]:
    size = draw(st.integers(1, len(LEAVES)))
    return draw(st.integers(0, size - 1)), size


@given(inclusions())
def test_an_inclusion_is_proven_with_the_path_of_the_definition(which: tuple[int, int]) -> None:
    index, size = which
    path = inclusion_path(index, size, subtree_of)
    assert path == path_of(index, LEAVES[:size])
    verify_inclusion(LEAVES[index], index, size, path, root_of(LEAVES[:size]))


@given(inclusions(), st.data())
def test_no_other_leaf_place_size_root_or_path_is_proven(which: tuple[int, int], data: st.DataObject) -> None:
    index, size = which
    path, root = inclusion_path(index, size, subtree_of), root_of(LEAVES[:size])
    other = data.draw(SIZES.filter(lambda number: number != index), label="another place")
    beyond = leaf_hash(b"another")
    for attempt in (
        (beyond, index, size, path, root),
        (LEAVES[index], other, size, path, root),
        (LEAVES[index], index, size, path, beyond),
        (LEAVES[index], index, size, [*path, beyond], root),
        (LEAVES[index], index, size, [beyond, *path], root),
        *((LEAVES[index], index, size, [*path[:at], *path[at + 1 :]], root) for at in range(len(path))),
        *((LEAVES[index], index, size, [*path[:at], beyond, *path[at + 1 :]], root) for at in range(len(path))),
        *((LEAVES[index], index, size, [*path[:at], b"", *path[at + 1 :]], root) for at in range(len(path))),
        (LEAVES[index], index, 0, [], root),
        (LEAVES[index], -1, size, path, root),
    ):
        with pytest.raises(NotProven):
            verify_inclusion(*attempt)


@st.composite
def growths(draw: st.DrawFn) -> tuple[int, int]:
    size = draw(st.integers(1, len(LEAVES)))
    return draw(st.integers(1, size)), size


@given(growths())
def test_a_growth_is_proven_with_the_proof_of_the_definition(which: tuple[int, int]) -> None:
    old, size = which
    path = consistency_path(old, size, subtree_of)
    assert path == proof_of(old, LEAVES[:size])
    verify_consistency(old, size, path, root_of(LEAVES[:old]), root_of(LEAVES[:size]))


@given(growths())
def test_no_other_growth_is_proven(which: tuple[int, int]) -> None:
    old, size = which
    path = consistency_path(old, size, subtree_of)
    old_root, root = root_of(LEAVES[:old]), root_of(LEAVES[:size])
    beyond = leaf_hash(b"another")
    for attempt in (
        (old, size, path, beyond, root),
        (old, size, path, old_root, beyond),
        (old, size, [*path, beyond], old_root, root),
        *((old, size, [*path[:at], *path[at + 1 :]], old_root, root) for at in range(len(path))),
        *((old, size, [*path[:at], beyond, *path[at + 1 :]], old_root, root) for at in range(len(path))),
        (size + 1, size, path, old_root, root),
        (-1, size, path, old_root, root),
        (0, size, [], beyond, root),
    ):
        with pytest.raises(NotProven):
            verify_consistency(*attempt)


@given(SIZES)
def test_every_log_goes_on_from_the_empty_one(size: int) -> None:
    assert consistency_path(0, size, subtree_of) == []
    verify_consistency(0, size, [], EMPTY_ROOT, root_of(LEAVES[:size]))


@pytest.mark.parametrize(
    ("asked", "wanted"),
    [
        (lambda: inclusion_path(7, 7, subtree_of), "one of the 7 leaves"),
        (lambda: inclusion_path(-1, 7, subtree_of), "one of the 7 leaves"),
        (lambda: consistency_path(8, 7, subtree_of), "a size from 0 to 7"),
    ],
    ids=["behind the end", "before the beginning", "shrunk"],
)
def test_what_no_tree_has_is_not_proven(asked: Callable[[], object], wanted: str) -> None:
    with pytest.raises(InvalidValue, match=wanted):
        asked()


def test_proofs_of_a_million_leaves_are_short() -> None:
    steps = consistency_path(777_777, 1_000_000, lambda level, index: leaf_hash(b"%d %d" % (level, index)))
    assert len(steps) * 32 <= 1024


def test_the_hashes_are_those_that_others_compute() -> None:
    """Of a tree of four entries, 'a' to 'd', computed by hand with sha256sum."""
    a, b, c, d = (hashlib.sha256(b"\0" + entry).digest() for entry in (b"a", b"b", b"c", b"d"))
    left, right = hashlib.sha256(b"\1" + a + b).digest(), hashlib.sha256(b"\1" + c + d).digest()
    assert (
        Edge().extend([leaf_hash(entry) for entry in (b"a", b"b", b"c", b"d")]).root()
        == hashlib.sha256(b"\1" + left + right).digest()
    )
    assert EMPTY_ROOT.hex() == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
