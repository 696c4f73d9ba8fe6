"""Who held which office when, so that rank is resolved at the time of an event."""

import attrs

from diplocal.checks import instance_of, slug
from diplocal.events.registry import Event, event
from diplocal.parties import Person
from diplocal.when import When


@event("diplocal.office-assumed")
class OfficeAssumed(Event):
    """Somebody took an office."""

    tenure: str = attrs.field(validator=slug)
    """A slug for this person in this office: 'wang-yi-foreign-minister-2023'."""
    person: Person = attrs.field(validator=instance_of(Person))
    """With the office and the party that they hold it for."""
    when: When = attrs.field(validator=instance_of(When))

    @property
    def stream(self) -> str:
        """A stream of its own for each tenure."""
        return f"tenure:{self.tenure}"


@event("diplocal.office-left")
class OfficeLeft(Event):
    """Somebody left an office."""

    tenure: str = attrs.field(validator=slug)
    """As in the OfficeAssumed."""
    person: Person = attrs.field(validator=instance_of(Person))
    when: When = attrs.field(validator=instance_of(When))

    @property
    def stream(self) -> str:
        """A stream of its own for each tenure."""
        return f"tenure:{self.tenure}"
