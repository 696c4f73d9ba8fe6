"""Commands that take a log elsewhere or check it: feed, export, verify, reindex, check."""

import sys
from enum import Enum
from pathlib import Path
from typing import Annotated, Any

import pendulum
import typer

from diplocal.calendars import Calendar, Feed, Group, JSCalendarFeed, RichFeed
from diplocal.calendars.check import check as check_calendar
from diplocal.calendars.feed import FeedAs
from diplocal.cli import options
from diplocal.cli.calendars import Google, Title, fed
from diplocal.cli.exit_codes import FAILED
from diplocal.cli.proving import see_that_it_grew
from diplocal.cli.question import Question, sends
from diplocal.cli.run import asked, see_that_names_open
from diplocal.cli.tables import bar
from diplocal.cli.terminal import counted, printable_json, say, warn
from diplocal.cli.writing import write_bytes
from diplocal.cloudevents import export as export_lines
from diplocal.errors import InvalidValue
from diplocal.projections import (
    ConsultationRounds,
    ContactFrequency,
    Discrepancies,
    Network,
    Nodes,
    PossibleDuplicates,
    PossiblyOnePerson,
)
from diplocal.store import open_existing
from diplocal.store.erasable import Erasable
from diplocal.store.postgres_address import masked


class Form(Enum):
    """How a feed is written."""

    FLAT = "flat"
    RICH = "rich"
    JSCALENDAR = "jscalendar"


@sends
def feed(
    ask: Question,
    *,
    output: options.Output = None,
    on: options.On = None,
    title: Title = None,
    google: Google = False,
    form: Annotated[
        Form,
        typer.Option("--form", help="flat, for calendar programs; rich, with RFC 9073 and 9253; jscalendar, RFC 8984."),
    ] = Form.FLAT,
) -> None:
    """Write a feed of what the filters choose: iCalendar unless another form is asked for."""
    write_bytes(_written(fed(ask, _FORMS[form], title=title, google=google), on or options.today()), output)


_FORMS: dict[Form, type[FeedAs[Any]]] = {Form.FLAT: Feed, Form.RICH: RichFeed, Form.JSCALENDAR: JSCalendarFeed}


def _written(made: Calendar | Group, on: pendulum.Date) -> bytes:
    return made.to_json(on=on) if isinstance(made, Group) else made.to_ical(on=on)


def export(
    *,
    log: options.LogPath,
    audience: options.Audience = options.PUBLIC,
    parquet: Annotated[
        Path | None,
        typer.Option(
            "--parquet", metavar="FOLDER", help="Write Parquet files to a new folder, to fold on many machines."
        ),
    ] = None,
) -> None:
    """Write the log as CloudEvents, one JSON line for each record."""
    with open_existing(log) as store:
        see_that_names_open(store)
        if parquet is not None:
            from diplocal.distributed.parquet import write_parquet  # noqa: PLC0415 - few ask for it

            number = write_parquet(store, parquet, audience=audience)
            say(f"{counted(number, 'file')} in {parquet}")
            return
        for line in export_lines(store, audience=audience):
            sys.stdout.buffer.write(printable_json(line) + b"\n")


def verify(
    *,
    log: options.LogPath,
    against: Annotated[
        list[Path],
        typer.Option(
            "--against",
            metavar="FILE",
            help="Checkpoints that were kept of it, or an earlier copy: it must only have grown; may be said again.",
        ),
    ] = [],  # noqa: B006 - typer reads it, and nobody changes it
    trust: Annotated[
        list[str],
        typer.Option("--trust", metavar="KEY", help="One of these keys must have signed each checkpoint."),
    ] = [],  # noqa: B006
) -> None:
    """See that no record of the log was edited, removed, inserted or moved, and that it only grew."""
    if trust and not against:
        raise InvalidValue("--trust", trust[0], "--against too, with checkpoints that this key signed")
    with open_existing(log) as store:
        with bar(f"Verifying {masked(log)}", store.position()) as seen:
            verified = store.verify(seen=seen)
        for path in against:
            see_that_it_grew(store, path, trust)
        fault = store.fault_of_keys(each=True) if isinstance(store, Erasable) else None
    held = "1 record, as it was" if verified.position == 1 else f"{verified.position} records, all as they were"
    say(f"{held} appended; digest {verified.digest.hex()}")
    for path in against:
        say(f"it only grew since {path}")
    if fault is not None:
        warn(f"names are withheld that nobody erased; {fault}")


def reindex(*, log: options.LogPath, audience: options.Audience = options.PUBLIC) -> None:
    """Throw away what is kept of a log for quick answers, its diary, and make it anew."""
    with asked(log, audience=audience) as diary:
        by_years = ContactFrequency(by="year"), *(Network(by="year", nodes=nodes) for nodes in Nodes)
        findings = Discrepancies(), PossibleDuplicates(), PossiblyOnePerson()
        diary.rebuild(ContactFrequency(), *by_years, *findings, ConsultationRounds())
        count = len(diary.slugs())
    say(f"{counted(count, 'engagement')} {'is' if count == 1 else 'are'} indexed")


def check(
    calendar: Annotated[Path, options.file_argument(help="An iCalendar file.")],
) -> None:
    """Check an iCalendar file for what readers stumble over: each finding has its line and its RFC section."""
    from diplocal.importers.ical_feed import read_calendar  # noqa: PLC0415 - with its company

    findings = check_calendar(read_calendar(calendar))
    for finding in findings:
        say(f"{calendar}:{finding}")
    say(f"{calendar}: {counted(len(findings), 'finding') if findings else 'no findings'}")
    if findings:
        raise typer.Exit(FAILED)
