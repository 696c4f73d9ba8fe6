"""Reads a feed with ical, Home Assistant's parser."""

import sys

from ical.calendar_stream import IcsCalendarStream

from .shown import row, tell

calendar = IcsCalendarStream.calendar_from_ics(sys.stdin.buffer.read().decode())
tell(
    row(
        uid=entry.uid,
        starts=entry.start,
        ends=entry.dtend,
        summary=entry.summary,
        status=entry.status.value if entry.status else None,
        description=entry.description,
        location=entry.location,
    )
    for entry in calendar.events
)
