"""Values made anew, with other parts inside."""

from collections.abc import Callable
from enum import Enum
from typing import Any

import attrs

from diplocal.events import Event
from diplocal.events.registry import fields_of


def rebuilt(value: Any, replace: Callable[[Any], Any]) -> Any:
    """Rebuild a value from its innermost parts outwards."""
    if isinstance(value, Enum):
        return value
    if isinstance(value, tuple):
        return tuple(rebuilt(one, replace) for one in value)
    if isinstance(value, Event):
        named = {field.name: rebuilt(getattr(value, field.name), replace) for field in fields_of(type(value))}
        return value.evolve(**named)
    if attrs.has(type(value)):
        fields = attrs.fields(type(value))
        named = {field.alias: rebuilt(getattr(value, field.name), replace) for field in fields}
        return replace(type(value)(**named))
    return replace(value)
