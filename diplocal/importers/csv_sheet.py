"""Brings a spreadsheet into a log: one row for each engagement, as you know it now.

Import the sheet again whenever you changed it. A row that says what the sheet said before changes nothing; one whose
status moved on, or whose date became better known or moved, is told to the log as that; any other changed cell corrects
what was told. A row that is gone says nothing: a sheet is not a complete list.

============ ==========================================================================================
Column       What it says
============ ==========================================================================================
engagement   a name of your own, 'wang-to-russia-2023-09', or a number; the column may be called id;
             without it, one is made from kind, sides and date, and a row whose date changes is another
             engagement: whether the old one moved or was left out, the sheet does not say
kind         visit, meeting, call, patrol or exercise
status       planned (also when empty), confirmed, postponed, cancelled or held
when         '2023-09-18', '2023-10', '2023-09-18/2023-09-21': a date as precise as it is known (EDTF)
who          who takes part; of a visit, who travels: 'Foreign Minister Wang Yi (CN); CN'
with         the other side; of a visit, the host by its code and who receives: 'RU; Sergei Lavrov (RU)'
place        town or area, as printed
level        of a visit: state, official, official working, working ...
purpose      talks, consultation, summit ...; several with semicolons
series       the name of a series of consultations; of an exercise, its name
round        which round of the series
during       of a meeting: the engagement of the visit that it is part of
reported     the day on which this was reported
publisher    who published it
url          where
attribution  whom it goes back to: named official, ministry, aide ...
note         a remark of your own
============ ==========================================================================================

The first row names the columns, in any order; ``kind`` and ``who`` must be there. UTF-8, or UTF-16 with its byte order
mark, with commas, semicolons or tabs. What the sheet told before is read from the log itself, by who recorded it, so
two sheets should not name the same engagement.
"""

import codecs
import csv
import io
import re
from collections.abc import Iterator, Sequence
from pathlib import Path

import attrs

from diplocal.engagements.fold import report_of
from diplocal.errors import InvalidValue, UnreadableInput
from diplocal.events import EngagementEvent
from diplocal.importers.intake import batches, identified, import_id, read_input
from diplocal.importers.outcome import Ledger, Outcome
from diplocal.importers.sheet_changes import Told, Unclear, changes, is_correction
from diplocal.importers.sheet_rows import COLUMNS, Entry, read_row
from diplocal.records import Envelope, Record
from diplocal.store import EventStore

RECORDED_BY = "diplocal import csv"
DELIMITERS = (",", ";", "\t")
NEEDED = ("kind", "who")
ALSO_CALLED = {"id": "engagement"}
_EXCELS_DELIMITER = re.compile("sep=(.)\r?\n", re.IGNORECASE)
"""A first line by which Excel tells itself what parts the columns."""


def import_csv(path: str | Path, store: EventStore, *, audience: str = "public") -> Outcome:
    """Bring a log up to a sheet; what is new is marked for this audience.

    A row with a cell that cannot be read is rejected, one that can be read in two ways is ambiguous; the others are
    taken all the same. Empty rows do not count.

    Raises UnreadableInput for a file that is no such sheet, and then nothing was imported.
    """
    content = read_input(path)
    ledger = Ledger()
    entries = list(_once(_entries(_table(str(path), content), ledger), ledger))
    known = _known(store, entries)
    name = import_id(io.BytesIO(content))
    envelopes = (
        [
            Envelope(event, id=event_id, audience=audience, correlation_id=name, recorded_by=RECORDED_BY)
            for event, event_id in identified(events, known[entry.facts.engagement].ids)
        ]
        for entry, events in _news(entries, known, ledger)
    )
    for batch in batches(list(envelopes)):
        store.append(*batch)
    return ledger.outcome()


@attrs.frozen
class Known:
    """What the log holds about one engagement."""

    records: list[Record] = attrs.field(factory=list)

    @property
    def ids(self) -> frozenset[str]:
        """The ids that are taken."""
        return frozenset(record.id for record in self.records)

    def told(self) -> Told:
        """Give what a sheet has told."""
        own = (report_of(record) for record in self.records if record.recorded_by == RECORDED_BY)
        return Told.by(report for report in own if report)


def _known(store: EventStore, entries: Sequence[Entry]) -> dict[str, Known]:
    known = {entry.facts.engagement: Known() for entry in entries}
    for record in store.read(streams=known):
        known[record.stream].records.append(record)
    return known


def _news(
    entries: Sequence[Entry], known: dict[str, Known], ledger: Ledger
) -> Iterator[tuple[Entry, list[EngagementEvent]]]:
    """Give the events that each row brings, for rows that bring any."""
    for entry in entries:
        try:
            events = changes(entry, known[entry.facts.engagement].told())
        except Unclear as unclear:
            ledger.ambiguous(entry.place, unclear.reason)
            continue
        if not events:
            ledger.unchanged()
            continue
        if is_correction(events):
            ledger.corrected()
        else:
            ledger.taken()
        yield entry, events


def _once(entries: Iterator[Entry], ledger: Ledger) -> Iterator[Entry]:
    """Give the first row about each engagement."""
    places: dict[str, str] = {}
    for entry in entries:
        slug = entry.facts.engagement
        if slug in places:
            ledger.ambiguous(entry.place, f"{places[slug]} is about {slug} already: name one of them in engagement")
        else:
            places[slug] = entry.place
            yield entry


def _entries(table: Iterator[tuple[int, dict[str, str]]], ledger: Ledger) -> Iterator[Entry]:
    for number, cells in table:
        place = f"row {number}"
        try:
            yield read_row(place, cells)
        except InvalidValue as wrong:
            ledger.rejected(place, str(wrong))


def _table(path: str, content: bytes) -> Iterator[tuple[int, dict[str, str]]]:
    """Give each row that says something: its number in the sheet, from 1, and its cells by column, trimmed."""
    text = _text(path, content)
    said = _EXCELS_DELIMITER.match(text)
    text = text[said.end() :] if said else text
    delimiter = said[1] if said else _delimiter(text)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    try:
        rows = [[cell.strip() for cell in row] for row in reader]
    except csv.Error as wrong:
        raise UnreadableInput(path, f"line {reader.line_num}: {wrong}") from wrong
    numbered = ((number, row) for number, row in enumerate(rows, start=2 if said else 1) if any(row))
    _, header = next(numbered, (0, []))
    columns = _columns(path, header)
    return ((number, _cells(columns, row)) for number, row in numbered)


def _text(path: str, content: bytes) -> str:
    """Decode a sheet. Which of the older encodings is meant cannot be seen, and a wrong guess garbles names."""
    encoding = "utf-16" if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)) else "utf-8-sig"
    try:
        return content.decode(encoding)
    except UnicodeDecodeError as wrong:
        line = content.count(b"\n", 0, wrong.start) + 1
        raise UnreadableInput(path, f"line {line} is not in UTF-8: in Excel, save it as 'CSV UTF-8'") from wrong


def _delimiter(text: str) -> str:
    """Give what parts the header into the most columns that are known."""
    header = next((line for line in text.splitlines() if line.strip()), "")
    return max(DELIMITERS, key=lambda delimiter: sum(_column(name) in COLUMNS for name in header.split(delimiter)))


def _column(name: str) -> str:
    plain = name.strip().strip('"').strip().casefold()
    return ALSO_CALLED.get(plain, plain)


def _columns(path: str, header: Sequence[str]) -> list[str]:
    columns = [_column(name) for name in header]
    named = [column for column in columns if column]
    unknown = [column for column in named if column not in COLUMNS]
    missing = [column for column in NEEDED if column not in named]
    twice = sorted({column for column in named if named.count(column) > 1})
    wrong = {"unknown columns": unknown, "no column": missing, "columns that come twice:": twice}
    for what, found in wrong.items():
        if found:
            raise UnreadableInput(path, f"{what} {', '.join(found)} in the first row; known are {', '.join(COLUMNS)}")
    return columns


def _cells(columns: Sequence[str], row: Sequence[str]) -> dict[str, str]:
    """Give the cells by column; those without one are named by their place."""
    names = [*columns, *[""] * (len(row) - len(columns))]
    return {
        name or f"column {place}": cell for place, (name, cell) in enumerate(zip(names, row, strict=False), start=1)
    }
