"""An iCalendar feed, cut into its entries and time zones, so that one that is broken costs none of the others.

Only what begins and ends inside a VCALENDAR counts. Alarms and other parts of an entry say nothing about when it is,
and are left out. A feed that ends before its calendar does was cut short, and is refused: what is missing would seem
dropped.
"""

import hashlib
import re
from collections.abc import Iterable, Iterator
from datetime import date, datetime, tzinfo
from functools import lru_cache
from typing import Any, TypeVar

import attrs
import icalendar
from icalendar.timezone import tzp

from diplocal.errors import DiplocalError, InvalidValue, UnreadableInput

MALFORMED = (
    *(DiplocalError, ArithmeticError, AssertionError, AttributeError),
    *(LookupError, OSError, TypeError, ValueError, Warning),
)
"""What reading a property raises that is there twice, is missing, or is not what it says it is."""

CALENDAR, ENTRY, ZONE = "VCALENDAR", "VEVENT", "VTIMEZONE"
_FOLD = re.compile(rb"\r?\n[ \t]")
_LINE = re.compile(r"\r?\n")
_BORDER = re.compile(r"(BEGIN|END):\s*([A-Za-z0-9-]+)\s*", re.IGNORECASE)
_UID = re.compile(r"^UID(?:;[^:\n]*)?:(.*)$", re.IGNORECASE | re.MULTILINE)
_TZID = re.compile(r"^TZID(?:;[^:\n]*)?:(.*)$", re.IGNORECASE | re.MULTILINE)
_RULE = re.compile(r"^RRULE[;:](.*)$", re.IGNORECASE | re.MULTILINE)
_PARTS_OF_ZONES = 12
"""Values that a rule of a time zone has at most: 'the last Sunday of March' has three."""

_Day = TypeVar("_Day", bound=date)


@attrs.frozen
class Block:
    """One entry or time zone, as it stands in the feed."""

    text: str
    """Its lines, unfolded, from BEGIN to END, without what is nested in an entry."""
    is_whole: bool = True
    """False when its END is missing."""

    @property
    def uid(self) -> str | None:
        """Give what names it, also when the rest cannot be read."""
        found = _UID.search(self.text)
        return found[1].strip() or None if found else None


@attrs.frozen
class Blocks:
    """What a feed consists of."""

    entries: tuple[Block, ...]
    zones: tuple[Block, ...]


def cut(name: str, content: bytes) -> Blocks:
    """Cut a feed into its entries and time zones.

    Raises UnreadableInput for what has no calendar, and for a calendar that does not end.
    """
    found: dict[str, list[Block]] = {ENTRY: [], ZONE: []}
    cutter = _Cutter(found)
    for line in _LINE.split(_FOLD.sub(b"", content).decode("utf-8-sig", errors="replace")):
        cutter.take(line)
    if not cutter.calendars:
        raise UnreadableInput(name, "it is no iCalendar: it has no BEGIN:VCALENDAR (RFC 5545, 3.4)")
    if cutter.is_inside:
        raise UnreadableInput(name, "it ends before END:VCALENDAR, as if cut short: fetch it again")
    return Blocks(tuple(found[ENTRY]), tuple(found[ZONE]))


class _Cutter:
    """Goes through lines, and keeps those of entries and time zones."""

    def __init__(self, found: dict[str, list[Block]]) -> None:
        self._found = found
        self._opened: list[str] = []
        self._kept: list[str] = []
        self.calendars = 0

    @property
    def is_inside(self) -> bool:
        """Tell whether a calendar began and has not ended."""
        return CALENDAR in self._opened

    def take(self, line: str) -> None:
        """Go on by one line."""
        border = _BORDER.fullmatch(line)
        if border is None:
            self._keep(line)
        elif border[1].upper() == "BEGIN":
            self._begin(border[2].upper(), line)
        else:
            self._end(border[2].upper(), line)

    def _begin(self, name: str, line: str) -> None:
        if name in (CALENDAR, ENTRY, ZONE) and name in self._opened:
            self._close(name)
        self._opened.append(name)
        self.calendars += name == CALENDAR
        self._keep(line)

    def _end(self, name: str, line: str) -> None:
        if name not in self._opened:
            return
        if self._opened[-1] == name:
            self._keep(line)
        self._close(name, is_whole=self._opened[-1] == name)

    def _close(self, name: str, *, is_whole: bool = False) -> None:
        """Close what was opened last, down to a name; only that which it names may be whole."""
        closed = ""
        while closed != name:
            closed = self._opened.pop()
            if closed in self._found and self._opened == [CALENDAR]:
                self._found[closed].append(Block("\r\n".join((*self._kept, "")), is_whole and closed == name))
                self._kept = []

    def _keep(self, line: str) -> None:
        inside = self._opened[1:]
        if self._opened[:1] == [CALENDAR] and (inside == [ENTRY] or inside[:1] == [ZONE]):
            self._kept.append(line)


def read_entry(block: Block) -> icalendar.Event:
    """Read an entry.

    Raises one of MALFORMED.
    """
    if not block.is_whole:
        raise InvalidValue("entry", block.uid, "an END:VEVENT (RFC 5545, 3.6.1)")
    event = icalendar.Event.from_ical(block.text)
    if not isinstance(event, icalendar.Event):
        raise InvalidValue("entry", block.uid, "one VEVENT (RFC 5545, 3.6.1)")
    return event


class Zones:
    """The time zones that a feed defines, by name; the IANA database goes before them."""

    def __init__(self, blocks: Iterable[Block]) -> None:
        self._blocks = {name: block for block in blocks for name in _names(block)}

    def placed(self, moment: _Day, parameters: Any) -> _Day:
        """Give a moment in the zone that its property names, where icalendar does not know that zone.

        Raises InvalidValue for a zone that nobody defines, and for one that cannot be read.
        """
        name = parameters.get("TZID")
        if name is None or not isinstance(moment, datetime) or moment.tzinfo is not None:
            return moment
        block = self._blocks.get(str(name))
        if block is None:
            raise InvalidValue("TZID", str(name), "a zone of the IANA database, or one that the feed defines")
        return moment.replace(tzinfo=_zone(block, str(name)))


def _names(block: Block) -> Iterator[str]:
    found = _TZID.search(block.text)
    if found:
        yield found[1].strip()


@lru_cache(maxsize=64)
def _zone(block: Block, name: str) -> tzinfo:
    """Read a time zone; icalendar keeps zones by name for good, so it is told one that only these lines have."""
    if not block.is_whole or any(_is_too_much(rule) for rule in _RULE.findall(block.text)):
        raise InvalidValue("TZID", name, "a VTIMEZONE with two changes a year at most (RFC 5545, 3.6.5)")
    own = f"zone-{hashlib.sha256(block.text.encode()).hexdigest()}"
    try:
        icalendar.Timezone.from_ical(_TZID.sub(f"TZID:{own}\r", block.text))
        zone = tzp.timezone(own)
        if zone is None:
            raise InvalidValue("TZID", name, "a VTIMEZONE that can be read (RFC 5545, 3.6.5)")
        datetime(2000, 1, 1, tzinfo=zone).utcoffset()
    except MALFORMED as wrong:
        raise InvalidValue("TZID", name, f"a VTIMEZONE that can be read: {wrong}") from wrong
    return zone


def _is_too_much(rule: str) -> bool:
    """Tell whether a rule of a time zone is none that changes the clocks now and then."""
    parts = dict(part.partition("=")[::2] for part in rule.upper().split(";"))
    return (
        parts.get("FREQ") != "YEARLY"
        or any(name in parts for name in ("BYHOUR", "BYMINUTE", "BYSECOND"))
        or "BYMONTH" not in parts
        or sum(len(value.split(",")) for value in parts.values()) > _PARTS_OF_ZONES
    )
