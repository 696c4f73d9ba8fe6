"""Recurrence rules (RFC 5545, 3.3.10), looked through within a window and with bounded work.

A rule is a question to each day: does it fall on it? So a window far from where a rule begins costs as much as one
near it, and a rule that falls on no day at all ends like any other. Rules that repeat within a day are refused: their
occurrences are no diplomacy, and there is no end of them.
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import UTC, date, datetime, time, tzinfo
from itertools import product

import attrs

from diplocal.calendars.moments import read_date, read_date_time
from diplocal.errors import InvalidValue

OCCURRENCES_OF_ONE = 1500
"""Of one entry, in the window: once a day for four years."""
DAYS_OF_ONE = 400_000
"""Days that are looked at for one rule: with COUNT, which counts from its beginning, a thousand years."""
DAYS_OF_ALL = 5_000_000
"""Days that are looked at for all rules of a feed: some seconds."""
OCCURRENCES_OF_ALL = 100_000
"""Of the recurring entries of a file, which may be as short as one line each."""
DAYS_FOR_AN_OCCURRENCE = 20
"""How many days looked at an occurrence counts for, since it costs as much as these."""

_WEEKDAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
_DAYS_OF_WEEK = 7
_MONTHS = 12
_LIMITS = {
    "BYSECOND": (0, 59),
    "BYMINUTE": (0, 59),
    "BYHOUR": (0, 23),
    "BYMONTHDAY": (1, 31),
    "BYYEARDAY": (1, 366),
    "BYWEEKNO": (1, 53),
    "BYMONTH": (1, 12),
    "BYSETPOS": (1, 366),
}
"""Least and most; where negative values count from the end, of their size."""
_FROM_THE_END = {"BYMONTHDAY", "BYYEARDAY", "BYWEEKNO", "BYSETPOS"}
_ONLY_OF = {
    "BYWEEKNO": {"YEARLY"},
    "BYYEARDAY": {"YEARLY"},
    "BYMONTHDAY": {"YEARLY", "MONTHLY", "DAILY"},
}
_KNOWN = {"FREQ", "UNTIL", "COUNT", "INTERVAL", "BYDAY", "WKST", *_LIMITS}
_WITHIN_A_DAY = {"HOURLY", "MINUTELY", "SECONDLY"}
_NUMBER = re.compile("[+-]?[0-9]{1,3}")
_COUNTING = re.compile("0{0,9}[1-9][0-9]{0,8}")
_LONGEST_SHOWN = 60
_FIRST_WEEK = 4
"""The least days that the first week of a year has in it (RFC 5545, 3.3.10; ISO 8601)."""


class TooMuch(InvalidValue):
    """A rule that RFC 5545 allows, and that gives more than is looked through."""


class Work:
    """How much looking is left for a feed: what needs more is refused, and other entries are read."""

    def __init__(self, left: int = DAYS_OF_ALL) -> None:
        self._left = left
        self._occurrences = OCCURRENCES_OF_ALL

    def has_room_for(self, occurrences: int) -> bool:
        """Tell whether a file may have so many occurrences more, and count them if so."""
        has_room = occurrences <= self._occurrences
        self._occurrences -= occurrences if has_room else 0
        return has_room

    def share(self) -> "Work":
        """Return what one rule may use of it, which counts towards the whole."""
        return _Share(self)

    def spend(self, days: int) -> None:
        """Look at so many days.

        Raises InvalidValue when that is too much.
        """
        self._left -= days
        if self._left < 0:
            raise TooMuch("RRULE", "too much to look through", "fewer recurring entries, or rules that end")


class _Share(Work):
    def __init__(self, whole: Work) -> None:
        super().__init__(DAYS_OF_ONE)
        self._whole = whole

    def spend(self, days: int) -> None:
        self._whole.spend(days)
        super().spend(days)


@attrs.frozen(kw_only=True, eq=False)
class Rule:
    """A rule together with where it begins."""

    starts: datetime
    """The local time of DTSTART, without its zone; midnight for a whole day."""
    zone: tzinfo | None
    """The zone of DTSTART, None for whole days and floating times."""
    frequency: str
    interval: int = 1
    count: int | None = None
    until: date | None = None
    """The last day, or a datetime: UTC where the zone is known."""
    weekdays: frozenset[tuple[int, int]] = frozenset()
    """Day of the week, Monday as 0, and which one in the month or year; 0 for each."""
    week_starts: int = 0
    said: frozenset[str] = frozenset()
    """The names of all its parts."""
    by: Mapping[str, frozenset[int]] = attrs.field(factory=dict)
    """The other parts, 'BYMONTH' and so on; a part that is not there says nothing."""

    @classmethod
    def read(cls, text: str, starts: date) -> "Rule":
        """Read the value of an RRULE; ``starts`` is DTSTART, a day or a datetime.

        Raises InvalidValue for what RFC 5545 does not allow, and for a rule that repeats within a day.
        """
        parts = _parts(text)
        unknown = sorted(parts.keys() - _KNOWN - {"RSCALE"})
        if unknown or parts.get("RSCALE", ["GREGORIAN"]) != ["GREGORIAN"]:
            raise _refused(text, f"no {', '.join(unknown) or 'other RSCALE than GREGORIAN'}")
        frequency = _one(parts, "FREQ", text)
        if frequency in _WITHIN_A_DAY:
            raise TooMuch("RRULE", text, "an entry at most once a day: FREQ is DAILY, WEEKLY, MONTHLY or YEARLY")
        if frequency not in _INDEX:
            raise _refused(text, "FREQ as DAILY, WEEKLY, MONTHLY or YEARLY")
        if "COUNT" in parts and "UNTIL" in parts:
            raise _refused(text, "COUNT or UNTIL, not both")
        is_timed = isinstance(starts, datetime)
        rule = cls(
            starts=starts.replace(tzinfo=None) if isinstance(starts, datetime) else datetime.combine(starts, time()),
            zone=starts.tzinfo if isinstance(starts, datetime) else None,
            frequency=frequency,
            said=frozenset(parts),
            interval=_from_one(parts, "INTERVAL", text) if "INTERVAL" in parts else 1,
            count=_from_one(parts, "COUNT", text) if "COUNT" in parts else None,
            until=_last_moment(_one(parts, "UNTIL", text), text) if "UNTIL" in parts else None,
            weekdays=frozenset(_weekday(text, one) for one in parts.get("BYDAY", ())),
            week_starts=_weekday(text, _one(parts, "WKST", text))[0] if "WKST" in parts else 0,
            by={
                name: _within_limits(text, name, parts[name])
                for name in _LIMITS
                if name in parts and (is_timed or name not in ("BYHOUR", "BYMINUTE", "BYSECOND"))
            },
        )
        misplaced = [name for name, of in _ONLY_OF.items() if name in rule.by and frequency not in of]
        if misplaced:
            raise _refused(text, f"no {misplaced[0]} in {frequency}")
        is_numbered = any(number for _, number in rule.weekdays)
        if is_numbered and (frequency not in ("MONTHLY", "YEARLY") or "BYWEEKNO" in rule.by):
            raise _refused(text, f"BYDAY without numbers in {frequency}")
        if rule.by.keys() == {"BYSETPOS"} and not rule.weekdays:
            raise _refused(text, "another part beside BYSETPOS, to choose from")
        return rule

    def between(self, first: date, last: date, work: Work) -> Iterator[datetime]:
        """Yield the local times on which it falls from one day to another, both included, in order.

        The start counts as the first of COUNT, whether the rule falls on it or not.

        Raises InvalidValue when that takes too much work, and for more occurrences than an entry may have.
        """
        found = given = 0
        times = self._times()
        for days in self._periods(self.starts.date() if self.count else max(first, self.starts.date()), last):
            work.spend(len(days))
            falls = [
                datetime.combine(day, at) for day in map(date.fromordinal, days) if self._is_on(day) for at in times
            ]
            for moment in self._at_positions(falls):
                if moment < self.starts:
                    continue
                found += not found and moment != self.starts and self.count is not None
                if found == self.count or self._is_past_end(moment):
                    return
                found += 1
                if first <= moment.date() <= last:
                    given += 1
                    work.spend(DAYS_FOR_AN_OCCURRENCE)
                    if given > OCCURRENCES_OF_ONE:
                        expected = f"at most {OCCURRENCES_OF_ONE} times from {first} to {last}"
                        raise TooMuch("RRULE", self.frequency, expected)
                    yield moment

    def _times(self) -> list[time]:
        """Return the times of a day, in order."""
        at = self.starts.time()
        hours, minutes, seconds = (
            sorted(self.by.get(name, {given}))
            for name, given in (("BYHOUR", at.hour), ("BYMINUTE", at.minute), ("BYSECOND", at.second))
        )
        if len(hours) * len(minutes) * len(seconds) > OCCURRENCES_OF_ONE:
            raise TooMuch("RRULE", self.frequency, f"at most {OCCURRENCES_OF_ONE} times a day")
        return [time(*one) for one in product(hours, minutes, seconds)]

    def _periods(self, first: date, last: date) -> Iterator[Sequence[int]]:
        """Yield the days, as ordinals, of each year, month, week or day that INTERVAL leaves, in whole."""
        index = _INDEX[self.frequency]
        begins = index(self.starts.date(), self.week_starts)
        skipped = -(-(index(first, self.week_starts) - begins) // self.interval)
        for number in range(begins + skipped * self.interval, index(last, self.week_starts) + 1, self.interval):
            if self.frequency == "YEARLY":
                yield [day for month in self._months() for day in _days_of_month(number * _MONTHS + month - 1)]
            elif self.frequency == "MONTHLY":
                yield _days_of_month(number)
            elif self.frequency == "WEEKLY":
                yield _days_of_week(number, self.week_starts)
            else:
                yield (number,)

    def _months(self) -> Sequence[int]:
        """Return the months of a year that are worth looking at."""
        if not self.weekdays and self.by.keys().isdisjoint(("BYMONTH", "BYMONTHDAY", "BYWEEKNO", "BYYEARDAY")):
            return (self.starts.month,)
        return sorted(self.by.get("BYMONTH", range(1, _MONTHS + 1)))

    def _at_positions(self, falls: list[datetime]) -> list[datetime]:
        """Return those of a period that BYSETPOS names, all when it is not there."""
        positions = self.by.get("BYSETPOS")
        if positions is None:
            return falls
        chosen = {position - 1 if position > 0 else len(falls) + position for position in positions}
        return [moment for number, moment in enumerate(falls) if number in chosen]

    def _is_past_end(self, moment: datetime) -> bool:
        if self.until is None:
            return False
        if not isinstance(self.until, datetime):
            return moment.date() > self.until
        if self.until.tzinfo is not None and self.zone is not None:
            return moment.replace(tzinfo=self.zone) > self.until
        return moment > self.until.replace(tzinfo=None)

    def _is_on(self, day: date) -> bool:
        months, weeks, year_days = (self.by.get(name) for name in ("BYMONTH", "BYWEEKNO", "BYYEARDAY"))
        if months is not None and day.month not in months:
            return False
        if weeks is not None and weeks.isdisjoint(_week(day, self.week_starts)):
            return False
        if year_days is not None and year_days.isdisjoint(_place(day, date(day.year, 1, 1), _year_after(day))):
            return False
        return self._is_on_day_of_month(day) and self._is_on_weekday(day)

    def _is_on_day_of_month(self, day: date) -> bool:
        days = self.by.get("BYMONTHDAY")
        if days is not None:
            return not days.isdisjoint(_place(day, day.replace(day=1), _month_after(day)))
        if self.weekdays or not self.by.keys().isdisjoint(("BYWEEKNO", "BYYEARDAY")):
            return True
        if self.frequency == "WEEKLY":
            return day.weekday() == self.starts.weekday()
        return self.frequency == "DAILY" or day.day == self.starts.day

    def _is_on_weekday(self, day: date) -> bool:
        if not self.weekdays:
            return True
        weekday = day.weekday()
        if (weekday, 0) in self.weekdays:
            return True
        if self.frequency in ("WEEKLY", "DAILY"):
            return any(weekday == one for one, _ in self.weekdays)
        in_year = self.frequency == "YEARLY" and "BYMONTH" not in self.by
        begin, after = (date(day.year, 1, 1), _year_after(day)) if in_year else (day.replace(day=1), _month_after(day))
        place, from_end = _place(day, begin, after)
        numbers = (place - 1) // _DAYS_OF_WEEK + 1, -((-from_end - 1) // _DAYS_OF_WEEK + 1)
        return any((weekday, number) in self.weekdays for number in numbers)


def _place(day: date, begin: date, after: int) -> tuple[int, int]:
    """Return a day's place in a month or year, from 1, and from its end, from -1."""
    return day.toordinal() - begin.toordinal() + 1, day.toordinal() - after


def _month_after(day: date) -> int:
    """Return the ordinal of the day after a day's month."""
    return _day_of_month(day.year * _MONTHS + day.month)


def _year_after(day: date) -> int:
    """Return the ordinal of the day after a day's year."""
    return _day_of_month((day.year + 1) * _MONTHS)


def _day_of_month(months: int) -> int:
    """Return the ordinal of the first day of a month that is counted from year 0, also of the one after 9999."""
    year, month = divmod(months, _MONTHS)
    return date(year, month + 1, 1).toordinal() if year <= date.max.year else date.max.toordinal() + 1


def _week(day: date, week_starts: int) -> tuple[int, int]:
    """Return the number of a day's week in the year that the week belongs to, and its number from the end, from -1."""
    start = day.toordinal() - (day.weekday() - week_starts) % _DAYS_OF_WEEK
    year = date.fromordinal(min(max(start + _DAYS_OF_WEEK - _FIRST_WEEK, 1), date.max.toordinal())).year
    first, after = _first_week(year, week_starts), _first_week(year + 1, week_starts)
    return (start - first) // _DAYS_OF_WEEK + 1, (start - after) // _DAYS_OF_WEEK


def _first_week(year: int, week_starts: int) -> int:
    """Return the ordinal of the first day of a year's first week."""
    fourth = _day_of_month(year * _MONTHS) + _FIRST_WEEK - 1
    return fourth - (fourth + _DAYS_OF_WEEK - 1 - week_starts) % _DAYS_OF_WEEK


_INDEX: dict[str, Callable[[date, int], int]] = {
    "YEARLY": lambda day, _: day.year,
    "MONTHLY": lambda day, _: day.year * _MONTHS + day.month - 1,
    "WEEKLY": lambda day, week_starts: (day.toordinal() - 1 - week_starts) // _DAYS_OF_WEEK,
    "DAILY": lambda day, _: day.toordinal(),
}
"""In which year, month, week or day a day lies; 0001-01-01 is a Monday."""


def _days_of_month(months: int) -> range:
    """Return the days of a month that is counted from year 0, as ordinals."""
    return range(_day_of_month(months), _day_of_month(months + 1))


def _days_of_week(week: int, week_starts: int) -> range:
    """Return the days of a week that is counted from year 1, as ordinals."""
    first = week * _DAYS_OF_WEEK + 1 + week_starts
    return range(max(first, 1), min(first + _DAYS_OF_WEEK, date.max.toordinal() + 1))


def _parts(text: str) -> dict[str, list[str]]:
    """Take a rule apart: values by name, all in upper case."""
    parts: dict[str, list[str]] = {}
    for part in filter(None, text.strip().upper().split(";")):
        name, _, values = part.partition("=")
        if name in parts:
            raise _refused(text, f"one {name}")
        parts[name] = values.split(",")
    return parts


def _one(parts: Mapping[str, list[str]], name: str, text: str) -> str:
    values = parts.get(name, [])
    if len(values) != 1 or not values[0]:
        raise _refused(text, f"one {name}")
    return values[0]


def _from_one(parts: Mapping[str, list[str]], name: str, text: str) -> int:
    number = _one(parts, name, text)
    if not _COUNTING.fullmatch(number):
        raise _refused(text, f"{name} as a whole number from 1")
    return int(number)


def _last_moment(value: str, text: str) -> date:
    moment = read_date(value) or read_date_time(value)
    if moment is None:
        raise _refused(text, "UNTIL as a date or a time, such as 20231017 or 20231017T100000Z")
    if "T" not in value:
        return moment.date()
    return moment.replace(tzinfo=UTC) if value.endswith("Z") else moment


def _within_limits(text: str, name: str, values: Sequence[str]) -> frozenset[int]:
    least, most = _LIMITS[name]
    numbers = [int(value) for value in values if _NUMBER.fullmatch(value)]
    sizes = [abs(one) if name in _FROM_THE_END else one for one in numbers]
    if len(numbers) != len(values) or not all(least <= size <= most for size in sizes):
        raise _refused(text, f"{name} from {least} to {most}")
    return frozenset(numbers)


def _weekday(text: str, said: str) -> tuple[int, int]:
    number, name = said[:-2], said[-2:]
    if name not in _WEEKDAYS or not re.fullmatch("(?:[+-]?(?:0?[1-9]|[1-4][0-9]|5[0-3]))?", number):
        raise _refused(text, "days of the week such as MO or -1SU")
    return _WEEKDAYS.index(name), int(number or 0)


def _refused(text: str, expected: str) -> InvalidValue:
    return InvalidValue("RRULE", text if len(text) <= _LONGEST_SHOWN else f"{text[:_LONGEST_SHOWN]}...", expected)
