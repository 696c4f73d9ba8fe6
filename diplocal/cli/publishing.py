"""The command that brings a feed to a calendar server: publish."""

import os
from typing import Annotated

import typer

from diplocal.calendars import Feed
from diplocal.cli import options
from diplocal.cli.calendars import Google, Title, fed
from diplocal.cli.question import Question, sends
from diplocal.cli.terminal import say


@sends
def publish(
    ask: Question,
    address: Annotated[
        str,
        typer.Argument(metavar="ADDRESS", help="A calendar collection: caldav://calendar.example.org/desk/visits/"),
    ],
    *,
    user: Annotated[
        str | None, typer.Option("--user", envvar="DIPLOCAL_CALDAV_USER", metavar="NAME", help="Who publishes.")
    ] = None,
    on: options.On = None,
    title: Title = None,
    google: Google = False,
) -> None:
    """Bring a calendar on a CalDAV server up to a feed. The password comes from DIPLOCAL_CALDAV_PASSWORD."""
    from diplocal.publishing import Collection  # noqa: PLC0415 - needs the extra 'publishing'
    from diplocal.publishing import publish as publish_calendar  # noqa: PLC0415

    calendar, log_id = fed(ask, Feed, title=title, google=google), ask.diary.log.log_id
    with Collection(address, user=user, password=os.environ.get("DIPLOCAL_CALDAV_PASSWORD")) as collection:
        published = publish_calendar(calendar, collection, log_id=log_id, on=on or options.today())
    say(str(published))
