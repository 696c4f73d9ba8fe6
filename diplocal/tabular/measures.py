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
from diplocal.tabular.engagements import bounds, days, when
from diplocal.tabular.shapes import (
    DueRow,
    EdgeRow,
    ItineraryDocument,
    LegRow,
    NodeRow,
    PatrolCountRow,
    PatrolRow,
    PatrolsDocument,
    PerformanceRow,
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


def series(one: RoundsOfSeries, on: pendulum.Date, said: Language) -> SeriesRow:
    """Return a series with its rounds, overdue or not by a day."""
    return {
        "series": one.series,
        "rounds": [
            {
                "number": claim.number,
                "engagement": claim.slug,
                "status": claim.status.value,
                "when": when(claim.when, wording.date(claim, said)),
                "place": claim.place,
                "parties": [party.code for party in claim.parties],
            }
            for claim in one.rounds
        ],
        "intervals": [
            {"from": interval.first, "to": interval.then, "days": bounds(interval.days)} for interval in one.intervals
        ],
        "missing": list(one.missing),
        "contested": {str(number): list(slugs) for number, slugs in one.contested.items()},
        "next_due": _due(one.next_due),
        "overdue": one.is_overdue(on),
    }


def itinerary(found: Itinerary, said: Language) -> ItineraryDocument:
    """Return the legs of a journey, overlaps and gaps."""
    return {
        "legs": [leg(one, said) for one in found],
        "overlaps": [
            {"first": one.first.slug, "second": one.second.slug, "one_country": one.is_one_country}
            for one in found.overlaps
        ],
        "gaps": [{"after": gap.after, "before": gap.before, "days": bounds(gap.days)} for gap in found.gaps],
        "destinations": found.destinations,
        "diversity": found.diversity,
        "median_stay": days(found.stay),
    }


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
