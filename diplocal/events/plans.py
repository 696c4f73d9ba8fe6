"""What is meant to happen: invitations and announcements."""

import attrs

from diplocal.checks import instance_of, optional, paragraphs, whole_number
from diplocal.dates import When
from diplocal.events.registry import EngagementEvent, event
from diplocal.events.shapes import CallEvent, ExerciseEvent, MeetingEvent, TripEvent, VisitEvent


@event("diplocal.visit-invited", version=2, upcasters={1: dict})
class VisitInvited(VisitEvent):
    """Somebody was invited; whether they will come is open."""


@event("diplocal.visit-announced", version=2, upcasters={1: dict})
class VisitAnnounced(VisitEvent):
    """A visit is planned."""


@event("diplocal.trip-announced")
class TripAnnounced(TripEvent):
    """A trip to several hosts is planned. It is no contact itself: its visits are."""


@event("diplocal.meeting-announced", version=2, upcasters={1: dict})
class MeetingAnnounced(MeetingEvent):
    """A meeting is planned. Not a contact: only what was held counts as one."""


@event("diplocal.call-announced")
class CallAnnounced(CallEvent):
    """A call is planned."""


@event("diplocal.exercise-announced")
class ExerciseAnnounced(ExerciseEvent):
    """A military exercise is planned."""


@event("diplocal.entry-listed")
class EntryListed(EngagementEvent):
    """Somebody's calendar has an entry. What kind of engagement it is, and between whom, the calendar does not say."""

    title: str = attrs.field(validator=paragraphs)
    """As the calendar has it."""
    when: When = attrs.field(validator=instance_of(When))
    place: str | None = attrs.field(default=None, validator=optional(paragraphs))
    """As the calendar has it."""
    description: str | None = attrs.field(default=None, validator=optional(paragraphs))
    """What the calendar says beyond the title."""
    sequence: int | None = attrs.field(default=None, validator=optional(whole_number))
    """How often the calendar had revised it (SEQUENCE in RFC 5545, 3.8.7.4); None where it does not say, and for 0."""
