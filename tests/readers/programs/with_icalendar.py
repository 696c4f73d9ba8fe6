"""Reads a feed with icalendar."""

import sys

from icalendar import Calendar

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
    for entry in Calendar.from_ical(sys.stdin.buffer.read()).events
)
