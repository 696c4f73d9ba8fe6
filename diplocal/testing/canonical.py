"""What a value is, to the last detail, as plain text and tuples: to compare strictly, to keep, to show.

Python's ``==`` takes True for 1 and half past two in summer time for half past two in winter time. A canonical form
tells type, time zone and fold; it does not change when the value does. The order of a mapping or a set does not
matter, that of a list does.
"""

import datetime as dt
import functools
import itertools
import types
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence, ValuesView
from collections.abc import Set as AbstractSet
from enum import Enum
from typing import Any, TypeAlias

import attrs
import msgspec

from diplocal.dates import When
from diplocal.engagements import Engagement
from diplocal.parties import Office, Organisation, Person, State
from diplocal.series import Round
from diplocal.sources import Source

CanonicalForm: TypeAlias = "str | tuple[str, tuple[tuple[str, CanonicalForm], ...]]"
"""A text, or the name of a type with its labelled parts."""

_WIDTH = 100


def canonical(value: Any) -> CanonicalForm:
    """Return the canonical form of a value: of what has parts, by its parts; of what has none, by its ``repr``."""
    cls = type(value)
    write = _WRITERS.get(cls)
    if write is None:
        write = _WRITERS[cls] = _kept(_writer(cls)) if cls in _IMMUTABLE else _writer(cls)
    return write(value)


_IMMUTABLE = frozenset({State, Organisation, Person, Office, Round, Source, Engagement})
"""Values that are immutable all through: each is written once."""
_MOST_KEPT = 10_000


def _kept(write: Callable[[Any], CanonicalForm]) -> Callable[[Any], CanonicalForm]:
    kept: dict[int, tuple[Any, CanonicalForm]] = {}

    def form(value: Any) -> CanonicalForm:
        known = kept.get(id(value))
        if known is None:
            if len(kept) > _MOST_KEPT:
                kept.clear()
            known = kept[id(value)] = value, write(value)
        return known[1]

    return form


def _writer(cls: type) -> Callable[[Any], CanonicalForm]:
    for kind, write in _BY_KIND:
        if issubclass(cls, kind):
            return write
    if attrs.has(cls) or issubclass(cls, msgspec.Struct):
        names = _names_of(cls)
        return lambda value: (cls.__name__, tuple((name, canonical(getattr(value, name))) for name in names))
    if issubclass(cls, types.FunctionType | types.MethodType | types.BuiltinFunctionType | type):
        return _by_name
    if issubclass(cls, _NOT_TO_COMPARE):
        return _refuse
    return repr if is_known_by_repr(cls) else _by_attributes


def type_name(value: Any) -> str:
    """Return the name of a value's type, or of the one that it is compared as."""
    name = type(value).__name__
    return _PLAIN.get(name, name)


def is_known_by_repr(cls: type[Any]) -> bool:
    """Return whether all that is compared of a class's objects is their ``repr``."""
    tells_itself = all(getattr(cls, name) is not getattr(object, name) for name in ("__eq__", "__repr__"))
    is_another = attrs.has(cls) or hasattr(cls, "__dataclass_fields__") or issubclass(cls, _KNOWN_OTHERWISE)
    return tells_itself and not is_another


def _names_of(cls: Any) -> Sequence[str]:
    return [field.name for field in attrs.fields(cls) if field.eq] if attrs.has(cls) else cls.__struct_fields__


class NothingToCompare(Exception):
    """An answer, or a part of one, that tells nothing by itself: all of its kind would seem to be the same."""

    def __init__(self, value: Any) -> None:
        named = f" {value.__qualname__!r}" if hasattr(value, "__qualname__") else ""
        super().__init__(
            f"{type(value).__name__}{named} is in the answer, and nothing in it can be compared: give what it says as "
            "a tuple, or say with ask= what to read"
        )


def _by_name(value: Any) -> CanonicalForm:
    """Return the name of a class, or of a function of a module; any other function may say anything."""
    if not isinstance(value, type) and not value.__qualname__.isidentifier():
        raise NothingToCompare(value)
    return f"{value.__module__}.{value.__qualname__}"


def _refuse(value: Any) -> CanonicalForm:
    raise NothingToCompare(value)


def see_that_it_tells(value: Any, form: CanonicalForm) -> None:
    """Raise NothingToCompare for an answer without attributes that is equal to itself alone; ``form`` is its form."""
    equality = getattr(type(value), "__eq__", None)
    if _WRITERS[type(value)] is _by_attributes and equality is object.__eq__ and not form[1]:
        raise NothingToCompare(value)


def _read_to_the_end(value: Iterator[Any]) -> CanonicalForm:
    items = list(itertools.islice(value, _MOST_READ + 1))
    if len(items) > _MOST_READ:
        raise NothingToCompare(value)
    return type(value).__name__, tuple(zip(map(str, itertools.count()), map(canonical, items), strict=False))


_MOST_READ = 100_000
"""Items of an iterator that are read; one that goes on is refused."""
_NOT_TO_COMPARE = (functools.partial, types.CoroutineType, types.AsyncGeneratorType)


def _by_attributes(value: Any) -> CanonicalForm:
    slots = itertools.chain.from_iterable(getattr(base, "__slots__", ()) for base in type(value).__mro__)
    names = (name for name in dict.fromkeys((*slots, *getattr(value, "__dict__", ()))) if not name.startswith("__"))
    own = (name for name in names if not _is_worked_out(type(value), name))
    parts = ((name, canonical(getattr(value, name))) for name in own if hasattr(value, name))
    return type(value).__name__, tuple(parts)


def _is_worked_out(cls: type, name: str) -> bool:
    """Tell whether an attribute is what a cached property keeps, which is there once somebody asked for it."""
    return isinstance(getattr(cls, name, None), functools.cached_property)


def _number(value: float) -> CanonicalForm:
    return repr(value) if type(value) in (int, float, bool) else f"{type(value).__name__}({value!r})"


def _sequence(value: Iterable[Any]) -> CanonicalForm:
    names: Iterable[str] = getattr(value, "_fields", map(str, itertools.count()))
    return type_name(value), tuple(zip(names, map(canonical, value), strict=False))


def _mapping(value: Mapping[Any, Any]) -> CanonicalForm:
    items = sorted((brief(canonical(key)), canonical(one)) for key, one in value.items())
    return type_name(value), tuple(items)


def _set(value: AbstractSet[Any]) -> CanonicalForm:
    return type_name(value), tuple((brief(one), one) for one in sorted(map(canonical, value), key=brief))


_PLAIN = {"Reversed": "set", "FrozenReversed": "frozenset", "ReversedMap": "Map", "Listing": "list"}
"""What is compared as another type: it has the same items in the same order."""


def _moment(value: dt.datetime) -> CanonicalForm:
    zone = getattr(value.tzinfo, "key", None) or str(value.tzinfo)
    return f"{type(value).__name__}({value.isoformat()} {zone}{' (second time)' if value.fold else ''})"


_BY_KIND: tuple[tuple[Any, Callable[[Any], CanonicalForm]], ...] = (
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
    (ValuesView, lambda value: _read_to_the_end(iter(value))),
    (Iterator, _read_to_the_end),
)
_KNOWN_OTHERWISE = tuple(
    itertools.chain.from_iterable(kind if isinstance(kind, tuple) else (kind,) for kind, _ in _BY_KIND)
)
_WRITERS: dict[type, Callable[[Any], CanonicalForm]] = {}


def brief(form: CanonicalForm) -> str:
    """Write a canonical in one line."""
    if isinstance(form, str):
        return form
    name, parts = form
    opening, closing = _BRACKETS.get(name, (f"{name}(", ")"))
    if name in _UNLABELLED:
        return f"{opening}{', '.join(brief(part) for _, part in parts)}{closing}"
    return f"{opening}{', '.join(f'{label}: {brief(part)}' for label, part in parts)}{closing}"


def laid_out(form: CanonicalForm, indent: str = "") -> str:
    """Write a canonical in one line, or in a line for each part where it is long."""
    line = brief(form)
    if isinstance(form, str) or len(line) + len(indent) <= _WIDTH:
        return line
    name, parts = form
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


def differences(left: CanonicalForm, right: CanonicalForm, at: str = "") -> Iterator[tuple[str, str, str]]:
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
