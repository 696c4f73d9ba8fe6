"""Format 1 of a log, which had a chain of digests: read, and seen to be whole."""

import hashlib
from collections.abc import Iterable, Iterator
from typing import Any

import msgspec

from diplocal.errors import LogTampered
from diplocal.store.rows import Stored, octets_of

SCHEMA_VERSION = 1
COLUMNS = (
    "position, stream, version, id, type, type_version, data, audience, causation_id, correlation_id, recorded_by,"
    " recorded_micros, digest"
)
_BESIDE = "\t"
"""Parted the id from the audience where a record that others see had the id already."""


def rows_of(selected: Iterable[tuple[Any, ...]], end: tuple[int, int, bytes]) -> Iterator[Stored]:
    """Yield records as they are kept now, given the ``COLUMNS`` of each, and the end: position, instant, digest.

    Raises LogTampered for the first that is not what was appended: what is wrong is not carried into another format.
    """
    position, latest, digest = 0, 0, bytes(32)
    for *content, linked in selected:
        at, stream, version, key, kind, kind_version, data, audience, cause, correlation, by, recorded = content
        if at != position + 1:
            raise LogTampered(position + 1, f"is missing (the next is at {at})")
        if linked != hashlib.sha256(digest + msgspec.msgpack.encode(content)).digest():
            raise LogTampered(at, "was edited, inserted or moved: its digest does not follow")
        position, latest, digest = at, max(latest, recorded), linked
        yield Stored(
            at, recorded, octets_of(key.partition(_BESIDE)[0]), stream, version, kind, kind_version, audience, cause,
            correlation, by, None, None, data,
        )  # fmt: skip
    if (position, latest, digest) != end:
        raise LogTampered(position, "does not agree with the end of the log that is noted in its head")
