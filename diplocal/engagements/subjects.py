"""What an engagement is about: one class for each kind, with what only engagements of that kind have.

``match`` on ``engagement.subject`` takes them apart, and a type checker tells which one was forgotten:

>>> from diplocal.parties import State
>>> subject: Subject = Visit(visitors=(State("CN"),), host=State("RU"))
>>> match subject:
...     case Visit(host=host):
...         print(host)
...     case _:
...         print("no visit")
Russia
"""

from collections.abc import Iterable
from typing import assert_never

import msgspec

from diplocal.briefly import in_a_line
from diplocal.dates import When
from diplocal.events.offices import Recall
from diplocal.events.shapes import Domain, Medium
from diplocal.levels import Level
from diplocal.names.people import is_one, person_keys
from diplocal.parties import Participant, Party, Person, party_of


class Visit(msgspec.Struct, frozen=True, kw_only=True):
    """Visitors go to a host."""

    __repr__ = in_a_line

    visitors: tuple[Participant, ...]
    """Who travels; a state where the delegation is not named."""
    host: Party
    """Where they go."""
    received_by: tuple[Participant, ...] = ()
    """Who invites or receives them."""
    level: Level = Level.UNKNOWN


class Meeting(msgspec.Struct, frozen=True, kw_only=True):
    """Participants of at least two parties come together."""

    __repr__ = in_a_line

    participants: tuple[Participant, ...]
    host: Party | None = None
    """In whose country it is."""
    name: str | None = None
    """'G20 Summit'."""
    medium: Medium = Medium.UNKNOWN
    """VIDEO of a video summit."""


class Call(msgspec.Struct, frozen=True, kw_only=True):
    """Participants of at least two parties speak by phone or video."""

    __repr__ = in_a_line

    participants: tuple[Participant, ...]
    medium: Medium = Medium.UNKNOWN


class Patrol(msgspec.Struct, frozen=True, kw_only=True):
    """Forces patrol: jointly when there are two actors or more."""

    __repr__ = in_a_line

    actors: tuple[Party, ...]
    """Whose forces."""
    domains: tuple[Domain, ...] = ()
    craft: tuple[str, ...] = ()
    """'H-6 bomber', as printed."""


class Exercise(msgspec.Struct, frozen=True, kw_only=True):
    """Forces exercise."""

    __repr__ = in_a_line

    actors: tuple[Party, ...]
    """Whose forces."""
    name: str | None = None
    """'Vostok 2022'."""
    domains: tuple[Domain, ...] = ()


class Agreement(msgspec.Struct, frozen=True, kw_only=True):
    """An agreement that was signed, at no visit or meeting that is known."""

    __repr__ = in_a_line

    participants: tuple[Participant, ...]
    """Who signed."""
    title: str


class Statement(msgspec.Struct, frozen=True, kw_only=True):
    """A statement that was issued, at no visit or meeting that is known."""

    __repr__ = in_a_line

    participants: tuple[Participant, ...]
    """Who issued it."""
    title: str


class TermOfOffice(msgspec.Struct, frozen=True, kw_only=True):
    """One person in one office: never a contact."""

    __repr__ = in_a_line

    person: Person
    """With the office, and the party that they hold it for."""
    assumed: When | None = None
    """When the office was taken, None while no report says it."""
    left: When | None = None
    """When the office was left, None while no report says it."""


class Trip(msgspec.Struct, frozen=True, kw_only=True):
    """People travel to several hosts. The visits on the way are engagements of their own, and the contacts."""

    __repr__ = in_a_line

    travellers: tuple[Participant, ...]
    name: str | None = None
    """'Africa tour'."""


class Posting(msgspec.Struct, frozen=True, kw_only=True):
    """One ambassador, or another diplomat, at one host: never a contact."""

    __repr__ = in_a_line

    person: Person
    """With the office, and the party that they represent."""
    host: Party
    """To whom they are accredited."""
    agrement: When | None = None
    """When the host agreed to the person, None while no report says it."""
    accredited: When | None = None
    """When the credentials were presented, None while no report says it."""
    recalled: When | None = None
    """When they were called home, None while no report says it."""
    recall: Recall = Recall.UNKNOWN
    """For how long."""
    expelled: When | None = None
    """When the host declared them persona non grata, None while no report says it."""


class Alias(msgspec.Struct, frozen=True, kw_only=True):
    """Names that are one person's, as somebody said: never a contact."""

    __repr__ = in_a_line

    people: tuple[Person, ...]
    """The person under each name."""


class Listed(msgspec.Struct, frozen=True, kw_only=True):
    """No report says what it is; somebody's calendar may list it under a title."""

    __repr__ = in_a_line

    title: str | None = None
    """As the calendar has it; None when only changes of a plan were reported, or nothing is left of the reports."""


Subject = (
    Visit | Meeting | Call | Patrol | Exercise | Agreement | Statement | TermOfOffice | Trip | Posting | Alias | Listed
)


def participants_of(subject: Subject) -> tuple[Participant, ...]:
    """Return who takes part, host aside: visitors, participants, forces, signatories, or who holds the office."""
    match subject:
        case Visit():
            return subject.visitors
        case Meeting() | Call() | Agreement() | Statement():
            return subject.participants
        case Patrol() | Exercise():
            return subject.actors
        case TermOfOffice() | Posting():
            return (subject.person,)
        case Trip():
            return subject.travellers
        case Alias():
            return subject.people
        case Listed():
            return ()
    assert_never(subject)


def hosts_of(subject: Subject) -> tuple[Participant, ...]:
    """Return who receives the others, the host last; nobody where nobody hosts."""
    match subject:
        case Visit():
            return (*subject.received_by, subject.host)
        case Meeting(host=host) | Posting(host=host) if host is not None:
            return (host,)
        case _:
            return ()


def named_twice(everybody: Iterable[Participant]) -> Participant | None:
    """Return the first who is named again, None where everybody is named once.

    >>> from diplocal.parties import State
    >>> str(named_twice([Person("Wang Yi", State("CN")), State("RU"), Person("Yi Wang")]))
    'Yi Wang'
    """
    met: dict[str, list[Participant]] = {}
    for one in everybody:
        keys = person_keys(one) if isinstance(one, Person) else (one.code,)
        if any(_are_one(one, other) for key in keys for other in met.get(key, ())):
            return one
        for key in keys:
            met.setdefault(key, []).append(one)
    return None


def _are_one(one: Participant, other: Participant) -> bool:
    if isinstance(one, Person) and isinstance(other, Person):
        return is_one(one, other)
    return not isinstance(one, Person) and not isinstance(other, Person)


def are_at_home(visitors: Iterable[Participant], host: Party) -> bool:
    """Tell whether all visitors that stand for a party stand for the host, which does not visit itself.

    >>> from diplocal.parties import State
    >>> are_at_home([Person("Wang Yi", State("CN"))], State("CN"))
    True
    >>> are_at_home([Person("Wang Yi", State("CN")), State("RU")], State("CN"))
    False
    """
    return [party.code for party in parties_of(visitors)] == [host.code]


def parties_of(participants: Iterable[Participant]) -> tuple[Party, ...]:
    """Return the states and organisations that participants stand for, each once, in the same order."""
    by_code: dict[str, Party] = {}
    for party in map(party_of, participants):
        if party is not None:
            by_code.setdefault(party.code, party)
    return tuple(by_code.values())
