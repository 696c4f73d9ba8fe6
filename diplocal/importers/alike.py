"""How far apart the names of people are, where a list that is published again may have put one right.

A distance is a whole number, 0 for equal; None says that the two are not alike.
"""

from collections.abc import Callable, Iterable

from diplocal.names.spelling import plain, slips
from diplocal.parties import Person, Rank

Apart = Callable[[Person, Person], int | None]

LETTERS_PER_SLIP = 6
"""A name may differ by one slip for so many letters, and by one in any case."""

FOR_A_MISSING_PERSON = 100
"""Added to a distance for each person whom only one of the two names."""


def people_apart(left: tuple[Person, ...], right: tuple[Person, ...]) -> int | None:
    """Return how far two groups are apart, where each of the fewer people is like one of the others."""
    return _people_apart(left, right, _one_person)


def typos_apart(left: tuple[Person, ...], right: tuple[Person, ...]) -> int | None:
    """Return how far two groups are apart, where mere typos in names explain it."""
    return _people_apart(left, right, _typos)


def name_of(person: Person) -> str:
    """Return the plain name; as printed where nothing in it is a letter or digit."""
    return plain(person.name) or person.name


def _people_apart(left: tuple[Person, ...], right: tuple[Person, ...], apart: Apart) -> int | None:
    fewer, more = sorted((left, right), key=len)
    nearest = [_nearest(person, more, apart) for person in fewer]
    if None in nearest:
        return None
    return sum(filter(None, nearest)) + FOR_A_MISSING_PERSON * (len(more) - len(fewer))


def _nearest(person: Person, others: Iterable[Person], apart: Apart) -> int | None:
    return min((found for other in others if (found := apart(person, other)) is not None), default=None)


def _typos(left: Person, right: Person) -> int | None:
    """Return the slips between two names, where they are few for their length."""
    one, other = name_of(left), name_of(right)
    found = slips(one, other)
    return found if found <= max(1, min(len(one), len(other)) // LETTERS_PER_SLIP) else None


def _one_person(left: Person, right: Person) -> int | None:
    """Return the slips between two names: few, or of a shorter and a fuller name, or with one surname and rank."""
    one, other = name_of(left), name_of(right)
    words, other_words = one.split(), other.split()
    fuller = set(words) <= set(other_words) or set(other_words) <= set(words)
    colleague = words[-1] == other_words[-1] and _rank(left) is not None and _rank(left) is _rank(right)
    return slips(one, other) if fuller or colleague else _typos(left, right)


def _rank(person: Person) -> Rank | None:
    return person.office.rank if person.office else None
