"""Follows the chain of digests through a log, and names the record where it breaks."""

from collections.abc import Iterable

from diplocal.errors import LogTampered
from diplocal.store.contract import Verified, visible_to
from diplocal.store.planning import Head
from diplocal.store.rows import GENESIS, Stored, link


def verify_chain(rows: Iterable[Stored], head: Head) -> Verified:
    """See that every row is what was appended, and that none is missing, added or moved.

    Raises LogTampered.
    """
    position, recorded, digest = 0, 0, GENESIS
    versions: dict[str, int] = {}
    last: dict[str, int] = {}
    for row in rows:
        if row.position != position + 1:
            raise LogTampered(position + 1, f"is missing (the next is at {row.position})")
        if row.digest != link(row, digest):
            raise LogTampered(row.position, "was edited, inserted or moved: its digest does not follow")
        seen = visible_to(row.audience) if row.recorded_micros < recorded else ()
        is_early = any(row.recorded_micros < last.get(audience, 0) for audience in seen)
        if row.version != versions.get(row.stream, 0) + 1 or is_early:
            raise LogTampered(row.position, "is out of order")
        position, recorded, digest = row.position, max(row.recorded_micros, recorded), row.digest
        last[row.audience] = row.recorded_micros
        versions[row.stream] = row.version
    if position < head.position:
        raise LogTampered(position + 1, f"is missing, as are those up to {head.position}")
    if position > head.position:
        raise LogTampered(head.position + 1, f"was inserted: the log ended at {head.position}")
    if (recorded, digest) != (head.recorded_micros, head.digest):
        raise LogTampered(position, "does not agree with the end of the log that is noted in its head: one was edited")
    return Verified(position, digest)
