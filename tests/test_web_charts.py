"""Charts are exact, say in words what they show, and hold no markup but their own."""

from xml.etree import ElementTree as ET

import pendulum
from hypothesis import given
from hypothesis import strategies as st

from diplocal.engagements import Kind
from diplocal.web.charts import BOTTOM, DARKEST, HEIGHT, TOP, WIDTH, bars, heat_map, shade, steps

DAYS = [f"day {number}" for number in range(7)]
MONTHS = [f"month {number}" for number in range(1, 13)]
NAMES = {kind: kind.value for kind in Kind}
counts = st.dictionaries(
    st.integers(1700, 2100),
    st.dictionaries(st.sampled_from([Kind.VISIT, Kind.MEETING, Kind.CALL]), st.integers(1, 10_000), min_size=1),
    min_size=1,
    max_size=20,
)


def drawn(svg: str) -> ET.Element:
    return ET.fromstring(svg)  # noqa: S314 - our own


@given(counts)
def test_every_count_has_a_bar_of_its_height_inside_the_picture(by_year: dict[int, dict[Kind, int]]) -> None:
    picture = drawn(bars(by_year, title="t", description="d", kind_names=NAMES))
    rects = picture.findall("rect")
    heights = [float(rect.attrib["height"]) for rect in rects]
    years = [sorted(kinds.items(), key=lambda item: item[0].value) for _, kinds in sorted(by_year.items())]
    wanted = [count for kinds in years for _, count in kinds]
    assert len(rects) == len(wanted)
    for height, count in zip(heights, wanted, strict=True):
        assert abs(height * wanted[0] - heights[0] * count) <= 0.02 * count
    assert all(float(rect.attrib["y"]) >= TOP - 0.01 for rect in rects)
    assert all(float(rect.attrib["y"]) + float(rect.attrib["height"]) <= HEIGHT - BOTTOM + 0.01 for rect in rects)
    assert all(0 <= float(rect.attrib["x"]) <= WIDTH for rect in rects)


@given(st.integers(1, 9999), st.dictionaries(st.dates(), st.integers(1, 50), max_size=20))
def test_every_day_of_a_year_has_its_square_and_the_busiest_is_darkest(
    year: int, found: dict[pendulum.Date, int]
) -> None:
    by_day = {pendulum.date(year, day.month, min(day.day, 28)): count for day, count in found.items()}
    picture = drawn(
        heat_map(
            year,
            by_day,
            title="t",
            description="d",
            month_names=MONTHS,
            day_names=DAYS,
            label=lambda day, n: f"{day}={n}",
        )
    )
    squares = picture.findall("rect")
    places = {(square.attrib["x"], square.attrib["y"]) for square in squares}
    assert len(places) == len(squares) == (366 if pendulum.date(year, 1, 1).is_leap_year() else 365)
    named = {title.text: square.attrib["class"] for square in squares if (title := square.find("title")) is not None}
    assert set(named) == {f"{day}={count}" for day, count in by_day.items()}
    if by_day and (most := max(by_day.values())) > 1:
        assert all(named[f"{day}={count}"] == f"h{DARKEST}" for day, count in by_day.items() if count == most)


def test_each_month_is_named_once_in_order() -> None:
    picture = drawn(
        heat_map(2023, {}, title="t", description="d", month_names=MONTHS, day_names=DAYS, label=lambda *_: "")
    )
    texts = [text for text in picture.findall("text") if text.attrib["text-anchor"] == "start"]
    assert [text.text for text in texts] == MONTHS
    places = [float(text.attrib["x"]) for text in texts]
    assert places == sorted(set(places))


def test_days_of_the_week_are_named_beside_their_rows() -> None:
    picture = drawn(
        heat_map(2023, {}, title="t", description="d", month_names=MONTHS, day_names=DAYS, label=lambda *_: "")
    )
    beside = {text.text: float(text.attrib["y"]) for text in picture.findall("text") if text.text in DAYS}
    rows = sorted({float(square.attrib["y"]) for square in picture.findall("rect")})
    assert {name: sum(row <= y for row in rows) - 1 for name, y in beside.items()} == {
        "day 0": 0,
        "day 2": 2,
        "day 4": 4,
    }


def test_no_square_is_outside_the_picture() -> None:
    for year in (2012, 2023, 2028):
        picture = drawn(
            heat_map(year, {}, title="t", description="d", month_names=MONTHS, day_names=DAYS, label=lambda *_: "")
        )
        width = float(picture.attrib["viewBox"].split()[2])
        assert (
            max(float(square.attrib["x"]) + float(square.attrib["width"]) for square in picture.findall("rect"))
            <= width
        )


def test_words_are_escaped_and_named_by_the_picture() -> None:
    svg = bars({2023: {Kind.VISIT: 1}}, title="<b>", description='"&', kind_names={Kind.VISIT: "<i>"})
    picture = drawn(svg)
    assert [one.text for one in picture if one.tag in ("title", "desc")] == ["<b>", '"&']
    assert picture.attrib["aria-labelledby"] == "bars-t bars-d"
    assert "<i>" not in svg


@given(st.integers(0, 100_000), st.data())
def test_a_legend_says_which_counts_each_shade_stands_for(most: int, data: st.DataObject) -> None:
    spans = {each: [int(end) for end in said.split("–")] for each, said in steps(most, shade, str)}
    count = data.draw(st.integers(0, most))
    assert spans[shade(count, most)][0] <= count <= spans[shade(count, most)][-1]
    ends = [end for span in spans.values() for end in (span[0], span[-1])]
    assert ends == sorted(ends)
    assert (ends[0], ends[-1]) == (0, most)


@given(st.integers(1, 1_000_000))
def test_a_scale_is_round_and_used_to_the_half_at_least(most: int) -> None:
    picture = drawn(bars({2023: {Kind.VISIT: most}}, title="t", description="d", kind_names=NAMES))
    marks = [int(text.text or "") for text in picture.findall("text") if text.attrib["text-anchor"] == "start"]
    assert 2 <= len(marks) <= 6
    assert marks[-1] / 2 < most <= marks[-1] or marks[-1] == 1
    assert str(marks[1]).strip("0") in {"1", "2", "5"}
