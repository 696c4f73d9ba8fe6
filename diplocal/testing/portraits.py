"""What a value is, to the last detail, as plain text and tuples: to compare strictly, to keep, to show.

Python's ``==`` takes True for 1 and half past two in summer time for half past two in winter time. A portrait tells
type, time zone and fold; it does not change when the value does. The order of a mapping or a set does not matter,
that of a list does.
"""

import datetime as dt
import itertools
import types
from collections.abc import Callable, Iterable, Iterator, Mapping
from collections.abc import Set as AbstractSet
from enum import Enum
from typing import Any, TypeAlias

import attrs

from diplocal.dates import When
from diplocal.engagements import Engagement
from diplocal.parties import Office, Organisation, Person, State
from diplocal.series import Round
from diplocal.sources import Source

Portrait: TypeAlias = "str | tuple[str, tuple[tuple[str, Portrait], ...]]"
"""A text, or the name of a type with its labelled parts."""

_WIDTH = 100


def portrait(value: Any) -> Portrait:
    """Draw a value. What has parts is drawn by its parts; what has none, by its ``repr``."""
    cls = type(value)
    draw = _PAINTERS.get(cls)
    if draw is None:
        draw = _PAINTERS[cls] = _kept(_painter(cls)) if cls in _IMMUTABLE else _painter(cls)
    return draw(value)


_IMMUTABLE = frozenset({State, Organisation, Person, Office, Round, Source, Engagement})
"""Values that are immutable all through: each is drawn once."""
_MOST_KEPT = 10_000


def _kept(draw: Callable[[Any], Portrait]) -> Callable[[Any], Portrait]:
    kept: dict[int, tuple[Any, Portrait]] = {}

    def drawn(value: Any) -> Portrait:
        known = kept.get(id(value))
        if known is None:
            if len(kept) > _MOST_KEPT:
                kept.clear()
            known = kept[id(value)] = value, draw(value)
        return known[1]

    return drawn


def _painter(cls: type) -> Callable[[Any], Portrait]:
    for kind, draw in _BY_KIND:
        if issubclass(cls, kind):
            return draw
    if attrs.has(cls):
        names = [field.name for field in attrs.fields(cls) if field.eq]
        return lambda value: (cls.__name__, tuple((name, portrait(getattr(value, name))) for name in names))
    if issubclass(cls, types.FunctionType | types.MethodType | types.BuiltinFunctionType | type):
        return lambda value: f"{value.__module__}.{value.__qualname__}"
    tells_itself = cls.__eq__ is not object.__eq__ and cls.__repr__ is not object.__repr__
    return repr if tells_itself and not hasattr(cls, "__dataclass_fields__") else _by_attributes


def _by_attributes(value: Any) -> Portrait:
    slots = itertools.chain.from_iterable(getattr(base, "__slots__", ()) for base in type(value).__mro__)
    names = (name for name in dict.fromkeys((*slots, *getattr(value, "__dict__", ()))) if not name.startswith("__"))
    parts = ((name, portrait(getattr(value, name))) for name in names if hasattr(value, name))
    return type(value).__name__, tuple(parts)


def _number(value: float) -> Portrait:
    return repr(value) if type(value) in (int, float, bool) else f"{type(value).__name__}({value!r})"


def _sequence(value: Iterable[Any]) -> Portrait:
    names: Iterable[str] = getattr(value, "_fields", map(str, itertools.count()))
    return type(value).__name__, tuple(zip(names, map(portrait, value), strict=False))


def _mapping(value: Mapping[Any, Any]) -> Portrait:
    items = sorted((brief(portrait(key)), portrait(one)) for key, one in value.items())
    return type(value).__name__, tuple(items)


def _set(value: AbstractSet[Any]) -> Portrait:
    name = type(value).__name__
    return _PLAIN_SETS.get(name, name), tuple((brief(one), one) for one in sorted(map(portrait, value), key=brief))


_PLAIN_SETS = {"Reversed": "set", "FrozenReversed": "frozenset"}


def _moment(value: dt.datetime) -> Portrait:
    zone = getattr(value.tzinfo, "key", None) or str(value.tzinfo)
    return f"{type(value).__name__}({value.isoformat()} {zone}{' (second time)' if value.fold else ''})"


_BY_KIND: tuple[tuple[Any, Callable[[Any], Portrait]], ...] = (
    (When, repr),
    (Enum, lambda value: f"{type(value).__name__}.{value.name}"),
    (str, lambda value: repr(str(value)) if type(value) is str else f"{type(value).__name__}({str(value)!r})"),
    ((int, float), _number),
    (types.NoneType, repr),
    (bytes, repr),
    (dt.datetime, _moment),
    (dt.date, lambda value: f"{type(value).__name__}({value.isoformat()})"),
    ((tuple, list), _sequence),
    (Mapping, _mapping),
    (AbstractSet, _set),
)
_PAINTERS: dict[type, Callable[[Any], Portrait]] = {}


def brief(drawn: Portrait) -> str:
    """Write a portrait in one line."""
    if isinstance(drawn, str):
        return drawn
    name, parts = drawn
    opening, closing = _BRACKETS.get(name, (f"{name}(", ")"))
    if name in _UNLABELLED:
        return f"{opening}{', '.join(brief(part) for _, part in parts)}{closing}"
    return f"{opening}{', '.join(f'{label}: {brief(part)}' for label, part in parts)}{closing}"


def laid_out(drawn: Portrait, indent: str = "") -> str:
    """Write a portrait in one line, or in a line for each part where it is long."""
    line = brief(drawn)
    if isinstance(drawn, str) or len(line) + len(indent) <= _WIDTH:
        return line
    name, parts = drawn
    deeper = f"{indent}  "
    labelled = name not in _UNLABELLED
    lines = [f"\n{deeper}{f'{label}: ' if labelled else '- '}{laid_out(part, deeper)}" for label, part in parts]
    return f"{name}{''.join(lines)}"


_BRACKETS = {
    "list": ("[", "]"),
    "tuple": ("(", ")"),
    "set": ("{", "}"),
    "frozenset": ("{", "}"),
    "dict": ("{", "}"),
    "Map": ("{", "}"),
}
_UNLABELLED = frozenset({"list", "tuple", "set", "frozenset"})


def differences(left: Portrait, right: Portrait, at: str = "") -> Iterator[tuple[str, str, str]]:
    """Find where two portraits differ: the place, what one has there, and what the other has."""
    if left == right:
        return
    if isinstance(left, str) or isinstance(right, str) or left[0] != right[0]:
        yield at or "the answer", brief(left), brief(right)
        return
    one, other = dict(left[1]), dict(right[1])
    for label in dict.fromkeys((*one, *other)):
        place = f"{at} › {label}" if at else label
        if label not in other:
            yield place, brief(one[label]), "(nothing)"
        elif label not in one:
            yield place, "(nothing)", brief(other[label])
        else:
            yield from differences(one[label], other[label], place)
