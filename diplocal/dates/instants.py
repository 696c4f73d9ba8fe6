"""Instants as text: RFC 9557, '2023-09-18T10:00:00+03:00[Europe/Moscow]'.

A named zone is kept. A bare offset says when, not where, so it becomes UTC. What contradicts itself is refused: an
offset that the zone does not have at that time, and a local time that its clocks skip. Where clocks go back and a
local time comes twice, the offset decides. Other suffixes, such as '[u-ca=hebrew]', are passed over unless they are
critical.
"""

import re
import zoneinfo
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from difflib import get_close_matches
from functools import cache

import pendulum

from diplocal.errors import InvalidValue, did_you_mean

EXAMPLE = "'2023-09-18T10:00:00+03:00[Europe/Moscow]'"

MACHINES_OWN = "localtime"
"""The one name that means another zone on every machine."""

FIRST, LAST = datetime(1, 1, 2, tzinfo=UTC), datetime(9999, 12, 30, 23, 59, 59, 999_999, tzinfo=UTC)
"""The instants that have a date in every time zone."""

_TAG = r"\[!?[a-z_][a-z0-9_-]*=[A-Za-z0-9]+(?:-[A-Za-z0-9]+)*\]"
"""What may be said beside instant and zone, '[u-ca=hebrew]' (RFC 9557, 4.1): none of it is known here."""
_INSTANT = re.compile(
    r"(?P<local>[0-9]{4}-[0-9]{2}-[0-9]{2}[Tt](?:[01][0-9]|2[0-3]):[0-9]{2}(?::[0-9]{2}(?:\.[0-9]{1,6})?)?)"
    r"(?P<offset>[Zz]|[+-](?:[01][0-9]|2[0-3]):[0-5][0-9](?::[0-5][0-9])?)?"
    r"(?:\[!?(?P<zone>[^\[\]=]*)\])?"
    rf"(?P<tags>(?:{_TAG})*)"
)


def in_utc(moment: datetime) -> datetime:
    """Return an instant in UTC, to compare, subtract and sort.

    Two times of one zone compare by their clocks, which is wrong where those go back.

    >>> first, last = (pendulum.datetime(2026, 10, 25, 2, 30, tz="Europe/Paris", fold=fold) for fold in (0, 1))
    >>> last > first, in_utc(last) > in_utc(first)
    (False, True)
    """
    return moment.astimezone(UTC)


def is_instant(text: str) -> bool:
    """Tell whether a text is meant as a time of day: a date and then a T."""
    return text[10:11] in ("T", "t")


def read_instant(text: str) -> pendulum.DateTime:
    """Read an instant, in the time zone that it names, or in UTC.

    >>> read_instant("2023-10-29T02:30+01:00[Europe/Paris]").fold
    1

    Z says when and contradicts no zone (RFC 9557, 2.2). An offset may have seconds, as the local mean times of the 19th
    century do: '-04:56:02' for New York.

    Raises InvalidValue for a naive time, an offset that contradicts the zone, a local time that the zone's clocks skip,
    an unknown zone, and a suffix that must not be passed over (RFC 9557, 3.3).
    """
    local, offset, name = _parts(text)
    zone = pendulum.UTC if name is None else _zone(name, text)
    stated = local.replace(tzinfo=offset or UTC)
    moment = stated.astimezone(zone)
    if name and offset and moment.utcoffset() != stated.utcoffset():
        raise InvalidValue("time", text, _what_the_clocks_say(local, zone))
    return _standing(moment, zone)


def read_stored_instant(text: str) -> pendulum.DateTime:
    """Read an instant that was right when it was stored, whatever became of its time zone since.

    A meeting at ten is at ten by the clocks of the place, so when the rules of a zone changed and the offset no longer
    fits, the local time and the zone stay and the offset goes: RFC 9557, 3.4 leaves that choice to who reads, unless a
    ``!`` makes the zone critical. Where the clocks now skip that time, and where this machine does not know the zone,
    the instant stays, in UTC when it has no zone.

    >>> print(read_stored_instant("2050-07-01T10:00:00+07:00[Europe/Moscow]"))
    2050-07-01 10:00:00+03:00

    Raises InvalidValue for what could never be stored.
    """
    local, offset, name = _parts(text)
    if name is None or offset is None or "[!" in text:
        return read_instant(text)
    stated = local.replace(tzinfo=offset)
    if not is_zone(name):
        return _standing(stated.astimezone(pendulum.UTC), pendulum.UTC)
    zone = _kept(name)
    moment = stated.astimezone(zone)
    readings = _readings(local, zone)
    fits = moment.utcoffset() == stated.utcoffset() or not readings
    return _standing(moment if fits else readings[0], zone)


def _parts(text: str) -> tuple[datetime, timezone | None, str | None]:
    """Return an instant's local time, its offset, None for Z, and the name of its zone.

    Raises InvalidValue for a text that says none, and for an instant that has no date in some zone.
    """
    match = _INSTANT.fullmatch(text)
    if match is None or match["offset"] is None:
        raise InvalidValue("time", text, f"a date, a time and its offset or Z, such as {EXAMPLE}")
    if "[!" in match["tags"]:
        raise InvalidValue("time", text, f"no suffix beside the time zone that is critical ('!'), such as {EXAMPLE}")
    try:
        local = datetime.fromisoformat(match["local"].upper())
    except ValueError:
        raise InvalidValue("time", text, f"a date and time that exist, such as {EXAMPLE}") from None
    offset = _offset(match["offset"])
    if not FIRST <= local.replace(tzinfo=offset or UTC) <= LAST:
        raise InvalidValue("time", text, f"an instant from {FIRST.date()} to {LAST.date()}, such as {EXAMPLE}")
    return local, offset, match["zone"]


def instant_text(moment: datetime) -> str:
    """Write an instant as ``read_instant`` reads it, with seconds always and a fraction only when there is one.

    >>> instant_text(pendulum.datetime(2023, 9, 18, 10, tz="Europe/Moscow"))
    '2023-09-18T10:00:00+03:00[Europe/Moscow]'
    >>> instant_text(pendulum.from_format("2023-09-18T10:00:00+03:00", "YYYY-MM-DDTHH:mm:ssZ"))
    '2023-09-18T07:00:00Z'

    Raises InvalidValue for a naive time.
    """
    if moment.utcoffset() is None:
        raise InvalidValue("time", moment, f"a time in a time zone, such as {EXAMPLE}")
    name = zone_name(moment)
    if name == "UTC":
        return f"{moment.astimezone(UTC).replace(tzinfo=None).isoformat()}Z"
    return f"{moment.isoformat()}[{name}]"


def zone_name(moment: datetime) -> str:
    """Return the name of the time zone that an instant stands in, 'UTC' for a bare offset."""
    zone = moment.tzinfo
    return zone.key if isinstance(zone, zoneinfo.ZoneInfo) and zone.key else "UTC"


def offset_text(moment: datetime) -> str:
    """Return an instant's offset from UTC, '+03:00'."""
    return moment.isoformat().removeprefix(moment.replace(tzinfo=None).isoformat())


def comes_twice(moment: datetime) -> bool:
    """Tell whether the clocks of its zone show this time of day again, or did before, because they go back."""
    return moment.replace(fold=0).utcoffset() != moment.replace(fold=1).utcoffset()


def moved_instant(moment: datetime, days: int) -> pendulum.DateTime:
    """Return the same time on the clock, so many days later, whatever the offset is by then.

    Raises OverflowError out of the years 0001 to 9999.
    """
    local = datetime.combine(moment.date(), moment.time()) + timedelta(days=days)
    return _standing(local.replace(fold=moment.fold), moment.tzinfo)


def _offset(text: str) -> timezone | None:
    """Return a stated offset from UTC, None for Z."""
    if text in ("Z", "z"):
        return None
    hours, minutes, *seconds = map(int, text[1:].split(":"))
    size = timedelta(hours=hours, minutes=minutes, seconds=sum(seconds))
    return timezone(-size if text[0] == "-" else size)


def zone_named(name: str) -> pendulum.Timezone:
    """Return a time zone of the IANA database.

    >>> zone_named("Paris")
    Traceback (most recent call last):
    diplocal.errors.InvalidValue: time zone is 'Paris': expected a name of the IANA database; did you mean \
Europe/Paris?

    Raises InvalidValue for a name that is none, and says which ones are near.
    """
    if not is_zone(name):
        meant = did_you_mean(_zones_near(name), "such as Europe/Paris")
        raise InvalidValue("time zone", name, f"a name of the IANA database; {meant}")
    return _kept(name)


def is_zone(name: str) -> bool:
    """Tell whether a name is that of a time zone, the same on every machine."""
    return name != MACHINES_OWN and name in pendulum.timezones()


def _zones_near(name: str) -> list[str]:
    """Return the names that somebody may have meant: in another case, of a city, or misspelt."""
    spelt = {zone.lower(): zone for zone in pendulum.timezones() if zone != MACHINES_OWN}
    wanted = name.strip().lower().replace(" ", "_")
    exactly = [zone for spelling, zone in spelt.items() if wanted in (spelling, spelling.rpartition("/")[2])]
    return exactly or [spelt[near] for near in get_close_matches(wanted, spelt, n=3, cutoff=0.8)]


def _zone(name: str, text: str) -> pendulum.Timezone:
    if not is_zone(name):
        raise InvalidValue("time", text, f"a time zone of the IANA database in its brackets, such as {EXAMPLE}")
    return _kept(name)


@cache
def _kept(name: str) -> pendulum.Timezone:
    """Keep each zone once read: zoneinfo holds one of pendulum's only as long as somebody else does."""
    return pendulum.Timezone(name)


def _standing(local: datetime, zone: tzinfo | None) -> pendulum.DateTime:
    """Set a local time in a zone as it is: pendulum's own ways move a skipped time and choose between repeated ones."""
    return pendulum.DateTime(*local.timetuple()[:6], local.microsecond, tzinfo=zone, fold=local.fold)


def _what_the_clocks_say(local: datetime, zone: tzinfo) -> str:
    """Say which offsets a local time has in a zone: one, two where clocks go back, none where they skip it."""
    real = _readings(local, zone)
    if not real:
        return f"a time that exists: the clocks of {zone} skip {local:%H:%M} on that day"
    return f"the offset that {zone} has at that time, {' or '.join(dict.fromkeys(map(offset_text, real)))}"


def _readings(local: datetime, zone: tzinfo) -> list[datetime]:
    """Return the instants at which the clocks of a zone show a local time: two where they go back, none in a gap."""
    both = (local.replace(tzinfo=zone, fold=0), local.replace(tzinfo=zone, fold=1))
    return [one for one in both if one.astimezone(UTC).astimezone(zone).replace(tzinfo=None) == local]
