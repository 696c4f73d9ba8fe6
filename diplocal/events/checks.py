"""What the fields of an event must be, beyond their types."""

from typing import Any

import attrs

from diplocal.checks import tuple_of
from diplocal.errors import InvalidValue
from diplocal.parties import Organisation, Person, State, party_of

participants = tuple_of(Person, State, Organisation)
visitors = tuple_of(Person, State, Organisation, at_least=1)
actors = tuple_of(State, Organisation, at_least=1)


def two_sides(owner: object, field: "attrs.Attribute[Any]", value: tuple[Person | State | Organisation, ...]) -> None:
    """Require participants of at least two parties: nobody meets themselves."""
    tuple_of(Person, State, Organisation, at_least=2)(owner, field, value)
    parties = {party and party.code for party in map(party_of, value)}
    if len(parties) == 1 and None not in parties:
        raise InvalidValue(f"{type(owner).__name__}.{field.name}", value, "participants of at least two parties")
