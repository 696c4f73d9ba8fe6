"""By which keys an engagement is found."""

from diplocal.engagements import Engagement
from diplocal.names.people import person_keys


def codes_of(engagement: Engagement) -> set[str]:
    """Name the codes by which an engagement is found."""
    return {party.code for party in engagement.parties}


def people_of(engagement: Engagement) -> set[str]:
    """Name the keys of persons by which an engagement is found."""
    return {key for person in engagement.people for key in person_keys(person)}
