"""Unknown is an error that names the value, and never an empty answer: what a question names, some report must name."""

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from typing import Any

import attrs

from diplocal.diary.understanding import Now, Then
from diplocal.engagements import Engagement
from diplocal.errors import UnknownName
from diplocal.names.parties import is_known
from diplocal.names.people import (
    consonants,
    in_any_order,
    in_latin,
    is_called,
    may_be_one,
    names_near,
    person_keys,
)
from diplocal.names.spelling import spellings_near
from diplocal.names.states import BEFORE
from diplocal.projections.filters import EVERYTHING, Filter
from diplocal.projections.selection import Selection


def expect_known(understanding: Now | Then, chosen: Filter, said: Mapping[str, Any]) -> None:
    """Raise UnknownName, with what comes near, where a filter takes nothing for it names what no report does.

    ``said`` are its criteria as they were written.
    """
    named = [(what, name, alone) for what, name, alone in _named(chosen, said) if name is not None]
    if not named or _takes_any(understanding, chosen):
        return
    for what, name, alone in named:
        if not _takes_any(understanding, alone):
            there = {one for each in understanding.find(EVERYTHING) for one in _NAMES[what](each)}
            raise UnknownName(what, str(name), near=tuple(_near(what)(str(name), sorted(there))))


def of_earlier_names(understanding: Now | Then, chosen: Filter) -> list[str]:
    """Return the codes of states before those that a filter names, of which it would take something too."""
    earlier = [(code, before) for code in sorted(chosen.codes) for before in BEFORE.get(code, ())]
    return [
        before
        for code, before in earlier
        if before not in chosen.codes and _takes_any(understanding, chosen.naming(before, instead_of=code))
    ]


def spelt_otherwise(understanding: Now | Then, chosen: Filter) -> list[tuple[str, int]]:
    """Return the names, as printed, that may be those of a filter's person (see ``may_be_one``) and are not taken.

    With each, how many engagements the filter would take of that name.
    """
    person = chosen.who.person
    if person is None:
        return []
    tables = understanding.tables if isinstance(understanding, Now) else understanding.now.tables
    taken = chosen.who.knowing(understanding.aliases_with)
    own = {in_any_order(person), *(key for one in taken.also for key in person_keys(one))}
    there = (key for key in tables.people_counts() if key not in own)
    found = []
    for key in (key for key in there if _may_be_one(in_any_order(person), key)):
        several = list(understanding.find(attrs.evolve(chosen, who=Selection(chosen.who.parties, key))))
        names = Counter(one.name for each in several for one in each.people if is_called(one, key))
        found += [(names.most_common(1)[0][0], len(several))] if names else []
    return sorted(found, key=lambda one: (-one[1], one[0]))


def _may_be_one(name: str, other: str) -> bool:
    sounds, others = ({consonants(word) for word in in_latin(one).split()} for one in (name, other))
    if sounds == others and sum(map(len, sounds)) >= TELLING * len(sounds):
        return True
    return bool(sounds & others) and may_be_one(name, other) is not None


TELLING = 4
"""Consonants a word from which on names that have all of them in common are told of: Suharto and Soeharto."""


def _named(chosen: Filter, said: Mapping[str, Any]) -> Iterator[tuple[str, str | None, Filter]]:
    """Yield what a filter names and only reports can know: what it is, its name as written, and a filter for it."""
    for code in sorted(chosen.codes):
        yield PARTY, None if is_known(code) else code, Filter(any_of=frozenset({code}))
    person, place, source = chosen.who.person, chosen.place, chosen.source
    yield "person", person and said.get("person", person), Filter(who=Selection(person=person))
    yield "place", place and said.get("place", place), Filter(place=place)
    yield "source", source and said.get("source", source), Filter(source=source)


def _takes_any(understanding: Now | Then, chosen: Filter) -> bool:
    return next(iter(understanding.find(chosen)), None) is not None


PARTY = "state or organisation"
_NAMES: Mapping[str, Callable[[Engagement], Iterable[str]]] = {
    PARTY: lambda one: (party.code for party in one.parties),
    "person": lambda one: (person.name for person in one.people),
    "place": lambda one: filter(None, (one.place,)),
    "source": lambda one: (source.publisher for source in one.quoted),
}


def _near(what: str) -> Callable[[str, Collection[str]], Iterable[str]]:
    return names_near if what == "person" else spellings_near
