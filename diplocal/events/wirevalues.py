"""How the values inside events are laid out as JSON: people, sources, dates, and whatever attrs classes users bring.

An attrs class or a msgspec struct becomes an object of its fields, defaults left out. Where a field can hold one of
several classes, each object says which in ``kind``. A When is its EDTF text; a day or an instant is its RFC 9557 text.
"""

import functools
import operator
import types
from collections import Counter
from collections.abc import Callable, Mapping
from enum import Enum
from typing import Any, NamedTuple, Union, get_args, get_origin

import attrs
import msgspec
import pendulum

from diplocal.dates import When, stored_when
from diplocal.dates.edtf import Precision, read_point
from diplocal.dates.instants import is_instant, read_stored_instant
from diplocal.errors import InvalidValue
from diplocal.parties import Organisation, State

CACHED_TEXTS, CACHED_OBJECTS = 100_000, 10_000
"""How many distinct values a codec of texts, or of objects, keeps to share; then it starts anew."""
CACHED_FORMS = 10_000
"""How many objects of each class are remembered with their wire form; then it starts anew."""

_NATIVE = (str, int, float, bool, bytes)


def _is_named(annotation: type) -> bool:
    return issubclass(annotation, tuple) and hasattr(annotation, "_fields")


class Part(msgspec.Struct, frozen=True):
    """One type of value: its type on the wire, and the ways out and back in."""

    wire: Any
    out: Callable[[Any], Any] | None = None
    """None where the value goes out as it is."""
    back: Callable[[Any], Any] | None = None


class Meanings(dict[Any, Any]):
    """What the wire forms of one type stand for: each is read when it is first met, and shared from then on."""

    def __init__(self, read: Callable[[Any], Any], most: int) -> None:
        super().__init__()
        self._read, self._most = read, most

    def __missing__(self, wire: Any) -> Any:
        value = self._read(wire)
        if len(self) >= self._most:
            self.clear()
        self[wire] = value
        return value


class Codec(msgspec.Struct, frozen=True):
    """What turns one field of an event into its wire form and back."""

    wire: Any
    """Its type where the field is left undecoded."""
    is_text: bool
    """Whether it is a text, or None, on the wire; else it is left undecoded at first."""
    encode: Callable[[Any], Any]
    meanings: Mapping[Any, Any]
    """What each text, or what the bytes that were left undecoded, stands for."""

    def decode(self, wire: Any) -> Any:
        """Return the value that a wire form stands for."""
        return self.meanings[wire if self.is_text else bytes(wire)]

    def absent(self, default: Any) -> Any:
        """Return what stands in the place of a default that is left out."""
        wire = self.encode(default)
        return wire if self.is_text else msgspec.Raw(msgspec.json.encode(wire))


class Field(NamedTuple):
    """A field of an attrs class or of a msgspec struct."""

    name: str
    type: Any
    default: Any
    """What is left out on the wire; NOTHING where the field is always written."""


def has_fields(annotation: Any) -> bool:
    """Return whether a type is an attrs class or a msgspec struct."""
    return isinstance(annotation, type) and (attrs.has(annotation) or issubclass(annotation, msgspec.Struct))


def fields_with_defaults(cls: Any) -> list[Field]:
    """Return the fields of an attrs class or of a msgspec struct, in order of definition."""
    if not attrs.has(cls):
        return [Field(one.name, one.type, _default_of_struct(one)) for one in msgspec.structs.fields(cls)]
    return [Field(one.name, one.type, _default_of(one)) for one in attrs.fields(attrs.resolve_types(cls))]


def _default_of_struct(field: msgspec.structs.FieldInfo) -> Any:
    if field.default_factory is not msgspec.NODEFAULT:
        return field.default_factory()
    return attrs.NOTHING if field.default is msgspec.NODEFAULT else field.default


def _default_of(field: "attrs.Attribute[Any]") -> Any:
    """Return the default of a field; one that is made from the event's other fields is none."""
    default: Any = field.default
    if not isinstance(default, attrs.Factory):  # type: ignore[arg-type] # a class, whatever its stub says
        return default
    return attrs.NOTHING if default.takes_self else default.factory()


def is_single(default: Any) -> bool:
    """Tell whether all that equals a default is that very object: only then does msgspec itself leave it out."""
    return default is attrs.NOTHING or default is None or default == () or isinstance(default, bool | Enum)


stored_values: dict[type, Callable[..., Any]] = {State: State.stored, Organisation: Organisation.stored}
"""What makes a value as it was when it was stored, where what is made by hand is held to more."""

special_parts: dict[Any, Part] = {When: Part(str, lambda when: when.edtf, stored_when)}
"""Types that are laid out in a way of their own."""


@functools.cache
def codec_of(annotation: Any) -> Codec | None:
    """Return the codec for a field of this type, None when msgspec lays it out as it is."""
    part = part_of(annotation)
    if part.out is None or part.back is None:
        return None
    if part.wire in (str, str | None):
        return Codec(part.wire, is_text=True, encode=part.out, meanings=Meanings(part.back, CACHED_TEXTS))
    read = _each_by_itself(annotation) or _field_by_field(annotation) or _as_a_whole(part.wire, part.back)
    return Codec(msgspec.Raw, is_text=False, encode=part.out, meanings=Meanings(read, CACHED_OBJECTS))


def _as_a_whole(wire: Any, back: Callable[[Any], Any]) -> Callable[[bytes], Any]:
    decoder: msgspec.json.Decoder[Any] = msgspec.json.Decoder(wire)
    return lambda data: back(decoder.decode(data))


def _each_by_itself(annotation: Any) -> Callable[[bytes], Any] | None:
    """Read the items of a tuple one by one, so that the same person in two meetings is one object."""
    item = codec_of(get_args(annotation)[0]) if get_origin(annotation) is tuple else None
    if item is None or item.is_text:
        return None
    decoder = msgspec.json.Decoder(list[msgspec.Raw])
    return lambda data: tuple(map(item.decode, decoder.decode(data)))


def _field_by_field(annotation: Any) -> Callable[[bytes], Any] | None:
    """Read the fields of an object by themselves, so that two people of one country share it, and what it is called."""
    options = get_args(annotation) if get_origin(annotation) in (Union, types.UnionType) else (annotation,)
    classes = [option for option in options if option is not type(None)]
    if not all(has_fields(cls) and cls not in special_parts for cls in classes):
        return None
    tagged = len(classes) > 1
    readers = {cls: _read_fields(cls) for cls in classes}
    structs = {
        _struct(cls, [member for member, _ in fields], tagged=tagged): (cls, [(member[0], to) for member, to in fields])
        for cls, fields in readers.items()
    }
    wires = [*structs, *({None} if len(classes) < len(options) else ())]
    decoder: msgspec.json.Decoder[Any] = msgspec.json.Decoder(functools.reduce(operator.or_, wires))

    def read(data: bytes) -> Any:
        wire = decoder.decode(data)
        if wire is None:
            return None
        cls, fields = structs[type(wire)]
        return cls(**{name: to(getattr(wire, name)) if to else getattr(wire, name) for name, to in fields})

    return read


def _read_fields(cls: Any) -> list[tuple[tuple[Any, ...], Callable[[Any], Any] | None]]:
    fields: list[tuple[tuple[Any, ...], Callable[[Any], Any] | None]] = []
    for field in fields_with_defaults(cls):
        codec, default = codec_of(field.type), field.default
        wire = codec.wire if codec else field.type
        absent = (codec.absent(default) if codec else default,) if default is not attrs.NOTHING else ()
        fields.append(((field.name, wire, *absent), codec.decode if codec else None))
    return fields


@functools.cache
def part_of(annotation: Any) -> Part:
    """Return the layout of a type.

    Raises InvalidValue for a type that has none.
    """
    if annotation in special_parts:
        return special_parts[annotation]
    if isinstance(annotation, type) and issubclass(annotation, pendulum.Date):
        return Part(str, _day_or_instant_text, _stored_day_or_instant)
    origin = get_origin(annotation)
    if origin in (Union, types.UnionType):
        return _union(get_args(annotation))
    if origin is tuple:
        return _tuple(annotation)
    if has_fields(annotation):
        return _object(annotation, tagged=False)
    if isinstance(annotation, type) and (
        annotation in _NATIVE or issubclass(annotation, Enum) or _is_named(annotation)
    ):
        return Part(annotation)
    raise InvalidValue(
        "field type",
        annotation,
        "str, int, float, bool, bytes, an Enum, When, a pendulum date, an attrs class, or tuples of these",
    )


def _union(options: tuple[Any, ...]) -> Part:
    named = [option for option in options if option is not type(None)]
    part = part_of(named[0]) if len(named) == 1 else _either(named)
    if len(named) == len(options):
        return part
    out, back = part.out, part.back
    if out is None or back is None:
        return Part(part.wire | None)
    return Part(
        part.wire | None,
        lambda value: None if value is None else out(value),
        lambda wire: None if wire is None else back(wire),
    )


def _either(classes: list[Any]) -> Part:
    if not all(map(has_fields, classes)):
        raise InvalidValue("field type", classes, "one type, or several attrs classes")
    parts = {cls: _object(cls, tagged=True) for cls in classes}
    by_struct = {part.wire: part.back for part in parts.values()}
    return Part(
        functools.reduce(operator.or_, (part.wire for part in parts.values())),
        lambda value: parts[type(value)].out(value),  # type: ignore[misc] # an object's part has both ways
        lambda wire: by_struct[type(wire)](wire),  # type: ignore[misc]
    )


def _tuple(annotation: Any) -> Part:
    item, *rest = get_args(annotation)
    if rest != [...]:
        if any(part_of(one).out for one in (item, *rest)):
            raise InvalidValue("field type", annotation, "tuple[item, ...], or a tuple of JSON's own types")
        return Part(annotation)
    part = part_of(item)
    out, back = part.out, part.back
    if out is None or back is None:
        return Part(annotation)
    return Part(
        _tuple_of(part.wire),
        lambda values: tuple(map(out, values)),
        lambda wires: tuple(map(back, wires)),
    )


def _tuple_of(item: Any) -> Any:
    return tuple[item, ...]


@functools.cache
def _object(cls: type, *, tagged: bool) -> Part:
    if not _is_frozen(cls):
        raise InvalidValue("field type", cls, "a frozen attrs class: events share their values")
    parts: dict[str, Part] = {}
    members: list[Any] = []
    for field in fields_with_defaults(cls):
        part, default = part_of(field.type), field.default
        if not is_single(default):
            part, default = _left_out(part, default), msgspec.UNSET
        parts[field.name] = part
        members.append((field.name, part.wire) if default is attrs.NOTHING else (field.name, part.wire, default))
    struct = _struct(cls, members, tagged=tagged)
    outs = [(name, part.out) for name, part in parts.items()]
    backs = [(name, part.back) for name, part in parts.items()]

    def write(value: Any) -> Any:
        return struct(**{name: to(getattr(value, name)) if to else getattr(value, name) for name, to in outs})

    make: Any = stored_values.get(cls, cls)

    def back(wire: Any) -> Any:
        return make(**{name: to(getattr(wire, name)) if to else getattr(wire, name) for name, to in backs})

    # A person recurs from event to event; what is computed, and so a struct, hardly ever does.
    return Part(struct, _remembered(write) if attrs.has(cls) else write, back)


_structs: Counter[tuple[str, str]] = Counter()
"""How many structs were made for classes of one name in one module, as a function that makes classes makes them."""


def _struct(cls: type, members: list[Any], *, tagged: bool) -> type[msgspec.Struct]:
    """Make a struct with these members, by a name that no other one has: in a schema each is found by it."""
    made = msgspec.defstruct(
        f"Tagged{cls.__name__}" if tagged else cls.__name__,
        members,
        module=cls.__module__,
        omit_defaults=True,
        forbid_unknown_fields=True,
        kw_only=True,
        frozen=True,
        tag_field="kind" if tagged else None,
        tag=cls.__name__.lower() if tagged else None,
    )
    _structs[made.__module__, made.__name__] += 1
    if (number := _structs[made.__module__, made.__name__]) > 1:
        made.__qualname__ = f"{made.__name__}_{number}"
    return made


def _remembered(write: Callable[[Any], Any]) -> Callable[[Any], msgspec.Raw]:
    """Write each object once, and know it by its identity from then on: equal ones may differ in what they write."""
    known: dict[int, tuple[Any, msgspec.Raw]] = {}

    def out(value: Any) -> msgspec.Raw:
        written = known.get(id(value))
        if written is None:
            if len(known) >= CACHED_FORMS:
                known.clear()
            written = known[id(value)] = value, msgspec.Raw(msgspec.json.encode(write(value)))
        return written[1]

    return out


def _is_frozen(cls: Any) -> bool:
    """Tell whether it is frozen: all attrs classes that are refuse changes by one and the same method."""
    refuses: object = State.__setattr__
    return cls.__setattr__ is refuses if attrs.has(cls) else cls.__struct_config__.frozen


def _left_out(part: Part, default: Any) -> Part:
    """Lay a value out as nothing when it is the default."""
    out, back = part.out or _same, part.back or _same
    return Part(
        part.wire | msgspec.UnsetType,
        lambda value: msgspec.UNSET if value == default else out(value),
        lambda wire: default if wire is msgspec.UNSET else back(wire),
    )


def _same(value: Any) -> Any:
    return value


def _day_or_instant_text(value: pendulum.Date) -> str:
    return When.at(value).edtf if isinstance(value, pendulum.DateTime) else value.isoformat()


def _stored_day_or_instant(text: str) -> pendulum.Date:
    if len(text) == len("2023-09-18") and text[4] == text[7] == "-":
        try:
            return pendulum.Date.fromisoformat(text)
        except ValueError:
            pass  # said below, and why
    return read_stored_instant(text) if is_instant(text) else day_or_instant(text)


def day_or_instant(text: str) -> pendulum.Date:
    """Read a day, '2023-09-18', or an instant with its zone, '2023-09-18T09:00:00Z' (RFC 9557).

    Raises InvalidValue.
    """
    point = read_point(text)
    known = point.moment or (point.first if point.precision is Precision.DAY and not point.qualifier else None)
    if known is None:
        raise InvalidValue("date", text, "a day such as '2023-09-18', or an instant with its offset")
    return known
