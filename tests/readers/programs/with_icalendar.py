"""Reads a feed with icalendar."""

import sys

from icalendar import Calendar

from .shown import row, tell


def rows(feed: bytes) -> list[dict[str, str | None]]:
    """Give what it shows of a feed."""
    return [
        row(
            uid=entry["UID"],
            starts=entry.start,
            ends=entry.decoded("DTEND", None),
            summary=entry["SUMMARY"],
            status=entry["STATUS"],
            description=entry["DESCRIPTION"],
            location=entry.get("LOCATION"),
        )
        for entry in Calendar.from_ical(feed).events
    ]


if __name__ == "__main__":
    tell(rows(sys.stdin.buffer.read()))
