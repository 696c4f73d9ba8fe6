"""What a generated engagement's reports say: each event of the vocabulary, filled in from its cast."""

from collections.abc import Callable
from typing import Any

import attrs

from diplocal.dates import When
from diplocal.engagements import KINDS
from diplocal.events import (
    AgreementSigned,
    CallAnnounced,
    CallHeld,
    EngagementEvent,
    ExerciseAnnounced,
    ExerciseConducted,
    MeetingAnnounced,
    MeetingHeld,
    OfficeAssumed,
    OfficeLeft,
    PatrolConducted,
    StatementIssued,
    VisitAnnounced,
    VisitBegan,
    VisitConcluded,
    VisitInvited,
)
from diplocal.events.shapes import Domain, Medium
from diplocal.testing import pools
from diplocal.testing.casts import Cast


@attrs.frozen
class Saying:
    """What one report says beside who takes part."""

    engagement: str
    when: When | None
    said: dict[str, Any]
    """``reported`` and ``sources``."""
    during: str | None = None
    """Of a meeting: the visit that it is part of."""


def fill(event: type[EngagementEvent], cast: Cast, saying: Saying) -> EngagementEvent:
    """Fill in an event that tells who takes part."""
    said = {"engagement": saying.engagement, "when": saying.when, **_FILL[event](cast, saying), **saying.said}
    return event(**said)


def _visit(cast: Cast, _saying: Saying) -> dict[str, Any]:
    return {
        "visitors": cast.guests,
        "host": cast.second,
        "place": cast.place,
        "received_by": cast.hosts,
        "level": cast.level,
        "purposes": cast.purposes,
        "round": cast.round,
    }


def _meeting(cast: Cast, saying: Saying) -> dict[str, Any]:
    return {
        "participants": cast.everyone,
        "place": cast.place,
        "host": cast.second if cast.hosts else None,
        "during": saying.during,
        "purposes": cast.purposes,
        "round": cast.round,
    }


def _call(cast: Cast, _saying: Saying) -> dict[str, Any]:
    return {"participants": cast.everyone, "medium": Medium.VIDEO if cast.purposes else Medium.UNKNOWN}


def _patrol(cast: Cast, _saying: Saying) -> dict[str, Any]:
    return {
        "actors": cast.actors,
        "domains": (Domain.SEA, Domain.AIR) if cast.hosts else (Domain.AIR,),
        "area": pools.AREAS[0] if cast.place else None,
        "craft": pools.CRAFT[:1] if cast.hosts else (),
    }


def _exercise(cast: Cast, _saying: Saying) -> dict[str, Any]:
    return {
        "actors": cast.actors,
        "name": "Vostok" if cast.place else None,
        "domains": (Domain.LAND,) if cast.hosts else (),
        "area": pools.AREAS[1] if cast.purposes else None,
    }


def _agreement(cast: Cast, _saying: Saying) -> dict[str, Any]:
    return {"participants": cast.everyone, "title": pools.TITLES[1], "place": cast.place}


def _statement(cast: Cast, _saying: Saying) -> dict[str, Any]:
    return {"by": cast.everyone, "title": pools.TITLES[0]}


def _tenure(cast: Cast, _saying: Saying) -> dict[str, Any]:
    return {"person": cast.guests[0]}


_FILL: dict[type[EngagementEvent], Callable[[Cast, Saying], dict[str, Any]]] = {
    VisitInvited: _visit,
    VisitAnnounced: _visit,
    VisitBegan: _visit,
    VisitConcluded: _visit,
    MeetingAnnounced: _meeting,
    MeetingHeld: _meeting,
    CallAnnounced: _call,
    CallHeld: _call,
    PatrolConducted: _patrol,
    ExerciseAnnounced: _exercise,
    ExerciseConducted: _exercise,
    AgreementSigned: _agreement,
    StatementIssued: _statement,
    OfficeAssumed: _tenure,
    OfficeLeft: _tenure,
}
TELLING = frozenset(_FILL)
"""Events that tell who takes part."""

PLAN = {kind: row.plan for kind, row in KINDS.items() if row.plan and row.occurrence}
"""What announces each kind; the others are never announced."""

OCCURRENCE = {kind: row.occurrence for kind, row in KINDS.items() if row.occurrence}
"""What says that each kind took place."""
