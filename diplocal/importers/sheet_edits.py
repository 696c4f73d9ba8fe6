"""What was edited in a sheet that was written from the log: each row beside what the log held then, and what it holds.

A row as it was written says nothing. Where a cell was edited, the events that bring the log up to the row are recorded:
a date that moved, a status that moved on, a report put right. What the log holds then is what the row says, or nothing
is recorded and the row is ambiguous: also where the log itself has learnt otherwise since the sheet was written.
"""

import sys
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import attrs

from diplocal.diary import Diary
from diplocal.engagements import Engagement, Report, Status, known_since
from diplocal.engagements.to_events import to_events
from diplocal.engagements.understanding import understand
from diplocal.errors import InvalidValue
from diplocal.events import Corrected, EngagementEvent, ReportAttached, Retracted
from diplocal.events.registry import fields_of
from diplocal.importers.sheet_changes import (
    KINDS,
    PROVENANCE,
    Told,
    Unclear,
    changes,
    kind_of,
    provenance_of,
    retraction,
    story,
)
from diplocal.importers.sheet_rows import Entry, read_row
from diplocal.tabular.sheets import AS_WRITTEN, FACTS, Written, cells_of, digest_of

LEARNT = "the log has learnt otherwise since the sheet was written: write it again, and edit that"
OUTWEIGHED = "reports in the log say otherwise, and count more: correct or retract these, by id"
OLD_DATE = "what is put off has not its old date: empty 'when', or write the new date"
GONE = "was in the sheet as it was written, and is gone: nothing is taken back; retract it, if it should not be there"
KEPT = {"engagement", *PROVENANCE}
"""Fields that an event has for itself."""


@attrs.frozen
class WrittenRow:
    """A row that was written from the log, and perhaps edited since."""

    place: str
    cells: Mapping[str, str]
    written: Written

    @classmethod
    def of(cls, place: str, texts: Mapping[str, str]) -> "WrittenRow":
        """Read the cell that says what the row was written from. Raises InvalidValue."""
        written = Written.read(texts[AS_WRITTEN])
        return cls(place, {name: text for name, text in texts.items() if name != AS_WRITTEN}, written)

    @property
    def slug(self) -> str:
        """The engagement that it names."""
        return self.cells.get("engagement", "")

    @property
    def said(self) -> dict[str, str]:
        """What it says of the engagement."""
        return {name: self.cells.get(name, "") for name in FACTS}

    def entry(self) -> Entry:
        """Read it. Raises InvalidValue."""
        return read_row(self.place, self.cells)


class Edits:
    """Compares rows with the log that they were written from."""

    def __init__(self, diary: Diary, rows: Sequence[WrittenRow]) -> None:
        self._diary, self._rows = diary, rows
        self._now = diary.about(*{row.slug for row in rows})

    def of(self, row: WrittenRow) -> list[EngagementEvent]:
        """Return the events that bring the log up to a row, none where it says what was written, or what is known now.

        Raises InvalidValue for what cannot be read, and Unclear.
        """
        now = self._now.get(row.slug)
        if now is None:
            raise InvalidValue("engagement", row.slug, "one that the log has; empty as_written for another")
        current = _cells_now(now)
        if row.said == current or digest_of(row.said) == row.written.digest:
            return _another_report(row, self._now.reports(row.slug))
        if digest_of(current) != row.written.digest:
            raise Unclear(LEARNT)
        entry, start = row.entry(), read_row(row.place, current)
        if entry.status is Status.POSTPONED is not start.status and entry.when == start.when is not None:
            raise Unclear(OLD_DATE)
        if _alike(entry, start):
            return []
        if kind_of(entry.facts) is not kind_of(start.facts) or entry.parts:
            was = ", ".join(filter(None, (current["kind"], current["host"])))
            raise Unclear(f"it was a {was}: retract it, and record the other")
        reports = self._now.joined_reports(row.slug)
        effective = self._now.effective_reports(row.slug)
        events = _events(entry, start, now, effective)
        known = understand(row.slug, sorted((*reports, *_reports_of(events, reports))))
        if not _alike(entry, read_row(row.place, _cells_now(known))):
            raise Unclear(OUTWEIGHED)
        return events

    def gone(self) -> Iterator[tuple[str, str]]:
        """Yield what the sheet had when it was written, and has no more: the engagement, or its row, and a reason."""
        sheets: dict[int, set[int]] = {}
        for row in self._rows:
            sheets.setdefault(row.written.rows, set()).add(row.written.row)
        for rows, here in sheets.items():
            missing = [number for number in range(1, min(rows, ROWS) + 1) if number not in here]
            names = self._missing(rows) if missing else []
            if len(names) != len(missing):
                names = [f"row {number} of {rows}" for number in missing]
            yield from ((name, GONE) for name in names)

    def _missing(self, rows: int) -> list[str]:
        """Return what a sheet of all that there is has no more; of a sheet of some only, nobody can tell."""
        slugs = [one.slug for one in self._diary.find() if _has_row(one)]
        here = {row.slug for row in self._rows}
        return [slug for slug in slugs if slug not in here] if len(slugs) == rows else []


ROWS = 1_000_000
"""As many rows of a sheet are looked for at most."""


def _has_row(one: Engagement) -> bool:
    try:
        cells_of(one)
    except InvalidValue:
        return False
    return True


def _cells_now(engagement: Engagement) -> dict[str, str]:
    try:
        return cells_of(engagement)
    except InvalidValue as error:
        raise Unclear(LEARNT) from error


def _another_report(row: WrittenRow, reports: Sequence[Report]) -> list[EngagementEvent]:
    """Return the report that a row adds which names a source, and edits nothing else."""
    if not any(row.cells.get(name) for name in ("reported", "publisher", "url", "attribution")):
        return []
    report = ReportAttached(engagement=row.slug, **{**provenance_of(row.entry().facts), "note": None})
    return [] if any(provenance_of(one.event) == provenance_of(report) for one in reports) else [report]


def _alike(one: Entry, other: Entry) -> bool:
    """Tell whether two rows say the same of an engagement, whoever reported it."""
    bare = [attrs.evolve(entry, facts=_bare(entry.facts), note=None, guesses=()) for entry in (one, other)]
    return bare[0] == bare[1]


def _bare(event: EngagementEvent) -> EngagementEvent:
    return event.evolve(reported=None, sources=(), note=None)


def _events(entry: Entry, start: Entry, now: Engagement, effective: Sequence[Report]) -> list[EngagementEvent]:
    """Return the events that lead from a row as it was written to the row as it is, in terms of the log's reports."""
    written = [Report(0, "", "", place, -sys.maxsize, str(place), event) for place, event in enumerate(story(start))]
    by_id = {report.id: report.event for report in written}
    whole = next(event for event in to_events(now) if isinstance(event, KINDS))
    made: list[EngagementEvent] = []
    for event in changes(entry, Told(tuple(written))):
        match event:
            case Retracted():
                kind = type(by_id[event.of])
                made += (retraction(one) for one in effective if type(one.event) is kind)
            case Corrected():
                made += _put_right(event, by_id[event.of], whole, effective)
            case _:
                made.append(_as_whole(event, start.facts, whole))
    return made


def _put_right(
    event: Corrected, wrong: EngagementEvent, whole: EngagementEvent, effective: Sequence[Report]
) -> Iterator[EngagementEvent]:
    """Yield a correction of each report that says what was edited; of what no report says, that which counts most."""
    edited = {name: new for name, new in _fields(event.right).items() if new != getattr(wrong, name)}
    source = whole if type(whole) is type(wrong) else wrong
    rights: dict[str, dict[str, Any]] = {}
    for name, new in edited.items():
        old = getattr(source, name)
        saying = [one for one in effective if getattr(one.event, name, _NOTHING) == old]
        for report in saying if old else saying[-1:]:
            rights.setdefault(report.id, {})[name] = new
    for report in effective:
        if right := rights.get(report.id):
            engagement = report.event.engagement
            yield Corrected(
                engagement=engagement, of=report.id, right=report.event.evolve(**right), **provenance_of(event)
            )


_NOTHING = object()


def _as_whole(event: EngagementEvent, written: EngagementEvent, whole: EngagementEvent) -> EngagementEvent:
    """Return an event with what a cell cannot say, such as an office as printed, where the cell was not edited."""
    known = _fields(whole)
    same = {
        name: known[name]
        for name, value in _fields(event).items()
        if name in known and value == getattr(written, name, _NOTHING)
    }
    return event.evolve(**same) if same else event


def _fields(event: EngagementEvent) -> dict[str, Any]:
    return {field.name: getattr(event, field.name) for field in fields_of(type(event)) if field.name not in KEPT}


def _reports_of(events: Sequence[EngagementEvent], before: Sequence[Report]) -> Iterator[Report]:
    """Yield events as the reports that they would be, if they were recorded after the others."""
    last = before[-1]
    micros, position = last.recorded_micros + 1, max(one.position for one in before)
    for number, event in enumerate(events, start=1):
        yield Report(micros, last.origin, "", position + number, known_since(event, micros), f"edit-{number}", event)
