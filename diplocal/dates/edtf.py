"""One date as ISO 8601-2 (EDTF) writes it: how precise it is, and which days it may mean.

Read are Level 0, and of Levels 1 and 2 what reports need: seasons, quarters and half-years, digits left unspecified at
the end (``202X``, ``2023-10-1X``), one of several days in a row (``[2023-09-18..2023-09-21]``), and one qualifier after
the whole date (``?`` uncertain, ``~`` approximate, ``%`` both). An instant is that of RFC 9557, with its time zone.
"""

import re
from calendar import monthrange
from functools import lru_cache

import msgspec
import pendulum

from diplocal.checks import Choice
from diplocal.dates.instants import EXAMPLE, instant_text, is_instant, moved_instant, read_instant
from diplocal.errors import InvalidValue

CACHED_POINTS = 16_384
"""How many distinct dates are kept read: the ends of intervals come again and again."""


class Precision(Choice):
    """How much of a date is known, finest first."""

    INSTANT = "instant"
    DAY = "day"
    MONTH = "month"
    QUARTER = "quarter"
    SEASON = "season"
    HALF_YEAR = "half-year"
    YEAR = "year"
    DECADE = "decade"
    CENTURY = "century"

    rank: int
    """Place in the order, 0 for an instant: the lower, the more precise."""

    def __init__(self, _name: str) -> None:
        self.rank = len(type(self).__members__)


MONTHS_IN = {
    Precision.MONTH: 1,
    Precision.QUARTER: 3,
    Precision.SEASON: 3,
    Precision.HALF_YEAR: 6,
    Precision.YEAR: 12,
    Precision.DECADE: 120,
    Precision.CENTURY: 1200,
}
"""The length of one unit of each precision, in months."""


CYCLE = 146_097
"""Days in 400 years, after which the calendar repeats itself, weekdays included."""


class YearPart(msgspec.Struct, frozen=True):
    """A stretch of months that ISO 8601-2 numbers as if it were a month: a season, a quarter, a half-year."""

    name: str
    precision: Precision
    first_month: int
    """From 1; a season that begins in December ends in the February after it."""


YEAR_PARTS = {
    21: YearPart("spring", Precision.SEASON, 3),
    22: YearPart("summer", Precision.SEASON, 6),
    23: YearPart("autumn", Precision.SEASON, 9),
    24: YearPart("winter", Precision.SEASON, 12),
    25: YearPart("northern spring", Precision.SEASON, 3),
    26: YearPart("northern summer", Precision.SEASON, 6),
    27: YearPart("northern autumn", Precision.SEASON, 9),
    28: YearPart("northern winter", Precision.SEASON, 12),
    29: YearPart("southern spring", Precision.SEASON, 9),
    30: YearPart("southern summer", Precision.SEASON, 12),
    31: YearPart("southern autumn", Precision.SEASON, 3),
    32: YearPart("southern winter", Precision.SEASON, 6),
    33: YearPart("first quarter", Precision.QUARTER, 1),
    34: YearPart("second quarter", Precision.QUARTER, 4),
    35: YearPart("third quarter", Precision.QUARTER, 7),
    36: YearPart("fourth quarter", Precision.QUARTER, 10),
    40: YearPart("first half", Precision.HALF_YEAR, 1),
    41: YearPart("second half", Precision.HALF_YEAR, 7),
}
"""By the number in the month's place. A season of no named hemisphere (21 to 24) is read as the northern one."""


class Point(msgspec.Struct, frozen=True):
    """One date or instant, as stated."""

    text: str
    """Canonical."""
    precision: Precision
    first: pendulum.Date
    """First day that it may mean, before ``~`` widens it; for an instant, the day in its own time zone."""
    last: pendulum.Date
    """Last day, inclusive."""
    earliest: pendulum.Date
    """``first``, one unit of the precision earlier when the date is approximate."""
    latest: pendulum.Date
    """``last``, one unit of the precision later when the date is approximate."""
    moment: pendulum.DateTime | None = None
    """The instant itself, None for a date."""

    @property
    def qualifier(self) -> str:
        """``?``, ``~``, ``%``, or nothing."""
        return self.text[-1] if self.text[-1] in "?~%" else ""

    @property
    def is_approximate(self) -> bool:
        """Qualified with ``~`` or ``%``."""
        return self.qualifier in ("~", "%")

    @property
    def is_uncertain(self) -> bool:
        """Qualified with ``?`` or ``%``."""
        return self.qualifier in ("?", "%")

    @property
    def is_choice(self) -> bool:
        """One of several days in a row, ``[2023-09-18..2023-09-21]``."""
        return self.text.startswith("[")

    @property
    def unspecified(self) -> str | None:
        """The unit left open: 'day' in ``2023-10-1X`` and in a choice, 'month' in ``2023-XX``; None without any."""
        if self.is_choice:
            return "day"
        if self.moment is not None or "X" not in self.text:
            return None
        return ("year", "month", "day")[self.text.count("-")]

    @property
    def is_known_to_the_day(self) -> bool:
        """A day or an instant, whatever its qualifier."""
        return self.precision.rank <= Precision.DAY.rank


_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_DATE = re.compile(
    r"(?P<date>(?P<year>[0-9X]{4})(?:-(?P<month>[0-9X]{2})(?:-(?P<day>[0-9X]{2}))?)?)(?P<qualifier>[?~%]?)"
)
_ENDS = re.compile(r"([^/\[]*(?:\[[^\[\]]*\][^/\[]*)*)(?:/([^/\[]*(?:\[[^\[\]]*\][^/\[]*)*))?")
"""The slash of an interval, not that of a time zone in its brackets."""
_CHOICE = re.compile(r"\[(?P<first>[0-9]{4}-[0-9]{2}-[0-9]{2})\.\.(?P<last>[0-9]{4}-[0-9]{2}-[0-9]{2})\]")
_UNSPECIFIED_AT_THE_END = re.compile(r"[0-9]{2,}X*")


def split_ends(text: str) -> list[str]:
    """Return the text of one date, or those of the two ends of an interval; an end may be ``..`` or empty.

    >>> split_ends("2023-09-18T10:00:00+03:00[Europe/Moscow]/..")
    ['2023-09-18T10:00:00+03:00[Europe/Moscow]', '..']

    Raises InvalidValue for more than two.
    """
    match = _ENDS.fullmatch(text)
    if match is None:
        raise InvalidValue("date", text, "one date, or two with one slash between them, as in '2023-09-18/2023-09-21'")
    return [end.strip() for end in match.groups() if end is not None]


@lru_cache(maxsize=CACHED_POINTS)
def read_point(text: str) -> Point:
    """Read one date or instant.

    >>> point = read_point("2023-10~")
    >>> print(point.earliest, point.latest)
    2023-09-01 2023-11-30

    Raises InvalidValue.
    """
    if _DAY.fullmatch(text):
        return _read_day(text)
    if is_instant(text):
        return _read_instant(text)
    return _read_choice(text) if text.startswith("[") else _read_date(text)


def moved(point: Point, days: int) -> str:
    """Return the text of a date or instant so many days later; what is coarser moves by whole cycles of 400 years.

    >>> moved(read_point("202X~"), CYCLE)
    '242X~'

    Raises InvalidValue for any other move of it, and for one out of the years 0001 to 9999.
    """
    try:
        if point.moment:
            return instant_text(moved_instant(point.moment, days))
        if point.is_choice:
            return f"[{point.first.add(days=days).isoformat()}..{point.last.add(days=days).isoformat()}]"
        if point.precision is Precision.DAY:
            return f"{point.first.add(days=days).isoformat()}{point.qualifier}"
        return _moved_by_cycles(point, days)
    except InvalidValue:
        raise
    except (ValueError, OverflowError):
        raise InvalidValue("days", days, f"a move of {point.text} within the years 0001 to 9999") from None


def _moved_by_cycles(point: Point, days: int) -> str:
    cycles, rest = divmod(days, CYCLE)
    if rest:
        raise InvalidValue("days", days, f"for {point.text}, coarser than a day, a multiple of {CYCLE} (400 years)")
    known = point.text[:4].rstrip("X")
    year = int(known) + 400 * cycles // 10 ** (4 - len(known))
    if not 0 <= year < 10 ** len(known):
        raise OverflowError(year)
    return f"{year:0{len(known)}}{point.text[len(known) :]}"


def _read_instant(text: str) -> Point:
    moment = read_instant(text)
    day = moment.date()
    return Point(instant_text(moment), Precision.INSTANT, day, day, day, day, moment)


def _read_choice(text: str) -> Point:
    """Read one of several days in a row: as precise as the month or longer unit that is as long."""
    match = _CHOICE.fullmatch(text)
    first, last = (_read_date(match["first"]), _read_date(match["last"])) if match else (None, None)
    if first is None or last is None or not first.first < last.first:
        raise InvalidValue("date", text, "a choice of days in a row, the earlier one first: '[2023-09-18..2023-09-21]'")
    room = last.first.toordinal() - first.first.toordinal() + 1
    precision = next((known for known, days in _LONGEST.items() if room <= days), Precision.CENTURY)
    return Point(text, precision, first.first, last.first, first.first, last.first)


_LONGEST = {
    Precision.MONTH: 31,
    Precision.QUARTER: 92,
    Precision.HALF_YEAR: 184,
    Precision.YEAR: 366,
    Precision.DECADE: 3653,
}
"""The length of the longest unit of a precision, in days."""


def _read_day(text: str) -> Point:
    """Read what most dates are, a plain day, faster than any other."""
    try:
        day = pendulum.Date.fromisoformat(text)
    except ValueError:
        return _read_date(text)
    return Point(text, Precision.DAY, day, day, day, day)


def _read_date(text: str) -> Point:
    match = _DATE.fullmatch(text.upper())
    if match is None:
        raise InvalidValue("date", text, _lesson(text))
    if not _UNSPECIFIED_AT_THE_END.fullmatch(match["date"].replace("-", "")):
        raise InvalidValue("date", text, "an X only for digits at the end, as in '2023-10-1X', '2023-XX' or '202X'")
    try:
        precision, first, last = _days_of(match)
        earliest, latest = _widened(first, last, precision) if match["qualifier"] in ("~", "%") else (first, last)
    except InvalidValue:
        raise
    except (ValueError, OverflowError):
        raise InvalidValue("date", text, "days within the years 0001 to 9999, such as '2023~'") from None
    return Point(match[0], precision, first, last, earliest, latest)


def _days_of(date: "re.Match[str]") -> tuple[Precision, pendulum.Date, pendulum.Date]:
    """Return the precision, the first day and the last."""
    year, month, day = date["year"], date["month"] or "XX", date["day"] or "XX"
    if date["day"] is None and month.isdigit() and int(month) in YEAR_PARTS:
        part = YEAR_PARTS[int(month)]
        return part.precision, *_months(int(year), part.first_month, MONTHS_IN[part.precision])
    years, months = _numbers(year, 9999), _numbers(month, 12)
    if not years:
        raise InvalidValue("date", date[0], "a year from 0001 to 9999, such as '2023'")
    if not months:
        raise InvalidValue(
            "date",
            date[0],
            f"a month from 01 to 12, or a season, quarter or half-year, such as '{year}-10' or '{year}-33'",
        )
    length = monthrange(years[-1], months[-1])[1]
    days = _numbers(day, length)
    if not days or ("X" in day and len(days) == 1):
        raise InvalidValue("date", date[0], f"a day from 01 to {length}, such as '{year}-{month}-{length}'")
    first = pendulum.Date(years[0], months[0], days[0])
    last = pendulum.Date(years[-1], months[-1], days[-1])
    return _precision(year, month, day), first, first if first == last else last


def _numbers(digits: str, most: int) -> range:
    """Return the numbers from 1 that digits can stand for, with X for any digit."""
    return range(max(int(digits.replace("X", "0")), 1), min(int(digits.replace("X", "9")), most) + 1)


def _precision(year: str, month: str, day: str) -> Precision:
    if "X" in year:
        return Precision.DECADE if year.count("X") == 1 else Precision.CENTURY
    if "X" in month:
        return Precision.YEAR
    return Precision.MONTH if "X" in day else Precision.DAY


def _months(year: int, month: int, count: int) -> tuple[pendulum.Date, pendulum.Date]:
    years, last_month = divmod(month + count - 2, 12)
    last_day = monthrange(year + years, last_month + 1)[1]
    return pendulum.Date(year, month, 1), pendulum.Date(year + years, last_month + 1, last_day)


def _widened(first: pendulum.Date, last: pendulum.Date, precision: Precision) -> tuple[pendulum.Date, pendulum.Date]:
    if precision is Precision.DAY:
        return first.subtract(days=1), last.add(days=1)
    months = MONTHS_IN[precision]
    return first.subtract(months=months), last.add(days=1).add(months=months).subtract(days=1)


def _lesson(text: str) -> str:
    """Say what the writer of a text that is no date most likely needs to know."""
    if re.search(r"[0-9] ?[0-9]{2}:[0-9]{2}", text):
        return f"a time after a T, with its offset and zone, such as {EXAMPLE}"
    if re.search(r"[?~%].", text):
        return "one qualifier (? ~ or %) after the whole date, such as '2023-10~'"
    if re.match(r"[Yy+-]?[0-9]{5,}|[Yy+-][0-9]", text):
        return "a year from 0001 to 9999 in four digits, such as '2023', and hyphens between the parts"
    if re.match(r"\{", text):
        return "one date, one interval, or a choice of days in a row, '[2023-09-18..2023-09-21]'"
    return f"EDTF text, such as '2023', '2023-10', '2023-10-17', '2023-09-18/2023-09-21', '2023-10~' or {EXAMPLE}"
