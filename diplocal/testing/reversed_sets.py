"""Sets that are walked backwards: the order that Python happens to walk them in decides nothing."""

from collections.abc import Callable, Iterator
from typing import Any

import attrs
import msgspec
from immutables import Map

from diplocal.engagements import Engagement, Engagements


class Reversed(set[Any]):
    """A set that is walked backwards."""

    def __iter__(self) -> Iterator[Any]:
        yield from reversed(list(super().__iter__()))


class FrozenReversed(frozenset[Any]):
    """A frozen set that is walked backwards, with the same hash."""

    def __iter__(self) -> Iterator[Any]:
        yield from reversed(list(super().__iter__()))


def with_reversed_sets(value: Any) -> Any:
    """Give the same value with every set in it walked backwards."""
    cls = type(value)
    if cls in _COLLECTIONS:
        return _COLLECTIONS[cls](map(with_reversed_sets, value))
    if cls in (dict, Map):
        return cls((with_reversed_sets(key), with_reversed_sets(one)) for key, one in value.items())
    if isinstance(value, tuple) and hasattr(cls, "_make"):
        return cls._make(map(with_reversed_sets, value))
    names = [] if cls in _WITHOUT_SETS else _names_of(cls)
    return _rebuilt(value, names) if names else value


_COLLECTIONS: dict[type, Callable[[Iterator[Any]], Any]] = {
    set: Reversed,
    frozenset: FrozenReversed,
    tuple: tuple,
    list: list,
}
_WITHOUT_SETS = frozenset({Engagements, Engagement})
"""Large, and known to have none."""


def _names_of(cls: Any) -> list[str]:
    if attrs.has(cls):
        return [field.name for field in attrs.fields(cls)]
    return list(getattr(cls, "__struct_fields__", getattr(cls, "__dataclass_fields__", ())))


def _rebuilt(value: Any, names: list[str]) -> Any:
    """Give an object with other values, past its own checks: they are the same values to it."""
    if isinstance(value, msgspec.Struct):
        return msgspec.structs.replace(value, **{name: with_reversed_sets(getattr(value, name)) for name in names})
    made = object.__new__(type(value))
    for name in names:
        object.__setattr__(made, name, with_reversed_sets(getattr(value, name)))
    if hasattr(value, _CACHED_HASH):  # attrs keeps it beside the fields; it is counted anew
        object.__setattr__(made, _CACHED_HASH, None)
    return made


_CACHED_HASH = "_attrs_cached_hash"
