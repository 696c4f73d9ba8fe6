"""Values and histories as Python code that can be pasted into a test."""

import sys
from collections.abc import Callable, Iterator
from enum import Enum
from typing import Any

import attrs
import pendulum

from diplocal.dates import When
from diplocal.records import micros
from diplocal.testing.dates import BEGINNING
from diplocal.testing.history import HOUR, History
from diplocal.testing.history_entry import HistoryEntry

_WIDTH = 110


@attrs.frozen
class Code:
    """A piece of Python, with what has to be imported for it."""

    text: str
    imports: frozenset[tuple[str, str]] = frozenset()
    """Module and name."""
    parts: "tuple[Code, ...]" = ()
    """The arguments, where it is a call that can be written in several lines."""
    opening: str = ""
    closing: str = ""

    def laid_out(self, indent: int = 0, before: str = "") -> str:
        """Write it in one line where it fits, else with a line for each argument."""
        if not self.parts or indent + len(before) + len(self.text) <= _WIDTH:
            return f"{' ' * indent}{before}{self.text}"
        inside = "".join(f"{part.laid_out(indent + 4)},\n" for part in self.parts)
        return f"{' ' * indent}{before}{self.opening}\n{inside}{' ' * indent}{self.closing}"


def code_of(value: Any) -> Code:
    """Write a value as the expression that makes it."""
    for kind, write in _WAYS:
        if isinstance(value, kind):
            return write(value)
    if attrs.has(type(value)):
        return _object(value)
    return _of_theirs(value)


_PENDULUM = frozenset({("", "pendulum")})


def history_code(history: History) -> Code:
    """Write a history as the call that makes it."""
    parts = [_envelope(one, number) for number, one in _counted(history)]
    if [one.recorded_micros for one in history] != [_usual(place) for place in range(len(history))]:
        instants = [Code(f'"{one.recorded_at.isoformat().replace("+00:00", "Z")}"') for one in history]
        parts.append(_named("recorded", _call("[", instants, "]")))
    made = _call("History.of(", parts, ")")
    return attrs.evolve(made, imports=made.imports | {("diplocal.testing", "History")})


def _object(value: Any) -> Code:
    cls = type(value)
    said = [
        _named(field.alias or field.name, code_of(getattr(value, field.name)))
        for field in attrs.fields(cls)
        if getattr(value, field.name) != field.default
    ]
    made = _call(f"{cls.__name__}(", said, ")")
    return attrs.evolve(made, imports=made.imports | {home_of(cls)})


def _of_theirs(value: Any) -> Code:
    """Write a value of somebody else's: by its attributes, or as its own ``repr`` writes it."""
    cls = type(value)
    attributes = getattr(value, "__dict__", None)
    if attributes:
        made = _call(f"{cls.__name__}(", [_named(name, code_of(one)) for name, one in attributes.items()], ")")
        return attrs.evolve(made, imports=made.imports | {home_of(cls)})
    text = repr(value)
    if text.startswith(f"{cls.__module__}."):
        return Code(text, frozenset({("", cls.__module__)}))
    return Code(text, frozenset({home_of(cls)}) if text.startswith(f"{cls.__name__}(") else frozenset())


def _moment(value: pendulum.DateTime) -> Code:
    zone = getattr(value.tzinfo, "key", "UTC")
    fold = ", fold=1" if value.fold else ""
    clock = (
        f"{value.year}, {value.month}, {value.day}, {value.hour}, {value.minute}, {value.second}, {value.microsecond}"
    )
    return Code(f'pendulum.DateTime({clock}, tzinfo=pendulum.timezone("{zone}"){fold})', _PENDULUM)


def _tuple(value: tuple[Any, ...]) -> Code:
    return _call("(", [code_of(one) for one in value], ",)" if len(value) == 1 else ")")


def _text(value: str) -> Code:
    return Code(f'"{value}"' if value.isprintable() and not set(value) & set('"\\') else repr(value))


_WAYS: tuple[tuple[type, Callable[[Any], Code]], ...] = (
    (Enum, lambda value: Code(f"{type(value).__name__}.{value.name}", frozenset({home_of(type(value))}))),
    (When, lambda value: Code(f'When("{value.edtf}")', frozenset({("diplocal.dates", "When")}))),
    (pendulum.DateTime, _moment),
    (pendulum.Date, lambda value: Code(f"pendulum.Date({value.year}, {value.month}, {value.day})", _PENDULUM)),
    (tuple, _tuple),
    (str, _text),
)


def _envelope(one: HistoryEntry, number: int) -> Code:
    event, envelope = code_of(one.event), one.envelope
    said = [event]
    if one.id != f"{one.stream}/{number}":
        said.append(_named("id", Code(f'"{one.id}"')))
    if envelope.audience != "public":
        said.append(_named("audience", Code(f'"{envelope.audience}"')))
    if envelope.origin:
        said.append(_named("origin", code_of(envelope.origin)))
    if len(said) == 1:
        return event
    made = _call("Envelope(", said, ")")
    return attrs.evolve(made, imports=made.imports | {("diplocal.records", "Envelope")})


def _counted(history: History) -> Iterator[tuple[int, HistoryEntry]]:
    counted: dict[str, int] = {}
    for one in history:
        counted[one.stream] = counted.get(one.stream, 0) + 1
        yield counted[one.stream], one


def _usual(place: int) -> int:
    return micros(BEGINNING) + place * HOUR


def _call(opening: str, parts: list[Code], closing: str) -> Code:
    text = f"{opening}{', '.join(part.text for part in parts)}{closing}"
    imports: frozenset[tuple[str, str]] = frozenset().union(*(part.imports for part in parts))
    return Code(text, imports, tuple(parts), opening, closing.lstrip(","))


def _named(name: str, code: Code) -> Code:
    return attrs.evolve(code, text=f"{name}={code.text}", opening=f"{name}={code.opening}")


def home_of(cls: Any) -> tuple[str, str]:
    """Name the outermost module that a class can be imported from."""
    name: str = cls.__name__
    parts = cls.__module__.split(".")
    for length in range(2, len(parts)):
        outer = ".".join(parts[:length])
        if getattr(sys.modules.get(outer), name, None) is cls:
            return outer, name
    return cls.__module__, name
