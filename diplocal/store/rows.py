"""The rows that every store keeps: events in their wire form, linked by digests."""

import hashlib
from collections.abc import Iterable, Iterator
from typing import NamedTuple

import msgspec

from diplocal.errors import MalformedEvent, NewerSchema, UnknownEventType
from diplocal.events.registry import Event
from diplocal.events.wire import Encoded, UnknownEvent, encode, identify_encoded, reader
from diplocal.records import Envelope, Record

GENESIS = bytes(32)
"""The digest before the first record."""


class Stored(NamedTuple):
    """A record as a store keeps it: the event in its wire form."""

    position: int
    stream: str
    version: int
    id: str
    type: str
    type_version: int
    data: bytes
    audience: str
    causation_id: str | None
    correlation_id: str | None
    recorded_by: str | None
    recorded_micros: int
    digest: bytes

    @property
    def says(self) -> tuple[str, str, int, bytes, str]:
        """What makes it the same event as another with its id."""
        return self.stream, self.type, self.type_version, self.data, self.audience


class Incoming(NamedTuple):
    """An envelope that is ready to be stored."""

    stream: str
    id: str
    encoded: Encoded
    envelope: Envelope

    @property
    def says(self) -> tuple[str, str, int, bytes, str]:
        """What makes it the same event as another with its id."""
        return self.stream, self.encoded.type, self.encoded.version, self.encoded.data, self.envelope.audience

    def stored(self, position: int, version: int, recorded_micros: int, before: bytes) -> Stored:
        """Give it its place, linked to the digest of the record before."""
        envelope, encoded = self.envelope, self.encoded
        row = Stored(
            position, self.stream, version, self.id, encoded.type, encoded.version, encoded.data, envelope.audience,
            envelope.causation_id, envelope.correlation_id, envelope.recorded_by, recorded_micros, b"",
        )  # fmt: skip
        return row._replace(digest=link(row, before))


def incoming(events: Iterable[Event | Envelope]) -> Iterator[Incoming]:
    """Make events ready to be stored."""
    for one in events:
        envelope = one if isinstance(one, Envelope) else Envelope(one)
        encoded = encode(envelope.event)
        yield Incoming(envelope.event.stream, envelope.id or identify_encoded(encoded), encoded, envelope)


def link(row: Stored, before: bytes) -> bytes:
    """Compute the digest of a record, given that of the one before."""
    return hashlib.sha256(before + msgspec.msgpack.encode(row[:-1])).digest()


def record_of(row: Stored) -> Record:
    """Read a stored record. An event that cannot be read here comes as an UnknownEvent: one of them stops nobody."""
    try:
        event = reader(row[4], row[5])(row[6])
    except (UnknownEventType, NewerSchema, MalformedEvent) as wrong:
        event = UnknownEvent(
            type=row.type, version=row.type_version, data=row.data, in_stream=row.stream, reason=str(wrong)
        )
    return Record(row[0], row[1], row[2], row[3], event, row[7], row[8], row[9], row[10], row[11], row[12])
