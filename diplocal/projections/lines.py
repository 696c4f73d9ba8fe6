"""Answers as lines of cells, for people: what a terminal lays out, and what a notebook shows."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice
from types import MappingProxyType
from typing import NamedTuple

import pendulum

from diplocal import wording
from diplocal.engagements import Change, Engagement, Kind, Status
from diplocal.names.parties import labelled
from diplocal.projections.contacts import Frequency, Period
from diplocal.projections.days import Days
from diplocal.projections.filters import Sides
from diplocal.projections.findings import Finding
from diplocal.sources import Source
from diplocal.wording import Language
from diplocal.wording.changes import lines_of as lines_of_change
from diplocal.wording.changes import shown

NOTHING: Mapping[str, pendulum.Date] = MappingProxyType({})
INSIDE = "  └ "
"""Before what is part of the line above."""


class StatusCell(str):
    """A cell that says a status, and maybe more: a terminal has colours for it."""

    __slots__ = ("status",)
    status: Status


class Lines(NamedTuple):
    """An answer, laid out."""

    columns: tuple[str, ...]
    rows: Iterable[tuple[str, ...]]
    total: int
    """How many rows there are; they are made when they are asked for."""
    numbers: int = 0
    """How many columns are of numbers: the last ones."""

    def first(self, most: int) -> Iterator[tuple[str, ...]]:
        """Yield the first rows."""
        return islice(self.rows, most)


# --- engagements -----------------------------------------------------------------------------------------------------


def engagements(
    entries: Sequence[Engagement],
    said: Language,
    since: Mapping[str, pendulum.Date] = NOTHING,
    total: int | None = None,
) -> Lines:
    """Lay out engagements, each with its status and who said so; what has no date shows since when it is reported.

    ``total`` is how many there are, where these are the first of more.
    """
    columns = said("field.when"), said("column.what"), said("field.status"), said("column.according")
    rows = (
        (
            _date(entry, said, since.get(entry.slug)),
            f"{inside}{wording.title(entry, said)}",
            status_cell(entry.status, said, wording.standing(entry, said)),
            sources(entry.sources, said),
        )
        for entry, inside in zip(entries, _insides(entries), strict=True)
    )
    return Lines(columns, rows, len(entries) if total is None else total)


def _insides(entries: Iterable[Engagement]) -> Iterator[str]:
    """Yield what stands before each title: something only where what it is part of stands above, with its parts."""
    above: list[str] = []
    for entry in entries:
        while above and above[-1] != entry.during:
            above.pop()
        yield INSIDE if above else ""
        above.append(entry.slug)


def _date(entry: Engagement, said: Language, since: pendulum.Date | None) -> str:
    date = wording.date(entry, said)
    return date if since is None else said.apart((date, said("date.since", day=said.day(since))))


def changes(found: Sequence[Change], said: Language) -> Lines:
    """Lay out what changed: each engagement with the facts that are others than before."""
    both = [(entry, one) for one in found if (entry := shown(one)) is not None]
    rows = (
        (wording.date(entry, said), wording.title(entry, said), "\n".join(lines_of_change(one, said)))
        for entry, one in both
    )
    return Lines((said("field.when"), said("column.what"), said("column.change")), rows, len(both))


def status_cell(status: Status, said: Language, words: str = "") -> StatusCell:
    """Say a status, in words of its own or with more."""
    cell = StatusCell(words or wording.status(status, said))
    cell.status = status
    return cell


def sources(several: Iterable[Source], said: Language) -> str:
    """Say who said so."""
    return said.apart(wording.source(source, said) for source in several) or "–"


# --- counts ----------------------------------------------------------------------------------------------------------


def frequency(rows: Sequence[Frequency], said: Language) -> Lines:
    """Lay out how often sides met: a line for each period and pair, a column for each kind."""
    there = {row.kind for row in rows}
    kinds = [kind for kind in Kind if kind in there]
    counted: dict[tuple[str | None, tuple[str, str]], dict[Kind, int]] = {}
    for row in rows:
        counted.setdefault((row.period, row.pair), {})[row.kind] = row.count
    columns = said("column.period"), said("column.between"), *(said(f"kinds.{kind.value}") for kind in kinds)
    lines = (
        (
            period_name(period, said),
            between(pair, said),
            *(said.number(counts[kind]) if kind in counts else "–" for kind in kinds),
        )
        for (period, pair), counts in counted.items()
    )
    return Lines(columns, lines, len(counted), len(kinds))


def findings(found: Sequence[Finding], said: Language) -> Lines:
    """Lay out what does not fit together."""
    rows = (
        (said(f"discrepancy.{one.discrepancy.value}"), "\n".join(one.engagements), one.in_words(said)) for one in found
    )
    return Lines((said("column.what"), said("field.where"), said("column.which")), rows, len(found))


# --- cells -----------------------------------------------------------------------------------------------------------


def days_said(days: Days, said: Language) -> str:
    """Say a number of days with its unit: '3–30 days'."""
    return said.counted("days.said", days.at_most or days.at_least, days=number_said(days, said))


def number_said(days: Days, said: Language) -> str:
    """Say a number of days without its unit: '3–30'."""
    return str(days) if days.at_most is not None else said("days.open", days=days.at_least)


def period_name(period: str | None, said: Language) -> str:
    """Say in which stretch of the calendar: '2023-09', 'all', or that the date is too vague."""
    if period is None:
        return said("period.vague")
    return said("answer.all") if period == Period.ALL.value else period


def of_sides(title: str, sides: Sides | None, said: Language) -> str:
    """Return a heading that tells between how many sides is counted, two unless it is said: 'Contacts: Bilateral'."""
    sides = sides or Sides.BILATERAL
    return title if sides is Sides.ANY else said("line", name=title, value=said(f"sides.{sides.value}"))


def party(code: str, said: Language) -> str:
    """Name the state or organisation of a code."""
    return said.party(labelled(code, None))


def between(codes: Iterable[str], said: Language) -> str:
    """Name those who meet: 'China – Russia'."""
    return " – ".join(party(code, said) for code in codes)
