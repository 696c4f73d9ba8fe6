"""A row names a video summit, a trip, and the head of an organisation as people do; what it has no word for is told."""

from pathlib import Path

import pytest

from diplocal.diary import Diary
from diplocal.engagements import Kind
from diplocal.errors import Unresolved
from diplocal.events.shapes import Medium
from diplocal.importers.csv_sheet import import_csv
from diplocal.importers.outcome import Outcome
from diplocal.levels import Purpose
from diplocal.names.participants import participant
from diplocal.parties import Organisation, Person, Rank
from diplocal.store import MemoryStore


def told(folder: Path, header: str, row: str) -> tuple[MemoryStore, Outcome]:
    store, sheet = MemoryStore(), folder / "sheet.csv"
    sheet.write_text(f"{header}\n{row}\n", encoding="utf-8")
    return store, import_csv(sheet, store)


@pytest.mark.parametrize("kind", ["video summit", "Virtual Summit", "видеосаммит", "sommet virtuel", "视频峰会"])
def test_a_video_summit_is_a_meeting_to_which_nobody_travels(tmp_path: Path, kind: str) -> None:
    store, _ = told(tmp_path, "kind,status,when,who,with", f"{kind},held,2024-01-05,CN,EU")
    (record,) = store.read()
    event = record.event
    assert (event.medium, event.purposes) == (Medium.VIDEO, (Purpose.SUMMIT,))  # type: ignore[attr-defined]


def test_a_trip_has_a_name_and_a_visit_has_none(tmp_path: Path) -> None:
    header = "engagement,kind,status,when,who,with,name"
    store, outcome = told(tmp_path, header, "tour,trip,held,2024-01-05/2024-01-09,Xi Jinping (CN),LA; VN,Asia tour")
    assert outcome.rejected == ()
    (trip,) = Diary(store).find(kind="trip")
    assert (trip.kind, trip.subject.name) == (Kind.TRIP, "Asia tour")  # type: ignore[union-attr]
    _, outcome = told(tmp_path, header, "tour,visit,held,2024-01-05,Xi Jinping (CN),LA,Asia tour")
    assert "a visit has no name" in outcome.rejected[0].reason


@pytest.mark.parametrize(
    ("kind", "reason"),
    [
        ("ambassador", "a sheet has no row for what is posting"),
        ("alias", "a sheet has no row for what is alias"),
        ("summits by boat", "expected one of visit, meeting, call, patrol, exercise"),
    ],
)
def test_only_what_a_sheet_takes_is_named_to_whoever_wrote_another_kind(tmp_path: Path, kind: str, reason: str) -> None:
    _, outcome = told(tmp_path, "kind,status,when,who,with", f"{kind},held,2024-01-05,CN,EU")
    assert reason in outcome.rejected[0].reason
    assert "posting, alias" not in outcome.rejected[0].reason


@pytest.mark.parametrize(
    ("text", "name", "code"),
    [
        ("NATO Secretary General Mark Rutte", "Mark Rutte", "NATO"),
        ("President of the European Commission Ursula von der Leyen", "Ursula von der Leyen", "EU"),
        ("UN Secretary-General António Guterres", "António Guterres", "UN"),
        ("Генеральный секретарь ООН Антониу Гутерриш", "Антониу Гутерриш", "UN"),
    ],
)
def test_an_office_that_names_its_organisation_needs_no_letters_behind_it(text: str, name: str, code: str) -> None:
    found = participant(text)
    assert isinstance(found, Person)
    assert found.office is not None
    assert (found.name, found.party, found.office.rank) == (name, Organisation(code), Rank.HEAD_OF_ORGANISATION)


@pytest.mark.parametrize(
    "text",
    ["Secretary General NATO", "NATO Secretary General", "NATO Spokesman Jan Nowak", "Union President Jo Roe"],
)
def test_no_other_text_is_taken_for_the_head_of_an_organisation(text: str) -> None:
    with pytest.raises(Unresolved, match="participant is"):
        participant(text)
