"""Commands that bring lists and sheets into a log: import."""

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Annotated

import pendulum
import typer

from diplocal.cli import options, tables
from diplocal.cli.exit_codes import FAILED
from diplocal.cli.run import writing
from diplocal.cli.terminal import say
from diplocal.importers.covers import Covers
from diplocal.importers.csv_sheet import import_csv
from diplocal.importers.jsonl import import_jsonl
from diplocal.importers.outcome import Outcome
from diplocal.importers.plapaths.importer import import_pla_paths
from diplocal.store import EventStore

Snapshot = Annotated[
    Path,
    typer.Argument(
        metavar="FOLDER", exists=True, file_okay=False, help="One published snapshot: a folder of XML files."
    ),
]
Published = Annotated[pendulum.Date, options.day_option("--reported", help="The day on which it was published.")]

import_ = typer.Typer(help="Bring a published list, a spreadsheet or an exported log into a log.", no_args_is_help=True)


@import_.command("statedept-visits")
def statedept_visits(
    folder: Snapshot, *, reported: Published, audience: options.ShownTo = "public", log: options.LogPath
) -> None:
    """Import the visits of foreign leaders to the United States (Office of the Historian, Department of State)."""
    from diplocal.importers.statedept.importer import import_visits  # noqa: PLC0415 - needs the extra 'importers'

    _bring(folder, log, lambda store: import_visits(folder, store, reported=reported, audience=audience))


@import_.command("statedept-travels")
def statedept_travels(
    folder: Snapshot, *, reported: Published, audience: options.ShownTo = "public", log: options.LogPath
) -> None:
    """Import the travels of US presidents and secretaries of state (Office of the Historian, Department of State)."""
    from diplocal.importers.statedept.importer import import_travels  # noqa: PLC0415 - needs the extra 'importers'

    _bring(folder, log, lambda store: import_travels(folder, store, reported=reported, audience=audience))


@import_.command("pla-paths")
def pla_paths(
    file: Annotated[
        Path,
        options.file_argument(help="The list's CSV: tracks from the press releases of Japan's Joint Staff."),
    ],
    *,
    audience: options.ShownTo = "public",
    log: options.LogPath,
) -> None:
    """Import tracks of Chinese and Russian ships and aircraft around Japan (PLA Path Database) as patrols."""
    _bring(file, log, lambda store: import_pla_paths(file, store, audience=audience))


@import_.command("csv")
def csv(
    sheet: Annotated[Path, options.file_argument(help="A spreadsheet saved as CSV; see the docs for its columns.")],
    *,
    upstream: Annotated[
        str | None,
        typer.Option(
            "--upstream", metavar="NAME", help="Whose list it is, the same name each time, where there is another."
        ),
    ] = None,
    audience: options.ShownTo = "public",
    log: options.LogPath,
) -> None:
    """Import a spreadsheet: one row for each engagement, as you know it now."""
    _bring(sheet, log, lambda store: import_csv(sheet, store, audience=audience, upstream=upstream))


@import_.command("ical")
def ical(
    feed: Annotated[Path, options.file_argument(help="An iCalendar feed, as it was fetched.")],
    *,
    reported: Annotated[
        pendulum.Date | None,
        options.day_option("--reported", help="The day on which it was fetched; today (UTC) unless given."),
    ] = None,
    upstream: Annotated[
        str | None,
        typer.Option(
            "--upstream",
            metavar="NAME",
            help="Whose calendar it is, the same name each time; the name that it gives itself unless given.",
        ),
    ] = None,
    zone: Annotated[
        str | None,
        typer.Option(
            "--zone",
            metavar="NAME",
            help="The time zone of times that name none, such as Europe/Paris; the calendar's own unless given.",
        ),
    ] = None,
    encoding: Annotated[
        str | None,
        typer.Option(
            "--encoding", metavar="NAME", help="What it is written in where that is not UTF-8, such as windows-1252."
        ),
    ] = None,
    covers: Annotated[
        Covers | None,
        typer.Option(
            "--covers",
            help="Whether it is the whole calendar, so that what it lacks is gone, or a part; by METHOD unless given.",
        ),
    ] = None,
    audience: options.ShownTo = "public",
    log: options.LogPathIfSaid = None,
) -> None:
    """Import somebody's calendar, and again whenever it was fetched again: what is new, moved, cancelled or gone."""
    from diplocal.importers.ical_feed import import_ical, read_calendar  # noqa: PLC0415 - with its company
    from diplocal.importers.ical_needs import needs_of  # noqa: PLC0415 - as above

    content, on, whose = read_calendar(feed), reported or options.today(), upstream
    if log is None or whose is None:
        needs = needs_of(content, on=on, encoding=encoding)
        whose = upstream or needs.name
        if log is None or whose is None:
            missing = "; ".join(needs.options(log=log, upstream=upstream, zone=zone))
            raise typer.BadParameter(f"this import has to be told {missing}")
    remark = f"--upstream is {whose!r}, as the calendar calls itself" if upstream is None else ""
    how = partial(import_ical, reported=on, upstream=whose, zone=zone, encoding=encoding, covers=covers)
    _bring(feed, log, lambda store: how(content, store, audience=audience), remark=remark)


@import_.command("jsonl")
def jsonl(
    lines: Annotated[Path, options.file_argument(help="CloudEvents, one JSON object a line.")],
    *,
    audience: options.ShownTo = "public",
    log: options.LogPath,
) -> None:
    """Import what diplocal export wrote."""
    _bring(lines, log, lambda store: import_jsonl(lines, store, audience=audience))


def _bring(source: Path, log: str, bring: Callable[[EventStore], Outcome], *, remark: str = "") -> None:
    """Import, and say how it went; a row that was not taken is something found wrong."""
    with tables.progress(f"Importing {source}"), writing(log) as store:
        outcome = bring(store)
    if remark:
        say(remark)
    tables.console().print(str(outcome), soft_wrap=True)
    if outcome.rejected or outcome.ambiguous:
        raise typer.Exit(FAILED)
