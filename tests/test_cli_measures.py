"""The measures at the command line: JSON for programs, tables for people, a name that nobody mentions told apart."""

import json
import subprocess
from pathlib import Path
from typing import Any

import pytest
from commands import diplocal

from diplocal.demo import article
from diplocal.store import open_store


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("measures")
    with open_store(made / "article.db") as store:
        store.append(*article.as_reported(), *article.what_followed())
    return made


def run(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return diplocal(*arguments, cwd=folder, COLUMNS="120", DIPLOCAL_LOG="article.db")


def answer(folder: Path, *arguments: str) -> Any:
    done = run(folder, *arguments, "--json")
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def test_patrols_of_no_month_and_who_reacted_to_them(folder: Path) -> None:
    found = answer(folder, "patrols", "--by", "month")
    (patrol,) = found.pop("patrols")
    assert found == {
        "counts": [{"period": None, "actors": ["CN", "RU"], "area": None, "count": 1, "answered": 1}],
        "total": 1,
        "dated": 0,
        "median_interval": None,
        "answered_by": {"KR": 1},
    }
    assert (patrol["when"]["edtf"], patrol["domains"]) == ("2023-06~/2023-09~", ["sea", "air"])
    assert patrol["reactions"] == [{"by": "KR", "when": None, "craft": ["fighter jets"]}]
    assert "South Korea reacted to 1 of 1." in run(folder, "patrols").stdout


def test_a_round_was_planned_before_it_was_held(folder: Path) -> None:
    for reported, status in (("2023-09-18", "planned"), ("2023-11-01", "held")):
        (series,) = answer(folder, "rounds", "--on", "2023-11-01", "--reported-by", reported)
        assert [(one["number"], one["status"]) for one in series["rounds"]] == [(18, status)]
        assert (series["next_due"], series["overdue"]) == (None, False)
    assert answer(folder, "rounds", "--on", "2023-11-01", "--state", "BY") == []


def test_an_itinerary_with_bounds_for_what_is_vague(folder: Path) -> None:
    found = answer(folder, "itinerary", "li shangfu")
    assert [leg["country"] for leg in found["legs"]] == ["BY", "RU"]
    assert [gap["days"] for gap in found["gaps"]] == [{"at_least": 0, "at_most": 29}]
    assert "Nothing is known of 0–29 days" in run(folder, "itinerary", "li shangfu").stdout


@pytest.mark.parametrize(
    ("arguments", "near"),
    [
        (("itinerary", "Wang Yu"), "Wang Yi"),
        *(
            ((command, "--person", "Wang Yu"), "Wang Yi")
            for command in ("upcoming", "frequency", "punctuality", "feed")
        ),
        (("rounds", "--series", "China-Russia Strategic Security"), article.CONSULTATION.name),
    ],
)
def test_a_name_that_nobody_mentions_is_told_with_the_nearest(
    folder: Path, arguments: tuple[str, ...], near: str
) -> None:
    done = run(folder, *arguments)
    assert done.returncode == 2
    assert near in done.stderr
    assert "Traceback" not in done.stderr


def test_punctuality_by_visitor_and_by_host(folder: Path) -> None:
    rows = {row["whose"][0]: row for row in answer(folder, "punctuality", "--by", "visitor")}
    assert rows["RU"]["median_lead"] == {"at_least": 29, "at_most": 29}
    assert rows["RU"]["narrowings"] == 1
    (all_of_them,) = answer(folder, "punctuality", "--by", "all")
    assert (all_of_them["whose"], all_of_them["plans"], all_of_them["cancellation_rate"]) == ([], 2, 0.0)


def test_the_network_between_persons_of_a_minimum_office(folder: Path) -> None:
    edges = answer(folder, "network", "--nodes", "persons", "--at-least", "foreign minister")
    assert {(edge["first"]["label"], edge["second"]["label"]) for edge in edges} == {
        ("Sergei Lavrov", "Wang Yi"),
        ("Wang Yi", "Vladimir Putin"),
    }
    assert "Sergei Lavrov (Russia)" in run(folder, "network", "--nodes", "persons").stdout


def test_what_is_not_there_is_said_to_be_none(folder: Path) -> None:
    for command, said in (("patrols", "none"), ("punctuality", "none"), ("network", "none"), ("rounds", "none")):
        done = run(folder, command, "--state", "FJ")
        assert (done.returncode, done.stdout.strip().endswith(f"{said}.")) == (0, True), done


def test_tracks_that_are_not_a_csv_are_refused_in_one_line(folder: Path) -> None:
    (folder / "tracks.csv").write_text("who,when\n", encoding="utf-8")
    done = run(folder, "import", "pla-paths", "tracks.csv", "--log", "new.db")
    assert done.returncode == 2
    assert "unique_labels" in done.stderr
