"""Which time zone a property means: one of the IANA database, or one that the file defines (RFC 5545, 3.2.19, 3.6.5).

One name is written in several ways: as a parameter it may be quoted, as the TZID of a VTIMEZONE it is a text with
escapes, and programs add blanks, change case, or put a prefix before the name of a place.
"""

from collections.abc import Iterable, Iterator
from contextlib import suppress
from datetime import UTC, date, datetime, timedelta, tzinfo
from functools import cache

import msgspec
import pendulum
from icalendar.timezone.windows_to_olson import WINDOWS_TO_OLSON

from diplocal.calendars.defined_zone import DefinedZone, Undefined
from diplocal.calendars.grammar import DATES
from diplocal.calendars.moments import read_date, read_date_time, value_type
from diplocal.calendars.reading import Component, ContentLine, Faulty, Severity, shown, unescaped
from diplocal.calendars.timezones import known_zone
from diplocal.dates.instants import is_zone

ZONE = "RFC 5545, 3.2.19"
DAY = "RFC 5545, 3.3.4"
TIME = "RFC 5545, 3.3.5"
FIRST, LAST = datetime(1, 1, 4), datetime(9999, 12, 28)  # noqa: DTZ001 - local times of any zone
"""Times that have a date in every time zone, and days before and after it."""
_OF_AN_ENTRY = ("DTSTART", "DTEND")
"""Properties whose times are in the reader's zone when they name none; the others keep to the clock of the series."""
_LENGTH_OF_DAY = 8


def zone_key(name: str) -> str:
    r"""Return a zone's name as it is compared.

    >>> zone_key(r"Oslo\,  Bergen") == zone_key("oslo, bergen")
    True
    """
    return " ".join(unescaped(name).replace("_", " ").strip('"').split()).casefold()


class _Meant(msgspec.Struct, frozen=True):
    """What a name may mean."""

    place: tzinfo | None
    """A zone of the IANA database."""
    is_place: bool
    """Whether the name is that of the place, and so leaves nothing to what the file defines."""
    defined: DefinedZone | None
    reason: str
    """Why there is neither."""


class Zones:
    """The time zones of a file, and which one is meant by times that name none."""

    def __init__(self, components: Iterable[Component], floating: tzinfo | None) -> None:
        self.floating = floating
        self._defined: dict[str, Component] = {}
        self._meant: dict[str, _Meant] = {}
        for component in components:
            name = component.first("TZID") if component.name == "VTIMEZONE" else None
            if name is not None:
                self._defined.setdefault(zone_key(name.value), component)

    def moment(self, line: ContentLine, value: str | None = None) -> date:
        """Read a day or an instant, in the zone that its property names; a day has no zone, whatever its property says.

        Raises Faulty.
        """
        said = line.value.strip() if value is None else value
        kind, shape = value_type(line), DATES.get(line.name)
        if shape and kind not in shape.types:
            raise Faulty(line.finding(shape.section, f"has the value type {shown(kind)}"))
        if kind == "DATE" or (kind == "DATE-TIME" and len(said) == _LENGTH_OF_DAY):
            day = read_date(said)
            if day is None:
                raise Faulty(line.finding(DAY, f"is {shown(said)}: expected a date such as 20231017"))
            return day.date()
        local = read_date_time(said.upper())
        if local is None:
            raise Faulty(line.finding(TIME, f"is {shown(said)}: expected a date and time such as 20231017T100000Z"))
        if not FIRST <= local <= LAST:
            raise Faulty(line.finding(TIME, f"is {shown(said)}: expected a time from {FIRST.date()} to {LAST.date()}"))
        return local.replace(tzinfo=UTC) if said[-1] in "Zz" else self._placed(local, line)

    def _placed(self, local: datetime, line: ContentLine) -> datetime:
        name = line.parameters.get("TZID")
        if name is None:
            return local.replace(tzinfo=self.floating if line.name in _OF_AN_ENTRY else None)
        meant = self._meant.get(name)
        if meant is None:
            meant = self._meant[name] = self._find(name)
        if meant.place is None and meant.defined is None:
            severity = Severity.WARNING if name.startswith("/") else Severity.ERROR
            raise Faulty(line.finding(ZONE, f"has the TZID {shown(name)}, {meant.reason}", severity))
        place, defined = (local.replace(tzinfo=zone) if zone else None for zone in (meant.place, meant.defined))
        if place and (meant.is_place or defined is None or place.utcoffset() == defined.utcoffset()):
            return place
        return defined or local

    def _find(self, name: str) -> _Meant:
        exact = _places().get(zone_key(name))
        component = self._defined.get(zone_key(name))
        defined, reason = None, "which is neither in the IANA database nor defined in the file"
        if component and not exact:
            try:
                defined = DefinedZone(component)
            except Undefined as error:
                reason = f"and its VTIMEZONE cannot be read: {error}"
        names = _names_of_places(name, component)
        lent = exact or next((place for one in names if (place := _places().get(zone_key(one)))), None)
        return _Meant(known_zone(lent) if lent else None, bool(exact), defined, reason)


def _names_of_places(name: str, component: Component | None) -> Iterator[str]:
    """Yield what may be the name of a place: what programs state beside a zone, put behind a prefix, or mean by it."""
    location = component.first("X-LIC-LOCATION") if component else None
    if location:
        yield location.value
    parts = name.split("/")
    yield from ("/".join(parts[place:]) for place in range(1, len(parts)))
    yield in_iana(name)


def in_iana(name: str) -> str:
    """Return the IANA database's name of a zone that Windows names, and any other name as it is.

    >>> in_iana("W. Europe Standard Time"), in_iana("Europe/Oslo")
    ('Europe/Berlin', 'Europe/Oslo')
    """
    return WINDOWS_TO_OLSON.get(name.strip(), name)


def place_named(name: str) -> str | None:
    """Return the name in the IANA database of a zone that somebody names, in whatever letters; None for none.

    >>> place_named("europe/oslo"), place_named("Romance Standard Time"), place_named("Headquarters")
    ('Europe/Oslo', 'Europe/Paris', None)
    """
    return _places().get(zone_key(in_iana(name)))


@cache
def _places() -> dict[str, str]:
    """Return the names of the IANA database by their keys."""
    return {zone_key(name): name for name in pendulum.timezones() if is_zone(name)}


def no_zone(moment: date | None) -> bool:
    """Return whether something is a time of day, and in no time zone."""
    return isinstance(moment, datetime) and moment.tzinfo is None


def lasts(starts: date, ends: date) -> timedelta:
    """Return how long something lasts, by a stopwatch: Python itself compares times of one zone by its clocks."""
    if isinstance(starts, datetime) and isinstance(ends, datetime) and starts.tzinfo and ends.tzinfo:
        with suppress(OverflowError):  # before the year 1 and after 9999 no clock shows anything
            return ends.astimezone(UTC) - starts.astimezone(UTC)
    return ends - starts
