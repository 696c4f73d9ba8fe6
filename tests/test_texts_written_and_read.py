"""Any text that a log accepts is written by our feeds and sheets, and read back by our own readers as it was."""

from pathlib import Path

import pendulum
import pytest
from typer.testing import CliRunner

from diplocal.calendars import Feed
from diplocal.calendars.reports import read_reports, write_reports
from diplocal.cli.program import app
from diplocal.dates import When
from diplocal.diary import Diary
from diplocal.events import Cancelled, MeetingHeld, ReportAttached, VisitAnnounced
from diplocal.importers.csv_sheet import import_csv
from diplocal.importers.ical_feed import import_ical
from diplocal.parties import State
from diplocal.replaying import replay
from diplocal.store import MemoryStore, open_store

CHINA, RUSSIA = State("CN"), State("RU")
PARTED = ["\n", "\r\n", "\r", "\t", "\u2028", "\u2029", "\u2066", "\\u2028", "\\n", " \u200e", '"', ";", "\\"]


@pytest.mark.parametrize("parted", PARTED)
def test_a_text_comes_back_as_it_was(parted: str, tmp_path: Path) -> None:
    text = f"Wang{parted}Yi"
    talks = MeetingHeld(
        engagement="talks", participants=(CHINA, RUSSIA), when=When("2024-01-05"), place=text, note=text
    )
    visit = VisitAnnounced(engagement="visit", visitors=(CHINA,), host=RUSSIA, when=When("2024-01-07"), place=text)
    events = (
        talks,
        visit,
        Cancelled(engagement="visit", reason=text),
        ReportAttached(engagement="visit", note=text),
    )
    assert read_reports(write_reports((talks,))) == (talks,)
    path, copy = tmp_path / "log.db", MemoryStore()
    with open_store(path) as store:
        store.append(*events)
    with open_store(path) as store:
        known = {one.slug: (one.place, one.reason) for one in Diary(store).find()}
        feed = replay(Feed(), store.read()).to_ical()
    assert known == {"talks": (text, None), "visit": (text, text)}
    outcome = import_ical(feed, copy, upstream="Desk", reported=pendulum.Date(2024, 1, 1))
    assert outcome.rejected == ()
    assert {one.slug: (one.place, one.reason) for one in Diary(copy).find()} == known
    sheet = tmp_path / "sheet.csv"
    done = CliRunner().invoke(app, ["list", "--format", "sheet", "--log", str(path)])
    assert done.exit_code == 0, done.output
    sheet.write_bytes(done.stdout_bytes)
    with open_store(path) as store:
        outcome = import_csv(sheet, store)
        assert (outcome.unchanged, outcome.corrected, store.position()) == (2, 0, len(events))
        sheet.write_bytes(sheet.read_bytes().replace(b"2024-01-05", b"2024-01-06"))
        assert import_csv(sheet, store).corrected == 1
        assert [one.place for one in Diary(store).find()] == [text, text]
