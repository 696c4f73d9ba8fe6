"""Which engagements somebody wants to see: those of a state, a pair, a person, a kind."""

from collections.abc import Collection, Iterable
from typing import Any

import msgspec

from diplocal.errors import InvalidValue
from diplocal.names.parties import party
from diplocal.names.people import AliasesWith, called, is_called, is_one, person_key
from diplocal.parties import Party, Person


class Selection(msgspec.Struct, frozen=True, repr_omit_defaults=True):
    """A choice by who takes part. What is None chooses everything."""

    parties: frozenset[str] = frozenset()
    """Codes of states and organisations that must all take part."""
    person: str | None = None
    """A name as names are compared, or a Wikidata id in small letters."""
    also: frozenset[Person] = frozenset()
    """That person under all names, as aliases say; empty until they were asked."""

    @classmethod
    def of(
        cls, *, state: str | None = None, pair: Collection[str] | None = None, person: str | None = None
    ) -> "Selection":
        """Choose by state, by pair or by person, or by several of these at once, each the way people write it.

        >>> sorted(Selection.of(pair=("Indonesia", "UK")).parties)
        ['GB', 'ID']

        Raises Unresolved for what names no state, organisation or person, and InvalidValue for a pair that is not two
        different ones.
        """
        chosen = frozenset[str]() if pair is None else both(pair)
        one = frozenset[str]() if state is None else {code_of(state)}
        return cls(chosen | one, None if person is None else person_key(person))

    def takes(self, parties: Iterable[Party], people: Iterable[Person]) -> bool:
        """Tell whether these take part."""
        if not self.parties <= {party.code for party in parties}:
            return False
        return self.person is None or any(self._is_meant(one) for one in people)

    def _is_meant(self, one: Person) -> bool:
        return is_called(one, self.person or "") or any(is_one(one, other) for other in self.also)

    def knowing(self, aliases_with: AliasesWith) -> "Selection":
        """Return the selection that takes the person under all names that aliases tell."""
        return self if self.person is None else msgspec.structs.replace(self, also=called(self.person, aliases_with))


def code_of(name: str) -> str:
    """Return the code of the state or organisation that a text means.

    Raises Unresolved.
    """
    return party(name).code


def both(pair: Any) -> frozenset[str]:
    """Return the codes of the two that a pair names.

    Raises Unresolved for what names no state or organisation, and InvalidValue for what is not two different ones.
    """
    expected = "two different states or organisations, such as ('CN', 'RU')"
    if isinstance(pair, str) or not isinstance(pair, Collection) or len(pair) != 2:  # noqa: PLR2004 - a pair is two
        raise InvalidValue("pair", pair, expected)
    codes = frozenset(map(code_of, pair))
    if len(codes) == 1:
        raise InvalidValue("pair", tuple(pair), f"{expected}: both are {', '.join(codes)}")
    return codes
