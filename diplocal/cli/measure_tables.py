"""Measures as tables, for people."""

from collections.abc import Iterator, Mapping, Sequence

import pendulum
from rich.console import Group, RenderableType
from rich.text import Text

from diplocal import wording
from diplocal.cli.tables import between, days_said, none, number_said, party, period_name, status_text, table
from diplocal.projections import (
    Edge,
    Itinerary,
    Leg,
    Node,
    PatrolCount,
    Performance,
    RoundsOfSeries,
    Tempo,
)
from diplocal.wording import Language


def patrols(
    rows: Sequence[PatrolCount], tempo: Tempo, answered: Mapping[str, int], title: str, said: Language
) -> RenderableType:
    """Lay out how many patrols there were, their tempo, and who reacted."""
    if not rows:
        return none(title, said)
    columns = (said("column.period"), said("column.whose"), said("column.area"))
    made = table(title, *columns, right=(said("kinds.patrol"), said("column.answered")))
    for row in rows:
        made.add_row(
            period_name(row.period, said),
            between(row.actors, said),
            Text(row.area or "–"),
            str(row.count),
            str(row.answered),
        )
    return Group(made, *map(Text, _summary(tempo, answered, said)))


def _summary(tempo: Tempo, answered: Mapping[str, int], said: Language) -> Iterator[str]:
    if tempo.interval is not None:
        yield said("patrols.tempo", count=tempo.dated, days=days_said(tempo.interval, said))
    for code, count in answered.items():
        yield said("patrols.reacted", party=party(code, said), count=count, total=tempo.patrols)


def rounds(series: Sequence[RoundsOfSeries], on: pendulum.Date, said: Language) -> RenderableType:
    """Lay out series: a line for each round, then what is missing, claimed twice, and due."""
    return Group(*(_series(one, on, said) for one in series)) if series else none(said("answer.rounds"), said)


def _series(series: RoundsOfSeries, on: pendulum.Date, said: Language) -> RenderableType:
    columns = map(said, ("field.round", "field.when", "field.where", "field.status"))
    made = table(series.series, *columns, right=(said("column.days_since"),))
    since = {interval.then: interval.days for interval in series.intervals}
    for one in series.rounds:
        days = number_said(since[one.number], said) if one.number in since else "–"
        status = status_text(one.status, said)
        made.add_row(str(one.number), wording.date(one, said), Text(one.place or "–"), status, days)
    return Group(made, *map(Text, _findings(series, on, said)))


def _findings(series: RoundsOfSeries, on: pendulum.Date, said: Language) -> Iterator[str]:
    if series.missing:
        yield said("rounds.missing", numbers=said.series(map(str, series.missing)))
    for number, slugs in series.contested.items():
        yield said("rounds.contested", number=number, engagements=said.listed(slugs))
    due = series.next_due
    if due is not None:
        earliest, latest = said.day(due.earliest), said.day(due.latest)
        yield said("rounds.due", number=due.number, earliest=earliest, latest=latest, basis=due.basis)
        if series.is_overdue(on):
            yield said("rounds.overdue", number=due.number, day=said.day(on))


def itinerary(found: Itinerary, title: str, said: Language) -> RenderableType:
    """Lay out the legs of a journey, then what overlaps and what is not known."""
    columns = map(said, ("field.when", "field.where", "column.what", "field.status"))
    made = table(title, *columns, right=(said("column.days"),))
    inside = {leg.slug for leg in found} - {leg.slug for leg in found.stays}
    for leg in _nested(found):
        days = number_said(leg.days, said) if leg.days else "–"
        what = f"{'  └ ' if leg.slug in inside else ''}{wording.kind(leg.kind, said)}"
        made.add_row(wording.date(leg, said), Text(_where(leg, said)), what, status_text(leg.status, said), days)
    return Group(made, *map(Text, _remarks(found, said)))


def _nested(found: Itinerary) -> Iterator[Leg]:
    stays = found.stays
    for stay in stays:
        yield stay
        yield from (leg for leg in found if leg.during == stay.slug and leg not in stays)


def _where(leg: Leg, said: Language) -> str:
    country = said.party(leg.country)
    return said.series((said.printed(leg.place), country)) if leg.place else country


def _remarks(found: Itinerary, said: Language) -> Iterator[str]:
    for one in found.overlaps:
        how = "itinerary.twice" if one.is_one_country else "itinerary.overlap"
        yield said(how, first=one.first.slug, second=one.second.slug)
    for gap in found.gaps:
        yield said("itinerary.gap", days=days_said(gap.days, said), after=gap.after, before=gap.before)


def punctuality(rows: Sequence[Performance], title: str, said: Language) -> RenderableType:
    """Lay out how visits kept to what was announced."""
    if not rows:
        return none(title, said)
    counts = ("plans", "held", "lead", "slips", "slip", "narrowed", "put_off", "cancelled")
    made = table(title, said("column.whose"), right=[said(f"column.{name}") for name in counts])
    for row in rows:
        days = (row.lead and number_said(row.lead, said), row.slip and number_said(row.slip, said))
        numbers = (row.plans, row.held, days[0], row.slips, days[1], row.narrowings, row.postponements, row.cancelled)
        cells = ("–" if number is None else str(number) for number in numbers)
        made.add_row(between(row.key, said) or said("answer.all"), *cells)
    return Group(made, Text(said("punctuality.medians")))


def network(edges: Sequence[Edge], title: str, said: Language) -> RenderableType:
    """Lay out who meets whom."""
    if not edges:
        return none(title, said)
    columns = map(said, ("column.period", "field.who", "column.with", "column.by"))
    made = table(title, *columns, right=(said("column.weight"), said("table.contacts")))
    for edge in edges:
        kinds = said.series(wording.kind(kind, said) for kind in edge.kinds)
        ends = (_node(edge.first, said), _node(edge.second, said))
        weight, contacts = f"{float(edge.weight):g}", str(edge.contacts)
        made.add_row(period_name(edge.period, said), *ends, kinds, weight, contacts)
    return made


def _node(node: Node, said: Language) -> Text:
    if node.party == node.label:
        return Text(party(node.label, said))
    name = said.printed(node.label)
    return Text(said("person.party", person=name, party=party(node.party, said)) if node.party else name)
