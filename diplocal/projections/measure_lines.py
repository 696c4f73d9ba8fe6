"""Every answer in lines, the measures among them."""

from collections.abc import Callable, Iterator, Sequence
from typing import Any

from diplocal import wording
from diplocal.engagements import Change, Engagement, Engagements
from diplocal.errors import InvalidValue
from diplocal.projections.contacts import Contacts, Frequency, Period
from diplocal.projections.findings import Finding
from diplocal.projections.itineraries import Itinerary, Journeys, Leg
from diplocal.projections.lines import (
    INSIDE,
    Lines,
    between,
    changes,
    engagements,
    findings,
    frequency,
    number_said,
    party,
    period_name,
    status_cell,
)
from diplocal.projections.network import Edge, Node, Ties
from diplocal.projections.patrols import ConductedPatrol, PatrolCount, PatrolsSeen
from diplocal.projections.punctuality import Performance, Timekeeping
from diplocal.projections.rounds import Consultations, RoundsOfSeries
from diplocal.projections.upcoming import Upcoming
from diplocal.wording import ENGLISH, Language


def lines_of(answer: Any, said: Language = ENGLISH) -> Lines:
    """Return what an answer of the diary holds, in lines.

    Raises InvalidValue for what is no answer.
    """
    match answer:
        case Contacts():
            return frequency(answer.by(Period.YEAR), said)
        case Ties():
            return edges(answer.edges(), said)
        case PatrolsSeen():
            return patrols(answer.by(Period.MONTH), said)
        case Timekeeping():
            return performance(answer.by(), said)
        case RoundsOfSeries():
            return rounds([answer], said)
        case Journeys():
            return legs([*answer.legs.values()], said)
        case Engagement():
            return engagements([answer], said)
        case Engagements():
            return engagements([*answer], said)
        case Upcoming() | Itinerary() | Consultations() | list():
            several = [*answer]
            return _several(several, said)
    raise InvalidValue("answer", answer, "an answer of the diary")


def _several(several: list[Any], said: Language) -> Lines:
    """Return a list in lines, by what it is a list of."""
    kinds = {type(one) for one in several}
    if not kinds:
        return Lines((said("column.what"),), (), 0)
    if len(kinds) == 1 and (lay_out := _BY_TYPE.get(kinds.pop())):
        return lay_out(several, said)
    raise InvalidValue("answer", several, "an answer of the diary")


def patrols(rows: Sequence[PatrolCount], said: Language) -> Lines:
    """Lay out how many patrols there were."""
    keys = "column.period", "column.whose", "column.area", "kinds.patrol", "column.answered"
    lines = (
        (period_name(row.period, said), between(row.actors, said), row.area or "–", str(row.count), str(row.answered))
        for row in rows
    )
    return Lines(tuple(map(said, keys)), lines, len(rows), 2)


def conducted(found: Sequence[ConductedPatrol], said: Language) -> Lines:
    """Lay out patrols one by one."""
    rows = ((said.date(one.when, is_over=True), between(one.codes, said), one.area or "–") for one in found)
    return Lines((said("field.when"), said("column.whose"), said("column.area")), rows, len(found))


def legs(found: Sequence[Leg], said: Language) -> Lines:
    """Lay out the legs of journeys."""
    there = {leg.slug for leg in found}
    columns = *map(said, ("field.when", "field.where", "column.what", "field.status")), said("column.days")
    rows = (
        (
            wording.date(leg, said),
            _where(leg, said),
            f"{INSIDE if leg.during in there else ''}{wording.kind(leg.kind, said)}",
            status_cell(leg.status, said),
            number_said(leg.days, said) if leg.days else "–",
        )
        for leg in found
    )
    return Lines(columns, rows, len(found), 1)


def _where(leg: Leg, said: Language) -> str:
    country = said.party(leg.country)
    return said.series((said.printed(leg.place), country)) if leg.place else country


def rounds(found: Sequence[RoundsOfSeries], said: Language) -> Lines:
    """Lay out rounds, each with the series that it is of."""
    several = [(series, one) for series in found for one in series.rounds]
    keys = "column.what", "field.round", "field.when", "field.where", "field.status"
    rows = (
        (
            series.series,
            str(one.number),
            wording.date(one, said),
            said.printed(one.place) if one.place else "–",
            status_cell(one.status, said),
        )
        for series, one in several
    )
    return Lines(tuple(map(said, keys)), rows, len(several))


def performance(rows: Sequence[Performance], said: Language) -> Lines:
    """Lay out how visits kept to what was announced."""
    counts = "plans", "held", "lead", "slips", "slip", "narrowed", "put_off", "cancelled"
    columns = said("column.whose"), *(said(f"column.{name}") for name in counts)
    lines = ((between(row.key, said) or said("answer.all"), *_numbers(row, said)) for row in rows)
    return Lines(columns, lines, len(rows), len(counts))


def _numbers(row: Performance, said: Language) -> Iterator[str]:
    days = (row.lead and number_said(row.lead, said), row.slip and number_said(row.slip, said))
    numbers = (row.plans, row.held, days[0], row.slips, days[1], row.narrowings, row.postponements, row.cancelled)
    return ("–" if number is None else str(number) for number in numbers)


def edges(found: Sequence[Edge], said: Language) -> Lines:
    """Lay out who meets whom."""
    keys = "column.period", "field.who", "column.with", "column.by", "column.weight", "table.contacts"
    rows = (
        (
            period_name(edge.period, said),
            _node(edge.first, said),
            _node(edge.second, said),
            said.series(wording.kind(kind, said) for kind in edge.kinds),
            f"{float(edge.weight):g}",
            str(edge.contacts),
        )
        for edge in found
    )
    return Lines(tuple(map(said, keys)), rows, len(found), 2)


def _node(node: Node, said: Language) -> str:
    if node.party == node.label:
        return party(node.label, said)
    name = said.printed(node.label)
    return said("person.party", person=name, party=party(node.party, said)) if node.party else name


_BY_TYPE: dict[type, Callable[[Any, Language], Lines]] = {
    Engagement: engagements,
    Change: changes,
    Frequency: frequency,
    Finding: findings,
    PatrolCount: patrols,
    ConductedPatrol: conducted,
    Leg: legs,
    Performance: performance,
    RoundsOfSeries: rounds,
    Edge: edges,
}
