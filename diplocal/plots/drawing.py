"""How the rows of each answer are drawn. Colours differ in lightness, and hatches beside, so that grey is enough."""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from importlib import import_module
from typing import Any

from diplocal.engagements import KINDS, Kind
from diplocal.projections.lines import between, party, period_name
from diplocal.wording import Language

Rows = Sequence[Mapping[str, Any]]

FONTS = ("DejaVu Sans", "Noto Sans CJK SC", "Noto Sans SC", "Noto Sans Arabic", "Noto Naskh Arabic")
STYLE: Any = {
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.titlesize": 11,
    "font.size": 8,
    "hatch.linewidth": 0.5,
    "legend.frameon": False,
    "text.parse_math": False,  # a dollar in a name is a dollar
    "svg.fonttype": "none",  # text stays text: it is searched, read out, and shown in any script
    "svg.hashsalt": "diplocal",
}
COLOURS = ("#174d87", "#d9a441", "#c4675b", "#bfe0ea", "#3d7a54", "#c9b3e0", "#8a8a8a", "#e9d9b0")
HATCHES = ("", "///", "...", "xxx", "\\\\\\", "+++", "---", "ooo")
SLANTED: Any = {"rotation": 45, "ha": "right", "rotation_mode": "anchor"}
"""How names stand below what is drawn where they are long or many: each ends at its own."""
SIDE_BY_SIDE = 8
"""Names below bars that have room as they are."""
NARROWEST = 150
"""Of so many parts of all the time that is drawn, a bar has one at least."""
MOST = 30
"""Lines of a list; further ones are left out, and it is said how many."""
_PERIOD = re.compile("([0-9]{4})(?:-(Q?)([0-9]{1,2}))?")
FEWEST = 6
"""Lines, or bars side by side, that there is room for at the least: one alone is no wall."""
LONGEST = 60
"""Letters of a name beside its line; a longer one is cut, or no room is left for what is drawn."""
NODES = 15
"""Parties or people in a matrix: those who meet most."""


def lines_of(rows: Rows) -> int:
    """Return how many lines a list takes."""
    return min(len(rows), MOST)


def nodes_of(rows: Rows) -> int:
    """Return how many parties or people a matrix has."""
    return min(len({row[end]["id"] for row in rows for end in ("first", "second")}), NODES)


def frequency(axes: Any, rows: Rows, said: Language) -> None:
    """Draw counts as bars, one on the other by kind: by stretch, or where there is one stretch alone, by pair."""
    if len({row["period"] for row in rows}) > 1:
        _stacked(
            axes, [(period_name(row["period"], said), _kind(row["kind"], said), row["count"]) for row in rows], said
        )
        return
    _ranked(axes, [(between(row["pair"], said), _kind(row["kind"], said), row["count"]) for row in rows], said)


def contacts(axes: Any, rows: Rows, said: Language) -> None:
    """Draw contacts by the year in which they were, one on the other by kind."""
    counts = [(row["when"][:4].strip("~?%"), _kind(row["kind"], said), row["count"]) for row in rows]
    _stacked(axes, sorted(counts), said)


def patrols(axes: Any, rows: Rows, said: Language) -> None:
    """Draw patrols by stretch, one on the other by who went."""
    _stacked(
        axes, [(period_name(row["period"], said), between(row["actors"], said), row["count"]) for row in rows], said
    )


def rounds(axes: Any, rows: Rows, said: Language) -> None:
    """Draw the rounds of each series where they were in time, each by its number."""
    for line, row in enumerate(rows[:MOST]):
        for one in row["rounds"]:
            if (first := _day(one["when"])) is not None:
                axes.plot([first], [line], "o", color=COLOURS[0], markersize=5)
                axes.annotate(str(one["number"]), (first, line), (0, 6), textcoords="offset points", ha="center")
    _name_lines(axes, [row["series"] for row in rows], said)
    _date(axes)


def punctuality(axes: Any, rows: Rows, said: Language) -> None:
    """Draw how many plans were held, cancelled, and neither yet."""
    counts: list[tuple[str, str, int]] = []
    for row in rows:
        others = row["plans"] - row["held"] - row["cancelled"]
        named = {"status.held": row["held"], "status.cancelled": row["cancelled"], "chart.others": max(others, 0)}
        whose = " – ".join(party(one, said) for one in row["whose"])
        counts += [(whose, said(key), count) for key, count in named.items()]
    _ranked(axes, counts, said)


def network(axes: Any, rows: Rows, said: Language) -> None:
    """Draw who meets whom as a matrix: the darker, the more; the number stands in it."""
    weights: Counter[tuple[str, str]] = Counter()
    labels: dict[str, str] = {}
    for row in rows:
        first, second = row["first"], row["second"]
        weights[first["id"], second["id"]] += row["weight"]
        for one in (first, second):
            name = party(one["id"], said) if one["id"] == one["party"] else one["label"]
            labels[one["id"]] = _cut(name, LONGEST // 2)
    sums: Counter[str] = Counter()
    for pair, weight in weights.items():
        for one in pair:
            sums[one] += weight
    names = [one for one, _ in sorted(sums.items(), key=lambda item: (-item[1], item[0]))[:NODES]]
    matrix = [[weights[one, other] + weights[other, one] for other in names] for one in names]
    most = max(max(line) for line in matrix)
    axes.imshow(matrix, cmap="Greys", vmin=0, vmax=most * 1.3)
    for y, line in enumerate(matrix):
        for x, weight in enumerate(line):
            if weight:
                colour = "#fff" if weight > most * 0.7 else "#000"
                axes.text(x, y, f"{weight:.4g}", ha="center", va="center", color=colour)
    axes.set_xticks(range(len(names)), [labels[one] for one in names], **SLANTED)
    axes.set_yticks(range(len(names)), [labels[one] for one in names])


def discrepancies(axes: Any, rows: Rows, said: Language) -> None:
    """Draw how many findings there are of each kind."""
    counts = Counter(said(f"discrepancy.{row['discrepancy']}") for row in rows)
    _ranked(axes, [(name, "", count) for name, count in counts.items()], said)


def days(axes: Any, rows: Rows, said: Language) -> None:
    """Draw engagements, or the legs of a journey, as bars over time; pale where only a span of days is known.

    A bar is as wide as can be seen, also where it is of a day among decades.
    """
    dated = [row for row in rows if _day(row["when"]) is not None]
    kinds = list(dict.fromkeys(row["kind"] for row in dated))
    styles = {kind: (COLOURS[place % len(COLOURS)], HATCHES[place % len(HATCHES)]) for place, kind in enumerate(kinds)}
    named: set[str] = set()
    ends = [day for row in dated[:MOST] for end in ("earliest", "latest") if (day := _day(row["when"], end))]
    narrowest = (max(ends) - min(ends)) / NARROWEST if ends else timedelta()
    for line, row in enumerate(dated[:MOST]):
        first, last = _day(row["when"]), _day(row["when"], "latest")
        stay = max((last or first) - first + timedelta(days=1), narrowest) if first else timedelta()
        colour, hatch = styles[row["kind"]]
        label = None if row["kind"] in named else _kind(row["kind"], said)
        named.add(row["kind"])
        shade = 1.0 if row["when"]["exact"] else 0.45
        style = {"color": colour, "hatch": hatch, "alpha": shade, "edgecolor": "#222", "linewidth": 0.4}
        axes.barh(line, stay, left=first, label=label, **style)
    _name_lines(axes, [_of(row, said) for row in dated], said)
    _date(axes)
    if len(kinds) > 1:
        axes.legend(loc="upper left", bbox_to_anchor=(1, 1), fontsize=7)


def _of(row: Mapping[str, Any], said: Language) -> str:
    return str(row.get("title") or " – ".join(filter(None, (party(row["country"], said), row["place"]))))


def _stacked(axes: Any, counts: Iterable[tuple[str, str, int]], said: Language) -> None:
    """Draw upright bars: where, of what, how many."""
    table = _table(counts)
    floor = Counter[str]()
    for place, (what, by_where) in enumerate(table.items()):
        where = list(by_where)
        heights = [by_where[one] for one in where]
        style = {"color": COLOURS[place % len(COLOURS)], "hatch": HATCHES[place % len(HATCHES)], "edgecolor": "#222"}
        axes.bar(where, heights, bottom=[floor[one] for one in where], label=what, linewidth=0.4, **style)
        floor.update(by_where)
    every = max(1, len(floor) // 12)
    slant = SLANTED if len(floor) > SIDE_BY_SIDE else {}
    axes.set_xticks(range(0, len(floor), every), list(floor)[::every], **slant)
    axes.set_xlim(-0.7, max(len(floor), FEWEST) - 0.3)
    _count(axes.yaxis, axes.set_ylabel, said)
    if len(table) > 1:
        axes.legend(fontsize=7)


def _ranked(axes: Any, counts: Iterable[tuple[str, str, int]], said: Language) -> None:
    """Draw lying bars: of whom, of what, how many; the longest at the top."""
    table = _table(counts)
    sums = Counter[str]()
    for by_whom in table.values():
        sums.update(by_whom)
    names = sorted(sums, key=lambda name: (-sums[name], name))
    left = Counter[str]()
    for place, (what, by_whom) in enumerate(table.items()):
        shown = names[:MOST]
        widths = [by_whom.get(one, 0) for one in shown]
        style = {"color": COLOURS[place % len(COLOURS)], "hatch": HATCHES[place % len(HATCHES)], "edgecolor": "#222"}
        axes.barh(range(len(shown)), widths, left=[left[one] for one in shown], label=what, linewidth=0.4, **style)
        left.update(by_whom)
    for line, name in enumerate(names[:MOST]):
        axes.annotate(said.number(sums[name]), (sums[name], line), (3, 0), textcoords="offset points", va="center")
    axes.set_xlim(0, max(sums.values()) * 1.08 or 1)  # room for the number behind the longest
    _name_lines(axes, names, said)
    _count(axes.xaxis, axes.set_xlabel, said)
    if len(table) > 1:
        axes.legend(loc="upper left", bbox_to_anchor=(1, 1), fontsize=7)


def _table(counts: Iterable[tuple[str, str, int]]) -> dict[str, dict[str, int]]:
    """Sum by what, and then by where, in the order in which these come."""
    made: defaultdict[str, dict[str, int]] = defaultdict(dict)
    listed = list(counts)
    places = _without_gaps(list(dict.fromkeys(where for where, _, _ in listed)))
    for where, what, count in listed:
        by_where = made.setdefault(what, dict.fromkeys(places, 0))
        by_where[where] += count
    return dict(made)


def _without_gaps(places: list[str]) -> list[str]:
    """Return years, quarters or months with those between them, and anything else behind, as it is."""
    periods = [found for one in places if (found := _PERIOD.fullmatch(one))]
    if not periods:
        return places
    of_a_year, form = (
        (1, "{0:04}") if not periods[0][3] else (4, "{0:04}-Q{1}") if periods[0][2] else (12, "{0:04}-{1:02}")
    )
    numbers = [int(year) * of_a_year + int(part or 1) - 1 for year, _, part in (one.groups() for one in periods)]
    every = range(min(numbers), max(numbers) + 1)
    between = [form.format(number // of_a_year, number % of_a_year + 1) for number in every]
    return [*between, *(one for one in places if not _PERIOD.fullmatch(one))]


def _name_lines(axes: Any, names: Sequence[str], said: Language) -> None:
    shown = [_cut(name, LONGEST) for name in names[:MOST]]
    axes.set_yticks(range(len(shown)), shown)
    axes.set_ylim(max(len(shown), FEWEST) - 0.4, -0.6)
    if len(names) > MOST:
        axes.set_ylabel(said("chart.cut", shown=said.number(MOST), count=said.number(len(names))))


def _cut(name: str, most: int) -> str:
    """Return a name, of a long one both ends: these tell lines apart."""
    return name if len(name) <= most else f"{name[: most // 2]}…{name[most // 2 + 1 - most :]}"


def _date(axes: Any) -> None:
    """Label the days along the lower edge, with some room before the first and after the last."""
    dates: Any = import_module("matplotlib.dates")
    locator = dates.AutoDateLocator(minticks=3, maxticks=8)
    axes.xaxis.set_major_locator(locator)
    axes.xaxis.set_major_formatter(dates.ConciseDateFormatter(locator))
    first, last = axes.get_xlim()
    room = max((last - first) / 20, 3)
    axes.set_xlim(first - room, last + room)


def _count(axis: Any, name: Any, said: Language) -> None:
    axis.get_major_locator().set_params(integer=True)
    axis.set_major_formatter(lambda value, _: said.number(int(value)))
    name(said("chart.count"))


def _day(when: Mapping[str, Any] | None, end: str = "earliest") -> date | None:
    return date.fromisoformat(when[end]) if when and when[end] else None


def _kind(kind: str, said: Language) -> str:
    """Name several of a kind; of what is not counted there is the word for one."""
    return said(f"{'kinds' if KINDS[Kind(kind)].is_counted else 'kind'}.{kind}")
