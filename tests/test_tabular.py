"""Answers to take along: rows, CSV, frames and a schema, short to look at; and plain mistakes get a sentence."""

import csv
import html
import io
import json
import os
import re
import subprocess
import sys
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import jsonschema
import pendulum
import pytest
from hypothesis import given
from typer.testing import CliRunner

import diplocal
from diplocal.calendars import Feed
from diplocal.cli.program import app
from diplocal.demo import article
from diplocal.diary import Diary
from diplocal.errors import InvalidValue, UnknownStore
from diplocal.events import Event, VisitAnnounced
from diplocal.notifying import Outbox
from diplocal.parties import Person, State
from diplocal.plots import chart, written
from diplocal.projections import (
    ConsultationRounds,
    ContactFrequency,
    Discrepancies,
    Itineraries,
    Network,
    Patrols,
    Punctuality,
    UpcomingVisits,
)
from diplocal.projections.listing import SHOWN
from diplocal.projections.measure_lines import lines_of
from diplocal.replaying import replay
from diplocal.store import MemoryStore, SQLiteStore, open_store
from diplocal.tabular import entities, rows, schemas, to_csv, to_frame
from diplocal.tabular.answers import columns
from diplocal.testing import any_event

SCHEMA = Path(__file__).parents[1] / "docs" / "reference" / "answers.schema.json"
ON = pendulum.date(2023, 9, 18)
ANSWERS: dict[str, Callable[[Diary], Any]] = {
    "found": lambda diary: diary.find(),
    "changed": lambda diary: diary.changes(since=4),
    "ahead": lambda diary: diary.answer(UpcomingVisits()),
    "contacts": lambda diary: diary.answer(ContactFrequency()),
    "by month": lambda diary: diary.answer(ContactFrequency()).by("month"),
    "network": lambda diary: diary.answer(Network()),
    "patrols": lambda diary: diary.answer(Patrols()),
    "patrols by month": lambda diary: diary.answer(Patrols()).by("month"),
    "journeys": lambda diary: diary.answer(Itineraries()),
    "itinerary": lambda diary: diary.answer(Itineraries()).of("Wang Yi"),
    "punctuality": lambda diary: diary.answer(Punctuality()),
    "punctuality by pair": lambda diary: diary.answer(Punctuality()).by("pair"),
    "series": lambda diary: diary.answer(ConsultationRounds()),
    "series of a pair": lambda diary: diary.answer(ConsultationRounds()).chosen(pair=("CN", "RU")),
    "findings": lambda diary: diary.answer(Discrepancies()),
}
PARTS: dict[str, Callable[[Diary], Any]] = {
    **ANSWERS,
    "overlaps": lambda diary: diary.answer(Itineraries()).of("Wang Yi").overlaps,
    "gaps": lambda diary: diary.answer(Itineraries()).of("Wang Yi").gaps,
    "plans of a pair": lambda diary: diary.answer(Punctuality()).chosen(pair=("CN", "RU")),
    "rounds": lambda diary: next(iter(diary.answer(ConsultationRounds()))).rounds,
    "intervals": lambda diary: next(iter(diary.answer(ConsultationRounds()))).intervals,
}
"""Answers, and lists of what they are made of."""


@pytest.fixture(scope="module")
def store() -> MemoryStore:
    log = MemoryStore()
    log.append(*article.as_reported(), *article.what_followed())
    return log


@pytest.fixture(scope="module")
def diary(store: MemoryStore) -> Diary:
    return Diary(store)


@pytest.mark.parametrize("name", PARTS)
def test_every_answer_has_rows_of_plain_values(diary: Diary, name: str) -> None:
    found = rows(PARTS[name](diary))
    assert found or name in ("findings", "overlaps", "gaps", "intervals")
    assert json.loads(json.dumps(found)) == found


@pytest.mark.parametrize("name", PARTS)
def test_a_sheet_has_a_line_for_each_row(diary: Diary, name: str) -> None:
    answer = PARTS[name](diary)
    lines = list(csv.DictReader(io.StringIO(to_csv(answer))))
    assert len(lines) == len(rows(answer))


@pytest.mark.parametrize("name", PARTS)
def test_a_frame_has_a_line_for_each_row(diary: Diary, name: str) -> None:
    pytest.importorskip("narwhals")
    answer = PARTS[name](diary)
    assert len(to_frame(answer)) == len(rows(answer))


def test_rows_say_how_a_visit_kept_to_its_plan_and_which_round_was_when(diary: Diary) -> None:
    plans = rows(diary.answer(Punctuality()))
    assert [(one["visiting"], one["host"], one["announced"], one["lead"]["at_least"]) for one in plans] == [
        (["RU"], "CN", "2023-09-18", 29),
        (["CN"], "RU", "2023-09-18", 0),
    ]
    (series,) = rows(diary.answer(ConsultationRounds()))
    assert [(one["number"], one["place"]) for one in series["rounds"]] == [(18, "Moscow")]
    assert series["overdue"] is None


@pytest.mark.parametrize("backend", ["polars", "pandas", "pyarrow"])
def test_a_frame_has_the_same_cells_and_days_are_days(diary: Diary, backend: str) -> None:
    pytest.importorskip(backend)
    narwhals = pytest.importorskip("narwhals")
    found = diary.find()
    frame = narwhals.from_native(to_frame(found, backend))
    names, lines = columns(rows(found))
    assert frame.columns == names
    assert frame["engagement"].to_list() == [line["engagement"] for line in lines]
    assert date(2023, 9, 18) in frame["when.earliest"].to_list()


def test_a_date_that_some_have_and_some_lack_has_its_columns_once() -> None:
    several: list[dict[str, Any]] = [
        {"when": None, "place": None},
        {"when": {"edtf": "2023", "exact": False}, "place": "Moscow"},
    ]
    names, lines = columns(several)
    assert names == ["place", "when.edtf", "when.exact"]
    assert [line["when.edtf"] for line in lines] == [None, "2023"]


@pytest.mark.parametrize("answer", ["text", {"a": 1}, 7, [object()]])
def test_what_has_no_rows_is_told(answer: object) -> None:
    with pytest.raises(InvalidValue, match="an answer of the diary"):
        rows(answer)


def test_an_unknown_backend_is_told_with_those_there_are(diary: Diary) -> None:
    with pytest.raises(InvalidValue, match="one of polars, pandas, pyarrow"):
        to_frame(diary.find(), "panda")


# --- the schema ------------------------------------------------------------------------------------------------------

COMMANDS = {
    "EngagementRow": ("list", True),
    "ChangeRow": ("diff --from 4", True),
    "LastMetDocument": ("last-met CN RU", False),
    "EngagementDocument": ("show putin-to-china-2023-10", False),
    "FrequencyRow": ("frequency", True),
    "FindingRow": ("discrepancies --on 2024-01-01", True),
    "PatrolsDocument": ("patrols", False),
    "SeriesRow": ("rounds", True),
    "ItineraryDocument": ("itinerary 'Wang Yi'", False),
    "PerformanceRow": ("punctuality", True),
    "EdgeRow": ("network --by year", True),
}


@pytest.fixture(scope="module")
def log(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("tabular") / "article.db"
    with open_store(path) as made:
        made.append(*article.as_reported(), *article.what_followed())
    return path


@pytest.mark.parametrize("name", COMMANDS)
def test_what_a_command_writes_is_as_the_schema_has_it(log: Path, name: str) -> None:
    command, is_list = COMMANDS[name]
    arguments = [one.strip("'") for one in command.replace("'Wang Yi'", "Wang_Yi").split()]
    done = CliRunner().invoke(app, [*(one.replace("_", " ") for one in arguments), "--json", "--log", str(log)])
    assert done.exit_code == 0, done.output
    document = json.loads(done.stdout)
    jsonschema.Draft202012Validator(schemas()).validate(document)
    for row in document if is_list else [document]:
        jsonschema.Draft202012Validator({**schemas(), "$ref": f"#/$defs/{name}"}).validate(row)
        assert set(row) == set(schemas()["$defs"][name]["properties"])


@pytest.mark.parametrize("strange", [{"x": 1}, [{"x": 1}], "nothing", [1]])
def test_what_no_command_writes_is_not_as_the_schema_has_it(strange: Any) -> None:
    assert not jsonschema.Draft202012Validator(schemas()).is_valid(strange)


def test_the_published_schema_is_that_of_this_version() -> None:
    now = json.dumps(schemas(), indent=2, ensure_ascii=False) + "\n"
    if os.environ.get("REWRITE_DOCUMENTS"):
        SCHEMA.write_text(now, encoding="utf-8")
    assert SCHEMA.read_text(encoding="utf-8") == now


# --- to look at ------------------------------------------------------------------------------------------------------

EVERY_ANSWER = (
    UpcomingVisits,
    ContactFrequency,
    Network,
    Patrols,
    Punctuality,
    Itineraries,
    ConsultationRounds,
    diplocal.AllEngagements,
    diplocal.Feed,
)


@pytest.mark.parametrize("view", EVERY_ANSWER, ids=lambda view: view.__name__)
def test_an_answer_is_short_to_look_at_and_says_how_many_it_holds(store: MemoryStore, view: Any) -> None:
    assert len(repr(replay(view(), store))) < 100


def test_an_engagement_is_short_to_look_at(diary: Diary) -> None:
    (found,) = diary.find(words="putin", kind="visit")
    assert repr(found) == "Engagement('putin-to-china-2023-10', visit, held, when='2023-10-17/2023-10-18')"


@pytest.mark.parametrize("name", ANSWERS)
def test_a_notebook_shows_the_first_lines_of_every_answer(diary: Diary, name: str) -> None:
    """Its cells are those that the terminal prints; the table says how many lines it leaves out."""
    answer = ANSWERS[name](diary)
    lines = lines_of(answer)
    said = [[html.escape(cell) for cell in row] for row in lines.rows]
    shown = answer._repr_html_()
    cells = [re.findall("<td>(.*?)</td>", row, re.DOTALL) for row in shown.split("<tr>")[2:]]
    assert len(said) == lines.total
    assert cells == said[:SHOWN]
    assert (f"and {lines.total - SHOWN:,} more" in shown) is (lines.total > SHOWN)


def test_a_notebook_shows_one_engagement_all_of_them_and_a_calendar(diary: Diary) -> None:
    (found,) = diary.find(words="putin", kind="visit")
    alone, every = found._repr_html_(), replay(diplocal.AllEngagements(), diary.log)._repr_html_()
    calendar = replay(Feed(title="Visits & talks"), diary.log)._repr_html_()
    assert "Vladimir Putin" in (alone or "")
    assert alone
    assert "<tr><td>17–18 October 2023</td>" in alone
    assert every
    assert every.count("<tr>") - 1 == len(diary)
    assert "<th>Visits &amp; talks</th>" in calendar
    assert "<td>2023-10-17</td><td>putin-to-china-2023-10</td>" in calendar


def test_a_notebook_shows_text_as_text_and_never_more_than_a_screen() -> None:
    attack = "<script>alert(1)</script>" * 500
    log = MemoryStore()
    for number in range(SHOWN + 5):
        log.append(VisitAnnounced(engagement=f"v{number}", visitors=(Person(attack, State("CN")),), host=State("SG")))
    found = Diary(log).find()
    shown = found._repr_html_()  # type: ignore[attr-defined] # for notebooks, which look for it
    assert "<script" not in shown
    assert "and 5 more" in shown
    assert len(shown) < 60_000
    assert len(repr(found)) < 2_000
    assert found == list(found)


@given(event=any_event())
def test_an_event_and_its_record_are_short_to_look_at(event: Event) -> None:
    log = MemoryStore()
    (record,) = log.append(event.evolve(note="x" * 500_000))
    assert len(repr(record.event)) < 10_000
    assert len(repr(record)) < 11_000


# --- plain mistakes --------------------------------------------------------------------------------------------------

MISTAKES: dict[str, tuple[Callable[[MemoryStore], object], str]] = {
    "a class for an instance": (lambda log: Diary(log).answer(UpcomingVisits), "with its brackets"),
    "a class to replay": (lambda log: replay(UpcomingVisits, log), "with its brackets"),  # type: ignore[arg-type]
    "a name for a view": (lambda log: Diary(log).answer("upcoming"), "with its brackets"),
    "events for records": (
        lambda _: replay(UpcomingVisits(), article.as_reported()),  # type: ignore[arg-type]
        "append events to a MemoryStore",
    ),
    "a path for a log": (lambda _: Diary("visits.db"), "diplocal.open"),  # type: ignore[arg-type]
    "a text for a moment": (lambda log: Diary(log).as_of(known_at="2023-09-18"), "expected a day"),  # type: ignore[arg-type]
    "a text since": (lambda log: Diary(log).changes(since="2023-09-18"), "expected a day"),  # type: ignore[arg-type]
    "a text for a day": (lambda log: replay(UpcomingVisits(), log).on("2023-09-18"), "expected a day"),  # type: ignore[arg-type]
    "a year since": (lambda log: Diary(log).find(since=2023), "expected a day"),
    "somebody for a name": (lambda log: Diary(log).find(person=Person("Wang Yi", State("CN"))), "the name of a person"),
    "a stretch that is none": (lambda log: replay(ContactFrequency(), log).by("years"), "'year', if that is meant"),
    "a side that is none": (lambda log: replay(Punctuality(), log).by("hosts"), "one of"),
    "events for engagements": (lambda _: entities(article.as_reported()), "as Diary.find gives them"),  # type: ignore[arg-type]
    "a diary for a log": (lambda log: Outbox(None, Diary(log), question="all", start=0), "diplocal.open"),  # type: ignore[arg-type]
    "a text for the day of a chart": (
        lambda log: chart(Diary(log).find(), title="t", as_of="2023-09-18"),  # type: ignore[arg-type]
        "expected a day",
    ),
    "no figure": (lambda _: written("chart", "svg"), "a figure"),
    "a diary to replay": (lambda log: replay(UpcomingVisits(), Diary(log)), "append events to a MemoryStore"),  # type: ignore[arg-type]
    "no log to replay": (lambda _: replay(UpcomingVisits(), None), "source is None"),  # type: ignore[arg-type]
    "a number for an audience": (lambda log: replay(UpcomingVisits(), log, audience=5), "audience is 5"),  # type: ignore[arg-type]
    "audiences for one": (lambda log: Diary(log, audience=["public"]), r"audience is \['public'\]"),  # type: ignore[arg-type]
    "a number for a title": (lambda _: diplocal.Feed(title=5), "title is 5"),  # type: ignore[arg-type]
    "days for a policy": (lambda _: diplocal.Feed(policy=14), "policy is 14"),  # type: ignore[arg-type]
    "a list of events": (lambda log: log.append([]), "expected an Event"),  # type: ignore[arg-type]
}


@pytest.mark.parametrize("name", MISTAKES)
def test_a_plain_mistake_gets_a_sentence(store: MemoryStore, name: str) -> None:
    mistake, says = MISTAKES[name]
    with pytest.raises(InvalidValue, match=says):
        mistake(store)


def test_nothing_is_no_place_for_a_log(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(UnknownStore, match="give a file path"):
        diplocal.open(None)  # type: ignore[arg-type] # as a variable that is not set gives
    assert list(tmp_path.iterdir()) == []


def test_a_closed_store_says_so(tmp_path: Path) -> None:
    closed = SQLiteStore(tmp_path / "log.db")
    closed.close()
    with pytest.raises(ValueError, match="was closed"):
        Diary(closed).find()


PYRIGHT = Path(
    os.environ.get("DIPLOCAL_READERS") or Path.home() / ".cache/diplocal-readers", "node_modules/.bin/pyright"
)


ROOT = Path(__file__).parents[1]
BLOCK = re.compile(r"^```python\n(.*?)^```", re.MULTILINE | re.DOTALL)


def typed(block: str) -> str:
    """Return what a document shows, or what it types in."""
    lines = block.splitlines()
    typed_in = [line[4:] for line in lines if line[:4] in (">>> ", "... ")]
    return "\n".join(typed_in or lines)


def test_pyright_takes_what_the_documents_show(tmp_path: Path) -> None:
    if not PYRIGHT.exists():
        if os.environ.get("CI"):
            pytest.fail(f"pyright belongs at {PYRIGHT}: CI must not pass it over")
        pytest.skip("without pyright (tests/readers/install)")
    uses = Path(__file__).parent / "typed_uses.py"
    for number, page in enumerate([ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]):
        blocks = BLOCK.findall(page.read_text(encoding="utf-8"))
        (tmp_path / f"page_{number}_{page.stem.replace('-', '_')}.py").write_text(
            "\n\n".join(map(typed, blocks)), "utf-8"
        )
    done = subprocess.run(
        [str(PYRIGHT), "--pythonpath", sys.executable, str(uses), str(tmp_path)],
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )
    assert done.returncode == 0, done.stdout


NOTHING: dict[str, Callable[[Diary], object]] = {
    "engagements": lambda diary: diary.find(since="2999"),
    "changes": lambda diary: diary.changes(diary.position),
    "contacts": lambda diary: diary.answer(ContactFrequency()).by("year", state="FJ"),
    "edges": lambda diary: diary.answer(Network()).edges(state="FJ"),
    "patrols": lambda diary: diary.answer(Patrols()).by("year", state="FJ"),
    "punctuality": lambda diary: diary.answer(Punctuality()).by("pair", state="FJ"),
    "what lies ahead": lambda diary: diary.answer(UpcomingVisits()).on(pendulum.date(2999, 1, 1)),
}
SOMETHING: dict[str, Callable[[Diary], object]] = {
    "engagements": lambda diary: diary.find(),
    "contacts": lambda diary: diary.answer(ContactFrequency()).by("year"),
    "edges": lambda diary: diary.answer(Network()).edges(),
    "patrols": lambda diary: diary.answer(Patrols()).by("year"),
    "punctuality": lambda diary: diary.answer(Punctuality()).by("pair"),
}


@pytest.mark.parametrize("name", NOTHING)
def test_an_answer_of_nothing_keeps_its_columns(name: str) -> None:
    store = MemoryStore()
    store.append(*article.as_reported(), *article.what_followed())
    with Diary(store) as diary:
        answer = NOTHING[name](diary)
        assert answer == []
        names = to_csv(answer).splitlines()[0].split(",")
        assert to_frame(answer).columns == names
        if name in SOMETHING:
            there = to_csv(SOMETHING[name](diary)).splitlines()[0].split(",")
            assert [one for one in there if not any(f"{name}.".startswith(f"{one}.") for name in names)] == []
