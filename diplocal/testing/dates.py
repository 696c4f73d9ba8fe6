"""Dates in generated histories: one day, told in every precision.

The days are few and awkward: ends of months and years, leap days, the nights on which clocks change.
"""

import bisect
from collections.abc import Callable
from functools import lru_cache

import pendulum

from diplocal.dates import When

_AWKWARD = ("01-01", "01-31", "02-28", "02-29", "03-01", "03-31", "06-30", "09-18", "10-31", "11-01", "12-30", "12-31")
_FIRST_YEAR, _LAST_YEAR = 2023, 2063
_LEAP_DAY = 29


def _days_worth_meeting() -> tuple[int, ...]:
    days: set[int] = set()
    for year in range(_FIRST_YEAR, _LAST_YEAR):
        leap = pendulum.Date(year, 3, 1).subtract(days=1).day == _LEAP_DAY
        days |= {pendulum.Date.fromisoformat(f"{year}-{day}").toordinal() for day in _AWKWARD if leap or day != "02-29"}
        days |= {_last_sunday(year, 3), _last_sunday(year, 10)}
    return tuple(sorted(days))


def _last_sunday(year: int, month: int) -> int:
    last = pendulum.Date(year, month, 31).toordinal()
    return last - last % 7


CYCLE = 146_097
"""Days in 400 years of the Gregorian calendar: whole weeks, leap days and all."""
DAYS = _days_worth_meeting()
"""As ordinals: 1 is 0001-01-01."""
BEGINNING = pendulum.DateTime(2023, 10, 20, 8, tzinfo=pendulum.UTC)
"""When generated histories begin to be recorded."""

MOMENTS = (
    *(("Europe/Berlin", 2, 30, 0), ("Europe/Berlin", 2, 30, 1), ("America/New_York", 23, 30, 0)),
    *(("Asia/Shanghai", 0, 0, 0), ("UTC", 10, 0, 0), ("Europe/Berlin", 10, 0, 0)),
)
"""Zone, hour, minute and fold: times that are awkward on some days, the most awkward first."""
_NIGHT = MOMENTS[:2]
"""Half past two, in the night in which clocks go back: the first time and the second."""


def day_after(day: int, number: int) -> int:
    """Return the ordinal of one of the awkward days after a day: the next one for 0, the one after it for 1."""
    return DAYS[min(bisect.bisect_right(DAYS, day) + number, len(DAYS) - 1)]


@lru_cache(maxsize=100_000)
def told(day: int, form: int, variation: int = 0) -> When | None:
    """Tell a day in one of the ``WAYS``; the stay that begins on it lasts three days. None for ``UNDATED``.

    ``variation`` chooses time and zone, where there is a time.
    """
    if form == UNDATED:
        return None
    return When(_FORMS[form](pendulum.Date.fromordinal(day), variation))


def _instant(day: pendulum.Date, variation: int) -> str:
    """Return a moment of the day, an hour later when the zone's clocks skip it."""
    moments = _NIGHT if day.toordinal() == _last_sunday(day.year, 10) else MOMENTS
    name, hour, minute, fold = moments[variation % len(moments)]
    zone = pendulum.timezone(name)
    local = pendulum.DateTime(day.year, day.month, day.day, hour, minute, tzinfo=zone, fold=fold)
    exists = local.astimezone(pendulum.UTC).astimezone(zone).hour == hour
    return When.at(local if exists else local.replace(hour=hour + 1)).edtf


def _stay(day: pendulum.Date) -> pendulum.Date:
    return day.add(days=2)


def _month(day: pendulum.Date) -> str:
    return f"{day.year:04}-{day.month:02}"


def _part_of_year(day: pendulum.Date) -> str:
    """Return the season, or the first quarter for what would be in two seasons' years."""
    return f"{day.year:04}-{_SEASONS.get(day.month, 33)}"


_SEASONS = {3: 21, 4: 21, 5: 21, 6: 22, 7: 22, 8: 22, 9: 23, 10: 23, 11: 23, 12: 36}

_FORMS: tuple[Callable[[pendulum.Date, int], str], ...] = (
    lambda day, _: f"{day}",
    lambda day, _: f"{day}/{_stay(day)}",
    lambda day, _: _month(day),
    _instant,
    lambda day, _: f"{day.year:04}",
    lambda day, _: f"{_month(day)}~",
    lambda day, _: _part_of_year(day),
    lambda day, variation: f"{_instant(day, variation)}/{_instant(_stay(day), variation + 1)}",
    lambda day, _: f"{day}/..",
    lambda day, _: f"{_month(day)}-{min(day.day // 10, 2)}X",
    lambda day, _: f"{day}?",
    lambda day, _: f"{_month(day)}/{_month(_stay(day))}",
    lambda day, _: f"{day}/",
    lambda day, _: f"{day.year:04}~",
    lambda day, _: f"{_month(day)}%",
    lambda day, _: f"../{_stay(day)}",
    lambda day, _: f"{day}~",
)
"""The ways to tell a day in EDTF, the simplest first."""
UNDATED = len(_FORMS)
"""The way that tells nothing."""
WAYS = (0, 0, 0, 0, 1, 1, 1, 3, 3, 3, 2, 2, 2, 4, 5, 6, 7, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, *(UNDATED,) * 4)
"""The ways, as often as reports tell a day so."""
EXACT_FORMS = (0, 3, 1, 7)
"""The ways to tell it to the day or better, from the simplest."""
OPEN_FORM = 8
"""The way that tells only the beginning."""
MONTH_FORM = 2
