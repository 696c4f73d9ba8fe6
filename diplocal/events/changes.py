"""How plans change. A reschedule moves a date, a narrowing only learns it better: the two are kept apart."""

import attrs

from diplocal.checks import instance_of, optional, paragraphs
from diplocal.dates import When
from diplocal.events.registry import EngagementEvent, event


@event("diplocal.confirmed")
class Confirmed(EngagementEvent):
    """The plan is firm, and with it the date where one is given."""

    when: When | None = attrs.field(default=None, validator=optional(instance_of(When)))


@event("diplocal.rescheduled")
class Rescheduled(EngagementEvent):
    """The plan moved to a new date (EventRescheduled in schema.org)."""

    when: When = attrs.field(validator=instance_of(When))
    """The new date."""
    reason: str | None = attrs.field(default=None, validator=optional(paragraphs))


@event("diplocal.postponed")
class Postponed(EngagementEvent):
    """The plan was put off, and no new date was given (EventPostponed in schema.org)."""

    reason: str | None = attrs.field(default=None, validator=optional(paragraphs))


@event("diplocal.date-narrowed")
class DateNarrowed(EngagementEvent):
    """The date became better known: "October" is 17 to 18 October. Not a reschedule."""

    when: When = attrs.field(validator=instance_of(When))
    """The better date."""


@event("diplocal.plan-denied")
class PlanDenied(EngagementEvent):
    """Somebody denied that it is planned. Not a cancellation: reports disagree about whether there is a plan."""

    reason: str | None = attrs.field(default=None, validator=optional(paragraphs))
    """What was said: 'no such visit is on the agenda'."""


@event("diplocal.cancelled")
class Cancelled(EngagementEvent):
    """The plan was dropped."""

    reason: str | None = attrs.field(default=None, validator=optional(paragraphs))
