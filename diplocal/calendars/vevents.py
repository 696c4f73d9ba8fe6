"""What one VEVENT says of when it is, which of a series it is, and how it stands (RFC 5545, 3.6.1).

The import and the check read it here, so that what one of them does not take, the other finds.
"""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

import attrs
import msgspec

from diplocal.calendars.called_off import Title
from diplocal.calendars.moments import Length, read_date_time, read_length, value_type
from diplocal.calendars.reading import ENCODING, LINES, Component, ContentLine, Faulty, Finding, Severity, shown
from diplocal.calendars.recurrence import Rule, TooMuch
from diplocal.calendars.reports import PROPERTY
from diplocal.calendars.zones import Zones, lasts, no_zone
from diplocal.checks import fault_of, without_faults
from diplocal.dates import When
from diplocal.dates.instants import FIRST, LAST, instant_text
from diplocal.engagements import Status
from diplocal.errors import InvalidValue

EVENT = "RFC 5545, 3.6.1"
START, END, LENGTH = "RFC 5545, 3.8.2.4", "RFC 5545, 3.8.2.2", "RFC 5545, 3.8.2.5"
PERIOD = "RFC 5545, 3.3.9"
RULE = "RFC 5545, 3.3.10"
CLASS = "RFC 5545, 3.8.1.3"
RANGE = "RFC 5545, 3.2.13"
NO_LONGER = "RFC 5545, A.3"
DAY, NO_TIME = timedelta(days=1), Length()

STATUSES = {
    "": Status.PLANNED,
    "TENTATIVE": Status.PLANNED,
    "CONFIRMED": Status.CONFIRMED,
    "CANCELLED": Status.CANCELLED,
    "CANCELED": Status.CANCELLED,
    "POSTPONED": Status.POSTPONED,
}
"""Values of STATUS (RFC 5545, 3.8.1.11), and others of which it is plain what they mean."""
TEXTS = ("SUMMARY", "LOCATION", "DESCRIPTION")
"""Properties whose text is taken."""
_DECIDING = {
    *("UID", "DTSTART", "DTEND", "DURATION", "STATUS", "SEQUENCE"),
    *("RECURRENCE-ID", "RRULE", "RDATE", "EXDATE", "EXRULE"),
}
"""Properties of which a line that cannot be read is not passed over."""
_TAKEN_ONCE = (*TEXTS, "URL", "SEQUENCE", "DTSTAMP", "LAST-MODIFIED")
"""Others that are taken, and of which there is one at most."""


class Named(msgspec.Struct, frozen=True):
    """A day or a time that a property names."""

    line: ContentLine
    moment: date
    lasting: Length | None = None
    """How long it lasts, where a PERIOD says so."""


@attrs.frozen(eq=False)
class Entry:
    """A VEVENT, read."""

    number: int
    """Its place among the VEVENTs of its file, from 1."""
    component: Component
    uid: str
    method: str
    """The METHOD of its calendar, in upper case; empty without one."""
    status: Status
    starts: date | None
    """A day, or a datetime. None only of a cancellation, which need not say it (RFC 5546, 3.2.5)."""
    last: date | None
    """The last day, or the datetime at which it ends."""
    lasting: Length = NO_TIME
    """From the start to that: what each occurrence of a series has too (RFC 5545, 3.8.5.3)."""
    of_series: Named | None = None
    """Its RECURRENCE-ID: when it would start, had it not been changed."""
    rules: tuple[Rule, ...] = ()
    beside: tuple[Named, ...] = ()
    """RDATE."""
    without: tuple[Named, ...] = ()
    """EXDATE."""
    without_rules: tuple[Rule, ...] = ()
    """EXRULE (RFC 2445, 4.8.5.2)."""
    noticed: tuple[Finding, ...] = ()
    """What is wrong with it, and leaves no doubt about what it says."""
    is_read: bool = True
    """False of one of which only the UID, the edition and the RECURRENCE-ID could be read."""

    @property
    def place(self) -> str:
        """Say where it stands: 'entry 7 (weekly@example.org)'."""
        return f"entry {self.number} ({self.uid})"

    @property
    def recurs(self) -> bool:
        """Return whether there may be more of it."""
        return bool(self.rules or self.beside or self.without or self.without_rules)

    @property
    def and_future(self) -> bool:
        """Return whether it changes all that follow too (RFC 5545, 3.2.13)."""
        named = self.of_series
        return named is not None and named.line.parameters.get("RANGE", "").upper() == "THISANDFUTURE"

    @property
    def withheld(self) -> Finding | None:
        """Return what keeps it from the public: a CLASS that is not PUBLIC. What nobody knows is PRIVATE."""
        lines = (line for line in self.component.all("CLASS") if line.text.upper() != "PUBLIC" or not line.is_readable)
        return next((_withheld(line) for line in lines), None)

    @property
    def sequence(self) -> int | None:
        """Return how often its publisher has revised it, from 0; None where it does not say (RFC 5545, 3.8.7.4)."""
        line = self.component.first("SEQUENCE")
        said = line.value.strip().lstrip("+") if line else ""
        return int(said) if said.isascii() and said.isdecimal() and len(said) <= _DIGITS else None

    @property
    def edition(self) -> tuple[int, datetime, datetime]:
        """Sort key: of two about the same, the later edition is the greater (RFC 5545, 3.8.7.4; RFC 5546, 2.1.5)."""
        return self.sequence or 0, self._stamp("DTSTAMP"), self._stamp("LAST-MODIFIED")

    def _stamp(self, name: str) -> datetime:
        line = self.component.first(name)
        return (read_date_time(line.value.strip()) if line else None) or datetime.min  # noqa: DTZ901 - both are in UTC


_DIGITS = 10


def _withheld(line: ContentLine) -> Finding:
    expected = "PUBLIC, or an import for an audience that may see it (--audience)"
    return line.finding(CLASS, f"is {shown(line.value)}, not for the public: expected {expected}", Severity.WARNING)


def read_event(component: Component, number: int, method: str, zones: Zones) -> Entry:
    """Read a VEVENT.

    Raises Faulty.
    """
    uid = _uid(component)
    if not component.is_whole:
        raise Faulty(component.begin.finding(EVENT, "opens a VEVENT that is not ended, or holds what is not"))
    _check_lines(component)
    status, contradicted = (Status.CANCELLED, ()) if method == "CANCEL" else _status(component)
    if method != "CANCEL" and title_of(component) is None and not component.first(PROPERTY):
        raise Faulty(component.missing("SUMMARY", "RFC 5545, 3.8.1.12"))
    start = only(component, "DTSTART")
    starts = zones.moment(start) if start else None
    if starts is None and method != "CANCEL":
        raise Faulty(component.missing("DTSTART", EVENT))
    last, lasting, noticed = _end(component, starts, zones) if starts else (None, NO_TIME, ())
    named = only(component, "RECURRENCE-ID")
    noticed = (*contradicted, *noticed, *_unreadable(component))
    entry = Entry(number, component, uid, method, status, starts, last, lasting, noticed=noticed)
    if start and starts and last:
        when(starts, last, start)  # which raises for what has no date
    if named:
        _check_range(named)
        return attrs.evolve(entry, of_series=Named(named, zones.moment(named)))
    if start and method == "ADD":
        return attrs.evolve(entry, of_series=Named(start, zones.moment(start)))
    if starts is None:
        return entry
    beside = tuple(one for line in component.all("RDATE") for one in _dates(line, zones))
    instantly = (one.line.finding(PERIOD, "has a period of no time at all") for one in beside if one.lasting == NO_TIME)
    return attrs.evolve(
        entry,
        noticed=(*entry.noticed, *instantly, *map(_no_longer, component.all("EXRULE"))),
        rules=tuple(read_rule(line, starts) for line in component.all("RRULE")),
        beside=beside,
        without=tuple(one for line in component.all("EXDATE") for one in _dates(line, zones)),
        without_rules=tuple(read_rule(line, starts) for line in component.all("EXRULE")),
    )


def read_name(component: Component, number: int, method: str, zones: Zones) -> Entry:
    """Read only which VEVENT it is, and which occurrence of it, where the rest cannot be read.

    Raises Faulty.
    """
    named = only(component, "RECURRENCE-ID")
    of_series = Named(named, zones.moment(named)) if named else None
    return Entry(
        number, component, _uid(component), method, Status.UNKNOWN, None, None, of_series=of_series, is_read=False
    )


def _check_lines(component: Component) -> None:
    """Raise Faulty for a line that cannot be read and decides something, and for two of which only one can be meant."""
    for line in component.properties:
        if not line.is_decoded:
            raise Faulty(line.finding(ENCODING, "is not UTF-8"))
        if not line.is_readable and line.name in _DECIDING:
            raise Faulty(line.finding(LINES, "cannot be read"))
    for name in _TAKEN_ONCE:
        only(component, name)


def _no_longer(line: ContentLine) -> Finding:
    expected = "EXDATE; what it takes out is taken out"
    return line.finding(NO_LONGER, f"is no longer a part of iCalendar: expected {expected}", Severity.WARNING)


def _check_range(named: ContentLine) -> None:
    """Raise Faulty for a RECURRENCE-ID that means more occurrences, and not those that follow."""
    said = named.parameters.get("RANGE")
    if said is not None and said.upper() != "THISANDFUTURE":
        raise Faulty(named.finding(RANGE, f"has the RANGE {shown(said)}: expected THISANDFUTURE, or none"))


def _unreadable(component: Component) -> Iterator[Finding]:
    """Find characters that no text may hold: the text is taken without them."""
    for name in TEXTS:
        line = component.first(name)
        fault = fault_of(line.text) if line else None
        if line and fault:
            yield line.finding("RFC 5545, 3.3.11", f"has {fault}: it is left out", Severity.WARNING)
        if line and line.is_quoted_printable:
            yield line.finding("RFC 5545, 3.2.7", "is in QUOTED-PRINTABLE, as of vCalendar: it is decoded")


def read_rule(line: ContentLine, starts: date) -> Rule:
    """Read a RRULE or an EXRULE beside the DTSTART from which it recurs.

    Raises Faulty.
    """
    try:
        return Rule.read(line.value, starts)
    except InvalidValue as error:
        severity = Severity.WARNING if isinstance(error, TooMuch) else Severity.ERROR
        raise Faulty(line.finding(RULE, f"is {shown(line.value)}: expected {error.expected}", severity)) from error


def when(starts: date, last: date, line: ContentLine) -> When:
    """Return when something is; a local time that clocks skip is read by the offset before they do (RFC 5545, 3.3.5).

    Raises Faulty for what has no date in some time zone.
    """
    try:
        first, end = (_said(moment) for moment in (starts, last))
        return When(first) if first == end else When.between(first, end)
    except (InvalidValue, OverflowError) as error:
        raise Faulty(line.finding(START, f"is {starts}, until {last}: expected {FIRST} to {LAST}")) from error


def _said(moment: date) -> str:
    if not isinstance(moment, datetime):
        return str(moment)
    zoned = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return instant_text(zoned.astimezone(UTC).astimezone(zoned.tzinfo))


def only(component: Component, name: str) -> ContentLine | None:
    """Return the one property of a name, None if there is none.

    Raises Faulty for several that differ.
    """
    lines = component.all(name)
    if any((line.value, line.parameters) != (lines[0].value, lines[0].parameters) for line in lines[1:]):
        raise Faulty(lines[1].finding(EVENT, f"comes more than once in its {component.name}"))
    return lines[0] if lines else None


def _uid(component: Component) -> str:
    line = only(component, "UID")
    if line and not line.is_decoded:
        raise Faulty(line.finding(ENCODING, "is not UTF-8"))
    uid = line.value.strip() if line and line.is_readable else ""
    if not uid:
        fault = line.finding("RFC 5545, 3.8.4.7", "names nothing") if line else component.missing("UID", EVENT)
        raise Faulty(fault)
    return uid


def _status(component: Component) -> tuple[Status, tuple[Finding, ...]]:
    """Return how it stands, and what is wrong where its title says otherwise than STATUS: then the title counts.

    Raises Faulty.
    """
    line = only(component, "STATUS")
    said = line.text.upper() if line else ""
    if line and (not said or said not in STATUSES):
        expected = "TENTATIVE, CONFIRMED or CANCELLED"
        raise Faulty(line.finding("RFC 5545, 3.8.1.11", f"is {shown(line.value)}: expected {expected}"))
    status, title, summary = STATUSES[said], title_of(component), component.first("SUMMARY")
    if title is None or summary is None or component.first(PROPERTY):
        return status, ()
    if title.doubt and status is not Status.CANCELLED:
        fault = f"is {shown(summary.text)}, with {title.doubt!r} in it: it is taken for {status.value}"
        return status, (summary.finding("RFC 5545, 3.8.1.11", fault, Severity.WARNING),)
    if title.status in (None, status):
        return status, ()
    stated = f"STATUS is {shown(line.value)}" if line else "there is no STATUS"
    fault = f"is {shown(summary.text)}, and {stated}: it is taken for {title.status.value}"
    return title.status, (summary.finding("RFC 5545, 3.8.1.11", fault, Severity.WARNING),)


def title_of(component: Component) -> Title | None:
    """Return what an entry is called, None where it says nothing; without characters that no text may hold."""
    line = component.first("SUMMARY")
    text = without_faults(line.text).strip() if line and line.is_readable else ""
    return Title.read(text) if text else None


def _end(component: Component, starts: date, zones: Zones) -> tuple[date, Length, tuple[Finding, ...]]:
    """Return the last day, or the time at which it ends, how long that is, and what is wrong with how it is said.

    Raises Faulty.
    """
    end, length = only(component, "DTEND"), only(component, "DURATION")
    if end and length:
        raise Faulty(length.finding(EVENT, "comes beside DTEND: only one of them may say when it ends"))
    line = end or length
    if line is None:
        return starts, NO_TIME, ()
    ends = zones.moment(line) if end else None
    if ends is not None and isinstance(ends, datetime) != isinstance(starts, datetime):
        kinds = ("DATE-TIME", "DATE") if isinstance(ends, datetime) else ("DATE", "DATE-TIME")
        raise Faulty(line.finding(END, f"has the value type {kinds[0]!r}, and DTSTART {kinds[1]!r}"))
    if ends is not None and no_zone(ends) != no_zone(starts):
        raise Faulty(line.finding(END, "and DTSTART are not both in a time zone"))
    lasting = Length(time=lasts(starts, ends)) if ends is not None else read_positive(line)
    return _last(starts, ends, lasting, line)


def read_positive(line: ContentLine, value: str | None = None) -> Length:
    """Read how long something lasts.

    Raises Faulty for what is no length, or one below nothing.
    """
    said = line.value.strip() if value is None else value
    length = read_length(said)
    if length is None or length.whole < timedelta():
        section = LENGTH if line.name == "DURATION" else PERIOD
        raise Faulty(line.finding(section, f"is {shown(said)}: expected a positive length of time such as P1DT2H"))
    return length


def _last(
    starts: date, ends: date | None, lasting: Length, line: ContentLine
) -> tuple[date, Length, tuple[Finding, ...]]:
    is_day = not isinstance(starts, datetime)
    if is_day and lasting.whole % DAY:
        expected = "days or weeks where DTSTART is a day"
        raise Faulty(line.finding(LENGTH, f"is {shown(line.value)}: expected {expected}"))
    section, fault = (END, "is not after DTSTART") if line.name == "DTEND" else (LENGTH, "is no time at all")
    if lasting.whole < timedelta():
        raise Faulty(line.finding(section, fault))
    noticed = () if lasting.whole else (line.finding(section, fault),)
    lasting = to_last_day(lasting) if is_day else lasting
    try:
        last = lasting.after(starts) if ends is None or is_day else ends
    except OverflowError as error:
        raise Faulty(line.finding(section, "goes beyond the year 9999")) from error
    return last, lasting, noticed


def to_last_day(lasting: Length) -> Length:
    """Return how long whole days last, to the last of them."""
    return Length(max(lasting.whole - DAY, timedelta()) // DAY * DAY)


def _dates(line: ContentLine, zones: Zones) -> Iterator[Named]:
    """Yield each day, time or period of a property.

    Raises Faulty.
    """
    for value in line.value.split(","):
        begin, slash, end = value.strip().partition("/")
        if not slash:
            yield Named(line, zones.moment(line, begin))
            continue
        starts = zones.moment(_as_time(line), begin)
        if not isinstance(starts, datetime):
            raise Faulty(line.finding(PERIOD, f"is {shown(value)}: expected a time as its start"))
        if end[:1].upper() in ("P", "+", "-"):
            yield Named(line, starts, read_positive(line, end.upper()))
            continue
        ends = zones.moment(_as_time(line), end)
        is_time = isinstance(ends, datetime) and (ends.tzinfo is None) is (starts.tzinfo is None)
        if not is_time or lasts(starts, ends) < timedelta():
            raise Faulty(line.finding(PERIOD, f"is {shown(value)}: expected an end after the start, in its time zone"))
        yield Named(line, starts, Length(time=lasts(starts, ends)))


def _as_time(line: ContentLine) -> ContentLine:
    """Return a property of periods as one of times."""
    if value_type(line) != "PERIOD":
        return line
    return msgspec.structs.replace(line, parameters={**line.parameters, "VALUE": "DATE-TIME"})
