"""A time zone as a file defines it (VTIMEZONE, RFC 5545, 3.6.5): which offset its clocks keep at a local time."""

from bisect import bisect_right
from datetime import date, datetime, timedelta, timezone, tzinfo
from functools import lru_cache

import msgspec

from diplocal.calendars.moments import read_date_time
from diplocal.calendars.reading import Component, shown
from diplocal.calendars.recurrence import Rule, Work
from diplocal.errors import DiplocalError, InvalidValue

_OBSERVANCES = 200
"""Of one zone; those of the IANA database have some dozens since 1970."""
_PARTS_OF_RULES = 12
"""Values that a rule has at most: 'the last Sunday of March' has three."""
_YEARS_BACK = 8
"""How far back the last change by a rule may lie: one that falls on 29 February comes every fourth or eighth year."""
_WITHIN_A_DAY = ("BYHOUR", "BYMINUTE", "BYSECOND")
_DAY = timedelta(days=1)


class Undefined(DiplocalError):
    """A VTIMEZONE that does not say what the clocks show."""


class DefinedZone(tzinfo):
    """The clocks of a place, as a file has them.

    Raises Undefined.
    """

    def __init__(self, component: Component) -> None:
        parts = [part for part in component.components if part.name in ("STANDARD", "DAYLIGHT")]
        if not component.is_whole or not 1 <= len(parts) <= _OBSERVANCES:
            raise Undefined(f"expected STANDARD or DAYLIGHT in it, at most {_OBSERVANCES}")
        self._observances = [_Observance.read(part) for part in parts]
        self._first = min(self._observances, key=lambda one: one.onsets[0])

    def utcoffset(self, moment: datetime | None) -> timedelta | None:
        """Return the offset from UTC at a local time."""
        return None if moment is None else self._offset(moment.replace(tzinfo=None, fold=0), moment.fold)

    def dst(self, _: datetime | None) -> timedelta:
        """Say nothing of daylight saving: only the offset counts."""
        return timedelta()

    def tzname(self, _: datetime | None) -> str | None:
        """Return no name: one that a file gives a zone means nothing elsewhere."""
        return None

    def fromutc(self, moment: datetime) -> datetime:
        """Return what the clocks show at an instant."""
        utc = moment.replace(tzinfo=None)
        local = utc
        for around in (-_DAY, _DAY):
            offset = self._offset(utc + around, 0)
            for fold in (0, 1):
                local = (utc + offset).replace(fold=fold)
                if self._offset(utc + offset, fold) == offset:
                    return local.replace(tzinfo=self)
        return local.replace(tzinfo=self)

    def _offset(self, local: datetime, fold: int) -> timedelta:
        found = [(onset, one.offset) for one in self._observances if (onset := one.last_onset(local, fold))]
        return max(found)[1] if found else self._first.changed_from


class _Observance(msgspec.Struct, frozen=True):
    """What clocks keep to from its onsets on."""

    changed_from: timedelta
    offset: timedelta
    onsets: tuple[datetime, ...]
    """Those that are named one by one, in order: local times by the offset that ends."""
    rules: tuple[Rule, ...]

    @classmethod
    def read(cls, part: Component) -> "_Observance":
        start = _only(part, "DTSTART")
        begins = read_date_time(start)
        if begins is None:
            raise Undefined(f"DTSTART is {shown(start)}")
        changed_from, offset = (_offset(_only(part, name)) for name in ("TZOFFSETFROM", "TZOFFSETTO"))
        named = [read_date_time(one) for line in part.all("RDATE") for one in line.value.split("/")[0].split(",")]
        if None in named:
            raise Undefined("an RDATE is no local time")
        rules = tuple(_rule(line.value, begins, changed_from) for line in part.all("RRULE"))
        return cls(changed_from, offset, tuple(sorted({begins, *filter(None, named)})), rules)

    def last_onset(self, local: datetime, fold: int) -> datetime | None:
        """Return the last onset up to a local time.

        As clocks go forward, the skipped times count as before the change, and as they go back, those that come twice;
        with ``fold`` they count as after it.
        """
        change = self.offset - self.changed_from
        try:
            until = local - (min(change, timedelta()) if fold else max(change, timedelta()))
        except OverflowError:
            until = local
        latest = [found for rule in self.rules if (found := _last(rule, until))]
        place = bisect_right(self.onsets, until)
        return max((*self.onsets[place - 1 : place], *latest), default=None)


def _last(rule: Rule, until: datetime) -> datetime | None:
    year = min(until.year, rule.until.year) if rule.until else until.year
    onsets = _onsets(rule, max(year, rule.starts.year))
    place = bisect_right(onsets, until)
    return onsets[place - 1] if place else None


@lru_cache(maxsize=4096)
def _onsets(rule: Rule, year: int) -> tuple[datetime, ...]:
    return tuple(rule.between(date(max(year - _YEARS_BACK, 1), 1, 1), date(year, 12, 31), Work()))


def _rule(text: str, begins: datetime, changed_from: timedelta) -> Rule:
    """Read a rule that changes the clocks now and then; its end is in UTC, and its times by the offset that ends."""
    try:
        rule = Rule.read(text, begins.replace(tzinfo=timezone(changed_from)))
    except InvalidValue as error:
        raise Undefined(str(error)) from error
    values = sum(map(len, rule.by.values())) + len(rule.weekdays)
    is_seldom = rule.frequency == "YEARLY" and rule.interval == 1 and values <= _PARTS_OF_RULES
    if not is_seldom or not rule.by.keys().isdisjoint(_WITHIN_A_DAY) or (values and "BYMONTH" not in rule.by):
        raise Undefined(f"RRULE is {shown(text)}: expected two changes a year at most")
    return rule


def _only(part: Component, name: str) -> str:
    values = {line.value.strip() for line in part.all(name)}
    if len(values) != 1:
        raise Undefined(f"{part.name} needs one {name}")
    return values.pop()


def _offset(text: str) -> timedelta:
    digits = text[1:]
    if text[:1] not in ("+", "-") or not digits.isdecimal() or not digits.isascii() or len(digits) not in (4, 6):
        raise Undefined(f"an offset is {shown(text)}: expected one such as +0300")
    hours, minutes, seconds = (int(digits[place : place + 2] or 0) for place in (0, 2, 4))
    size = timedelta(hours=hours, minutes=minutes, seconds=seconds)
    if size >= _DAY or minutes > 59 or seconds > 59:  # noqa: PLR2004 - minutes of an hour
        raise Undefined(f"an offset is {shown(text)}: expected less than a day")
    return -size if text[0] == "-" else size
