"""Charts: every measure and every list is drawn, with its title, its source and its day, and is read without colour."""

from collections.abc import Callable
from itertools import pairwise
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pendulum
import pytest
from typer.testing import CliRunner

from diplocal.cli.program import app
from diplocal.demo import article
from diplocal.diary import Diary
from diplocal.engagements import KINDS
from diplocal.errors import InvalidValue
from diplocal.plots import chart, drawing, written
from diplocal.plots.chart import HEIGHT
from diplocal.plots.drawing import COLOURS, HATCHES
from diplocal.projections import (
    ContactFrequency,
    Discrepancies,
    Itineraries,
    Network,
    Patrols,
    Punctuality,
)
from diplocal.store import MemoryStore, open_store

DAY = pendulum.date(2023, 9, 18)
MEASURES: dict[str, Callable[[Diary], Any]] = {
    "contacts": lambda diary: diary.answer(ContactFrequency()),
    "contacts by year": lambda diary: diary.answer(ContactFrequency()).by("year"),
    "contacts of all years": lambda diary: diary.answer(ContactFrequency()).by("all"),
    "itinerary": lambda diary: diary.answer(Itineraries()).of("Wang Yi"),
    "network": lambda diary: diary.answer(Network()).edges("all"),
    "patrols": lambda diary: diary.answer(Patrols()).by("month"),
    "punctuality": lambda diary: diary.answer(Punctuality()).by("pair"),
    "discrepancies": lambda diary: [*diary.answer(Discrepancies())] or [{"discrepancy": "lapsed"}],
    "rounds": lambda _: [{"series": "Consultation", "rounds": [{"number": 18, "when": {"earliest": "2023-09-19"}}]}],
    "engagements": lambda diary: diary.find(),
    "changes": lambda diary: diary.changes(0),
}


@pytest.fixture(scope="module")
def diary() -> Diary:
    store = MemoryStore()
    store.append(*article.as_reported())
    return Diary(store)


def texts(svg: bytes) -> str:
    return " ".join(text.strip() for text in ET.fromstring(svg).itertext() if text.strip())  # noqa: S314 - our own


def test_engagements_of_every_kind_are_drawn_and_named() -> None:
    when = {"earliest": "2023-09-19", "latest": "2023-09-19", "exact": True}
    rows = [{"when": when, "kind": one.value, "status": "held", "title": one.value} for one in KINDS]
    text = texts(written(chart(rows, title="All"), "svg"))
    assert "Tenure" in text
    assert "Visits" in text


@pytest.mark.parametrize("measure", MEASURES)
def test_a_chart_has_a_title_its_source_and_its_day(diary: Diary, measure: str) -> None:
    drawn = chart(MEASURES[measure](diary), title=f"The {measure}: $5 & <more>", source="visits.db", as_of=DAY)
    text = texts(written(drawn, "svg"))
    assert f"The {measure}: $5 & <more>" in text
    assert "According to: visits.db · as of 18 September 2023" in text


def test_the_same_chart_is_the_same_octets_and_in_any_language(diary: Diary) -> None:
    charts = [chart(diary.answer(ContactFrequency()).by("year"), title="访问", lang="zh", as_of=DAY) for _ in "ab"]
    first, second = (written(one, "svg") for one in charts)
    assert first == second
    assert "2023年9月18日" in texts(first)


def test_letters_that_no_font_has_are_told_of_where_they_are_drawn(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(drawing, "FONTS", ("DejaVu Sans",))
    drawn = chart([{"discrepancy": "lapsed"}], title="访问")
    assert "访问" in texts(written(drawn, "svg"))
    with pytest.warns(UserWarning, match="no font here"):
        assert written(drawn, "png").startswith(b"\x89PNG")


def test_colours_that_follow_each_other_differ_in_grey_and_all_by_their_hatch() -> None:
    def grey(colour: str) -> float:
        red, green, blue = (int(colour[place : place + 2], 16) for place in (1, 3, 5))
        return 0.299 * red + 0.587 * green + 0.114 * blue

    assert len(set(HATCHES)) == len(HATCHES) == len(COLOURS)
    for one, other in pairwise(COLOURS):
        assert abs(grey(one) - grey(other)) > 30


def test_a_command_draws_its_answer_beside_printing_it(tmp_path: Path) -> None:
    log, drawn = tmp_path / "visits.db", tmp_path / "chart.svg"
    with open_store(log) as store:
        store.append(*article.as_reported())
    done = CliRunner().invoke(app, ["frequency", "--pair", "CN", "RU", "--log", str(log), "--chart", str(drawn)])
    assert "China" in done.stdout
    text = texts(drawn.read_bytes())
    assert "Contacts by year" in text
    assert "China – Russia" in text
    assert "visits.db" in text
    assert str(tmp_path) not in text
    refused = CliRunner().invoke(app, ["list", "--log", str(log), "--chart", str(tmp_path / "chart.gif")])
    assert "one of svg, png, pdf" in str(refused.exception)


@pytest.mark.parametrize(
    ("ends", "form"),
    [
        (("2021-11", "2022-02"), ["2021-11", "2021-12", "2022-01", "2022-02"]),
        (("2021-Q4", "2022-Q2"), ["2021-Q4", "2022-Q1", "2022-Q2"]),
        (("0999", "1001"), ["0999", "1000", "1001"]),
    ],
)
def test_stretches_without_contacts_have_their_place(ends: tuple[str, str], form: list[str]) -> None:
    rows = [{"period": one, "pair": ("CN", "RU"), "kind": "visit", "count": 1} for one in (*ends, None)]
    figure = chart(rows, title="t")
    assert [bar.get_height() for bar in figure.axes[0].patches] == [1, *[0] * (len(form) - 2), 1, 1]


def test_a_long_name_keeps_both_ends() -> None:
    name = "Secretary of State John Forbes Kerry (United States) to the United Kingdom"
    when = {"earliest": "2023-09-19", "latest": "2023-09-19", "exact": True}
    rows = [{"when": when, "kind": "visit", "status": "held", "title": name}]
    text = texts(written(chart(rows, title="t"), "svg"))
    assert "Secretary of State" in text
    assert "United Kingdom" in text


@pytest.mark.parametrize(
    ("answer", "sentence"),
    [([], "something in it to draw"), ([{"anything": 1}], "a measure, or a list"), ("text", "an answer of the diary")],
)
def test_what_cannot_be_drawn_is_said(answer: Any, sentence: str) -> None:
    with pytest.raises(InvalidValue, match=sentence):
        chart(answer, title="t")


def test_who_meets_whom_has_room_whatever_the_names_are() -> None:
    nodes = [{"id": f"Q{number}", "party": "KZ", "label": f"{number} {'Nebuchadnezzar ' * 8}"} for number in range(4)]
    rows = [{"first": one, "second": other, "weight": 1.0} for one, other in pairwise(nodes)]
    figure = chart(rows * 20, title="Who meets whom")
    assert figure.get_size_inches()[1] == HEIGHT
    assert all(len(label.get_text()) <= 30 for label in figure.axes[0].get_yticklabels())
    figure.canvas.draw()
    assert figure.axes[0].get_position().width > 0.2
