"""Reads a feed with vobject, which CalDAV servers parse what they are given with."""

import sys

import vobject

from .shown import row, tell

calendar = vobject.readOne(sys.stdin.buffer.read().decode())
tell(
    row(
        uid=entry.uid.value,
        starts=entry.dtstart.value,
        ends=entry.dtend.value if hasattr(entry, "dtend") else None,
        summary=entry.summary.value,
        status=entry.status.value,
        description=entry.description.value,
        location=entry.location.value if hasattr(entry, "location") else None,
    )
    for entry in calendar.contents.get("vevent", ())
)
