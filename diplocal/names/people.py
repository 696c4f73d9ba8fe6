"""When two names are one person's: how they are compared, whatever their case, accents, order and spelling."""

import re
import unicodedata
from collections.abc import Iterable
from functools import lru_cache

from diplocal.errors import Unresolved
from diplocal.names.parties import REMEMBERED
from diplocal.names.spelling import LONGEST, plain, spellings_near
from diplocal.parties import Person

_NO_NAME = re.compile(r"\b(?:of|for|the|and)\b|[0-9]")
"""What is in no given name."""
_GIVEN_NAMES = 3
"""Words of given names behind a family name and its comma."""
_SUFFIX = re.compile(r"jr|sr|[ivx]+|[0-9]+(?:st|nd|rd|th)|(?:the )?(?:elder|younger)|ph ?d|md|esq|obe|kbe")
"""What stands behind a name and its comma, and is no first name."""


def person_key(name: str) -> str:
    """Return a name as names are compared: no case, no accents, no punctuation, first name before the comma's.

    >>> person_key("Kowalczyk, Marek"), person_key("Jens STOLTENBERG-Sørensen"), person_key("Aquino, 3rd")
    ('marek kowalczyk', 'jens stoltenberg sorensen', 'aquino 3rd')

    Raises Unresolved for a blank text, and for one that is longer than any name.
    """
    if not name.strip():
        raise Unresolved("person", name, "the name of a person, such as 'Wang Yi', or a Wikidata id, such as 'Q7747'")
    if len(name) > LONGEST:
        raise Unresolved("person", name, f"a name of at most {LONGEST} characters")
    return known_as(name)


@lru_cache(maxsize=REMEMBERED)
def known_as(name: str) -> str:
    """Return the name of a value as names are compared; one without letters and digits as it stands."""
    return plain(in_order(name)) or unicodedata.normalize("NFKC", name).casefold()


def in_order(name: str) -> str:
    """Return a name with the family name behind: 'Kowalczyk, Marek' is turned round, 'Aquino, 3rd' is not."""
    family, comma, given = map(str.strip, name.partition(","))
    is_inverted = (
        *(comma, family, given, "," not in given, len(given.split()) <= _GIVEN_NAMES),
        *(not _SUFFIX.fullmatch(plain(given)), not _NO_NAME.search(given)),
    )
    return f"{given} {family}" if all(is_inverted) else name


def names_near(name: str, known: Iterable[str]) -> tuple[str, ...]:
    """Return those of the known names that may be meant by a name: a slip away, or with one surname; three at most.

    >>> names_near("S. Lavrov", ["Sergei Lavrov", "Wang Yi"])
    ('Sergei Lavrov',)
    """
    by_key = {known_as(one): one for one in known}
    key = known_as(name)
    alike = spellings_near(key, list(by_key))
    namesakes = [one for one in sorted(by_key) if one.split()[-1] == key.split()[-1]] if key.split() else []
    return tuple(by_key[one] for one in dict.fromkeys((*alike, *namesakes)))[:3]


def is_called(person: Person, key: str) -> bool:
    """Tell whether somebody is known by a key: by the name, its words in whatever order, or by the Wikidata id."""
    own = known_as(person.name)
    return key == own or sorted(key.split()) == sorted(own.split()) or key == (person.wikidata or "").lower()
