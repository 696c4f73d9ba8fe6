"""What entries of an iCalendar file (RFC 5545) say about engagements.

An entry of one of our own feeds carries its reports, and they are read. Any other says when something is, and what it
is called: an EntryListed. Recurring entries are read as their occurrences in a window of time.
"""

import hashlib
import re
from collections.abc import Callable, Iterator
from datetime import date, datetime
from functools import cached_property

import attrs
import pendulum

from diplocal.calendars.listing import Fate, Listing
from diplocal.calendars.occurrences import Occurrence
from diplocal.calendars.reading import Component, ContentLine
from diplocal.calendars.reports import PROPERTY, read_reports
from diplocal.calendars.vevents import title_of, when
from diplocal.checks import fault_of, without_faults
from diplocal.dates import When
from diplocal.engagements import Status
from diplocal.engagements.reports import OCCURRENCES
from diplocal.errors import DiplocalError, InvalidValue
from diplocal.events import (
    Cancelled,
    Confirmed,
    EngagementEvent,
    EntryListed,
    PlanDenied,
    Postponed,
    VisitBegan,
    VisitInvited,
)
from diplocal.importers.intake import slug_text
from diplocal.importers.outcome import Ledger
from diplocal.importers.sheet_changes import KINDS
from diplocal.importers.sheet_rows import Entry
from diplocal.sources import Source

_STATUS: dict[type, Status] = {
    Confirmed: Status.CONFIRMED,
    Cancelled: Status.CANCELLED,
    Postponed: Status.POSTPONED,
}
OCCURRENCE = re.compile(r"(?P<series>.+)-(?P<number>(?P<day>[0-9]{8})t[0-9]{4})")
"""The name of an occurrence's engagement."""


@attrs.frozen
class Cancellation:
    """What a calendar takes back: an entry, an occurrence of a series, or that and all that follow."""

    series: str
    number: date | None
    """Which occurrence; None is all of them."""
    and_future: bool


@attrs.frozen
class Listed:
    """What one entry says about an engagement."""

    place: str
    slug: str
    row: Entry | None
    """The engagement as the calendar has it; None of a signature or a statement that stands alone."""
    beside: tuple[EngagementEvent, ...] = ()
    """What else it tells: why it moved or was cancelled, reactions, what was signed."""
    number: date | None = None
    """Of an occurrence whose series is not in the file: its RECURRENCE-ID."""
    cancels: Cancellation | None = None
    """Set by METHOD:CANCEL."""
    sequence: int | None = None
    """Tells editions of it apart; that of the series, of an occurrence. None where nothing tells them apart."""


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
        """Return whether an engagement may be in the feed: it is, cannot be read, or lies where nobody looked."""
        if slug in self._slugs or slug in self.unread:
            return True
        occurrence = OCCURRENCE.fullmatch(slug)
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
    window: tuple[pendulum.Date, pendulum.Date]
    """First and last day for which recurring entries are expanded."""

    def feed(self, listing: Listing, ledger: Ledger) -> Feed:
        """Read what a file lists; what cannot be read is entered into the ledger."""
        enter: dict[Fate, Callable[[str, str], None]] = {
            Fate.REJECTED: ledger.rejected,
            Fate.AMBIGUOUS: ledger.ambiguous,
            Fate.PASSED_OVER: ledger.passed_over,
            Fate.NOTED: ledger.noted,
        }
        for remark in listing.remarks:
            enter[remark.fate](remark.place, remark.reason)
        found: dict[str, Listed] = {}
        unread = set(listing.unread)
        complained: set[int] = set()
        sequences = {one.entry.uid: one.entry.sequence for one in listing.occurrences if one.entry.of_series is None}
        for one in listing.occurrences:
            try:
                sequence = sequences.get(one.entry.uid)
                listed = self._listed(one, sequence, is_alone=one.entry.uid not in listing.recurring)
            except DiplocalError as error:
                unread.add(one.entry.uid)
                if id(one.entry) not in complained:  # what is wrong with many occurrences of an entry is said once
                    ledger.rejected(one.entry.place, str(error))
                complained.add(id(one.entry))
                continue
            if listed.slug in found:
                ledger.ambiguous(one.place, "its reports are of the same engagement as an earlier entry's")
            else:
                found[listed.slug] = listed
        names = frozenset(name for uid in unread for name in self._names(uid))
        return Feed(tuple(found.values()), names, frozenset(map(self._series, listing.recurring)), self.window)

    def _listed(self, one: Occurrence, sequence: int | None, *, is_alone: bool) -> Listed:
        component, entry = one.entry.component, one.entry
        reports = component.first(PROPERTY)
        if reports is not None:
            return attrs.evolve(self._retold(one.place, reports.text), sequence=sequence)
        series = self._series(entry.uid)
        slug = series if one.number is None else f"{series}-{one.number:%Y%m%dt%H%M}"
        named = entry.of_series.moment if entry.of_series else None
        number = named if is_alone else None
        cancels = Cancellation(series, named, entry.and_future) if entry.method == "CANCEL" else None
        title = title_of(component)
        if title is None or (cancels and one.starts is None):
            return Listed(one.place, slug, None, number=number, cancels=cancels, sequence=sequence)
        facts = EntryListed(
            engagement=slug,
            title=title.text,
            when=_when(one),
            place=_text(component, "LOCATION"),
            description=_text(component, "DESCRIPTION"),
            sequence=sequence or None,
            reported=self.reported,
            sources=(Source(self.upstream, url=_address(component)),),
        )
        row = Entry(one.place, entry.status, facts)
        return Listed(one.place, slug, row, number=number, cancels=cancels, sequence=sequence)

    def _retold(self, place: str, text: str) -> Listed:
        """Read the reports of one of our own feeds: they keep their sources, and come by way of this one."""
        told = [
            event.evolve(reported=self.reported, sources=self._by_way_of_here(event)) for event in read_reports(text)
        ]
        facts = next((event for event in told if isinstance(event, KINDS)), None)
        stated = (_STATUS[type(event)] for event in told if type(event) in _STATUS)
        beside = tuple(event for event in told if event is not facts)
        if facts is None:
            return Listed(place, told[0].engagement, None, beside)
        took_place = Status.UNDER_WAY if isinstance(facts, VisitBegan) else Status.HELD
        ahead = Status.INVITED if isinstance(facts, VisitInvited) else Status.PLANNED
        status = took_place if isinstance(facts, OCCURRENCES) else next(stated, ahead)
        reason = next((event.reason for event in told if isinstance(event, Cancelled | Postponed)), None)
        return Listed(place, facts.engagement, Entry(place, status, facts, reason=reason), beside)

    def _by_way_of_here(self, event: EngagementEvent) -> tuple[Source, ...]:
        """Return who said it, and this feed, which denies nothing itself: it tells who did."""
        return event.sources if isinstance(event, PlanDenied) else (*event.sources, Source(self.upstream))

    def _series(self, uid: str) -> str:
        """Name an engagement by its feed and its UID; an occurrence also has its place in the series."""
        publisher = slug_text(self.upstream) or "calendar"
        named = hashlib.sha256(f"{self.upstream}\0{uid}".encode())
        return f"{publisher}-{named.hexdigest()[:12]}"

    def _names(self, uid: str) -> Iterator[str]:
        """Name the engagement of an entry that cannot be read: ours is in the UID."""
        yield self._series(uid)
        yield uid.partition("@")[0]


def _when(one: Occurrence) -> When:
    start = one.entry.component.first("DTSTART")
    if one.starts is None or one.last is None or start is None:
        raise InvalidValue("DTSTART", None, "when the entry is (RFC 5545, 3.6.1)")
    if isinstance(one.starts, datetime) and one.starts.tzinfo is None:
        raise InvalidValue("DTSTART", "a time in no time zone", "one with its zone; or say which is meant with --zone")
    return when(one.starts, one.last, start)


def _text(component: Component, name: str) -> str | None:
    """Return a text without what no text may hold; None when it is missing or empty, the first of several."""
    line = component.first(name)
    return (without_faults(line.text).strip() or None) if line and line.is_readable else None


def _address(component: Component) -> str | None:
    line = component.first("URL")
    address = _trimmed(line) if line else ""
    is_good = address.startswith(("https://", "http://")) and not re.search(r"\s", address) and not fault_of(address)
    return address if is_good else None


def _trimmed(line: ContentLine) -> str:
    return line.value.strip()
