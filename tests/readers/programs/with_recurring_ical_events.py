"""Reads a feed with recurring-ical-events, which web calendars ask what happens between two days."""

import sys

from icalendar import Calendar
from recurring_ical_events import of

from .shown import row, tell

tell(
    row(
        uid=entry["UID"],
        starts=entry.start,
        ends=entry.decoded("DTEND", None),
        summary=entry["SUMMARY"],
        status=entry["STATUS"],
        description=entry["DESCRIPTION"],
        location=entry.get("LOCATION"),
    )
    for entry in of(Calendar.from_ical(sys.stdin.buffer.read())).between((1800, 1, 1), (2200, 1, 1))
)
