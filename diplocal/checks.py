"""Validators for the fields of values and events: each names the field, what came, and what was expected."""

import re
from collections.abc import Callable
from typing import Any

import attrs

from diplocal.errors import InvalidValue

Check = Callable[[Any, "attrs.Attribute[Any]", Any], None]
"""The shape of an attrs validator: instance, field, value."""

EVENT_ID = re.compile(r"[^\s\x00-\x1f\x7f-\x9f\ud800-\udfff]{1,255}")
"""What CloudEvents 1.0 lets an id be made of, less white space (its section 2.2, String)."""
SLUG = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")


def instance_of(*types: type) -> Check:
    """Require one of these types."""
    names = " or ".join(t.__name__ for t in types)

    def check(owner: object, field: "attrs.Attribute[Any]", value: object) -> None:
        if not isinstance(value, types):
            raise InvalidValue(_named(owner, field), value, names)

    return check


def tuple_of(*types: type, at_least: int = 0) -> Check:
    """Require a tuple of these types, with at least so many items."""
    names = " or ".join(t.__name__ for t in types)

    def check(owner: object, field: "attrs.Attribute[Any]", value: object) -> None:
        if not isinstance(value, tuple) or not all(isinstance(item, types) for item in value):
            raise InvalidValue(_named(owner, field), value, f"a tuple of {names}, as in ({names.split()[0]}(...),)")
        if len(value) < at_least:
            raise InvalidValue(_named(owner, field), value, f"at least {at_least} of {names}")

    return check


def matches(pattern: re.Pattern[str], expected: str) -> Check:
    """Require a text that the pattern matches from end to end."""

    def check(owner: object, field: "attrs.Attribute[Any]", value: object) -> None:
        if not isinstance(value, str) or not pattern.fullmatch(value):
            raise InvalidValue(_named(owner, field), value, expected)

    return check


def not_blank(owner: object, field: "attrs.Attribute[Any]", value: object) -> None:
    """Require a text with something in it and no white space around it."""
    if not isinstance(value, str) or not value or value != value.strip():
        raise InvalidValue(_named(owner, field), value, "a text that is not blank, without white space around it")


def optional(check: Check) -> Check:
    """Let None pass, and check the rest."""

    def check_unless_none(owner: object, field: "attrs.Attribute[Any]", value: object) -> None:
        if value is not None:
            check(owner, field, value)

    return check_unless_none


slug = matches(SLUG, "a slug of lower-case letters, digits and hyphens, such as 'wang-to-russia-2023-09'")
event_id = matches(EVENT_ID, "an id of 1 to 255 characters, without white space and control characters")


def _named(owner: object, field: "attrs.Attribute[Any]") -> str:
    return f"{type(owner).__name__}.{field.name}"
