"""Entries of an iCalendar feed (RFC 5545), read to what they say about engagements.

An entry of one of our own feeds carries its reports, and they are read. Any other says when something is, and what it
is called: an EntryListed. Recurring entries are read as their occurrences in a window of time.
"""

import hashlib
import re
import warnings
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from functools import cached_property

import attrs
import icalendar
import pendulum
from icalendar.error import GloballyUniqueTZIDGuessed

from diplocal.calendars.reports import PROPERTY, read_reports
from diplocal.dates import When
from diplocal.dates.instants import instant_text, zone_named
from diplocal.engagements import Status
from diplocal.errors import InvalidValue
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
from diplocal.importers.ical_blocks import MALFORMED, Block, Zones, cut, read_entry
from diplocal.importers.ical_series import Occurrence, occurrences
from diplocal.importers.outcome import Ledger
from diplocal.importers.recurrence import Work
from diplocal.importers.sheet_changes import KINDS
from diplocal.importers.sheet_rows import Entry
from diplocal.sources import Source

_HELD = (CallHeld, ExerciseConducted, MeetingHeld, PatrolConducted, VisitBegan, VisitConcluded)
_STATUS: dict[type, Status] = {
    Confirmed: Status.CONFIRMED,
    Cancelled: Status.CANCELLED,
    Postponed: Status.POSTPONED,
}
_NOT_IN_SLUG = re.compile(r"[^a-z0-9]+")
_OCCURRENCE = re.compile(r"(?P<series>.+)-(?P<day>[0-9]{8})t[0-9]{4}")
"""The name of an occurrence's engagement."""
_DAY = timedelta(days=1)


@attrs.frozen
class Listed:
    """What one entry says about an engagement."""

    slug: str
    row: Entry | None
    """The engagement as the calendar has it; None of a signature or a statement that stands alone."""
    beside: tuple[EngagementEvent, ...] = ()
    """What else it tells: why it moved or was cancelled, reactions, what was signed."""


@attrs.frozen(slots=False)
class Feed:
    """All that was read of a feed."""

    entries: tuple[Listed, ...]
    unread: frozenset[str]
    """Of entries that are there and cannot be read: the names of their engagements, or of their series."""
    series: frozenset[str]
    """Of recurring entries: how the names of their engagements begin."""
    window: tuple[pendulum.Date, pendulum.Date]
    """First and last day for which recurring entries were looked through."""

    def may_have(self, slug: str) -> bool:
        """Tell whether an engagement may be in the feed: it is, cannot be read, or lies where nobody looked."""
        if slug in self._slugs or slug in self.unread:
            return True
        occurrence = _OCCURRENCE.fullmatch(slug)
        if occurrence is None:
            return False
        first, last = (f"{day:%Y%m%d}" for day in self.window)
        is_out_of_sight = occurrence["series"] in self.series and not first <= occurrence["day"] <= last
        return is_out_of_sight or occurrence["series"] in self.unread

    @cached_property
    def _slugs(self) -> frozenset[str]:
        return frozenset(entry.slug for entry in self.entries)


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
        blocks = cut(name, content)
        zones = Zones(blocks.zones)
        listing = _Listing(ledger)
        groups = self._groups(blocks.entries, zones, listing)
        recurring = {uid for uid, group in groups.items() if any(entry.recurs for entry in group)}
        work = Work()
        for uid, group in groups.items():
            found = group
            if uid in recurring:
                found = []
                with listing.trying(group[0].place, self._names(uid)):
                    found = sorted(occurrences(group, zones, self.window, work), key=lambda one: str(one.starts))
            for one in found:
                with listing.trying(one.place, self._names(uid)):
                    listing.add(_place(one), self._listed(uid, one))
        series = frozenset(map(self._series, recurring))
        return Feed(listing.entries, frozenset(listing.unread), series, self.window)

    def _groups(self, blocks: Iterable[Block], zones: Zones, listing: "_Listing") -> dict[str, list[Occurrence]]:
        """Read when entries are; those of one UID belong together."""
        groups: dict[str, list[Occurrence]] = {}
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", GloballyUniqueTZIDGuessed)
            for number, block in enumerate(blocks, start=1):
                place = f"entry {number}{f' ({block.uid})' if block.uid else ''}"
                with listing.trying(place, self._names(block.uid or "")):
                    if block.uid is None:
                        raise InvalidValue("UID", None, "a name, so that it is known again (RFC 5545, 3.8.4.7)")
                    groups.setdefault(block.uid, []).append(Occurrence.read(place, read_entry(block), zones))
        return groups

    def _listed(self, uid: str, entry: Occurrence) -> Listed:
        component = entry.component
        if PROPERTY in component:
            return self._retold(_place(entry), _unescaped(str(component[PROPERTY])))
        title = _text(component, "SUMMARY")
        if title is None:
            raise InvalidValue("SUMMARY", title, "what the entry is called (RFC 5545, 3.8.1.12)")
        facts = EntryListed(
            engagement=self._series(uid) if entry.number is None else f"{self._series(uid)}-{entry.number:%Y%m%dt%H%M}",
            title=title,
            when=self._when(entry),
            place=_text(component, "LOCATION"),
            description=_text(component, "DESCRIPTION"),
            reported=self.reported,
            sources=(Source(self.upstream, url=_address(component)),),
        )
        stated = (_text(component, "STATUS") or "").upper()
        status = next((status for status in _STATUS.values() if status.name == stated), Status.PLANNED)
        return Listed(facts.engagement, Entry(_place(entry), status, facts))

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

    def _series(self, uid: str) -> str:
        """Name an engagement by its feed and its UID; an occurrence also has its place in the series."""
        publisher = _NOT_IN_SLUG.sub("-", self.upstream.lower()).strip("-") or "calendar"
        named = hashlib.sha256(f"{self.upstream}\0{uid}".encode())
        return f"{publisher}-{named.hexdigest()[:12]}"

    def _names(self, uid: str) -> tuple[str, str]:
        """Name the engagement of an entry that cannot be read: ours is in the UID."""
        return self._series(uid), uid.partition("@")[0]

    def _when(self, entry: Occurrence) -> When:
        starts, ends = entry.starts, entry.ends
        if isinstance(starts, datetime) and isinstance(ends, datetime):
            first, last = self._instant(starts), self._instant(ends)
        else:
            first, last = str(starts), str(max(ends - _DAY, starts) if ends >= starts else ends)
        return When(first) if first == last else When.between(first, last)

    def _instant(self, moment: datetime) -> str:
        """Write a moment; where clocks skip it, by the offset before they do (RFC 5545, 3.3.5)."""
        if moment.tzinfo is None:
            if self.zone is None:
                raise InvalidValue(
                    "DTSTART", str(moment), "a time with its time zone; or say which zone the feed means"
                )
            moment = moment.replace(tzinfo=zone_named(self.zone))
        return instant_text(moment.astimezone(UTC).astimezone(moment.tzinfo))


class _Listing:
    """Gathers what is read of a feed, and the names of what cannot be."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger
        self._found: dict[str, Listed] = {}
        self._complained: set[str] = set()
        self.unread: set[str] = set()

    @property
    def entries(self) -> tuple[Listed, ...]:
        """Give what was read, in order."""
        return tuple(self._found.values())

    def add(self, place: str, listed: Listed) -> None:
        """Take one in; a second of the same name is ambiguous."""
        if listed.slug in self._found:
            self._ledger.ambiguous(place, "an earlier entry of the feed has the same UID")
        else:
            self._found[listed.slug] = listed

    @contextmanager
    def trying(self, place: str, names: Iterable[str]) -> Iterator[None]:
        """Reject what cannot be read; what is wrong with many occurrences of an entry is said once."""
        try:
            yield
        except MALFORMED as wrong:
            self.unread.update(names)
            if place not in self._complained:
                self._complained.add(place)
                self._ledger.rejected(place, str(wrong))


def _place(entry: Occurrence) -> str:
    """Say where an entry stands, and which of its occurrences it is."""
    return entry.place if entry.number is None else f"{entry.place} of {entry.number:%Y-%m-%d}"


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
