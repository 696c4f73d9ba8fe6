"""A spreadsheet comes again: what its rows are about where they do not say it, whose list it is, what it remarks."""

import re
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any, ClassVar

import pendulum
import pytest
from hypothesis import given
from hypothesis import strategies as st

from diplocal.dates import When
from diplocal.diary import Diary
from diplocal.engagements import Call, Engagement, Engagements, Meeting, Status
from diplocal.events import Corrected, MeetingAnnounced, ReportAttached, Retracted, VisitAnnounced
from diplocal.importers.csv_sheet import RECORDED_BY, import_csv
from diplocal.importers.outcome import Outcome
from diplocal.parties import State
from diplocal.records import Envelope
from diplocal.store import EventStore, MemoryStore

Row = dict[str, str]
SLUG = "wang-to-russia"
NAMED: Row = {"engagement": SLUG, "kind": "visit", "when": "2023-09", "who": "CN", "with": "RU"}
ANNOUNCED = VisitAnnounced(engagement=SLUG, visitors=(State("CN"),), host=State("RU"), when=When("2023-09"))
UNNAMED: Row = {
    "kind": "meeting",
    "when": "2026-03-03",
    "who": "Foreign Minister Aino Halonen (FI)",
    "with": "Foreign Minister Kadri Saar (EE)",
}


def imported(store: EventStore, *rows: Row, **said: Any) -> Outcome:
    """Import a sheet of these rows."""
    columns = list(dict.fromkeys(column for row in rows for column in row))
    lines = [columns, *([row.get(column, "") for column in columns] for row in rows)]
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder, "sheet.csv")
        file.write_text("\n".join("\t".join(line) for line in lines), encoding="utf-8")
        return import_csv(file, store, **said)


def understood(store: EventStore) -> dict[str, Engagement]:
    """Return what is understood of each engagement in a log."""
    engagements, _ = Engagements().take(store.read())
    return {engagement.slug: engagement for engagement in engagements}


def summary(engagement: Engagement) -> tuple[object, ...]:
    """Return what a sheet says of an engagement."""
    return engagement.kind, engagement.status, engagement.everyone, engagement.place, engagement.when


class TestNotes:
    """A remark of whoever keeps the sheet is no source's word: the public is not shown it."""

    def notes(self, store: EventStore) -> list[tuple[str, str | None]]:
        return [(record.audience, record.event.note) for record in store.read() if record.event.note]

    @pytest.mark.parametrize(("audience", "for_notes"), [("public", "internal"), ("desk", "desk")])
    def test_a_note_is_for_those_who_keep_the_sheet(self, audience: str, for_notes: str) -> None:
        store = MemoryStore()
        imported(store, NAMED | {"note": "ask Anna"}, audience=audience)
        assert self.notes(store) == [(for_notes, "ask Anna")]
        assert [record.audience for record in store.read()] == [audience, for_notes]

    def test_a_changed_note_is_corrected_and_an_emptied_one_taken_back(self) -> None:
        store = MemoryStore()
        for note, fate in (("a", "taken"), ("b", "corrected"), ("b", "unchanged"), ("", "corrected")):
            assert getattr(imported(store, NAMED | {"note": note}), fate) == 1
        assert [type(record.event) for record in store.read()] == [
            *(VisitAnnounced, ReportAttached, Corrected, Retracted)
        ]

    def test_a_note_that_was_once_recorded_for_all_is_taken_out_of_what_was_told(self) -> None:
        store = MemoryStore()
        store.append(Envelope(ANNOUNCED.evolve(note="ask Anna"), recorded_by=RECORDED_BY))
        assert imported(store, NAMED | {"note": "ask Anna"}).corrected == 1
        (shown,) = Engagements().take(store.read(audience="public"))[0].effective_reports(SLUG)
        assert shown.event == ANNOUNCED


TURNED = UNNAMED | {"who": UNNAMED["with"], "with": UNNAMED["who"]}
JOURNEY = UNNAMED | {"kind": "visit", "with": "EE"}


class TestBothSides:
    """A meeting, a call or an exercise has no direction, so who is named first does not make another."""

    @pytest.mark.parametrize("kind", ["meeting", "call", "exercise"])
    @pytest.mark.parametrize("status", ["", "held"])
    def test_a_row_the_other_way_round_is_the_same(self, kind: str, status: str) -> None:
        store, people = MemoryStore(), {"who": "FI", "with": "EE"} if kind == "exercise" else {}
        row = UNNAMED | people | {"kind": kind, "status": status}
        imported(store, row)
        assert imported(store, row | {"who": row["with"], "with": row["who"]}) == Outcome(read=1, unchanged=1)

    @pytest.mark.parametrize("cells", [{"reported": "2026-03-05"}, {"place": "Riga"}, {"publisher": "MFA of Estonia"}])
    def test_a_row_the_other_way_round_that_says_something_else_is_another_lists(self, cells: Row) -> None:
        store = MemoryStore()
        imported(store, UNNAMED)
        (unsettled,) = imported(store, TURNED | cells).ambiguous
        assert "was told from the other side" in unsettled.reason

    @pytest.mark.parametrize("cells", [{}, {"reported": "2026-03-05"}, {"who": "Kadri Saar (EE)", "place": "Riga"}])
    def test_two_lists_with_names_of_their_own_make_one_engagement_of_two_reports(self, cells: Row) -> None:
        store = MemoryStore()
        for upstream, row in 2 * [("Finland", UNNAMED), ("Estonia", TURNED | cells)]:
            imported(store, row, upstream=upstream)
        assert [type(record.event) for record in store.read()] == [MeetingAnnounced, MeetingAnnounced]
        assert len(understood(store)) == 1

    def test_a_visit_has_a_direction(self) -> None:
        store = MemoryStore()
        imported(store, JOURNEY, JOURNEY | {"who": "EE", "with": "FI"})
        assert len(understood(store)) == 2


class TestRowsWithoutNames:
    """A row in which kind, sides and date are not as they were is known by what stayed the same, or is a question."""

    OTHER = JOURNEY | {"when": "2026-05", "with": "LV"}

    @pytest.mark.parametrize(
        "cells",
        [
            {"who": "Foreign Minister Aino Hallonen (FI)"},
            {"who": "Aino Maria Halonen (FI)"},
            {"who": "Foreign Minister Aino Halonen (FI); Ville Niemi (FI)"},
            {"when": "2026-03-04"},
            {"when": "2026-03-03/2026-03-04"},
            {"with": "LV"},
            {"who": "Prime Minister Ilze Krumina (FI)"},
        ],
    )
    @pytest.mark.parametrize("status", ["", "confirmed", "held"])
    def test_in_a_sheet_whose_other_rows_recur_the_row_is_put_right(self, cells: Row, status: str) -> None:
        store, row = MemoryStore(), JOURNEY | {"status": status}
        imported(store, row, self.OTHER)
        assert imported(store, row | cells, self.OTHER).rejected == ()
        assert len(understood(store)) == 2
        (visit,) = (one for one in understood(store).values() if one.slug.startswith("visit-ee-fi"))
        anew = MemoryStore()
        imported(anew, row | cells)
        assert summary(visit) == summary(*understood(anew).values())
        assert imported(store, row | cells, self.OTHER) == Outcome(read=2, unchanged=2)

    @pytest.mark.parametrize(
        ("before", "after"),
        [
            (JOURNEY, JOURNEY | {"who": "Foreign Minister Aino Hallonen (FI)"}),
            (JOURNEY, JOURNEY | {"who": "Aino Maria Halonen (FI)"}),
            (JOURNEY | {"when": "2026-03"}, JOURNEY),
            (JOURNEY | {"when": ""}, JOURNEY),
        ],
    )
    def test_alone_in_its_sheet_it_is_put_right_when_nearly_all_agrees(self, before: Row, after: Row) -> None:
        store = MemoryStore()
        imported(store, before)
        outcome = imported(store, after)
        assert (outcome.rejected, outcome.ambiguous) == ((), ())
        assert len(understood(store)) == 1

    @pytest.mark.parametrize(
        "cells",
        [
            {"when": "2026-03-04"},
            {"when": "2026-03-05/2026-03-07"},
            {"with": "LV"},
            {"who": "FI"},
            {"who": "Prime Minister Ilze Krumina (FI)", "place": "Tartu"},
        ],
    )
    def test_alone_in_its_sheet_it_is_a_question_when_less_agrees(self, cells: Row) -> None:
        store, row = MemoryStore(), JOURNEY | {"place": "Tartu"}
        imported(store, row)
        (unsettled,) = imported(store, row | cells).ambiguous
        assert re.match(
            "it may be visit-ee-fi-2026-03-03-[0-9a-f]{8}, put right: name that, or another", unsettled.reason
        )
        assert len(understood(store)) == 1

    @pytest.mark.parametrize(
        "cells",
        [
            {"when": "2026-03-17"},
            {"who": "Prime Minister Ilze Krumina (FI)"},
            {"kind": "call"},
            {"with": "LV", "when": "2026-03-04"},
            {"engagement": "another", "who": "Foreign Minister Aino Hallonen (FI)"},
        ],
    )
    def test_what_has_less_in_common_is_another(self, cells: Row) -> None:
        store = MemoryStore()
        imported(store, JOURNEY)
        assert imported(store, JOURNEY | cells).taken == 1

    def test_what_a_sheet_does_not_tell_any_more_is_no_matter_while_all_it_tells_is_known(self) -> None:
        store = MemoryStore()
        imported(store, JOURNEY, self.OTHER)
        assert imported(store, JOURNEY).unchanged == 1

    def test_of_two_rows_that_may_be_one_neither_is_guessed(self) -> None:
        store = MemoryStore()
        imported(store, JOURNEY, self.OTHER)
        outcome = imported(store, self.OTHER, *(JOURNEY | {"when": f"2026-03-0{day}"} for day in (2, 4)))
        assert [row.place for row in outcome.ambiguous] == ["row 3", "row 4"]

    @given(st.data())
    def test_no_correction_of_a_single_cell_makes_a_second_engagement(self, data: st.DataObject) -> None:
        rows = [
            JOURNEY | {"when": f"2026-{month:02}-10", "who": f"{name} (FI)", "with": host}
            for month, name, host in [(1, "Aino Halonen", "EE"), (3, "Ville Niemi", "LV"), (9, "Tuuli Aalto", "SE")]
        ]
        place = data.draw(st.integers(0, 2))
        right = data.draw(
            st.sampled_from([{"who": "Outi Koski (FI)"}, {"with": "NO"}, {"when": "2026-06"}, {"when": "2026-05-02"}])
        )
        store = MemoryStore()
        imported(store, *rows)
        outcome = imported(store, *rows[:place], rows[place] | right, *rows[place + 1 :])
        assert (outcome.taken, outcome.rejected) in {(0, ()), (1, ())}
        assert len(understood(store)) == 3


class TestAnOlderSheet:
    """What a sheet said of an earlier day takes nothing back that it said of a later one: it is ambiguous."""

    NEWER: ClassVar[Row] = {"engagement": "talks", "kind": "meeting", "when": "2026-10-09", "who": "CN", "with": "RU"}

    def after(self, store: EventStore, newer: Row, older: Row) -> Outcome:
        imported(store, self.NEWER | newer | {"reported": "2026-10-10"})
        return imported(store, self.NEWER | older | {"reported": "2026-09-01"})

    @pytest.mark.parametrize(
        ("newer", "older"),
        [
            ({"status": "held"}, {"status": "planned", "when": "2026-10-05", "place": "Minsk"}),
            ({"status": "held"}, {"status": "planned"}),
            ({"status": "held"}, {"status": "confirmed"}),
            ({"status": "held"}, {"status": "cancelled"}),
            ({"status": "held"}, {"status": "postponed"}),
            ({"status": "held"}, {"status": "planned", "kind": "call"}),
            ({"status": "held"}, {"status": "held", "place": "Minsk"}),
            ({"status": "confirmed"}, {"status": "planned"}),
            ({"status": "cancelled"}, {"status": "planned"}),
            ({"status": "cancelled"}, {"status": "confirmed"}),
        ],
    )
    def test_it_turns_nothing_back(self, newer: Row, older: Row) -> None:
        store = MemoryStore()
        outcome = self.after(store, newer, older)
        assert len(outcome.ambiguous) == 1
        assert outcome.ambiguous[0].reason.startswith("reported is 2026-09-01")
        assert understood(store)["talks"].status.value == newer["status"]

    @given(
        newer=st.sampled_from(("planned", "confirmed", "postponed", "cancelled", "held")),
        older=st.sampled_from(("planned", "confirmed", "postponed", "cancelled")),
    )
    def test_whatever_either_says(self, newer: str, older: str) -> None:
        store = MemoryStore()
        self.after(store, {"status": newer}, {"status": older})
        assert understood(store)["talks"].status.value == newer

    def test_a_sheet_of_a_later_day_may_take_it_back(self) -> None:
        store = MemoryStore()
        imported(store, self.NEWER | {"status": "held", "reported": "2026-10-10"})
        assert imported(store, self.NEWER | {"status": "planned", "reported": "2026-10-11"}).corrected == 1


class TestColumns:
    """Each thing that a visit, a meeting or a call can have has a column of its own."""

    def test_a_summit_has_a_name_a_host_and_a_medium(self) -> None:
        store, summit = MemoryStore(), {"kind": "summit", "who": "CN; RU; BR", "name": "A Summit", "when": "2026-10"}
        imported(
            store, summit | {"engagement": "summit", "host": "India", "medium": "video", "series": "", "round": ""}
        )
        (one,) = understood(store).values()
        assert isinstance(one.subject, Meeting)
        assert (one.subject.name, str(one.subject.host), one.subject.medium.value) == ("A Summit", "India", "video")
        imported(store, summit | {"engagement": "summit", "host": "Russia"})
        (one,) = understood(store).values()
        assert isinstance(one.subject, Meeting)
        assert (str(one.subject.host), one.subject.medium.value) == ("Russia", "unknown")

    def test_a_visit_has_its_host_in_a_column_and_a_person_a_wikidata_id(self) -> None:
        store, visit = (
            MemoryStore(),
            {"engagement": "v", "kind": "visit", "who": "Foreign Minister Wang Yi (CN, Q701128)"},
        )
        imported(store, visit | {"host": "RU", "with": "Sergei Lavrov (RU)"})
        (one,) = understood(store).values()
        assert (one.people[0].name, one.people[0].wikidata, str(one.host)) == ("Wang Yi", "Q701128", "Russia")
        assert [str(who) for who in one.received_by] == ["Sergei Lavrov"]
        for cells in ({"host": "RU", "with": "FR"}, {"who": "CN, Q1", "host": "RU"}, {"host": "Wang Yi (CN)"}):
            assert len(imported(store, visit | cells).rejected) == 1

    def test_a_call_is_by_phone_or_video(self) -> None:
        store, call = MemoryStore(), {"engagement": "c", "kind": "call", "who": "CN", "with": "RU"}
        imported(store, call | {"medium": "phone"})
        (one,) = understood(store).values()
        assert isinstance(one.subject, Call)
        assert one.subject.medium.value == "phone"
        assert "medium is 'pigeon'" in imported(store, call | {"medium": "pigeon"}).rejected[0].reason
        assert "name is 'x'" in imported(store, call | {"name": "x"}).rejected[0].reason


class TestStatuses:
    @pytest.mark.parametrize(
        "course",
        [
            ("invited", "planned", "confirmed", "under way", "held"),
            ("invited", "cancelled"),
            ("invited", "held"),
            ("held", "under way", "planned", "invited"),
            ("confirmed", "invited", "postponed"),
            ("under way", "planned", "held"),
        ],
    )
    def test_a_visit_is_what_the_sheet_said_last(self, course: Sequence[str]) -> None:
        store, row = MemoryStore(), NAMED | {"when": "2023-09-18/2023-09-21"}
        for status in course:
            outcome = imported(store, row | {"status": status})
            assert (outcome.rejected, outcome.ambiguous, outcome.unchanged) == ((), (), 0)
            assert understood(store)[SLUG].status.value == status
            assert imported(store, row | {"status": status}).unchanged == 1

    @pytest.mark.parametrize("cells", [{"kind": "meeting"}, {"with": "RU; LA"}, {"kind": "call", "when": ""}])
    @pytest.mark.parametrize("status", ["invited", "under way"])
    def test_only_a_visit_to_one_host_is_invited_to_or_under_way(self, cells: Row, status: str) -> None:
        outcome = imported(MemoryStore(), NAMED | {"status": status} | cells)
        assert f"status is '{status}'" in outcome.rejected[0].reason


class TestWhatIsGone:
    def test_a_row_that_is_removed_is_asked_about_and_nothing_is_taken_back(self) -> None:
        store, other = MemoryStore(), NAMED | {"engagement": "other", "with": "FR"}
        imported(store, NAMED, other)
        outcome = imported(store, NAMED)
        (noted,) = outcome.noted
        assert (noted.place, outcome.unchanged) == ("other", 1)
        assert "retract it" in noted.reason
        assert len(understood(store)) == 2

    def test_a_sheet_of_other_rows_or_with_faults_asks_nothing(self) -> None:
        store, other = MemoryStore(), NAMED | {"engagement": "other", "with": "FR"}
        imported(store, NAMED, other)
        assert imported(store, NAMED | {"engagement": "third"}).noted == ()
        assert imported(store, NAMED, NAMED | {"engagement": "other", "with": "Narnia"}).noted == ()


def test_what_a_row_takes_back_was_known_until_the_row_says_otherwise() -> None:
    store = MemoryStore()
    row = {"engagement": SLUG, "kind": "visit", "when": "2026-10-10", "who": "CN", "with": "RU"}
    imported(store, {**row, "status": "held", "reported": "2026-10-11"})
    imported(store, {**row, "status": "planned", "reported": "2026-10-13"})
    diary = Diary(store)
    said = [diary.as_of(reported_by=pendulum.date(2026, 10, day)).get(SLUG) for day in (11, 12, 13)]
    assert [one and one.status for one in said] == [Status.HELD, Status.HELD, Status.PLANNED]
