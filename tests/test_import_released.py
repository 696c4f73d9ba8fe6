"""A list that was imported for some, and then for everybody: the public gets all of it, and nobody gets it twice."""

import csv
import tempfile
from collections.abc import Callable
from pathlib import Path

import pendulum
import pytest
from hypothesis import given
from hypothesis import strategies as st

from diplocal.engagements import Engagement, Engagements
from diplocal.importers.csv_sheet import import_csv
from diplocal.importers.ical_feed import import_ical
from diplocal.importers.outcome import Outcome
from diplocal.importers.plapaths.importer import import_pla_paths
from diplocal.importers.statedept.importer import import_visits
from diplocal.store import EventStore, MemoryStore

SHEET = "kind,status,when,who,with,reported,note\nmeeting,{status},2026-10-20,FI,SE,2026-09-01,ours\n"
CALENDAR = """BEGIN:VCALENDAR
VERSION:2.0
PRODID:x
BEGIN:VEVENT
UID:talks
DTSTAMP:20260901T080000Z
DTSTART;VALUE=DATE:20261020
SUMMARY:Talks
RRULE:FREQ=DAILY;COUNT=2
END:VEVENT
END:VCALENDAR
"""
VISITS = """<visits><visit><id>1</id><start-date>2016-03-31</start-date><end-date>2016-04-01</end-date>
<visitor>President Andrzej Duda</visitor><from id="poland">Poland</from><description/></visit></visits>"""
TRACK = {
    "src": "p20230524_04",
    "country": "china",
    "id_num": "$1$",
    "id_content": "5/24_054A（515）",
    "data": "ship",
    "unique_labels": "['Type 054A']",
    "file_name": "p20230524_04.pdf",
    "urls": "https://example.org/p20230524_04.pdf",
    "first_page_content": "",
    "if_宮古海峽": "",
}


def a_sheet(store: EventStore, folder: Path, audience: str, *, status: str = "planned") -> Outcome:
    file = folder / "sheet.csv"
    file.write_text(SHEET.format(status=status), encoding="utf-8")
    return import_csv(file, store, audience=audience)


def a_calendar(store: EventStore, _: Path, audience: str) -> Outcome:
    content = CALENDAR.replace("\n", "\r\n").encode()
    return import_ical(content, store, reported=pendulum.Date(2026, 9, 2), upstream="Quay", audience=audience)


def visits(store: EventStore, folder: Path, audience: str) -> Outcome:
    (folder / "2016.xml").write_text(VISITS, encoding="utf-8")
    return import_visits(folder, store, reported=pendulum.Date(2018, 5, 1), audience=audience)


def tracks(store: EventStore, folder: Path, audience: str) -> Outcome:
    file = folder / "tracks.csv"
    with file.open("w", encoding="utf-8", newline="") as out:
        writer = csv.DictWriter(out, list(TRACK))
        writer.writeheader()
        writer.writerow(TRACK)
    return import_pla_paths(file, store, audience=audience)


def seen(store: EventStore, audience: str) -> list[Engagement]:
    return list(Engagements().take(store.read(audience=audience))[0])


@pytest.mark.parametrize("importing", [a_sheet, a_calendar, visits, tracks])
@pytest.mark.parametrize("first", ["internal", "restricted", "asia-desk"])
def test_what_was_internal_is_released_by_the_same_list_again(
    importing: Callable[[EventStore, Path, str], Outcome], first: str, tmp_path: Path
) -> None:
    store = MemoryStore()
    before = importing(store, tmp_path, first)
    assert not seen(store, "public")
    known = seen(store, first)
    outcome = importing(store, tmp_path, "public")
    assert (outcome.taken, outcome.unchanged) == (before.taken, 0)
    assert [one.slug for one in seen(store, "public")] == [one.slug for one in seen(store, first)]
    assert [one.slug for one in seen(store, first)] == [one.slug for one in known]
    end = store.position()
    for audience in ("public", first):
        assert importing(store, tmp_path, audience).unchanged == before.taken
    assert store.position() == end


@given(said=st.lists(st.tuples(st.sampled_from(("public", "internal")), st.sampled_from(("planned", "confirmed")))))
def test_each_audience_sees_what_it_was_told_last(said: list[tuple[str, str]]) -> None:
    store = MemoryStore()
    with tempfile.TemporaryDirectory() as folder:
        for audience, status in said:
            a_sheet(store, Path(folder), audience, status=status)
    told = [status for audience, status in said if audience == "public"]
    assert [one.status.value for one in seen(store, "public")] == told[-1:]


def test_a_note_is_remarked_once(tmp_path: Path) -> None:
    store = MemoryStore()
    for audience in ("internal", "public", "internal", "public"):
        a_sheet(store, tmp_path, audience)
    assert len([record for record in store.read(audience="internal") if record.event.note]) == 1
