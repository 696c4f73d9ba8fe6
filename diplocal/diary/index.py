"""By which keys an engagement is found."""

from collections.abc import Iterator

from diplocal.engagements import Engagement
from diplocal.names.people import known_as
from diplocal.parties import Person


def codes_of(engagement: Engagement) -> set[str]:
    """Name the codes by which an engagement is found."""
    return {party.code for party in engagement.parties}


def people_of(engagement: Engagement) -> set[str]:
    """Name the keys of persons by which an engagement is found."""
    return {key for person in engagement.people for key in person_keys(person)}


def person_keys(person: Person) -> Iterator[str]:
    """Name what finds a person: the name, whichever of its words comes first, and the Wikidata id."""
    yield in_any_order(known_as(person.name))
    if person.wikidata:
        yield person.wikidata.lower()


def in_any_order(key: str) -> str:
    """Return a name as it is compared, whichever of its words comes first."""
    return " ".join(sorted(key.split())) or key
