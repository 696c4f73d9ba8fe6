"""What a generated engagement's reports say: each event of the vocabulary, filled in from its scenario."""

from collections.abc import Callable
from typing import Any

import attrs

from diplocal.dates import When
from diplocal.engagements import KINDS
from diplocal.events import (
    AgreementSigned,
    AmbassadorAccredited,
    AmbassadorExpelled,
    AmbassadorRecalled,
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
    SamePerson,
    StatementIssued,
    TripAnnounced,
    TripConcluded,
    VisitAnnounced,
    VisitBegan,
    VisitConcluded,
    VisitInvited,
)
from diplocal.events.shapes import Domain, Medium
from diplocal.testing import pools
from diplocal.testing.scenarios import Scenario


@attrs.frozen
class Saying:
    """What one report says beside who takes part."""

    engagement: str
    when: When | None
    said: dict[str, Any]
    """``reported`` and ``sources``."""
    during: str | None = None
    """Of a meeting, the visit that it is part of; of a visit, the trip."""


def fill(event: type[EngagementEvent], scenario: Scenario, saying: Saying) -> EngagementEvent:
    """Fill in an event that tells who takes part."""
    dated = {} if event is SamePerson else {"when": saying.when}
    said = {"engagement": saying.engagement, **dated, **_FILL[event](scenario, saying), **saying.said}
    return event(**said)


def _visit(scenario: Scenario, saying: Saying) -> dict[str, Any]:
    return {
        "visitors": scenario.guests,
        "host": scenario.second,
        "place": scenario.place,
        "received_by": scenario.hosts,
        "during": saying.during,
        "level": scenario.level,
        "purposes": scenario.purposes,
        "round": scenario.round,
    }


def _meeting(scenario: Scenario, saying: Saying) -> dict[str, Any]:
    return {
        "participants": scenario.everyone,
        "place": scenario.place,
        "host": scenario.second if scenario.hosts else None,
        "during": saying.during,
        "name": pools.TITLES[0] if scenario.alone else None,
        "medium": Medium.VIDEO if scenario.purposes else Medium.UNKNOWN,
        "purposes": scenario.purposes,
        "round": scenario.round,
    }


def _call(scenario: Scenario, _saying: Saying) -> dict[str, Any]:
    return {"participants": scenario.everyone, "medium": Medium.VIDEO if scenario.purposes else Medium.UNKNOWN}


def _patrol(scenario: Scenario, _saying: Saying) -> dict[str, Any]:
    return {
        "actors": scenario.actors,
        "domains": (Domain.SEA, Domain.AIR) if scenario.hosts else (Domain.AIR,),
        "area": pools.AREAS[0] if scenario.place else None,
        "craft": pools.CRAFT[:1] if scenario.hosts else (),
    }


def _exercise(scenario: Scenario, _saying: Saying) -> dict[str, Any]:
    return {
        "actors": scenario.actors,
        "name": "Vostok" if scenario.place else None,
        "domains": (Domain.LAND,) if scenario.hosts else (),
        "area": pools.AREAS[1] if scenario.purposes else None,
    }


def _agreement(scenario: Scenario, _saying: Saying) -> dict[str, Any]:
    return {"participants": scenario.everyone, "title": pools.TITLES[1], "place": scenario.place}


def _statement(scenario: Scenario, _saying: Saying) -> dict[str, Any]:
    return {"by": scenario.everyone, "title": pools.TITLES[0]}


def _tenure(scenario: Scenario, _saying: Saying) -> dict[str, Any]:
    return {"person": scenario.guests[0]}


def _trip(scenario: Scenario, _saying: Saying) -> dict[str, Any]:
    return {"travellers": scenario.guests, "name": "Tour; in spring" if scenario.place else None}


def _posting(scenario: Scenario, _saying: Saying) -> dict[str, Any]:
    return {"person": scenario.guests[0], "host": scenario.second}


def _alias(scenario: Scenario, _saying: Saying) -> dict[str, Any]:
    return {"people": pools.people_of(scenario.first)}


_FILL: dict[type[EngagementEvent], Callable[[Scenario, Saying], dict[str, Any]]] = {
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
    TripAnnounced: _trip,
    TripConcluded: _trip,
    AmbassadorAccredited: _posting,
    AmbassadorRecalled: _posting,
    AmbassadorExpelled: _posting,
    SamePerson: _alias,
}
TELLING = frozenset(_FILL)
"""Events that tell who takes part."""

PLAN = {kind: row.plan for kind, row in KINDS.items() if row.plan and row.occurrence}
"""What announces each kind; the others are never announced."""

OCCURRENCE = {kind: row.occurrence for kind, row in KINDS.items() if row.occurrence}
"""What says that each kind took place."""
