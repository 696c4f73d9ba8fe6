"""Every command that answers takes the same filters and the same forms, and reads them as the diary does."""

import csv
import io
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import icalendar
import pendulum
import pytest
import typer
from hypothesis import given
from hypothesis import strategies as st
from typer.testing import CliRunner

from diplocal.cli.program import app
from diplocal.dates import When
from diplocal.demo import article
from diplocal.diary import Diary
from diplocal.engagements import Engagement, Visit
from diplocal.errors import InvalidValue
from diplocal.events import MeetingHeld, VisitAnnounced, VisitConcluded
from diplocal.levels import Level
from diplocal.parties import Person, State, party_of
from diplocal.projections.filters import PLANS, Filter
from diplocal.store import MemoryStore, open_store
from diplocal.testing import histories
from diplocal.testing.history import History

COMMANDS = typer.main.get_group(app).commands
ABOUT_ENGAGEMENTS = (
    "list",
    "find",
    "diff",
    "last-met",
    "upcoming",
    "frequency",
    "discrepancies",
    "patrols",
    "rounds",
    "itinerary",
    "punctuality",
    "network",
)
ANSWERING = (*ABOUT_ENGAGEMENTS, "show")
FILTERS = {
    "state",
    "pair",
    "person",
    "kind",
    "status",
    "level",
    "place",
    "source",
    "sides",
    "traveller",
    "host",
    "since",
    "until",
}
FILTERS |= {"undated", "plans", "lapsed", "words"}
READING = {"log", "known_at", "reported_by", "audience", "lang"}


def options_of(command: str) -> set[str]:
    return {parameter.name for parameter in COMMANDS[command].params}


@pytest.mark.parametrize("command", [*ABOUT_ENGAGEMENTS, "feed", "publish"])
def test_every_command_about_engagements_takes_the_same_filters(command: str) -> None:
    assert options_of(command) >= FILTERS | READING


@pytest.mark.parametrize("command", ANSWERING)
def test_every_command_that_answers_has_the_same_forms(command: str) -> None:
    assert options_of(command) >= {"form", "as_json"} | READING


@pytest.fixture(scope="module")
def log(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("questions") / "article.db"
    with open_store(path) as store:
        store.append(*article.as_reported(), *article.what_followed())
    return path


def asked(log: Path, *arguments: str) -> str:
    done = CliRunner().invoke(app, [*arguments, "--log", str(log)])
    assert done.exit_code == 0, (done.output, done.exception)
    return done.stdout


class TestForms:
    UPCOMING = ("upcoming", "--on", "2023-09-18", "--pair", "CN", "RU")

    def test_json_lines_are_the_rows_of_the_document(self, log: Path) -> None:
        document = json.loads(asked(log, *self.UPCOMING, "--format", "json"))
        assert [json.loads(line) for line in asked(log, *self.UPCOMING, "--format", "jsonl").splitlines()] == document
        assert len(document) > 3

    def test_a_sheet_has_a_column_for_each_field_and_names_for_people(self, log: Path) -> None:
        rows = list(csv.DictReader(io.StringIO(asked(log, *self.UPCOMING, "--format", "csv"))))
        document = json.loads(asked(log, *self.UPCOMING, "--json"))
        assert [row["engagement"] for row in rows] == [row["engagement"] for row in document]
        assert [row["when.edtf"] for row in rows] == [row["when"]["edtf"] for row in document]
        assert rows[0]["people"] == "Wang Yi; Nikolai Patrushev"

    def test_a_calendar_holds_what_the_answer_names(self, log: Path) -> None:
        calendar = icalendar.Calendar.from_ical(asked(log, *self.UPCOMING, "--kind", "visit", "--format", "ics"))
        assert [str(event["SUMMARY"]) for event in calendar.walk("VEVENT")] == [
            "Foreign Minister Wang Yi (China) to Russia",
            "President Vladimir Putin (Russia) to China",
        ]

    @pytest.mark.parametrize("command", ["frequency", "network", "punctuality"])
    def test_what_counts_is_no_calendar(self, log: Path, command: str) -> None:
        done = CliRunner().invoke(app, [command, "--format", "ics", "--log", str(log)])
        assert done.exit_code == 2
        assert "has no dates" in done.output

    def test_no_cell_is_taken_for_a_formula(self, tmp_path: Path) -> None:
        path = tmp_path / "log.db"
        with open_store(path) as store:
            store.append(visit("evil", "=1+1", day="2023-10"))
        (row,) = csv.DictReader(io.StringIO(asked(path, "upcoming", "--on", "2023-09-01", "--format", "csv")))
        assert row["people"] == "'=1+1"


def visit(slug: str, person: str = "Wang Yi", *, day: str, level: Level = Level.UNKNOWN, **more: Any) -> VisitAnnounced:
    visitor = Person(person, State("CN"))
    when = When(day)
    return VisitAnnounced(engagement=slug, visitors=(visitor,), host=State("RU"), when=when, level=level, **more)


SMALL = (
    visit("state", day="2023-10", level=Level.STATE, place="Санкт-Петербург"),
    visit("working", day="2023-11", level=Level.WORKING, place="Camp David, Maryland"),
    VisitConcluded(engagement="back", visitors=(State("RU"),), host=State("CN"), when=When("2023-09-01")),
    MeetingHeld(
        engagement="three",
        participants=(State("CN"), State("RU"), State("US")),
        when=When("2023-09-02"),
        place="Camp",
        host=State("US"),
    ),
)


@pytest.mark.parametrize(
    ("criteria", "found"),
    [
        ({"level": "State"}, ["state"]),
        ({"level": ["state", Level.WORKING]}, ["state", "working"]),
        ({"level": "unknown"}, ["back"]),
        ({"place": "camp david"}, ["working"]),
        ({"place": "CAMP"}, ["three", "working"]),
        ({"place": "санкт-петербург"}, ["state"]),
        ({"place": "amp"}, []),
        ({"sides": "multilateral"}, ["three"]),
        ({"sides": "bilateral"}, ["back", "state", "working"]),
        ({"traveller": "Russia"}, ["back"]),
        ({"traveller": "CN", "host": "RU"}, ["state", "working"]),
        ({"host": "usa"}, ["three"]),
        ({"plans": True}, ["state", "working"]),
        ({"plans": False}, ["back", "three"]),
        ({"plans": False, "status": ["held", "planned"]}, ["back", "three"]),
        ({"lapsed": pendulum.date(2023, 11, 1)}, ["state"]),
        ({"lapsed": pendulum.date(2023, 12, 1), "level": "working"}, ["working"]),
    ],
)
def test_a_filter_takes_what_was_asked_for(criteria: dict[str, Any], found: list[str]) -> None:
    log = MemoryStore()
    log.append(*SMALL)
    assert sorted(one.slug for one in Diary(log).select(Filter.of(**criteria))) == found


@pytest.mark.parametrize(
    ("criteria", "says"),
    [
        ({"level": "stat"}, "'state', if that is meant"),
        ({"sides": "trilateral"}, "one of bilateral, multilateral"),
        ({"place": "—"}, "words of a place"),
        ({"source": " "}, "the name of a publisher"),
        ({"plans": True, "status": "held"}, "status is"),
        ({"host": "Russa"}, "Russia"),
        ({"lapsed": "2023-10-01"}, "expected a day"),
        ({"on": True}, "expected a day"),
        ({"since": "../2023"}, "has a beginning"),
        ({"since": "2024", "until": "2023"}, "until is '2023'.*not before 2024-01-01"),
        ({"since": "2023-09-18", "until": "2023-09-17"}, "until is '2023-09-17'"),
        ({"traveller": "CN", "host": "China"}, "host is 'China'.*nobody visits themselves"),
    ],
)
def test_what_cannot_be_is_told_with_what_was_expected(criteria: dict[str, Any], says: str) -> None:
    with pytest.raises(InvalidValue, match=says):
        Filter.of(**criteria)


def codes(engagement: Engagement) -> set[str]:
    return {one.code for one in engagement.parties}


RECOUNTED: tuple[tuple[dict[str, Any], Callable[[Engagement], bool]], ...] = (
    ({"sides": "bilateral"}, lambda one: len(codes(one)) == 2),
    ({"sides": "multilateral"}, lambda one: len(codes(one)) > 2),
    ({"plans": True}, lambda one: one.status in PLANS),
    ({"plans": False}, lambda one: one.status not in PLANS),
    ({"lapsed": pendulum.date(2023, 10, 10)}, lambda one: one.is_lapsed(pendulum.date(2023, 10, 10))),
    ({"host": "CN"}, lambda one: one.host is not None and one.host.code == "CN"),
    (
        {"traveller": "CN"},
        lambda one: (
            isinstance(one.subject, Visit)
            and one.subject.host.code != "CN"
            and "CN" in {side.code for side in map(party_of, one.subject.visitors) if side}
        ),
    ),
)


@given(histories(), st.sampled_from(RECOUNTED))
def test_whatever_happened_a_filter_takes_neither_more_nor_less(
    history: History, asked_for: tuple[dict[str, Any], Callable[[Engagement], bool]]
) -> None:
    criteria, is_meant = asked_for
    log = MemoryStore()
    log.append(*history.envelopes)
    diary = Diary(log)
    assert {one.slug for one in diary.select(Filter.of(**criteria))} == {
        one.slug for one in diary.find() if is_meant(one)
    }


def test_a_place_that_no_report_names_is_told_with_what_comes_near(log: Path) -> None:
    done = CliRunner().invoke(app, ["upcoming", "--place", "Moscw", "--log", str(log)])
    assert "Moscow" in str(done.exception)
