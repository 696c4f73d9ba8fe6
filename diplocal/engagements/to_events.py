"""Events that say the same as an engagement, as few as it takes: what a feed hands on to another log."""

from collections.abc import Callable, Iterator
from typing import Any

from diplocal.engagements.engagement import Engagement, Kind, Outcome, Status
from diplocal.events import (
    AgreementSigned,
    CallAnnounced,
    CallHeld,
    Cancelled,
    Confirmed,
    EngagementEvent,
    EntryListed,
    ExerciseAnnounced,
    ExerciseConducted,
    ForcesScrambled,
    MeetingAnnounced,
    MeetingHeld,
    PatrolConducted,
    Postponed,
    Rescheduled,
    StatementIssued,
    Visit,
    VisitAnnounced,
    VisitBegan,
    VisitConcluded,
    VisitInvited,
)


def to_events(engagement: Engagement) -> tuple[EngagementEvent, ...]:
    """Return events from which the same would be understood, none when no report says what it is.

    They carry its sources, and say nothing of when or how often it was reported, of contradictions and lists.
    """
    event_of = _BY_KIND.get(engagement.kind)
    if event_of is None or (engagement.when is None and engagement.kind in _ALWAYS_DATED):
        return ()
    if engagement.kind is Kind.UNKNOWN and engagement.name is None:
        return ()
    return (
        *_moved(engagement),
        event_of(engagement),
        *_status(engagement),
        *_reactions(engagement),
        *map(_act_at(engagement), engagement.outcomes),
    )


def _moved(engagement: Engagement) -> Iterator[EngagementEvent]:
    """Say why it moved, ahead of what it was moved to."""
    if engagement.reason and engagement.when and engagement.status not in (Status.CANCELLED, Status.POSTPONED):
        yield Rescheduled(engagement=engagement.slug, when=engagement.when, reason=engagement.reason)


def _status(engagement: Engagement) -> Iterator[EngagementEvent]:
    match engagement.status:
        case Status.CONFIRMED:
            yield Confirmed(engagement=engagement.slug)
        case Status.CANCELLED:
            yield Cancelled(engagement=engagement.slug, reason=engagement.reason)
        case Status.POSTPONED:
            yield Postponed(engagement=engagement.slug, reason=engagement.reason)


def _reactions(engagement: Engagement) -> Iterator[EngagementEvent]:
    for one in dict.fromkeys(engagement.reactions):
        yield ForcesScrambled(engagement=engagement.slug, by=one.by, when=one.when, craft=one.craft)


def _act_at(engagement: Engagement) -> Callable[[Outcome], EngagementEvent]:
    """Return what makes events of what was signed or stated at an engagement."""

    def event_of(act: Outcome) -> EngagementEvent:
        if act.kind is Kind.STATEMENT:
            return StatementIssued(engagement=engagement.slug, by=act.participants, title=act.title, when=act.when)
        return AgreementSigned(
            engagement=engagement.slug,
            participants=act.participants,
            title=act.title,
            when=act.when,
            place=act.place,
        )

    return event_of


def _common(engagement: Engagement) -> dict[str, Any]:
    return {"engagement": engagement.slug, "when": engagement.when, "sources": engagement.sources}


def _visit(engagement: Engagement) -> EngagementEvent:
    return _VISITS.get(engagement.status, VisitAnnounced)(
        **_common(engagement),
        visitors=engagement.visitors,
        host=engagement.host,  # type: ignore[arg-type] # every visit has one
        place=engagement.place,
        received_by=engagement.received_by,
        level=engagement.level,
        purposes=engagement.purposes,
        round=engagement.round,
    )


def _meeting(engagement: Engagement) -> EngagementEvent:
    return (MeetingHeld if engagement.status is Status.HELD else MeetingAnnounced)(
        **_common(engagement),
        participants=engagement.participants,
        place=engagement.place,
        host=engagement.host,
        during=engagement.during,
        purposes=engagement.purposes,
        round=engagement.round,
    )


def _call(engagement: Engagement) -> EngagementEvent:
    return (CallHeld if engagement.status is Status.HELD else CallAnnounced)(
        **_common(engagement), participants=engagement.participants, medium=engagement.medium
    )


def _exercise(engagement: Engagement) -> EngagementEvent:
    return (ExerciseConducted if engagement.status is Status.HELD else ExerciseAnnounced)(
        **_common(engagement),
        actors=engagement.actors,
        name=engagement.name,
        domains=engagement.domains,
        area=engagement.place,
    )


def _patrol(engagement: Engagement) -> EngagementEvent:
    return PatrolConducted(
        **_common(engagement),
        actors=engagement.actors,
        domains=engagement.domains,
        area=engagement.place,
        craft=engagement.craft,
    )


def _agreement(engagement: Engagement) -> EngagementEvent:
    return AgreementSigned(
        **_common(engagement), participants=engagement.participants, title=_title(engagement), place=engagement.place
    )


def _statement(engagement: Engagement) -> EngagementEvent:
    return StatementIssued(**_common(engagement), by=engagement.participants, title=_title(engagement))


def _entry(engagement: Engagement) -> EngagementEvent:
    return EntryListed(**_common(engagement), title=_title(engagement), place=engagement.place)


def _title(engagement: Engagement) -> str:
    return engagement.name or engagement.slug


_VISITS: dict[Status, type[Visit]] = {
    Status.INVITED: VisitInvited,
    Status.UNDER_WAY: VisitBegan,
    Status.HELD: VisitConcluded,
}
_BY_KIND: dict[Kind, Callable[[Engagement], EngagementEvent]] = {
    Kind.VISIT: _visit,
    Kind.MEETING: _meeting,
    Kind.CALL: _call,
    Kind.EXERCISE: _exercise,
    Kind.PATROL: _patrol,
    Kind.AGREEMENT: _agreement,
    Kind.STATEMENT: _statement,
    Kind.UNKNOWN: _entry,
}
_ALWAYS_DATED = (Kind.PATROL, Kind.AGREEMENT, Kind.STATEMENT, Kind.UNKNOWN)
"""Kinds whose events always have a date."""
