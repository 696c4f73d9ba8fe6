"""Unknown is an error that names the value, and never "none": every criterion of a question in Python."""

import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from pendulum import date
from typer.testing import CliRunner

from diplocal.cli.program import app
from diplocal.dates import When
from diplocal.diary import Diary
from diplocal.errors import DiplocalError, InvalidValue, UnknownName, Unresolved
from diplocal.events import CallHeld, MeetingHeld, VisitAnnounced
from diplocal.names.parties import is_known
from diplocal.names.parties import party as party_named
from diplocal.parties import Organisation, Person, State
from diplocal.projections import (
    ContactFrequency,
    Itineraries,
    NobodyCalledSo,
    Patrols,
    Punctuality,
    UpcomingVisits,
)
from diplocal.projections.filters import Filter
from diplocal.sources import Source
from diplocal.state_names import STATES, name_of
from diplocal.store import MemoryStore, SQLiteStore

ASKED_BY_REPORTS = ("person", "place", "source")
OF_A_TABLE = ("kind", "status", "level", "sides")
OF_PARTIES = ("state", "host", "traveller")


def _diary() -> Diary:
    log = MemoryStore()
    who, sources = (Person("Wang Yi", State("CN")),), (Source("Xinhua"),)
    visit = VisitAnnounced(
        engagement="v", visitors=who, host=State("RU"), when=When("2023-10"), place="Moscow", sources=sources
    )
    log.append(
        visit, MeetingHeld(engagement="m", participants=(State("CN"), Organisation("QQQ")), when=When("2023-11"))
    )
    return Diary(log)


DIARY = _diary()


@settings(max_examples=150)
@given(
    name=st.sampled_from((*ASKED_BY_REPORTS, *OF_A_TABLE, *OF_PARTIES, "words", "since", "until", "any_of", "pair")),
    value=st.text(max_size=12) | st.sampled_from(["Wang", "Yi, Wang", "QQQ", "ZZQ", "Moscow"]) | st.integers(),
)
@example("person", "nobody at all")
@example("place", "Narnia")
@example("source", "TASS")
@example("host", "ZZQ")
@example("any_of", "CN")
@example("pair", 7)
@example("words", 7)
@example("status", None)
def test_a_criterion_finds_something_or_is_refused_or_names_what_there_is(name: str, value: Any) -> None:
    try:
        found = DIARY.find(**{name: value})
    except DiplocalError as error:
        shown = repr(value)[1:-1][:20] if isinstance(value, str) else str(value)
        assert shown in str(error) or str(value)[:20] in str(error) or name == "any_of"  # noqa: PT017 - of either
    else:
        assert found or name not in ASKED_BY_REPORTS or value is None
        if name in OF_PARTIES and value is not None:
            assert found or value == "QQQ" or is_known(party_named(value).code)


@pytest.mark.parametrize("titled", ["Foreign Minister Wang Yi", "foreign minister WANG YI", "State Councilor Wang Yi"])
def test_a_title_before_a_name_hides_nobody(titled: str) -> None:
    assert DIARY.find(person=titled) == DIARY.find(person="Wang Yi") != []


@pytest.mark.parametrize("asked", ["President Sukarno Putra", "Sukarno Putra", "sukarno putra", "Putra Sukarno"])
def test_nor_does_one_in_a_report(asked: str) -> None:
    store = MemoryStore()
    reported = Person("President Sukarno Putra", State("ID"))
    store.append(CallHeld(engagement="call", participants=(reported, State("RU")), when=When("2023-09")))
    with Diary(store) as diary:
        assert [one.slug for one in diary.find(person=asked)] == ["call"]


@pytest.mark.parametrize("said", [{"person": "Wang Y"}, {"place": "Moscw"}, {"source": "Xinhu"}, {"state": "QQQQ"}])
def test_every_door_of_a_diary_refuses_alike(said: dict[str, str]) -> None:
    doors = (DIARY.find, DIARY.filter_of, lambda **asked: DIARY.answer(ContactFrequency(), **asked))
    for ask in (*doors, DIARY.as_of(known_at=1).find, lambda **asked: DIARY.changes(0, **asked)):
        with pytest.raises(UnknownName) as error:
            ask(**said)
        assert error.value.name in said.values()


def test_what_comes_near_is_named() -> None:
    for said, near in (
        ({"person": "Wang Y"}, "Wang Yi"),
        ({"place": "Moscw"}, "Moscow"),
        ({"source": "Xinhu"}, "Xinhua"),
    ):
        with pytest.raises(UnknownName, match=near):
            DIARY.find(**said)


def test_what_is_known_and_not_among_these_is_none() -> None:
    """A name that a report has, and a choice that leaves nothing of it: nobody is unknown."""
    assert DIARY.find(person="Wang Yi", kind="meeting") == DIARY.find(state="Fiji") == []
    assert DIARY.select(Filter.of(person="nobody at all")) == []


@pytest.mark.parametrize(
    ("said", "meant"), [("stat", "state"), ("persons", "person"), ("wordz", "words"), ("kinds", "kind")]
)
def test_a_criterion_that_is_none_is_named_with_the_nearest(said: str, meant: str) -> None:
    with pytest.raises(Unresolved, match=rf"{said}='CN'.*'{meant}', if that is meant"):
        DIARY.find(**{said: "CN"})


@pytest.mark.parametrize(
    "criteria",
    [{"undated": "yes"}, {"plans": 1}, {"kind": 3}, {"status": [None]}, {"level": 3.5}, {"sides": 2}, {"any_of": 3}],
)
def test_what_is_no_value_of_a_criterion_is_refused(criteria: dict[str, Any]) -> None:
    ((name, value),) = criteria.items()
    with pytest.raises(DiplocalError, match=name) as error:
        DIARY.find(**criteria)
    assert str(value).strip("[]") in str(error.value)


@pytest.mark.parametrize("said", [{"level": "state"}, {"traveller": "CN"}])
def test_what_only_visits_have_is_asked_of_visits(said: dict[str, Any]) -> None:
    with pytest.raises(InvalidValue, match=f"visit too, which alone has a {next(iter(said))}; asked for is call"):
        Filter.of(kind="call", **said)
    assert Filter.of(kind=["call", "visit"], **said).kinds


class TestStatesOfBefore:
    """A name may be that of a state of today and of one before it: the filter takes one, and tells of the other."""

    EVENTS = (
        MeetingHeld(engagement="saigon", participants=(State("X-VIETNAM-SOUTH"), State("US")), when=When("1961-05")),
        MeetingHeld(engagement="hanoi", participants=(State("VN"), State("US")), when=When("2000-11")),
        VisitAnnounced(engagement="moscow", visitors=(State("US"),), host=State("SUHH"), when=When("1972-05")),
    )

    @pytest.mark.parametrize(
        ("said", "told"),
        [
            ({"state": "Vietnam"}, ["X-VIETNAM-SOUTH"]),
            ({"state": "Vietnam", "since": "1990"}, []),
            ({"pair": ("United States", "Viet Nam")}, ["X-VIETNAM-SOUTH"]),
            ({"pair": ("CN", "VN")}, []),
            ({"any_of": ("VN", "X-VIETNAM-SOUTH")}, []),
            ({"any_of": ("VN", "RU")}, ["SUHH", "X-VIETNAM-SOUTH"]),
            ({"host": "Russia"}, ["SUHH"]),
            ({"traveller": "Russia"}, []),
            ({"state": "US"}, []),
        ],
    )
    def test_are_told_of_where_they_have_something_to_answer(self, said: dict[str, Any], told: list[str]) -> None:
        log = MemoryStore()
        log.append(*self.EVENTS)
        assert Diary(log).earlier_names(Filter.of(**said)) == told

    @pytest.mark.parametrize(
        "asked", [["list", "--state", "Vietnam", "--until", "1975"], ["last-met", "Vietnam", "US"]]
    )
    def test_are_told_of_at_the_command_line(self, tmp_path: Path, asked: list[str]) -> None:
        with SQLiteStore(tmp_path / "log.db") as log:
            log.append(*self.EVENTS)
        told = CliRunner().invoke(app, [*asked, "--log", str(tmp_path / "log.db")])
        assert told.exit_code == 0
        assert "South Vietnam is not among this: 'X-VIETNAM-SOUTH' stands for it" in " ".join(told.stderr.split())

    @pytest.mark.parametrize(("code", "name"), [("BUMM", "Burma (until 1989)"), ("X-VIETNAM-SOUTH", "South Vietnam")])
    def test_have_names_of_their_own(self, code: str, name: str) -> None:
        assert name_of(code) == name
        assert name not in {name_of(other) for other in STATES if other != code}

    def test_come_near_what_their_name_begins_with(self) -> None:
        with pytest.raises(Unresolved, match=r"expected 'X-HAWAII' \(Hawaii \(until 1898\)\)"):
            party_named("Hawaii")


class TestNamesSpeltOtherwise:
    NAMES = (
        "Dmitri Medvedev",
        "Dmitri Medvedev",
        "Dimitry Medvedev",
        "Dmitri A. Medvedev",
        "Wang Yi",
        "Svetlana Medvedeva",
    )

    def log(self, path: Path) -> Path:
        with SQLiteStore(path / "log.db") as log:
            for number, name in enumerate(self.NAMES):
                visitor = Person(name, State("RU"))
                when = When(f"201{number}")
                log.append(VisitAnnounced(engagement=f"v{number}", visitors=(visitor,), host=State("US"), when=when))
        return path / "log.db"

    @pytest.mark.parametrize(
        ("said", "told"),
        [
            ({"person": "Dimitry Medvedev"}, [("Dmitri Medvedev", 2)]),
            ({"person": "Dmitri Medvedev"}, [("Dmitri A. Medvedev", 1), ("Dimitry Medvedev", 1)]),
            ({"person": "Dmitri Medvedev", "since": "2013"}, [("Dmitri A. Medvedev", 1)]),
            ({"person": "Dmitri Medvedev", "state": "CN"}, []),
            ({"person": "Yi Wang"}, []),
            ({"state": "RU"}, []),
        ],
    )
    def test_are_told_of_where_they_have_something_to_answer(
        self, tmp_path: Path, said: dict[str, Any], told: list[tuple[str, int]]
    ) -> None:
        with SQLiteStore(self.log(tmp_path)) as log, Diary(log) as diary:
            assert diary.spelt_otherwise(Filter.of(**said)) == told
            assert diary.as_of(known_at=log.position()).spelt_otherwise(Filter.of(**said)) == told

    def test_are_told_of_at_the_command_line(self, tmp_path: Path) -> None:
        told = CliRunner().invoke(app, ["list", "--person", "Dimitry Medvedev", "--log", str(self.log(tmp_path))])
        assert told.exit_code == 0
        assert "perhaps the same person, and not among this: Dmitri Medvedev (2)" in " ".join(told.stderr.split())


ASKED_OF_ANSWERS: dict[str, Callable[[Diary, str], object]] = {
    "what lies ahead": lambda diary, name: diary.answer(UpcomingVisits()).on(date(2023, 9, 18), person=name),
    "what lapsed": lambda diary, name: diary.answer(UpcomingVisits()).lapsed(date(2023, 9, 18), person=name),
    "an itinerary": lambda diary, name: diary.answer(Itineraries()).of(name),
    "whom for": lambda diary, name: diary.answer(Itineraries()).parties_of(name),
    "punctuality": lambda diary, name: diary.answer(Punctuality()).by(person=name),
}


@pytest.mark.parametrize("name", ASKED_OF_ANSWERS)
def test_an_answer_says_that_it_names_nobody_of_a_name(name: str) -> None:
    ask = ASKED_OF_ANSWERS[name]
    with pytest.warns(NobodyCalledSo, match="'Wang Yo': did you mean Wang Yi"):
        ask(DIARY, "Wang Yo")
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        ask(DIARY, "wang yi")


def test_a_domain_that_there_is_not_is_refused() -> None:
    with pytest.raises(InvalidValue, match="Narnia"):
        DIARY.answer(Patrols()).tempo(domain="Narnia")
