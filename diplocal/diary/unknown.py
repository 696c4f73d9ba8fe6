"""Unknown is an error that names the value, and never an empty answer: what a question names, some report must name."""

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
    """Return the names, as printed, that may be those of a filter's person and of which it would take something.

    With each, how many engagements name it by now; those of the most come first.
    """
    person = chosen.who.person
    if person is None:
        return []
    tables = understanding.tables if isinstance(understanding, Now) else understanding.now.tables
    taken = chosen.who.knowing(understanding.aliases_with)
    own = {in_any_order(person), *(key for one in taken.also for key in person_keys(one))}
    counts = tables.people_counts()
    found = []
    for key in sorted(counts.keys() - own, key=lambda key: (-counts[key], key)):
        if _may_be_one(in_any_order(person), key):
            wanted = attrs.evolve(chosen, who=Selection(chosen.who.parties, key))
            one = next(iter(understanding.find(wanted)), None)
            found += [(each.name, counts[key]) for each in (one.people if one else ()) if is_called(each, key)][:1]
    return found


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
