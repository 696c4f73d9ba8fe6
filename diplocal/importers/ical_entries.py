"""Entries of an iCalendar feed (RFC 5545), read to what they say about engagements.

An entry of one of our own feeds carries its reports, and they are read. Any other says when something is, and what it
is called: an EntryListed. Recurring entries are read as their occurrences in a window of time.
"""

import hashlib
import re
from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta
from itertools import islice
from typing import Any

import attrs
import icalendar
import pendulum
import recurring_ical_events
from recurring_ical_events import errors as recurrence

from diplocal.calendars.reports import PROPERTY, read_reports
from diplocal.engagements import Status
from diplocal.errors import DiplocalError, InvalidValue, UnreadableInput
from diplocal.events import (
    CallHeld,
    Cancelled,
    Confirmed,
    EngagementEvent,
    EntryListed,
    ExerciseConducted,
    MeetingHeld,
    PatrolConducted,
    Postponed,
    VisitBegan,
    VisitConcluded,
)
from diplocal.importers.outcome import Ledger
from diplocal.importers.sheet_changes import KINDS
from diplocal.importers.sheet_rows import Entry
from diplocal.instants import instant_text
from diplocal.sources import Source
from diplocal.when import When

MALFORMED = (DiplocalError, AttributeError, KeyError, TypeError, ValueError, OSError)
"""What icalendar's values raise for a property that is there twice, is missing, or is not what it says it is."""
OCCURRENCES_AT_MOST = 1000
"""Of one recurring entry, in the window."""
RECURRING = ("RRULE", "RDATE", "RECURRENCE-ID")

_HELD = (CallHeld, ExerciseConducted, MeetingHeld, PatrolConducted, VisitBegan, VisitConcluded)
_STATUS: dict[type, Status] = {
    Confirmed: Status.CONFIRMED,
    Cancelled: Status.CANCELLED,
    Postponed: Status.POSTPONED,
}
_UNDATED = (icalendar.IncompleteComponent, icalendar.InvalidCalendar, ValueError, TypeError, OverflowError)
"""What icalendar raises for a beginning or an end that it cannot tell."""
_NOT_IN_SLUG = re.compile(r"[^a-z0-9]+")
_DAY = timedelta(days=1)


@attrs.frozen
class Listed:
    """What one entry says about an engagement."""

    slug: str
    row: Entry | None
    """The engagement as the calendar has it; None of a signature or a statement that stands alone."""
    beside: tuple[EngagementEvent, ...] = ()
    """What else it tells: why it moved or was cancelled, reactions, what was signed."""


@attrs.frozen
class Feed:
    """All that was read of a feed."""

    entries: tuple[Listed, ...]
    unread: tuple[str, ...]
    """Of entries that are there and cannot be read: how the names of their engagements begin."""

    def has(self, slug: str) -> bool:
        """Tell whether an engagement is in the feed, readable or not."""
        here = any(entry.slug == slug for entry in self.entries)
        return here or any(slug == name or slug.startswith(f"{name}-") for name in self.unread)


@attrs.frozen(kw_only=True)
class Reading:
    """How the entries of one feed are read."""

    upstream: str
    """The feed's name: a publisher, as people know it."""
    reported: pendulum.Date
    zone: str | None
    """The time zone of times that name none; None refuses them."""
    window: tuple[pendulum.Date, pendulum.Date]
    """First and last day for which recurring entries are expanded."""

    def feed(self, name: str, content: bytes, ledger: Ledger) -> Feed:
        """Read a feed; what cannot be read is entered into the ledger.

        Raises UnreadableInput for what is no iCalendar.
        """
        found: dict[str, Listed] = {}
        unread: list[str] = []
        for place, component in self._components(name, content, ledger, unread):
            try:
                listed = self._listed(place, component)
            except MALFORMED as wrong:
                ledger.rejected(place, str(wrong))
                unread += self._names(component)
                continue
            if listed.slug in found:
                ledger.ambiguous(place, "an earlier entry of the feed has the same UID")
            else:
                found[listed.slug] = listed
        return Feed(tuple(found.values()), tuple(unread))

    def _components(
        self, name: str, content: bytes, ledger: Ledger, unread: list[str]
    ) -> Iterator[tuple[str, icalendar.Event]]:
        """Give each entry, and each occurrence of a recurring one, with its place in the feed."""
        recurring: dict[str, list[tuple[str, icalendar.Event]]] = {}
        zones: list[Any] = []
        for calendar in _calendars(name, content):
            zones += calendar.timezones
            for number, component in enumerate(calendar.events, start=1):
                uid = _text(component, "UID")
                place = f"entry {number}{f' ({uid})' if uid else ''}"
                if uid is None:
                    ledger.rejected(place, "it has no UID (RFC 5545, 3.8.4.7), so it cannot be known again")
                elif any(part in component for part in RECURRING):
                    recurring.setdefault(uid, []).append((place, component))
                else:
                    yield place, component
        for group in recurring.values():
            try:
                yield from self._occurrences(group, zones)
            except InvalidValue as wrong:
                ledger.rejected(group[0][0], str(wrong))
                unread += self._names(group[0][1])

    def _occurrences(
        self, group: Sequence[tuple[str, icalendar.Event]], zones: Sequence[Any]
    ) -> Iterator[tuple[str, icalendar.Event]]:
        """Give each occurrence of a recurring entry; all of them are found before the first is given."""
        place, rule = group[0][0], _text(group[0][1], "RRULE")
        alone = icalendar.Calendar()
        for component in (*zones, *(component for _, component in group)):
            alone.add_component(component)
        first, last = self.window
        try:
            following = recurring_ical_events.of(alone).after(first)
            found = list(islice(following, OCCURRENCES_AT_MOST + 1))
        except (recurrence.InvalidCalendar, OverflowError, *MALFORMED) as wrong:
            raise InvalidValue("RRULE", rule, f"a recurrence that can be expanded: {wrong}") from wrong
        if len(found) > OCCURRENCES_AT_MOST and _day(found[-1].start) <= last:
            raise InvalidValue("RRULE", rule, f"at most {OCCURRENCES_AT_MOST} times from {first} to {last}")
        for occurrence in found:
            if _day(occurrence.start) <= last:
                yield f"{place} of {_day(occurrence.start)}", occurrence

    def _listed(self, place: str, component: icalendar.Event) -> Listed:
        if PROPERTY in component:
            return self._retold(place, _unescaped(str(component[PROPERTY])))
        title = _text(component, "SUMMARY")
        if title is None:
            raise InvalidValue("SUMMARY", title, "what the entry is called (RFC 5545, 3.8.1.12)")
        facts = EntryListed(
            engagement=self._slug(component),
            title=title,
            when=self._when(component),
            place=_text(component, "LOCATION"),
            description=_text(component, "DESCRIPTION"),
            reported=self.reported,
            sources=(Source(self.upstream, url=_address(component)),),
        )
        stated = (_text(component, "STATUS") or "").upper()
        status = next((status for status in _STATUS.values() if status.name == stated), Status.PLANNED)
        return Listed(facts.engagement, Entry(place, status, facts))

    def _retold(self, place: str, text: str) -> Listed:
        """Read the reports of one of our own feeds: they keep their sources, and come by way of this one."""
        told = [
            attrs.evolve(event, reported=self.reported, sources=(*event.sources, Source(self.upstream)))  # type: ignore[misc] # attrs makes every event
            for event in read_reports(text)
        ]
        facts = next((event for event in told if isinstance(event, KINDS)), None)
        stated = (_STATUS[type(event)] for event in told if type(event) in _STATUS)
        beside = tuple(event for event in told if event is not facts)
        if facts is None:
            return Listed(told[0].engagement, None, beside)
        status = Status.HELD if isinstance(facts, _HELD) else next(stated, Status.PLANNED)
        return Listed(facts.engagement, Entry(place, status, facts), beside)

    def _slug(self, component: icalendar.Event) -> str:
        """Name an engagement by its feed and its UID, and an occurrence also by its place in the series."""
        number = component.get("RECURRENCE-ID")
        return f"{self._series(component)}-{number.dt:%Y%m%dt%H%M}" if number else self._series(component)

    def _series(self, component: icalendar.Event) -> str:
        publisher = _NOT_IN_SLUG.sub("-", self.upstream.lower()).strip("-") or "calendar"
        uid = hashlib.sha256(f"{self.upstream}\0{_text(component, 'UID')}".encode()).hexdigest()[:12]
        return f"{publisher}-{uid}"

    def _names(self, component: icalendar.Event) -> tuple[str, str]:
        """Name the engagement of an entry that cannot be read: ours is in the UID."""
        return self._series(component), (_text(component, "UID") or "").partition("@")[0]

    def _when(self, component: icalendar.Event) -> When:
        try:
            starts, ends = component.start, component.end
        except _UNDATED as wrong:
            raise InvalidValue("DTSTART and DTEND", str(wrong), "when the entry is (RFC 5545, 3.6.1)") from wrong
        if isinstance(starts, datetime) and isinstance(ends, datetime):
            first, last = self._instant(starts), self._instant(ends)
        else:
            first, last = str(starts), str(max(ends - _DAY, starts) if ends >= starts else ends)
        return When(first) if first == last else When.between(first, last)

    def _instant(self, moment: datetime) -> str:
        if moment.tzinfo is not None:
            return instant_text(moment)
        if self.zone is None:
            raise InvalidValue("DTSTART", str(moment), "a time with its time zone; or say which zone the feed means")
        return instant_text(moment.replace(tzinfo=pendulum.timezone(self.zone)))


def _calendars(name: str, content: bytes) -> Sequence[icalendar.Calendar]:
    try:
        found = icalendar.Calendar.from_ical(content, multiple=True)
    except (ValueError, TypeError, KeyError, IndexError, OSError) as wrong:
        raise UnreadableInput(name, f"it is no iCalendar: {wrong}") from wrong
    calendars = [calendar for calendar in found if calendar.name == "VCALENDAR"]
    if not calendars:
        raise UnreadableInput(name, "it has no BEGIN:VCALENDAR (RFC 5545, 3.4)")
    return calendars


def _text(component: icalendar.Event, name: str) -> str | None:
    """Give a property's text, trimmed; None when it is missing or empty, the first of several."""
    value = component.get(name)
    first = value[0] if isinstance(value, list) and value else value
    return str(first).strip() or None if first is not None else None


def _unescaped(text: str) -> str:
    """Undo the escapes of a text (RFC 5545, 3.3.11): icalendar leaves them in a property that it does not know."""
    return re.sub(r"\\(.)", lambda escape: "\n" if escape[1] in "nN" else escape[1], text)


def _address(component: icalendar.Event) -> str | None:
    address = _text(component, "URL") or ""
    return address if address.startswith(("https://", "http://")) and not re.search(r"\s", address) else None


def _day(moment: date) -> date:
    return moment.date() if isinstance(moment, datetime) else moment
