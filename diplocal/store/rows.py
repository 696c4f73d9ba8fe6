"""The rows that every store keeps: events in their wire form, and the leaves of the tree over them."""

import uuid
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

import msgspec

from diplocal.checks import expect, fault_of
from diplocal.errors import InvalidValue, MalformedEvent, NewerSchema, UnknownEventType
from diplocal.events.registry import Event
from diplocal.events.wire import Encoded, UnknownEvent, encode, octets_identifying, reader
from diplocal.proofs.merkle import leaf_hash
from diplocal.records import UUID_TEXT, Envelope, Origin, Record
from diplocal.store.sealing import BEGIN, Keys, SecretOf, keys_in, nobody, opened, sealed

UUID_SIZE = 16
"""Octets."""

Row = tuple[int, int, bytes, str, int, str, int, str, str | None, str | None, str | None, str | None, int | None, bytes]
"""A record as a store keeps it, its fields in the order of Stored."""


class Stored(NamedTuple):
    """A record as a store keeps it: the event in its wire form. Its order is that of the entry in the Merkle tree."""

    position: int
    recorded_micros: int
    id: bytes
    """The event's id, as ``octets_of`` gives it, or as ``again`` does. No other record for the same audience has it."""
    stream: str
    version: int
    type: str
    type_version: int
    audience: str
    causation_id: str | None
    correlation_id: str | None
    recorded_by: str | None
    origin: str | None
    """The identity of the log that recorded it first; None when it was this one."""
    first_recorded_micros: int | None
    """When that log learnt it; None when it was this one."""
    data: bytes

    @property
    def says(self) -> tuple[str, str, int, bytes]:
        """What makes it the same event as another with its id."""
        return self.stream, self.type, self.type_version, self.data


class Incoming(msgspec.Struct, frozen=True, gc=False):
    """An event that is ready to be stored."""

    id: bytes
    stream: str
    type: str
    type_version: int
    audience: str
    causation_id: str | None
    correlation_id: str | None
    recorded_by: str | None
    origin: str | None
    first_recorded_micros: int | None
    data: bytes
    event: Event
    open_id: bytes | None = None
    """The id that it has of what it says when no name in it is sealed; None when it is the same, or was given."""
    open_data: bytes | None = None
    """Its data with no name sealed; None when that is the same."""

    @property
    def says(self) -> tuple[str, str, int, bytes]:
        """What makes it the same event as another with its id."""
        return self.stream, self.type, self.type_version, self.data

    def is_said_by(self, row: Stored, secret_of: SecretOf) -> bool:
        """Tell whether a row says the same: also one in the open, or sealed with keys for another audience."""
        if row.says == self.says:
            return True
        is_like = self.open_data is not None and row.says[:3] == self.says[:3]
        return is_like and opened(row.data, secret_of) == self.open_data

    @property
    def keys(self) -> tuple[bytes, ...]:
        """The ids under which it may be stored: its own, and of a record of another log also what ``again`` gives."""
        if self.origin is None or self.first_recorded_micros is None:
            return (self.id,) if self.open_id is None else (self.id, self.open_id)
        return self.id, again(self.id, self.origin, self.first_recorded_micros)

    def stored(self, key: bytes, position: int, version: int, recorded_micros: int) -> Stored:
        """Return it in its place, under one of its keys."""
        return Stored(
            position, recorded_micros, key, self.stream, version, self.type, self.type_version, self.audience,
            self.causation_id, self.correlation_id, self.recorded_by, self.origin, self.first_recorded_micros,
            self.data,
        )  # fmt: skip

    def record(self, row: Stored, log_id: str) -> Record:
        """Return the record that it became in the log of this identity."""
        return _placed(row, self.event, log_id)


def entry_of(row: Row) -> bytes:
    """Return a record's entry in the Merkle tree: its fields as an array of MessagePack."""
    return _in_messagepack(row)


def leaf_of(row: Row) -> bytes:
    """Return a record's leaf in the Merkle tree: the hash of its entry."""
    return leaf_hash(_in_messagepack(row))


_in_messagepack = msgspec.msgpack.Encoder().encode


def record_in(entry: bytes, log_id: str) -> Record:
    """Read the record of a log that octets stand for, as ``entry_of`` made them.

    Raises InvalidValue.
    """
    try:
        return record_of(msgspec.msgpack.decode(entry, type=Row), log_id)
    except (msgspec.MsgspecError, UnicodeDecodeError) as error:
        raise InvalidValue("entry", entry, f"a record in MessagePack: {error}") from error


def numbered(
    rows: Sequence[Stored], leaves: Sequence[bytes], number: Mapping[str | None, int | None]
) -> Iterator[tuple[Any, ...]]:
    """Yield rows as tables have them: with their leaves, and with the numbers of names (None has the number None)."""
    return (
        (
            position, leaf, recorded, octets, number[stream], version, number[kind], kind_version,
            number[audience], cause, number[correlation], number[by], number[origin], first, data,
        )
        for (
            position, recorded, octets, stream, version, kind, kind_version, audience, cause, correlation, by,
            origin, first, data,
        ), leaf in zip(rows, leaves, strict=True)
    )  # fmt: skip


def stored(record: Record) -> Stored:
    """Return a record as a store keeps it, when this version of its event's class wrote it."""
    encoded, origin = encode(record.event), record.origin
    first_log, first_micros = (None, None) if origin is None else (origin.log_id, origin.recorded_micros)
    return Stored(
        record.position, record.recorded_micros, octets_of(record.id), record.stream, record.version,
        encoded.type, encoded.version, record.audience, record.causation_id, record.correlation_id, record.recorded_by,
        first_log, first_micros, encoded.data,
    )  # fmt: skip


def octets_of(event_id: str) -> bytes:
    r"""Return an id as a store keeps it: a UUID in lower case is 16 octets, and any other text is its UTF-8.

    A text of 16 octets gets a seventeenth, which is 0: no id has such a character.

    >>> octets_of("3f1c-7"), octets_of("an-id-of-16-abcd")
    (b'3f1c-7', b'an-id-of-16-abcd\x00')
    """
    if UUID_TEXT.fullmatch(event_id):
        return bytes.fromhex(event_id.replace("-", ""))
    text = event_id.encode()
    return b"%s\0" % text if len(text) == UUID_SIZE else text


_AGAIN = b"\0"
"""What the octets of an id begin with that are kept as ``again`` gives them: no text begins so."""
_AGAIN_SIZE = 1 + UUID_SIZE + 8


def again(octets: bytes, log_id: str, first_recorded_micros: int) -> bytes:
    """Return how a store keeps an id a second time, where another log had recorded the event earlier.

    They are a zero, the 16 octets of that log's identity, the 8 of the instant (signed, the highest first), and the id.
    """
    return b"".join((_AGAIN, octets_of(log_id), first_recorded_micros.to_bytes(8, signed=True), octets))


def id_of(octets: bytes) -> str:
    """Return the id that a store keeps as these octets.

    >>> id_of(octets_of("3f1c0d2e-6a55-8d1e-9c40-0242ac120002"))
    '3f1c0d2e-6a55-8d1e-9c40-0242ac120002'
    """
    if len(octets) == UUID_SIZE:
        said = octets.hex("-", 2)  # eight groups of four digits: the first two belong together, and the last three
        return f"{said[:4]}{said[5:29]}{said[30:34]}{said[35:]}"
    if len(octets) > _AGAIN_SIZE and octets.startswith(_AGAIN):
        return id_of(octets[_AGAIN_SIZE:])
    return octets.removesuffix(b"\0").decode()


def incoming(one: Event | Envelope, keys: Keys | None = None) -> Incoming:
    """Make an event ready to be stored, with its names sealed where there are keys.

    Raises InvalidValue for what is no event, UnknownEventType for one whose class is not registered.
    """
    match one:
        case Event():
            return _ready(one, None, _NOTHING_BESIDE, keys)
        case Envelope():
            return _ready(one.event, one.id, _beside(one), keys)
        case _:
            raise InvalidValue("event", one, "an Event, or an Envelope around one")


_Beside = tuple[str, str | None, str | None, str | None, str | None, int | None]


def _beside(envelope: Envelope) -> _Beside:
    origin = envelope.origin
    by = envelope.audience, envelope.causation_id, envelope.correlation_id, envelope.recorded_by
    return (*by, None, None) if origin is None else (*by, origin.log_id, origin.recorded_micros)


_NOTHING_BESIDE: _Beside = ("public", None, None, None, None, None)
"""What an envelope says beside its event unless told otherwise: most events come without one, and are stored faster."""


def _ready(event: Event, event_id: str | None, beside: _Beside, keys: Keys | None) -> Incoming:
    try:
        encoded = encode(event)
    except UnicodeEncodeError as error:
        raise InvalidValue(type(event).__name__, error.object, f"a text that can be read: {error.reason}") from error
    _see_that_it_can_be_read(event.stream, encoded)
    if beside[4] is None and keys_in(encoded.data):
        raise InvalidValue(encoded.type, event.stream, "texts without what stands for a sealed name, as in ⟦0123....⟧")
    kept, identifying = (encoded, encoded) if keys is None else sealed(event, encoded, keys, beside[0])
    known_as = octets_identifying(identifying) if event_id is None else octets_of(event_id)
    said = known_as, event.stream, kept.type, kept.version, *beside, kept.data, event
    if kept.data == encoded.data:
        return Incoming(*said)
    return Incoming(*said, octets_identifying(encoded) if event_id is None else None, encoded.data)


def _see_that_it_can_be_read(stream: str, encoded: Encoded) -> None:
    """Hold every text of an event to what text may hold, whatever its class checks. Most are done at one look."""
    data = encoded.data
    if data.isascii() and b"\\" not in data and b"\x7f" not in data and stream.isprintable():
        return  # JSON escapes all other control characters of ASCII
    said = data.decode(errors="replace")
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


def identity(log_id: str | None) -> str:
    """Return the identity of a new log: the UUID that was given, or one made at random.

    Raises InvalidValue.
    """
    expect("log_id", log_id, "a UUID", str, type(None))
    try:
        return str(uuid.uuid4() if log_id is None else uuid.UUID(log_id))
    except ValueError:
        raise InvalidValue("log_id", log_id, "a UUID") from None


def within(position: int, end: int) -> None:
    """Raise InvalidValue for a position that a log which ends at ``end`` does not have."""
    if not 0 <= position <= end:
        raise InvalidValue("position", position, f"0 to {end}, where the log ends")


def in_streams(records: Iterable[Record]) -> Iterator[Record]:
    """Yield records stream by stream, in order of version."""
    yield from sorted(records, key=lambda record: (record.stream, record.version))


def record_of(row: Row, log_id: str, secret_of: SecretOf | None = nobody) -> Record:
    """Read a stored record of the log of this identity, and open the names that there are keys for.

    With None for the keys, names stay sealed.

    An event that cannot be read here comes as an UnknownEvent: one of them stops nobody.
    """
    data = opened(row[13], secret_of) if BEGIN in row[13] and secret_of is not None else row[13]
    try:
        event = reader(row[5], row[6])(data)
    except (UnknownEventType, NewerSchema, MalformedEvent) as wrong:
        event = UnknownEvent(type=row[5], version=row[6], data=data, in_stream=row[3], reason=str(wrong))
    return _placed(row, event, log_id)


def _placed(row: Row, event: Event, log_id: str) -> Record:
    position, recorded, octets, stream, version, _, _, audience, cause, correlation, by, first_log, first, _ = row
    origin = None if first_log is None or first is None else Origin(first_log, first)
    return Record(
        position, stream, version, id_of(octets), event, audience, cause, correlation, by, recorded, origin, log_id,
    )  # fmt: skip
