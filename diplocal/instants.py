"""Instants as text: RFC 9557, '2023-09-18T10:00:00+03:00[Europe/Moscow]'.

A named zone is kept. A bare offset says when, not where, so it becomes UTC. What contradicts itself is refused: an
offset that the zone does not have at that time, and a local time that its clocks skip. Where clocks go back and a
local time comes twice, the offset decides.
"""

import re
import zoneinfo
from datetime import UTC, datetime, timedelta, timezone, tzinfo

import pendulum

from diplocal.errors import InvalidValue

EXAMPLE = "'2023-09-18T10:00:00+03:00[Europe/Moscow]'"

MACHINES_OWN = "localtime"
"""The one name that means another zone on every machine."""

_INSTANT = re.compile(
    r"(?P<local>[0-9]{4}-[0-9]{2}-[0-9]{2}[Tt](?:[01][0-9]|2[0-3]):[0-9]{2}(?::[0-9]{2}(?:\.[0-9]{1,6})?)?)"
    r"(?:(?P<utc>[Zz])|(?P<offset>(?P<sign>[+-])[0-9]{2}:[0-9]{2}(?::[0-9]{2})?))?"
    r"(?:\[!?(?P<zone>[^\[\]]*)\])?"
)


def is_instant(text: str) -> bool:
    """Tell whether a text is meant as a time of day: a date and then a T."""
    return text[10:11] in ("T", "t")


def read_instant(text: str) -> pendulum.DateTime:
    """Read an instant, in the time zone that it names, or in UTC.

    >>> read_instant("2023-10-29T02:30+01:00[Europe/Paris]").fold
    1

    An offset may have seconds, as the local mean times of the 19th century do: '-04:56:02' for New York.

    Raises InvalidValue for a naive time, a fixed offset that contradicts the zone, a local time that the zone's clocks
    skip, and an unknown zone.
    """
    match = _INSTANT.fullmatch(text)
    if match is None:
        raise InvalidValue("time", text, f"a date, a time and an offset, such as {EXAMPLE}")
    if match["utc"] is None and match["offset"] is None:
        raise InvalidValue("time", text, f"Z or an offset after the time, such as {EXAMPLE}")
    try:
        stated = datetime.fromisoformat(match["local"].upper()).replace(tzinfo=_stated_offset(match))
        return _in_zone(text, stated, match)
    except (ValueError, OverflowError) as error:
        if isinstance(error, InvalidValue):
            raise
        raise InvalidValue("time", text, f"a real date and time of the years 0001 to 9999, such as {EXAMPLE}") from None


def instant_text(moment: pendulum.DateTime) -> str:
    """Write an instant as ``read_instant`` reads it, with seconds always and a fraction only when there is one.

    >>> instant_text(pendulum.datetime(2023, 9, 18, 10, tz="Europe/Moscow"))
    '2023-09-18T10:00:00+03:00[Europe/Moscow]'
    >>> instant_text(pendulum.parse("2023-09-18T10:00:00+03:00"))
    '2023-09-18T07:00:00Z'

    Raises InvalidValue for a naive time.
    """
    if moment.utcoffset() is None:
        raise InvalidValue("time", moment, f"a time in a time zone, such as {EXAMPLE}")
    name = zone_name(moment)
    if name == "UTC":
        return f"{moment.astimezone(UTC).replace(tzinfo=None).isoformat()}Z"
    return f"{moment.isoformat()}[{name}]"


def moved_instant(moment: pendulum.DateTime, days: int) -> pendulum.DateTime:
    """Give the same time on the clock, so many days later, whatever the offset is by then.

    Raises OverflowError out of the years 0001 to 9999.
    """
    local = datetime.combine(moment.date(), moment.time()) + timedelta(days=days)
    return _standing(local.replace(fold=moment.fold), moment.tzinfo)


def zone_name(moment: pendulum.DateTime) -> str:
    """Give the name of the time zone that an instant stands in, 'UTC' for a bare offset."""
    zone = moment.tzinfo
    return zone.key if isinstance(zone, zoneinfo.ZoneInfo) and zone.key else "UTC"


def _stated_offset(match: "re.Match[str]") -> timezone:
    if match["offset"] is None:
        return UTC
    hours, minutes, *seconds = map(int, match["offset"][1:].split(":"))
    offset = timedelta(hours=hours, minutes=minutes, seconds=sum(seconds))
    return timezone(-offset if match["sign"] == "-" else offset)


def _in_zone(text: str, stated: datetime, match: "re.Match[str]") -> pendulum.DateTime:
    zone = pendulum.UTC if match["zone"] is None else _zone(text, match["zone"])
    moment = stated.astimezone(zone)
    if match["zone"] is not None and match["offset"] is not None and moment.utcoffset() != stated.utcoffset():
        raise InvalidValue("time", text, _offsets_of(stated.replace(tzinfo=None), zone))
    return _standing(moment, zone)


def _standing(local: datetime, zone: tzinfo | None) -> pendulum.DateTime:
    """Set a local time in a zone as it is: pendulum's own ways move a skipped time and choose between repeated ones."""
    return pendulum.DateTime(*local.timetuple()[:6], local.microsecond, tzinfo=zone, fold=local.fold)


def _zone(text: str, name: str) -> pendulum.Timezone:
    if name == MACHINES_OWN or name not in pendulum.timezones():
        raise InvalidValue("time", text, f"a time zone of the IANA database in its brackets, such as {EXAMPLE}")
    return pendulum.Timezone(name)


def _offsets_of(local: datetime, zone: tzinfo) -> str:
    """Say which offsets a local time has in a zone: one, two where clocks go back, none where they skip it."""
    both = (local.replace(tzinfo=zone, fold=0), local.replace(tzinfo=zone, fold=1))
    real = [time for time in both if time.astimezone(UTC).astimezone(zone).replace(tzinfo=None) == local]
    if not real:
        return f"a local time that exists: the clocks of {zone} skip {local:%H:%M} on that day"
    offsets = dict.fromkeys(time.isoformat()[len(local.isoformat()) :] for time in real)
    return f"the offset that {zone} has at that time, {' or '.join(offsets)}"
