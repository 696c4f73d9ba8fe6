"""A validator for iCalendar: what readers stumble over, and icalendar passes.

Whatever the import of a calendar would not take because of what stands in it is found too: ``listing`` is read by both.

It reads any bytes and raises for none. RFC 5545 is the measure, with 5546 for METHOD, 7986 for the properties of
calendars and 9073 for participants and places; properties and components that begin with X- may be anything.
"""

import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime

from diplocal.calendars.check_series import (
    changes_occurrences_by_their_form,
    goes_off_at_a_time,
    has_dates_like_its_start,
    has_periods_that_can_be,
    lasts_some_time,
    recurs_by_rules_that_can_be,
)
from diplocal.calendars.grammar import (
    DATES,
    FORMS,
    SCHEDULING,
    SHAPES,
    STATUSES,
    TEXT_LISTS,
    TEXTS,
    VALUE_TYPES,
    Shape,
)
from diplocal.calendars.listing import list_entries
from diplocal.calendars.moments import is_floating, is_later, read_date, read_date_time, value_type
from diplocal.calendars.occurrences import window_around
from diplocal.calendars.reading import (
    COMPONENTS,
    LIMITS,
    Component,
    ContentLine,
    Finding,
    Parsed,
    Severity,
    read,
    shown,
)
from diplocal.calendars.reports import PROPERTY, read_reports
from diplocal.calendars.zones import ZONE, zone_key
from diplocal.checks import expect
from diplocal.errors import DiplocalError

__all__ = ["Finding", "Severity", "check"]


def check(calendar: bytes) -> list[Finding]:
    r"""List everything that is wrong with an iCalendar file, from its first line to its last.

    >>> for finding in check(b"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:\r\nCOLOR:#ff0000\r\nEND:VCALENDAR\r\n"):
    ...     print(finding)
    line 1: BEGIN opens a VCALENDAR without a component: expected one at least (RFC 5545, 3.6)
    line 4: COLOR is '#ff0000': expected a colour name of CSS3 such as steelblue (RFC 7986, 5.9)
    """
    expect("calendar", calendar, "the bytes of an iCalendar file", bytes)
    parsed = read(calendar)
    tops, findings = parsed.components, parsed.findings
    if not tops and not any(finding.section == LIMITS for finding in findings):
        findings.append(Finding(1, "BEGIN", OBJECT, "is missing: there is no calendar"))
    for top in tops:
        findings += (finding for rule in RULES_FOR_CALENDARS for finding in rule(top))
        for component in top.walk():
            findings += (finding for rule in RULES_FOR_COMPONENTS for finding in rule(component))
            for line in filter(_is_readable, component.properties):
                findings += (finding for rule in RULES_FOR_PROPERTIES for finding in rule(line))
    known = {(finding.line, finding.property) for finding in findings}
    findings += (finding for finding in _of_an_import(parsed) if (finding.line, finding.property) not in known)
    return sorted(findings, key=lambda finding: (finding.line, finding.property, finding.section, finding.message))


def _of_an_import(parsed: Parsed) -> Iterator[Finding]:
    """Yield what an import would remark that is made on the day of the file's newest DTSTAMP, and told a time zone."""
    stamps = (line for top in parsed.components for one in top.walk() for line in one.all("DTSTAMP"))
    day = max(filter(None, (read_date_time(line.value.strip()) for line in stamps)), default=FIRST)
    remarks = list_entries(parsed, window_around(day.date()), UTC).remarks
    return (remark.finding for remark in remarks if remark.finding is not None)


FIRST = datetime(1970, 1, 1)  # noqa: DTZ001 - some day, for a file that names none
OBJECT = "RFC 5545, 3.4"
TEXT = "RFC 5545, 3.3.11"

ENTRIES = {"VEVENT", "VTODO", "VJOURNAL"}
"""Components that a UID tells apart."""
ANYTHING = Shape("")
"""The shape of components that no table has."""

_ESCAPED = re.compile(r"\\[\\;,nN]")


def _is_readable(line: ContentLine) -> bool:
    return line.is_readable


# Rules for properties


def _is_of_its_form(line: ContentLine) -> Iterator[Finding]:
    form = FORMS.get(line.name)
    if form and not form.pattern.fullmatch(line.value):
        yield line.finding(form.section, f"is {shown(line.value)}: expected {form.expected}")


def _says_its_value_type(line: ContentLine) -> Iterator[Finding]:
    section, types = VALUE_TYPES.get(line.name, ("", frozenset[str]()))
    if types and value_type(line) not in types:
        yield line.finding(section, f"needs VALUE={' or '.join(sorted(types))}")


def _is_a_date(line: ContentLine) -> Iterator[Finding]:
    if line.name not in DATES:
        return
    kind = value_type(line)
    if kind not in DATES[line.name].types:
        yield line.finding(DATES[line.name].section, f"has the value type {shown(kind)}")
        return
    for value in line.value.split(",") if DATES[line.name].is_list else [line.value]:
        if kind == "DATE" and read_date(value) is None:
            yield line.finding("RFC 5545, 3.3.4", f"is {shown(value)}: expected a date such as 20231017")
        if kind == "DATE-TIME" and read_date_time(value) is None:
            yield line.finding("RFC 5545, 3.3.5", f"is {shown(value)}: expected {_a_date_time(value)}")
    if DATES[line.name].is_in_utc and not line.value.endswith("Z"):
        yield line.finding(DATES[line.name].section, "is not in UTC")


def _a_date_time(value: str) -> str:
    hint = ", or VALUE=DATE for a day" if read_date(value) else ""
    return f"a date and time such as 20231017T100000Z{hint}"


def _is_escaped(line: ContentLine) -> Iterator[Finding]:
    if line.name not in TEXTS | TEXT_LISTS or value_type(line) != "TEXT":
        return
    bare = _ESCAPED.sub("", line.value)
    if "\\" in bare:
        yield line.finding(TEXT, r"has a backslash before something else than \ ; , n N")
    if ";" in bare:
        yield line.finding(TEXT, "has a bare semicolon")
    if "," in bare and line.name in TEXTS:
        yield line.finding(TEXT, "has a bare comma")


def _reports_what_can_be_read(line: ContentLine) -> Iterator[Finding]:
    if line.name != PROPERTY:
        return
    try:
        read_reports(line.text)
    except DiplocalError as error:
        yield line.finding("the reports of diplocal", f"cannot be read: {error}")


# Rules for components


def _has_what_it_must(component: Component) -> Iterator[Finding]:
    shape = SHAPES.get(component.name, ANYTHING)
    for name in sorted(shape.required - {line.name for line in component.properties}):
        yield component.missing(name, shape.section)


def _repeats_nothing(component: Component) -> Iterator[Finding]:
    shape = SHAPES.get(component.name, ANYTHING)
    seen: set[str] = set()
    for line in component.properties:
        if line.name in seen and line.name in shape.required | shape.once:
            yield line.finding(shape.section, f"comes more than once in its {component.name}")
        seen.add(line.name)


def _has_a_known_status(component: Component) -> Iterator[Finding]:
    known = STATUSES.get(component.name, frozenset())
    for line in component.all("STATUS"):
        if known and line.is_readable and line.value.upper() not in known:
            expected = ", ".join(sorted(known))
            yield line.finding("RFC 5545, 3.8.1.11", f"is {shown(line.value)}: expected one of {expected}")


def _has_one_end(component: Component) -> Iterator[Finding]:
    for end, section in (("DTEND", "RFC 5545, 3.6.1"), ("DUE", "RFC 5545, 3.6.2")):
        duration = component.first("DURATION")
        if duration and component.first(end):
            yield duration.finding(section, f"comes beside {end}: only one of them may say when it ends")


def _ends_after_it_starts(component: Component) -> Iterator[Finding]:
    name = {"VEVENT": "DTEND", "VFREEBUSY": "DTEND", "VTODO": "DUE"}.get(component.name, "")
    start, end = component.first("DTSTART"), component.first(name)
    if start is None or end is None or not (_says_when(start) and _says_when(end)):
        return
    section, later = DATES[name].section, is_later(end, start)
    if value_type(start) != value_type(end):
        types = shown(value_type(end)), shown(value_type(start))
        yield end.finding(section, f"has the value type {types[0]}, and DTSTART {types[1]}")
    elif is_floating(start) != is_floating(end):
        yield end.finding(section, "and DTSTART are not both in a time zone")
    elif later is False:
        yield end.finding(section, "is not after DTSTART")


def _says_when(line: ContentLine) -> bool:
    """Return whether there is anything to compare: other rules find what is malformed, and once is enough."""
    read = read_date if value_type(line) == "DATE" else read_date_time
    return line.is_readable and value_type(line) in DATES[line.name].types and read(line.value) is not None


def _has_an_observance(component: Component) -> Iterator[Finding]:
    if component.name == "VTIMEZONE" and not component.components:
        yield component.missing("STANDARD", SHAPES["VTIMEZONE"].section)


# Rules for whole calendars


def _is_a_calendar(top: Component) -> Iterator[Finding]:
    if top.name != "VCALENDAR":
        yield top.begin.finding(OBJECT, f"opens {shown(top.name)} outside of a VCALENDAR")


def _is_no_calendar_inside(top: Component) -> Iterator[Finding]:
    for component in top.walk():
        if component.name == "VCALENDAR" and component is not top:
            yield component.begin.finding(OBJECT, f"opens a VCALENDAR inside of a {shown(top.name)}")


def _has_a_component(calendar: Component) -> Iterator[Finding]:
    if calendar.name == "VCALENDAR" and not calendar.components:
        yield calendar.begin.finding(COMPONENTS, "opens a VCALENDAR without a component: expected one at least")


def _puts_properties_first(calendar: Component) -> Iterator[Finding]:
    first = min((inner.begin.number for inner in calendar.components), default=None)
    for line in calendar.properties:
        if first and line.number > first:
            yield line.finding("RFC 5545, 3.6", "comes after a component: readers pass it over")


def _has_no_uid(calendar: Component) -> Iterator[Finding]:
    for line in calendar.all("UID"):
        if calendar.name == "VCALENDAR":
            yield line.finding("RFC 7986, 5.3", "of a calendar makes some readers see one entry", Severity.WARNING)


def _tells_entries_apart(calendar: Component) -> Iterator[Finding]:
    seen: dict[tuple[str, str | None], int] = {}
    for entry in calendar.walk():
        uid, recurrence = entry.first("UID"), entry.first("RECURRENCE-ID")
        if entry.name in ENTRIES and uid and uid.is_readable and uid.is_decoded:
            number = seen.setdefault((uid.value, recurrence.value if recurrence else None), uid.number)
            if number != uid.number:
                yield uid.finding("RFC 5545, 3.8.4.7", f"is the same as on line {number}")


def _brings_its_time_zones(calendar: Component) -> Iterator[Finding]:
    zones = {
        zone_key(line.value)
        for component in calendar.walk()
        if component.name == "VTIMEZONE"
        for line in component.all("TZID")
    }
    for component in calendar.walk():
        for line in component.properties:
            yield from _names_a_zone(line, zones)


def _names_a_zone(line: ContentLine, zones: set[str]) -> Iterator[Finding]:
    zone = line.parameters.get("TZID")
    if zone is None:
        return
    if line.value.endswith("Z") or value_type(line) == "DATE":
        yield line.finding(ZONE, "has a TZID, which a date or a time in UTC cannot have")
    elif zone_key(zone) not in zones and not zone.startswith("/"):
        yield line.finding(ZONE, f"names the time zone {shown(zone)}, and there is no VTIMEZONE of that name")


def _tells_time_zones_apart(calendar: Component) -> Iterator[Finding]:
    seen: set[str] = set()
    for component in calendar.walk():
        for line in component.all("TZID"):
            if component.name == "VTIMEZONE" and zone_key(line.value) in seen:
                yield line.finding("RFC 5545, 3.6.5", f"is the same as that of another VTIMEZONE, {shown(line.value)}")
            seen.add(zone_key(line.value))


def _fits_its_method(calendar: Component) -> Iterator[Finding]:
    """Without METHOD, an event has to start (RFC 5545, 3.6.1); with one, somebody has to be its organizer."""
    has_method = calendar.first("METHOD") is not None
    for component in calendar.walk():
        if has_method and component.name in SCHEDULING and not component.first("ORGANIZER"):
            yield component.missing("ORGANIZER", SCHEDULING[component.name])
        if not has_method and component.name == "VEVENT" and not component.first("DTSTART"):
            yield component.missing("DTSTART", SHAPES["VEVENT"].section)


RULES_FOR_PROPERTIES: tuple[Callable[[ContentLine], Iterator[Finding]], ...] = (
    _is_of_its_form,
    _says_its_value_type,
    _is_a_date,
    _is_escaped,
    has_periods_that_can_be,
    lasts_some_time,
    _reports_what_can_be_read,
)
RULES_FOR_COMPONENTS: tuple[Callable[[Component], Iterator[Finding]], ...] = (
    _has_what_it_must,
    _repeats_nothing,
    _has_a_known_status,
    _has_one_end,
    _ends_after_it_starts,
    _has_an_observance,
    recurs_by_rules_that_can_be,
    has_dates_like_its_start,
    goes_off_at_a_time,
)
RULES_FOR_CALENDARS: tuple[Callable[[Component], Iterator[Finding]], ...] = (
    _is_a_calendar,
    _is_no_calendar_inside,
    _has_a_component,
    _puts_properties_first,
    _has_no_uid,
    _tells_entries_apart,
    changes_occurrences_by_their_form,
    _brings_its_time_zones,
    _tells_time_zones_apart,
    _fits_its_method,
)
