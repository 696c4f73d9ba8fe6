"""Answers as tables, for people."""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from enum import Enum
from typing import Any

from rich.box import SIMPLE_HEAD
from rich.console import Console, ConsoleOptions, Group, RenderableType
from rich.segment import Segment
from rich.table import Table
from rich.text import Text

from diplocal import wording
from diplocal.cli.terminal import printable
from diplocal.dates import When
from diplocal.engagements import Engagement, Kind, Report, Status, understand
from diplocal.engagements.reports import day_of
from diplocal.importers.outcome import Outcome
from diplocal.projections import Finding, Frequency
from diplocal.state_names import name_of

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


def upcoming(entries: Sequence[Engagement], title: str) -> RenderableType:
    """Lay out what lies ahead."""
    made = table(title, "When", "What", "Status", "According to")
    shown = {entry.slug for entry in entries}
    for entry in entries:
        inside = entry.during in shown
        made.add_row(
            wording.date(entry),
            Text(f"{'  └ ' if inside else ''}{wording.title(entry)}", overflow="fold"),
            status_text(entry.status),
            "; ".join(dict.fromkeys(map(str, entry.sources))) or "–",
        )
    return made if entries else Text(f"{title}: nothing.")


def frequency(rows: Sequence[Frequency], title: str) -> RenderableType:
    """Lay out how often sides met: a line for each period and pair, a column for each kind."""
    kinds = [kind for kind in Kind if any(row.kind is kind for row in rows)]
    made = table(title, "Period", "Between")
    for kind in kinds:
        made.add_column(f"{kind.value}s", justify="right")
    lines: dict[tuple[str | None, tuple[str, str]], dict[Kind, int]] = {}
    for row in rows:
        lines.setdefault((row.period, row.pair), {})[row.kind] = row.count
    for (period, pair), counts in lines.items():
        cells = [str(counts[kind]) if kind in counts else "–" for kind in kinds]
        made.add_row(period or "date too vague", between(pair), *cells)
    return made if rows else Text(f"{title}: none.")


def discrepancies(found: Sequence[Finding]) -> RenderableType:
    """Lay out what does not fit together."""
    made = table("Discrepancies", "What", "Where", "Which")
    for one in found:
        made.add_row(one.discrepancy.value, Text("\n".join(one.engagements)), Text(one.message))
    return made if found else Text("Discrepancies: none.")


def between(codes: Iterable[str]) -> str:
    """Name those who meet: 'China – Russia'."""
    return " – ".join(map(name_of, codes))


def engagement(found: Engagement, reports: Sequence[Report]) -> RenderableType:
    """Lay out one engagement: what is known, who said so, how it changed."""
    facts = Table.grid(padding=(0, 2))
    for name, value in _facts(found):
        facts.add_row(Text(name, style="bold"), Text(value, overflow="fold"))
    history = table("How it was reported", "#", "Public since", "Report", "It was then", "According to")
    for number, report in enumerate(reports, start=1):
        then = understand(found.slug, reports[:number])
        history.add_row(
            str(report.position),
            str(When.on(date.fromordinal(day_of(report.known_from)))),
            _words(type(report.event).__name__),
            f"{then.status.value}: {wording.date(then)}",
            "; ".join(map(str, report.event.sources)) or "–",
        )
    return Group(Text(wording.title(found), style="bold underline"), facts, history)


def outcome(found: Outcome) -> RenderableType:
    """Lay out how an import went."""
    return Text(str(found))


def _facts(found: Engagement) -> Iterable[tuple[str, str]]:
    yield "Engagement", found.slug
    yield "Status", found.status.value
    yield "When", f"{wording.date(found)} [{found.when.edtf}]" if found.when else "no date"
    if found.place:
        yield "Where", found.place
    if found.round:
        yield "Round", str(found.round)
    if found.received_by:
        yield "Received by", ", ".join(map(str, found.received_by))
    if found.during:
        yield "Part of", found.during
    if found.absorbed_into:
        yield "Duplicate of", found.absorbed_into
    for reaction in found.reactions:
        yield "Reaction", f"{reaction.by} scrambled {', '.join(reaction.craft) or 'forces'}"
    for agreed in found.outcomes:
        yield "Outcome", f"{agreed.title} ({agreed.when.past})"
    for conflict in found.conflicts:
        yield "Contradiction", conflict.value


def _words(name: str) -> str:
    return "".join(f" {c.lower()}" if c.isupper() else c for c in name).strip()


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


def by(what: str, stretch: Enum) -> str:
    """Give a heading that tells by which stretches or sides is counted: 'Patrols by month', 'Patrols'."""
    return what if stretch.value == "all" else f"{what} by {stretch.value}"


def status_text(status: Status) -> Text:
    """Print a status in its colour."""
    return Text(status.value, style=_STYLES.get(status, ""))
