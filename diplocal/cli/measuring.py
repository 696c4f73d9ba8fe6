"""Commands that read a log and measure: patrols, rounds, itinerary, punctuality, network."""

from difflib import get_close_matches
from typing import Annotated

import pendulum
import typer

from diplocal.cli import json_answers, measure_json, measure_tables, options, tables
from diplocal.cli.run import answer, asked
from diplocal.errors import UnknownName
from diplocal.events import Domain
from diplocal.names.people import names_near
from diplocal.parties import Rank
from diplocal.projections import (
    ConsultationRounds,
    Itineraries,
    Network,
    Nodes,
    Patrols,
    Period,
    Punctuality,
    Side,
    Weight,
)
from diplocal.wording import language


def patrols(
    *,
    log: options.LogPath,
    by: Annotated[Period, typer.Option("--by", help="The stretches to count by.")] = Period.MONTH,
    state: options.StateCode = None,
    pair: options.Pair = None,
    domain: Annotated[Domain | None, typer.Option("--domain", help="Only at sea, or only in the air.")] = None,
    known_at: options.KnownAt = None,
    reported_by: options.ReportedBy = None,
    audience: options.Audience = options.PUBLIC,
    lang: options.Lang = options.ENGLISH,
    as_json: options.AsJson = False,
) -> None:
    """Count patrols, alone and joint, by period and area, and tell who reacted to them."""
    said = language(lang)
    seen = answer(Patrols(), log, known_at=known_at, reported_by=reported_by, audience=audience, kind="patrol")
    rows, tempo, answered, chosen = (
        seen.by(by, state=state, pair=pair, domain=domain),
        seen.tempo(state=state, pair=pair, domain=domain),
        seen.answered_by(state=state, pair=pair, domain=domain),
        seen.chosen(state=state, pair=pair, domain=domain),
    )
    if as_json:
        typer.echo(json_answers.write(measure_json.patrols(rows, tempo, answered, chosen, said)))
    else:
        tables.console().print(
            measure_tables.patrols(rows, tempo, answered, tables.by(said("kinds.patrol"), by, said), said)
        )


def rounds(
    *,
    log: options.LogPath,
    series: Annotated[str | None, typer.Option("--series", metavar="NAME", help="Only this series.")] = None,
    on: options.On = None,
    state: options.StateCode = None,
    pair: options.Pair = None,
    known_at: options.KnownAt = None,
    reported_by: options.ReportedBy = None,
    audience: options.Audience = options.PUBLIC,
    lang: options.Lang = options.ENGLISH,
    as_json: options.AsJson = False,
) -> None:
    """Show consultations that recur: their rounds, what is missing, and when the next one is due."""
    said = language(lang)
    day = on or options.today()
    consultations = answer(ConsultationRounds(), log, known_at=known_at, reported_by=reported_by, audience=audience)
    chosen = consultations.chosen(state=state, pair=pair)
    if series is not None:
        named = consultations.of(series)
        if named is None:
            known = [one.series for one in consultations]
            raise UnknownName("series", series, near=tuple(get_close_matches(series, known)))
        chosen = [one for one in chosen if one == named]
    if as_json:
        typer.echo(json_answers.write(measure_json.rounds(chosen, day, said)))
    else:
        tables.console().print(measure_tables.rounds(chosen, day, said))


def itinerary(
    person: Annotated[str, typer.Argument(metavar="PERSON", help="A name or a Wikidata id.")],
    *,
    log: options.LogPath,
    state: Annotated[
        str | None,
        typer.Option(
            "--state",
            metavar="CODE",
            callback=options.state_code,
            help="Whom the person represents, to tell namesakes apart.",
        ),
    ] = None,
    on: Annotated[
        pendulum.Date | None,
        typer.Option("--on", parser=options.day, metavar="DAY", help="Only what is not over by this day."),
    ] = None,
    known_at: options.KnownAt = None,
    reported_by: options.ReportedBy = None,
    audience: options.Audience = options.PUBLIC,
    lang: options.Lang = options.ENGLISH,
    as_json: options.AsJson = False,
) -> None:
    """Show where a person was and will be: legs in order, overlaps, and gaps."""
    said = language(lang)
    with asked(log, known_at=known_at, reported_by=reported_by, audience=audience) as diary:
        found = diary.answer(Itineraries(), person=person).of(person, state=state)
        if not found:
            raise UnknownName("traveller", person, near=names_near(person, diary.answer(Itineraries()).people()))
    if on is not None:
        found = found.ahead(on)
    if as_json:
        typer.echo(json_answers.write(measure_json.itinerary(found, said)))
    else:
        tables.console().print(measure_tables.itinerary(found, said("answer.itinerary", person=person), said))


def punctuality(
    *,
    log: options.LogPath,
    by: Annotated[Side, typer.Option("--by", help="By whom to sum up.")] = Side.PAIR,
    state: options.StateCode = None,
    pair: options.Pair = None,
    person: options.PersonName = None,
    known_at: options.KnownAt = None,
    reported_by: options.ReportedBy = None,
    audience: options.Audience = options.PUBLIC,
    lang: options.Lang = options.ENGLISH,
    as_json: options.AsJson = False,
) -> None:
    """Show how visits keep to what was announced: lead times, slips, cancellations."""
    said = language(lang)
    times = answer(
        Punctuality(),
        log,
        known_at=known_at,
        reported_by=reported_by,
        audience=audience,
        state=state,
        pair=pair,
        person=person,
    )
    rows = times.by(by, state=state, pair=pair, person=person)
    if as_json:
        typer.echo(json_answers.write(measure_json.punctuality(rows)))
    else:
        tables.console().print(measure_tables.punctuality(rows, tables.by(said("answer.punctuality"), by, said), said))


def network(
    *,
    log: options.LogPath,
    by: Annotated[Period, typer.Option("--by", help="The stretches to count by.")] = Period.ALL,
    nodes: Annotated[Nodes, typer.Option("--nodes", help="Between whom.")] = Nodes.PARTIES,
    weight: Annotated[
        Weight, typer.Option("--weight", help="Each contact 1, or shared among all who took part in it.")
    ] = Weight.CONTACTS,
    at_least: Annotated[
        Rank | None, typer.Option("--at-least", metavar="RANK", help="Only where both sides held this office or above.")
    ] = None,
    state: options.StateCode = None,
    known_at: options.KnownAt = None,
    reported_by: options.ReportedBy = None,
    audience: options.Audience = options.PUBLIC,
    lang: options.Lang = options.ENGLISH,
    as_json: options.AsJson = False,
) -> None:
    """Show who meets whom, the most frequent first. Only what was held counts."""
    said = language(lang)
    ties = answer(Network(), log, known_at=known_at, reported_by=reported_by, audience=audience, state=state)
    edges = ties.edges(by, nodes=nodes, weight=weight, at_least=at_least, state=state)
    if as_json:
        typer.echo(json_answers.write(measure_json.network(edges)))
    else:
        tables.console().print(measure_tables.network(edges, tables.by(said("answer.network"), by, said), said))


def add_to(app: typer.Typer) -> None:
    """Add these commands."""
    for command in (patrols, rounds, itinerary, punctuality, network):
        app.command()(command)
