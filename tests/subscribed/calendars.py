"""Calendars of a harbour, as its programs write them, and what a log understands of them."""

from typing import Any
from zoneinfo import ZoneInfo

import pendulum

from diplocal.engagements import Engagement, Engagements
from diplocal.importers.ical_feed import import_ical
from diplocal.importers.outcome import Outcome
from diplocal.store import MemoryStore

OSLO = ZoneInfo("Europe/Oslo")
OWN_ZONE = (
    *("BEGIN:STANDARD", "DTSTART:20251026T030000", "TZOFFSETFROM:+0200", "TZOFFSETTO:+0100"),
    *("RRULE:FREQ=YEARLY;BYMONTH=10;BYDAY=-1SU", "END:STANDARD"),
    *("BEGIN:DAYLIGHT", "DTSTART:20260329T020000", "TZOFFSETFROM:+0100", "TZOFFSETTO:+0200"),
    *("RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU", "END:DAYLIGHT"),
)


def entry(*lines: str, uid: str = "talks", title: str = "Talks") -> str:
    return "\r\n".join(
        ("BEGIN:VEVENT", f"UID:{uid}", "DTSTAMP:20260101T080000Z", f"SUMMARY:{title}", *lines, "END:VEVENT", "")
    )


def day(on: str = "20260907", *lines: str, uid: str = "talks", title: str = "Talks") -> str:
    return entry(f"DTSTART;VALUE=DATE:{on}", *lines, uid=uid, title=title)


def zone(name: str, *beside: str) -> str:
    return "\r\n".join(("BEGIN:VTIMEZONE", f"TZID:{name}", *beside, *OWN_ZONE, "END:VTIMEZONE", ""))


def calendar(*parts: str, method: str = "") -> bytes:
    head = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Harbour//Diary//EN", *([f"METHOD:{method}"] if method else [])]
    return ("\r\n".join((*head, "")) + "".join(parts) + "END:VCALENDAR\r\n").encode()


def take(content: bytes, store: MemoryStore | None = None, *, on: int = 1, **options: Any) -> Outcome:
    into = MemoryStore() if store is None else store
    return import_ical(content, into, reported=pendulum.Date(2026, 2, on), upstream="Harbour", **options)


def understood(store: MemoryStore) -> list[Engagement]:
    return list(Engagements().take(store.read())[0])


def told(*parts: str, method: str = "", **options: Any) -> list[str]:
    """Give what a log understands of a calendar: status, date, in order."""
    store = MemoryStore()
    take(calendar(*parts, method=method), store, **options)
    return said(store)


def said(store: MemoryStore) -> list[str]:
    return sorted(f"{one.status.value} {one.when.edtf if one.when else None}" for one in understood(store))
