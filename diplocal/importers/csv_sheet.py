"""Brings a spreadsheet into a log: one row for each engagement, as you know it now.

Import the sheet again whenever you changed it. A row that says what the sheet said before changes nothing; one whose
status moved on, or whose date became better known or moved, is told to the log as that; any other changed cell corrects
what was told. A row that is gone takes nothing back, since a sheet is not a complete list, and is asked about.

============ ==========================================================================================
Column       What it says
============ ==========================================================================================
engagement   a name of your own, 'wang-to-russia-2023-09', or a number; the column may be called id;
             without it, one is made from kind, sides and date, and a row in which these changed is
             known by what stayed the same, or else called ambiguous
kind         visit, meeting, call, patrol or exercise, or in people's words: 'phone call', 'state visit'
status       planned (also when empty), denied, confirmed, postponed, cancelled or held, or 'called off', 'took place';
             of a visit also invited or under way
when         '2023-09-18', '2023-10', '2023-09-18/2023-09-21' (EDTF), or words: 'early November 2025', 'TBD'
who          who takes part; of a visit, who travels: 'Foreign Minister Wang Yi (CN); CN'
with         the other side; of a visit, the host and who receives: 'RU; Sergei Lavrov (RU)'; several hosts, 'LA; VN',
             are a trip, with a visit to each on some of its days
host         of a visit, the host, where it does not stand with who receives; of a meeting, in whose country it is
place        town or area, as printed; of a trip, one for each host: 'Vientiane; Hanoi'
name         of a meeting, 'G20 Summit'; of an exercise, 'Vostok 2022'
medium       of a call or a meeting: phone or video
level        of a visit: state, official, official working, working ...
purpose      talks, consultation, summit ...; several with semicolons
series       the name of a series of consultations; of an exercise, its name
round        which round of the series
during       of a meeting: the engagement of the visit that it is part of
reason       why it was denied, postponed or cancelled
reported     the day on which this was reported
publisher    who published it
url          where
attribution  whom it goes back to: named official, ministry, aide ...
note         a remark of your own, which no source says: it is never shown to the public
as_written   of a sheet that diplocal wrote, what the row was then: leave it as it is
============ ==========================================================================================

The first row names the columns, in any order; ``kind`` and ``who`` must be there. UTF-8, or UTF-16 with its byte order
mark, with commas, semicolons or tabs. What the sheet told before is read from the log itself, by who recorded it: where
several lists come into one log, each has a name of its own, ``upstream``.
"""

import io
from collections.abc import Collection, Iterable, Iterator, Sequence
from itertools import groupby
from pathlib import Path

import attrs

from diplocal.diary import Diary
from diplocal.engagements.fold import report_of
from diplocal.errors import InvalidValue
from diplocal.events import EngagementEvent, TripEvent, VisitEvent
from diplocal.importers.intake import batches, identified, import_id, read_input
from diplocal.importers.outcome import Ledger, Outcome
from diplocal.importers.sheet_changes import Told, Unclear, changes, is_correction, remarks, retraction
from diplocal.importers.sheet_edits import Edits, WrittenRow
from diplocal.importers.sheet_file import read_table
from diplocal.importers.sheet_matching import Candidate, in_the_order_told, recognise
from diplocal.importers.sheet_rows import Entry, read_row
from diplocal.records import Envelope, Record
from diplocal.store import EventStore
from diplocal.store.contract import expect_log
from diplocal.tabular.sheets import AS_WRITTEN, NOT_TO_EDIT

RECORDED_BY = "diplocal import csv"
NOTES = ", notes"
GONE = "was in the sheet and is not any more: nothing is taken back; retract it, if it should not have been there"
FOR_NOTES = "internal"
"""The audience of remarks in a sheet that is imported for the public."""


def import_csv(
    path: str | Path, store: EventStore, *, audience: str = "public", upstream: str | None = None
) -> Outcome:
    """Bring a log up to a sheet; what is new is marked for this audience.

    ``upstream`` names whose list it is, the same each time, where more than one comes into the log: then what two lists
    tell of one engagement are two reports of it, and neither corrects the other.

    A row with a cell that cannot be read is rejected, one that can be read in two ways is ambiguous; the others are
    taken all the same. Empty rows do not count.

    Raises UnreadableInput for a file that is no such sheet, and then nothing was imported.
    """
    expect_log(store)
    content = read_input(path)
    by = RECORDED_BY if upstream is None else f"{RECORDED_BY} from {upstream}"
    ledger = Ledger()
    table = [(f"row {number}", cells) for number, cells in read_table(str(path), content)]
    written = list(_written([row for row in table if row[1].get(AS_WRITTEN)], ledger))
    entries = list(_entries([row for row in table if not row[1].get(AS_WRITTEN)], ledger))
    for_notes = FOR_NOTES if audience == "public" else audience
    log, notes = Log(store, by, audience), Log(store, f"{by}{NOTES}", for_notes)
    entries = list(_once(_recognised(entries, log, ledger), ledger))
    entries = [part for entry in entries for part in entry.unfolded()]
    for known in (log, notes):
        known.recall((*(entry.facts.engagement for entry in entries), *(row.slug for row in written)))
    if not written:
        _ask_about_gone(entries, log, ledger)
    edited = _edited(written, Diary(store, audience=audience), notes, ledger) if written else ()
    correlation = import_id(io.BytesIO(content))
    groups = [
        [
            Envelope(event, id=event_id, audience=shown_to, correlation_id=correlation, recorded_by=own.by)
            for events, shown_to, own in ((news.events, audience, log), (news.remarks, for_notes, notes))
            for event, event_id in identified(events, own.ids(news.slug), store, shown_to)
        ]
        for news in (*_news(entries, log, notes, ledger), *edited)
    ]
    for batch in batches(groups):
        store.append(*batch)
    return ledger.outcome()


def _ask_about_gone(entries: Sequence[Entry], log: "Log", ledger: Ledger) -> None:
    """Note what the sheet had and has no more, where it has other rows of before, all of which can be read."""
    told, here = log.engagements(), {entry.facts.engagement for entry in entries}
    unsettled = ledger.outcome()
    if told.isdisjoint(here) or unsettled.rejected or unsettled.ambiguous:
        return
    gone = sorted(told - here)
    log.recall(gone)
    for slug in gone:
        bases = log.told(slug).bases
        if bases and _trip_of(bases[-1].event) is None:
            ledger.noted(slug, GONE)


class Log:
    """What a log holds for an audience that a sheet has to do with.

    What the sheet has told another audience is not told yet: the same again releases it.
    """

    def __init__(self, store: EventStore, by: str, audience: str) -> None:
        self.by = by
        """Who records what the sheet tells."""
        self._store, self._audience = store, audience
        self._records: dict[str, list[Record]] = {}

    def recall(self, slugs: Iterable[str]) -> None:
        """Read the records about engagements, those that were not read before."""
        fresh = {slug: list[Record]() for slug in slugs if slug not in self._records}
        if fresh:
            for record in self._store.read(streams=fresh, audience=self._audience):
                fresh[record.stream].append(record)
            self._records |= fresh

    def engagements(self) -> set[str]:
        """Name all that the sheet has told of."""
        return {record.stream for record in self._store.read(audience=self._audience) if record.recorded_by == self.by}

    def ids(self, slug: str) -> frozenset[str]:
        """Return the ids that are taken."""
        return frozenset(record.id for record in self._records[slug])

    def told(self, slug: str) -> Told:
        """Return what the sheet has told of an engagement."""
        own = (report_of(record) for record in self._records[slug] if record.recorded_by == self.by)
        return Told.by(report for report in own if report)

    def imports(self, slug: str) -> set[str | None]:
        """Name the imports of the sheet that told of an engagement."""
        return {record.correlation_id for record in self._records[slug] if record.recorded_by == self.by}


@attrs.frozen
class News:
    """What a row brings that the log does not hold."""

    slug: str
    events: list[EngagementEvent]
    remarks: list[EngagementEvent]


def _news(entries: Iterable[Entry], log: Log, notes: Log, ledger: Ledger) -> Iterator[News]:
    """Yield what each row brings, for rows that bring anything."""
    for place, told_by_row in groupby(entries, lambda entry: entry.place):
        row = list(told_by_row)
        try:
            news = [_brought(entry, log, notes) for entry in row]
        except Unclear as unclear:
            ledger.ambiguous(place, unclear.reason)
            continue
        news += _left_out(row, log, notes)
        events = [event for each in news for event in each.events]
        _enter(events, [remark for each in news for remark in each.remarks], ledger)
        for guess in row[0].guesses if events else ():
            ledger.noted(place, guess)
        yield from (each for each in news if each.events or each.remarks)


def _enter(events: Sequence[EngagementEvent], remarks: Sequence[EngagementEvent], ledger: Ledger) -> None:
    """Enter a row by what it brings."""
    if events and not is_correction(events):
        ledger.taken()
    elif events or remarks:
        ledger.corrected()
    else:
        ledger.unchanged()


def _brought(entry: Entry, log: Log, notes: Log) -> News:
    slug = entry.facts.engagement
    told = log.told(slug)
    return News(slug, changes(in_the_order_told(entry, told), told), remarks(entry, notes.told(slug)))


def _left_out(row: Sequence[Entry], log: Log, notes: Log) -> Iterator[News]:
    """Yield the retraction of visits that the row's trip was told to have, and has no more."""
    trip, named = row[0].facts.engagement, {entry.facts.engagement for entry in row}
    if not any(isinstance(report.event, TripEvent) for report in log.told(trip).bases):
        return
    parts = sorted(slug for slug in log.engagements() - named if slug.startswith(f"{trip}-"))
    for known in (log, notes):
        known.recall(parts)
    for slug in parts:
        told = log.told(slug)
        if any(_trip_of(report.event) == trip for report in told.bases):
            yield News(slug, list(map(retraction, told.reports)), [])


def _trip_of(event: EngagementEvent) -> str | None:
    return event.during if isinstance(event, VisitEvent) else None


def _recognised(entries: Sequence[Entry], log: Log, ledger: Ledger) -> Iterator[Entry]:
    """Yield the rows, those without a name under that of the engagement that they are about."""
    claimed = {entry.facts.engagement for entry in entries}
    log.recall(claimed)
    fresh = [one for one in entries if not one.named and not log.told(one.facts.engagement).bases]
    left = log.engagements() - claimed if fresh else set()
    log.recall(left)
    found = recognise(fresh, _candidates(sorted(left), {name for slug in claimed for name in log.imports(slug)}, log))
    for entry in entries:
        if entry.place in found.perhaps:
            names = " or ".join(found.perhaps[entry.place])
            ledger.ambiguous(entry.place, f"it may be {names}, put right: name that, or another, in engagement")
        else:
            slug = found.same.get(entry.place, entry.facts.engagement)
            yield attrs.evolve(entry, facts=entry.facts.evolve(engagement=slug))


def _candidates(slugs: Iterable[str], imports: Collection[str | None], log: Log) -> Iterator[Candidate]:
    for slug in slugs:
        told = log.told(slug)
        if told.bases and _trip_of(told.bases[-1].event) is None:
            yield Candidate(slug, told, of_this_sheet=not log.imports(slug).isdisjoint(imports))


def _once(entries: Iterable[Entry], ledger: Ledger) -> Iterator[Entry]:
    """Yield the first row about each engagement."""
    places: dict[str, str] = {}
    for entry in entries:
        slug = entry.facts.engagement
        if slug in places:
            ledger.ambiguous(entry.place, f"{places[slug]} is about {slug} already: name one of them in engagement")
        else:
            places[slug] = entry.place
            yield entry


def _entries(table: Iterable[tuple[str, dict[str, str]]], ledger: Ledger) -> Iterator[Entry]:
    for place, cells in table:
        try:
            yield read_row(place, cells)
        except InvalidValue as error:
            ledger.rejected(place, str(error))


def _written(table: Iterable[tuple[str, dict[str, str]]], ledger: Ledger) -> Iterator[WrittenRow]:
    """Yield the rows that were written from a log, the first about each engagement."""
    places: dict[str, str] = {}
    for place, cells in table:
        if cells[AS_WRITTEN].startswith(NOT_TO_EDIT):
            ledger.passed_over(place, cells[AS_WRITTEN])
            continue
        try:
            row = WrittenRow.of(place, cells)
        except InvalidValue as error:
            ledger.rejected(place, str(error))
            continue
        if row.slug in places:
            ledger.ambiguous(place, f"{places[row.slug]} is about {row.slug} already")
        else:
            places[row.slug] = place
            yield row


def _edited(rows: Sequence[WrittenRow], diary: Diary, notes: Log, ledger: Ledger) -> Iterator[News]:
    """Yield what was edited in rows that were written from the log."""
    edits = Edits(diary, rows)
    for row in rows:
        try:
            events = edits.of(row)
            noted = remarks(row.entry(), notes.told(row.slug)) if row.cells.get("note") else []
        except InvalidValue as error:
            ledger.rejected(row.place, str(error))
            continue
        except Unclear as unclear:
            ledger.ambiguous(row.place, unclear.reason)
            continue
        _enter(events, noted, ledger)
        if events or noted:
            yield News(row.slug, events, noted)
    for slug, reason in edits.gone():
        ledger.noted(slug, reason)
