"""Validators for the fields of values and events: each names the field, what came, and what was expected."""

import re
import unicodedata
from collections.abc import Callable
from difflib import get_close_matches
from enum import Enum
from typing import Any

import attrs
import pendulum

from diplocal.errors import InvalidValue

Check = Callable[[Any, "attrs.Attribute[Any]", Any], None]
"""The shape of an attrs validator: instance, field, value."""

UNREADABLE = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f"  # control characters, but for tabs and line breaks
    "\u202a-\u202e"  # what turns the direction of the text around it (Unicode Technical Report 36, 2.5)
    "\ufeff\ufdd0-\ufdef\ufffe\uffff"  # byte order marks, and code points that are no characters
    "\ud800-\udfff]"  # halves of characters
)
"""What no text may hold: it is not seen, or shows another text than there is."""
UNSEEN = re.compile(
    "[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180e\u200b-\u200f\u2060-\u206f\u3164\ufe00-\ufe0f\uffa0\U000e0000-\U000e0fff]"
)
"""What nobody sees in a text, so that no two names differ by it (Unicode, Default_Ignorable_Code_Point)."""
_BREAKS = re.compile("[\t\n\r\u2028\u2029]")
EVENT_ID = re.compile(
    r"[^\s\x00-\x1f\x7f-\x9f\xad\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff\ufdd0-\ufdef\ufffe\uffff\ud800-\udfff]{1,255}"
)
"""What CloudEvents 1.0 lets an id be made of (its section 2.2, String), less white space and what nobody sees."""
SLUG = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")


LOOPBACK = ("127.0.0.1", "::1", "localhost")
"""Names of this machine itself: what goes there leaves it not, and needs no encryption."""


class Choice(Enum):
    """Values that are chosen by word: a word that is none of them is an error that names those that are.

    >>> Choice("Colour", {"RED": "red", "GREEN": "green"})("gren")
    Traceback (most recent call last):
    diplocal.errors.InvalidValue: colour is 'gren': expected 'green', if that is meant; one of red, green
    """

    @classmethod
    def _missing_(cls, value: object) -> None:
        values = [str(member.value) for member in cls]
        near = [f"{one!r}, if that is meant; " for one in get_close_matches(str(value), values, n=1)]
        raise InvalidValue(cls.__name__.lower(), value, f"{''.join(near)}one of {', '.join(values)}")


def expect(name: str, value: object, expected: str, *types: type) -> None:
    """Raise InvalidValue for an argument that is of none of these types.

    >>> expect("patience", "5", "a number of seconds", int, float)
    Traceback (most recent call last):
    diplocal.errors.InvalidValue: patience is '5': expected a number of seconds
    """
    if not isinstance(value, types):
        raise InvalidValue(name, value, expected)


def expect_callable(name: str, value: object, expected: str, *, optional: bool = False) -> None:
    """Raise InvalidValue for an argument that cannot be called, unless it is None and ``optional``.

    >>> expect_callable("open_empty", "a.db", "a function that opens a new, empty store")
    Traceback (most recent call last):
    diplocal.errors.InvalidValue: open_empty is 'a.db': expected a function that opens a new, empty store
    """
    if not callable(value) and not (optional and value is None):
        raise InvalidValue(name, value, expected)


def instance_of(*types: type) -> Check:
    """Require one of these types."""
    names = " or ".join(map(_type_named, types))

    def check(owner: object, field: "attrs.Attribute[Any]", value: object) -> None:
        if not isinstance(value, types):
            raise InvalidValue(_named(owner, field), value, names)

    return check


def _type_named(one: type) -> str:
    """Name a type; of pendulum's, which have names that others have too, say how a value is made."""
    if not one.__module__.startswith("pendulum."):
        return one.__name__
    return f"pendulum.{one.__name__}, such as pendulum.{one.__name__.lower()}(2023, 9, 18)"


def day_or_instant(owner: object, field: "attrs.Attribute[Any]", value: object) -> None:
    """Require a day, or an instant with its time zone."""
    instance_of(pendulum.Date, pendulum.DateTime)(owner, field, value)
    if isinstance(value, pendulum.DateTime) and value.tzinfo is None:
        raise InvalidValue(_named(owner, field), value, "an instant with its time zone, or a day")


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


def fault_of(text: str, *, faults: re.Pattern[str] = UNREADABLE) -> str | None:
    r"""Name the first character that a text may not hold, and where; None when there is none.

    >>> fault_of("Wang\x00 Yi")
    "U+0000, a control character, after 'Wang'"
    """
    if text.isprintable() or (found := faults.search(text)) is None:
        return None
    return f"U+{ord(found[0]):04X}, {_kind_of(found[0])}, after {text[max(0, found.start() - 20) : found.start()]!r}"


def without_faults(text: str) -> str:
    r"""Return a text without the characters that no text may hold.

    >>> without_faults("Wang\x1b[31m Yi")
    'Wang[31m Yi'
    """
    return text if text.isprintable() else UNREADABLE.sub("", text)


def _kind_of(character: str) -> str:
    match unicodedata.category(character):
        case "Cc" if character not in "\t\n\r":
            return "a control character"
        case "Cs":
            return "half of a character"
        case "Cf":
            return "a character that is not seen and changes how others are"
        case "Cn":
            return "no character"
    return "a break in what is one line"


def paragraphs(owner: object, field: "attrs.Attribute[Any]", value: object) -> None:
    """Require a text with something in it and no white space around it. It may have lines."""
    if not isinstance(value, str) or not value or value != value.strip():
        raise InvalidValue(_named(owner, field), value, "a text that is not blank, without white space around it")
    if (fault := fault_of(value)) is not None:
        raise InvalidValue(_named(owner, field), value, f"a text that can be read, without {fault}")
    if not value.isascii() and not UNSEEN.sub("", value).strip():
        raise InvalidValue(_named(owner, field), value, "a text of which something is seen")


def not_blank(owner: object, field: "attrs.Attribute[Any]", value: object) -> None:
    """Require a text of one line with something in it and no white space around it."""
    paragraphs(owner, field, value)
    if (fault := fault_of(str(value), faults=_BREAKS)) is not None:
        raise InvalidValue(_named(owner, field), value, f"one line of text, without {fault}")


def whole_number(owner: object, field: "attrs.Attribute[Any]", value: object) -> None:
    """Require a whole number from 0, of at most ten digits: more are no count, and no JSON that everybody reads."""
    if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value < 10**10:
        raise InvalidValue(_named(owner, field), value, "a whole number from 0, of at most ten digits")


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
