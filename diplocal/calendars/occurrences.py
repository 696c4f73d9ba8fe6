"""The occurrences of a recurring entry (RFC 5545, 3.8.5): its rules, what stands beside them, and what was changed.

What rules give is looked at within a window. What a file names one by one, in RDATE or by an entry of its own with a
RECURRENCE-ID, is read wherever it lies.

Within a series everything is reckoned by its own clock, so that an exclusion or a change finds the occurrence that it
means, whatever form it is said in: in another zone, in UTC, in none, or as a day.
"""

from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import UTC, date, datetime, time, timedelta, tzinfo

import msgspec

from diplocal.calendars.grammar import DATES
from diplocal.calendars.moments import Length
from diplocal.calendars.reading import Faulty, Finding, Severity, shown
from diplocal.calendars.recurrence import OCCURRENCES_OF_ONE, Rule, Work
from diplocal.calendars.vevents import DAY, END, RULE, Entry, Named, to_last_day
from diplocal.errors import InvalidValue

YEARS_BACK, YEARS_AHEAD = 1, 2
"""How far recurring entries are read: from the beginning of last year to the end of the year after next.

Whole years, so that the same file again tells nothing new until a new year begins."""

Window = tuple[date, date]
"""The first day and the last."""


def window_around(day: date) -> Window:
    """Return the days for which recurring entries are read.

    >>> first, last = window_around(date(2026, 3, 1))
    >>> print(first, last)
    2025-01-01 2028-12-31
    """
    return date(max(day.year - YEARS_BACK, 1), 1, 1), date(min(day.year + YEARS_AHEAD, date.max.year), 12, 31)


class Occurrence(msgspec.Struct, frozen=True):
    """An entry at one time."""

    entry: Entry
    starts: date | None
    last: date | None
    number: date | None = None
    """Which of a series it is: when it would start, had it not been moved, by the clock of the series. None of none."""

    @property
    def place(self) -> str:
        """Say where it stands, and which of its occurrences it is."""
        return self.entry.place if self.number is None else f"{self.entry.place} of {self.number:%Y-%m-%d}"


class Series(msgspec.Struct, frozen=True):
    """What the entries of one UID give."""

    occurrences: tuple[Occurrence, ...]
    noticed: tuple[tuple[Entry, Finding], ...] = ()
    """What excludes or changes no occurrence."""


Latest = Callable[[Sequence[Entry]], Sequence[Entry]]
"""Gives the edition that counts of entries about the same, or none where nothing tells which one it is."""


def expand(core: Entry, changed: Iterable[Entry], window: Window, work: Work, latest: Latest) -> Series:
    """Return each occurrence of a recurring entry and of those that change some of it, in order.

    Raises Faulty.
    """
    series = _Series(core, window, work)
    excluded = set(series.excluded(work))
    editions: dict[datetime, list[Entry]] = {}
    for one in changed:
        editions.setdefault(series.place_of(one), []).append(one)
    instead = {place: one for place, found in editions.items() for one in latest(found)}
    followed = sorted((place, one) for place, one in instead.items() if one.and_future)
    places = [place for place, _ in followed]
    found = [series.changed(one, place) for place, one in instead.items() if place not in excluded]
    for place, lasting in series.falls.items():
        if place in editions or place in excluded:
            continue
        before = bisect_right(places, place)
        if before:
            found.append(series.following(place, *followed[before - 1]))
        else:
            found.append(series.occurrence(core, place, lasting))
    return Series(tuple(sorted(found, key=lambda one: str(one.starts))), tuple(series.noticed))


def alone(entry: Entry) -> Occurrence:
    """Return the occurrence of an entry that does not recur, or of which the rest of the series is elsewhere."""
    number = _without_zone(entry.of_series.moment) if entry.of_series else None
    return Occurrence(entry, entry.starts, entry.last, number)


class _Series:
    """A recurring entry by its own clock: a day counts as its midnight."""

    def __init__(self, core: Entry, window: Window, work: Work) -> None:
        start = core.starts or date.min
        self._core, self._window = core, window
        self._is_days = not isinstance(start, datetime)
        self._zone: tzinfo | None = start.tzinfo if isinstance(start, datetime) else None
        self._start = _midnight(start)
        self._offset = _offset(start)
        self.noticed: list[tuple[Entry, Finding]] = []
        self.falls = self._all(work)
        self._by_day: dict[date, list[datetime]] = {}
        for one in self.falls:
            self._by_day.setdefault(one.date(), []).append(one)

    def _all(self, work: Work) -> dict[datetime, Length | None]:
        """Return each start, and how long it lasts where RDATE says so."""
        first, last = self._window
        found: dict[datetime, Length | None] = {}
        if not self._core.rules or first <= self._start.date() <= last:
            found[self._start] = None
        found |= dict.fromkeys(self._ruled("RRULE", self._core.rules, work))
        for named in self._core.beside:
            found[self._local(named)] = self._length(named)
        if len(found) > OCCURRENCES_OF_ONE:
            fault = f"recurs {len(found)} times: expected at most {OCCURRENCES_OF_ONE} occurrences of one entry"
            raise Faulty(self._core.component.begin.finding(RULE, fault, Severity.WARNING))
        if not work.has_room_for(len(found)):
            fault = f"recurs {len(found)} times: expected fewer, with those of the others in the file"
            raise Faulty(self._core.component.begin.finding(RULE, fault, Severity.WARNING))
        return found

    def _ruled(self, name: str, rules: Iterable[Rule], work: Work) -> Iterator[datetime]:
        """Yield what the rules of a property give.

        Raises Faulty.
        """
        for rule, line in zip(rules, self._core.component.all(name), strict=True):
            try:
                yield from rule.between(*self._window, work.share())
            except InvalidValue as error:
                fault = f"is {shown(line.value)}: expected {error.expected}"
                raise Faulty(line.finding(RULE, fault, Severity.WARNING)) from error

    def excluded(self, work: Work) -> Iterator[datetime]:
        """Yield what EXRULE and EXDATE take out.

        Raises Faulty.
        """
        yield from self._ruled("EXRULE", self._core.without_rules, work)
        first, last = self._window
        for named in self._core.without:
            found = self._meant(named, self._core)
            yield from found or (self._local(named),)
            if not found and first <= self._local(named).date() <= last:
                fault = named.line.finding(_section(named), _FINDS_NOTHING, Severity.WARNING)
                self.noticed.append((self._core, fault))

    def place_of(self, one: Entry) -> datetime:
        """Return which occurrence an entry changes.

        Raises Faulty for a day on which there are several.
        """
        named = one.of_series
        if named is None:
            return self._start
        found = self._meant(named, one)
        if len(found) > 1:
            fault = "names a day on which the series comes more than once: expected the time too"
            raise Faulty(named.line.finding(_section(named), fault))
        place = found[0] if found else self._local(named)
        first, last = self._window
        if not found and one.is_read and one.method != "CANCEL" and first <= place.date() <= last:
            fault = f"{_FINDS_NOTHING}: it is taken for one more"
            self.noticed.append((one, named.line.finding(_section(named), fault, Severity.WARNING)))
        return place

    def changed(self, one: Entry, place: datetime) -> Occurrence:
        """Return an occurrence as an entry of its own has it."""
        return Occurrence(one, one.starts, one.last, self._number(place))

    def occurrence(
        self, entry: Entry, place: datetime, lasting: Length | None, shift: timedelta | None = None
    ) -> Occurrence:
        """Return an occurrence as the series has it.

        Raises Faulty.
        """
        try:
            starts = self._like_start(place + (shift or timedelta()))
            return Occurrence(entry, starts, (lasting or entry.lasting).after(starts), self._number(place))
        except OverflowError as error:
            raise Faulty(entry.component.begin.finding(END, "recurs beyond the year 9999", Severity.WARNING)) from error

    def following(self, place: datetime, moved: datetime, one: Entry) -> Occurrence:
        """Return an occurrence after one that changed all that follow."""
        if one.starts is None:
            return Occurrence(one, None, None, self._number(place))
        starts = next(iter(self._readings(one.starts)))
        return self.occurrence(one, place, None, starts - moved)

    def _number(self, place: datetime) -> date:
        return place.date() if self._is_days else place

    def _like_start(self, local: datetime) -> date:
        return local.date() if self._is_days else local.replace(tzinfo=self._zone)

    def _length(self, named: Named) -> Length | None:
        """Return how long an RDATE lasts: of days, to the last of them."""
        return to_last_day(named.lasting) if named.lasting and self._is_days else named.lasting

    def _local(self, named: Named) -> datetime:
        """Return a moment by the clock of the series; a day is at its time of day."""
        if not isinstance(named.moment, datetime):
            return datetime.combine(named.moment, self._start.time())
        if self._is_days:
            return self._day_meant(named)
        return next(iter(self._readings(named.moment)))

    def _meant(self, named: Named, said_in: Entry) -> list[datetime]:
        """Return the occurrences that a property means: of a day, all that begin on it."""
        if not isinstance(named.moment, datetime):
            return self._by_day.get(named.moment, [])
        if self._is_days:
            return [one] if (one := self._day_meant(named)) in self.falls else []
        by_its_own_clock, *others = self._readings(named.moment)
        if by_its_own_clock in self.falls:
            return [by_its_own_clock]
        for one in others:
            if one in self.falls:
                fault = f"is {by_its_own_clock:%H:%M} by the clock of its series: it is taken for {one:%H:%M}"
                self.noticed.append((said_in, named.line.finding(_section(named), fault, Severity.WARNING)))
                return [one]
        return []

    def _readings(self, moment: date) -> Iterator[datetime]:
        """Yield the local times that a moment may mean, the likeliest first.

        Where the clocks changed since the series began, or are about to, programs reckon by an offset that is no more.
        """
        local = _midnight(moment)
        if self._zone is None or not isinstance(moment, datetime) or moment.tzinfo is None:
            yield local
            return
        utc = moment.astimezone(UTC)
        yield utc.astimezone(self._zone).replace(tzinfo=None, fold=0)
        if self._offset is not None:
            yield utc.replace(tzinfo=None) + self._offset
        before = _offset((utc - DAY).astimezone(self._zone))
        if before is not None:
            yield utc.replace(tzinfo=None) + before

    def _day_meant(self, named: Named) -> datetime:
        """Return the day that a time means in a series of days: that of the clock that it is said by.

        Raises Faulty for a time in UTC that is no midnight: on whose day it is, nobody says.
        """
        moment = named.moment
        if isinstance(moment, datetime) and moment.tzinfo is UTC and moment.time() != time():
            fault = f"is {shown(named.line.value)} of a series of whole days: expected VALUE=DATE, as in DTSTART"
            raise Faulty(named.line.finding(_section(named), fault))
        return datetime.combine(moment, time())


_FINDS_NOTHING = "names no occurrence of its series"


def _section(named: Named) -> str:
    return DATES[named.line.name].section


def _midnight(moment: date) -> datetime:
    """Return a day or an instant as a local time."""
    local = moment if isinstance(moment, datetime) else datetime.combine(moment, time())
    return local.replace(tzinfo=None, fold=0)


def _without_zone(moment: date) -> date:
    return moment.replace(tzinfo=None) if isinstance(moment, datetime) else moment


def _offset(moment: date) -> timedelta | None:
    return moment.utcoffset() if isinstance(moment, datetime) else None
