"""The vocabulary: what a report can say. Events are immutable and carry their sources and reported time."""

from diplocal.events.bookkeeping import Corrected, MergedAsDuplicate, NoLongerListed, ReportAttached, Retracted
from diplocal.events.changes import Cancelled, Confirmed, DateNarrowed, PlanDenied, Postponed, Rescheduled
from diplocal.events.occurrences import (
    AgreementSigned,
    CallHeld,
    ExerciseConducted,
    ForcesScrambled,
    MeetingHeld,
    PatrolConducted,
    StatementIssued,
    VisitBegan,
    VisitConcluded,
)
from diplocal.events.offices import OfficeAssumed, OfficeLeft, TenureChange
from diplocal.events.plans import (
    CallAnnounced,
    EntryListed,
    ExerciseAnnounced,
    MeetingAnnounced,
    VisitAnnounced,
    VisitInvited,
)
from diplocal.events.registry import EngagementEvent, Event, EventType, event, event_type, event_types
from diplocal.events.shapes import CallEvent, Domain, ExerciseEvent, Medium, MeetingEvent, VisitEvent

__all__ = [
    "AgreementSigned",
    "CallAnnounced",
    "CallEvent",
    "CallHeld",
    "Cancelled",
    "Confirmed",
    "Corrected",
    "DateNarrowed",
    "Domain",
    "EngagementEvent",
    "EntryListed",
    "Event",
    "EventType",
    "ExerciseAnnounced",
    "ExerciseConducted",
    "ExerciseEvent",
    "ForcesScrambled",
    "Medium",
    "MeetingAnnounced",
    "MeetingEvent",
    "MeetingHeld",
    "MergedAsDuplicate",
    "NoLongerListed",
    "OfficeAssumed",
    "OfficeLeft",
    "PatrolConducted",
    "PlanDenied",
    "Postponed",
    "ReportAttached",
    "Rescheduled",
    "Retracted",
    "StatementIssued",
    "TenureChange",
    "VisitAnnounced",
    "VisitBegan",
    "VisitConcluded",
    "VisitEvent",
    "VisitInvited",
    "event",
    "event_type",
    "event_types",
]
