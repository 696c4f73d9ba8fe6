"""Time zones as VTIMEZONE (RFC 5545, 3.6.5), so that a reader need not know their names.

The bytes depend on the years asked for and on the tz database that Python finds, and on nothing else. An onset is the
time that the clocks show as they are changed, by the offset that ends: RFC 5545 has it so.
"""

import calendar
from collections import defaultdict
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from itertools import count
from typing import NamedTuple
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import pendulum

from diplocal.calendars.lines import Property, component, text
from diplocal.errors import InvalidValue

STEP = timedelta(days=2)
"""How far apart a zone's clocks are looked at: half the shortest time between two changes of any, the four days of
Freetown in September 1939."""
SECOND = timedelta(seconds=1)
YEARS_AHEAD = 8
"""How many years past the last are looked at, to tell a fourth Sunday from a last one."""

_WEEKDAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")


class Observance(NamedTuple):
    """What clocks keep to from one change to the next."""

    changed_from: timedelta
    """The offset from UTC before."""
    offset: timedelta
    name: str
    """As people abbreviate it: 'CEST'."""
    is_daylight: bool


class Reading(NamedTuple):
    """What a zone's clocks show at an instant."""

    offset: timedelta
    name: str
    is_daylight: bool


def vtimezone(zone: str, first: pendulum.Date, last: pendulum.Date) -> bytes:
    """Write a time zone of the IANA database as VTIMEZONE, right from the year of ``first`` to the year of ``last``.

    Changes that come by one rule up to ``last`` and for years after it are written as that rule, which has no end: some
    readers take nothing else.

    Raises InvalidValue for a name that the database does not have.
    """
    return _vtimezone(zone, first.year, last.year)


def known_zone(name: str) -> ZoneInfo | None:
    """Return the time zone of this name, None if the IANA database has none."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return None


@lru_cache(maxsize=1024)
def _vtimezone(zone: str, first: int, last: int) -> bytes:
    clocks = known_zone(zone)
    if clocks is None:
        raise InvalidValue("time zone", zone, "a name of the IANA database, such as 'Europe/Moscow'")
    groups: dict[Observance, list[datetime]] = defaultdict(list)
    end = min(last + YEARS_AHEAD, date.max.year)
    for onset, observance in _onsets(clocks, first, end):
        groups[observance].append(onset)
    inside = [part for observance, onsets in groups.items() for part in _observed(observance, onsets, last, end)]
    return component("VTIMEZONE", [("TZID", "", text(zone))], inside)


def _onsets(clocks: ZoneInfo, first: int, last: int) -> Iterator[tuple[datetime, Observance]]:
    """Yield what a zone observes in these years, and the local time at which each observance begins.

    It begins in the year before, for instants whose local year is not that of UTC.
    """
    before = max(first - 1, date.min.year)
    at = datetime(before, 1, 2, tzinfo=UTC)
    end = datetime(last, 12, 30, tzinfo=UTC)
    reading = _reading(clocks, at)
    yield datetime(before, 1, 1), Observance(reading.offset, *reading)  # noqa: DTZ001 - onsets are local times
    while at < end:
        later = min(at + STEP, end)
        if (next_reading := _reading(clocks, later)) != reading:
            changed = _change(clocks, at, later)
            yield changed.replace(tzinfo=None) + reading.offset, Observance(reading.offset, *next_reading)
        at, reading = later, next_reading


def _reading(clocks: ZoneInfo, at: datetime) -> Reading:
    local = at.astimezone(clocks)
    return Reading(local.utcoffset() or timedelta(), local.tzname() or "", (local.dst() or timedelta()) > timedelta())


def _change(clocks: ZoneInfo, before: datetime, after: datetime) -> datetime:
    """Find the second at which the clocks change, between two instants at which they show different things."""
    old = _reading(clocks, before)
    while after - before > SECOND:
        middle = before + (after - before) // 2 // SECOND * SECOND
        if _reading(clocks, middle) == old:
            before = middle
        else:
            after = middle
    return after


def _observed(observance: Observance, onsets: list[datetime], last: int, end: int) -> Iterator[bytes]:
    """Write an observance: its onsets one by one, and then the rule by which they go on coming, if there is one."""
    since, rule = _yearly_rule(onsets, end)
    single = [onset for onset in onsets[:since] if onset.year <= last]
    if single:
        # ical.js passes over a DTSTART that has RDATEs beside it, so they name its time again.
        several = single if len(single) > 1 else []
        yield _part(observance, single[0], [("RDATE", "", _local_form(onset)) for onset in several])
    if rule and onsets[since].year <= last:
        yield _part(observance, onsets[since], [("RRULE", "", rule)])


def _yearly_rule(onsets: list[datetime], end: int) -> tuple[int, str]:
    """Find the rule by which onsets come every year up to the end, and the place of the first that keeps it."""
    rules: set[str] = set()
    since = len(onsets)
    for year, onset in zip(count(end, -1), reversed(onsets), strict=False):
        shared = _rules(onset) & (rules or _rules(onset))
        if onset.year != year or onset.time() != onsets[-1].time() or not shared:
            break
        since, rules = since - 1, shared
    return since, min(rules, default="")


def _rules(onset: datetime) -> set[str]:
    """Return the yearly rules that a day keeps: the fourth Sunday of its month, and perhaps the last."""
    places = [(onset.day - 1) // 7 + 1]
    if onset.day > calendar.monthrange(onset.year, onset.month)[1] - 7:
        places.append(-1)
    return {f"FREQ=YEARLY;BYDAY={place}{_WEEKDAYS[onset.weekday()]};BYMONTH={onset.month}" for place in places}


def _part(observance: Observance, begins: datetime, goes_on: list[Property]) -> bytes:
    return component(
        "DAYLIGHT" if observance.is_daylight else "STANDARD",
        [
            ("DTSTART", "", _local_form(begins)),
            *goes_on,
            ("TZNAME", "", text(observance.name)),
            ("TZOFFSETFROM", "", _offset_form(observance.changed_from)),
            ("TZOFFSETTO", "", _offset_form(observance.offset)),
        ],
    )


def _local_form(at: datetime) -> str:
    return f"{at.year:04}{at:%m%dT%H%M%S}"


def _offset_form(offset: timedelta) -> str:
    """Write an offset from UTC (RFC 5545, 3.3.14), with seconds where local mean time has them."""
    size = int(abs(offset).total_seconds())
    seconds = f"{size % 60:02}" if size % 60 else ""
    return f"{'-' if offset < timedelta() else '+'}{size // 3600:02}{size // 60 % 60:02}{seconds}"
