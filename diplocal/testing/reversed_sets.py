"""Sets and maps that are walked backwards: the order that they happen to be walked in decides nothing."""

from collections.abc import Callable, Iterator, Mapping
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


class ReversedMap(Mapping[Any, Any]):
    """A map of the immutables library that is walked backwards: its own order hangs on the hashes of its keys."""

    def __init__(self, walked: Map[Any, Any]) -> None:
        self._walked = walked

    def __getitem__(self, key: Any) -> Any:
        return self._walked[key]

    def __iter__(self) -> Iterator[Any]:
        yield from reversed(list(self._walked))

    def __len__(self) -> int:
        return len(self._walked)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._walked, name)


def with_reversed_sets(value: Any) -> Any:
    """Return the same value with every set in it walked backwards."""
    cls = type(value)
    if cls in _COLLECTIONS:
        return _COLLECTIONS[cls](map(with_reversed_sets, value))
    if cls in (dict, Map):
        return cls((with_reversed_sets(key), with_reversed_sets(one)) for key, one in value.items())
    if isinstance(value, tuple) and hasattr(cls, "_make"):
        return cls._make(map(with_reversed_sets, value))
    names = [] if cls in _WITHOUT_SETS else _names_of(cls)
    return _rebuilt(value, names, with_reversed_sets) if names else value


def with_reversed_maps(value: Any) -> Any:
    """Return the same value with the maps in its fields walked backwards: to read, not to go on with."""
    if isinstance(value, Map):
        return ReversedMap(value)
    names = [] if type(value) in _WITHOUT_SETS else _names_of(type(value))
    return _rebuilt(value, names, with_reversed_maps) if names else value


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


def _rebuilt(value: Any, names: list[str], turn: Callable[[Any], Any]) -> Any:
    """Return an object with other values, past its own checks: they are the same values to it."""
    if isinstance(value, msgspec.Struct):
        return msgspec.structs.replace(value, **{name: turn(getattr(value, name)) for name in names})
    made = object.__new__(type(value))
    for name in names:
        object.__setattr__(made, name, turn(getattr(value, name)))
    if hasattr(value, _CACHED_HASH):  # attrs keeps it beside the fields; it is counted anew
        object.__setattr__(made, _CACHED_HASH, None)
    return made


_CACHED_HASH = "_attrs_cached_hash"
