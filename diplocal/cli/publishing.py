"""The command that brings a feed to a calendar server: publish."""

import os
from typing import Annotated

import typer

from diplocal.calendars import GOOGLE, STANDARD, Feed, InLanguage
from diplocal.cli import options
from diplocal.cli.run import asked, expect_person
from diplocal.cli.terminal import say


def publish(
    address: Annotated[
        str,
        typer.Argument(metavar="ADDRESS", help="A calendar collection: caldav://calendar.example.org/desk/visits/"),
    ],
    *,
    log: options.LogPath,
    user: Annotated[
        str | None, typer.Option("--user", envvar="DIPLOCAL_CALDAV_USER", metavar="NAME", help="Who publishes.")
    ] = None,
    on: options.On = None,
    title: Annotated[str | None, typer.Option("--title", help="The calendar's name, when it is made.")] = None,
    state: options.StateCode = None,
    pair: options.Pair = None,
    person: options.PersonName = None,
    known_at: options.KnownAt = None,
    reported_by: options.ReportedBy = None,
    audience: options.Audience = options.PUBLIC,
    lang: options.Lang = options.ENGLISH,
    google: Annotated[bool, typer.Option("--google", help="For people who read with Google Calendar.")] = False,
) -> None:
    """Bring a calendar on a CalDAV server up to a feed. The password comes from DIPLOCAL_CALDAV_PASSWORD."""
    from diplocal.publishing import Collection  # noqa: PLC0415 - needs the extra 'publishing'
    from diplocal.publishing import publish as publish_calendar  # noqa: PLC0415

    policy = GOOGLE if google else STANDARD
    feed = Feed(title=title, state=state, pair=pair, person=person, policy=policy, wording=InLanguage(lang))
    with asked(log, known_at=known_at, reported_by=reported_by, audience=audience) as diary:
        if person is not None:
            expect_person(person, diary)
        calendar = diary.answer(feed)
        log_id = diary.log.log_id
    with Collection(address, user=user, password=os.environ.get("DIPLOCAL_CALDAV_PASSWORD")) as collection:
        published = publish_calendar(calendar, collection, log_id=log_id, on=on or options.today())
    say(str(published))


def add_to(app: typer.Typer) -> None:
    """Add this command."""
    app.command()(publish)
