"""Brings a log up to one published snapshot of a list: of visits to the United States, or of travels abroad.

Snapshots are imported in the order in which they were published; the day of publication is what was reported when. A
row that the list has changed is a correction, never a reschedule: the list tells what was, and tells it better now.
"""

from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

import attrs
import pendulum

from diplocal.checks import expect
from diplocal.events import Corrected, EngagementEvent, NoLongerListed, ReportAttached, VisitConcluded
from diplocal.importers.intake import batches, check_order, free_slug
from diplocal.importers.outcome import Ledger, Outcome
from diplocal.importers.statedept import printed, trips
from diplocal.importers.statedept.matching import (
    Ambiguous,
    CorrectionOf,
    Listed,
    Matching,
    New,
    Repeated,
    Same,
    match,
)
from diplocal.importers.statedept.rows import RejectedRow, VisitRow, read_folder
from diplocal.projections.filters import expect_day
from diplocal.records import Envelope, Record
from diplocal.sources import Source
from diplocal.store import EventStore
from diplocal.store.contract import expect_log


@attrs.frozen(kw_only=True)
class PublishedList:
    """One of the lists: what it is called, and how its rows are read, become events, and are read back from them."""

    name: str
    """'statedept-visits', as the command has it."""
    title: str
    read: Callable[[Path], tuple[list[VisitRow], list[RejectedRow]]]
    others: Callable[[Path], Iterable[tuple[str, str]]]
    """Files of a snapshot that are other lists, and of what."""
    event_of: Callable[[VisitRow, str, pendulum.Date], VisitConcluded]
    row_of: Callable[[VisitConcluded], VisitRow]
    slug_of: Callable[[VisitRow], str]
    part_of: Callable[[VisitRow], str]
    """Which part of the list a row is in: a snapshot may be of some parts, and says nothing of the others."""
    source: Callable[[pendulum.Date], Source]

    @property
    def recorded_by(self) -> str:
        """Who records its events."""
        return f"diplocal import {self.name}"


VISITS = PublishedList(
    name="statedept-visits",
    title="Visits by foreign leaders to the United States, Office of the Historian, U.S. Department of State",
    read=read_folder,
    others=lambda _: (),
    event_of=printed.event_of,
    row_of=printed.row_of,
    slug_of=printed.slug_of,
    part_of=lambda _: "",
    source=printed.source,
)
TRAVELS = PublishedList(
    name="statedept-travels",
    title="Travels abroad of presidents and secretaries of state, Office of the Historian, U.S. Department of State",
    read=trips.read_trips,
    others=trips.other_lists,
    event_of=trips.event_of,
    row_of=trips.row_of,
    slug_of=trips.slug_of,
    part_of=trips.role_of,
    source=lambda reported: printed.source(reported, trips.ADDRESS),
)


@attrs.frozen
class Known:
    """A visit that the log holds from this list."""

    event_id: str
    """Of the event that first reported it."""
    event: VisitConcluded
    """As it was last corrected."""
    listed: bool
    """Whether the list had it in the snapshot before."""


def import_visits(
    folder: str | Path, store: EventStore, *, reported: pendulum.Date, audience: str = "public"
) -> Outcome:
    """Import one snapshot of the visits: a folder of XML files, and the day on which it was published.

    What is new is marked for this audience. Importing the same snapshot again changes nothing.

    Raises UnreadableInput, and OlderEdition for one of an earlier day than the log has; then nothing was imported.
    """
    return _import(VISITS, folder, store, reported, audience)


def import_travels(
    folder: str | Path, store: EventStore, *, reported: pendulum.Date, audience: str = "public"
) -> Outcome:
    """Import one snapshot of the travels: a folder with those of presidents, of secretaries of state, or of both.

    One of presidents alone says nothing of the secretaries' travels, and the other way round.
    What is new is marked for this audience. Importing the same snapshot again changes nothing.

    Raises UnreadableInput, and OlderEdition for one of an earlier day than the log has; then nothing was imported.
    """
    return _import(TRAVELS, folder, store, reported, audience)


def _import(
    the_list: PublishedList, place: str | Path, store: EventStore, reported: pendulum.Date, audience: str
) -> Outcome:
    expect("folder", place, "the path of a folder", str, Path)
    expect_log(store)
    expect_day("reported", reported)
    folder = Path(place)
    rows, rejected = the_list.read(folder)
    own = [record for record in store.read(audience=audience) if record.recorded_by == the_list.recorded_by]
    known, parts = _known(own), set(map(the_list.part_of, rows))
    listed = [Listed(slug, the_list.row_of(visit.event), dropped=not visit.listed) for slug, visit in known.items()]
    listed = [one for one in listed if not parts or the_list.part_of(one.row) in parts]
    slugs = {one.key for one in listed}
    check_order(folder, reported, (record for record in own if record.stream in slugs))
    ledger = Ledger()
    for where, reason in the_list.others(folder):
        ledger.noted(where, reason)
    for row in rejected:
        ledger.rejected(row.printed.source, row.reason)
    news = _News(the_list, known, reported, ledger)
    correlation, by = f"{the_list.name}-{reported.isoformat()}", the_list.recorded_by
    for batch in batches([event] for event in [*news.events(match(listed, rows, rejected))]):
        store.append(*(Envelope(one, audience=audience, correlation_id=correlation, recorded_by=by) for one in batch))
    return ledger.outcome()


@attrs.frozen
class _News:
    """What a snapshot says that the log does not hold."""

    the_list: PublishedList
    known: dict[str, Known]
    reported: pendulum.Date
    ledger: Ledger

    def events(self, matching: Matching) -> Iterator[EngagementEvent]:
        """Yield the events that each row brings, and enter each row."""
        slugs = set(self.known)
        for outcome in matching.outcomes:
            match outcome:
                case New(row):
                    slug = free_slug(self.the_list.slug_of(row), slugs)
                    slugs.add(slug)
                    self.ledger.taken()
                    yield self.the_list.event_of(row, slug, self.reported)
                case CorrectionOf(row, old, fields):
                    self.ledger.corrected()
                    yield self._correction(row, self.known[old.key], fields)
                    yield from self._listed_again(self.known[old.key])
                case Same(_, old):
                    self.ledger.unchanged()
                    yield from self._listed_again(self.known[old.key])
                case Repeated(row, of):
                    self.ledger.unchanged()
                    if row.description != of.description:
                        self.ledger.noted(
                            row.source, f"says otherwise of the visit that {of.source} lists: that counts"
                        )
                case Ambiguous(row, candidates):
                    names = ", ".join(candidate.key for candidate in candidates)
                    self.ledger.ambiguous(row.source, f"{row.visitor}, {row.start}: may be any of {names}")
        for gone in matching.vanished:
            if self.known[gone.key].listed:
                self.ledger.noted(gone.key, "is not in the list any more: it is told as no longer listed")
                yield NoLongerListed(engagement=gone.key, upstream=self.the_list.title, **self._said)

    @property
    def _said(self) -> dict[str, Any]:
        return {"reported": self.reported, "sources": (self.the_list.source(self.reported),)}

    def _listed_again(self, visit: Known) -> Iterator[EngagementEvent]:
        if not visit.listed:
            yield ReportAttached(engagement=visit.event.engagement, **self._said)

    def _correction(self, row: VisitRow, visit: Known, fields: tuple[str, ...]) -> Corrected:
        event = visit.event
        right = self.the_list.event_of(row, event.engagement, self.reported)
        return Corrected(
            engagement=event.engagement,
            of=visit.event_id,
            right=right.evolve(reported=event.reported, sources=event.sources),
            reason=f"the list now has another {' and '.join(fields)}",
            **self._said,
        )


def _known(own: Iterable[Record]) -> dict[str, Known]:
    """Gather what this importer recorded before, as it now stands."""
    known: dict[str, Known] = {}
    for record in own:
        match record.event:
            case VisitConcluded() as event:
                known[event.engagement] = Known(record.id, event, listed=True)
            case Corrected(engagement=slug, right=VisitConcluded() as right):
                known[slug] = attrs.evolve(known[slug], event=right)
            case NoLongerListed(engagement=slug):
                known[slug] = attrs.evolve(known[slug], listed=False)
            case ReportAttached(engagement=slug):
                known[slug] = attrs.evolve(known[slug], listed=True)
    return known
