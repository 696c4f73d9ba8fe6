"""Events that say the same as an engagement, as few as it takes: what a feed hands on to another log."""

from collections.abc import Iterator
from typing import Any

from diplocal.checks import expect
from diplocal.engagements.engagement import Engagement, Outcome, Status
from diplocal.engagements.kinds import Kind
from diplocal.engagements.subjects import (
    Agreement,
    Alias,
    Call,
    Exercise,
    Listed,
    Meeting,
    Patrol,
    Posting,
    Statement,
    Subject,
    Trip,
    Visit,
)
from diplocal.events import (
    Accreditation,
    AgreementSigned,
    AmbassadorAccredited,
    AmbassadorExpelled,
    AmbassadorRecalled,
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
    PlanDenied,
    Postponed,
    Rescheduled,
    SamePerson,
    StatementIssued,
    TripAnnounced,
    TripConcluded,
    VisitAnnounced,
    VisitBegan,
    VisitConcluded,
    VisitEvent,
    VisitInvited,
)


def to_events(engagement: Engagement) -> tuple[EngagementEvent, ...]:
    """Return events from which the same would be understood, none when no report says what it is.

    They carry its sources and who denied it, and say nothing of when or how often it was reported, of other
    contradictions and of lists.
    """
    expect("engagement", engagement, "an engagement, as Diary.find() gives it", Engagement)
    if isinstance(engagement.subject, Posting):
        return (*_denials(engagement), *_steps(engagement, engagement.subject))
    facts = _facts(engagement) if engagement.when or not _is_always_dated(engagement) else None
    if facts is None:
        return ()
    return (
        *_denials(engagement),
        *_moved(engagement),
        facts,
        *_status(engagement),
        *_reactions(engagement),
        *(_act(engagement, one) for one in engagement.outcomes),
    )


def _facts(engagement: Engagement) -> EngagementEvent | None:
    """Return the event that says what it is and who takes part; None where there is none."""
    common: dict[str, Any] = {"engagement": engagement.slug, "when": engagement.when, "sources": engagement.sources}
    is_held, place, subject = engagement.status is Status.HELD, engagement.place, engagement.subject
    shared: dict[str, Any] = {"place": place, "purposes": engagement.purposes, "round": engagement.round}
    match subject:
        case Visit():
            return _VISITS.get(engagement.status, VisitAnnounced)(
                **common,
                **shared,
                visitors=subject.visitors,
                host=subject.host,
                received_by=subject.received_by,
                level=subject.level,
                during=engagement.during,
            )
        case Trip():
            return (TripConcluded if is_held else TripAnnounced)(
                **common, travellers=subject.travellers, name=subject.name
            )
        case Meeting():
            return (MeetingHeld if is_held else MeetingAnnounced)(
                **common,
                **shared,
                participants=subject.participants,
                host=subject.host,
                during=engagement.during,
                name=subject.name,
                medium=subject.medium,
            )
        case Call():
            return (CallHeld if is_held else CallAnnounced)(
                **common, participants=subject.participants, medium=subject.medium
            )
        case Exercise():
            return (ExerciseConducted if is_held else ExerciseAnnounced)(
                **common, actors=subject.actors, name=subject.name, domains=subject.domains, area=place
            )
        case _:
            return _undirected(engagement, subject, common)


def _undirected(engagement: Engagement, subject: Subject, common: dict[str, Any]) -> EngagementEvent | None:
    """Return the event of what is reported when it took place, or is no contact."""
    match subject:
        case Patrol():
            return PatrolConducted(
                **common, actors=subject.actors, domains=subject.domains, area=engagement.place, craft=subject.craft
            )
        case Agreement():
            who = subject.participants
            return AgreementSigned(**common, participants=who, title=subject.title, place=engagement.place)
        case Statement():
            return StatementIssued(**common, by=subject.participants, title=subject.title)
        case Alias():
            return SamePerson(engagement=engagement.slug, people=subject.people, sources=engagement.sources)
        case Listed(title=title) if title is not None:
            return EntryListed(**common, title=title, place=engagement.place)
        case _:
            return None


def _steps(engagement: Engagement, posting: Posting) -> Iterator[EngagementEvent]:
    """Yield what happened to a posting, the first step first."""
    common: dict[str, Any] = {"engagement": engagement.slug, "person": posting.person, "host": posting.host}
    common["sources"] = engagement.sources
    if posting.agrement:
        yield AmbassadorAccredited(**common, when=posting.agrement, stage=Accreditation.AGREMENT)
    if posting.accredited:
        yield AmbassadorAccredited(**common, when=posting.accredited)
    if posting.recalled:
        yield AmbassadorRecalled(
            **common,
            when=posting.recalled,
            recall=posting.recall,
            reason=None if posting.expelled else engagement.reason,
        )
    if posting.expelled:
        yield AmbassadorExpelled(**common, when=posting.expelled, reason=engagement.reason)


def _denials(engagement: Engagement) -> Iterator[EngagementEvent]:
    """Say who denied it, ahead of those who stand by it."""
    for one in engagement.denials:
        yield PlanDenied(engagement=engagement.slug, reason=one.reason, sources=one.sources)


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


def _is_always_dated(engagement: Engagement) -> bool:
    """Tell whether the event that says what it is cannot be without a date."""
    return isinstance(engagement.subject, Patrol | Agreement | Statement | Listed)


def _act(engagement: Engagement, act: Outcome) -> EngagementEvent:
    """Return the event that says what was signed or stated at an engagement."""
    if act.kind is Kind.STATEMENT:
        return StatementIssued(engagement=engagement.slug, by=act.participants, title=act.title, when=act.when)
    return AgreementSigned(
        engagement=engagement.slug,
        participants=act.participants,
        title=act.title,
        when=act.when,
        place=act.place,
    )


_VISITS: dict[Status, type[VisitEvent]] = {
    Status.INVITED: VisitInvited,
    Status.UNDER_WAY: VisitBegan,
    Status.HELD: VisitConcluded,
}
