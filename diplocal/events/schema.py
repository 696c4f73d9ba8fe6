"""JSON Schema for every registered event, users' own included: generated from the layout that the wire is made of.

A schema says which fields there are, of which types, and what they mean. Whether a code, a date or a slug is a real
one is checked when an event is decoded.
"""

import ast
import inspect
import textwrap
from collections.abc import Iterable, Iterator
from functools import cache
from itertools import pairwise
from typing import Any, get_args

import attrs
import msgspec
import pendulum

import diplocal.events.wire  # noqa: F401 - it knows the layout of an event inside another
from diplocal.dates import When
from diplocal.events.registry import EventType, event_type, event_types
from diplocal.events.wirevalues import part_of

Schema = dict[str, Any]
"""A JSON Schema, as JSON has it."""

DIALECT = "https://json-schema.org/draft/2020-12/schema"
DEFINITIONS = "#/$defs/"

HINTS = {
    When: "EDTF (ISO 8601-2), as in '2023-10' or '2023-09-18/2023-09-21', or an instant in its time zone (RFC 9557).",
    pendulum.Date: "A day, '2023-09-18', or an instant in its time zone (RFC 9557).",
}
"""How texts that stand for dates are to be written."""


def event_schema(name: str) -> Schema:
    """Return the JSON Schema (draft 2020-12) of one event's data, in the version that is written today.

    >>> event_schema("diplocal.cancelled")["required"]
    ['engagement']

    Raises UnknownEventType.
    """
    defined, values = _defined([event_type(name)])
    return {"$schema": DIALECT, **defined[name], "$defs": values}


def schemas() -> Schema:
    """Return one document with the schema of each registered event, by its name, and of all values under ``$defs``.

    >>> {"diplocal.visit-invited", "Source"} <= schemas()["$defs"].keys()
    True
    """
    defined, values = _defined(event_types())
    return {"$schema": DIALECT, "$defs": values | defined}


def _defined(kinds: Iterable[EventType]) -> tuple[dict[str, Schema], dict[str, Schema]]:
    """Return the schemas of events, by registered name, and those of the values in them."""
    kinds = tuple(kinds)
    references, components = msgspec.json.schema_components(
        [part_of(kind.cls).wire for kind in kinds],  # type: ignore[arg-type] # every class is hashable
        ref_template=f"{DEFINITIONS}{{name}}",
    )
    for cls in _classes(kind.cls for kind in kinds):
        for key in (cls.__name__, f"Tagged{cls.__name__}"):
            for component in (components.get(key), components.get(f"{cls.__module__}.{key}")):
                if component is not None:
                    _describe(component, cls)
    defined = {
        kind.name: {"title": kind.name, "$comment": f"version {kind.version}"}
        | {key: said for key, said in components.pop(_key(reference)).items() if key != "title"}
        for kind, reference in zip(kinds, references, strict=True)
    }
    return defined, components


def _key(reference: Schema) -> str:
    return str(reference["$ref"]).removeprefix(DEFINITIONS)


def _classes(found: Iterable[Any]) -> set[type]:
    """Gather the attrs classes that some types are made of."""
    known: set[type] = set()
    waiting = list(found)
    while waiting:
        annotation = waiting.pop()
        if annotation in known:
            continue
        if isinstance(annotation, type) and attrs.has(annotation):
            known.add(annotation)
            waiting += [field.type for field in attrs.fields(annotation)]
        else:
            waiting += get_args(annotation)
    return known


def _describe(component: Schema, cls: type) -> None:
    """Say what a class and its fields are for, in the words of their docstrings."""
    if cls.__doc__:
        component["description"] = _first_paragraph(cls.__doc__)
    said = _field_docs(cls)
    for field in attrs.fields(cls):
        words = [said[field.name]] if field.name in said else []
        words += [hint for kind, hint in HINTS.items() if kind in (field.type, *get_args(field.type))]
        if words:
            component["properties"][field.name]["description"] = " ".join(words)


def _field_docs(cls: type) -> dict[str, str]:
    """Return what stands below the fields of a class; those of its own outdo those that it inherits."""
    return {name: doc for owner in reversed(cls.__mro__) for name, doc in _documented_in(owner)}


@cache
def _documented_in(owner: type) -> tuple[tuple[str, str], ...]:
    """Read a class's source for the docstrings of its fields: Python keeps those of classes only."""
    try:
        source = textwrap.dedent(inspect.getsource(owner))
    except (OSError, TypeError):  # typed in at a prompt, or built in
        return ()
    return tuple(_documented(ast.parse(source)))


def _documented(source: ast.Module) -> Iterator[tuple[str, str]]:
    for owner in source.body:
        if isinstance(owner, ast.ClassDef):
            for field, below in pairwise(owner.body):
                match field, below:
                    case ast.AnnAssign(target=ast.Name(name)), ast.Expr(ast.Constant(str(doc))):
                        yield name, _first_paragraph(doc)


def _first_paragraph(doc: str) -> str:
    return " ".join(inspect.cleandoc(doc).split("\n\n")[0].split())
