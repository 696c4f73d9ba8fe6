"""Who held which office when, so that rank is resolved at the time of an event, and which ambassador was where.

A tenure is one person in one office, a posting one ambassador at one host. Both have a slug and reports like an
engagement, so they are corrected, retracted and merged like one; they are never a contact.
"""

import attrs

from diplocal.checks import Choice, instance_of, optional, paragraphs
from diplocal.dates import When
from diplocal.errors import InvalidValue
from diplocal.events.registry import EngagementEvent, event, shape
from diplocal.parties import Organisation, Person, State


def _in_office(owner: object, field: "attrs.Attribute[Person]", value: object) -> None:
    instance_of(Person)(owner, field, value)
    if not isinstance(value, Person) or value.office is None or value.party is None:
        raise InvalidValue(f"{type(owner).__name__}.{field.name}", str(value), "a person with an office and a party")


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


class Accreditation(Choice):
    """How far a host has accepted an ambassador (Vienna Convention on Diplomatic Relations)."""

    AGREMENT = "agrement"
    """The host agreed to the person (article 4)."""
    CREDENTIALS = "credentials"
    """The credentials were presented: the ambassador's functions began (article 13)."""


class Recall(Choice):
    """For how long an ambassador is called home."""

    CONSULTATIONS = "consultations"
    """For consultations: the posting goes on."""
    FOR_GOOD = "for good"
    UNKNOWN = "unknown"


@shape
class PostingEvent(EngagementEvent):
    """Something happens to the posting of an ambassador, or of another diplomat, at a host."""

    person: Person = attrs.field(validator=_in_office)
    """The ambassador, with the office, and the party that they represent."""
    host: State | Organisation = attrs.field(validator=instance_of(State, Organisation))
    """To whom they are accredited."""
    when: When = attrs.field(validator=instance_of(When))
    """When it happened, and no more exactly than the source says."""


@event("diplocal.ambassador-accredited")
class AmbassadorAccredited(PostingEvent):
    """A host accepted an ambassador: it gave its agrément, or was presented with the credentials."""

    stage: Accreditation = attrs.field(default=Accreditation.CREDENTIALS, validator=instance_of(Accreditation))


@event("diplocal.ambassador-recalled")
class AmbassadorRecalled(PostingEvent):
    """An ambassador was called home by those who had sent them: for consultations, or for good."""

    recall: Recall = attrs.field(default=Recall.UNKNOWN, validator=instance_of(Recall))
    reason: str | None = attrs.field(default=None, validator=optional(paragraphs))


@event("diplocal.ambassador-expelled")
class AmbassadorExpelled(PostingEvent):
    """The host declared an ambassador persona non grata (Vienna Convention on Diplomatic Relations, article 9)."""

    reason: str | None = attrs.field(default=None, validator=optional(paragraphs))
