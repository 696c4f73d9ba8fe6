"""Subscribes a log to somebody's iCalendar feed: import it again whenever it was fetched again.

A new entry is an announcement, a moved one a reschedule (or a better date, when it lies within the old one), and a
cancelled one a cancellation. What is gone although it lies ahead is no longer listed; what is gone because it is over
says nothing. The same feed again changes nothing.

What a feed told before is read from the log itself, by who recorded it: each feed has a name, and keeps it.
"""

from collections.abc import Iterable, Iterator
from io import BytesIO
from itertools import chain
from pathlib import Path
from typing import Any

import attrs
import pendulum

from diplocal.calendars.listing import calendars, list_entries
from diplocal.calendars.occurrences import window_around
from diplocal.calendars.reading import MOST_OCTETS, Parsed, read
from diplocal.calendars.zones import in_iana, place_named
from diplocal.checks import expect
from diplocal.dates.instants import zone_named
from diplocal.engagements import Report, Status, known_since
from diplocal.engagements.fold import report_of
from diplocal.errors import InvalidValue, UnreadableInput
from diplocal.events import (
    Cancelled,
    Confirmed,
    Corrected,
    EngagementEvent,
    EntryListed,
    NoLongerListed,
    PlanDenied,
    Postponed,
    ReportAttached,
    Rescheduled,
    Retracted,
    VisitBegan,
)
from diplocal.importers.covers import Covers
from diplocal.importers.ical_entries import Cancellation, Feed, Listed, Reading
from diplocal.importers.ical_identity import (
    KnownSeries,
    known_by_content,
    series_of,
    times_of,
    with_known_names,
    with_moved_occurrences,
)
from diplocal.importers.intake import batches, identified, import_id, open_input
from diplocal.importers.outcome import Ledger, Outcome
from diplocal.importers.sheet_changes import AHEAD, Told, Unclear, changes, is_correction
from diplocal.records import Envelope, Record, instant
from diplocal.sources import Source
from diplocal.store import EventStore
from diplocal.store.contract import expect_log

RECORDED_BY = "diplocal import ical: "
OLDER = "is an older edition than the log has from this calendar: its SEQUENCE is lower (RFC 5545, 3.8.7.4)"
IN_ORDER = "feeds are imported in the order of their days"
GONE = "is not in the calendar any more: it is told as no longer listed, which is no cancellation"


def import_ical(
    feed: bytes | str | Path,
    store: EventStore,
    *,
    reported: pendulum.Date,
    upstream: str,
    zone: str | None = None,
    encoding: str | None = None,
    covers: Covers | None = None,
    audience: str = "public",
) -> Outcome:
    """Bring a log up to a feed, given as its bytes or as a file.

    ``reported`` is when it was fetched, ``upstream`` the name of the feed, which is also its publisher's. ``zone`` is
    the time zone of times that name none, as the IANA database or Windows names it; without it, that of the calendar's
    X-WR-TIMEZONE, and without that, entries with such times are rejected. ``encoding`` is that of a file which is not
    in UTF-8 and does not show in what it is.
    Without ``covers``, a calendar without METHOD or with METHOD:PUBLISH is whole, and any other a part.

    A rule that recurs without end is read from last year to the end of the year after next; the first import of a new
    year reads one year more, as announcements of that day. Nothing is said of what lies where an import does not look.

    Raises UnreadableInput for what is no iCalendar, was cut short, or is beyond a limit, and InvalidValue for a zone or
    an encoding that nobody knows; then nothing was imported.
    """
    expect_log(store)
    expect("zone", zone, "the name of a time zone, such as 'Asia/Jakarta'", str, type(None))
    stated = None if zone is None else zone_named(in_iana(zone))
    name = upstream if isinstance(feed, bytes) else str(feed)
    content = feed if isinstance(feed, bytes) else read_calendar(feed)
    parsed = parse_calendar(content, encoding)
    if parsed.refusal is not None:
        raise UnreadableInput(name, parsed.refusal)
    for line in chain.from_iterable(calendar.all("CALSCALE") for calendar in calendars(parsed)):
        if line.value.upper() != "GREGORIAN":
            reason = f"CALSCALE is {line.value!r}: expected GREGORIAN, by which alone dates are read (RFC 5545, 3.7.1)"
            raise UnreadableInput(f"{name}, line {line.number}", reason)
    ledger = Ledger()
    meant = stated or zone_of_all(parsed)
    first, last = (pendulum.Date(day.year, day.month, day.day) for day in window_around(reported))
    window = (first, last)
    listing = list_entries(parsed, window, meant, audience=audience)
    _note_encoding(parsed, encoding, ledger)
    read_feed = Reading(upstream=upstream, reported=reported, window=window).feed(listing, ledger)
    is_whole = listing.is_whole if covers is None else covers is Covers.WHOLE
    subscription = Subscription(store, upstream, reported, audience, is_whole=is_whole)
    known = subscription.known(read_feed, ledger)
    told = [*subscription.news(known.entries, ledger)]
    if is_whole and not listing.is_nameless:
        told += subscription.gone(known, ledger)
    correlation = import_id(BytesIO(content))
    groups = [
        [
            Envelope(
                event,
                id=event_id,
                audience=audience,
                correlation_id=correlation,
                recorded_by=f"{RECORDED_BY}{upstream}",
            )
            for event, event_id in identified(events, subscription.taken, store, audience)
        ]
        for events in told
    ]
    for batch in batches(groups):
        store.append(*batch)
    return ledger.outcome()


def read_calendar(path: str | Path) -> bytes:
    """Read a file up to one octet beyond the most that is read of a calendar.

    Raises UnreadableInput.
    """
    with open_input(path) as file:
        return file.read(MOST_OCTETS + 1)


def parse_calendar(content: bytes, encoding: str | None) -> Parsed:
    """Read a calendar's lines and components.

    Raises InvalidValue for an encoding that nobody knows.
    """
    try:
        return read(content, encoding)
    except LookupError as error:
        raise InvalidValue("encoding", encoding, "one that Python knows, such as windows-1252 or latin-1") from error


def zone_of_all(parsed: Parsed) -> pendulum.Timezone | None:
    """Return the time zone in which a calendar asks to be shown, if that is one and the same, and known."""
    names = {place_named(line.text) for calendar in calendars(parsed) for line in calendar.all("X-WR-TIMEZONE")}
    known = names.pop() if len(names) == 1 else None
    return zone_named(known) if known else None


def _note_encoding(parsed: Parsed, encoding: str | None, ledger: Ledger) -> None:
    source = parsed.source
    if source.guesses:
        likely = ", ".join(source.guesses[:GUESSES_SHOWN])
        ledger.noted("the file", f"is not in UTF-8, and may be in {likely}: say which with --encoding")
    elif encoding is None and source.encoding != "UTF-8":
        ledger.noted("the file", f"was read in {source.encoding}; if that is wrong, say which with --encoding")


GUESSES_SHOWN = 4


class Subscription:
    """What a log knows from one feed for an audience, and what the feed says that it does not know yet."""

    def __init__(
        self, store: EventStore, upstream: str, reported: pendulum.Date, audience: str, *, is_whole: bool
    ) -> None:
        self._upstream, self._reported, self._is_whole = upstream, reported, is_whole
        self._by = f"{RECORDED_BY}{upstream}"
        self.taken: set[str] = set()
        """The ids of all records about engagements that the audience may see."""
        self._told: dict[str, list[Report]] = {}
        self._series = KnownSeries({})
        self._sequences: dict[str, int] = {}
        """The highest SEQUENCE that is known of an entry, or of a series."""
        self._older: set[str] = set()
        """The entries and series of which the feed has an older edition than the log."""
        for record in store.read(audience=audience):
            self._take(record)

    def known(self, feed: Feed, ledger: Ledger) -> Feed:
        """Return a feed with its entries under the names by which the log knows them."""
        told = {slug: Told.by(reports) for slug, reports in self._told.items()}
        self._series = KnownSeries(told)
        named = with_moved_occurrences(with_known_names(feed, self._series), told)
        return known_by_content(named, told, self._today, ledger) if self._is_whole else named

    def news(self, entries: Iterable[Listed], ledger: Ledger) -> Iterator[list[EngagementEvent]]:
        """Yield the events that each entry brings, for entries that bring any."""
        for entry in entries:
            meant = list(self._meant(entry.cancels, entry.slug)) if entry.cancels else [entry.slug]
            current = [slug for slug in meant if not self._has_later(entry, slug)]
            if meant and not current:
                self._older.update(map(series_of, meant))
                ledger.passed_over(entry.place, OLDER)
                continue
            known = current if entry.cancels else []
            if entry.row is None and entry.cancels and not known:
                ledger.passed_over(entry.place, "cancels what the log does not have from this calendar")
                continue
            try:
                events = list(self._cancellations(known, entry)) if known else self._changes(entry)
            except Unclear as unclear:
                ledger.ambiguous(entry.place, unclear.reason)
                continue
            if not events:
                ledger.unchanged()
            elif is_correction([event for event in events if not isinstance(event, ReportAttached)] or events):
                ledger.corrected()
            else:
                ledger.taken()
            if events:
                self._learn(events)
                yield events

    def gone(self, feed: Feed, ledger: Ledger) -> Iterator[list[EngagementEvent]]:
        """Note and yield what the feed dropped although it lies ahead, and where this import looked."""
        for slug, reports in self._told.items():
            told = _undenied(Told.by(reports))
            if feed.may_have(slug) or series_of(slug) in self._older or not _is_listed(told):
                continue
            if told.status not in (*AHEAD, Status.CONFIRMED):
                continue
            last = told.when and told.when.latest
            if last and self._today <= last:
                entry = told.bases[-1].event if told.bases else None
                name = entry.title if isinstance(entry, EntryListed) else slug
                ledger.noted(f"{name}, {told.when}", GONE)
                yield [NoLongerListed(engagement=slug, upstream=self._upstream, **self._said())]

    @property
    def _today(self) -> pendulum.Date:
        return pendulum.Date(self._reported.year, self._reported.month, self._reported.day)

    def _take(self, record: Record) -> None:
        report = report_of(record)
        if report is None:
            return
        self.taken.add(record.id)
        if record.recorded_by == self._by:
            self._told.setdefault(record.stream, []).append(report)
            self._learn([report.event])

    def _learn(self, events: Iterable[EngagementEvent]) -> None:
        for event in events:
            if isinstance(event, EntryListed | ReportAttached) and event.sequence:
                series = series_of(event.engagement)
                self._sequences[series] = max(event.sequence, self._sequences.get(series, 0))

    def _meant(self, cancels: Cancellation, slug: str) -> Iterator[str]:
        """Yield what a cancellation is of, as far as the log knows it."""
        if slug in self._told:
            yield slug
        for told in self._series.of(cancels.series):
            if told != slug and (cancels.number is None or (cancels.and_future and told > slug)):
                yield told

    def _has_later(self, entry: Listed, slug: str) -> bool:
        """Tell whether the log has a later edition; an entry without SEQUENCE does not say that it is the earlier."""
        return entry.sequence is not None and entry.sequence < self._sequences.get(series_of(slug), 0)

    def _again(self, entry: Listed, slug: str) -> ReportAttached:
        """Return what says that an entry was seen again, and in which edition where that is a later one."""
        is_later = entry.sequence and entry.sequence > self._sequences.get(series_of(slug), 0)
        return ReportAttached(engagement=slug, sequence=entry.sequence if is_later else None, **self._said())

    def _cancellations(self, slugs: Iterable[str], entry: Listed) -> Iterator[EngagementEvent]:
        """Yield what cancels those that are not cancelled.

        Raises Unclear.
        """
        for slug in slugs:
            told = Told.by(self._told[slug])
            if told.status is not Status.CANCELLED:
                cancelled = Cancelled(engagement=slug, **self._said())
                self._check_order(cancelled, told)
                yield cancelled
            again = self._again(entry, slug)
            if again.sequence:
                yield again

    def _check_order(self, event: EngagementEvent, told: Told) -> None:
        """Raise Unclear for an event of an earlier day than what the feed said since."""
        if any(report.known_from > known_since(event, 0) for report in told.reports):
            raise Unclear(f"it said otherwise after {self._reported}: {IN_ORDER}")

    def _has_ended(self, entry: Listed, again: ReportAttached) -> bool:
        """Tell whether an entry of an earlier day lay ahead of a later one, of which the calendar had it no more."""
        last_heard = max((report.known_from for reports in self._told.values() for report in reports), default=0)
        if entry.row is None or last_heard <= known_since(again, 0):
            return False
        when = entry.row.when
        return when is None or when.latest is None or when.latest >= instant(last_heard).date()

    def _changes(self, entry: Listed) -> list[EngagementEvent]:
        told = Told.by(self._told.get(entry.slug, ()))
        changed = _row_changes(entry, told)
        beside = _beside(entry, told, changed)
        moved = [event for event in beside if isinstance(event, Rescheduled | PlanDenied)]
        events = [*moved, *_no_longer_denied(entry, told), *changed, *(event for event in beside if event not in moved)]
        again = self._again(entry, entry.slug)
        is_told = any(getattr(event, "sequence", None) == again.sequence for event in events)
        is_later = again.sequence is not None and not is_told and (events or told.reports)
        if is_later or (not events and told.reports and (_new_sources(entry, told) or not _is_listed(told))):
            events.append(again)
        if events:
            self._check_order(again, told)
        if not told.reports and self._is_whole and self._has_ended(entry, again):
            raise Unclear(f"the calendar was imported as of a later day than {self._reported}, without it: {IN_ORDER}")
        return [_said_now(event, self._said(), entry) for event in events] if told.reports else events

    def _said(self) -> dict[str, Any]:
        return {"reported": self._reported, "sources": (Source(self._upstream),)}


def _row_changes(entry: Listed, told: Told) -> list[EngagementEvent]:
    """Return what an entry says that the feed did not say before, leaving aside when it said it."""
    if entry.row is None:
        return []
    facts, told = entry.row.facts, _undenied(told)
    if told.reports:
        facts = facts.evolve(**told.said)
        if isinstance(facts, EntryListed) and told.when and times_of(facts.when) == times_of(told.when):
            facts = facts.evolve(when=told.when)
        if isinstance(facts, EntryListed) and told.bases:
            facts = facts.evolve(sequence=getattr(told.bases[-1].event, "sequence", None))
        if told.status is Status.UNDER_WAY and entry.row.status in (Status.UNDER_WAY, Status.HELD):
            return [] if type(facts) is VisitBegan else [entry.row.facts]
    events = changes(attrs.evolve(entry.row, facts=facts), told)
    return [_with_reason(event, entry) for event in events]


def _with_reason(event: EngagementEvent, entry: Listed) -> EngagementEvent:
    """Return a change of plan with the reason that the feed states."""
    if not isinstance(event, Cancelled | Postponed | Rescheduled):
        return event
    return next((stated for stated in entry.beside if type(stated) is type(event)), event)


def _undenied(told: Told) -> Told:
    """Return what was told of the plan itself: who denies it stands beside that, and is no stage of it."""
    return attrs.evolve(told, reports=tuple(one for one in told.reports if not isinstance(one.event, PlanDenied)))


def _no_longer_denied(entry: Listed, told: Told) -> Iterator[EngagementEvent]:
    """Yield the retractions of denials that the feed told once and tells no more."""
    still = {_bare(event) for event in entry.beside}
    for report in () if entry.cancels else told.reports:
        if isinstance(report.event, PlanDenied) and _bare(report.event) not in still:
            yield Retracted(engagement=report.event.engagement, of=report.id)


def _beside(entry: Listed, told: Told, changed: Iterable[EngagementEvent]) -> list[EngagementEvent]:
    """Return what an entry tells beside its own facts and its status, and did not tell before."""
    said = {_bare(event) for event in (*(report.event for report in told.reports), *changed)}
    through_row: tuple[type, ...] = () if entry.row is None else (Confirmed, Postponed, Cancelled)
    if _undenied(told).status in (Status.UNDER_WAY, Status.HELD):
        through_row += (Rescheduled,)
    return [event for event in entry.beside if not isinstance(event, through_row) and _bare(event) not in said]


def _new_sources(entry: Listed, told: Told) -> bool:
    """Return whether the feed names a source that it did not name before."""
    named = {source for report in told.reports for source in report.event.sources}
    return entry.row is not None and not named.issuperset(entry.row.facts.sources)


def _said_now(event: EngagementEvent, said: dict[str, Any], entry: Listed) -> EngagementEvent:
    """Return an event as the feed says it today; a correction keeps what it puts right as it was said."""
    if isinstance(event, Corrected | Retracted):
        return event.evolve(**said)
    sources = entry.row.facts.sources if entry.row and not isinstance(event, PlanDenied) else event.sources
    return event.evolve(reported=said["reported"], sources=sources or said["sources"])


def _is_listed(told: Told) -> bool:
    """Return whether the feed had it when it was last heard of."""
    return not told.reports or not isinstance(told.reports[-1].event, NoLongerListed)


def _bare(event: EngagementEvent) -> EngagementEvent:
    return event.evolve(reported=None, sources=())
