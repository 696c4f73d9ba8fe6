"""Commands that read a log and answer: upcoming, frequency, discrepancies, show."""

from typing import Annotated

import pendulum
import typer

from diplocal.cli import json_answers, options, tables
from diplocal.cli.run import answer, asked, expect_person, numbered
from diplocal.diary import Diary
from diplocal.engagements.engagement import OPEN
from diplocal.errors import UnknownEngagement
from diplocal.names.spelling import spellings_near
from diplocal.projections import (
    ContactFrequency,
    Discrepancies,
    Period,
    PossibleDuplicates,
    PossiblyOnePerson,
    Upcoming,
    UpcomingVisits,
)
from diplocal.projections.discrepancies import lapsed as lapsed_plans
from diplocal.wording import language


def upcoming(
    *,
    log: options.LogPath,
    on: options.On = None,
    state: options.StateCode = None,
    pair: options.Pair = None,
    person: options.PersonName = None,
    known_at: options.KnownAt = None,
    reported_by: options.ReportedBy = None,
    audience: options.Audience = options.PUBLIC,
    lapsed: Annotated[
        bool, typer.Option("--lapsed", help="Plans that are over by the day, and what became of them nobody said.")
    ] = False,
    lang: options.Lang = options.ENGLISH,
    as_json: options.AsJson = False,
) -> None:
    """Show what lies ahead: visits, the meetings inside them, calls, exercises, and what calendars list.

    With --lapsed: what was planned and is over by that day, and of which no report says what became of it.
    """
    said = language(lang)
    day = on or options.today()
    with asked(log, known_at=known_at, reported_by=reported_by, audience=audience) as diary:
        if person is not None:
            expect_person(person, diary)
        if lapsed:
            entries = _open_before(diary, day).lapsed(day, state=state, pair=pair, person=person)
        else:
            entries = diary.answer(UpcomingVisits(), on=day).on(day, state=state, pair=pair, person=person)
    if as_json:
        typer.echo(json_answers.write(json_answers.upcoming(entries, said)))
    else:
        title = said("answer.lapsed" if lapsed else "answer.upcoming", day=said.day(day))
        tables.console().print(tables.upcoming(entries, title, said))


def _open_before(diary: Diary, day: pendulum.Date) -> Upcoming:
    found: Upcoming = diary.answer(UpcomingVisits(), status=OPEN, until=day)
    return found


def frequency(
    *,
    log: options.LogPath,
    by: Annotated[Period, typer.Option("--by", help="The stretches to count by.")] = Period.YEAR,
    state: options.StateCode = None,
    pair: options.Pair = None,
    person: options.PersonName = None,
    known_at: options.KnownAt = None,
    reported_by: options.ReportedBy = None,
    audience: options.Audience = options.PUBLIC,
    lang: options.Lang = options.ENGLISH,
    as_json: options.AsJson = False,
) -> None:
    """Count how often sides met. Only what was held counts."""
    said = language(lang)
    contacts = answer(
        ContactFrequency(),
        log,
        known_at=known_at,
        reported_by=reported_by,
        audience=audience,
        state=state,
        pair=pair,
        person=person,
    )
    rows = contacts.by(by, state=state, pair=pair)
    if as_json:
        typer.echo(json_answers.write(json_answers.frequency(rows)))
    else:
        tables.console().print(tables.frequency(rows, tables.by(said("answer.contacts"), by, said), said))


def discrepancies(
    *,
    log: options.LogPath,
    on: Annotated[
        pendulum.Date | None,
        typer.Option("--on", parser=options.day, metavar="DAY", help="Also plans that had lapsed by this day."),
    ] = None,
    known_at: options.KnownAt = None,
    reported_by: options.ReportedBy = None,
    audience: options.Audience = options.PUBLIC,
    lang: options.Lang = options.ENGLISH,
    as_json: options.AsJson = False,
) -> None:
    """Show what does not fit together: contradicting reports, one person in two places, what points at nothing.

    Also somebody out of office, what may be one engagement or one person under two names, and with --on, plans that
    have lapsed.
    """
    said = language(lang)
    with asked(log, known_at=known_at, reported_by=reported_by, audience=audience) as diary:
        views = Discrepancies(), PossibleDuplicates(), PossiblyOnePerson()
        found = [one for several in diary.answer(*views) for one in several]
        if on is not None:
            found += lapsed_plans(_open_before(diary, on).lapsed(on))
    if as_json:
        typer.echo(json_answers.write(json_answers.discrepancies(found, said)))
    else:
        tables.console().print(tables.discrepancies(found, said))


def show(
    engagement: Annotated[str, typer.Argument(metavar="ENGAGEMENT", help="Its slug, as upcoming --json gives it.")],
    *,
    log: options.LogPath,
    known_at: options.KnownAt = None,
    reported_by: options.ReportedBy = None,
    audience: options.Audience = options.PUBLIC,
    lang: options.Lang = options.ENGLISH,
    as_json: options.AsJson = False,
) -> None:
    """Show one engagement: what is known, who said so, how it changed."""
    said = language(lang)
    with asked(log, known_at=known_at, reported_by=reported_by, audience=audience) as diary:
        engagements = diary.about(engagement)
        found = engagements.get(engagement)
        if found is None:
            raise UnknownEngagement(engagement, near=tuple(spellings_near(engagement, diary.slugs())))
        reports = numbered(engagements.reports(engagement), diary)
    if as_json:
        typer.echo(json_answers.write(json_answers.engagement(found, reports, said)))
    else:
        tables.console().print(tables.engagement(found, reports, said))


def add_to(app: typer.Typer) -> None:
    """Add these commands."""
    for command in (upcoming, frequency, discrepancies, show):
        app.command()(command)
