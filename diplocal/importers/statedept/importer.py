"""Brings a log up to one published snapshot of the list of visits to the United States.

Snapshots are imported in the order in which they were published; the day of publication is what was reported when. A
row that the list has changed is a correction, never a reschedule: the list tells what was, and tells it better now.
"""

from collections.abc import Iterable, Iterator
from pathlib import Path

import attrs
import pendulum

from diplocal.events import Corrected, EngagementEvent, NoLongerListed, ReportAttached, VisitConcluded
from diplocal.importers.intake import check_order
from diplocal.importers.outcome import Ledger, Outcome
from diplocal.importers.statedept import printed
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
from diplocal.importers.statedept.rows import VisitRow, read_folder
from diplocal.records import Envelope, Record
from diplocal.store import EventStore

RECORDED_BY = "diplocal import statedept-visits"
THE_LIST = "Visits by foreign leaders to the United States, Office of the Historian, U.S. Department of State"
EVENTS_AT_ONCE = 1000


@attrs.frozen
class Known:
    """A visit that the log holds from this list."""

    event_id: str
    """Of the event that first reported it."""
    event: VisitConcluded
    """As it was last corrected."""
    listed: bool
    """Whether the list had it in the snapshot before."""


def import_visits(folder: Path, store: EventStore, *, reported: pendulum.Date, audience: str = "public") -> Outcome:
    """Import one snapshot: a folder of XML files, and the day on which it was published; mark it for an audience.

    Importing the same snapshot again changes nothing.

    Raises UnreadableInput, and OlderEdition for one of an earlier day than the log has; then nothing was imported.
    """
    rows, rejected = read_folder(folder)
    own = [record for record in store.read() if record.recorded_by == RECORDED_BY]
    check_order(folder, reported, own)
    known = _known(own)
    listed = [Listed(slug, printed.row_of(visit.event), dropped=not visit.listed) for slug, visit in known.items()]
    matching = match(listed, rows, rejected)
    ledger = Ledger()
    for row in rejected:
        ledger.rejected(row.printed.source, row.reason)
    envelopes = [
        Envelope(
            event,
            audience=audience,
            correlation_id=f"statedept-visits-{reported.isoformat()}",
            recorded_by=RECORDED_BY,
        )
        for event in _events(matching, known, reported, ledger)
    ]
    for start in range(0, len(envelopes), EVENTS_AT_ONCE):
        store.append(*envelopes[start : start + EVENTS_AT_ONCE])
    return ledger.outcome()


def _events(
    matching: Matching, known: dict[str, Known], reported: pendulum.Date, ledger: Ledger
) -> Iterator[EngagementEvent]:
    slugs = set(known)
    for outcome in matching.outcomes:
        match outcome:
            case New(row):
                slug = _free_slug(row, slugs)
                slugs.add(slug)
                ledger.taken()
                yield printed.event_of(row, slug, reported)
            case CorrectionOf(row, old, fields):
                ledger.corrected()
                yield _correction(row, known[old.key], fields, reported)
                yield from _listed_again(known[old.key], reported)
            case Same(_, old):
                ledger.unchanged()
                yield from _listed_again(known[old.key], reported)
            case Repeated():
                ledger.unchanged()
            case Ambiguous(row, candidates):
                names = ", ".join(candidate.key for candidate in candidates)
                ledger.ambiguous(row.source, f"{row.visitor}, {row.start}: may be any of {names}")
    for gone in matching.vanished:
        if known[gone.known.key].listed:
            yield NoLongerListed(
                engagement=gone.known.key, upstream=THE_LIST, reported=reported, sources=(printed.source(reported),)
            )


def _listed_again(visit: Known, reported: pendulum.Date) -> Iterator[EngagementEvent]:
    if not visit.listed:
        yield ReportAttached(engagement=visit.event.engagement, reported=reported, sources=(printed.source(reported),))


def _correction(row: VisitRow, visit: Known, fields: tuple[str, ...], reported: pendulum.Date) -> Corrected:
    event = visit.event
    right = printed.event_of(row, event.engagement, reported).evolve(reported=event.reported, sources=event.sources)
    return Corrected(
        engagement=event.engagement,
        of=visit.event_id,
        right=right,
        reason=f"the list now has another {' and '.join(fields)}",
        reported=reported,
        sources=(printed.source(reported),),
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


def _free_slug(row: VisitRow, taken: set[str]) -> str:
    slug, number = printed.slug_of(row), 1
    free = slug
    while free in taken:
        number += 1
        free = f"{slug}-{number}"
    return free
