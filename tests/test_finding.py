"""list, diff and last-met: what there is, what became known, and when two last met."""

import json
from pathlib import Path
from typing import Any

import pendulum
import pytest
from hypothesis import given
from typer.testing import CliRunner

from diplocal.cli.program import app
from diplocal.cli.terminal import MOST_LINES
from diplocal.dates import When
from diplocal.diary import Diary
from diplocal.errors import InvalidValue
from diplocal.events import (
    CallHeld,
    Cancelled,
    Corrected,
    DateNarrowed,
    Event,
    Medium,
    MeetingHeld,
    PlanDenied,
    Retracted,
    TripAnnounced,
    VisitAnnounced,
    VisitConcluded,
)
from diplocal.events.wire import identify
from diplocal.parties import Organisation, Person, State
from diplocal.projections import ContactFrequency, Itineraries, UpcomingVisits
from diplocal.projections.filters import Filter
from diplocal.projections.last_met import Counterpart, LastMet, met
from diplocal.sources import Source
from diplocal.store import MemoryStore, open_store
from diplocal.testing import histories
from diplocal.testing.history import History

CN, RU, US, FJ = State("CN"), State("RU"), State("US"), State("FJ")
WANG, LAVROV = Person("Wang Yi", CN), Person("Sergei Lavrov", RU)


def day(text: str) -> pendulum.Date:
    return pendulum.Date.fromisoformat(text)


def planned(slug: str, when: str | None = None, reported: str = "2023-09-01") -> VisitAnnounced:
    date = When(when) if when else None
    return VisitAnnounced(engagement=slug, visitors=(WANG,), host=RU, when=date, reported=day(reported))


def held(slug: str, when: str, *who: State | Person | Organisation, reported: str = "2023-11-01") -> MeetingHeld:
    return MeetingHeld(engagement=slug, participants=who, when=When(when), reported=day(reported))


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "log.db"


def recorded(path: Path, *events: Event) -> None:
    with open_store(path) as store:
        store.append(*events)


def asked(path: Path, *arguments: str) -> Any:
    done = CliRunner().invoke(app, [*arguments, "--json", "--log", str(path)])
    assert done.exit_code == 0, (done.output, done.exception)
    return json.loads(done.stdout)


def printed(path: Path, *arguments: str) -> str:
    done = CliRunner().invoke(app, [*arguments, "--log", str(path)], env={"COLUMNS": "160"})
    assert done.exit_code == 0, (done.output, done.exception)
    return " ".join(done.stdout.split())


class TestList:
    def test_a_vague_date_stands_where_its_span_begins_and_none_at_the_end(self, path: Path) -> None:
        recorded(path, planned("undated"), planned("february", "2024-02-10"), planned("winter", "2024-01/2024-03"))
        recorded(path, planned("year", "2024"), planned("exact", "2024-01-01"))
        slugs = [one["engagement"] for one in asked(path, "list")]
        assert slugs == ["exact", "winter", "year", "february", "undated"]

    def test_a_plan_without_a_date_shows_since_when_it_is_reported(self, path: Path) -> None:
        again = planned("undated", reported="2023-10-01")
        recorded(
            path, planned("undated", reported="2023-09-05"), again, planned("dated", "2024", reported="2023-09-01")
        )
        for command in ("list",), ("upcoming", "--on", "2023-10-02"):
            since = {one["engagement"]: one["undated_since"] for one in asked(path, *command)}
            assert since == {"undated": "2023-09-05", "dated": None}
            assert "reported since 5 September 2023" in printed(path, *command)

    def test_a_program_is_told_the_name_and_the_medium(self, path: Path) -> None:
        summit = held("summit", "2023-10-16", WANG, RU).evolve(name="G20 Summit", medium=Medium.VIDEO)
        recorded(path, summit, TripAnnounced(engagement="trip", travellers=(WANG,), name="Africa tour"))
        assert [(one["name"], one["medium"]) for one in asked(path, "list")] == [
            ("G20 Summit", "video"),
            ("Africa tour", None),
        ]
        assert asked(path, "show", "summit")["medium"] == "video"

    def test_a_part_is_indented_only_below_what_it_is_part_of(self, path: Path) -> None:
        talks = held("talks", "2023-10-18", WANG, RU).evolve(during="visit")
        recorded(path, planned("visit", "2023-10-17/2023-10-19"), held("other", "2023-10-16", RU, US), talks)
        recorded(path, held("first", "2023-10-17", WANG, RU).evolve(during="visit", place="Moscow"))
        shown = printed(path, "list")
        assert "17 October 2023 Meeting: Wang Yi" in shown
        assert "18 October 2023 └ Meeting: Wang Yi" in shown

    @pytest.mark.parametrize("door", [("list",), ("upcoming", "--on", "2023-09-01"), ("digest", "--from", "0")])
    def test_a_plan_that_was_denied_is_never_shown_as_if_nobody_denied_it(
        self, path: Path, door: tuple[str, ...]
    ) -> None:
        mfa, denied = Source("MFA of Russia"), PlanDenied(engagement="denied", reason="no such visit is on the agenda")
        recorded(path, planned("denied", "2023-10-17"), denied.evolve(sources=(mfa,)))
        assert "planned – denied" in printed(path, *door)
        if door[0] != "digest":
            assert [one["conflicts"] for one in asked(path, *door)] == [["denied"]]

    def test_what_was_retracted_is_listed_only_when_asked_for(self, path: Path) -> None:
        recorded(path, gone := planned("gone"), planned("there"), Retracted(engagement="gone", of=identify(gone)))
        assert [one["engagement"] for one in asked(path, "list")] == ["there"]
        assert [one["engagement"] for one in asked(path, "list", "--status", "retracted")] == ["gone"]

    def test_lapsed_plans_are_listed_by_the_day(self, path: Path) -> None:
        recorded(path, planned("over", "2023-10-01"), planned("ahead", "2023-12-01"), planned("undated"))
        assert [one["engagement"] for one in asked(path, "list", "--lapsed", "--on", "2023-11-01")] == ["over"]

    def test_a_summit_is_one_occasion(self, path: Path) -> None:
        recorded(path, held("summit", "2023-09-09", CN, RU, US, FJ), held("two", "2023-09-09", CN, RU))
        assert len(asked(path, "list")) == 2
        assert [one["engagement"] for one in asked(path, "list", "--sides", "bilateral")] == ["two"]
        assert [one["engagement"] for one in asked(path, "list", "--sides", "multilateral", "--pair", "CN", "RU")] == [
            "summit"
        ]


class TestFind:
    REPORTS = (
        held("kazan", "2024-10-23", WANG, LAVROV).evolve(place="Казань", name="BRICS Summit"),
        held("beijing", "2024-05-16", CN, RU).evolve(place="Beijing"),
        planned("visit", "2024-12"),
    )

    @pytest.mark.parametrize(
        ("words", "slugs"),
        [
            (("казань",), ["kazan"]),
            (("BRICS", "lavrov"), ["kazan"]),
            (("summ",), ["kazan"]),
            (("wang",), ["kazan", "visit"]),
            (("wang", "beijing"), []),
        ],
    )
    def test_all_words_are_written_about_it(self, path: Path, words: tuple[str, ...], slugs: list[str]) -> None:
        recorded(path, *self.REPORTS)
        assert [one["engagement"] for one in asked(path, "find", *words)] == slugs
        assert [one["engagement"] for one in asked(path, "list", "--words", " ".join(words))] == slugs

    @pytest.mark.parametrize(
        ("words", "options"),
        [("state visit", "--kind visit --level state"), ("phone call", "--kind call"), ("brics summit", "")],
    )
    def test_words_that_name_a_kind_are_told_to_be_looked_for_as_words(
        self, path: Path, words: str, options: str
    ) -> None:
        recorded(path, *self.REPORTS)
        told = CliRunner().invoke(app, ["find", *words.split(), "--log", str(path)]).stderr
        assert told == "" if not options else f"diplocal list {options} has" in told

    def test_words_and_filters_narrow_each_other(self, path: Path) -> None:
        recorded(path, *self.REPORTS)
        assert [one["engagement"] for one in asked(path, "find", "wang", "--kind", "visit")] == ["visit"]
        assert len(asked(path, "frequency", "--words", "kazan")) == 0
        assert [row["count"] for row in asked(path, "frequency", "--words", "brics")] == [1]


class TestSource:
    REPORTS = (
        planned("a").evolve(sources=(Source("Xinhua"), Source("Anadolu Agency"))),
        planned("b").evolve(sources=(Source("Xinhua Finance"),)),
        planned("c"),
    )

    @pytest.mark.parametrize(("name", "slug"), [("xinhua", "a"), ("ANADOLU AGENCY", "a"), ("Xinhua finance", "b")])
    def test_a_publisher_is_named_whole(self, path: Path, name: str, slug: str) -> None:
        recorded(path, *self.REPORTS)
        assert [one["engagement"] for one in asked(path, "list", "--source", name)] == [slug]

    def test_one_that_no_report_names_is_told_with_what_comes_near(self, path: Path) -> None:
        recorded(path, *self.REPORTS)
        done = CliRunner().invoke(app, ["list", "--source", "Xinhau", "--log", str(path)])
        assert "did you mean Xinhua" in str(done.exception)


class TestDiff:
    REPORTS = (
        planned("moved", "2023-10", reported="2023-09-01"),
        planned("same", "2023-12", reported="2023-09-01"),
        planned("dropped", "2023-11", reported="2023-09-02"),
        DateNarrowed(engagement="moved", when=When("2023-10-17"), reported=day("2023-09-10")),
        held("met", "2023-09-12", CN, RU, reported="2023-09-12"),
        Cancelled(engagement="dropped", reported=day("2023-09-20")),
    )

    def test_what_the_public_learnt_between_two_days(self, path: Path) -> None:
        recorded(path, *self.REPORTS)
        found = asked(path, "diff", "--from", "2023-09-05", "--to", "2023-09-15", "--by", "public")
        assert [(one["engagement"], one["change"]) for one in found] == [("met", "new"), ("moved", "changed")]
        assert found[1]["differences"] == [
            {"fact": "When", "was": "October 2023, date to be confirmed", "now": "17 October 2023"}
        ]

    def test_what_the_log_learnt_after_a_position_and_up_to_another(self, path: Path) -> None:
        recorded(path, *self.REPORTS)
        for start, end, slugs in (("3", "5", ["met", "moved"]), ("5", "6", ["dropped"]), ("6", "6", [])):
            assert [one["engagement"] for one in asked(path, "diff", "--from", start, "--to", end)] == slugs
        assert [one["engagement"] for one in asked(path, "diff", "--from", "4")] == ["met", "dropped"]

    def test_days_choose_among_what_changed(self, path: Path) -> None:
        recorded(path, *self.REPORTS)
        for moments in ("--from", "3"), ("--from", "2023-09-05", "--by", "public"):
            found = asked(path, "diff", *moments, "--since", "2023-10", "--until", "2023-10-31")
            assert [one["engagement"] for one in found] == ["moved"]

    def test_filters_choose_what_was_or_what_became(self, path: Path) -> None:
        recorded(path, *self.REPORTS)
        for status, slugs in (("planned", ["dropped"]), ("cancelled", ["dropped"]), ("held", ["met"])):
            for moments in ("--from", "4"), ("--from", "2023-09-11", "--by", "public"):
                assert [one["engagement"] for one in asked(path, "diff", *moments, "--status", status)] == slugs

    def test_what_is_retracted_is_gone_and_what_never_stood_is_not_told(self, path: Path) -> None:
        brief = planned("brief", "2023-12")
        recorded(path, planned("old", "2023-11"), brief, Retracted(engagement="brief", of=identify(brief)))
        recorded(path, Retracted(engagement="old", of=identify(planned("old", "2023-11"))))
        assert [(one["engagement"], one["change"]) for one in asked(path, "diff", "--from", "1")] == [("old", "gone")]

    def test_the_public_knows_no_positions(self, path: Path) -> None:
        recorded(path, *self.REPORTS)
        done = CliRunner().invoke(app, ["diff", "--from", "4", "--by", "public", "--log", str(path)])
        assert "the public knows no positions" in str(done.exception)

    @pytest.mark.parametrize(
        ("better", "change"),
        [
            ({"name": "G7 Summit"}, "What: G20 Summit: Wang Yi (China) – Russia → G7 Summit: Wang Yi (China) – Russia"),
            ({"medium": Medium.VIDEO}, "What: G20 Summit: Wang Yi (China) – Russia → "),
            ({"during": "visit"}, "Part of: – → visit"),
        ],
    )
    def test_a_name_a_medium_and_the_visit_around_it_are_facts_that_change(
        self, path: Path, better: dict[str, Any], change: str
    ) -> None:
        summit = held("summit", "2023-10-17", WANG, RU).evolve(name="G20 Summit")
        recorded(path, summit)
        recorded(path, Corrected(engagement="summit", of=identify(summit), right=summit.evolve(**better)))
        assert change in printed(path, "diff", "--from", "1")

    def test_nothing_changed_is_said(self, path: Path) -> None:
        recorded(path, *self.REPORTS)
        assert printed(path, "diff", "--from", "6").endswith("none.")


class TestLastMet:
    REPORTS = (
        held("old", "2022-05-01", WANG, LAVROV),
        VisitConcluded(engagement="visit", visitors=(WANG,), host=RU, when=When("2023-09-18/2023-09-21")),
        CallHeld(engagement="call", participants=(CN, RU), when=When("2023-06")),
        held("summit", "2023-11-11", CN, RU, US),
        planned("planned", "2023-12-01"),
        VisitConcluded(engagement="together", visitors=(CN, RU), host=FJ, when=When("2023-12-05")),
    )

    @pytest.mark.parametrize(
        ("first", "second", "alone", "among"),
        [
            ("China", "RU", "visit", "summit"),
            ("Russia", "Wang Yi", "visit", None),
            ("Lavrov, Sergei", "wang yi", "old", None),
            ("US", "CN", None, "summit"),
            ("Fiji", "CN", None, "together"),
            ("US", "Fiji", None, None),
        ],
    )
    def test_each_other_and_among_others(
        self, path: Path, first: str, second: str, alone: str | None, among: str | None
    ) -> None:
        recorded(path, *self.REPORTS)
        for pair in (first, second), (second, first):
            found = asked(path, "last-met", *pair, "--on", "2024-01-01")
            assert [one and one["engagement"] for one in (found["last"], found["last_among_others"])] == [alone, among]

    @pytest.mark.parametrize("other", ["Yi Wang", "WANG, Yi", "wang yi"])
    def test_nobody_meets_themselves_however_they_are_written(self, path: Path, other: str) -> None:
        recorded(path, *self.REPORTS)
        done = CliRunner().invoke(app, ["last-met", "Wang Yi", other, "--log", str(path)])
        assert isinstance(done.exception, InvalidValue)
        assert "somebody else" in str(done.exception)

    def test_the_answer_says_whom_it_understood_and_how_long_ago_it_was(self, path: Path) -> None:
        recorded(path, *self.REPORTS)
        found = asked(path, "last-met", "Russian Federation", "Wang Yi", "--on", "2023-09-30")
        assert found["asked"] == [
            {"written": "Russian Federation", "party": "RU", "person": None},
            {"written": "Wang Yi", "party": None, "person": "wang yi"},
        ]
        assert found["last"]["days_ago"] == {"at_least": 9, "at_most": 12}
        assert "9–12 days before 30 September 2023" in printed(path, "last-met", "RU", "Wang Yi", "--on", "2023-09-30")

    def test_never_is_said_clearly(self, path: Path) -> None:
        recorded(path, *self.REPORTS)
        shown = printed(path, "last-met", "Fiji", "USA", "--on", "2023-12-01")
        assert shown.endswith("Fiji – United States: never until 1 December 2023 in this log")

    def test_what_was_later_than_the_day_was_not_yet(self, path: Path) -> None:
        recorded(
            path, held("a", "2017-11-15", CN, FJ), held("b", "2004-10-24/2004-10-25", CN, FJ), held("c", "2006", CN, FJ)
        )
        for day, last in (("1970-01-01", None), ("2005-01-01", "b"), ("2006-03-01", "c"), ("2017-11-15", "a")):
            found = asked(path, "last-met", "CN", "FJ", "--on", day)["last"]
            assert found == last or found["engagement"] == last

    def test_a_filter_narrows_what_counts(self, path: Path) -> None:
        recorded(path, *self.REPORTS)
        assert asked(path, "last-met", "CN", "RU", "--kind", "phone call")["last"]["engagement"] == "call"
        assert asked(path, "last-met", "CN", "RU", "--until", "2022")["last"]["engagement"] == "old"

    @pytest.mark.parametrize(("written", "near"), [("S. Lavrov", "Sergei Lavrov"), ("Russa", "Russia")])
    def test_a_name_that_nobody_mentions_is_told_with_what_comes_near(
        self, path: Path, written: str, near: str
    ) -> None:
        recorded(path, *self.REPORTS)
        done = CliRunner().invoke(app, ["last-met", "CN", written, "--log", str(path)])
        assert near in str(done.exception)

    @pytest.mark.parametrize(("first", "second"), [("CN", "China"), ("Wang Yi", "wang yi")])
    def test_nobody_meets_themselves(self, path: Path, first: str, second: str) -> None:
        recorded(path, *self.REPORTS)
        done = CliRunner().invoke(app, ["last-met", first, second, "--log", str(path)])
        assert "somebody else" in str(done.exception)

    @given(histories())
    def test_two_parties_met_where_a_contact_is_counted(self, history: History) -> None:
        log = MemoryStore()
        log.append(*history.envelopes)
        diary, counted = Diary(log), ContactFrequency()
        for one in diary.find():
            contacts = {frozenset(contact[:2]) for contact, _ in counted.contributions(one)}
            for first in {each.code for each in one.parties}:
                for second in {each.code for each in one.parties} - {first}:
                    sides = Counterpart.of(first), Counterpart.of(second)
                    if one.when is not None:
                        assert met(one, *sides) == (frozenset((first, second)) in contacts)

    @given(histories())
    def test_nothing_that_took_place_between_two_is_later_than_the_last(self, history: History) -> None:
        log = MemoryStore()
        log.append(*history.envelopes)
        everything = Diary(log).find()
        sides = Counterpart.of("CN"), Counterpart.of("RU")
        found = LastMet.of(everything, *sides)
        begins = [one.when.earliest for one in everything if met(one, *sides) and one.when and one.when.earliest]
        last = [
            one.when.earliest for one in (found.alone, found.among_others) if one and one.when and one.when.earliest
        ]
        assert max(begins, default=None) == max(last, default=None)


def test_some_of_what_is_found_are_the_first_or_the_last_of_it_now_and_as_of_then() -> None:
    log = MemoryStore()
    log.append(*(held(f"m{n}", f"2023-0{1 + n % 5}-1{n}", CN, RU) for n in range(6)), planned("visit"))
    log.append(Retracted(engagement="m5", of="m5"), held("late", "2023-01", CN, US))
    diary, chosen = Diary(log), Filter.of(state="CN")
    for asked in (diary, diary.as_of(known_at=7)):
        every = asked.select(chosen)
        some, last = asked.some(chosen, 2, skipping=1), asked.some(chosen, 3, last_first=True)
        assert (some.engagements, some.total) == (every[1:3], len(every))
        assert (last.engagements, last.total) == (every[::-1][:3], len(every))


def test_a_table_of_very_many_engagements_shows_the_first_of_them_and_says_how_many_there_are(path: Path) -> None:
    with open_store(path) as log:
        log.append(*(held(f"m{n}", "2023-01-10", CN, RU) for n in range(MOST_LINES + 7)))
    shown = CliRunner().invoke(app, ["list", "--log", str(path), "--lang", "en"]).output
    assert shown.count("10 January 2023") == MOST_LINES
    assert f"{MOST_LINES} of {MOST_LINES + 7}" in shown
    assert len(json.loads(CliRunner().invoke(app, ["list", "--log", str(path), "--json"]).output)) == MOST_LINES + 7


@pytest.mark.parametrize(("criteria", "said"), [({"plans": True}, "plans"), ({"plans": False}, "no plans")])
def test_a_status_that_no_such_engagement_has_is_told_by_what_was_asked(criteria: dict[str, Any], said: str) -> None:
    status = "held" if criteria["plans"] else "planned"
    with pytest.raises(
        InvalidValue, match=f"^status is '{status}': expected a status of {said}, which are asked for too"
    ):
        Filter.of(status=status, **criteria)


def test_what_is_on_one_day_is_listed_by_the_hour_whatever_its_time_zone() -> None:
    hours = {
        "y": "2023-10-25",
        "d": "2023-10-25T00:10Z",
        "z": "2023-10-25T02:45+02:00[Europe/Oslo]",
        "m": "2023-10-25T09:50+09:00[Asia/Tokyo]",
        "a": "2023-10-25T03:15+02:00[Europe/Oslo]/2023-10-25T23:00+02:00[Europe/Oslo]",
        "b": "2023-10-25T03:00Z",
        "c": "2023-10-25/2023-10-26",
    }
    store = MemoryStore()
    store.append(*(planned(slug, hours[slug]) for slug in sorted(hours)))
    diary, by_the_hour = Diary(store), list(hours)
    assert [one.slug for one in diary.find()] == by_the_hour
    assert [one.slug for one in diary.some(Filter(), 4).engagements] == by_the_hour[:4]
    assert [one.slug for one in diary.some(Filter(), 7, last_first=True).engagements] == by_the_hour[::-1]
    ahead, journey = diary.answer(UpcomingVisits(), Itineraries())
    assert [one.slug for one in ahead.on(day("2023-10-01"))] == by_the_hour
    assert [leg.slug for leg in journey.of("Wang Yi").legs] == by_the_hour
