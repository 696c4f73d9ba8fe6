"""Builds the Merkle tree of a log anew from its records, and names the first record that does not fit."""

from collections.abc import Iterable, Mapping

from diplocal.errors import LogTampered
from diplocal.proofs.merkle import Edge
from diplocal.records import EARLIEST, LATEST
from diplocal.store.contract import Seen, Verified, unseen, visible_to
from diplocal.store.planning import Head
from diplocal.store.rows import UUID_SIZE, Row, id_of, leaf_of
from diplocal.store.tree import WIDTH, grown, planted

AT_ONCE = WIDTH
"""Leaves that are put into the tree together."""


def verify_log(
    log_id: str,
    rows: Iterable[tuple[Row, bytes]],
    head: Head,
    kept: Mapping[tuple[int, int], bytes],
    seen: Seen = unseen,
) -> Verified:
    """See that every row is what was appended, and that none is missing, added or moved.

    Each row comes with the leaf that the store keeps of it; ``kept`` has the hashes of full subtrees, by level and
    place.

    Raises LogTampered.
    """
    order, edge, leaves = _Order(), planted(log_id), list[bytes]()
    subtrees = dict(kept)
    position = 0
    for row, leaf in rows:
        if row[0] != position + 1:
            raise LogTampered(position + 1, f"is missing (the next is at {row[0]})")
        if leaf != leaf_of(row):
            raise LogTampered(row[0], "was edited, inserted or moved: its hash is another")
        order.see(row)
        position = row[0]
        leaves.append(leaf)
        if len(leaves) == AT_ONCE:
            edge, leaves = _joined(edge, leaves, subtrees), []
            seen(position)
    edge = _joined(edge, leaves, subtrees)
    if position < head.position:
        raise LogTampered(position + 1, f"is missing, as are those up to {head.position}")
    if position > head.position:
        raise LogTampered(head.position + 1, f"was inserted: the log ended at {head.position}")
    if (order.latest, edge) != (head.recorded_micros, head.edge):
        raise LogTampered(position, "does not agree with the end of the log that is noted in its head: one was edited")
    if subtrees:
        level, place = min(subtrees)
        raise LogTampered(position, f"is not followed by what the tree has at level {level}, place {place}")
    return Verified(position, edge.root())


class _Order:
    """What must follow on what came before: the versions of streams, and the instants of recording."""

    def __init__(self) -> None:
        self.latest = 0
        self._versions: dict[str, int] = {}
        self._last: dict[str, int] = {}
        """When the last record for each audience was recorded."""

    def see(self, row: Row) -> None:
        position, recorded, key, stream, version, _, _, audience, _, _, _, _, first, _ = row
        if not EARLIEST <= recorded <= LATEST or (first is not None and not EARLIEST <= first <= LATEST):
            raise LogTampered(position, "was recorded at an instant that no calendar has")
        if len(key) != UUID_SIZE and not _is_text(key):
            raise LogTampered(position, "has an id that is no text")
        if version != self._versions.get(stream, 0) + 1 or (recorded < self.latest and self._falls(recorded, audience)):
            raise LogTampered(position, "is out of order")
        self.latest = max(self.latest, recorded)
        self._versions[stream] = version
        self._last[audience] = recorded

    def _falls(self, recorded: int, audience: str) -> bool:
        return any(recorded < self._last.get(one, recorded) for one in visible_to(audience))


def _is_text(key: bytes) -> bool:
    try:
        id_of(key)
    except UnicodeDecodeError:
        return False
    return True


def _joined(edge: Edge, leaves: list[bytes], subtrees: dict[tuple[int, int], bytes]) -> Edge:
    """Grow the tree, and take out of ``subtrees`` those that are as they must be.

    Raises LogTampered.
    """
    edge, completed = grown(edge, leaves)
    for level, place, found in completed:
        if subtrees.pop((level, place), None) != found:
            first = max(place << level, 1)
            last = ((place + 1) << level) - 1
            raise LogTampered(first, f"or one up to {last} was edited: the tree has another hash over them")
    return edge
