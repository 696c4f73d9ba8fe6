"""Events as JSON and back.

The layout is derived from the attrs classes (see ``layout``). Equal events give equal bytes, so an event is identified
by what it says.

What repeats from event to event (people, sources, dates) is decoded once and shared, by its bytes.
"""

import hashlib
from collections.abc import Callable
from functools import cache
from typing import Any

import attrs
import msgspec

from diplocal.errors import MalformedEvent
from diplocal.events.layout import FAULTS, shape_of
from diplocal.events.registry import EngagementEvent, Event, before_registered, event_type, fields_of, when_registered
from diplocal.events.wirevalues import Part, special_parts

Decode = Callable[[bytes], Event]


class Encoded(msgspec.Struct, frozen=True, gc=False):
    """An event as the log keeps it."""

    type: str
    """The registered name, 'diplocal.visit-announced'."""
    version: int
    """The version of the shape of its data, from 1."""
    data: bytes
    """JSON in UTF-8: fields in order of definition, defaults left out."""


@attrs.frozen
class UnknownEvent(Event):
    """An event that was stored and cannot be read here: kept whole, understood by nobody.

    Nobody registered its class (import the module that defines it), a later version of the class wrote it, or its data
    does not fit the class any more.
    """

    type: str = attrs.field(kw_only=True)
    version: int = attrs.field(kw_only=True)
    data: bytes = attrs.field(kw_only=True)
    in_stream: str = attrs.field(kw_only=True)
    reason: str = attrs.field(kw_only=True, default="no class is registered for it", eq=False)
    """Why it cannot be read."""

    @property
    def stream(self) -> str:
        """The stream that it was stored in."""
        return self.in_stream


def encode(event: Event) -> Encoded:
    """Return an event's wire form.

    Raises UnknownEventType for an event whose class is not registered.
    """
    if isinstance(event, UnknownEvent):
        return Encoded(event.type, event.version, event.data)
    name, version, lay_out = _writer(type(event))  # type: ignore[arg-type] # every class is hashable
    return Encoded(name, version, lay_out(event))


@cache
def _writer(cls: type) -> tuple[str, int, Callable[[Event], bytes]]:
    """Return the name and the version of an event class, and what lays its events out."""
    kind = event_type(cls)
    return kind.name, kind.version, shape_of(kind.cls).encode


def type_name(event: Event) -> str:
    """Return the registered name of an event, without laying it out.

    Raises UnknownEventType.
    """
    return event.type if isinstance(event, UnknownEvent) else event_type(type(event)).name


def decode(encoded: Encoded) -> Event:
    """Rebuild an event from its wire form, and check it like one that was made by hand.

    Raises UnknownEventType, NewerSchema, MalformedEvent, InvalidValue.
    """
    return _checked(reader(encoded.type, encoded.version)(encoded.data))


def _checked(event: Event) -> Event:
    """Make an event anew from its fields, so that its validators run."""
    values: dict[str, Any] = {field.name: getattr(event, field.name) for field in fields_of(type(event))}
    inner = {name: _checked(value) for name, value in values.items() if isinstance(value, Event)}
    return type(event)(**values | inner)


@cache
def reader(type_name: str, version: int) -> Decode:
    """Return what rebuilds stored events of one type and version.

    Raises UnknownEventType, NewerSchema; what it gives raises MalformedEvent.
    """
    kind = event_type(type_name)
    shape = shape_of(kind.cls)

    def read_current(data: bytes) -> Event:
        try:
            event: Event = shape.decode(data)
        except FAULTS as wrong:
            raise MalformedEvent(type_name, shape.fault(data)) from wrong
        return event

    def read_earlier(data: bytes) -> Event:
        try:
            upcast = msgspec.json.encode(kind.upcast(msgspec.json.decode(data, type=dict[str, Any]), version))
        except Exception as wrong:  # an upcaster is its author's, and may meet data that it was not written for
            reason = f"version {version} cannot be brought up to {kind.version}: {type(wrong).__name__}: {wrong}"
            raise MalformedEvent(type_name, reason) from wrong
        return read_current(upcast)

    kind.upcast({}, version) if version > kind.version else None
    steps = range(version, kind.version)
    is_as_today = version >= 1 and all(kind.upcasters[step] is dict for step in steps)
    return read_current if is_as_today else read_earlier


before_registered.append(shape_of)
when_registered += [reader.cache_clear, _writer.cache_clear]


def identify(event: Event) -> str:
    """Return the id that an event has from what it says: a name-based UUID, version 8 (RFC 9562, appendix B.2).

    Two reports that agree in every field are one report, and have one id.
    """
    said = octets_identifying(encode(event)).hex()
    return f"{said[:8]}-{said[8:12]}-{said[12:16]}-{said[16:20]}-{said[20:]}"


def octets_identifying(encoded: Encoded) -> bytes:
    """Return the 16 octets of the id of an event whose wire form is at hand."""
    octets = bytearray(hashlib.sha256(b"%s\n%s" % (encoded.type.encode(), encoded.data)).digest()[:16])
    octets[6] = 0b1000_0000 | octets[6] & 0b0000_1111  # version 8 (RFC 9562, section 4.2)
    octets[8] = 0b1000_0000 | octets[8] & 0b0011_1111  # variant 10 (section 4.1)
    return bytes(octets)


class Nested(msgspec.Struct):
    """An event inside another."""

    type: str
    version: int
    data: msgspec.Raw


def _nest(event: Event) -> Nested:
    encoded = encode(event)
    return Nested(encoded.type, encoded.version, msgspec.Raw(encoded.data))


def _unnest(nested: Nested) -> Event:
    return reader(nested.type, nested.version)(bytes(nested.data))


special_parts[EngagementEvent] = Part(Nested, _nest, _unnest)
