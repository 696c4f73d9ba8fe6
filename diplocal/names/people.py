"""When two names are one person's: how they are compared, whatever their case, accents, order and spelling."""

import re
import unicodedata
from collections.abc import Callable, Iterable, Sequence
from enum import Enum
from functools import lru_cache
from typing import Any

from diplocal.checks import expect
from diplocal.errors import Unresolved
from diplocal.names.parties import REMEMBERED
from diplocal.names.spelling import LONGEST, plain, slips, spellings_near
from diplocal.names.titles import without_title
from diplocal.parties import Person

_CYRILLIC = str.maketrans(
    dict(zip("абвгдезийклмнопрстуфхыэієґ", "abvgdeziyklmnoprstufhyeieg", strict=True))
    | {"ж": "zh", "ц": "ts", "ч": "ch", "ш": "sh", "щ": "shch", "ю": "yu", "я": "ya", "ъ": "", "ь": "", "ї": "yi"}
)
"""Letters of Russian and Ukrainian, as reports in English write them."""
_VOWELS = re.compile("[aeiouyhw]+")
_TWICE = re.compile(r"(.)\1+")
_LETTERS_PER_SLIP = 8
"""Two spellings of one name have at most one slip in so many letters."""
_NO_NAME = re.compile(r"\b(?:of|for|the|and)\b|[0-9]")
"""What is in no given name."""
_GIVEN_NAMES = 3
"""Words of given names behind a family name and its comma."""
_SUFFIX = re.compile(r"jr|sr|[ivx]+|[0-9]+(?:st|nd|rd|th)|(?:the )?(?:elder|younger)|ph ?d|md|esq|obe|kbe")
"""What stands behind a name and its comma, and is no first name."""


def person_key(name: Any) -> str:
    """Return a name as names are compared: no title, case, accents or punctuation, first name before the comma's.

    >>> person_key("Kowalczyk, Marek"), person_key("Jens STOLTENBERG-Sørensen"), person_key("Aquino, 3rd")
    ('marek kowalczyk', 'jens stoltenberg sorensen', 'aquino 3rd')
    >>> person_key("President Xi Jinping")
    'xi jinping'

    Raises Unresolved for a blank text, and for one that is longer than any name.
    """
    if not isinstance(name, str) or not name.strip():
        raise Unresolved("person", name, "the name of a person, such as 'Wang Yi', or a Wikidata id, such as 'Q7747'")
    if len(name) > LONGEST:
        raise Unresolved("person", name, f"a name of at most {LONGEST} characters")
    return known_as(without_title(name))


@lru_cache(maxsize=REMEMBERED)
def known_as(name: str) -> str:
    """Return the name of a value as names are compared; one without letters and digits as it stands."""
    return plain(in_order(name)) or unicodedata.normalize("NFKC", name).casefold()


def in_order(name: str) -> str:
    """Return a name with the family name behind: 'Kowalczyk, Marek' is turned round, 'Aquino, 3rd' is not.

    >>> in_order("Aquino, Benigno, 3rd")
    'Benigno Aquino 3rd'
    """
    before, _, suffix = map(str.strip, name.rpartition(","))
    if "," in before and _SUFFIX.fullmatch(plain(suffix)):
        return f"{in_order(before)} {suffix}"
    family, comma, given = map(str.strip, name.partition(","))
    is_inverted = (
        *(comma, family, given, "," not in given, len(given.split()) <= _GIVEN_NAMES),
        *(not _SUFFIX.fullmatch(plain(given)), not _NO_NAME.search(given)),
    )
    return f"{given} {family}" if all(is_inverted) else name


def names_near(name: str, known: Iterable[str]) -> tuple[str, ...]:
    """Return those of the known names that may be meant by a name: a slip away, or with one surname; three at most.

    >>> names_near("S. Lavrov", ["Sergei Lavrov", "Wang Yi"]), names_near("Сергей Лавров", ["Sergei Lavrov", "Wang Yi"])
    (('Sergei Lavrov',), ('Sergei Lavrov',))
    """
    expect("name", name, "a name", str)
    expect("known", known, "several names", Iterable)
    by_key = {in_latin(one): one for one in known}
    key = in_latin(name)
    alike = spellings_near(key, list(by_key))
    namesakes = [one for one in sorted(by_key) if _may_share_a_surname(key.split(), one.split())]
    return tuple(by_key[one] for one in dict.fromkeys((*alike, *namesakes)))[:3]


def _may_share_a_surname(words: Sequence[str], others: Sequence[str]) -> bool:
    """Tell whether a surname may be shared: the last word, or the first where one name has its surname first."""
    if not words or not others:
        return False
    return words[-1] in (others[0], others[-1]) or words[0] == others[-1]


class Alike(Enum):
    """Why two names that are compared as different may be one person's."""

    SCRIPT = "the same name in another script"
    ORDER = "the same words in another order"
    INITIAL = "an initial for a name"
    FULLER = "a fuller name"
    SPELLING = "spelt a letter or two apart"


def may_be_one(one: str, other: str) -> Alike | None:
    """Return why two names that are compared as different may be one person's, None where nothing says so.

    >>> may_be_one("Wang Yi", "Yi Wang"), may_be_one("Сергей Лавров", "Sergei Lavrov"), may_be_one("Wang Yi", "Li Yi")
    (<Alike.ORDER: 'the same words in another order'>, <Alike.SCRIPT: 'the same name in another script'>, None)
    """
    left, right = in_latin(one), in_latin(other)
    words, others = left.split(), right.split()
    if not words or not others or known_as(one) == known_as(other):
        return None
    if left == right:
        return Alike.SCRIPT
    if sorted(words) == sorted(others):
        return Alike.ORDER
    if len(words) == len(others) and words[-1] == others[-1] and all(map(_is_initial, words, others)):
        return Alike.INITIAL
    if min(len(words), len(others)) > 1 and (set(words) < set(others) or set(others) < set(words)):
        return Alike.FULLER
    allowed = min(len(left), len(right)) // _LETTERS_PER_SLIP
    return Alike.SPELLING if 0 < slips(left, right) <= allowed else None


@lru_cache(maxsize=REMEMBERED)
def could_be_one(one: str, other: str) -> bool:
    """Return whether two names of one party's people leave open that they are one person's.

    A surname alone leaves it open, and so do spellings of a surname with given names that begin alike. Names in scripts
    that cannot be held against each other say nothing.

    >>> could_be_one("Macron", "Emmanuel Macron"), could_be_one("Volodymyr Zelenskyy", "Vladimir Zelensky")
    (True, True)
    >>> could_be_one("王毅", "Wang Yi"), could_be_one("Wang Yi", "Wang Wenbin"), could_be_one("Pyotr Li", "Ana Li")
    (True, False, False)
    """
    left, right = in_latin(one), in_latin(other)
    if left == right or may_be_one(one, other) or not (left.isascii() and right.isascii()):
        return True
    words, others = left.split(), right.split()
    if not _may_share_a_surname([*map(consonants, words)], [*map(consonants, others)]):
        return False
    return min(len(words), len(others)) == 1 or words[0][0] == others[0][0]


def consonants(word: str) -> str:
    """Return what spellings of a word have in common: its consonants, each once where it is doubled."""
    return _TWICE.sub(r"\1", _VOWELS.sub("", word)) or word


def _is_initial(word: str, other: str) -> bool:
    shorter, longer = sorted((word, other), key=len)
    return word == other or (len(shorter) == 1 and longer.startswith(shorter))


def in_latin(name: str) -> str:
    """Return a name as it is compared across scripts."""
    return known_as(name).translate(_CYRILLIC)


def is_called(person: Person, key: str) -> bool:
    """Tell whether somebody is known by a key: by the name, its words in whatever order, or by the Wikidata id."""
    return in_any_order(key) in person_keys(person)


def person_keys(person: Person) -> tuple[str, ...]:
    """Return what finds a person: the name, whichever of its words comes first, the Wikidata id; no title hides it."""
    name, *others = _names(person.name)
    return (name, person.wikidata.lower(), *others) if person.wikidata else (name, *others)


@lru_cache(maxsize=REMEMBERED)
def _names(name: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(in_any_order(known_as(one)) for one in (name, without_title(name))))


def in_any_order(key: str) -> str:
    """Return a name as it is compared, whichever of its words comes first."""
    return " ".join(sorted(key.split())) or key


def is_one(one: Person, other: Person) -> bool:
    """Tell whether two reports name one person: one Wikidata id, or else one name, of one party where both have one.

    >>> from diplocal.parties import State
    >>> is_one(Person("Wang Yi", State("CN")), Person("Yi Wang"))
    True
    >>> is_one(Person("Wang Yi", State("CN")), Person("Wang Yi", State("SG")))
    False
    """
    if one.wikidata and other.wikidata:
        return one.wikidata == other.wikidata
    if one.party and other.party and one.party.code != other.party.code:
        return False
    return in_any_order(known_as(one.name)) == in_any_order(known_as(other.name))


AliasesWith = Callable[[str], Iterable[Sequence[Person]]]
"""Gives the aliases in which somebody is known by a key, each the names of one person."""


def also_known_as(people: Iterable[Person], aliases_with: AliasesWith) -> frozenset[Person]:
    """Return people under all names that somebody said to be theirs, themselves included, however many said a part."""
    found: set[Person] = set()
    ahead = list(people)
    while ahead:
        one = ahead.pop()
        if one not in found:
            found.add(one)
            for key in person_keys(one):
                for names in aliases_with(key):
                    ahead += names if any(is_one(one, other) for other in names) else ()
    return frozenset(found)


Identity = tuple[str, str]
"""A name, its words in alphabetical order, and the code of the party."""


def identity_of(person: Person, aliases_with: AliasesWith) -> Identity:
    """Return what all names of a person have in common: the first of them that aliases tell, and the party's code.

    >>> identity_of(Person("Wang Yi"), lambda key: ())
    ('wang yi', '')
    """
    code, own = person.party.code if person.party else "", person_keys(person)
    if not any(map(aliases_with, own)):
        return own[0], code
    names = also_known_as((person,), aliases_with)
    keys = {key for name in names for key in person_keys(name)}
    told = {one for key in keys for several in aliases_with(key) for one in several}
    return min(person_keys(one)[0] for one in (names & told or {person})), code


def called(key: str, aliases_with: AliasesWith) -> frozenset[Person]:
    """Return everybody who is known by a key according to aliases, under all of their names."""
    return also_known_as((one for names in aliases_with(key) for one in names), aliases_with)
