"""Who takes part in an entry, each once and with their roles, as the forms that have a place for it need it."""

import uuid
from collections.abc import Iterator

import msgspec

from diplocal import wording
from diplocal.calendars.entry import Entry
from diplocal.engagements import Engagement, Exercise, Patrol, Visit
from diplocal.parties import Participant, Person, party_of
from diplocal.wording import Language

WIKIDATA = "https://www.wikidata.org/entity/"
_NAMES = uuid.UUID(int=0)


class Guest(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody who takes part: a person, or a state or an organisation."""

    key: str
    """The same in every revision of an entry: a Wikidata id, a name, a code."""
    participant: Participant
    roles: tuple[str, ...]
    """In what: 'visitor', 'receives', 'host', 'participant', 'forces'."""
    language: Language
    """In which offices, states and organisations are named."""

    @property
    def name(self) -> str:
        """A person's without the office, or what a state or an organisation is called."""
        return self.participant.name if isinstance(self.participant, Person) else self.language.party(self.participant)

    @property
    def is_person(self) -> bool:
        """Whether it is a human being."""
        return isinstance(self.participant, Person)

    @property
    def office(self) -> str | None:
        """The office that they speak from, and how it was printed where that is not the same."""
        office = self.participant.office if isinstance(self.participant, Person) else None
        return wording.full_office(office, self.language) if office else None

    @property
    def party(self) -> str | None:
        """What the state or the organisation is called that they represent."""
        party = party_of(self.participant)
        return self.language.party(party) if party else None

    @property
    def address(self) -> str | None:
        """Where Wikidata says more of them."""
        known = self.participant.wikidata if isinstance(self.participant, Person) else None
        return known and f"{WIKIDATA}{known}"


def guests(entry: Entry) -> tuple[Guest, ...]:
    """Return who takes part, visitors first, the host last; somebody who is in it twice has both roles."""
    by_key: dict[str, Guest] = {}
    for role, one in _in_roles(entry.engagement):
        key = _key(one)
        known = by_key.get(key, Guest(key=key, participant=one, roles=(), language=entry.names_in))
        by_key[key] = msgspec.structs.replace(known, roles=tuple(dict.fromkeys((*known.roles, role))))
    return tuple(by_key.values())


def inner_uid(entry_uid: str, part: str) -> str:
    """Name a part of an entry uniquely in the world, the same each time (a UUID by name: RFC 9562, 5.5)."""
    return str(uuid.uuid5(_NAMES, f"{entry_uid}/{part}"))


def _in_roles(engagement: Engagement) -> Iterator[tuple[str, Participant]]:
    match engagement.subject:
        case Visit():
            role = "visitor"
        case Patrol() | Exercise():
            role = "forces"
        case _:
            role = "participant"
    yield from ((role, one) for one in engagement.participants)
    yield from (("receives", one) for one in engagement.received_by)
    if engagement.host:
        yield "host", engagement.host


def _key(one: Participant) -> str:
    if not isinstance(one, Person):
        return one.code
    return one.wikidata or (f"{one.name} ({one.party.code})" if one.party else one.name)
