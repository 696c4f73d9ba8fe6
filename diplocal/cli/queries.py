"""Commands that read a log and answer: upcoming, frequency, discrepancies, show."""

from typing import Annotated

import typer

from diplocal.cli import json_answers, options, tables
from diplocal.cli.run import answer, asked, expect_person, numbered
from diplocal.errors import UnknownEngagement
from diplocal.names.spelling import spellings_near
from diplocal.projections import ContactFrequency, Discrepancies, Period, UpcomingVisits


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
    as_json: options.AsJson = False,
) -> None:
    """Show what lies ahead: visits, the meetings inside them, calls, exercises, and what calendars list."""
    day = on or options.today()
    with asked(log, known_at=known_at, reported_by=reported_by, audience=audience) as diary:
        if person is not None:
            expect_person(person, diary)
        entries = diary.answer(UpcomingVisits(), on=day).on(day, state=state, pair=pair, person=person)
    if as_json:
        typer.echo(json_answers.write(json_answers.upcoming(entries)))
    else:
        tables.console().print(tables.upcoming(entries, f"Upcoming on {day}"))


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
    as_json: options.AsJson = False,
) -> None:
    """Count how often sides met. Only what was held counts."""
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
        tables.console().print(tables.frequency(rows, tables.by("Contacts", by)))


def discrepancies(
    *,
    log: options.LogPath,
    known_at: options.KnownAt = None,
    reported_by: options.ReportedBy = None,
    audience: options.Audience = options.PUBLIC,
    as_json: options.AsJson = False,
) -> None:
    """Show what does not fit together: contradicting reports, one person in two places, somebody out of office."""
    found = answer(Discrepancies(), log, known_at=known_at, reported_by=reported_by, audience=audience)
    if as_json:
        typer.echo(json_answers.write(json_answers.discrepancies(found)))
    else:
        tables.console().print(tables.discrepancies(found))


def show(
    engagement: Annotated[str, typer.Argument(metavar="ENGAGEMENT", help="Its slug, as upcoming --json gives it.")],
    *,
    log: options.LogPath,
    known_at: options.KnownAt = None,
    reported_by: options.ReportedBy = None,
    audience: options.Audience = options.PUBLIC,
    as_json: options.AsJson = False,
) -> None:
    """Show one engagement: what is known, who said so, how it changed."""
    with asked(log, known_at=known_at, reported_by=reported_by, audience=audience) as diary:
        engagements = diary.about(engagement)
        found = engagements.get(engagement)
        if found is None:
            raise UnknownEngagement(engagement, near=tuple(spellings_near(engagement, diary.slugs())))
        reports = numbered(engagements.reports(engagement), diary)
    if as_json:
        typer.echo(json_answers.write(json_answers.engagement(found, reports)))
    else:
        tables.console().print(tables.engagement(found, reports))


def add_to(app: typer.Typer) -> None:
    """Add these commands."""
    for command in (upcoming, frequency, discrepancies, show):
        app.command()(command)
