"""The occurrences of a recurring entry (RFC 5545, 3.8.5): its rules, what stands beside them, and what was changed.

What rules give is looked at within a window. What the feed names one by one, in RDATE or by an entry of its own with a
RECURRENCE-ID, is read wherever it lies.
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from typing import Any

import attrs
import icalendar

from diplocal.errors import InvalidValue
from diplocal.importers.ical_blocks import Zones
from diplocal.importers.recurrence import OCCURRENCES_OF_ONE, Rule, Work

_RECURRING = ("RRULE", "RDATE", "EXDATE", "RECURRENCE-ID")
_UNDATED = (icalendar.IncompleteComponent, icalendar.InvalidCalendar, ValueError, TypeError, OverflowError)
"""What icalendar raises for a beginning or an end that it cannot tell."""


@attrs.frozen
class Occurrence:
    """An entry at one time."""

    place: str
    """Where it stands in the feed: 'entry 7 (weekly@example.org)'."""
    component: icalendar.Event
    starts: date
    """A day, or a datetime."""
    ends: date
    """The day after the last, or a datetime."""
    number: date | None = None
    """Which of a series it is: when it would start, had it not been moved (RECURRENCE-ID). None of no series."""

    @classmethod
    def read(cls, place: str, component: icalendar.Event, zones: Zones) -> "Occurrence":
        """Read when an entry is.

        Raises InvalidValue.
        """
        try:
            starts, ends = component.start, component.end
        except _UNDATED as wrong:
            raise InvalidValue("DTSTART and DTEND", str(wrong), "when the entry is (RFC 5545, 3.6.1)") from wrong
        begin = component["DTSTART"].params
        number = component.get("RECURRENCE-ID")
        return cls(
            place,
            component,
            zones.placed(starts, begin),
            zones.placed(ends, component["DTEND"].params if "DTEND" in component else begin),
            zones.placed(number.dt, number.params) if number is not None else None,
        )

    @property
    def recurs(self) -> bool:
        """Tell whether there may be more of it."""
        return any(name in self.component for name in _RECURRING)

    @property
    def key(self) -> date | None:
        """Which of a series it is, whatever zone that is said in."""
        return None if self.number is None else _key(self.number)

    @property
    def edition(self) -> int:
        """Its SEQUENCE: which of two entries about the same is the later one."""
        return int(self.component.get("SEQUENCE", 0))

    def at(self, start: date, *, number: date, lasting: timedelta | None = None) -> "Occurrence":
        """Give the same at another time, as long as it is unless another length is said."""
        length = _length(self.starts, self.ends) if lasting is None else lasting
        return attrs.evolve(self, starts=start, ends=start + length, number=number)


def occurrences(
    entries: Sequence[Occurrence], zones: Zones, window: tuple[date, date], work: Work
) -> Iterator[Occurrence]:
    """Give each occurrence of the entries that share a UID, in no order.

    Raises InvalidValue, and what icalendar raises for malformed properties.
    """
    changed = _latest((one for one in entries if one.number is not None), lambda one: one.key)
    core = _latest((one for one in entries if one.number is None), lambda _: None).get(None)
    if core is None:
        yield from changed.values()
        return
    series = _Series(core, zones)
    excluded = series.excluded()
    from_then_on = sorted(
        (one for one in changed.values() if one.component["RECURRENCE-ID"].params.get("RANGE") == "THISANDFUTURE"),
        key=lambda one: series.local(one.number),
    )
    for number, lasting in series.falls(window, work).items():
        if _key(number) in changed or _key(number) in excluded or _day(number) in excluded:
            continue
        moved = [one for one in from_then_on if series.local(one.number) < series.local(number)]
        if moved:
            shift = series.local(moved[-1].starts) - series.local(moved[-1].number)
            yield moved[-1].at(number + shift, number=number)
        else:
            yield core.at(number, number=number, lasting=lasting)
    for key, one in changed.items():
        if key not in excluded:
            yield attrs.evolve(one, number=series.like_start(one.number))


class _Series:
    """What one entry says about when it recurs."""

    def __init__(self, core: Occurrence, zones: Zones) -> None:
        self._core, self._zones = core, zones
        self._zone: tzinfo | None = core.starts.tzinfo if isinstance(core.starts, datetime) else None

    def falls(self, window: tuple[date, date], work: Work) -> dict[date, timedelta | None]:
        """Give each start, and how long it lasts where RDATE says so.

        Raises InvalidValue.
        """
        first, last = window
        start, found = self._core.starts, dict[date, timedelta | None]()
        rules = _all(self._core.component, "RRULE")
        if not rules or first <= _day(start) <= last:
            found[start] = None
        for rule in rules:
            for moment in Rule.read(rule, start).between(first, last, work.share()):
                found[moment.replace(tzinfo=self._zone) if isinstance(start, datetime) else moment.date()] = None
        for said, parameters in _dates(self._core.component, "RDATE"):
            begin, end = said if isinstance(said, tuple) else (said, None)
            begin = self.like_start(self._zones.placed(begin, parameters))
            lasts = _length(begin, self._zones.placed(end, parameters)) if isinstance(end, datetime) else end
            found[begin] = lasts
        if len(found) > OCCURRENCES_OF_ONE:
            raise InvalidValue("RRULE and RDATE", len(found), f"at most {OCCURRENCES_OF_ONE} occurrences of one entry")
        return found

    def excluded(self) -> set[date]:
        """Give what EXDATE names, days as days."""
        return {
            _key(self._zones.placed(said, parameters)) for said, parameters in _dates(self._core.component, "EXDATE")
        }

    def like_start(self, moment: date | None) -> date:
        """Give a moment as the series says its own: in its zone; as a day, or at its time of day."""
        start = self._core.starts
        if moment is None:
            return start
        if not isinstance(start, datetime):
            return _day(moment)
        if not isinstance(moment, datetime):
            return datetime.combine(moment, start.timetz())
        if self._zone is None or moment.tzinfo is None:
            return moment.replace(tzinfo=self._zone)
        return moment.astimezone(self._zone)

    def local(self, moment: date | None) -> datetime:
        """Give a moment by the clock of the series, to reckon with."""
        there = self.like_start(moment)
        return datetime.combine(_day(there), there.time() if isinstance(there, datetime) else time())


def _latest(entries: Iterable[Occurrence], which: Any) -> dict[Any, Occurrence]:
    """Give the latest edition of each, the last of equals."""
    found: dict[Any, Occurrence] = {}
    for one in entries:
        if which(one) not in found or one.edition >= found[which(one)].edition:
            found[which(one)] = one
    return found


def _key(moment: date) -> date:
    return moment.astimezone(UTC) if isinstance(moment, datetime) and moment.tzinfo is not None else moment


def _length(starts: date, ends: date) -> timedelta:
    """Give how long something lasts by the clock: an hour later at the same place is an hour, whatever the season."""
    if isinstance(starts, datetime) and isinstance(ends, datetime) and (starts.tzinfo is None) != (ends.tzinfo is None):
        raise InvalidValue("DTEND", str(ends), "a time with a zone when DTSTART has one")
    return ends - starts


def _dates(component: icalendar.Event, name: str) -> Iterator[tuple[Any, Any]]:
    """Give each date, time or period of a property, with the property's parameters."""
    for said in _all(component, name):
        for one in said.dts:
            yield one.dt, said.params


def _all(component: icalendar.Event, name: str) -> list[Any]:
    value = component.get(name, [])
    return value if isinstance(value, list) else [value]


def _day(moment: date) -> date:
    return moment.date() if isinstance(moment, datetime) else moment
