"""What reports of one kind of engagement have in common, whether it is planned or took place."""

import attrs

from diplocal.checks import Choice, instance_of, not_blank, optional, paragraphs, slug, tuple_of
from diplocal.dates import When
from diplocal.events import checks
from diplocal.events.registry import EngagementEvent, shape
from diplocal.levels import Level, Purpose
from diplocal.parties import Organisation, Person, State
from diplocal.series import Round


class Medium(Choice):
    """How a call is held, or a meeting that people do not travel to."""

    PHONE = "phone"
    VIDEO = "video"
    UNKNOWN = "unknown"


class Domain(Choice):
    """Where forces are: a patrol at sea and in the air has both."""

    SEA = "sea"
    AIR = "air"
    LAND = "land"


@shape
class VisitEvent(EngagementEvent):
    """Visitors go to a host."""

    visitors: tuple[Person | State | Organisation, ...] = attrs.field(validator=checks.visitors)
    """Who travels; a state where the delegation is not named."""
    host: State | Organisation = attrs.field(validator=instance_of(State, Organisation))
    """Where they go."""
    when: When | None = attrs.field(default=None, validator=optional(instance_of(When)))
    """None while no date was given."""
    place: str | None = attrs.field(default=None, validator=optional(paragraphs))
    """'Moscow', as printed."""
    received_by: tuple[Person | State | Organisation, ...] = attrs.field(default=(), validator=checks.participants)
    """Who invites or receives them, where the source says."""
    during: str | None = attrs.field(default=None, validator=optional(slug))
    """The engagement of the trip that it is part of."""
    level: Level = attrs.field(default=Level.UNKNOWN, validator=instance_of(Level))
    purposes: tuple[Purpose, ...] = attrs.field(default=(), validator=tuple_of(Purpose))
    round: Round | None = attrs.field(default=None, validator=optional(instance_of(Round)))


@shape
class TripEvent(EngagementEvent):
    """People travel to several hosts: each visit on the way names the trip that it is part of."""

    travellers: tuple[Person | State | Organisation, ...] = attrs.field(validator=checks.visitors)
    """Who travels; a state where the delegation is not named."""
    when: When | None = attrs.field(default=None, validator=optional(instance_of(When)))
    """From leaving to coming home; None while no date was given."""
    name: str | None = attrs.field(default=None, validator=optional(not_blank))
    """'Africa tour', of a trip that has one."""


@shape
class MeetingEvent(EngagementEvent):
    """Participants of at least two parties come together."""

    participants: tuple[Person | State | Organisation, ...] = attrs.field(validator=checks.two_sides)
    when: When | None = attrs.field(default=None, validator=optional(instance_of(When)))
    """None while no date was given."""
    place: str | None = attrs.field(default=None, validator=optional(paragraphs))
    """'Moscow', as printed."""
    host: State | Organisation | None = attrs.field(default=None, validator=optional(instance_of(State, Organisation)))
    """In whose country it is."""
    during: str | None = attrs.field(default=None, validator=optional(slug))
    """The engagement of the visit that it is part of."""
    purposes: tuple[Purpose, ...] = attrs.field(default=(), validator=tuple_of(Purpose))
    round: Round | None = attrs.field(default=None, validator=optional(instance_of(Round)))
    name: str | None = attrs.field(default=None, validator=optional(not_blank))
    """'G20 Summit', of a meeting that has one."""
    medium: Medium = attrs.field(default=Medium.UNKNOWN, validator=instance_of(Medium))
    """VIDEO of a video summit."""


@shape
class CallEvent(EngagementEvent):
    """Participants of at least two parties speak by phone or video."""

    participants: tuple[Person | State | Organisation, ...] = attrs.field(validator=checks.two_sides)
    when: When | None = attrs.field(default=None, validator=optional(instance_of(When)))
    """None while no date was given."""
    medium: Medium = attrs.field(default=Medium.UNKNOWN, validator=instance_of(Medium))


@shape
class ExerciseEvent(EngagementEvent):
    """Forces exercise."""

    actors: tuple[State | Organisation, ...] = attrs.field(validator=checks.actors)
    """Whose forces take part."""
    when: When | None = attrs.field(default=None, validator=optional(instance_of(When)))
    """None while no date was given."""
    name: str | None = attrs.field(default=None, validator=optional(not_blank))
    """'Vostok 2022'."""
    domains: tuple[Domain, ...] = attrs.field(default=(), validator=tuple_of(Domain))
    area: str | None = attrs.field(default=None, validator=optional(not_blank))
    """'Sea of Japan', as printed."""
