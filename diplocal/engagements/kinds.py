"""The kinds of engagements, in one table: to add a kind is to add a row, its subject, its events and its words."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

import msgspec

from diplocal.checks import Choice
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
    TermOfOffice,
    Trip,
    Visit,
)
from diplocal.events import (
    AgreementSigned,
    AmbassadorAccredited,
    CallAnnounced,
    CallHeld,
    EngagementEvent,
    EntryListed,
    ExerciseAnnounced,
    ExerciseConducted,
    MeetingAnnounced,
    MeetingHeld,
    OfficeAssumed,
    PatrolConducted,
    SamePerson,
    StatementIssued,
    TripAnnounced,
    TripConcluded,
    VisitAnnounced,
    VisitConcluded,
)


class Kind(Choice):
    """What an engagement is."""

    VISIT = "visit"
    MEETING = "meeting"
    CALL = "call"
    PATROL = "patrol"
    EXERCISE = "exercise"
    AGREEMENT = "agreement"
    STATEMENT = "statement"
    TENURE = "tenure"
    """Somebody in an office: never a contact."""
    TRIP = "trip"
    """Somebody travels to several hosts: the visits on the way are the contacts."""
    POSTING = "posting"
    """An ambassador at a host: never a contact."""
    ALIAS = "alias"
    """Names that are one person's: never a contact."""
    UNKNOWN = "unknown"


class KindRow(msgspec.Struct, frozen=True, kw_only=True):
    """What holds for all engagements of one kind."""

    subject: type[Any]
    """The class of ``Engagement.subject``."""
    sides: str = "participants"
    """The field of the subject that says who takes part."""
    plan: type[EngagementEvent] | None
    """The event that announces it; None: it is reported when it has taken place, and never lies ahead."""
    occurrence: type[EngagementEvent] | None
    """The event that says that it took place; None: no event says that."""
    is_contact: bool
    """Whether two sides have met when it took place."""
    colour: str | None
    """Of its entries in calendars, a CSS3 colour name (RFC 7986, 5.9); None: it has no place in a calendar."""
    is_counted: bool = True
    """Whether it is counted among what there is of a state, a person or a kind."""


KINDS: Mapping[Kind, KindRow] = MappingProxyType(
    {
        Kind.VISIT: KindRow(
            subject=Visit,
            sides="visitors",
            plan=VisitAnnounced,
            occurrence=VisitConcluded,
            is_contact=True,
            colour="steelblue",
        ),
        Kind.MEETING: KindRow(
            subject=Meeting, plan=MeetingAnnounced, occurrence=MeetingHeld, is_contact=True, colour="seagreen"
        ),
        Kind.CALL: KindRow(subject=Call, plan=CallAnnounced, occurrence=CallHeld, is_contact=True, colour="goldenrod"),
        Kind.PATROL: KindRow(
            subject=Patrol, sides="actors", plan=None, occurrence=PatrolConducted, is_contact=True, colour="firebrick"
        ),
        Kind.EXERCISE: KindRow(
            subject=Exercise,
            sides="actors",
            plan=ExerciseAnnounced,
            occurrence=ExerciseConducted,
            is_contact=True,
            colour="sienna",
        ),
        Kind.AGREEMENT: KindRow(
            subject=Agreement, plan=None, occurrence=AgreementSigned, is_contact=False, colour="indigo"
        ),
        Kind.STATEMENT: KindRow(
            subject=Statement, plan=None, occurrence=StatementIssued, is_contact=False, colour="slategray"
        ),
        Kind.TENURE: KindRow(
            subject=TermOfOffice,
            sides="person",
            plan=None,
            occurrence=OfficeAssumed,
            is_contact=False,
            colour=None,
            is_counted=False,
        ),
        Kind.TRIP: KindRow(
            subject=Trip,
            sides="travellers",
            plan=TripAnnounced,
            occurrence=TripConcluded,
            is_contact=False,
            colour="teal",
        ),
        Kind.POSTING: KindRow(
            subject=Posting,
            sides="person",
            plan=None,
            occurrence=AmbassadorAccredited,
            is_contact=False,
            colour="rosybrown",
        ),
        Kind.ALIAS: KindRow(
            subject=Alias,
            sides="people",
            plan=None,
            occurrence=SamePerson,
            is_contact=False,
            colour=None,
            is_counted=False,
        ),
        Kind.UNKNOWN: KindRow(
            subject=Listed, plan=EntryListed, occurrence=None, is_contact=False, colour="dimgray", is_counted=False
        ),
    }
)
"""What each kind is."""

KIND_OF: Mapping[type[Any], Kind] = MappingProxyType({row.subject: kind for kind, row in KINDS.items()})
"""The kind of each class of subjects."""
