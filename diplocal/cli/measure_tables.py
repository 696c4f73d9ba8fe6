"""Measures as tables, for people."""

from collections.abc import Iterator, Mapping, Sequence

import pendulum
from rich.console import Group, RenderableType
from rich.text import Text

from diplocal import wording
from diplocal.cli.tables import between, status_text, table
from diplocal.projections import (
    Days,
    Edge,
    Itinerary,
    Leg,
    Node,
    PatrolCount,
    Performance,
    RoundsOfSeries,
    Tempo,
)
from diplocal.state_names import name_of

VAGUE = "date too vague"
MEDIANS = "Lead and slip are median days: a range where dates are vague, or where two visits lie in the middle."


def patrols(rows: Sequence[PatrolCount], tempo: Tempo, answered: Mapping[str, int], title: str) -> RenderableType:
    """Lay out how many patrols there were, their tempo, and who reacted."""
    if not rows:
        return Text(f"{title}: none.")
    made = table(title, "Period", "Whose", "Area", right=("Patrols", "Answered"))
    for row in rows:
        period = row.period or VAGUE
        made.add_row(period, between(row.actors), Text(row.area or "–"), str(row.count), str(row.answered))
    return Group(made, *map(Text, _summary(tempo, answered)))


def _summary(tempo: Tempo, answered: Mapping[str, int]) -> Iterator[str]:
    if tempo.interval is not None:
        yield f"Between the beginnings of {tempo.dated} dated patrols lie {_days(tempo.interval)} in the median."
    for code, count in answered.items():
        yield f"{name_of(code)} reacted to {count} of {tempo.patrols}."


def rounds(series: Sequence[RoundsOfSeries], on: pendulum.Date) -> RenderableType:
    """Lay out series: a line for each round, then what is missing, claimed twice, and due."""
    return Group(*(_series(one, on) for one in series)) if series else Text("Consultation rounds: none.")


def _series(series: RoundsOfSeries, on: pendulum.Date) -> RenderableType:
    made = table(series.series, "Round", "When", "Where", "Status", right=("Days since",))
    since = {interval.then: interval.days for interval in series.intervals}
    for one in series.rounds:
        days = str(since[one.number]) if one.number in since else "–"
        made.add_row(str(one.number), wording.date(one), Text(one.place or "–"), status_text(one.status), days)
    return Group(made, *map(Text, _findings(series, on)))


def _findings(series: RoundsOfSeries, on: pendulum.Date) -> Iterator[str]:
    if series.missing:
        yield f"Not on record: round {', '.join(map(str, series.missing))}."
    for number, slugs in series.contested.items():
        yield f"Round {number} is claimed by {' and '.join(slugs)}."
    due = series.next_due
    if due is not None:
        overdue = f", and overdue on {on}" if series.is_overdue(on) else ""
        yield (
            f"Round {due.number} is due from {due.earliest} to {due.latest} by the shortest and the longest of "
            f"{due.basis} past intervals{overdue}."
        )


def itinerary(found: Itinerary, title: str) -> RenderableType:
    """Lay out the legs of a journey, then what overlaps and what is not known."""
    made = table(title, "When", "Where", "What", "Status", right=("Days",))
    inside = {leg.slug for leg in found} - {leg.slug for leg in found.stays}
    for leg in _nested(found):
        days = str(leg.days) if leg.days else "–"
        what = f"{'  └ ' if leg.slug in inside else ''}{leg.kind.value}"
        made.add_row(wording.date(leg), Text(_where(leg)), what, status_text(leg.status), days)
    return Group(made, *map(Text, _remarks(found)))


def _nested(found: Itinerary) -> Iterator[Leg]:
    stays = found.stays
    for stay in stays:
        yield stay
        yield from (leg for leg in found if leg.during == stay.slug and leg not in stays)


def _where(leg: Leg) -> str:
    return f"{leg.place}, {leg.country}" if leg.place else str(leg.country)


def _remarks(found: Itinerary) -> Iterator[str]:
    for one in found.overlaps:
        how = "perhaps one stay, listed twice" if one.is_one_country else "in two countries"
        yield f"{one.first.slug} and {one.second.slug} overlap: {how}."
    for gap in found.gaps:
        yield f"Nothing is known of {_days(gap.days)} between {gap.after} and {gap.before}."


def punctuality(rows: Sequence[Performance], title: str) -> RenderableType:
    """Lay out how visits kept to what was announced."""
    if not rows:
        return Text(f"{title}: none.")
    counts = ("Plans", "Held", "Lead", "Slips", "Slip", "Narrowed", "Put off", "Cancelled")
    made = table(title, "Whose", right=counts)
    for row in rows:
        numbers = (row.plans, row.held, row.lead, row.slips, row.slip, row.narrowings, row.postponements, row.cancelled)
        made.add_row(between(row.key) or "all", *("–" if number is None else str(number) for number in numbers))
    return Group(made, Text(MEDIANS))


def network(edges: Sequence[Edge], title: str) -> RenderableType:
    """Lay out who meets whom."""
    if not edges:
        return Text(f"{title}: nobody.")
    made = table(title, "Period", "Who", "With", "By", right=("Weight", "Contacts"))
    for edge in edges:
        kinds = ", ".join(kind.value for kind in edge.kinds)
        ends = (_node(edge.first), _node(edge.second))
        made.add_row(edge.period or VAGUE, *ends, kinds, f"{float(edge.weight):g}", str(edge.contacts))
    return made


def _node(node: Node) -> Text:
    named = name_of(node.label)
    return Text(named if node.party in (None, "", node.label) else f"{named} ({name_of(node.party)})")


def _days(days: Days) -> str:
    return f"{days} {'day' if days == Days(1, 1) else 'days'}"
