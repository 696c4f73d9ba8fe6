"""Commands that read a log and measure: patrols, rounds, itinerary, punctuality, network."""

from difflib import get_close_matches
from operator import itemgetter
from typing import Annotated

import pendulum
import typer

from diplocal.cli import measure_tables, options, tables
from diplocal.cli.question import Answer, Question, asks
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
    measure_lines,
)
from diplocal.projections.lines import of_sides
from diplocal.tabular import measures

By = Annotated[Period, typer.Option("--by", help="The stretches to count by.")]


@asks
def patrols(
    ask: Question,
    *,
    by: By = Period.MONTH,
    domain: Annotated[Domain | None, typer.Option("--domain", help="Only at sea, or only in the air.")] = None,
) -> Answer:
    """Count patrols, alone and joint, by period and area, and tell who reacted to them."""
    said, seen = ask.said, ask.answer(Patrols(), kind="patrol")
    chosen = {**ask.about("state", "pair"), "domain": domain}
    rows, tempo, answered = seen.by(by, **chosen), seen.tempo(**chosen), seen.answered_by(**chosen)
    title = tables.by(said("kinds.patrol"), by, said)
    return Answer(
        lambda: measures.patrols(rows, tempo, answered, seen.chosen(**chosen), said),
        lambda: measure_tables.patrols(rows, tempo, answered, title, said),
        itemgetter("counts"),
        title=title,
    )


@asks
def rounds(
    ask: Question,
    *,
    series: Annotated[str | None, typer.Option("--series", metavar="NAME", help="Only this series.")] = None,
    on: options.On = None,
) -> Answer:
    """Show consultations that recur: their rounds, what is missing, and when the next one is due."""
    day = on or options.today()
    consultations = ask.answer(ConsultationRounds())
    chosen = consultations.chosen(**ask.about("state", "pair"))
    if series is not None:
        named = consultations.of(series)
        if named is None:
            known = [one.series for one in consultations]
            raise UnknownName("series", series, near=tuple(get_close_matches(series, known)))
        chosen = [one for one in chosen if one == named]
    return Answer(
        lambda: [measures.series(one, day, ask.said) for one in chosen],
        lambda: measure_tables.rounds(chosen, day, ask.said),
        title=ask.said("answer.rounds"),
    )


@asks
def itinerary(
    ask: Question,
    person: Annotated[str, typer.Argument(metavar="PERSON", help="A name or a Wikidata id.")],
    *,
    representing: Annotated[
        str | None,
        typer.Option("--representing", metavar="CODE", help="Whom the person represents, to tell namesakes apart."),
    ] = None,
    on: Annotated[pendulum.Date | None, options.day_option("--on", help="Only what is not over by this day.")] = None,
) -> Answer:
    """Show where a person was and will be: legs in order, overlaps, and gaps."""
    journeys = ask.answer(Itineraries())
    found = journeys.of(person, state=representing)
    if not found and ask.criteria.keys() == {"person"}:
        if representing and (others := journeys.parties_of(person)):
            raise UnknownName(f"traveller of {representing!r} called", person, near=others)
        raise UnknownName("traveller", person, near=names_near(person, journeys.people()))
    if on is not None:
        found = found.ahead(on)
    title = ask.said("answer.itinerary", person=person)
    return Answer(
        lambda: measures.itinerary(found, ask.said),
        lambda: measure_tables.itinerary(found, title, ask.said),
        itemgetter("legs"),
        title=title,
    )


@asks
def punctuality(
    ask: Question, *, by: Annotated[Side, typer.Option("--by", help="By whom to sum up.")] = Side.PAIR
) -> Answer:
    """Show how visits keep to what was announced: lead times, slips, cancellations."""
    said, times = ask.said, ask.answer(Punctuality())
    rows = times.by(by, **ask.about("state", "pair", "person"))
    title = tables.by(said("answer.punctuality"), by, said)
    return Answer(
        lambda: list(map(measures.performance, rows)),
        lambda: measure_tables.punctuality(rows, title, said),
        title=title,
        items=rows,
    )


@asks
def network(
    ask: Question,
    *,
    by: By = Period.ALL,
    nodes: Annotated[Nodes, typer.Option("--nodes", help="Between whom.")] = Nodes.PARTIES,
    weight: Annotated[
        Weight, typer.Option("--weight", help="Each contact 1, or shared among all who took part in it.")
    ] = Weight.CONTACTS,
    at_least: Annotated[
        Rank | None, typer.Option("--at-least", metavar="RANK", help="Only where both sides held this office or above.")
    ] = None,
) -> Answer:
    """Show who meets whom, the most frequent first. Only what was held, or is under way, counts.

    What three sides or more take part in counts for each two of them with --sides any, or alone with multilateral.
    """
    said, ties = ask.said, ask.answer(Network() if at_least else Network(by=by, nodes=nodes))
    edges = ties.edges(by, nodes=nodes, weight=weight, at_least=at_least, **ask.about("state"))
    title = of_sides(tables.by(said("answer.network"), by, said), ask.sides, said)
    return Answer(
        lambda: list(map(measures.edge, edges)),
        lambda: measure_lines.edges(edges, said),
        title=title,
        items=edges,
    )
