"""What one cell of a sheet says: each kind of cell has a reader, whatever stands beside it."""

import re
from collections.abc import Callable, Mapping
from enum import Enum
from typing import Any, TypeVar

import attrs
import pendulum

from diplocal.checks import SLUG
from diplocal.dates import When
from diplocal.dates.words import said
from diplocal.engagements import KINDS, Conflict, Kind, Status
from diplocal.errors import InvalidValue, Unresolved
from diplocal.events.shapes import Medium
from diplocal.events.wirevalues import day_or_instant
from diplocal.levels import Level
from diplocal.names import kinds
from diplocal.names.participants import SEPARATOR, read_participants, read_party
from diplocal.parties import Party
from diplocal.sources import Attribution

T = TypeVar("T")
E = TypeVar("E", bound=Enum)

HELD = {kind: row.occurrence for kind, row in KINDS.items() if row.is_contact and row.occurrence}
Standing = Status | Conflict
"""How far a sheet says that something has come: a status, or that the plan was denied."""
STATUSES: tuple[Standing, ...] = (
    *(Status.INVITED, Status.PLANNED, Conflict.DENIED, Status.CONFIRMED, Status.POSTPONED, Status.CANCELLED),
    *(Status.UNDER_WAY, Status.HELD),
)
REASONED = (Conflict.DENIED, Status.POSTPONED, Status.CANCELLED)
"""What can have a reason."""
DIGITS = 9
"""How many a number of a round may have."""
DAY_OF_A_SPREADSHEET = re.compile(r"([0-9]{4})[-/.]([0-9]{1,2})[-/.]([0-9]{1,2})(?:[ T]0?0:00(?::00)?)?")
DAY_COUNT = re.compile("[1-9][0-9]{4}")
FIRST_DAY_OF_EXCEL = pendulum.Date(1899, 12, 30)
"""Day 0 of the count of days in spreadsheets, since 1 March 1900."""


@attrs.frozen
class Cells:
    """The cells of a row, by column, trimmed."""

    texts: Mapping[str, str]

    def text(self, column: str) -> str | None:
        """Return a cell's text, None when it is empty."""
        return self.texts.get(column) or None

    def read(self, column: str, reader: Callable[[str], T]) -> T | None:
        """Read a cell, None when it is empty.

        Raises InvalidValue with the column and its text.
        """
        text = self.text(column)
        if text is None:
            return None
        try:
            return reader(text)
        except InvalidValue as wrong:
            raise InvalidValue(column, text, wrong.expected) from wrong

    def expect(self, column: str, reader: Callable[[str], T], expected: str) -> T:
        """Read a cell that must not be empty.

        Raises InvalidValue.
        """
        value = self.read(column, reader)
        if value is None:
            raise InvalidValue(column, self.text(column) or "", expected)
        return value


def parties(text: str) -> list[Party]:
    """Read the states and organisations in a cell. Raises Unresolved."""
    return [read_party(part) for part in text.split(SEPARATOR) if part.strip()]


def date_said(text: str) -> When | None:
    """Read a date as people and spreadsheets write it; None for words that say that none is set.

    Raises InvalidValue, also for a spreadsheet's own count of days.
    """
    if DAY_COUNT.fullmatch(text):
        day = FIRST_DAY_OF_EXCEL.add(days=int(text))
        raise InvalidValue(
            "cell", text, f"a date that is written out: {text} is {day} in a spreadsheet's count of days"
        )
    found = DAY_OF_A_SPREADSHEET.fullmatch(text)
    return said("-".join((found[1], found[2].zfill(2), found[3].zfill(2))) if found else text)


def day_said(text: str) -> pendulum.Date:
    """Read a day or an instant."""
    when = date_said(text)
    return day_or_instant(when.edtf if when else text)


def sort_said(text: str) -> kinds.Sort:
    """Read the kind of a row, by what people call it. Raises Unresolved, and InvalidValue for a kind without rows."""
    try:
        sort = kinds.kind(text)
    except Unresolved as wrong:
        near = [repr(one) for one in wrong.near if Kind(one.partition(", ")[0]) in HELD]
        meant = f"{' or '.join(near)}, if that is meant; " if near else ""
        raise InvalidValue("cell", text, f"{meant}{listed(HELD)}") from wrong
    if sort.kind == Kind.TRIP.value:  # to one host it is a visit; to several, the row says so itself
        return kinds.Sort(Kind.VISIT.value)
    if Kind(sort.kind) not in HELD:
        raise InvalidValue("cell", text, f"{listed(HELD)}: a sheet has no row for what is {sort.kind}")
    return sort


def reason_said(status: Standing, text: str) -> str:
    """Read a reason. Raises InvalidValue for one of what has none."""
    if status not in REASONED:
        raise InvalidValue("cell", text, f"nothing: only what is {listed(REASONED)} has a reason")
    return text


def status_said(text: str) -> Standing:
    """Read how far it has come, by what people call it. Raises Unresolved."""
    by_word: dict[str, Standing] = {one.value: one for one in STATUSES}
    return by_word[kinds.status(text, among=by_word.keys())]


def level_said(text: str) -> Level:
    """Read how high a visit ranks, by what people call it. Raises Unresolved."""
    return Level(kinds.level(text))


def one_of(allowed: "type[E] | Mapping[E, object] | tuple[E, ...]") -> Callable[[str], E]:
    """Return what reads one of several words. It raises InvalidValue for any other."""
    by_text = {one.value: one for one in allowed}

    def read(text: str) -> E:
        value = by_text.get(" ".join(text.casefold().split()))
        if value is None:
            raise InvalidValue("cell", text, listed(by_text.values()))
        return value

    return read


def listed(allowed: Any) -> str:
    """Say which words there are."""
    return f"one of {', '.join(one.value for one in allowed)}"


def whole_number(text: str) -> int:
    """Read a whole number from 1. Raises InvalidValue."""
    if not text.isascii() or not text.isdigit() or len(text) > DIGITS or not int(text):
        raise InvalidValue("cell", text, f"a whole number from 1, of at most {DIGITS} digits")
    return int(text)


def slug_said(text: str) -> str:
    """Read the name of an engagement. Raises InvalidValue."""
    if not SLUG.fullmatch(text):
        raise InvalidValue("cell", text, "lower-case letters, digits and hyphens, such as 'wang-to-russia-2023-09'")
    return text


READERS: Mapping[str, Callable[[str], object]] = {
    "engagement": slug_said,
    "kind": sort_said,
    "status": status_said,
    "when": date_said,
    "who": read_participants,
    "with": read_participants,
    "host": parties,
    "medium": one_of(Medium),
    "level": level_said,
    "round": whole_number,
    "during": slug_said,
    "reported": day_said,
    "attribution": one_of(Attribution),
}
"""What reads a cell by itself."""
