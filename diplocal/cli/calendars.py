"""Answers as calendars: feeds of what the filters choose, and the engagements of an answer."""

from collections.abc import Sequence
from typing import Annotated, Any

import typer

from diplocal.calendars import GOOGLE, STANDARD, Feed, InLanguage
from diplocal.calendars.feed import FeedAs
from diplocal.cli.question import Question
from diplocal.diary import Diary
from diplocal.engagements import Change, Engagement
from diplocal.wording import Language

Title = Annotated[str | None, typer.Option("--title", help="The calendar's name.")]
Google = Annotated[bool, typer.Option("--google", help="For people who read with Google Calendar.")]
NAMED = ("state", "pair", "person")
"""What a feed has in its title."""


def fed(ask: Question, form: type[FeedAs[Any]], *, title: str | None, google: bool) -> Any:
    """Return the calendar, in some form, of the engagements that are asked for."""
    policy, words = GOOGLE if google else STANDARD, InLanguage(ask.said.tag)
    feed = form(title=title, policy=policy, wording=words, **ask.about(*NAMED))
    return ask.diary.answer(feed, **{name: one for name, one in ask.criteria.items() if name not in NAMED})


def calendar_of(engagements: Sequence[Engagement], diary: Diary, said: Language) -> bytes:
    """Return engagements as iCalendar (RFC 5545): those that a feed shows, without a date none."""
    feed = Feed(wording=InLanguage(said.tag), log_id=diary.log.log_id)
    changes = [Change(one.slug, None, one) for one in engagements]
    reports = diary.about(*(one.slug for one in engagements))
    return feed.read(feed.moved(feed.begin(), changes, reports.effective_reports)).to_ical()
