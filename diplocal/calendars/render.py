"""Entries as iCalendar (RFC 5545), flat: what every reader takes."""

from collections.abc import Iterator
from functools import lru_cache

import pendulum

from diplocal.calendars import reports
from diplocal.calendars.entry import Entry, EntryStatus
from diplocal.calendars.lines import Property, component, content_line, date_value, datetime_value, text, uri
from diplocal.calendars.policy import Policy
from diplocal.records import instant

PRODUCT = "-//diplocal//diplomatic calendar//EN"
REFRESH = "PT1H"
"""How often readers are asked to look again (RFC 7986, 5.7)."""


def render_entry(entry: Entry, log_id: str, policy: Policy) -> bytes:
    """Render an entry as a VEVENT. UIDs are made from the engagement's slug and a log's identity."""
    return component("VEVENT", list(properties(entry, log_id, policy)))


def render_header(title: str) -> bytes:
    """Render the beginning of a calendar, down to its last property."""
    lines: list[Property] = [
        ("NAME", "", text(title)),
        ("X-WR-CALNAME", "", text(title)),
        ("REFRESH-INTERVAL", ";VALUE=DURATION", REFRESH),
        ("X-PUBLISHED-TTL", "", REFRESH),
    ]
    return render_item_header() + b"".join(content_line(*line) for line in lines)


def render_item_header() -> bytes:
    """Render the beginning of a calendar of one entry, which has no name of its own."""
    lines: list[Property] = [
        ("VERSION", "", "2.0"),
        ("PRODID", "", PRODUCT),
        ("CALSCALE", "", "GREGORIAN"),
    ]
    return b"BEGIN:VCALENDAR\r\n" + b"".join(content_line(*line) for line in lines)


def uid(slug: str, log_id: str) -> str:
    """Name an entry for ever, uniquely in the world."""
    return f"{slug}@{log_id}.diplocal"


def properties(entry: Entry, log_id: str, policy: Policy) -> Iterator[Property]:
    """Yield an entry's properties, in the order in which icalendar writes them."""
    yield "SUMMARY", "", text(entry.summary)
    yield "DTSTART", *_moment(entry.starts)
    if entry.ends is not None:
        yield "DTEND", *_moment(entry.ends)
    yield "DTSTAMP", *_stamp(entry.modified.recorded_micros)
    yield "UID", "", text(uid(entry.slug, log_id))
    yield "SEQUENCE", "", str(entry.sequence)
    yield "CATEGORIES", "", ",".join(map(text, entry.categories))
    yield "COLOR", "", entry.colour
    yield "CREATED", *_stamp(entry.created.recorded_micros)
    yield "DESCRIPTION", "", text(entry.description)
    yield "LAST-MODIFIED", *_stamp(entry.modified.recorded_micros)
    if entry.location:
        yield "LOCATION", "", text(entry.location)
    if entry.during:
        yield "RELATED-TO", ";RELTYPE=PARENT", text(uid(entry.during, log_id))
    yield "STATUS", "", shown_status(entry, policy).value
    yield "TRANSP", "", "TRANSPARENT"
    if entry.url:
        yield "URL", "", uri(entry.url)
    yield "X-DIPLOCAL-EDTF", "", text(entry.edtf)
    if entry.reports:
        yield reports.PROPERTY, "", text(reports.write_reports(entry.reports))


def shown_status(entry: Entry, policy: Policy) -> EntryStatus:
    """Return the status that a feed of this policy shows."""
    return EntryStatus.CONFIRMED if entry.is_cancelled and policy.cancelled_stay_confirmed else entry.status


def _moment(when: pendulum.Date) -> tuple[str, str]:
    return datetime_value(when) if isinstance(when, pendulum.DateTime) else date_value(when)


@lru_cache(maxsize=4096)
def _stamp(micros: int) -> tuple[str, str]:
    return datetime_value(instant(micros))
