"""Who held which office when, so that rank is resolved at the time of an event.

A tenure is one person in one office. It has a slug and reports like an engagement, so it is corrected, retracted and
merged like one; it is never a contact.
"""

import attrs

from diplocal.checks import instance_of
from diplocal.dates import When
from diplocal.errors import InvalidValue
from diplocal.events.registry import EngagementEvent, event, shape
from diplocal.parties import Person


def _in_office(owner: object, field: "attrs.Attribute[Person]", value: object) -> None:
    instance_of(Person)(owner, field, value)
    if not isinstance(value, Person) or value.office is None or value.party is None:
        raise InvalidValue(f"{type(owner).__name__}.{field.name}", value, "a person with an office and a party")


@shape
class TenureChange(EngagementEvent):
    """Somebody's tenure of an office begins or ends."""

    person: Person = attrs.field(validator=_in_office)
    """With the office, and the party that they hold it for."""
    when: When = attrs.field(validator=instance_of(When))


@event("diplocal.office-assumed")
class OfficeAssumed(TenureChange):
    """Somebody took an office."""


@event("diplocal.office-left")
class OfficeLeft(TenureChange):
    """Somebody left an office."""
