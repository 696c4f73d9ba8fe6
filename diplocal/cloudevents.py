"""Records as CloudEvents 1.0 (CNCF), one JSON object a line: a log on its way to another, or to another program.

================== ====================================================================
Attribute          What it says
================== ====================================================================
specversion        '1.0'
id                 the event's id, unique in the log
source             'urn:uuid:' and the identity of the log that recorded it first
type               the registered name, 'diplocal.visit-announced'
subject            the stream
time               when that log learnt it: RFC 3339, UTC, to the microsecond
datacontenttype    'application/json'
dataversion        the version of the shape of the data
audience           who may see it; left out when public
causationid        the id of what caused it, where known
correlationid      the id of what it belongs with, where known
recordedby         who recorded it, where known
position           place in the export, from 1
data               the event in its wire form, as it is
================== ====================================================================

The names from dataversion to position are extensions: lower-case letters only (CloudEvents 1.0.2, section 3.1).
"""

import re
from collections.abc import Iterable, Iterator
from typing import Self

import attrs
import msgspec

from diplocal.checks import expect
from diplocal.dates.instants import read_instant
from diplocal.errors import LONGEST_SHOWN, InvalidValue, MalformedEvent, UnknownEventType
from diplocal.events.registry import Event
from diplocal.events.wire import Encoded, UnknownEvent, decode, encode
from diplocal.records import Envelope, Origin, Record, instant, micros
from diplocal.store.contract import Readable, expect_log
from diplocal.store.sealing import Key as SealingKey
from diplocal.store.sealing import keys_in, nobody, opened

SPECVERSION = "1.0"
JSON = "application/json"
PUBLIC = "public"
LOG = "urn:uuid:"

IS_JSON = re.compile(r"application/(?:[\w.-]+\+)?json\s*(?:;.*)?", re.IGNORECASE)
"""Media types of JSON (RFC 6839, section 3.1)."""


class CloudEvent(msgspec.Struct, kw_only=True, omit_defaults=True):
    """The attributes of a line, in the order in which they are written."""

    specversion: str
    id: str | None = None
    source: str | None = None
    type: str
    subject: str | None = None
    time: str | None = None
    datacontenttype: str | None = None
    dataversion: int | None = None
    audience: str | None = None
    causationid: str | None = None
    correlationid: str | None = None
    recordedby: str | None = None
    position: int | None = None
    data: msgspec.Raw


class Page:
    """Records on their way from a server to another log, with the keys of names that are sealed in them.

    It is a JSON object: ``records`` is an array of CloudEvents as in the table above, in order, and ``keys`` one of
    arrays of a key's id, the person as names are compared, the Wikidata id or null, the secret in base64, and the
    identity of the log that made it.
    """

    def __init__(self, records: Iterable[bytes] = (), keys: Iterable[SealingKey] = ()) -> None:
        self.records, self.keys = list(records), list(keys)

    @property
    def end(self) -> int:
        """The number of the last record, 0 of none."""
        return (self.records and _read(self.records[-1]).position) or 0

    def to_json(self) -> bytes:
        """Return the page as JSON."""
        return msgspec.json.encode(_Page(list(map(msgspec.Raw, self.records)), self.keys))

    @classmethod
    def of(cls, written: bytes) -> Self:
        """Read a page.

        Raises InvalidValue.
        """
        try:
            found = msgspec.json.decode(written, type=_Page)
        except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
            raise InvalidValue("page", written[:LONGEST_SHOWN], f"a JSON object with 'records': {error}") from error
        return cls(map(bytes, found.records), found.keys)


class _Page(msgspec.Struct):
    records: list[msgspec.Raw]
    keys: list[SealingKey] = []


def to_line(record: Record, log_id: str) -> bytes:
    """Return a record of the log of this identity as a line, without the line break."""
    expect("record", record, "a record, as store.read() gives it", Record)
    expect("log_id", log_id, "the id of a log", str)
    encoded = encode(record.event)
    event = CloudEvent(
        specversion=SPECVERSION,
        id=record.id,
        source=f"{LOG}{record.first_log or log_id}",
        type=encoded.type,
        subject=record.stream,
        time=instant(record.first_recorded_micros).isoformat(timespec="microseconds").replace("+00:00", "Z"),
        datacontenttype=JSON,
        dataversion=encoded.version,
        audience=None if record.audience == PUBLIC else record.audience,
        causationid=record.causation_id,
        correlationid=record.correlation_id,
        recordedby=record.recorded_by,
        position=record.position,
        data=msgspec.Raw(encoded.data),
    )
    return msgspec.json.encode(event)


def from_line(line: bytes | str) -> Envelope:
    """Read a line, ready to be appended: one of ours, or one of another program that reports events of ours.

    Of a foreign line only specversion, type and data are needed. Without an id the event is known by what it says,
    without a dataversion its data has the shape of version 1, without an audience it is public. An event whose type
    nobody registered here is kept whole, in the stream that its subject names. What is not said in the table above is
    not kept: neither other extensions nor source, time and position, which a log gives to its own.

    Raises MalformedEvent for a line that is no CloudEvent or whose data is no such event, NewerSchema for an event from
    a later version.
    """
    expect("line", line, "a line, as bytes or text", bytes, str)
    return _envelope(_read(line))


def _envelope(found: CloudEvent) -> Envelope:
    if found.specversion != SPECVERSION:
        raise MalformedEvent(found.type, f"specversion is {found.specversion!r}: expected {SPECVERSION!r}")
    if found.datacontenttype is not None and not IS_JSON.fullmatch(found.datacontenttype):
        raise MalformedEvent(found.type, f"datacontenttype is {found.datacontenttype!r}: expected {JSON!r}")
    version = 1 if found.dataversion is None else found.dataversion
    event = event_of(Encoded(found.type, version, bytes(found.data)), found.subject)
    try:
        return Envelope(
            event,
            id=found.id,
            audience=PUBLIC if found.audience is None else found.audience,
            causation_id=found.causationid,
            correlation_id=found.correlationid,
            recorded_by=found.recordedby,
        )
    except InvalidValue as wrong:
        raise MalformedEvent(found.type, str(wrong)) from wrong


def from_archive(line: bytes | str) -> Envelope:
    """Read a line that a log exported, with which log recorded the event first, and when.

    Raises MalformedEvent for what ``from_line`` refuses, and for a line whose source is no log or that has no time.
    """
    found = _read(line)
    envelope = _envelope(found)
    try:
        origin = Origin((found.source or "").removeprefix(LOG), micros(read_instant(found.time or "")))
    except InvalidValue as error:
        raise MalformedEvent(found.type, f"{error}, in a line that diplocal export wrote") from error
    return attrs.evolve(envelope, origin=origin)


def export(log: Readable, audience: str | None = None) -> Iterator[bytes]:
    """Return each record of a log as a line, in order, or each that an audience may see.

    The positions of the lines count these: a gap would tell where something is hidden, and how much.
    """
    expect_log(log)
    seen = enumerate(log.read(audience=audience), start=1)
    return (to_line(record.evolve(position=number), log.log_id) for number, record in seen)


def _read(line: bytes | str) -> CloudEvent:
    try:
        text = line if isinstance(line, str) else line.decode()
        # An unknown event is kept as it was written, and would break the lines of an export.
        found = msgspec.json.decode(msgspec.json.format(text, indent=-1) if "\n" in text else text, type=CloudEvent)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as wrong:
        said = line if isinstance(line, str) else line.decode(errors="replace")
        raise MalformedEvent("the line", str(InvalidValue("it", said, f"a CloudEvent in JSON: {wrong}"))) from wrong
    return found


def event_of(encoded: Encoded, subject: str | None) -> Event:
    """Decode an event; one whose type nobody registered here is kept whole, in the stream that ``subject`` names.

    Raises MalformedEvent, NewerSchema.
    """
    if not encoded.data.lstrip().startswith(b"{"):
        raise MalformedEvent(encoded.type, str(InvalidValue("data", msgspec.json.decode(encoded.data), "an object")))
    try:
        event = decode(encoded)
    except UnknownEventType as unknown:
        return _unknown(encoded, subject, unknown)
    except MalformedEvent:
        if keys_in(encoded.data):  # a Wikidata id that is sealed is none
            return _sealed(encoded, subject)
        raise
    except (TypeError, ValueError) as wrong:  # what validators raise, ours and users'
        raise MalformedEvent(encoded.type, str(wrong)) from wrong
    if subject not in (None, event.stream):
        raise MalformedEvent(encoded.type, f"subject is {subject!r}: expected its stream, {event.stream!r}, or none")
    return event


def _sealed(encoded: Encoded, subject: str | None) -> UnknownEvent:
    """Keep an event as it is that can be read when its names are withheld."""
    event = event_of(Encoded(encoded.type, encoded.version, opened(encoded.data, nobody)), subject)
    return UnknownEvent(type=encoded.type, version=encoded.version, data=encoded.data, in_stream=event.stream)


def _unknown(encoded: Encoded, stream: str | None, unknown: UnknownEventType) -> UnknownEvent:
    if not stream:
        reason = f"no class is registered for {unknown.name} here: import its module, or name its stream as subject"
        raise MalformedEvent(encoded.type, reason) from unknown
    return UnknownEvent(type=encoded.type, version=encoded.version, data=encoded.data, in_stream=stream)
