"""What an answer is asked: each public method and property of its own, with arguments that the history suggests."""

import collections.abc
import datetime as dt
import inspect
import itertools
import sys
import types
import typing
from collections.abc import Callable, Iterable, Iterator, Mapping
from enum import Enum
from functools import cached_property, lru_cache
from typing import Any
from zlib import crc32

import attrs
import pendulum

from diplocal.dates import When
from diplocal.errors import DiplocalError
from diplocal.events import Event
from diplocal.events.registry import fields_of
from diplocal.parties import Organisation, Person, State
from diplocal.testing.canonical import CanonicalForm, NothingToCompare, brief, canonical, see_that_it_tells, type_name
from diplocal.testing.history import History

_MOST_METHODS = 12
_MOST_ITEMS = 2
"""So many items are asked of an answer that is a collection."""
_MOST_VALUES = 8
"""So many values of a type are remembered of a history: the first ones."""
_HERE = "diplocal"


@attrs.frozen
class Questions:
    """What to ask about one history: which values there are, and a number that chooses among them."""

    history: History = attrs.field(factory=History)
    number: int = 0
    asked: set[str] = attrs.field(factory=set, eq=False)
    """Names of what was asked, so far, by all who share this set."""

    @cached_property
    def _values(self) -> dict[Any, list[Any]]:
        found: dict[Any, dict[Any, None]] = {}
        for event in self.history.events:
            for kind, value in _values(event):
                found.setdefault(kind, {})[value] = None
        return {cls: list(itertools.islice(values, _MOST_VALUES)) for cls, values in found.items()}

    def form(self, answer: Any, home: str, *, by_methods: bool = False) -> CanonicalForm:
        """Return the canonical form of an answer, with all that its methods say; ``home`` is the package that made it.

        An answer that tells ``by_methods`` is nothing by itself: how a view keeps its rows is its own business.

        What a property or a method without arguments raises is raised. With arguments, an error is an answer too.
        """
        plain = type_name(answer) if by_methods else canonical(answer)
        if replies := tuple(self._replies(answer, home)):
            return f"{type_name(answer)} with answers", (("itself", plain), *replies)
        if not by_methods:
            see_that_it_tells(answer, plain)
        return plain

    def _replies(self, answer: Any, home: str) -> Iterator[tuple[str, CanonicalForm]]:
        for label, one in _askable(answer):
            for method in self._chosen(_methods(type(one), home)):  # type: ignore[arg-type] # a class can be hashed
                reply = self._reply(method, one)
                if reply is not None:
                    self.asked.add(method.name)
                    yield f"{label}{reply[0]}", reply[1]

    def _chosen(self, methods: tuple["Method", ...]) -> Iterable["Method"]:
        if len(methods) <= _MOST_METHODS:
            return methods
        return sorted(methods, key=lambda method: self._pick(method.name))[:_MOST_METHODS]

    def _reply(self, method: "Method", one: Any) -> tuple[str, CanonicalForm] | None:
        if method.parameters is None:
            return method.name, canonical(getattr(one, method.name))
        try:
            said = dict(self._arguments(method))
        except LookupError:  # no history has such a value
            return None
        shown = ", ".join(f"{name}={brief(canonical(value))}" for name, value in said.items())
        try:
            reply: CanonicalForm = canonical(getattr(one, method.name)(**said))
        except NothingToCompare:
            return None
        except (DiplocalError, LookupError, ValueError) as error:
            if not said:
                raise
            reply = f"raised {type(error).__name__}"
        return f"{method.name}({shown})", reply

    def _arguments(self, method: "Method") -> Iterator[tuple[str, Any]]:
        for name, annotation, optional in method.parameters or ():
            chooser = f"{method.name} {name}"
            if optional and self._pick(f"{chooser}?") % 2 == 0:
                continue
            try:
                yield name, self._each_another((annotation,), chooser)[0]
            except LookupError:
                if not optional:
                    raise

    def _each_another(self, annotations: Iterable[Any], chooser: str) -> tuple[Any, ...]:
        """Choose a value for each place of a tuple: a pair is of two, where there are two."""
        chosen: list[Any] = []
        for place, annotation in enumerate(annotations):
            choices = list(self._choices(annotation, chooser))
            choices = [one for one in choices if one not in chosen] or choices
            if not choices:
                raise LookupError(annotation)
            chosen.append(choices[self._pick(f"{chooser} {place}") % len(choices)])
        return tuple(chosen)

    def _choices(self, annotation: Any, chooser: str) -> Iterator[Any]:
        origin, arguments = typing.get_origin(annotation), typing.get_args(annotation)
        if origin is typing.Literal:
            yield from arguments
        elif origin in (typing.Union, types.UnionType):
            for one in arguments:
                yield from self._choices(one, chooser)
        elif origin is tuple and arguments[-1:] != (...,):
            yield self._each_another(arguments, chooser)
        elif origin in _COLLECTIONS and len(arguments) in (1, 2):
            yield _COLLECTIONS[origin](list(self._choices(arguments[0], chooser))[:2])
        elif isinstance(annotation, type) and issubclass(annotation, Enum):
            yield from annotation
        elif annotation is bool:
            yield from (True, False)
        elif annotation is int:
            yield from (1, 0, 2, 2023)
        elif annotation is str:
            kinds = (kind for kind, words in _TEXTS.items() if any(word in chooser for word in words))
            yield from self._values.get(next(kinds, "code"), ())
        else:
            yield from self._values.get(annotation, ())

    def _pick(self, chooser: str) -> int:
        return crc32(f"{self.number} {chooser}".encode()) if self.number else 0


@attrs.frozen
class Method:
    """A public method or property of an answer's class."""

    name: str
    parameters: tuple[tuple[str, Any, bool], ...] | None
    """Name, annotation, and whether it has a default; None for a property."""


_COLLECTIONS: Mapping[Any, Callable[[list[Any]], Any]] = {
    list: list,
    set: set,
    frozenset: frozenset,
    tuple: tuple,
    collections.abc.Sequence: tuple,
    collections.abc.Collection: tuple,
    collections.abc.Iterable: tuple,
    collections.abc.Set: frozenset,
}


def never_asked(answer: Any, home: str, asked: set[str]) -> list[str]:
    """Name the methods that could not be asked, as nothing is known to give them."""
    methods = (method.name for _, one in _askable(answer) for method in _methods(type(one), home))  # type: ignore[arg-type]
    return [name for name in methods if name not in asked]


@lru_cache(maxsize=512)
def _methods(cls: type, home: str) -> tuple[Method, ...]:
    """Find what can be asked of a class: what its author, or diplocal, wrote for it."""
    if issubclass(cls, _TELL_ALL):
        return ()
    found: dict[str, Method | None] = {}
    for base in cls.__mro__:
        for name, member in vars(base).items():
            if not name.startswith("_") and name not in found:
                found[name] = _method(name, member, home)
    return tuple(filter(None, found.values()))


_TELL_ALL = (When, State, Organisation, Person, Event, Enum, type, str, int, float, dt.date, bytes)
"""Values whose methods say nothing that they do not say themselves."""


def _method(name: str, member: Any, home: str) -> Method | None:
    function = {property: "fget", cached_property: "func"}.get(type(member))
    read = getattr(member, function) if function else member
    if not inspect.isfunction(read) or not _is_the_authors(read, home):
        return None
    if function:
        return Method(name, None)
    try:
        hints = typing.get_type_hints(read)
        signature = inspect.signature(read)
    except (NameError, TypeError, ValueError):
        return None
    if hints.get("return") is types.NoneType or inspect.iscoroutinefunction(read):
        return None
    parameters = [one for one in list(signature.parameters.values())[1:] if one.kind not in _VARIADIC]
    if any(one.kind is one.POSITIONAL_ONLY for one in parameters):
        return None
    return Method(name, tuple((one.name, hints.get(one.name), one.default is not one.empty) for one in parameters))


def _is_the_authors(function: types.FunctionType, home: str) -> bool:
    """Return whether a function is of the projection's author, or of diplocal, and not of a library between the two."""
    package = function.__module__.partition(".")[0]
    is_of_a_library = package in sys.stdlib_module_names or "site-packages" in function.__code__.co_filename
    return package in (home, _HERE) or not is_of_a_library


_VARIADIC = (inspect.Parameter.VAR_POSITIONAL, inspect.Parameter.VAR_KEYWORD)


def _askable(answer: Any) -> Iterator[tuple[str, Any]]:
    yield "", answer
    if isinstance(answer, Mapping):
        for key in sorted(answer, key=lambda key: brief(canonical(key)))[:_MOST_ITEMS]:  # no process orders otherwise
            yield f"[{brief(canonical(key))}].", answer[key]
    elif isinstance(answer, tuple | list):
        for place, one in enumerate(answer[:_MOST_ITEMS]):
            yield f"[{place}].", one


_TEXTS = {"slug": ("slug", "engagement", "stream"), "name": ("person", "name", "speaker"), "text": ("title", "place")}
"""What a parameter that takes a text is given, by a word in its name, or in that of its method; else a code."""


def _values(value: Any) -> Iterator[tuple[Any, Any]]:
    """Yield all that an event says, in all its parts, each with the annotation that it answers to."""
    if isinstance(value, tuple):
        for one in value:
            yield from _values(one)
    elif isinstance(value, Event):
        yield "slug", value.stream
        for field in fields_of(type(value)):
            yield from _values(getattr(value, field.name))
    elif isinstance(value, When):
        yield When, value
        yield from _values((value.earliest, value.latest))
    elif isinstance(value, State | Organisation):
        yield type(value), value
        yield "code", value.code
    elif isinstance(value, Person):
        yield Person, value
        yield "name", value.name
        yield from _values(value.party)
    elif isinstance(value, dt.date):
        kinds = (pendulum.DateTime, dt.datetime) if isinstance(value, dt.datetime) else (pendulum.Date, dt.date)
        yield from ((kind, value) for kind in kinds)
    elif isinstance(value, str):
        yield "text", value
    else:
        yield from _of_theirs(value)


def _of_theirs(value: Any, depth: int = 3) -> Iterator[tuple[Any, Any]]:
    """Yield what somebody else's event says, and its parts: a text of theirs may be anything."""
    if isinstance(value, str):
        yield from ((kind, value) for kind in ("code", "slug", "name", "text"))
    elif value is not None and depth and not attrs.has(type(value)) and not isinstance(value, Enum | type):
        if type(value).__hash__ is not None:
            yield type(value), value
        for one in getattr(value, "__dict__", {}).values():
            yield from _of_theirs(one, depth - 1)
