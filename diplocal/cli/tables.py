"""Answers as tables, for people."""

import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
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
from diplocal.cli.terminal import printable
from diplocal.engagements import Change, Engagement, Kind, Report, Status, understand
from diplocal.engagements.reports import day_of
from diplocal.importers.outcome import Outcome
from diplocal.names.parties import labelled
from diplocal.projections import Days, Finding, Frequency, Period
from diplocal.projections.filters import Sides
from diplocal.projections.last_met import Counterpart, LastMet, days_before
from diplocal.sources import Source
from diplocal.tabular.engagements import NOTHING
from diplocal.wording import Language
from diplocal.wording.changes import lines_of, shown
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
    from rich.progress import Progress  # noqa: PLC0415 - few commands need it

    with Progress(console=console(stderr=True), transient=True, disable=not sys.stderr.isatty()) as shown:
        task = shown.add_task(printable(doing), total=end)
        yield lambda position: shown.update(task, completed=position)


def engagements(
    entries: Sequence[Engagement], title: str, said: Language, since: Mapping[str, pendulum.Date] = NOTHING
) -> RenderableType:
    """Lay out engagements, each with its status and who said so; what has no date shows since when it is reported."""
    made = table(title, said("field.when"), said("column.what"), said("field.status"), said("column.according"))
    shown = {entry.slug for entry in entries}
    for entry in entries:
        inside = entry.during in shown
        made.add_row(
            _date(entry, said, since.get(entry.slug)),
            Text(f"{'  └ ' if inside else ''}{wording.title(entry, said)}", overflow="fold"),
            status_text(entry.status, said).append("" if entry.listed else f" – {said('listing.dropped')}"),
            _sources(entry.sources, said),
        )
    return made if entries else none(title, said)


def _date(entry: Engagement, said: Language, since: pendulum.Date | None) -> str:
    date = wording.date(entry, said)
    return date if since is None else said("date.since", date=date, day=said.day(since))


def changes(found: Sequence[Change], title: str, said: Language) -> RenderableType:
    """Lay out what changed: each engagement with the facts that are others than before."""
    made = table(title, said("field.when"), said("column.what"), said("column.change"))
    for one in found:
        entry = shown(one)
        if entry is not None:
            made.add_row(
                wording.date(entry, said), Text(wording.title(entry, said)), Text("\n".join(lines_of(one, said)))
            )
    return made if found else none(title, said)


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
    never = Text(said("line", name=title, value=said("last_met.never")))
    return made if found.alone or found.among_others else never


def days_said(days: Days, said: Language) -> str:
    """Say a number of days with its unit: '3–30 days'."""
    return said.counted("days.said", days.at_most or days.at_least, days=number_said(days, said))


def number_said(days: Days, said: Language) -> str:
    """Say a number of days without its unit: '3–30'."""
    return str(days) if days.at_most is not None else said("days.open", days=days.at_least)


def frequency(rows: Sequence[Frequency], title: str, said: Language) -> RenderableType:
    """Lay out how often sides met: a line for each period and pair, a column for each kind."""
    kinds = [kind for kind in Kind if any(row.kind is kind for row in rows)]
    columns = [said(f"kinds.{kind.value}") for kind in kinds]
    made = table(title, said("column.period"), said("column.between"), right=columns)
    lines: dict[tuple[str | None, tuple[str, str]], dict[Kind, int]] = {}
    for row in rows:
        lines.setdefault((row.period, row.pair), {})[row.kind] = row.count
    for (period, pair), counts in lines.items():
        cells = [said.number(counts[kind]) if kind in counts else "–" for kind in kinds]
        made.add_row(period_name(period, said), between(pair, said), *cells)
    return made if rows else none(title, said)


def discrepancies(found: Sequence[Finding], said: Language) -> RenderableType:
    """Lay out what does not fit together."""
    title = said("answer.discrepancies")
    made = table(title, said("column.what"), said("field.where"), said("column.which"))
    for one in found:
        what = said(f"discrepancy.{one.discrepancy.value}")
        made.add_row(what, Text("\n".join(one.engagements)), Text(one.in_words(said)))
    return made if found else none(title, said)


def none(title: str, said: Language) -> Text:
    """Say that there is nothing to lay out: 'Discrepancies: none.'."""
    return Text(said("answer.none", what=title))


def period_name(period: str | None, said: Language) -> str:
    """Say in which stretch of the calendar: '2023-09', 'all', or that the date is too vague."""
    if period is None:
        return said("period.vague")
    return said("answer.all") if period == Period.ALL.value else period


def party(code: str, said: Language) -> str:
    """Name the state or organisation of a code."""
    return said.party(labelled(code, None))


def between(codes: Iterable[str], said: Language) -> str:
    """Name those who meet: 'China – Russia'."""
    return " – ".join(party(code, said) for code in codes)


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
            _sources(report.event.sources, said),
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


def _sources(sources: Iterable[Source], said: Language) -> str:
    return "; ".join(dict.fromkeys(wording.source(source, said) for source in sources)) or "–"


def outcome(found: Outcome) -> RenderableType:
    """Lay out how an import went."""
    return Text(str(found))


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


def of_sides(title: str, sides: Sides, said: Language) -> str:
    """Return a heading that tells between how many sides is counted: 'Contacts by year: Bilateral'."""
    return title if sides is Sides.ANY else said("line", name=title, value=said(f"sides.{sides.value}"))


def status_text(status: Status, said: Language) -> Text:
    """Print a status in its colour."""
    return Text(wording.status(status, said), style=_STYLES.get(status, ""))
