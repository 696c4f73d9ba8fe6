"""What an event is, and the names that the log knows event classes by."""

import re
from collections.abc import Callable, Mapping
from functools import cache
from operator import attrgetter
from types import MappingProxyType
from typing import Any, Self, TypeVar, dataclass_transform

import attrs
import pendulum

from diplocal.briefly import shown
from diplocal.checks import day_or_instant, expect, optional, paragraphs, slug, tuple_of
from diplocal.errors import InvalidValue, NewerSchema, UnknownEventType
from diplocal.sources import Source

Fields = dict[str, Any]
"""The data of an event on the wire, as JSON has it."""
Upcaster = Callable[[Fields], Fields]
"""Turns the data of one version into that of the next: a pure function, dict to dict."""

TYPE_NAME = re.compile(r"[a-z][a-z0-9]*(?:-[a-z0-9]+)*\.[a-z][a-z0-9]*(?:-[a-z0-9]+)*")
NO_UPCASTERS: Mapping[int, Upcaster] = MappingProxyType({})

E = TypeVar("E", bound=type)


@dataclass_transform(frozen_default=True, kw_only_default=True, field_specifiers=(attrs.field,))
def shape(cls: E) -> E:
    """Make a class that events derive from: frozen and keyword-only, but with no name on the wire."""
    return attrs.frozen(kw_only=True, eq=False, repr=False)(cls)


@shape
class Event:
    """Something that a source reported: immutable, named on the wire by its registered type."""

    reported: pendulum.Date | None = attrs.field(default=None, validator=optional(day_or_instant))
    """When the public could know: a day or an instant. None counts as when it was recorded."""
    sources: tuple[Source, ...] = attrs.field(default=(), validator=tuple_of(Source))
    """The publications that it rests on."""
    note: str | None = attrs.field(default=None, validator=optional(paragraphs))
    """A remark in the recorder's words."""

    @property
    def stream(self) -> str:
        """The stream of the log that it belongs to."""
        raise NotImplementedError(type(self))

    def evolve(self, **changes: Any) -> Self:
        """Return the same event with other values in some fields.

        Raises InvalidValue, as making it does.
        """
        return attrs.evolve(self, **changes)  # type: ignore[misc] # the decorator made it an attrs class

    def __eq__(self, other: object) -> bool:
        return type(other) is type(self) and _compared(self) == _compared(other)

    def __hash__(self) -> int:
        return hash((type(self), _compared(self)))

    def __repr__(self) -> str:
        said = {field.name: getattr(self, field.name) for field in fields_of(type(self))}
        first = [repr(said.pop("engagement"))] if "engagement" in said else []
        last = {name: said.pop(name) for name in ("reported", "sources") if name in said}
        unsaid = {field.name for field in fields_of(type(self)) if getattr(self, field.name) == field.default}
        return shown(self, *first, **{name: one for name, one in (said | last).items() if name not in unsaid})


@shape
class EngagementEvent(Event):
    """A report about one engagement, whose slug is also its stream."""

    engagement: str = attrs.field(validator=slug)
    """'wang-to-russia-2023-09'."""

    @property
    def stream(self) -> str:
        """The engagement's slug."""
        return self.engagement


@attrs.frozen
class EventType:
    """An event class with the name, the version and the upcasters that it is registered under."""

    name: str
    """'diplocal.visit-announced': a prefix, a dot, and the name in lower case."""
    version: int
    """The version that is written today, from 1."""
    cls: type[Event]
    upcasters: Mapping[int, Upcaster] = attrs.field(eq=False)
    """For each earlier version, what turns its data into that of the next."""

    def upcast(self, data: Fields, version: int) -> Fields:
        """Bring the data of an earlier version up to today's.

        Raises NewerSchema for a version that is yet to come, InvalidValue for one before the first.
        """
        if version < 1:
            raise InvalidValue(f"{self.name} version", version, "a whole number from 1")
        if version > self.version:
            raise NewerSchema(self.name, found=version, known=self.version)
        for step in range(version, self.version):
            data = self.upcasters[step](dict(data))
        return data


_by_name: dict[str, EventType] = {}
_by_class: dict[type, EventType] = {}

before_registered: list[Callable[[type[Event]], object]] = []
"""What is to be called with a class before it is registered, and may refuse it."""
when_registered: list[Callable[[], object]] = []
"""What is to be called when a class is registered: a class that is defined anew takes the place of the earlier one."""


@dataclass_transform(frozen_default=True, kw_only_default=True, field_specifiers=(attrs.field,))
def event(name: str, *, version: int = 1, upcasters: Mapping[int, Upcaster] = NO_UPCASTERS) -> Callable[[E], E]:
    """Make an event class: frozen, keyword-only, and registered under a name of its own.

    The name has a prefix of yours: ``acme.dinner-held``. When the shape of the data changes, raise ``version`` and give
    an upcaster for each earlier version: ``upcasters={1: from_1_to_2}``. It returns new data, and leaves those that it
    is given as they were. A class that refines one of ours is understood as that one.

    >>> @event("acme.dinner-held")
    ... class DinnerHeld(EngagementEvent):
    ...     courses: int
    >>> DinnerHeld(engagement="gala", courses=5).courses
    5

    Raises InvalidValue for a name without a prefix, a name that another class has, a missing upcaster, a class that is
    no Event, or a field whose type has no form on the wire.
    """
    expect("event name", name, "a text, in brackets: @event('acme.dinner-held')", str)
    expect("event version", version, "a number from 1", int)
    expect("upcasters", upcasters, "a dictionary of functions by the version that each takes", Mapping)
    if not TYPE_NAME.fullmatch(name):
        raise InvalidValue("event name", name, "a prefix and a name in lower case, such as 'acme.dinner-held'")
    if version < 1 or set(upcasters) != set(range(1, version)):
        raise InvalidValue("upcasters", upcasters, f"a dictionary with one for each version before {version}")

    def register(cls: E) -> E:
        if not issubclass(cls, Event):
            raise InvalidValue(name, cls, "a class that derives from EngagementEvent or Event")
        taken = _by_name.get(name)
        if taken and (taken.cls.__module__, taken.cls.__qualname__) != (cls.__module__, cls.__qualname__):
            raise InvalidValue("event name", name, f"a name that {taken.cls.__qualname__} does not have already")
        made = shape(cls)
        for check in before_registered:
            check(made)
        _by_name[name] = _by_class[made] = EventType(name=name, version=version, cls=made, upcasters=dict(upcasters))
        for forget in when_registered:
            forget()
        return made

    return register


def event_type(of: str | type[Event]) -> EventType:
    """Return what is registered under a name, or for a class.

    >>> event_type("diplocal.confirmed").version
    1

    Raises UnknownEventType.
    """
    expect("of", of, "the name of an event's type, or its class", str, type)
    found = _by_name.get(of) if isinstance(of, str) else _by_class.get(of)
    if found is None:
        name = of if isinstance(of, str) else of.__qualname__
        raise UnknownEventType(name, known=tuple(sorted(_by_name)))
    return found


def event_types() -> tuple[EventType, ...]:
    """Return all registered event types, by name."""
    return tuple(_by_name[name] for name in sorted(_by_name))


def _compared(event: object) -> object:
    """Return the values by which an event is told apart from others of its class."""
    return _reader_of_values(type(event))(event)  # type: ignore[arg-type] # every class is hashable


@cache
def _reader_of_values(cls: type) -> Callable[[object], object]:
    return attrgetter(*(field.name for field in fields_of(cls) if field.eq))


def fields_of(cls: Any) -> tuple["attrs.Attribute[Any]", ...]:
    """Return the fields of an event class, in the order of the wire."""
    return attrs.fields(attrs.resolve_types(cls))  # type: ignore[no-any-return]
