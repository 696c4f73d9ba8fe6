"""Feeds of what the filters choose."""

from typing import Annotated, Any

import typer

from diplocal.calendars import GOOGLE, STANDARD, InLanguage
from diplocal.calendars.feed import FeedAs
from diplocal.cli.question import Question

Title = Annotated[str | None, typer.Option("--title", help="The calendar's name.")]
Google = Annotated[bool, typer.Option("--google", help="For people who read with Google Calendar.")]
NAMED = ("state", "pair", "person")
"""What a feed has in its title."""


def fed(ask: Question, form: type[FeedAs[Any]], *, title: str | None, google: bool) -> Any:
    """Return the calendar, in some form, of the engagements that are asked for."""
    policy, words = GOOGLE if google else STANDARD, InLanguage(ask.said.tag)
    feed = form(title=title, policy=policy, wording=words, **ask.about(*NAMED))
    return ask.diary.answer(feed, **{name: one for name, one in ask.criteria.items() if name not in NAMED})
