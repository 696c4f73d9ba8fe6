"""Which engagements somebody wants to see: those of a state, a pair, a person, a kind."""

import unicodedata
from collections.abc import Collection, Iterable

import attrs

from diplocal.errors import InvalidValue
from diplocal.parties import Party, Person


@attrs.frozen
class Selection:
    """A choice by who takes part. What is None chooses everything."""

    parties: frozenset[str] = frozenset()
    """Codes of states and organisations that must all take part."""
    person: str | None = None
    """A name, in any case and with or without accents, or a Wikidata id."""

    @classmethod
    def of(
        cls, *, state: str | None = None, pair: Collection[str] | None = None, person: str | None = None
    ) -> "Selection":
        """Choose by state, by pair or by person, or by several of these at once.

        Raises InvalidValue for a pair that is not two different codes.
        """
        both = frozenset(code.upper() for code in pair or ())
        if pair is not None and len(both) != 2:  # noqa: PLR2004 - a pair is two
            raise InvalidValue("pair", tuple(pair), "two different codes, such as ('CN', 'RU')")
        return cls(both | ({state.upper()} if state else set()), person and folded(person))

    def takes(self, parties: Iterable[Party], people: Iterable[Person]) -> bool:
        """Tell whether these take part."""
        if not self.parties <= {party.code for party in parties}:
            return False
        return self.person is None or any(
            self.person in (folded(one.name), folded(one.wikidata or "")) for one in people
        )


def folded(name: str) -> str:
    """Bring a name to the form in which spellings are compared: no accents, one case, single blanks."""
    plain = unicodedata.normalize("NFKD", name)
    return " ".join("".join(c for c in plain if not unicodedata.combining(c)).casefold().split())
