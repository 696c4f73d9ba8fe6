"""The rows that every store keeps: events in their wire form, linked by digests."""

import hashlib
import uuid
from collections.abc import Iterable, Iterator
from typing import NamedTuple

import msgspec

from diplocal.checks import fault_of
from diplocal.errors import InvalidValue, MalformedEvent, NewerSchema, UnknownEventType
from diplocal.events.registry import Event
from diplocal.events.wire import Encoded, UnknownEvent, encode, identify_encoded, reader
from diplocal.records import Envelope, Record
from diplocal.store.contract import visible_to

GENESIS = bytes(32)
"""The digest before the first record."""


Row = tuple[int, str, int, str, str, int, bytes, str, str | None, str | None, str | None, int, bytes]
"""A record as a store keeps it, its fields in the order of Stored."""


_BESIDE = "\t"
"""Parts the id from the audience in a key: no id has white space in it."""


def key_for(event_id: str, audience: str) -> str:
    """Make the key of a record whose id another record has that its audience may not see."""
    return f"{event_id}{_BESIDE}{audience}"


def id_of(key: str) -> str:
    """Return the event's id of a key."""
    return key.partition(_BESIDE)[0]


class Stored(NamedTuple):
    """A record as a store keeps it: the event in its wire form."""

    position: int
    stream: str
    version: int
    id: str
    """The key: the event's id, or ``key_for`` it and its audience where a record that others see has the id already."""
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
    def says(self) -> tuple[str, str, int, bytes]:
        """What makes it the same event as another with its id."""
        return self.stream, self.type, self.type_version, self.data


class Incoming(NamedTuple):
    """An event that is ready to be stored."""

    stream: str
    id: str
    type: str
    type_version: int
    data: bytes
    audience: str
    causation_id: str | None
    correlation_id: str | None
    recorded_by: str | None
    event: Event

    @property
    def says(self) -> tuple[str, str, int, bytes]:
        """What makes it the same event as another with its id."""
        return self.stream, self.type, self.type_version, self.data

    @property
    def keys(self) -> list[str]:
        """The keys under which a record with its id may be stored that its audience may see."""
        return [self.id, *(key_for(self.id, audience) for audience in visible_to(self.audience))]

    def stored(self, position: int, version: int, key: str, recorded_micros: int, before: bytes) -> Stored:
        """Give it its place, linked to the digest of the record before."""
        content = position, self.stream, version, key, *self[2:9], recorded_micros
        return Stored(*content, digest=_linked(content, before))

    def record(self, row: Stored) -> Record:
        """Give the record that it became."""
        return _placed(row, self.event)


def incoming(one: Event | Envelope) -> Incoming:
    """Make an event ready to be stored.

    Raises InvalidValue for what is no event, UnknownEventType for one whose class is not registered.
    """
    match one:
        case Event():
            return _ready(one, None, _NOTHING_BESIDE)
        case Envelope():
            return _ready(one.event, one.id, _beside(one))
        case _:
            raise InvalidValue("event", one, "an Event, or an Envelope around one")


_Beside = tuple[str, str | None, str | None, str | None]


def _beside(envelope: Envelope) -> _Beside:
    return envelope.audience, envelope.causation_id, envelope.correlation_id, envelope.recorded_by


_NOTHING_BESIDE: _Beside = ("public", None, None, None)
"""What an envelope says beside its event unless told otherwise: most events come without one, and are stored faster."""


def _ready(event: Event, event_id: str | None, beside: _Beside) -> Incoming:
    try:
        encoded = encode(event)
    except UnicodeEncodeError as error:
        raise InvalidValue(type(event).__name__, error.object, f"a text that can be read: {error.reason}") from error
    _see_that_it_can_be_read(event.stream, encoded)
    known_as = event_id or identify_encoded(encoded)
    return Incoming(event.stream, known_as, encoded.type, encoded.version, encoded.data, *beside, event)


def _see_that_it_can_be_read(stream: str, encoded: Encoded) -> None:
    """Hold every text of an event to what text may hold, whatever its class checks. Most are done at one look."""
    said = encoded.data.decode(errors="replace")
    if said.isprintable() and "\\" not in said and stream.isprintable():
        return
    try:
        texts = [stream, *_texts(msgspec.json.decode(said))]
    except msgspec.MsgspecError as error:
        raise InvalidValue(encoded.type, encoded.data, f"JSON: {error}") from error
    for text in texts:
        if (fault := fault_of(text)) is not None:
            raise InvalidValue(encoded.type, text, f"texts that can be read, without {fault}")


def _texts(said: object) -> Iterator[str]:
    match said:
        case str():
            yield said
        case list():
            for one in said:
                yield from _texts(one)
        case dict():
            for name, one in said.items():
                yield from (name, *_texts(one))


def link(row: Stored, before: bytes) -> bytes:
    """Compute the digest of a record, given that of the one before."""
    return _linked(row[:-1], before)


def _linked(content: tuple[object, ...], before: bytes) -> bytes:
    return hashlib.sha256(before + msgspec.msgpack.encode(content)).digest()


def identity(log_id: str | None) -> str:
    """Return the identity of a new log: the UUID that was given, or one made at random.

    Raises InvalidValue.
    """
    if log_id is None:
        return str(uuid.uuid4())
    try:
        uuid.UUID(log_id)
    except ValueError:
        raise InvalidValue("log_id", log_id, "a UUID") from None
    return log_id


def within(position: int, end: int) -> None:
    """Raise InvalidValue for a position that a log which ends at ``end`` does not have."""
    if not 0 <= position <= end:
        raise InvalidValue("position", position, f"0 to {end}, where the log ends")


def in_streams(records: Iterable[Record]) -> Iterator[Record]:
    """Yield records stream by stream, in order of version."""
    yield from sorted(records, key=lambda record: (record.stream, record.version))


def record_of(row: Row) -> Record:
    """Read a stored record. An event that cannot be read here comes as an UnknownEvent: one of them stops nobody."""
    try:
        event = reader(row[4], row[5])(row[6])
    except (UnknownEventType, NewerSchema, MalformedEvent) as wrong:
        event = UnknownEvent(type=row[4], version=row[5], data=row[6], in_stream=row[1], reason=str(wrong))
    return _placed(row, event)


def _placed(row: Row, event: Event) -> Record:
    event_id = id_of(row[3]) if _BESIDE in row[3] else row[3]
    return Record(row[0], row[1], row[2], event_id, event, row[7], row[8], row[9], row[10], row[11], row[12])
