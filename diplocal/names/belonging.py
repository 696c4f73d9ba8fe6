"""Words behind a title that say whose it is: 'президент России', 'presidente ruso', 'الرئيس الروسي'."""

import itertools
from collections.abc import Iterator, Mapping, Sequence
from functools import cache

from diplocal.names import organisations, states
from diplocal.names.spelling import plain
from diplocal.parties import Organisation, Party

_LONGEST_NAME = 6
"""Words of the longest name that is looked up behind a title."""
_ALIKE = 3
"""Letters that an adjective has in common with the name that it comes from, at the least."""
_GIVEN_NAMES = frozenset(
    ["chad", "cuba", "georgia", "india", "israel", "jordan", "kenya", "malta", "salvador", "samoa"]
)
"""Names of states that are also people's: behind a title, such a word begins a name."""
_GENITIVES = (
    *(("ия", ("ии",)), ("ая", ("ои",)), ("ые", ("ых",)), ("а", ("ы", "и")), ("я", ("и",)), ("ь", ("я", "и"))),
    *(("ы", ("ов",)), ("и", ("я",)), ("", ("а",))),
)
"""Russian endings, the longest first, and those of the genitive; as names are compared, without the sign over й."""


def own_words(words: Sequence[str], of: Party | None) -> int:
    """Return how many words at the beginning name a party, as a name, its genitive or its adjective; 0 for none.

    >>> from diplocal.parties import State
    >>> own_words(["России", "Владимир"], State("RU")), own_words(["Франциск"], State("FR"))
    (1, 0)
    """
    if of is None or not words:
        return 0
    if plain(words[0]) in _GIVEN_NAMES and len(words) > 1:
        return 0
    names = _names()[of.code] if of.code in _names() else _of_an_organisation(of)
    for count in range(min(len(words), _LONGEST_NAME), 0, -1):
        if plain(" ".join(words[:count])) in names:
            return count
    return int(_is_adjective(words[0], names))


def _is_adjective(word: str, names: frozenset[str]) -> bool:
    """Tell whether a word is a name's adjective: in small letters, or as Arabic forms it."""
    said = plain(word)
    if word.islower():
        return len(said) > _ALIKE and any(name[:_ALIKE] == said[:_ALIKE] for name in names)
    if not said.startswith("ال") or not said.endswith(("ي", "ية")):
        return False
    roots = (root for name in names if " " not in name for root in {name, name.removeprefix("ال")})
    return any(len(root) >= _ALIKE and said[2:].startswith(root[: max(_ALIKE, len(root) - 2)]) for root in roots)


@cache
def _names() -> Mapping[str, frozenset[str]]:
    """Return all names of each state, as they are compared, with the genitives of the Russian ones."""
    found: dict[str, set[str]] = {}
    for code, name in states.names():
        found.setdefault(code, set()).update(_genitives(plain(name)))
    return {code: frozenset(names) for code, names in found.items()}


@cache
def _of_an_organisation(of: Party) -> frozenset[str]:
    return frozenset(map(plain, organisations.spelt(of.code))) if isinstance(of, Organisation) else frozenset()


def _genitives(name: str) -> Iterator[str]:
    yield name
    if "а" <= name[:1] <= "я":
        yield from map(" ".join, itertools.product(*map(_genitives_of_a_word, name.split())))


def _genitives_of_a_word(word: str) -> tuple[str, ...]:
    ending, instead = next((ending, instead) for ending, instead in _GENITIVES if word.endswith(ending))
    return tuple(word.removesuffix(ending) + one for one in instead)
