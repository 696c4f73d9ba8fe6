"""Commands that read a log and answer: upcoming, frequency, discrepancies, show."""

from difflib import get_close_matches
from typing import Annotated

import typer

from diplocal.cli import json_answers, options, tables
from diplocal.cli.run import answer, expect_person
from diplocal.errors import UnknownEngagement
from diplocal.projections import AllEngagements, ContactFrequency, Discrepancies, Period, UpcomingVisits


def upcoming(
    *,
    log: options.LogPath,
    on: options.On = None,
    state: options.StateCode = None,
    pair: options.Pair = None,
    person: options.PersonName = None,
    known_at: options.KnownAt = None,
    reported_by: options.ReportedBy = None,
    audience: options.Audience = None,
    as_json: options.AsJson = False,
) -> None:
    """Show what lies ahead: visits, the meetings inside them, calls, exercises, and what calendars list."""
    day = on or options.today()
    diary = answer(UpcomingVisits(), log, known_at=known_at, reported_by=reported_by, audience=audience)
    entries = diary.on(day, state=state, pair=pair, person=person)
    if person is not None and not entries:
        expect_person(person, log, known_at=known_at, reported_by=reported_by, audience=audience)
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
    audience: options.Audience = None,
    as_json: options.AsJson = False,
) -> None:
    """Count how often sides met. Only what was held counts."""
    contacts = answer(
        ContactFrequency(person=person), log, known_at=known_at, reported_by=reported_by, audience=audience
    )
    rows = contacts.by(by, state=state, pair=pair)
    if person is not None and not rows:
        expect_person(person, log, known_at=known_at, reported_by=reported_by, audience=audience)
    if as_json:
        typer.echo(json_answers.write(json_answers.frequency(rows)))
    else:
        tables.console().print(tables.frequency(rows, tables.by("Contacts", by)))


def discrepancies(
    *,
    log: options.LogPath,
    known_at: options.KnownAt = None,
    reported_by: options.ReportedBy = None,
    audience: options.Audience = None,
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
    audience: options.Audience = None,
    as_json: options.AsJson = False,
) -> None:
    """Show one engagement: what is known, who said so, how it changed."""
    engagements = answer(AllEngagements(), log, known_at=known_at, reported_by=reported_by, audience=audience)
    found = engagements.get(engagement)
    if found is None:
        slugs = [one.slug for one in engagements]
        raise UnknownEngagement(engagement, near=tuple(get_close_matches(engagement, slugs)))
    reports = engagements.reports(engagement)
    if as_json:
        typer.echo(json_answers.write(json_answers.engagement(found, reports)))
    else:
        tables.console().print(tables.engagement(found, reports))


def add_to(app: typer.Typer) -> None:
    """Add these commands."""
    for command in (upcoming, frequency, discrepancies, show):
        app.command()(command)
