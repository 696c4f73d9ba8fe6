"""What several commands take: the log, the day, who takes part, and as of when."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any

import msgspec
import pendulum
import typer

from diplocal.errors import InvalidValue
from diplocal.events.wirevalues import day_or_instant
from diplocal.wording import language
from diplocal.wording.contract import FIRST


def today() -> pendulum.Date:
    """Tell today's date in UTC: the door through which the day comes in."""
    now = datetime.now(UTC)  # noqa: TID251 - the door
    return pendulum.Date(now.year, now.month, now.day)


def day(text: str) -> pendulum.Date:
    """Read a day."""
    found = _moment(text)
    if isinstance(found, pendulum.DateTime):
        raise typer.BadParameter(f"{text!r} is an instant: expected a day, such as 2023-09-18")
    return found


def _moment(text: str) -> pendulum.Date:
    try:
        return day_or_instant(text)
    except InvalidValue as wrong:
        raise typer.BadParameter(
            f"{text!r}: expected a day such as 2023-09-18, or an instant such as 2026-11-23T12:00Z"
        ) from wrong


LONGEST_POSITION = 18
"""Digits of a position, as far as a log can count."""


def _position_or_moment(text: str) -> int | pendulum.Date:
    is_position = text.isascii() and text.isdigit() and len(text) <= LONGEST_POSITION
    if is_position and len(text) == len("2023"):
        raise typer.BadParameter(f"{text!r}: expected a day such as {text}-09-18, or 0{text} for the position {text}")
    return int(text) if is_position else _moment(text)


class Known(msgspec.Struct, frozen=True):
    """A position in the log, or a moment."""

    at: int | pendulum.Date


def known(text: str) -> Known:
    """Read a position in the log, a day or an instant."""
    return Known(_position_or_moment(text))


def _language_tag(tag: str) -> str:
    try:
        return language(tag).tag
    except InvalidValue as error:
        raise typer.BadParameter(str(error)) from error


_LOG = typer.Option(
    "--log",
    envvar="DIPLOCAL_LOG",
    metavar="PATH_OR_URL",
    help="The log: a file, sqlite:///path, or postgresql://host/database.",
    show_default=False,
)
LogPath = Annotated[str, _LOG]
LogPathIfSaid = Annotated[str | None, _LOG]
"""For a command that asks for all it lacks in one message."""


def day_option(name: str, *, help: str) -> Any:  # noqa: A002 - as typer calls it
    """Return an option that takes a day."""
    return typer.Option(name, parser=day, metavar="DAY", help=help)


On = Annotated[pendulum.Date | None, day_option("--on", help="The day to look ahead from; today (UTC) unless given.")]
FROM = typer.Option("--from", parser=known, metavar="MOMENT", help="A day (its end), instant, or position.")
To = Annotated[Known | None, typer.Option("--to", parser=known, metavar="MOMENT", help="The same; now unless given.")]
KnownAt = Annotated[
    Known | None,
    typer.Option(
        "--known-at",
        parser=known,
        metavar="MOMENT",
        help="Only what the log had learnt by a day, an instant, or a position in the log.",
    ),
]
ReportedBy = Annotated[
    pendulum.Date | None,
    typer.Option(
        "--reported-by",
        parser=_moment,
        metavar="MOMENT",
        help="Only what the public could know by a day or an instant.",
    ),
]
Lang = Annotated[
    str,
    typer.Option(
        "--lang",
        callback=_language_tag,
        envvar="DIPLOCAL_LANG",
        metavar="TAG",
        help="The language of titles, dates and headings, such as fr; any other is answered with all there are.",
    ),
]
Output = Annotated[
    Path | None,
    typer.Option("--output", "-o", metavar="FILE", help="Where to write it; standard output unless given."),
]
AccessPath = Annotated[
    Path | None, typer.Option("--access", metavar="FILE", help="The access list; beside the log unless given.")
]
AsJson = Annotated[bool, typer.Option("--json", help="The same as --format json.")]
StateCode = Annotated[
    str | None,
    typer.Option("--state", metavar="CODE", help="Only with this state or organisation: RU, Russia, ASEAN."),
]
Pair = Annotated[
    tuple[str, str] | None,
    typer.Option("--pair", metavar="CODE CODE", help="Only between these two, as in CN RU."),
]
PersonName = Annotated[
    str | None, typer.Option("--person", metavar="NAME", help="Only with this person: a name or a Wikidata id.")
]


def file_argument(*, help: str) -> Any:  # noqa: A002
    """Return an argument that is a file which is there."""
    return typer.Argument(metavar="FILE", exists=True, dir_okay=False, help=help)


Audience = Annotated[
    str, typer.Option("--audience", metavar="NAME", help="What this audience may see: public, internal, restricted ...")
]
ShownTo = Annotated[
    str,
    typer.Option(
        "--audience", metavar="NAME", help="Who may see what is recorded: public, internal, or a name of your own."
    ),
]
PUBLIC = "public"
ENGLISH = FIRST
