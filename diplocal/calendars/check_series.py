"""Rules of the checker for what recurs: recurrence rules, and properties that must agree with DTSTART."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta

from diplocal.calendars.grammar import DATES, SHAPES
from diplocal.calendars.moments import (
    is_date_form,
    is_floating,
    read_date,
    read_date_time,
    read_length,
    value_type,
)
from diplocal.calendars.reading import Component, ContentLine, Faulty, Finding, Severity, shown
from diplocal.calendars.recurrence import Rule
from diplocal.calendars.vevents import LENGTH, PERIOD, RULE, read_rule

TRIGGER = "RFC 5545, 3.8.6.3"
_OF_THE_SERIES = ("EXDATE", "RDATE")
_OBSERVANCES = ("STANDARD", "DAYLIGHT")


def recurs_by_rules_that_can_be(component: Component) -> Iterator[Finding]:
    """Find rules that RFC 5545 does not allow, also those by which a time zone changes its clocks."""
    start = component.first("DTSTART")
    starts = _moment(start) if start else None
    for line in (*component.all("RRULE"), *component.all("EXRULE")):
        try:
            rule = read_rule(line, starts or datetime(2000, 1, 1))  # noqa: DTZ001 - any time serves to read a rule
        except Faulty as fault:
            yield fault.finding
            continue
        yield from (line.finding(RULE, fault) for fault in _misplaced(rule, start))
        if start is not None and starts is not None and rule.until is not None:
            yield from _ends_like_its_start(line, rule.until, start, component)
        if starts is not None and line.name == "RRULE" and component.name not in _OBSERVANCES:
            yield from _ends_after_its_start(line, rule)


def _misplaced(rule: Rule, start: ContentLine | None) -> Iterator[str]:
    """Yield what RFC 5545 does not allow together, although it is read."""
    if (
        start is not None
        and is_date_form(start)
        and any(part in rule.said for part in ("BYHOUR", "BYMINUTE", "BYSECOND"))
    ):
        yield "names times of day, and DTSTART is a day"


def _ends_after_its_start(line: ContentLine, rule: Rule) -> Iterator[Finding]:
    if rule.until is not None and rule.until.toordinal() + 1 < rule.starts.toordinal():
        yield line.finding(RULE, "ends before DTSTART", Severity.WARNING)


def _ends_like_its_start(line: ContentLine, until: date, start: ContentLine, component: Component) -> Iterator[Finding]:
    is_day = not isinstance(until, datetime)
    if is_day != is_date_form(start):
        yield line.finding(RULE, f"has an UNTIL that is {_kind(is_day)}, and DTSTART is {_kind(not is_day)}")
        return
    is_local = isinstance(until, datetime) and until.tzinfo is None
    if is_local and (not is_floating(start) or component.name in _OBSERVANCES):
        yield line.finding(RULE, "has an UNTIL that is not in UTC")


def _kind(is_day: bool) -> str:  # noqa: FBT001 - one of two words
    return "a day" if is_day else "a time"


def has_dates_like_its_start(component: Component) -> Iterator[Finding]:
    """Find EXDATE and RDATE of another form than the DTSTART beside them."""
    start = component.first("DTSTART")
    if start is None or component.name in _OBSERVANCES:
        return
    for line in component.properties:
        if line.name in _OF_THE_SERIES:
            yield from _is_like(line, start)


def changes_occurrences_by_their_form(calendar: Component) -> Iterator[Finding]:
    """Find a RECURRENCE-ID of another form than the DTSTART of its series."""
    starts: dict[tuple[str, str], ContentLine] = {}
    changes: list[tuple[tuple[str, str], ContentLine]] = []
    for component in calendar.walk():
        uid, start, named = (component.first(name) for name in ("UID", "DTSTART", "RECURRENCE-ID"))
        if uid is not None and named is not None:
            changes.append(((component.name, uid.value), named))
        elif uid is not None and start is not None:
            starts.setdefault((component.name, uid.value), start)
    for key, named in changes:
        if key in starts:
            yield from _is_like(named, starts[key])


def _is_like(line: ContentLine, start: ContentLine) -> Iterator[Finding]:
    if not line.is_readable or not start.is_readable or value_type(line) == "PERIOD":
        return
    if is_date_form(line) != is_date_form(start):
        yield line.finding(
            DATES[line.name].section, f"is {_kind(is_date_form(line))}, and DTSTART {_kind(is_date_form(start))}"
        )
    elif is_floating(line) != is_floating(start):
        yield line.finding(DATES[line.name].section, "and DTSTART are not both in a time zone")


def has_periods_that_can_be(line: ContentLine) -> Iterator[Finding]:
    """Find a PERIOD that is malformed, or ends before it starts."""
    if line.name != "FREEBUSY" and value_type(line) != "PERIOD":
        return
    for value in line.value.split(","):
        begin, slash, end = value.partition("/")
        starts, ends, length = read_date_time(begin), read_date_time(end), read_length(end.upper())
        is_after = length.whole > timedelta() if length else ends is not None and starts is not None and starts < ends
        if not slash or starts is None or not is_after:
            expected = "a start and a later end, or a positive length, such as 20231017T100000Z/PT1H"
            yield line.finding(PERIOD, f"is {shown(value)}: expected {expected}")


def goes_off_at_a_time(component: Component) -> Iterator[Finding]:
    """Find an alarm that does not say when it goes off, or how often again."""
    if component.name != "VALARM":
        return
    for line in component.all("TRIGGER"):
        is_time = value_type(line) == "DATE-TIME"
        is_good = (
            line.value.endswith("Z") and read_date_time(line.value) if is_time else read_length(line.value) is not None
        )
        if line.is_readable and not is_good:
            expected = "a time in UTC" if is_time else "a length of time such as -PT15M"
            yield line.finding(TRIGGER, f"is {shown(line.value)}: expected {expected}")
    again, apart = component.first("REPEAT"), component.first("DURATION")
    if (again is None) != (apart is None):
        there, missing = (again, "DURATION") if again else (apart, "REPEAT")
        if there is not None:
            yield there.finding(SHAPES["VALARM"].section, f"comes without a {missing}")


def lasts_some_time(line: ContentLine) -> Iterator[Finding]:
    """Find a length of no time at all; one below nothing is of no form that is allowed."""
    length = read_length(line.value) if line.name == "DURATION" else None
    if length is not None and not length.whole:
        yield line.finding(LENGTH, "is no time at all")


def _moment(line: ContentLine) -> date | None:
    day = read_date(line.value)
    return day.date() if day else read_date_time(line.value)
