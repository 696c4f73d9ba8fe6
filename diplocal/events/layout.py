"""How an event class is laid out on the wire: its fields in order of definition, those at their defaults left out.

Any other attrs class with slots can be laid out so too.

Two functions are written for each class, field by field, as attrs writes ``__init__``: a loop over the fields takes
twice as long, and a replay runs it for every record.
"""

from collections.abc import Callable
from typing import Any

import attrs
import msgspec

from diplocal.errors import InvalidValue, MalformedEvent
from diplocal.events.registry import Event
from diplocal.events.wirevalues import Codec, codec_of, fields_with_defaults, is_single

FAULTS = (msgspec.MsgspecError, UnicodeDecodeError, InvalidValue, MalformedEvent)
"""What is raised for data that is not what it claims to be."""


class Place(msgspec.Struct, frozen=True):
    """The place of one field of an event class."""

    name: str
    type: Any
    default: Any
    """What is left out on the wire; NOTHING where the field is always written."""
    codec: Codec | None
    """None where it is a plain JSON value."""
    fill: Callable[[Event, Any], None]
    """Sets the field of a new event."""

    @property
    def member(self) -> tuple[Any, ...]:
        """The field of the struct that is decoded; what is absent there is what the default looks like on the wire."""
        kind = self.type if self.codec is None else self.codec.wire
        if self.default is attrs.NOTHING:
            return self.name, kind
        return self.name, kind, self.default if self.codec is None else self.codec.absent(self.default)


class Shape(msgspec.Struct, frozen=True):
    """How one event class is laid out on the wire."""

    places: tuple[Place, ...]
    read: Callable[[bytes], msgspec.Struct]
    """Decodes the fields, and leaves undecoded what is shared between events."""
    encode: Callable[[Any], bytes]
    """Lays an event out."""
    decode: Callable[[bytes], Any]
    """Rebuilds an event that was valid when it was laid out: types are checked, validators do not run again."""

    def fault(self, data: bytes) -> str:
        """Say what is wrong with data that does not decode, and in which field."""
        try:
            wire = self.read(data)
        except FAULTS as wrong:
            return str(wrong)
        for place in self.places:
            try:
                place.codec and place.codec.decode(getattr(wire, place.name))
            except FAULTS as wrong:
                return f"{place.name}: {wrong}"
        return "it decodes"


_shapes: dict[Any, Shape] = {}


def shape_of(cls: Any) -> Shape:
    """Return the layout of an event class.

    Raises InvalidValue for a field that has no form on the wire.
    """
    if cls not in _shapes:
        _shapes[cls] = _lay_out(cls)
    return _shapes[cls]


def _lay_out(cls: Any) -> Shape:
    places = tuple(
        Place(
            name=field.name,
            type=field.type,
            default=field.default,
            codec=codec_of(field.type),
            fill=getattr(cls, field.name).__set__,
        )
        for field in fields_with_defaults(cls)
    )
    members = [place.member for place in places]
    struct = msgspec.defstruct(cls.__name__, members, forbid_unknown_fields=True, kw_only=True, gc=False)
    read = msgspec.json.Decoder(struct).decode
    return Shape(places, read, _encoder(places), _decoder(cls, places, read))


def _encoder(places: tuple[Place, ...]) -> Callable[[Event], bytes]:
    names: dict[str, Any] = {"to_json": msgspec.json.Encoder().encode}
    lines = ["def encode(event):", "said = {}"]
    for place in places:
        lines += [f"value = event.{place.name}", f"{_unless_default(place)}said['{place.name}'] = {_told(place)}"]
        names |= {f"default_{place.name}": place.default, f"tell_{place.name}": place.codec and place.codec.encode}
    encode: Callable[[Event], bytes] = _written("encode", [*lines, "return to_json(said)"], names)
    return encode


def _unless_default(place: Place) -> str:
    if place.default is attrs.NOTHING:
        return ""
    return f"if value {'is not' if is_single(place.default) else '!='} default_{place.name}: "


def _told(place: Place) -> str:
    return "value" if place.codec is None else f"tell_{place.name}(value)"


def _decoder(
    cls: type[Event], places: tuple[Place, ...], read: Callable[[bytes], msgspec.Struct]
) -> Callable[[bytes], Event]:
    names: dict[str, Any] = {"cls": cls, "new": object.__new__, "read": read}
    lines = ["def decode(data):", "wire = read(data)", "event = new(cls)"]
    for place in places:
        lines.append(f"fill_{place.name}(event, {_meant(place)})")
        names |= {f"fill_{place.name}": place.fill, f"meant_by_{place.name}": place.codec and place.codec.meanings}
    decode: Callable[[bytes], Event] = _written("decode", [*lines, "return event"], names)
    return decode


def _meant(place: Place) -> str:
    if place.codec is None:
        return f"wire.{place.name}"
    key = f"wire.{place.name}" if place.codec.is_text else f"bytes(wire.{place.name})"
    return f"meant_by_{place.name}[{key}]"


def _written(name: str, lines: list[str], names: dict[str, Any]) -> Any:
    exec("\n    ".join(lines), names)  # noqa: S102 - only our own lines, and names that Python lets fields have
    return names[name]
