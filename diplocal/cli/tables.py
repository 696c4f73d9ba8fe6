"""Answers as tables, for people."""

import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from enum import Enum
from typing import Any

import pendulum
from rich.box import SIMPLE_HEAD
from rich.console import Console, ConsoleOptions, Group, RenderableType
from rich.segment import Segment
from rich.table import Table
from rich.text import Text

from diplocal import wording
from diplocal.cli.terminal import MOST_LINES, printable
from diplocal.engagements import Engagement, Report, Status, understand
from diplocal.engagements.reports import day_of
from diplocal.projections.last_met import Counterpart, LastMet, days_before
from diplocal.projections.lines import Lines, StatusCell, days_said, party, sources
from diplocal.wording import Language
from diplocal.wording.history import report_name

_STYLES = {
    Status.CONFIRMED: "green",
    Status.UNDER_WAY: "bold green",
    Status.HELD: "green",
    Status.PLANNED: "yellow",
    Status.INVITED: "yellow",
    Status.POSTPONED: "magenta",
    Status.CANCELLED: "red",
}


class Terminal(Console):
    """Prints tables in which text is text: no markup, no emoji by name, no control characters."""

    def render_str(self, text: str, **style: Any) -> Text:
        """Return a text to print."""
        return super().render_str(printable(text), **style)

    def render(self, renderable: RenderableType, options: ConsoleOptions | None = None) -> Iterable[Segment]:
        """Return what to print of anything."""
        if isinstance(renderable, Text):
            renderable = _printable(renderable)
        return super().render(renderable, options)


def _printable(text: Text) -> Text:
    shown = printable(text.plain)
    return text if shown == text.plain else text.blank_copy(shown)


def console(*, stderr: bool = False) -> Console:
    """Return the terminal."""
    return Terminal(stderr=stderr, highlight=False, soft_wrap=False, markup=False, emoji=False)


@contextmanager
def progress(doing: str) -> Iterator[None]:
    """Show on standard error that work is going on, where somebody watches."""
    with console(stderr=True).status(Text(printable(doing))):
        yield


@contextmanager
def bar(doing: str, end: int) -> Iterator[Callable[[int], None]]:
    """Show on standard error how far work has come, where somebody watches; it is told by a call."""
    if not sys.stderr.isatty():
        yield lambda _: None
        return
    from rich.progress import Progress  # noqa: PLC0415 - few commands need it

    with Progress(console=console(stderr=True), transient=True) as shown:
        task = shown.add_task(printable(doing), total=end)
        yield lambda position: shown.update(task, completed=position)


def laid_out(title: str, lines: Lines, said: Language) -> RenderableType:
    """Lay out lines under a title: the first ones where there are very many, and how many there are."""
    if not lines.total:
        return none(title, said)
    words = len(lines.columns) - lines.numbers
    made = table(title, *lines.columns[:words], right=lines.columns[words:])
    for row in lines.first(MOST_LINES):
        made.add_row(*map(_cell, row))
    if lines.total <= MOST_LINES:
        return made
    cut = said("list.cut", shown=said.number(MOST_LINES), count=said.number(lines.total))
    return Group(made, Text(f"{cut} (--format csv)"))


def _cell(cell: str) -> Text:
    return Text(cell, style=_STYLES.get(cell.status, "") if isinstance(cell, StatusCell) else "", overflow="fold")


def last_met(found: LastMet, sides: Sequence[Counterpart], on: pendulum.Date, said: Language) -> RenderableType:
    """Lay out when two last met: each other, and among others."""
    first, second = (party(one.code, said) if one.code else said.printed(one.written) for one in sides)
    title = said("answer.last_met", first=first, second=second)
    made = table(title, said("field.when"), said("column.what"), said("column.days"))
    for one in (found.alone, found.among_others):
        if one is not None:
            count, days = len(one.parties), days_before(one, on)
            ago = said("last_met.ago", days=days_said(days, said), day=said.day(on)) if days else "–"
            among = f" – {said('last_met.among', count=count)}" if one is found.among_others else ""
            made.add_row(wording.date(one, said), Text(wording.title(one, said)).append(among), ago)
    never = Text(said("line", name=title, value=said("last_met.never", day=said.day(on))))
    return made if found.alone or found.among_others else never


def none(title: str, said: Language) -> Text:
    """Say that there is nothing to lay out: 'Discrepancies: none.'."""
    return Text(said("answer.none", what=title))


def engagement(found: Engagement, reports: Sequence[Report], said: Language) -> RenderableType:
    """Lay out one engagement: what is known, who said so, how it changed."""
    facts = Table.grid(padding=(0, 2))
    for name, value in _facts(found, said):
        facts.add_row(Text(name, style="bold"), Text(value, overflow="fold"))
    columns = ("column.public_since", "column.report", "column.then", "column.according")
    history = table(said("entry.history"), "#", *map(said, columns))
    for number, report in enumerate(reports, start=1):
        then = understand(found.slug, reports[:number])
        history.add_row(
            str(report.position),
            said.day(pendulum.Date.fromordinal(day_of(report.known_from))),
            _report(found.slug, report, said),
            said("line", name=wording.status(then.status, said), value=wording.date(then, said)),
            sources(report.event.sources, said),
        )
    return Group(Text(wording.title(found, said), style="bold underline"), facts, history)


def _report(shown: str, report: Report, said: Language) -> str:
    """Name a report, and the engagement that it is about where that is another, merged into the one that is shown."""
    name, about = report_name(report, said), report.event.engagement
    return name if about == shown else said("line", name=about, value=name)


def _facts(found: Engagement, said: Language) -> Iterator[tuple[str, str]]:
    yield said("field.engagement"), found.slug
    for fact in wording.facts(found, said):
        yield fact.name, f"{fact.value} [{found.when.edtf}]" if fact.key == "when" and found.when else fact.value
    if found.during:
        yield said("field.part_of"), found.during
    if found.absorbed_into:
        yield said("field.duplicate_of"), found.absorbed_into


def table(title: str, *columns: str, right: Sequence[str] = ()) -> Table:
    """Begin a table: columns of words, then columns of numbers, which stand to the right."""
    heading = Text(title)
    made = Table(title=heading, title_justify="left", title_style="bold", box=SIMPLE_HEAD, pad_edge=False)
    made.min_width = heading.cell_len  # or the heading is broken
    for column in columns:
        made.add_column(column, overflow="fold")
    for column in right:
        made.add_column(column, overflow="fold", justify="right")
    return made


def by(what: str, stretch: Enum, said: Language) -> str:
    """Return a heading that tells by which stretches or sides is counted: 'Patrols by month', 'Patrols'."""
    if stretch.value == "all":
        return what
    return said("answer.by", what=what, stretch=said(f"stretch.{stretch.value}"))
