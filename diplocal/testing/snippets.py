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
from diplocal.testing.foreign import Adapter
from diplocal.testing.history import HOUR, History, HistoryEntry
from diplocal.testing.subjects import Subject, itself

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


def snippet(law: str, subject: Subject, history: History, number: int) -> str:
    """Write a test that breaks the law again."""
    code = history_code(history)
    named, imports = _projection(subject.given)
    needed = code.imports | imports | {("diplocal.testing", "check_law")}
    body = f'{code.laid_out(4, "history = ")}\n    check_law("{law}", {named}, history, {number}){_asked(subject)}'
    return f"{_import_lines(needed)}\n\n\ndef test_{law}() -> None:\n{body}\n"


def _asked(subject: Subject) -> str:
    asked = [name for name, given in (("ask", subject.ask is not itself), ("recount", subject.recount)) if given]
    return f"  # with {' and '.join(asked)} as in your test" if asked else ""


def _object(value: Any) -> Code:
    cls = type(value)
    said = [
        _named(field.alias or field.name, code_of(getattr(value, field.name)))
        for field in attrs.fields(cls)
        if getattr(value, field.name) != field.default
    ]
    made = _call(f"{cls.__name__}(", said, ")")
    return attrs.evolve(made, imports=made.imports | {_home(cls)})


def _of_theirs(value: Any) -> Code:
    """Write a value of somebody else's: by its attributes, or as its own ``repr`` writes it."""
    cls = type(value)
    attributes = getattr(value, "__dict__", None)
    if attributes:
        made = _call(f"{cls.__name__}(", [_named(name, code_of(one)) for name, one in attributes.items()], ")")
        return attrs.evolve(made, imports=made.imports | {_home(cls)})
    text = repr(value)
    if text.startswith(f"{cls.__module__}."):
        return Code(text, frozenset({("", cls.__module__)}))
    return Code(text, frozenset({_home(cls)}) if text.startswith(f"{cls.__name__}(") else frozenset())


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
    (Enum, lambda value: Code(f"{type(value).__name__}.{value.name}", frozenset({_home(type(value))}))),
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


def _projection(projection: Any) -> tuple[str, frozenset[tuple[str, str]]]:
    """Name the projection, by its import where it has one, or by the call that adapts it."""
    if isinstance(projection, Adapter):
        call = type(projection).made_by
        adapted, imports = _projection(projection.adapted)
        others = {name: _projection(one) for name, one in projection.others.items()}
        written = ", ".join([adapted, *(f"{name}={text}" for name, (text, _) in others.items())])
        return f"{call}({written})", imports.union({("diplocal.testing", call)}, *(one for _, one in others.values()))
    cls = projection if hasattr(projection, "__qualname__") else type(projection)
    if "<" in cls.__qualname__ or cls.__module__ in (None, "__main__"):
        return cls.__name__, frozenset()
    is_found_there = getattr(sys.modules.get(cls.__module__), cls.__name__, None) is projection
    if cls.__module__ == "builtins":
        return cls.__name__, frozenset()
    made = cls.__name__ if is_found_there or cls is projection else f"{cls.__name__}()"
    return made, frozenset({_home(cls)})


def _home(cls: Any) -> tuple[str, str]:
    """Name the outermost module that a class can be imported from."""
    name: str = cls.__name__
    parts = cls.__module__.split(".")
    for length in range(2, len(parts)):
        outer = ".".join(parts[:length])
        if getattr(sys.modules.get(outer), name, None) is cls:
            return outer, name
    return cls.__module__, name


def _import_lines(imports: frozenset[tuple[str, str]]) -> str:
    modules: dict[str, list[str]] = {}
    for module, name in sorted(imports):
        modules.setdefault(module, []).append(name)
    plain = [f"import {name}" for name in modules.pop("", [])]
    return "\n".join([*plain, *(f"from {module} import {', '.join(names)}" for module, names in modules.items())])
