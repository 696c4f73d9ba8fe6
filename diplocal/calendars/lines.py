r"""Content lines of iCalendar (RFC 5545, 3.1): values as text, escaped, folded, in UTF-8.

Lines come out byte for byte as icalendar's ``to_ical()`` writes them, many times faster, except where icalendar would
lose what went in: a literal ``\N`` stays one, control characters never go out, and a parameter with a backslash or with
white space at its ends is quoted.
"""

import re
from collections.abc import Iterable, Mapping
from datetime import UTC, timedelta

import pendulum

from diplocal.dates.instants import comes_twice, zone_name
from diplocal.errors import InvalidValue

Property = tuple[str, str, str]
"""A property's name, its parameters as ``parameters`` writes them, and its value as iCalendar writes it:
('DTSTART', ';VALUE=DATE', '20231017')."""

ROOM = 74
"""Octets before a fold, so that no line, its leading space counted, is longer than the 75 of RFC 5545, 3.1."""

_WITHIN_A_CHARACTER = range(0x80, 0xC0)
"""Octets that go on with a character of UTF-8 (RFC 3629, 3)."""
_ESCAPERS = b"\\^"
"""Readers were seen to stumble over a fold between one of these and what it escapes."""

_UNWRITABLE = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")
"""Control characters, the rarer line breaks, and surrogates, which UTF-8 cannot hold."""
_LINE_BREAK = re.compile("\r\n|[\r\x85\u2028\u2029]")

_NOT_IN_URI = re.compile('[\x00-\x20\x7f-\x9f\u2028\u2029\ud800-\udfff"<>\\\\^`{|}]')

_UTC_BY_OTHER_NAMES = {"Etc/UTC", "Etc/UCT", "Etc/Universal", "Etc/Zulu"}

_ENCODED = {"^": "^^", "\n": "^n", '"': "^'"}
_ENCODE = re.compile('[\\^\n"]')
_QUOTED = re.compile(r"[,;:’\\]|^\s|\s\Z")
_QUOTED_IN_CN = re.compile("[ ']")
_QUOTED_ALWAYS = {
    "ALTREP",
    "DELEGATED-FROM",
    "DELEGATED-TO",
    "DIR",
    "LINKREL",
    "MEMBER",
    "SENT-BY",
    "X-ADDRESS",
    "X-TITLE",
}


def component(name: str, properties: Iterable[Property], inside: Iterable[bytes] = ()) -> bytes:
    r"""Write a component: its properties in the order given, then the components inside it.

    >>> component("VEVENT", [("SUMMARY", "", text("Talks; then lunch"))])
    b'BEGIN:VEVENT\r\nSUMMARY:Talks\\; then lunch\r\nEND:VEVENT\r\n'

    Raises InvalidValue for a value with a raw line break.
    """
    lines = [content_line(*one) for one in properties]
    return b"".join((content_line("BEGIN", "", name), *lines, *inside, content_line("END", "", name)))


def content_line(name: str, params: str, value: str) -> bytes:
    """Write a property as a content line, folded, with the line break that ends it.

    Raises InvalidValue for a raw line break, which would let a value write lines of its own.
    """
    line = f"{name}{params}:{value}"
    if "\n" in line or "\r" in line:
        raise InvalidValue(name, value, "a value without raw line breaks: write it with text() or uri()")
    return fold(line) + b"\r\n"


def fold(line: str) -> bytes:
    r"""Encode a line as UTF-8, broken so that no piece is above 75 octets or begins within a character.

    >>> fold("SUMMARY:" + "x" * 70)[70:]
    b'xxxx\r\n xxxx'
    """
    octets = line.encode()
    if len(octets) <= ROOM:
        return octets
    pieces, start = [], 0
    while len(octets) - start > ROOM:
        end = _break_before(octets, start + ROOM)
        pieces.append(octets[start:end])
        start = end
    pieces.append(octets[start:])
    return b"\r\n ".join(pieces)


def _break_before(octets: bytes, end: int) -> int:
    while octets[end] in _WITHIN_A_CHARACTER:
        end -= 1
    return end - 1 if octets[end - 1] in _ESCAPERS else end


def text(value: str) -> str:
    r"""Write a text (RFC 5545, 3.3.11): escaped, without control characters other than tabs.

    Every kind of line break becomes one newline.

    >>> print(text("Talks, then lunch\r\nin C:\\Nauru"))
    Talks\, then lunch\nin C:\\Nauru
    """
    if _UNWRITABLE.search(value):
        value = writable(value)
    return value.replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,").replace("\n", "\\n")


def writable(value: str) -> str:
    r"""Return the text that a reader gets back: what ``text`` leaves out is gone, and every line break is '\n'."""
    return _UNWRITABLE.sub("", _LINE_BREAK.sub("\n", value))


def uri(value: str) -> str:
    """Write an address (RFC 5545, 3.3.13), which knows no escapes: what stands in none (RFC 3986) is percent-encoded.

    >>> uri("https://example.org/a b")
    'https://example.org/a%20b'
    """
    return _NOT_IN_URI.sub(_percent_encoded, value)


def _percent_encoded(match: re.Match[str]) -> str:
    return "".join(f"%{octet:02X}" for octet in match[0].encode(errors="replace"))


def date_value(day: pendulum.Date) -> tuple[str, str]:
    """Write a day (RFC 5545, 3.3.4), as parameters and value.

    >>> date_value(pendulum.Date(2023, 10, 17))
    (';VALUE=DATE', '20231017')
    """
    return ";VALUE=DATE", f"{day.year:04}{day.month:02}{day.day:02}"


def datetime_value(at: pendulum.DateTime) -> tuple[str, str]:
    """Write an instant to the second (RFC 5545, 3.3.5), as parameters and value.

    A named time zone is kept and needs its VTIMEZONE; anything else is written in UTC (see ``tzid``).

    >>> datetime_value(pendulum.datetime(2023, 9, 18, 10, tz="Europe/Moscow"))
    (';TZID=Europe/Moscow', '20230918T100000')
    >>> datetime_value(pendulum.datetime(2023, 9, 18, 10))
    ('', '20230918T100000Z')

    Raises InvalidValue for a naive time.
    """
    zone = tzid(at)
    if zone is None:
        return "", f"{_local_form(at.astimezone(UTC))}Z"
    return f";TZID={zone}", _local_form(at)


def tzid(at: pendulum.DateTime) -> str | None:
    """Return the name of the time zone that an instant is written in, None for UTC.

    UTC serves a bare offset, a name that is no place ('EST5EDT', 'Japan'), and a local time that comes twice or never,
    as clocks change: RFC 5545, 3.3.5, takes the first of two, but libical and ical.js take the second.

    Raises InvalidValue for a naive time.
    """
    if at.utcoffset() is None:
        raise InvalidValue("time", at, "a time in a time zone: iCalendar would read it in the reader's own")
    zone = zone_name(at)
    is_kept = "/" in zone and zone not in _UTC_BY_OTHER_NAMES and not comes_twice(at)
    return zone if is_kept else None


def _local_form(at: pendulum.DateTime) -> str:
    return f"{at.year:04}{at.month:02}{at.day:02}T{at.hour:02}{at.minute:02}{at.second:02}"


def duration_value(length: timedelta) -> str:
    """Write a length of time to the second (RFC 5545, 3.3.6).

    >>> duration_value(pendulum.duration(days=1, hours=2))
    'P1DT2H'

    Raises InvalidValue for one in months or years, which iCalendar cannot say.
    """
    if isinstance(length, pendulum.Duration) and (length.months or length.years):
        raise InvalidValue("duration", length, "weeks, days, hours, minutes and seconds: no months or years")
    seconds = int(length.total_seconds())
    sign, seconds = ("-", -seconds) if seconds < 0 else ("", seconds)
    days, seconds = divmod(seconds, 86_400)
    hours, minutes, seconds = seconds // 3600, seconds % 3600 // 60, seconds % 60
    time = [
        f"{hours}H" if hours else "",
        f"{minutes}M" if minutes or (hours and seconds) else "",
        f"{seconds}S" if seconds else "",
    ]
    clock = f"T{''.join(time)}" if any(time) else ""
    return f"{sign}P{f'{days}D' if days or not clock else ''}{clock}"


def parameters(values: Mapping[str, str]) -> str:
    """Write a property's parameters (RFC 5545, 3.2), in alphabetical order, encoded after RFC 6868.

    >>> print(parameters({"RELTYPE": "PARENT", "X-SAID": 'he said "no", twice'}))
    ;RELTYPE=PARENT;X-SAID="he said ^'no^', twice"
    """
    return "".join(f";{name}={_parameter(name, value)}" for name, value in sorted(values.items()))


def _parameter(name: str, value: str) -> str:
    value = writable(value)
    encoded = _ENCODE.sub(lambda match: _ENCODED[match[0]], value)
    needs_quotes = name in _QUOTED_ALWAYS or _QUOTED.search(encoded) or (name == "CN" and _QUOTED_IN_CN.search(value))
    return f'"{encoded}"' if needs_quotes else encoded
