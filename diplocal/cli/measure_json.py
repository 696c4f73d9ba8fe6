"""Measures as JSON, for programs. A number of days is an object of two bounds, ``at_most`` null where there is none."""

from collections.abc import Iterable, Mapping
from typing import Any

import pendulum

from diplocal import wording
from diplocal.cli.json_answers import when
from diplocal.projections import (
    ConductedPatrol,
    Days,
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
from diplocal.wording import Language


def patrols(
    rows: Iterable[PatrolCount],
    tempo: Tempo,
    answered: Mapping[str, int],
    chosen: Iterable[ConductedPatrol],
    said: Language,
) -> dict[str, Any]:
    """Give patrols, counted and one by one. A period of null: the date is too vague for it."""
    return {
        "counts": [
            {
                "period": row.period,
                "actors": row.actors,
                "area": row.area,
                "count": row.count,
                "answered": row.answered,
            }
            for row in rows
        ],
        "total": tempo.patrols,
        "dated": tempo.dated,
        "median_interval": _days(tempo.interval),
        "answered_by": answered,
        "patrols": [_patrol(patrol, said) for patrol in chosen],
    }


def rounds(series: Iterable[RoundsOfSeries], on: pendulum.Date, said: Language) -> list[dict[str, Any]]:
    """Give series with their rounds."""
    return [
        {
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
                {"from": interval.first, "to": interval.then, "days": _days(interval.days)}
                for interval in one.intervals
            ],
            "missing": one.missing,
            "contested": {str(number): slugs for number, slugs in one.contested.items()},
            "next_due": _due(one.next_due),
            "overdue": one.is_overdue(on),
        }
        for one in series
    ]


def itinerary(found: Itinerary, said: Language) -> dict[str, Any]:
    """Give the legs of a journey, overlaps and gaps."""
    return {
        "legs": [_leg(leg, said) for leg in found],
        "overlaps": [
            {"first": one.first.slug, "second": one.second.slug, "one_country": one.is_one_country}
            for one in found.overlaps
        ],
        "gaps": [{"after": gap.after, "before": gap.before, "days": _days(gap.days)} for gap in found.gaps],
        "destinations": found.destinations,
        "diversity": found.diversity,
        "median_stay": _days(found.stay),
    }


def punctuality(rows: Iterable[Performance]) -> list[dict[str, Any]]:
    """Give how visits kept to what was announced."""
    return [
        {
            "whose": row.key,
            "plans": row.plans,
            "held": row.held,
            "cancelled": row.cancelled,
            "cancellation_rate": row.cancellation_rate,
            "median_lead": _days(row.lead),
            "slipped": row.slipped,
            "slips": row.slips,
            "median_slip": _days(row.slip),
            "narrowings": row.narrowings,
            "postponements": row.postponements,
        }
        for row in rows
    ]


def network(edges: Iterable[Edge]) -> list[dict[str, Any]]:
    """Give who meets whom. A period of null: the date is too vague for it."""
    return [
        {
            "period": edge.period,
            "first": _node(edge.first),
            "second": _node(edge.second),
            "weight": float(edge.weight),
            "contacts": edge.contacts,
            "kinds": [kind.value for kind in edge.kinds],
        }
        for edge in edges
    ]


def _patrol(patrol: ConductedPatrol, said: Language) -> dict[str, Any]:
    return {
        "engagement": patrol.slug,
        "actors": patrol.codes,
        "when": when(patrol.when, said.date(patrol.when, is_over=True)),
        "area": patrol.area,
        "domains": [domain.value for domain in patrol.domains],
        "craft": patrol.craft,
        "reactions": [
            {
                "by": reaction.by.code,
                "when": when(reaction.when, said.date(reaction.when, is_over=True)),
                "craft": reaction.craft,
            }
            for reaction in patrol.reactions
        ],
    }


def _leg(leg: Leg, said: Language) -> dict[str, Any]:
    return {
        "engagement": leg.slug,
        "kind": leg.kind.value,
        "status": leg.status.value,
        "when": when(leg.when, wording.date(leg, said)),
        "country": leg.country.code,
        "place": leg.place,
        "during": leg.during,
        "days": _days(leg.days),
    }


def _node(node: Node) -> dict[str, str]:
    return {"id": node.id, "label": node.label, "party": node.party}


def _due(due: Due | None) -> dict[str, Any] | None:
    if due is None:
        return None
    bounds = {"earliest": due.earliest.isoformat(), "latest": due.latest.isoformat()}
    return {"number": due.number, **bounds, "basis": due.basis}


def _days(days: Days | None) -> dict[str, int | None] | None:
    return None if days is None else {"at_least": days.at_least, "at_most": days.at_most}
