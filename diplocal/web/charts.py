"""Charts as SVG, drawn on the server: no script, no request elsewhere, and a description for those who do not see them.

Colours are given by classes, so that the style sheet can say them for light and for dark.
"""

import math
from bisect import bisect_right
from collections.abc import Callable, Iterable, Mapping, Sequence

import pendulum
from markupsafe import Markup

from diplocal.engagements import Kind

WIDTH, HEIGHT = 640, 200
"""Of the bars, in units of the picture."""
LEFT, RIGHT, BOTTOM, TOP = 18, 40, 22, 12
"""Room around the bars, for what is written there: counts at the right, where the last years are."""
NARROW, FEW = 340, 8
"""The width of a picture of so few years: it has room on a phone as it is."""
WIDEST = 40
"""Of a bar."""
CELL = 11
"""Of one day in the heat map, its gap included."""
BESIDE, ABOVE = 30, 16
"""Room beside and above the heat map, for the names of days and months."""
NAMED_DAYS = (0, 2, 4)
"""Days of the week that are named beside the heat map: all have no room."""
DARKEST = 4
"""Shades beside the empty one."""
WEEK = 7
MOST_WEEKS = 54
"""That a year has days in: a leap year that begins on a Sunday."""

_SVG = Markup(
    '<svg class="{kind}" viewBox="{box}" role="img" direction="ltr" aria-labelledby="{id}-t {id}-d">'
    '<title id="{id}-t">{title}</title><desc id="{id}-d">{description}</desc>{inside}</svg>'
)
_BAR = Markup(
    '<rect class="k-{kind}" x="{x:g}" y="{y:g}" width="{width:g}" height="{height:g}"><title>{label}</title></rect>'
)
_LINE = Markup('<line class="grid" x1="{x1:g}" y1="{y:g}" x2="{x2:g}" y2="{y:g}"/>')
_TEXT = Markup('<text x="{x:g}" y="{y:g}" text-anchor="{anchor}">{text}</text>')
_DAY = Markup('<rect class="h{shade}" x="{x}" y="{y}" width="{size}" height="{size}" rx="2"/>')
_NAMED_DAY = Markup(
    '<rect class="h{shade}" x="{x}" y="{y}" width="{size}" height="{size}" rx="2"><title>{label}</title></rect>'
)


def bars(
    counts: Mapping[int, Mapping[Kind, int]],
    *,
    title: str,
    description: str,
    kind_names: Mapping[Kind, str],
    number: Callable[[int], str] = str,
) -> Markup:
    """Draw counts by year and kind as stacked bars, one for each year from the first to the last."""
    years = range(min(counts), max(counts) + 1)
    marks = _marks(max(sum(by_kind.values()) for by_kind in counts.values()))
    across = NARROW if len(years) <= FEW else WIDTH
    step, scale = (across - LEFT - RIGHT) / len(years), (HEIGHT - BOTTOM - TOP) / marks[-1]
    width = min(step * 0.8, WIDEST)
    parts = [*_scale(marks, scale, across - RIGHT, number), *_years(years, step)]
    for place, year in enumerate(years):
        floor = float(HEIGHT - BOTTOM)
        for kind, count in sorted(counts.get(year, {}).items(), key=lambda item: item[0].value):
            floor -= count * scale
            parts.append(
                _BAR.format(
                    kind=kind.value,
                    x=LEFT + (place + 0.5) * step - width / 2,
                    y=floor,
                    width=width,
                    height=count * scale,
                    label=f"{year} · {kind_names[kind]}: {number(count)}",
                )
            )
    return drawing("bars", (0, 0, across, HEIGHT), title, description, parts)


def heat_map(
    year: int,
    counts: Mapping[pendulum.Date, int],
    *,
    title: str,
    description: str,
    month_names: Sequence[str],
    day_names: Sequence[str],
    label: Callable[[pendulum.Date, int], str],
) -> Markup:
    """Draw a year as one square for each day, a column for each week from Monday on; the darker, the more."""
    first = pendulum.date(year, 1, 1)
    most = max((count for day, count in counts.items() if day.year == year), default=0)
    parts = [
        _TEXT.format(x=BESIDE - 6, y=ABOVE + day * CELL + 8, anchor="end", text=day_names[day]) for day in NAMED_DAYS
    ]
    for day in (first.add(days=offset) for offset in range(366 if first.is_leap_year() else 365)):
        week = (day.day_of_year - 1 + first.weekday()) // WEEK
        x, y = BESIDE + week * CELL, ABOVE + day.weekday() * CELL
        count = counts.get(day, 0)
        square = {"shade": shade(count, most), "x": x, "y": y, "size": CELL - 2}
        parts.append(_NAMED_DAY.format(**square, label=label(day, count)) if count else _DAY.format(**square))
        if day == first or (day.month > 1 and day.day <= WEEK and day.weekday() == pendulum.MONDAY):
            parts.append(_TEXT.format(x=x, y=11, anchor="start", text=month_names[day.month - 1]))
    return drawing("heat", (0, 0, BESIDE + MOST_WEEKS * CELL, ABOVE + WEEK * CELL), title, description, parts)


def drawing(kind: str, box: tuple[int, int, int, int], title: str, description: str, parts: Iterable[Markup]) -> Markup:
    """Return a picture of parts; ``box`` is what is shown: left, top, width and height."""
    inside = Markup("").join(parts)
    shown = " ".join(map(str, box))
    return _SVG.format(kind=kind, box=shown, id=kind, title=title, description=description, inside=inside)


def steps(most: int, shade: Callable[[int, int], int], number: Callable[[int], str]) -> list[tuple[int, str]]:
    """Return what each shade stands for, where the largest count is ``most``: '0', '1', '2–5'.

    >>> steps(5, shade, str)
    [(0, '0'), (1, '1'), (2, '2'), (3, '3'), (4, '4–5')]
    """
    ends = [bisect_right(range(most + 1), each, key=lambda count: shade(count, most)) for each in range(DARKEST + 1)]
    spans = zip((0, *ends), ends, strict=False)
    return [
        (each, number(first) if first == end - 1 else f"{number(first)}–{number(end - 1)}")
        for each, (first, end) in enumerate(spans)
        if first < end
    ]


def _scale(marks: range, scale: float, right: int, number: Callable[[int], str]) -> list[Markup]:
    places = [(mark, HEIGHT - BOTTOM - mark * scale) for mark in marks]
    lines = [_LINE.format(x1=LEFT, x2=right, y=y) for _, y in places]
    return lines + [_TEXT.format(x=right + 6, y=y + 4, anchor="start", text=number(mark)) for mark, y in places]


def _years(years: range, step: float) -> list[Markup]:
    """Label the years so that labels do not touch; round years where not all have room."""
    every = next(gap for gap in (1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 10_000) if gap * step >= 38)  # noqa: PLR2004 - units of the picture
    return [
        _TEXT.format(x=LEFT + (place + 0.5) * step, y=HEIGHT - 6, anchor="middle", text=str(year))
        for place, year in enumerate(years)
        if year % every == 0
    ]


def _marks(count: int) -> range:
    """Return the round numbers beside a scale that a count has room on: five steps at the most."""
    step = next(step for size in range(20) for step in (10**size, 2 * 10**size, 5 * 10**size) if 5 * step >= count)
    return range(0, step * math.ceil(count / step) + 1, step)


def shade(count: int, most: int) -> int:
    """Return how dark a count is, where the largest is ``most``: in even steps."""
    if most <= 1:
        return 2 * count
    return math.ceil(count * DARKEST / most)
