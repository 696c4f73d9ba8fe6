"""Builds the Merkle tree of a log anew from its records, and names the first record that does not fit."""

from collections.abc import Iterable, Mapping
from functools import lru_cache

import msgspec

from diplocal.errors import InvalidValue, LogTampered
from diplocal.events.erasure import NamesSealed
from diplocal.proofs.merkle import Edge
from diplocal.records import EARLIEST, LATEST, Envelope
from diplocal.store.contract import Seen, Verified, unseen, visible_to
from diplocal.store.planning import Head
from diplocal.store.rows import UUID_SIZE, Row, id_of, leaf_of
from diplocal.store.tree import WIDTH, grown, planted

_ANY = NamesSealed()
"""Stands for the event of an envelope of which the rest is looked at."""
_OF_JSON = (b"{", b"")
_decode = msgspec.json.Decoder(dict[str, msgspec.Raw]).decode
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
    seen(position)
    return Verified(position, edge.root())


class _Order:
    """What must follow on what came before: the versions of streams, and the instants of recording."""

    def __init__(self) -> None:
        self.latest = 0
        self._versions: dict[str, int] = {}
        self._last: dict[str, int] = {}
        """When the last record for each audience was recorded."""

    def see(self, row: Row) -> None:
        position, recorded, key, stream, version, _, _, audience, cause, correlation, by, _, first, data = row
        if not EARLIEST <= recorded <= LATEST or (first is not None and not EARLIEST <= first <= LATEST):
            raise LogTampered(position, "was recorded at an instant that no calendar has")
        try:
            _see_what_is_beside(audience, correlation, by)
            if cause is not None or len(key) != UUID_SIZE:
                Envelope(_ANY, id=id_of(key), causation_id=cause)
            _see_that_it_is_json(data)
        except UnicodeDecodeError:
            raise LogTampered(position, "has an id that is no text") from None
        except (InvalidValue, msgspec.MsgspecError) as error:
            raise LogTampered(position, f"has what no log takes, {error}") from error
        if version != self._versions.get(stream, 0) + 1 or (recorded < self.latest and self._falls(recorded, audience)):
            raise LogTampered(position, "is out of order")
        self.latest = max(self.latest, recorded)
        self._versions[stream] = version
        self._last[audience] = recorded

    def _falls(self, recorded: int, audience: str) -> bool:
        return any(recorded < self._last.get(one, recorded) for one in visible_to(audience))


@lru_cache(maxsize=4096)
def _see_what_is_beside(audience: str, correlation_id: str | None, recorded_by: str | None) -> None:
    Envelope(_ANY, audience=audience, correlation_id=correlation_id, recorded_by=recorded_by)


def _see_that_it_is_json(data: bytes) -> None:
    """See that data is what it begins as; other first octets than those of JSON are kept for forms to come."""
    if data[:1] in _OF_JSON:
        _decode(data)


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
