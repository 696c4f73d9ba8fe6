"""Days, instants and lengths as iCalendar text says them (RFC 5545, 3.3.4 to 3.3.6), for comparing."""

import re
from datetime import UTC, date, datetime, timedelta

import msgspec

from diplocal.calendars.grammar import DATES
from diplocal.calendars.reading import ContentLine
from diplocal.calendars.timezones import known_zone

_DATE = re.compile(r"([0-9]{4})([0-9]{2})([0-9]{2})")
_DATE_TIME = re.compile(rf"{_DATE.pattern}T([0-9]{{2}})([0-9]{{2}})([0-9]{{2}})Z?")
_LEAP_SECOND = 60
_NUMBER = "([0-9]{1,9})"
_LENGTH = re.compile(
    rf"(?P<sign>[+-]?)P(?=[0-9T])(?:{_NUMBER}W)?(?:{_NUMBER}D)?(?:T(?=[0-9])(?:{_NUMBER}H)?(?:{_NUMBER}M)?(?:{_NUMBER}S)?)?",
    re.IGNORECASE,
)
"""More than RFC 5545, 3.3.6 allows, 'PT1H30S' for one, where it is plain what is meant."""


class Length(msgspec.Struct, frozen=True):
    """How long something lasts (RFC 5545, 3.3.6): days by the calendar, and then time by a stopwatch."""

    days: timedelta = timedelta()
    time: timedelta = timedelta()

    @property
    def whole(self) -> timedelta:
        """Both together, where no clock is changed."""
        return self.days + self.time

    def after(self, starts: date) -> date:
        """Return when something ends that starts then. Raises OverflowError beyond the year 9999."""
        if not isinstance(starts, datetime) or starts.tzinfo is None:
            return starts + self.whole
        begun = starts + self.days if self.days else starts
        return (begun.astimezone(UTC) + self.time).astimezone(starts.tzinfo) if self.time else begun


def value_type(line: ContentLine) -> str:
    """Return the type that a property says its value has, or else that of dates or of texts."""
    return line.parameters.get("VALUE", "DATE-TIME" if line.name in DATES else "TEXT").upper()


def read_date(value: str) -> datetime | None:
    """Read a DATE as its midnight, None if it is no such thing."""
    return _read(_DATE.fullmatch(value))


def read_date_time(value: str) -> datetime | None:
    """Read a DATE-TIME as it stands, whatever its time zone, None if it is no such thing."""
    return _read(_DATE_TIME.fullmatch(value))


def read_length(value: str) -> Length | None:
    """Read a DURATION, below nothing where it says so, None if it is no such thing.

    >>> length = read_length("P1DT2H")
    >>> print(length.days, "and", length.time)
    1 day, 0:00:00 and 2:00:00
    """
    match = _LENGTH.fullmatch(value)
    if match is None:
        return None
    weeks, days, hours, minutes, seconds = (int(number or 0) for number in match.groups()[1:])
    try:
        parts = timedelta(weeks=weeks, days=days), timedelta(hours=hours, minutes=minutes, seconds=seconds)
        length = Length(*(-part if match["sign"] == "-" else part for part in parts))
        length.whole  # noqa: B018 - too long together is too long
    except OverflowError:
        return None
    return length


def is_date_form(line: ContentLine) -> bool:
    """Return whether a property is a day, also where it does not say that it is one."""
    return value_type(line) == "DATE" or read_date(line.value.split(",")[0]) is not None


def is_floating(line: ContentLine) -> bool:
    """Return whether a property says a time of day, and in no time zone."""
    return value_type(line) == "DATE-TIME" and "TZID" not in line.parameters and not line.value.endswith("Z")


def is_later(one: ContentLine, other: ContentLine) -> bool | None:
    """Return whether a day or an instant is after another of the same type; None where that cannot be known."""
    shared = one.parameters.get("TZID") == other.parameters.get("TZID")  # also of a zone that nobody else knows
    first, second = (_local(one), _local(other)) if shared else (_instant(one), _instant(other))
    return None if first is None or second is None else first > second


def _instant(line: ContentLine) -> datetime | None:
    local = _local(line)
    zone = known_zone(line.parameters["TZID"]) if "TZID" in line.parameters else UTC
    return local.replace(tzinfo=zone) if local and zone else None


def _local(line: ContentLine) -> datetime | None:
    return read_date(line.value) if value_type(line) == "DATE" else read_date_time(line.value)


def _read(match: re.Match[str] | None) -> datetime | None:
    if match is None:
        return None
    year, month, day, hour, minute, second = map(int, (*match.groups(), 0, 0, 0)[:6])
    try:
        return datetime(year, month, day, hour, minute, 59 if second == _LEAP_SECOND else second)  # noqa: DTZ001
    except ValueError:
        return None
