"""Measures as rows: plain dictionaries with the fields of ``shapes``, whose names stay."""

from collections.abc import Iterable, Mapping

import pendulum

from diplocal import wording
from diplocal.projections import (
    ConductedPatrol,
    Due,
    Edge,
    Itinerary,
    Leg,
    Node,
    PatrolCount,
    Performance,
    RoundsOfSeries,
    Tempo,
)
from diplocal.projections.itineraries import Gap, Overlap
from diplocal.projections.punctuality import Planned
from diplocal.projections.rounds import Claim, Interval
from diplocal.tabular.engagements import bounds, days, when
from diplocal.tabular.shapes import (
    DueRow,
    EdgeRow,
    GapRow,
    IntervalRow,
    ItineraryDocument,
    LegRow,
    NodeRow,
    OverlapRow,
    PatrolCountRow,
    PatrolRow,
    PatrolsDocument,
    PerformanceRow,
    PlannedRow,
    RoundRow,
    SeriesRow,
)
from diplocal.wording import Language


def patrols(
    rows: Iterable[PatrolCount],
    tempo: Tempo,
    answered: Mapping[str, int],
    chosen: Iterable[ConductedPatrol],
    said: Language,
) -> PatrolsDocument:
    """Return patrols, counted and one by one."""
    return {
        "counts": list(map(patrol_count, rows)),
        "total": tempo.patrols,
        "dated": tempo.dated,
        "median_interval": days(tempo.interval),
        "answered_by": dict(answered),
        "patrols": [patrol(one, said) for one in chosen],
    }


def patrol_count(row: PatrolCount) -> PatrolCountRow:
    """Return how many patrols there were."""
    return {
        "period": row.period,
        "actors": list(row.actors),
        "area": row.area,
        "count": row.count,
        "answered": row.answered,
    }


def patrol(one: ConductedPatrol, said: Language) -> PatrolRow:
    """Return one patrol."""
    return {
        "engagement": one.slug,
        "actors": list(one.codes),
        "when": when(one.when, said.date(one.when, is_over=True)),
        "area": one.area,
        "domains": [domain.value for domain in one.domains],
        "craft": list(one.craft),
        "reactions": [
            {
                "by": reaction.by.code,
                "when": when(reaction.when, said.date(reaction.when, is_over=True)),
                "craft": list(reaction.craft),
            }
            for reaction in one.reactions
        ],
    }


def series(one: RoundsOfSeries, on: pendulum.Date | None, said: Language) -> SeriesRow:
    """Return a series with its rounds, overdue or not by a day; None of that where no day is given."""
    return {
        "series": one.series,
        "rounds": [claim(each, said) for each in one.rounds],
        "intervals": list(map(interval, one.intervals)),
        "missing": list(one.missing),
        "contested": {str(number): list(slugs) for number, slugs in one.contested.items()},
        "next_due": _due(one.next_due),
        "overdue": None if on is None else one.is_overdue(on),
    }


def claim(one: Claim, said: Language) -> RoundRow:
    """Return a round, as one engagement claims it."""
    return {
        "number": one.number,
        "engagement": one.slug,
        "status": one.status.value,
        "when": when(one.when, wording.date(one, said)),
        "place": one.place,
        "parties": [party.code for party in one.parties],
    }


def interval(one: Interval) -> IntervalRow:
    """Return the days between two rounds."""
    return {"from": one.first, "to": one.then, "days": bounds(one.days)}


def itinerary(found: Itinerary, said: Language) -> ItineraryDocument:
    """Return the legs of a journey, overlaps and gaps."""
    return {
        "legs": [leg(one, said) for one in found],
        "overlaps": list(map(overlap, found.overlaps)),
        "gaps": list(map(gap, found.gaps)),
        "destinations": found.destinations,
        "diversity": found.diversity,
        "median_stay": days(found.stay),
    }


def overlap(one: Overlap) -> OverlapRow:
    """Return two legs that certainly share days."""
    return {"first": one.first.slug, "second": one.second.slug, "one_country": one.is_one_country}


def gap(one: Gap) -> GapRow:
    """Return the days between two legs of which nothing is known."""
    return {"after": one.after, "before": one.before, "days": bounds(one.days)}


def leg(one: Leg, said: Language) -> LegRow:
    """Return a leg of a journey."""
    return {
        "engagement": one.slug,
        "kind": one.kind.value,
        "status": one.status.value,
        "when": when(one.when, wording.date(one, said)),
        "country": one.country.code,
        "place": one.place,
        "during": one.during,
        "days": days(one.days),
    }


def planned(one: Planned, said: Language) -> PlannedRow:
    """Return how one visit kept to what was announced."""
    return {
        "engagement": one.slug,
        "status": one.status.value,
        "visiting": list(one.visiting),
        "host": one.host.code,
        "when": when(one.when, wording.date(one, said)),
        "announced": one.announced.isoformat() if one.announced else None,
        "lead": days(one.lead),
        "slips": len(one.slips),
        "narrowings": one.narrowings,
        "postponements": one.postponements,
        "cancellations": one.cancellations,
    }


def performance(row: Performance) -> PerformanceRow:
    """Return how visits kept to what was announced."""
    return {
        "whose": list(row.key),
        "plans": row.plans,
        "held": row.held,
        "cancelled": row.cancelled,
        "cancellation_rate": row.cancellation_rate,
        "median_lead": days(row.lead),
        "slipped": row.slipped,
        "slips": row.slips,
        "median_slip": days(row.slip),
        "narrowings": row.narrowings,
        "postponements": row.postponements,
    }


def edge(one: Edge) -> EdgeRow:
    """Return two who met, and how often."""
    return {
        "period": one.period,
        "first": _node(one.first),
        "second": _node(one.second),
        "weight": float(one.weight),
        "contacts": one.contacts,
        "kinds": [kind.value for kind in one.kinds],
    }


def _node(node: Node) -> NodeRow:
    return {"id": node.id, "label": node.label, "party": node.party}


def _due(due: Due | None) -> DueRow | None:
    if due is None:
        return None
    earliest, latest = due.earliest.isoformat(), due.latest.isoformat()
    return {"number": due.number, "earliest": earliest, "latest": latest, "basis": due.basis}
