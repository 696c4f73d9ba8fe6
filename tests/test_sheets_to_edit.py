"""A sheet that was written from a log is edited, and imported into it again."""

import csv
import io
import tempfile
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings

from diplocal.dates import When
from diplocal.diary import Diary
from diplocal.engagements import Engagement, Status
from diplocal.events import (
    CallAnnounced,
    CallHeld,
    Cancelled,
    Confirmed,
    Corrected,
    DateNarrowed,
    MeetingHeld,
    Postponed,
    ReportAttached,
    Rescheduled,
    Retracted,
    SamePerson,
    VisitAnnounced,
    VisitConcluded,
    VisitInvited,
)
from diplocal.events.shapes import Medium
from diplocal.importers.csv_sheet import import_csv
from diplocal.importers.outcome import Outcome
from diplocal.importers.sheet_rows import COLUMNS
from diplocal.parties import Office, Person, Rank, State
from diplocal.records import Envelope
from diplocal.sources import Source
from diplocal.store import EventStore, MemoryStore
from diplocal.tabular.sheets import AS_WRITTEN, FACTS, TO_FILL, cells_of, to_sheet
from diplocal.testing import histories
from diplocal.testing.history import History

Row = dict[str, str]
CHINA, RUSSIA = State("CN", "PRC"), State("RU")
WANG = Person("Wang Yi", CHINA, Office("Foreign Minister", Rank.FOREIGN_MINISTER), wikidata="Q701128")
VISIT = VisitAnnounced(engagement="visit", visitors=(WANG,), host=RUSSIA, when=When("2023-09"), place="Moscow")
CALL = CallHeld(engagement="call", participants=(CHINA, RUSSIA), when=When("2023-08-02"), medium=Medium.PHONE)
TALKS = MeetingHeld(engagement="talks", participants=(WANG, RUSSIA), when=When("2023-07-03"), host=RUSSIA)
SOURCE = (Source("Xinhua", "https://example.org/1"),)


def sheet_of(store: EventStore, *, audience: str = "public") -> list[Row]:
    """Return the rows of a sheet of all that a log holds."""
    diary = Diary(store, audience=audience)
    sheet = to_sheet(diary.find())
    return list(csv.DictReader(io.StringIO(sheet.csv, newline="")))


def imported(store: EventStore, rows: list[Row], **said: Any) -> Outcome:
    """Import rows."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder, "sheet.csv")
        with file.open("w", encoding="utf-8", newline="") as written:
            writer = csv.DictWriter(written, (*FACTS, *TO_FILL, AS_WRITTEN))
            writer.writeheader()
            writer.writerows(rows)
        return import_csv(file, store, **said)


def edited(store: EventStore, slug: str, **cells: str) -> Outcome:
    """Edit the cells of one row, and import the sheet."""
    return imported(store, [row | cells if row["engagement"] == slug else row for row in sheet_of(store)])


def known(store: EventStore, slug: str = "visit") -> Engagement:
    """Return what is understood of an engagement."""
    found = Diary(store).get(slug)
    assert found is not None
    return found


@pytest.fixture
def log() -> MemoryStore:
    """Return a log with a visit, a call and talks."""
    store = MemoryStore()
    store.append(VISIT.evolve(sources=SOURCE), CALL, TALKS)
    return store


def test_the_columns_of_the_sheet_are_those_of_the_importer() -> None:
    """Nothing that is written is unknown when it is read."""
    assert (*FACTS, *TO_FILL, AS_WRITTEN) == COLUMNS


@settings(max_examples=30)
@given(history=histories())
def test_a_sheet_that_was_not_edited_changes_nothing(history: History) -> None:
    """Whatever was recorded by whom: nothing is recorded, and nothing is asked."""
    store = MemoryStore()
    store.append(*history.envelopes)
    before, rows = len(list(store.read())), sheet_of(store)
    outcome = imported(store, rows) if rows else Outcome(read=0)
    assert outcome == Outcome(read=len(rows), unchanged=outcome.unchanged, passed_over=outcome.passed_over)
    assert len(outcome.passed_over) == sum("not to be edited" in row[AS_WRITTEN] for row in rows)
    assert len(list(store.read())) == before


@settings(max_examples=20)
@given(history=histories(audiences=("public",)))
def test_an_edited_place_is_what_the_log_holds_then_or_nothing_is_recorded(history: History) -> None:
    """An edit is taken whole, or it is asked about; a second time it changes nothing."""
    store = MemoryStore()
    store.append(*history.envelopes)
    rows = [row | {"place": "Elsewhere"} for row in sheet_of(store) if row["kind"] in ("visit", "meeting", "exercise")]
    if not rows:
        return
    length = len(list(store.read()))
    outcome = imported(store, rows)
    unsettled = {one.place for one in (*outcome.ambiguous, *outcome.rejected, *outcome.passed_over)}
    for number, row in enumerate(rows, start=2):
        if f"row {number}" not in unsettled:
            assert known(store, row["engagement"]).place == "Elsewhere"
    if len(unsettled) == len(rows):
        assert len(list(store.read())) == length
    again = imported(store, rows)
    assert again.taken == again.corrected == 0


@pytest.mark.parametrize(
    ("cells", "told"),
    [
        ({"when": "2023-09-18"}, [DateNarrowed]),
        ({"when": "2023-11"}, [Rescheduled]),
        ({"status": "confirmed"}, [Confirmed]),
        ({"status": "cancelled", "reason": "illness"}, [Cancelled]),
        ({"status": "postponed", "when": ""}, [Postponed]),
        ({"status": "held", "when": "2023-09-18"}, [VisitConcluded]),
        ({"place": "Saint Petersburg"}, [Corrected]),
        ({"place": ""}, [Corrected]),
        ({"level": "official"}, [Corrected]),
        ({"with": "Sergei Lavrov (RU, Q47335)"}, [Corrected]),
        ({"status": "invited"}, [Retracted, VisitInvited]),
    ],
)
def test_an_edited_cell_becomes_the_right_event(log: MemoryStore, cells: Row, told: list[type]) -> None:
    """And the log holds what the row says; the same sheet again changes nothing."""
    rows = [row | cells if row["engagement"] == "visit" else row for row in sheet_of(log)]
    outcome = imported(log, rows)
    assert not outcome.ambiguous + outcome.rejected + outcome.noted
    assert outcome.unchanged == len(rows) - 1
    assert [type(record.event) for record in log.read()][3:] == told
    now = cells_of(known(log))
    assert {name: now[name] for name in cells} == {
        name: {"Sergei Lavrov (RU, Q47335)": now["with"]}.get(text, text) for name, text in cells.items()
    }
    assert imported(log, rows).unchanged == len(rows)


def test_what_is_put_off_has_not_its_old_date(log: MemoryStore) -> None:
    rows = [row | {"status": "postponed"} if row["engagement"] == "visit" else row for row in sheet_of(log)]
    assert "empty 'when', or write the new date" in imported(log, rows).ambiguous[0].reason


def test_what_a_cell_cannot_say_is_kept(log: MemoryStore) -> None:
    """A state's name as printed, which no cell says beside an office and an id, is not lost when the visit is held."""
    edited(log, "visit", status="held", when="2023-09-18")
    assert known(log).participants == (WANG,)


def test_a_courtesy_that_no_name_is_read_with_is_kept() -> None:
    """Who it is, a cell says; how a source printed it stays as it was."""
    store = MemoryStore()
    minnis = Person("Dr. Hubert A. Minnis", State("BS"), Office("Prime Minister", Rank.HEAD_OF_GOVERNMENT))
    store.append(VISIT.evolve(visitors=(minnis,)))
    assert edited(store, "visit", status="held", when="2023-09-18").taken == 1
    assert known(store).participants == (minnis,)


def test_an_occurrence_that_is_none_any_more_is_taken_back(log: MemoryStore) -> None:
    """Held by mistake: the report that says so is retracted."""
    edited(log, "call", status="planned")
    assert known(log, "call").status is Status.PLANNED
    assert [type(record.event) for record in log.read()][3:] == [Retracted, CallAnnounced]


def test_each_report_that_says_what_was_edited_is_put_right(log: MemoryStore) -> None:
    """Two sources said Moscow."""
    log.append(VISIT.evolve(sources=(Source("TASS"),), when=When("2023-09-18")))
    assert edited(log, "visit", place="Kazan").corrected == 1
    assert known(log).place == "Kazan"


def test_an_edit_has_the_source_of_its_row(log: MemoryStore) -> None:
    """The cells that were empty say where the new text comes from; alone, they are one more report."""
    edited(log, "visit", status="confirmed", publisher="TASS")
    edited(log, "call", publisher="TASS")
    assert known(log).sources == (*SOURCE, Source("TASS"))
    assert [type(record.event) for record in log.read()][3:] == [Confirmed, ReportAttached]


@pytest.mark.parametrize("cells", [{"url": "https://example.org/2"}, {"attribution": "ministry"}])
def test_an_address_without_a_publisher_is_rejected(log: MemoryStore, cells: Row) -> None:
    """It is a part of a source, and not passed over."""
    assert "publisher" in edited(log, "call", **cells).rejected[0].reason


@pytest.mark.parametrize("slug", ["visit", "call", "talks"])
def test_a_row_that_is_gone_is_asked_about(log: MemoryStore, slug: str) -> None:
    """By name, and nothing is taken back."""
    outcome = imported(log, [row for row in sheet_of(log) if row["engagement"] != slug])
    assert [one.place for one in outcome.noted] == [slug]
    assert len(list(log.read())) == 3


def test_a_row_that_is_gone_from_a_sheet_of_some_is_asked_about_by_its_number(log: MemoryStore) -> None:
    """Which engagements a filter took, the sheet does not say."""
    sheet = to_sheet(Diary(log).find(since="2023-08"))
    outcome = imported(log, list(csv.DictReader(io.StringIO(sheet.csv)))[1:])
    assert [one.place for one in outcome.noted] == ["row 1 of 2"]


def test_a_row_that_was_added_is_a_row_like_any_other(log: MemoryStore) -> None:
    """It says nothing in as_written."""
    outcome = imported(log, [*sheet_of(log), {"kind": "call", "who": "CN", "with": "FR", "when": "2023-10-02"}])
    assert (outcome.taken, outcome.unchanged) == (1, 3)


def test_what_the_log_has_learnt_since_is_not_written_over(log: MemoryStore) -> None:
    """A row that was not edited says nothing; one that was is ambiguous."""
    rows = sheet_of(log)
    log.append(DateNarrowed(engagement="visit", when=When("2023-09-18")))
    assert imported(log, rows).unchanged == 3
    outcome = imported(log, [row | {"place": "Kazan"} if row["engagement"] == "visit" else row for row in rows])
    assert "learnt otherwise since" in outcome.ambiguous[0].reason


@pytest.mark.parametrize("text", ["yesterday", "row 1 of 3", "row 1 of 3, XYZ", "row x of 3, 0123456789ab"])
def test_what_the_row_was_is_not_guessed_at(log: MemoryStore, text: str) -> None:
    """Nothing of such a row is recorded."""
    outcome = imported(log, [row | {AS_WRITTEN: text, "place": "X"} for row in sheet_of(log)])
    assert all("what stood there" in one.reason for one in outcome.rejected)
    assert len(outcome.rejected) == len(list(log.read())) == 3


def test_a_row_of_another_log_is_refused(log: MemoryStore) -> None:
    """What the log knows nothing of was not written from it."""
    assert "one that the log has" in imported(MemoryStore(), sheet_of(log)).rejected[0].reason


def test_what_some_may_see_is_not_told_to_all_by_an_edit() -> None:
    """A sheet for some that is imported for the public is ambiguous, where the public knows less."""
    store = MemoryStore()
    store.append(VISIT, Envelope(DateNarrowed(engagement="visit", when=When("2023-09-18")), audience="internal"))
    rows = [row | {"place": "Kazan"} for row in sheet_of(store, audience="internal")]
    assert len(imported(store, rows).ambiguous) == 1
    assert len(list(store.read(audience="internal"))) == 2


def test_a_sheet_for_some_is_edited_for_the_same() -> None:
    """What is recorded is theirs."""
    store = MemoryStore()
    store.append(Envelope(VISIT, audience="internal"))
    rows = [row | {"place": "Kazan"} for row in sheet_of(store, audience="internal")]
    assert imported(store, rows, audience="internal").corrected == 1
    assert [record.audience for record in store.read()] == ["internal"] * 2


def test_what_no_row_can_say_is_left_out_by_name() -> None:
    """An alias is no engagement of two sides."""
    store = MemoryStore()
    people = (WANG, Person("Ван И", CHINA))
    store.append(VISIT, SamePerson(engagement="alias", people=people))
    sheet = to_sheet(Diary(store).find())
    assert list(sheet.left_out) == ["alias"]
    assert "kind is 'alias'" in sheet.left_out["alias"]
    outcome = imported(store, sheet_of(store))
    assert outcome.unchanged == 1
    assert "kind is 'alias'" in outcome.passed_over[0].reason


@pytest.mark.parametrize("place", ["=1+1", "+49", "@home", "-", "'quoted'", "\uff1d1+1", "\uff0d"])
def test_what_looks_like_a_formula_comes_back(place: str) -> None:
    """A cell with an apostrophe before it is read without."""
    store = MemoryStore()
    store.append(VISIT.evolve(place=place))
    assert imported(store, sheet_of(store)).unchanged == 1
    fresh = MemoryStore()
    imported(fresh, [row | {AS_WRITTEN: ""} for row in sheet_of(store)])  # somebody emptied the column
    assert known(fresh).place == place
