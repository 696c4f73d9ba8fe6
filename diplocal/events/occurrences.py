"""What happened. An occurrence always has a date, however vague."""

import attrs

from diplocal.checks import instance_of, not_blank, optional, paragraphs, tuple_of
from diplocal.dates import When
from diplocal.events import checks
from diplocal.events.registry import EngagementEvent, event
from diplocal.events.shapes import CallEvent, Domain, ExerciseEvent, MeetingEvent, TripEvent, VisitEvent
from diplocal.parties import Organisation, Person, State


@event("diplocal.visit-began", version=2, upcasters={1: dict})
class VisitBegan(VisitEvent):
    """The visitors arrived; the visit is under way until it is reported concluded."""

    when: When = attrs.field(validator=instance_of(When))
    """The whole visit as far as it is known: '2023-09-18/..' when only the beginning is."""


@event("diplocal.visit-concluded", version=2, upcasters={1: dict})
class VisitConcluded(VisitEvent):
    """The visit took place, from beginning to end."""

    when: When = attrs.field(validator=instance_of(When))
    """From the first day to the last."""


@event("diplocal.trip-concluded")
class TripConcluded(TripEvent):
    """A trip to several hosts took place. It is no contact itself: its visits are."""

    when: When = attrs.field(validator=instance_of(When))
    """From leaving to coming home."""


@event("diplocal.meeting-held", version=2, upcasters={1: dict})
class MeetingHeld(MeetingEvent):
    """A meeting took place."""

    when: When = attrs.field(validator=instance_of(When))
    """When it was held."""


@event("diplocal.call-held")
class CallHeld(CallEvent):
    """A call took place."""

    when: When = attrs.field(validator=instance_of(When))
    """When it was held."""


@event("diplocal.patrol-conducted")
class PatrolConducted(EngagementEvent):
    """Forces patrolled: jointly when there are two actors or more."""

    actors: tuple[State | Organisation, ...] = attrs.field(validator=checks.actors)
    """Whose forces took part."""
    when: When = attrs.field(validator=instance_of(When))
    """When it was, and no more exactly than the source says."""
    domains: tuple[Domain, ...] = attrs.field(default=(), validator=tuple_of(Domain))
    area: str | None = attrs.field(default=None, validator=optional(not_blank))
    """'Sea of Japan', as printed."""
    craft: tuple[str, ...] = attrs.field(default=(), validator=tuple_of(str))
    """'H-6 bomber', as printed."""


@event("diplocal.exercise-conducted")
class ExerciseConducted(ExerciseEvent):
    """A military exercise took place."""

    when: When = attrs.field(validator=instance_of(When))
    """From the first day to the last."""


@event("diplocal.forces-scrambled")
class ForcesScrambled(EngagementEvent):
    """Forces were sent up in response to the engagement: a reaction, not a contact."""

    by: State | Organisation = attrs.field(validator=instance_of(State, Organisation))
    """Who reacted."""
    when: When | None = attrs.field(default=None, validator=optional(instance_of(When)))
    """None where the source gives no date of its own for it."""
    craft: tuple[str, ...] = attrs.field(default=(), validator=tuple_of(str))
    """'F-15K', as printed."""


@event("diplocal.agreement-signed")
class AgreementSigned(EngagementEvent):
    """An agreement was signed: at the engagement, or as an act that stands alone."""

    participants: tuple[Person | State | Organisation, ...] = attrs.field(validator=checks.two_sides)
    """Who signed."""
    title: str = attrs.field(validator=paragraphs)
    when: When = attrs.field(validator=instance_of(When))
    place: str | None = attrs.field(default=None, validator=optional(paragraphs))


@event("diplocal.statement-issued")
class StatementIssued(EngagementEvent):
    """A statement was issued: at the engagement, or as an act that stands alone."""

    by: tuple[Person | State | Organisation, ...] = attrs.field(validator=checks.visitors)
    """Who issued it."""
    title: str = attrs.field(validator=paragraphs)
    when: When = attrs.field(validator=instance_of(When))
