"""Events as JSON and back.

The shape on the wire is derived from the attrs classes: one msgspec struct for each, defaults left out, fields in the
order of their definition. Equal events give equal bytes, so an event is identified by what it says.

What repeats from event to event (people, sources, dates) is decoded once and shared, by its bytes.
"""

import hashlib
import operator
import uuid
from collections.abc import Callable
from functools import cache
from typing import Any

import attrs
import msgspec

from diplocal.errors import InvalidValue, MalformedEvent
from diplocal.events.registry import EngagementEvent, Event, event_type, fields_of, when_registered
from diplocal.events.wirevalues import Codec, Part, codec_of, default_of, special_parts

Decode = Callable[[bytes], Event]

_FAULTS = (msgspec.MsgspecError, UnicodeDecodeError, InvalidValue, MalformedEvent)
"""What is raised for data that is not what it claims to be."""


@attrs.frozen
class Encoded:
    """An event as the log keeps it."""

    type: str
    """The registered name, 'diplocal.visit-announced'."""
    version: int
    """The version of the shape of its data, from 1."""
    data: bytes
    """JSON in UTF-8: fields in order of definition, defaults left out."""


@attrs.frozen
class UnknownEvent(Event):
    """An event that was stored under a name which nobody registered here: kept whole, understood by nobody.

    Import the module that defines its class, and it is read as what it is.
    """

    type: str = attrs.field(kw_only=True)
    version: int = attrs.field(kw_only=True)
    data: bytes = attrs.field(kw_only=True)
    in_stream: str = attrs.field(kw_only=True)

    @property
    def stream(self) -> str:
        """The stream that it was stored in."""
        return self.in_stream


@attrs.frozen
class Shape:
    """How one event class is laid out on the wire."""

    cls: type[Event]
    struct: type[msgspec.Struct]
    """Its fields, with whatever is shared between events left undecoded."""
    read: Callable[[msgspec.Struct], tuple[Any, ...]]
    shared: tuple[tuple[int, str, Codec], ...]
    """Place, name and codec of each field that is not a plain JSON value."""
    setters: tuple[Callable[[Event, Any], None], ...]
    defaults: tuple[Any, ...]
    decoder: msgspec.json.Decoder[Any]

    def encode(self, event: Event) -> bytes:
        """Lay an event out."""
        values = {name: getattr(event, name) for name in self.struct.__struct_fields__}
        for place, name, codec in self.shared:
            value = values[name]
            values[name] = msgspec.UNSET if value == self.defaults[place] else codec.encode(value)
        return msgspec.json.encode(self.struct(**values))

    def decode(self, data: bytes) -> Event:
        """Rebuild an event that was valid when it was laid out; types are checked, validators do not run again."""
        values = list(self.read(self.decoder.decode(data)))
        for place, name, codec in self.shared:
            value = values[place]
            try:
                values[place] = self.defaults[place] if value is msgspec.UNSET else codec.decode(value)
            except _FAULTS as wrong:
                raise msgspec.ValidationError(f"{name}: {wrong}") from wrong
        event = object.__new__(self.cls)
        for set_field, value in zip(self.setters, values, strict=True):
            set_field(event, value)
        return event


def encode(event: Event) -> Encoded:
    """Give an event's wire form.

    Raises UnknownEventType for an event whose class is not registered.
    """
    if isinstance(event, UnknownEvent):
        return Encoded(event.type, event.version, event.data)
    kind = event_type(type(event))
    return Encoded(kind.name, kind.version, _shape(kind.cls).encode(event))


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
    """Give what rebuilds stored events of one type and version.

    Raises UnknownEventType, NewerSchema; what it gives raises MalformedEvent.
    """
    kind = event_type(type_name)
    shape = _shape(kind.cls)

    def read_current(data: bytes) -> Event:
        try:
            return shape.decode(data)
        except _FAULTS as wrong:
            raise MalformedEvent(type_name, str(wrong)) from wrong

    def read_earlier(data: bytes) -> Event:
        try:
            upcast = msgspec.json.encode(kind.upcast(msgspec.json.decode(data), version))
        except Exception as wrong:  # an upcaster is its author's, and may meet data that it was not written for
            reason = f"version {version} cannot be brought up to {kind.version}: {type(wrong).__name__}: {wrong}"
            raise MalformedEvent(type_name, reason) from wrong
        return read_current(upcast)

    kind.upcast({}, version) if version > kind.version else None
    return read_current if version == kind.version else read_earlier


when_registered.append(reader.cache_clear)


def identify(event: Event) -> str:
    """Give the id that an event has from what it says: a name-based UUID, version 8 (RFC 9562, appendix B.2).

    Two reports that agree in every field are one report, and have one id.
    """
    return identify_encoded(encode(event))


def identify_encoded(encoded: Encoded) -> str:
    """Give the id of an event whose wire form is at hand."""
    digest = hashlib.sha256(b"%s\n%s" % (encoded.type.encode(), encoded.data)).digest()
    number = int.from_bytes(digest[:16])
    number = number & ~(0xF << 76) | (8 << 76)
    number = number & ~(3 << 62) | (2 << 62)
    return str(uuid.UUID(int=number))


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

_shapes: dict[Any, Shape] = {}


def _shape(cls: Any) -> Shape:
    if cls not in _shapes:
        _shapes[cls] = _lay_out(cls)
    return _shapes[cls]


def _lay_out(cls: Any) -> Shape:
    fields: tuple[Any, ...] = fields_of(cls)
    codecs = [codec_of(field) for field in fields]
    defaults = [default_of(field) for field in fields]
    members: list[Any] = []
    for field, codec, default in zip(fields, codecs, defaults, strict=True):
        kind = field.type if codec is None else codec.wire
        if default is attrs.NOTHING:
            members.append((field.name, kind))
        else:
            members.append(
                (field.name, kind, default) if codec is None else (field.name, kind | msgspec.UnsetType, msgspec.UNSET)
            )
    struct = msgspec.defstruct(
        cls.__name__, members, omit_defaults=True, forbid_unknown_fields=True, kw_only=True, gc=False
    )
    names = [field.name for field in fields]
    return Shape(
        cls=cls,
        struct=struct,
        read=operator.attrgetter(*names),
        shared=tuple(
            (place, name, codec) for place, (name, codec) in enumerate(zip(names, codecs, strict=True)) if codec
        ),
        setters=tuple(getattr(cls, name).__set__ for name in names),
        defaults=tuple(defaults),
        decoder=msgspec.json.Decoder(struct),
    )
