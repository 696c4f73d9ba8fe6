"""A spreadsheet comes into a log, and again whenever it changed."""

import csv
import io
import re
import tempfile
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pendulum
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from diplocal.dates import When
from diplocal.engagements import Engagement, Engagements, Status
from diplocal.errors import InvalidValue, UnreadableInput
from diplocal.events import (
    CallAnnounced,
    Cancelled,
    Confirmed,
    Corrected,
    DateNarrowed,
    Event,
    ExerciseAnnounced,
    ExerciseConducted,
    MeetingAnnounced,
    MeetingHeld,
    PatrolConducted,
    Postponed,
    ReportAttached,
    Rescheduled,
    Retracted,
    VisitAnnounced,
    VisitConcluded,
)
from diplocal.importers.csv_sheet import RECORDED_BY, import_csv
from diplocal.importers.outcome import Outcome
from diplocal.importers.sheet_rows import COLUMNS
from diplocal.levels import Level, Purpose
from diplocal.names.participants import participant, read_participants
from diplocal.parties import Office, Organisation, Person, Rank, State, Tenure
from diplocal.series import Round, Series
from diplocal.sources import Attribution, Source
from diplocal.store import EventStore, MemoryStore, SQLiteStore

CHINA, RUSSIA = State("CN"), State("RU")
WANG = Person("Wang Yi", CHINA, Office("Foreign Minister", Rank.FOREIGN_MINISTER))
Row = dict[str, str]

VISIT: Row = {"engagement": "wang-to-russia", "kind": "visit", "when": "2023-09", "who": "CN", "with": "RU"}


def announced(**said: Any) -> VisitAnnounced:
    """Give the announcement of the visit, with what a sheet says beside."""
    usual: dict[str, Any] = {
        "engagement": "wang-to-russia",
        "visitors": (CHINA,),
        "host": RUSSIA,
        "when": When("2023-09"),
    }
    return VisitAnnounced(**(usual | said))


ANNOUNCED = announced()
HELD = VisitConcluded(engagement="wang-to-russia", visitors=(CHINA,), host=RUSSIA, when=When("2023-09-18"))


def sheet(rows: Iterable[Row], delimiter: str = ",") -> bytes:
    """Write a spreadsheet with all columns."""
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, COLUMNS, delimiter=delimiter)
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue().encode()


def imported(store: EventStore, content: bytes, audience: str = "public") -> Outcome:
    """Import a spreadsheet's bytes."""
    with tempfile.NamedTemporaryFile(suffix=".csv") as file:
        file.write(content)
        file.flush()
        return import_csv(file.name, store, audience=audience)


def told(*sheets: Row) -> list[Event]:
    """Import one row as it was in each sheet, and give what the last of them brought: all of it, the first time."""
    store = MemoryStore()
    for row in sheets[:-1]:
        assert not imported(store, sheet([row])).rejected
    before = store.position()
    outcome = imported(store, sheet(sheets[-1:]))
    assert outcome.rejected + outcome.ambiguous == ()
    brought = [record.event for record in store.read(after=before)]
    assert imported(store, sheet(sheets[-1:])) == Outcome(read=1, unchanged=1)
    return brought


def refused(*sheets: Row) -> str:
    """Import one row as it was in each sheet, and give why the last of them was not taken."""
    store = MemoryStore()
    for row in sheets[:-1]:
        imported(store, sheet([row]))
    before = store.verify()
    outcome = imported(store, sheet(sheets[-1:]))
    assert store.verify() == before
    (unsettled,) = outcome.rejected + outcome.ambiguous
    assert unsettled.place == "row 2"
    return unsettled.reason


class TestRows:
    def test_a_row_tells_all_that_its_cells_say(self) -> None:
        row = {
            "engagement": "wang-to-russia",
            "kind": "visit",
            "status": "planned",
            "when": "2023-09-18/2023-09-21",
            "who": "Foreign Minister Wang Yi (CN); CN",
            "with": "RU; Security Council Secretary Nikolai Patrushev (RU)",
            "place": "Moscow",
            "level": "official working",
            "purpose": "consultation; talks",
            "series": "Strategic Security Consultation",
            "round": "18",
            "reported": "2023-09-18",
            "publisher": "MFA of China",
            "url": "https://example.org/wang",
            "attribution": "ministry",
            "note": "four days",
        }
        patrushev = Person(
            "Nikolai Patrushev", RUSSIA, Office("Security Council Secretary", Rank.SECURITY_COUNCIL_SECRETARY)
        )
        assert told(row) == [
            VisitAnnounced(
                engagement="wang-to-russia",
                visitors=(WANG, CHINA),
                host=RUSSIA,
                received_by=(patrushev,),
                when=When("2023-09-18/2023-09-21"),
                place="Moscow",
                level=Level.OFFICIAL_WORKING,
                purposes=(Purpose.CONSULTATION, Purpose.TALKS),
                round=Round(Series("Strategic Security Consultation"), 18),
                reported=pendulum.Date(2023, 9, 18),
                sources=(Source("MFA of China", "https://example.org/wang", attribution=Attribution.MINISTRY),),
            ),
            ReportAttached(engagement="wang-to-russia", note="four days"),
        ]

    @pytest.mark.parametrize(
        ("status", "events"),
        [
            ("", [ANNOUNCED]),
            ("planned", [ANNOUNCED]),
            ("Confirmed", [ANNOUNCED, Confirmed(engagement="wang-to-russia")]),
            ("postponed", [ANNOUNCED, Postponed(engagement="wang-to-russia")]),
            ("CANCELLED", [ANNOUNCED, Cancelled(engagement="wang-to-russia")]),
        ],
    )
    def test_the_status_says_what_became_of_the_plan(self, status: str, events: list[Event]) -> None:
        assert told(VISIT | {"status": status}) == events

    def test_what_was_held_is_told_as_that_alone(self) -> None:
        assert told(VISIT | {"status": "held", "when": "2023-09-18"}) == [HELD]

    @pytest.mark.parametrize(
        ("row", "event"),
        [
            (
                {"kind": "meeting", "who": "CN", "with": "ASEAN", "place": "Jakarta", "during": "wang-to-id"},
                MeetingAnnounced(
                    engagement="x", participants=(CHINA, Organisation("ASEAN")), place="Jakarta", during="wang-to-id"
                ),
            ),
            (
                {"kind": "meeting", "who": "CN; RU", "status": "held", "when": "2023", "series": "SSC", "round": "2"},
                MeetingHeld(
                    engagement="x", participants=(CHINA, RUSSIA), when=When("2023"), round=Round(Series("SSC"), 2)
                ),
            ),
            ({"kind": "call", "who": "CN", "with": "RU"}, CallAnnounced(engagement="x", participants=(CHINA, RUSSIA))),
            (
                {
                    "kind": "patrol",
                    "who": "CN",
                    "with": "RU",
                    "status": "held",
                    "when": "2023~",
                    "place": "Sea of Japan",
                },
                PatrolConducted(engagement="x", actors=(CHINA, RUSSIA), when=When("2023~"), area="Sea of Japan"),
            ),
            (
                {"kind": "exercise", "who": "CN; RU", "series": "Vostok 2022", "place": "Amur"},
                ExerciseAnnounced(engagement="x", actors=(CHINA, RUSSIA), name="Vostok 2022", area="Amur"),
            ),
            (
                {
                    "kind": "State visit",
                    "who": "CN",
                    "with": "RU",
                    "status": "took place",
                    "when": "17-18 October 2023",
                },
                VisitConcluded(
                    engagement="x",
                    visitors=(CHINA,),
                    host=RUSSIA,
                    when=When("2023-10-17/2023-10-18"),
                    level=Level.STATE,
                ),
            ),
            (
                {"kind": "summit", "who": "CN", "with": "RU", "status": "scheduled", "when": "early May 2024"},
                MeetingAnnounced(
                    engagement="x",
                    participants=(CHINA, RUSSIA),
                    when=When("[2024-05-01..2024-05-10]"),
                    purposes=(Purpose.SUMMIT,),
                ),
            ),
            (
                {"kind": "phone call", "who": "CN", "with": "RU", "when": "TBD"},
                CallAnnounced(engagement="x", participants=(CHINA, RUSSIA)),
            ),
            (
                {"kind": "exercise", "who": "CN", "status": "held", "when": "2022-09-01/2022-09-07"},
                ExerciseConducted(engagement="x", actors=(CHINA,), when=When("2022-09-01/2022-09-07")),
            ),
        ],
    )
    def test_each_kind_has_its_event(self, row: Row, event: Event) -> None:
        assert told({"engagement": "x"} | row) == [event]

    @pytest.mark.parametrize(
        ("cells", "reason"),
        [
            ({"kind": ""}, "kind is '': expected one of visit, meeting, call, patrol, exercise"),
            ({"kind": "dinner"}, "kind is 'dinner': expected one of visit"),
            (
                {"status": "perhaps"},
                "status is 'perhaps': expected one of invited, planned, denied, confirmed, postponed, cancelled, held,",
            ),
            ({"when": "8/09/2023"}, "when is '8/09/2023': expected the year first"),
            ({"when": "18-21 September"}, "when is '18-21 September': expected a date with its year"),
            ({"when": "2023-13"}, "when is '2023-13'"),
            ({"when": "2023-09-21/2023-09-18"}, "when is '2023-09-21/2023-09-18': expected an end"),
            ({"when": "", "status": "held"}, "when is '': expected a date, however vague"),
            ({"who": ""}, "who is '': expected who takes part"),
            ({"who": "Chinna"}, "who is 'Chinna': expected 'CN' (China), if that is meant"),
            ({"who": "Wang Yi"}, "who is 'Wang Yi': expected a state, such as 'CN' or 'China', or a person with one"),
            ({"when": "45187"}, "when is '45187': expected a date that is written out: 45187 is 2023-09-18"),
            ({"reported": "8/09/2023"}, "reported is '8/09/2023': expected the year first"),
            ({"who": "CN; Wang Yi (Chna)"}, "who is 'CN; Wang Yi (Chna)': expected 'CN' (China)"),
            ({"with": ""}, "with is '': expected the host by its code"),
            ({"with": "Sergei Lavrov (RU)"}, "with is 'Sergei Lavrov (RU)': expected the host by its code"),
            ({"note": "x" * 10_001}, f"note is '{'x' * 200}'... (10,001 characters): expected at most 10,000"),
            ({"who": "A" * 20_000 + " (CN)"}, "who is 'AAAA"),
            ({"level": "grand"}, "level is 'grand': expected one of state, official"),
            ({"purpose": "talks; tea"}, "purpose is 'talks; tea': expected one of talks"),
            ({"series": "SSC"}, "round is '': expected the round beside the series 'SSC'"),
            ({"round": "18"}, "series is '': expected the series beside the round '18'"),
            ({"series": "SSC", "round": "0"}, "round is '0': expected a whole number from 1"),
            ({"series": "SSC", "round": "9" * 5_000}, "round is '999"),
            ({"series": "SSC", "round": "18th"}, "round is '18th'"),
            ({"during": "other"}, "during is 'other': expected nothing: a sheet does not say of which trip a visit is"),
            ({"reported": "yesterday"}, "reported is 'yesterday'"),
            ({"reported": "2023-09"}, "reported is '2023-09': expected a day"),
            ({"url": "https://example.org"}, "publisher is '': expected who published it"),
            ({"attribution": "aide"}, "publisher is '': expected who published it"),
            ({"publisher": "TASS", "url": "example.org"}, "url is 'example.org': expected an address"),
            (
                {"publisher": "TASS", "attribution": "a friend"},
                "attribution is 'a friend': expected one of named official",
            ),
            (
                {"who": "Wang\x00 Yi (CN)"},
                "who is 'Wang\\x00 Yi (CN)': expected a text that can be read, without U+0000, a control",
            ),
            (
                {"place": "Mos\x1b[31mcow"},
                "place is 'Mos\\x1b[31mcow': expected a text that can be read, without U+001B",
            ),
            ({"note": "\u202eabc"}, "note is '\\u202eabc': expected a text that can be read, without U+202E"),
            ({"engagement": "Wang in Moscow"}, "engagement is 'Wang in Moscow': expected lower-case letters"),
            ({"kind": "meeting", "with": ""}, "who and with is 'CN': expected at least 2"),
            (
                {"kind": "meeting", "with": "Wang Yi (CN)"},
                "who and with is 'CN; Wang Yi (CN)': expected participants of at",
            ),
            ({"kind": "call", "place": "Moscow"}, "place is 'Moscow': expected nothing: a call has no place"),
            ({"kind": "patrol"}, "status is '': expected held"),
            (
                {"kind": "patrol", "status": "held", "who": "Li Shangfu (CN)"},
                "who is 'Li Shangfu (CN)': expected codes only",
            ),
        ],
    )
    def test_a_cell_that_cannot_be_read_is_rejected_by_column_value_and_what_was_expected(
        self, cells: Row, reason: str
    ) -> None:
        assert refused(VISIT | cells).startswith(reason)

    def test_one_bad_row_does_not_keep_the_others_out(self) -> None:
        store = MemoryStore()
        outcome = imported(store, sheet([VISIT, VISIT | {"kind": "dinner"}, VISIT | {"engagement": "next"}]))
        assert (outcome.read, outcome.taken) == (3, 2)
        assert [row.place for row in outcome.rejected] == ["row 3"]
        assert [record.stream for record in store.read()] == ["wang-to-russia", "next"]

    def test_what_was_guessed_of_a_name_is_told_when_it_is_recorded(self) -> None:
        store, row = MemoryStore(), VISIT | {"who": "naczelny radca Jan Nowak (PL)"}
        outcome = imported(store, sheet([row, VISIT | {"engagement": "next"}]))
        (noted,) = outcome.noted
        assert noted.place == "row 2"
        assert noted.reason.startswith("who: took 'naczelny radca' for a title")
        assert [one.place for one in imported(store, sheet([row])).noted] == ["next"]  # gone, and no guess again

    def test_two_rows_about_one_engagement_are_one_and_a_question(self) -> None:
        store = MemoryStore()
        outcome = imported(store, sheet([VISIT, VISIT | {"status": "cancelled"}]))
        assert (outcome.taken, [row.place for row in outcome.ambiguous]) == (1, ["row 3"])
        assert "row 2 is about wang-to-russia already" in outcome.ambiguous[0].reason
        assert [record.event for record in store.read()] == [ANNOUNCED]


class TestNames:
    """A row without a name is given one by kind, sides and date."""

    def slug_of(self, **cells: str) -> str:
        store = MemoryStore()
        imported(store, sheet([VISIT | {"engagement": ""} | cells]))
        (record,) = store.read()
        return record.stream

    def test_the_name_tells_kind_sides_and_date(self) -> None:
        assert self.slug_of(when="2023-09-18/2023-09-21").startswith("visit-cn-ru-2023-09-18-2023-09-21-")
        assert self.slug_of(when="").startswith("visit-cn-ru-undated-")
        assert self.slug_of(**{"with": "X-HAWAII"}, when="1874-12~").startswith("visit-cn-x-hawaii-1874-12-")

    def test_the_name_is_the_same_whatever_the_order_and_titles(self) -> None:
        usual = self.slug_of(who="Foreign Minister Wang Yi (CN); Ma Zhaoxu (CN)", place="Moscow")
        assert self.slug_of(who="Ma Zhaoxu (CN); Wang Yi (CN)") == usual

    @pytest.mark.parametrize("other", [{"who": "Ma Zhaoxu (CN)"}, {"with": "BY"}, {"when": "2023-09?"}])
    def test_other_people_sides_or_dates_have_another_name(self, other: Row) -> None:
        assert self.slug_of(**other) != self.slug_of()

    def test_names_in_any_script_tell_people_apart(self) -> None:
        assert self.slug_of(who="王毅 (CN)") != self.slug_of(who="李强 (CN)")


def visit(**cells: str) -> Row:
    """Give the visit's row with other cells."""
    return VISIT | cells


SLUG = "wang-to-russia"
POSTPONED, CANCELLED, CONFIRMED = (visit(status=status) for status in ("postponed", "cancelled", "confirmed"))
HELD_ROW = visit(status="held", when="2023-09-18")


class TestChanges:
    @pytest.mark.parametrize("row", [VISIT, POSTPONED, CANCELLED, CONFIRMED, HELD_ROW, visit(when="")])
    def test_a_row_that_says_what_it_said_changes_nothing(self, row: Row) -> None:
        store = MemoryStore()
        imported(store, sheet([row]))
        before = store.verify()
        assert imported(store, sheet([row])) == Outcome(read=1, unchanged=1)
        assert store.verify() == before

    @pytest.mark.parametrize(
        ("before", "after", "events"),
        [
            (VISIT, HELD_ROW, [HELD]),
            (POSTPONED, HELD_ROW, [HELD]),
            (CANCELLED, HELD_ROW, [HELD]),
            (VISIT, CONFIRMED, [Confirmed(engagement=SLUG)]),
            (VISIT, POSTPONED, [Postponed(engagement=SLUG)]),
            (VISIT, visit(status="postponed", when=""), [Postponed(engagement=SLUG)]),
            (VISIT, visit(status="cancelled", when=""), [Cancelled(engagement=SLUG)]),
            (POSTPONED, CANCELLED, [Cancelled(engagement=SLUG)]),
            (CONFIRMED, CANCELLED, [Cancelled(engagement=SLUG)]),
            (CANCELLED, POSTPONED, [Postponed(engagement=SLUG)]),
            (CANCELLED, CONFIRMED, [Confirmed(engagement=SLUG)]),
            (CANCELLED, VISIT, [ANNOUNCED]),
            (VISIT, visit(when="2023-09-18"), [DateNarrowed(engagement=SLUG, when=When("2023-09-18"))]),
            (visit(when=""), VISIT, [DateNarrowed(engagement=SLUG, when=When("2023-09"))]),
            (CONFIRMED, CONFIRMED | {"when": "2023-09-18"}, [DateNarrowed(engagement=SLUG, when=When("2023-09-18"))]),
            (VISIT, visit(when="2023-10"), [Rescheduled(engagement=SLUG, when=When("2023-10"))]),
            (visit(when="2023-09-18"), VISIT, [Rescheduled(engagement=SLUG, when=When("2023-09"))]),
            (CONFIRMED, CONFIRMED | {"when": "2024"}, [Rescheduled(engagement=SLUG, when=When("2024"))]),
            (POSTPONED, CONFIRMED | {"when": ""}, [Confirmed(engagement=SLUG)]),
            (POSTPONED, visit(when="2023-11"), [Rescheduled(engagement=SLUG, when=When("2023-11"))]),
            (POSTPONED, VISIT, [Rescheduled(engagement=SLUG, when=When("2023-09"))]),
            (CANCELLED, visit(when="2023-11"), [Rescheduled(engagement=SLUG, when=When("2023-11"))]),
            (
                VISIT,
                visit(status="confirmed", when="2023-09-18"),
                [DateNarrowed(engagement=SLUG, when=When("2023-09-18")), Confirmed(engagement=SLUG)],
            ),
            (
                POSTPONED,
                visit(status="confirmed", when="2023-11"),
                [Rescheduled(engagement=SLUG, when=When("2023-11")), Confirmed(engagement=SLUG)],
            ),
        ],
    )  # fmt: skip
    def test_what_moved_on_is_told_by_an_event_of_its_own(self, before: Row, after: Row, events: list[Event]) -> None:
        assert told(before, after) == events

    def test_a_status_that_moved_on_is_told_with_its_own_source(self) -> None:
        before = visit(reported="2023-09-01", publisher="TASS")
        after = visit(status="cancelled", reported="2023-09-10", publisher="Interfax")
        assert told(before, after) == [
            Cancelled(engagement=SLUG, reported=pendulum.Date(2023, 9, 10), sources=(Source("Interfax"),))
        ]

    @pytest.mark.parametrize(
        ("cells", "right"),
        [
            ({"place": "Moscow"}, announced(place="Moscow")),
            ({"who": "Wang Yi (CN)"}, announced(visitors=(Person("Wang Yi", CHINA),))),
            ({"publisher": "TASS"}, announced(sources=(Source("TASS"),))),
            ({"when": "2023-09?"}, announced(when=When("2023-09?"))),
        ],
    )
    def test_any_other_cell_corrects_what_was_told(self, cells: Row, right: VisitAnnounced) -> None:
        store = MemoryStore()
        imported(store, sheet([VISIT]))
        assert imported(store, sheet([VISIT | cells])) == Outcome(read=1, corrected=1)
        first, second = store.read()
        assert second.event == Corrected(engagement=SLUG, of=first.id, right=right, sources=right.sources)
        assert imported(store, sheet([VISIT | cells])) == Outcome(read=1, unchanged=1)

    @pytest.mark.parametrize(
        "before",
        [
            visit(reported="2023-09-01", publisher="TASS"),
            visit(reported="2023-09-01", publisher="TASS", status="confirmed"),
            visit(reported="2023-09-01", publisher="TASS", status="held", when="2023-08-28"),
            visit(reported="2023-09-01", publisher="TASS", kind="call", when="2023-09-20"),
        ],
    )
    @pytest.mark.parametrize(
        "cells",
        [
            {"who": "Foreign Minister Wang Yi (CN)"},
            {"with": "RU; Sergei Lavrov (RU)"},
            {"kind": "meeting"},
            {"who": "Wang Yi (CN)", "url": "https://example.org/w"},
        ],
    )
    def test_a_correction_says_since_when_its_own_text_was_public_and_moves_no_earlier_report(
        self, before: Row, cells: Row
    ) -> None:
        store = MemoryStore()
        after = before | cells | {"reported": "2023-10-01", "publisher": "Interfax"}
        imported(store, sheet([before]))
        assert imported(store, sheet([after])).corrected == 1
        assert imported(store, sheet([after])).unchanged == 1
        first, *_ = Engagements().take(store.read())[0].effective_reports(SLUG)
        assert (str(first.event.reported), first.event.sources) == ("2023-09-01", (Source("TASS"),))
        corrected = [record.event for record in store.read() if isinstance(record.event, Corrected)]
        assert {str(event.reported) for event in corrected} <= {"2023-10-01"}
        assert corrected
        assert summary(store) == summary(fresh(after))

    def test_cells_corrected_twice_leave_the_announcement_its_day_and_older_text_does_not_come_back(self) -> None:
        store = MemoryStore()
        rows = [
            visit(place=place, reported=day)
            for place, day in [("Moscow", "2023-09-01"), ("Kazan", "2023-09-10"), ("Sochi", "2023-09-12")]
        ]
        for row in rows:
            imported(store, sheet([row]))
        (first,) = Engagements().take(store.read())[0].effective_reports(SLUG)
        assert (str(first.event.reported), understood(store)[SLUG].place) == ("2023-09-01", "Sochi")
        before = store.verify()
        for row in rows[:2]:
            (older,) = imported(store, sheet([row])).ambiguous
            assert "the sheet said otherwise of 2023-09-12" in older.reason
        assert store.verify() == before

    @pytest.mark.parametrize("day", ["2023-09-11", "2023-09-09"])
    def test_a_day_of_report_that_was_a_slip_is_put_right_where_it_was_said(self, day: str) -> None:
        store, slip = MemoryStore(), visit(reported="2023-09-01")
        imported(store, sheet([slip]))
        imported(store, sheet([slip | {"reported": "2023-09-02"}]))
        imported(store, sheet([slip | {"reported": "2023-09-10", "place": "Kazan"}]))
        assert imported(store, sheet([slip | {"reported": day, "place": "Kazan"}])).corrected == 1
        assert imported(store, sheet([slip | {"reported": day, "place": "Kazan"}])).unchanged == 1
        (first,) = Engagements().take(store.read())[0].effective_reports(SLUG)
        assert str(first.event.reported) == "2023-09-02"
        *_, last = store.read()
        assert (type(last.event), str(last.event.reported)) == (Corrected, day)

    def test_the_date_of_what_was_held_is_corrected(self) -> None:
        store = MemoryStore()
        imported(store, sheet([VISIT]))
        imported(store, sheet([HELD_ROW]))
        assert imported(store, sheet([HELD_ROW | {"when": "2023-09-19"}])).corrected == 1
        *_, held, correction = store.read()
        right = VisitConcluded(engagement=SLUG, visitors=(CHINA,), host=RUSSIA, when=When("2023-09-19"))
        assert correction.event == Corrected(engagement=SLUG, of=held.id, right=right)

    def test_cells_that_go_back_and_forth_are_corrected_each_time(self) -> None:
        store = MemoryStore()
        for place in ("Moscow", "Kazan", "Moscow", "Kazan"):
            imported(store, sheet([VISIT | {"place": place}]))
            assert understood(store)["wang-to-russia"].place == place
        assert store.position() == 4

    def test_a_cell_that_was_emptied_is_forgotten(self) -> None:
        store = MemoryStore()
        imported(store, sheet([VISIT | {"place": "Moscow", "level": "state"}]))
        outcome = imported(store, sheet([HELD_ROW]))
        assert (outcome.taken, outcome.corrected) == (1, 0)
        assert understood(store)["wang-to-russia"].place is None
        assert understood(store)["wang-to-russia"].level is Level.UNKNOWN

    @pytest.mark.parametrize(("before", "after"), [(HELD_ROW, VISIT), (CONFIRMED, VISIT), (HELD_ROW, CANCELLED)])
    def test_a_row_that_goes_back_on_itself_retracts_what_it_had_told(self, before: Row, after: Row) -> None:
        store = MemoryStore()
        imported(store, sheet([before]))
        said = [record.id for record in store.read()][-1]
        assert imported(store, sheet([after])).corrected == 1
        retraction = next(store.read(types=["diplocal.retracted"]))
        assert retraction.event == Retracted(engagement=SLUG, of=said)
        assert summary(store) == summary(fresh(after))

    def test_another_kind_of_engagement_is_told_from_the_beginning(self) -> None:
        store = MemoryStore()
        imported(store, sheet([POSTPONED]))
        meeting = VISIT | {"kind": "meeting"}
        assert imported(store, sheet([meeting])).corrected == 1
        assert summary(store) == summary(fresh(meeting))
        assert imported(store, sheet([meeting])).unchanged == 1

    @pytest.mark.parametrize(
        ("before", "after", "reason"),
        [
            (VISIT, visit(when=""), "when is empty, and was September 2023"),
            (POSTPONED, visit(when=""), "when is empty, and it was postponed"),
            (
                POSTPONED,
                visit(status="postponed", when="2023-11"),
                "when is .*2023.*: what is postponed has no new date",
            ),
            (
                visit(reported="2023-09-10"),
                visit(reported="2023-09-01", status="cancelled"),
                "reported is 2023-09-01, and the sheet said otherwise of 2023-09-10",
            ),
        ],
    )
    def test_what_can_be_read_in_two_ways_is_asked_and_not_guessed(self, before: Row, after: Row, reason: str) -> None:
        assert re.match(reason, refused(before, after))

    def test_a_row_that_is_gone_takes_nothing_back(self) -> None:
        store = MemoryStore()
        imported(store, sheet([VISIT, VISIT | {"engagement": "next"}]))
        before = store.verify()
        assert imported(store, sheet([VISIT])).unchanged == 1
        assert store.verify() == before

    def test_what_others_recorded_is_not_the_sheets_business(self) -> None:
        store = MemoryStore()
        store.append(ANNOUNCED, Cancelled(engagement=SLUG))
        assert imported(store, sheet([VISIT])).taken == 1
        store.append(Cancelled(engagement=SLUG, note="again"))
        assert imported(store, sheet([VISIT])).unchanged == 1
        assert imported(store, sheet([HELD_ROW])).taken == 1
        own = [record.event for record in store.read() if record.recorded_by == RECORDED_BY]
        assert own == [ANNOUNCED, HELD]

    def test_an_import_has_a_name_made_of_its_contents_and_an_audience(self) -> None:
        first, second, other = MemoryStore(), MemoryStore(), MemoryStore()
        for store, rows in ((first, [CONFIRMED]), (second, [CONFIRMED]), (other, [VISIT])):
            imported(store, sheet(rows), audience="internal")
        names = [{record.correlation_id for record in store.read()} for store in (first, second, other)]
        assert names[0] == names[1] != names[2]
        assert all(len(name) == 1 for name in names)
        assert {record.audience for record in first.read()} == {"internal"}

    def test_a_log_in_a_file_remembers_what_the_sheet_told(self, tmp_path: Path) -> None:
        for row, expected in ((VISIT, "taken"), (VISIT, "unchanged"), (HELD_ROW, "taken"), (HELD_ROW, "unchanged")):
            with SQLiteStore(tmp_path / "log.db") as store:
                assert getattr(imported(store, sheet([row])), expected) == 1


class TestFiles:
    @pytest.mark.parametrize("delimiter", [",", ";", "\t"])
    @pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"])
    def test_any_usual_delimiter_and_byte_order_mark_will_do(self, delimiter: str, mark: bytes) -> None:
        store = MemoryStore()
        row = VISIT | {"with": "RU; Sergei Lavrov (RU)", "note": "tea, cake; and\tjam"}
        assert imported(store, mark + sheet([row], delimiter)).taken == 1
        (_, record) = store.read()
        assert record.event.note == "tea, cake; and\tjam"

    @pytest.mark.parametrize("encoding", ["utf-16", "utf-8-sig"])
    def test_what_excel_saves_as_unicode_text_is_read(self, encoding: str) -> None:
        store = MemoryStore()
        assert imported(store, sheet([VISIT | {"place": "Санкт-Петербург"}], "\t").decode().encode(encoding)).taken == 1

    def test_excels_line_about_its_delimiter_is_no_row(self) -> None:
        outcome = imported(MemoryStore(), b"sep=;\r\nkind;who;with\r\nvisit;CN;RU\r\ncall;CN;\r\n")
        assert outcome.taken == 1
        assert [row.place for row in outcome.rejected] == ["row 4"]

    def test_a_column_of_ids_names_the_engagements(self) -> None:
        store = MemoryStore()
        imported(store, b"id,kind,who,with\n17,visit,CN,RU\n")
        assert [record.stream for record in store.read()] == ["17"]

    @pytest.mark.parametrize("written", ["2023/9/18", "2023.09.18", "2023-09-18 00:00:00", "2023-09-18T00:00"])
    def test_a_day_is_read_as_spreadsheets_write_it_when_the_year_comes_first(self, written: str) -> None:
        (event,) = told(VISIT | {"when": written, "reported": written})
        assert getattr(event, "when", None) == When("2023-09-18")
        assert event.reported == pendulum.Date(2023, 9, 18)

    def test_columns_may_stand_in_any_order_in_any_case_and_be_left_out(self) -> None:
        assert told(VISIT) == [ANNOUNCED]
        store = MemoryStore()
        imported(store, b'With,"Who", KIND ,when,engagement\r\nRU, CN ,visit,2023-09, wang-to-russia\r\n')
        assert [record.event for record in store.read()] == [ANNOUNCED]

    def test_empty_rows_do_not_count_and_rows_have_the_numbers_of_the_spreadsheet(self) -> None:
        outcome = imported(MemoryStore(), b'\nkind,who,with\n,,\n\n"call","CN\n",RU\n , ,\ncall,CN,\n')
        assert (outcome.read, outcome.taken) == (2, 1)
        assert [row.place for row in outcome.rejected] == ["row 7"]

    def test_rows_may_be_shorter_than_the_header_and_end_in_empty_cells(self) -> None:
        content = b"kind,who,with,place,\nvisit,CN,RU\nvisit,CN,US,Washington,,,\nvisit,CN,FR,Paris,,oops\n"
        outcome = imported(MemoryStore(), content)
        assert outcome.taken == 2
        assert [(row.place, row.reason) for row in outcome.rejected] == [
            ("row 4", "column 6 is 'oops': expected nothing: that column has no name in the first row")
        ]

    @pytest.mark.parametrize(
        ("content", "reason"),
        [
            (b"", "no column kind, who in the first row"),
            (b"\n\n", "no column kind, who in the first row"),
            (b"kind,with\nvisit,CN\n", "no column who in the first row; known are engagement, kind, status"),
            (b"kind,who,colour,shape\n", "unknown columns colour, shape in the first row; known are engagement, kind"),
            (b"kind,who,Who\n", "columns that come twice: who in the first row"),
            (b"visit,CN,RU\n", "unknown columns visit, cn, ru"),
            (b"kind,who\nvisit,\xff\n", "line 2 is not in UTF-8: in Excel, save it as 'CSV UTF-8'"),
            ("kind,who\nvisit,Türkiye\n".encode("cp1252"), "line 2 is not in UTF-8"),
            ("kind,who\n".encode("utf-16")[:-1], "line 1 is not in UTF-8"),
            (b'kind,who\nvisit,"CN\n', "line 2: a quotation mark opens a cell, there or before, and none"),
            (b"PK\x03\x04\x14\0", "it is a workbook or another archive: in Excel, save it as 'CSV UTF-8'"),
            (b'kind,who\nvisit,"CN"x\n', "line 2: "),
            (b"kind,who\nvisit," + b"x" * 200_000 + b"\n", "line 2: a cell of more than 131,072 characters"),
        ],
    )
    def test_a_file_that_is_no_such_sheet_is_refused_and_nothing_is_imported(self, content: bytes, reason: str) -> None:
        store = MemoryStore()
        with pytest.raises(UnreadableInput, match="nothing was imported") as wrong:
            imported(store, content)
        assert wrong.value.reason.startswith(reason)
        assert store.position() == 0

    def test_a_file_that_is_not_there_is_refused(self, tmp_path: Path) -> None:
        with pytest.raises(UnreadableInput, match="No such file"):
            import_csv(tmp_path / "sheet.csv", MemoryStore())

    def test_a_large_sheet_is_taken_whole(self) -> None:
        store = MemoryStore()
        rows = [VISIT | {"engagement": f"visit-{number}", "status": "confirmed"} for number in range(1501)]
        assert imported(store, sheet(rows)).taken == 1501
        assert store.position() == 3002
        assert imported(store, sheet(rows)).unchanged == 1501


class TestShorthand:
    @pytest.mark.parametrize(
        ("text", "meant"),
        [
            ("RU", RUSSIA),
            ("SUHH", State("SUHH")),
            ("XK", State("XK")),
            ("X-HAWAII", State("X-HAWAII")),
            ("EU", Organisation("EU")),
            ("NATO", Organisation("NATO")),
            ("IMF", Organisation("IMF")),
            ("G7", Organisation("G7")),
            ("Wang Yi (CN)", Person("Wang Yi", CHINA)),
            ("  Foreign  Minister Wang Yi(CN)", WANG),
            (
                "Secretary of State Antony Blinken (US)",
                Person("Antony Blinken", State("US"), Office("Secretary of State", Rank.FOREIGN_MINISTER)),
            ),
            (
                "President-elect Ana Pérez (PE)",
                Person("Ana Pérez", State("PE"), Office("President", Rank.HEAD_OF_STATE, Tenure.ELECT)),
            ),
            (
                "Secretary-General António Guterres (UN)",
                Person("António Guterres", Organisation("UN"), Office("Secretary-General", Rank.HEAD_OF_ORGANISATION)),
            ),
            (
                "Foreign Minister (CN)",
                Person("Foreign Minister", CHINA, Office("Foreign Minister", Rank.FOREIGN_MINISTER)),
            ),
            ("Director Wang Yi (CN)", Person("Wang Yi", CHINA, Office("Director"))),
            # a state or organisation is no person, however it is named
            ("Russia", State("RU", "Russia")),
            ("  South   Korea ", State("KR", "South Korea")),
            ("the Russian Federation", State("RU", "the Russian Federation")),
            ("Turkey", State("TR", "Turkey")),
            ("Cote d'Ivoire", State("CI", "Cote d'Ivoire")),
            ("Saint Lucia", State("LC", "Saint Lucia")),
            ("European Union", Organisation("EU", "European Union")),
            ("Russia (RU)", State("RU", "Russia")),
            ("U.S.S.R. (SUHH)", State("SUHH", "U.S.S.R.")),
            ("Jordan (JO)", State("JO", "Jordan")),
            ("Kingdom of Hawaii (X-HAWAII)", State("X-HAWAII", "Kingdom of Hawaii")),
            ("United Nations (UN)", Organisation("UN", "United Nations")),
            ("Shanghai Cooperation Organisation (SCO)", Organisation("SCO", "Shanghai Cooperation Organisation")),
            ("NATO (NATO)", Organisation("NATO", "NATO")),
            ("USA", State("US")),
            ("UK", State("GB")),
            ("Korea, South", State("KR", "Korea, South")),
            ("Iran (Islamic Republic of)", State("IR", "Iran (Islamic Republic of)")),
            ("Россия", State("RU", "Россия")),
            ("X-hawaii", State("X-HAWAII")),
            ("African Union", Organisation("AFRICAN-UNION", "African Union")),
            ("African Union (AU)", Organisation("AFRICAN-UNION", "African Union")),
            ("Arab League (AL)", Organisation("ARAB-LEAGUE", "Arab League")),
            ("Korea (KP)", State("KP", "Korea")),
            ("Wang Yi (CHN)", Person("Wang Yi", CHINA)),
            ("Wang Yi (PRC)", Person("Wang Yi", CHINA)),
            ("ROK", State("KR")),
            # a person is one, in any script, for whomever
            ("Wang Yi ( CN )", Person("Wang Yi", CHINA)),
            ("Wang Yi (China)", Person("Wang Yi", State("CN", "China"))),
            ("王毅（CN）", Person("王毅", CHINA)),
            ("King Abdullah II (JO)", Person("Abdullah II", State("JO"), Office("King", Rank.HEAD_OF_STATE))),
            ("Josep Borrell (EU)", Person("Josep Borrell", Organisation("EU"))),
        ],
    )
    def test_a_text_means_who_it_says(self, text: str, meant: object) -> None:
        assert participant(text) == meant

    def test_several_stand_with_semicolons_or_line_breaks_between_them(self) -> None:
        assert read_participants("CN; Russia\nWang Yi (CN)；RU;") == (
            CHINA,
            State("RU", "Russia"),
            Person("Wang Yi", CHINA),
            RUSSIA,
        )

    @pytest.mark.parametrize(
        ("text", "expected"),
        [
            ("ru", "'RU'"),
            ("Germny", "'DE' (Germany), if that is meant"),
            ("Wang Yi (Chnia)", "'CN' (China), if that is meant"),
            ("Korea", "'KR' (South Korea) or 'KP' (North Korea), if that is meant"),
            ("Russia (CN)", "'RU' or 'CN', whose name it is not"),
            ("CN-RU", "'CN; RU', with semicolons between them"),
            ("CN, RU", "'CN; RU', with semicolons between them"),
            ("China and Russia", "'China; Russia', with semicolons between them"),
            ("CN/RU", "'CN; RU', with semicolons between them"),
            ("Wang Yi (CN), Sergei Lavrov (RU)", "semicolons between several"),
            *((text, "a state, such as 'CN'") for text in ("ZZ", "", "Wang Yi", "Wang Yi ()", "(CN)")),
            *((text, "a state, such as 'CN'") for text in ("Нарния", "CN RU", "Wang Yi (CN")),
        ],
    )
    def test_a_slip_is_refused_with_what_was_meant(self, text: str, expected: str) -> None:
        with pytest.raises(InvalidValue) as wrong:
            participant(text)
        assert wrong.value.expected.startswith(expected)


def understood(store: EventStore) -> dict[str, Engagement]:
    """Give what is understood of each engagement in a log."""
    engagements, _ = Engagements().take(store.read())
    return {engagement.slug: engagement for engagement in engagements}


def fresh(*rows: Row) -> MemoryStore:
    """Give a log that a sheet comes to for the first time."""
    store = MemoryStore()
    imported(store, sheet(rows))
    return store


def summary(store: EventStore) -> dict[str, tuple[object, ...]]:
    """Give what is understood, but for what only history can tell."""
    return {
        slug: (
            *(
                one.kind,
                one.status,
                one.everyone,
                one.place,
                one.subject,
                one.level,
                one.purposes,
                one.round,
                one.during,
            ),
            one.when if one.status in (Status.PLANNED, Status.CONFIRMED) else None,
        )
        for slug, one in understood(store).items()
    }


rows = st.fixed_dictionaries(
    {
        "engagement": st.sampled_from(["one", "one", "one", "two"]),
        "kind": st.sampled_from([*["visit"] * 9, "meeting", "exercise"]),
        "status": st.sampled_from(["", "invited", "confirmed", "postponed", "cancelled", "under way", "held"]),
        "when": st.sampled_from(["", "2023-10", "2023-10?", "2023-10-17", "2023-10-17/2023-10-18", "2024"]),
        "who": st.sampled_from(["CN", "Foreign Minister Wang Yi (CN)", "Ma Zhaoxu (CN); CN"]),
        "with": st.sampled_from(["RU", "RU; Sergei Lavrov (RU)", "ASEAN"]),
    },
    optional={
        "place": st.sampled_from(["Moscow", "Kazan"]),
        "level": st.sampled_from(["state", "working"]),
        "purpose": st.sampled_from(["talks", "talks; summit"]),
        "note": st.sampled_from(["a", "b"]),
        "publisher": st.sampled_from(["TASS", "Interfax"]),
        "reported": st.sampled_from(["2023-09-18", "2023-09-19"]),
    },
)
sheets = st.lists(st.lists(rows, max_size=3, unique_by=lambda row: row["engagement"]), max_size=4)


@settings(deadline=None)
@given(sheets)
def test_whatever_a_sheet_went_through_the_log_understands_what_it_says_now(history: list[list[Row]]) -> None:
    """A row that was taken, corrected or unchanged is understood as if the sheet had come for the first time."""
    store = MemoryStore()
    for version in history:
        for row in version:
            outcome = imported(store, sheet([row]))
            if not (outcome.rejected or outcome.ambiguous):
                slug = row["engagement"]
                assert summary(store)[slug] == summary(fresh(row))[slug]


@settings(deadline=None)
@given(sheets)
def test_a_sheet_that_was_imported_tells_nothing_new_the_second_time(history: list[list[Row]]) -> None:
    store = MemoryStore()
    for version in history:
        first = imported(store, sheet(version))
        before = store.verify()
        again = imported(store, sheet(version))
        assert store.verify() == before
        assert (again.ambiguous, again.rejected) == (first.ambiguous, first.rejected)
        assert again.unchanged == first.taken + first.corrected + first.unchanged


def test_all_cells_of_a_row_that_cannot_be_read_are_told_at_once() -> None:
    wrong = {"status": "hold", "when": "2023-13-45", "who": "Foo (Narnia)", "host": "Gondor", "level": "statey"}
    (rejected,) = imported(MemoryStore(), sheet([{**VISIT, **wrong}])).rejected
    assert [column for column, text in {**wrong, "who": "Narnia"}.items() if repr(text) not in str(rejected)] == []


@pytest.mark.parametrize("level", ["state", "State visit", "visita de Estado", "国事访问"])
def test_a_level_is_said_in_peoples_words(level: str) -> None:
    store = MemoryStore()
    imported(store, sheet([{**VISIT, "level": level}]))
    (record,) = store.read()
    assert isinstance(record.event, VisitAnnounced)
    assert record.event.level is Level.STATE


def test_who_receives_for_another_state_than_the_host_is_no_guess() -> None:
    (rejected,) = imported(MemoryStore(), sheet([{**VISIT, "with": "FR; Aleksandar Vucic (RS)"}])).rejected
    assert "'RS' as another host" in str(rejected)
    assert imported(MemoryStore(), sheet([{**VISIT, "host": "BE", "with": "Emmanuel Macron (FR)"}])).taken == 1
