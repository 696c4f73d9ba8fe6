"""VTIMEZONE (RFC 5545, 3.6.5): the offsets of a named time zone over the years that a feed covers.

Every change of offset is written out as an observance of its own, without recurrence rules: the same years give the
same bytes, and a reader has nothing to expand.
"""

import datetime as dt
from collections.abc import Iterator
from functools import lru_cache
from zoneinfo import ZoneInfo

import attrs
import pendulum

from diplocal.calendars.lines import component, content_line

DAY = dt.timedelta(days=1)
SECOND = dt.timedelta(seconds=1)


@attrs.frozen
class Observance:
    """From one change of offset to the next."""

    starts: dt.datetime
    """When it begins, on the clock as it was set before."""
    before: dt.timedelta
    """UTC offset before."""
    offset: dt.timedelta
    """UTC offset from then on."""
    name: str
    is_daylight: bool


@lru_cache(maxsize=256)
def vtimezone(zone: str, first: pendulum.Date, last: pendulum.Date) -> bytes:
    """Render a time zone for entries from one day to another; whole years are covered."""
    lines = [content_line("TZID", "", zone)]
    lines += [_rendered(observance) for observance in observances(zone, first.year, last.year)]
    return b"BEGIN:VTIMEZONE\r\n" + b"".join(lines) + b"END:VTIMEZONE\r\n"


def observances(zone: str, first_year: int, last_year: int) -> Iterator[Observance]:
    """Give the observances that cover these years, the one in force at their beginning first."""
    place = ZoneInfo(zone)
    at = dt.datetime(max(first_year, 2), 1, 1, tzinfo=dt.UTC) - DAY
    end = dt.datetime(min(last_year, 9997) + 1, 1, 1, tzinfo=dt.UTC) + DAY
    yield _observance(place, at, before=_offset(place, at))
    while at < end:
        after = at + DAY
        if _offset(place, after) != _offset(place, at) or _name(place, after) != _name(place, at):
            change = _change(place, at, after)
            yield _observance(place, change, before=_offset(place, change - SECOND))
        at = after


def _observance(place: ZoneInfo, at: dt.datetime, *, before: dt.timedelta) -> Observance:
    local = at.astimezone(place)
    return Observance(
        starts=(at + before).replace(tzinfo=None),
        before=before,
        offset=_offset(place, at),
        name=local.tzname() or place.key,
        is_daylight=bool(local.dst()),
    )


def _change(place: ZoneInfo, low: dt.datetime, high: dt.datetime) -> dt.datetime:
    """Find the first instant, to the second, at which the offset or its name is no longer that of ``low``."""
    then = _offset(place, low), _name(place, low)
    while high - low > SECOND:
        middle = low + (high - low) // 2
        middle = middle.replace(microsecond=0)
        if (_offset(place, middle), _name(place, middle)) == then:
            low = middle
        else:
            high = middle
    return high


def _offset(place: ZoneInfo, at: dt.datetime) -> dt.timedelta:
    offset = at.astimezone(place).utcoffset()
    return offset if offset is not None else dt.timedelta()


def _name(place: ZoneInfo, at: dt.datetime) -> str | None:
    return at.astimezone(place).tzname()


def _rendered(observance: Observance) -> bytes:
    return component(
        "DAYLIGHT" if observance.is_daylight else "STANDARD",
        [
            ("DTSTART", "", observance.starts.strftime("%Y%m%dT%H%M%S").zfill(15)),
            ("TZNAME", "", observance.name),
            ("TZOFFSETFROM", "", _signed(observance.before)),
            ("TZOFFSETTO", "", _signed(observance.offset)),
        ],
    )


def _signed(offset: dt.timedelta) -> str:
    """Write an offset as +hhmm, with seconds where there are any (RFC 5545, 3.3.14)."""
    seconds = int(offset.total_seconds())
    sign, seconds = "-" if seconds < 0 else "+", abs(seconds)
    hours, minutes, rest = seconds // 3600, seconds // 60 % 60, seconds % 60
    return f"{sign}{hours:02}{minutes:02}{f'{rest:02}' if rest else ''}"
