"""How values are shown to whoever looks at them in a program: in a line, by what tells them apart."""

from collections.abc import Sequence
from enum import Enum
from typing import Any

LONGEST = 200
"""Characters of what is shown of one value."""
LONGEST_PART = 60
SHOWN = 2
"""How many values are shown of several."""


def briefly(value: Any) -> str:
    """Return what is shown of a value inside another: its code or name, where it has one.

    >>> briefly(("TASS", "Xinhua", "Reuters", "x" * 100))
    "('TASS', 'Xinhua', and 2 more)"
    """
    if hasattr(type(value), "__brief__"):
        return str(value.__brief__())
    if isinstance(value, Enum):
        return repr(value.value)
    if type(value) in (tuple, list):
        more = [f"and {len(value) - SHOWN:,} more"] if len(value) > SHOWN else []
        return f"({', '.join([*map(briefly, value[:SHOWN]), *more])})"
    return cut(repr(value), LONGEST_PART)


def shown(value: object, *first: str, leaving_out: Sequence[Any] = (None, (), ""), **said: Any) -> str:
    """Return the ``repr`` of a value: what is said first, without its name, then whatever says something."""
    named = (f"{name}={briefly(one)}" for name, one in said.items() if one not in leaving_out)
    return cut(f"{type(value).__name__}({', '.join([*first, *named])}", LONGEST) + ")"


def in_a_line(value: Any) -> str:
    """Return the ``repr`` of a value with fields, without those that say nothing."""
    names = getattr(value, "__struct_fields__", None) or getattr(value, "_fields", None)
    return shown(value, **{name: getattr(value, name) for name in names or [one.name for one in value.__attrs_attrs__]})


def cut(text: str, longest: int) -> str:
    """Return a text, or its beginning where it is long."""
    return text if len(text) <= longest else f"{text[: longest - 1]}…"
