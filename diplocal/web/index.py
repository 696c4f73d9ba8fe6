"""Who and what there is in a log, and how often: what the catalogue lists, and what names of feeds are looked up in."""

from collections import Counter
from collections.abc import Iterator, Mapping
from functools import cached_property, lru_cache
from itertools import combinations
from typing import Any, ClassVar

import attrs

from diplocal.engagements import KINDS, Engagement, Kind
from diplocal.engagements.engagement import COUNTED
from diplocal.engagements.fold import tells_alias
from diplocal.names.parties import REMEMBERED, is_known
from diplocal.names.people import known_as, names_near
from diplocal.names.spelling import plain, spellings_near
from diplocal.projections.filters import Filter
from diplocal.projections.selection import Selection
from diplocal.projections.tally import Tally

SHOWN_KINDS = tuple(kind for kind, row in KINDS.items() if row.is_counted)
EVERYBODY = Selection()
PARTY, PAIR, PERSON, ALIAS, WIKIDATA, KIND = "party", "pair", "person", "alias", "wikidata", "kind"
PLACE, SOURCE = "place", "source"
Key = tuple[str, str, str]
"""What is counted, by which key, and how that is printed."""


def shown(
    who: Selection = EVERYBODY, *, any_of: frozenset[str] = frozenset(), kinds: frozenset[Kind] = frozenset()
) -> Filter:
    """Return the filter of what stands for itself and is of a kind that feeds show."""
    return Filter(who=who, any_of=any_of, kinds=kinds or frozenset(SHOWN_KINDS), statuses=COUNTED)


EVERYTHING_SHOWN = shown()


@lru_cache(maxsize=REMEMBERED)
def person_address(name: str) -> str:
    """Return a person's name as part of an address: 'wang-yi'.

    >>> person_address("Şükrü  Saracoğlu")
    'sukru-saracoglu'
    """
    return "-".join("".join(c if c.isalnum() else " " for c in known_as(name)).split())


def _in_any_order(address: str) -> str:
    return "-".join(sorted(address.split("-")))


@attrs.frozen(eq=False)
class Index:
    """Who and what there is, and in how many engagements."""

    sums: Mapping[Key, int]

    @cached_property
    def parties(self) -> Mapping[str, int]:
        """Engagements by code of state or organisation."""
        return self._by_key(PARTY)

    @cached_property
    def pairs(self) -> Mapping[tuple[str, str], int]:
        """Engagements by the codes of two, in alphabetical order."""
        return {(pair[0], pair[1]): count for key, count in self._by_key(PAIR).items() for pair in [key.split()]}

    @cached_property
    def people(self) -> Mapping[str, int]:
        """Engagements by the address of each person, under whichever names they are printed."""
        found: Counter[str] = Counter()
        for address, count in self._by_key(PERSON).items():
            found[self._addresses[_in_any_order(address)]] += count
        return found

    def person(self, address: str) -> str | None:
        """Return the address of whoever has a name, by the address of the name in any order; None of a stranger."""
        return self._addresses.get(_in_any_order(address))

    @cached_property
    def _addresses(self) -> Mapping[str, str]:
        """The name that is printed most for each name of a person, its words in any order."""
        counts = self._by_key(PERSON)
        told = (key.split() for sort, key, _ in self.sums if sort == ALIAS)
        groups: dict[str, set[str]] = {}
        for names in (*([one] for one in counts), *told):
            joined = set(names).union(*(groups.get(_in_any_order(name), ()) for name in names))
            groups |= {_in_any_order(name): joined for name in joined}
        firsts = {key: max(group, key=lambda one: (counts.get(one, 0), one)) for key, group in groups.items()}
        return {key: first for key, first in firsts.items() if first in counts}

    @cached_property
    def wikidata(self) -> Mapping[str, int]:
        """Engagements by a person's Wikidata id, in small letters."""
        return self._by_key(WIKIDATA)

    @cached_property
    def kinds(self) -> Mapping[Kind, int]:
        """Engagements by kind."""
        return {Kind(key): count for key, count in self._by_key(KIND).items()}

    @cached_property
    def places(self) -> Mapping[str, str]:
        """Places as they are printed, by their words."""
        return {plain(printed): printed for printed in self._by_key(PLACE)}

    @cached_property
    def publishers(self) -> Mapping[str, str]:
        """Publishers as they are printed, by their words."""
        return {plain(printed): printed for printed in self._by_key(SOURCE)}

    @cached_property
    def label_of(self) -> Mapping[str, str]:
        """The most frequent way in which each code, person or id is printed."""
        ranked = sorted((count, label, key) for (_, key, label), count in self.sums.items() if label)
        return {key: label for _, label, key in ranked}

    def _by_key(self, sort: str) -> dict[str, int]:
        found: dict[str, int] = {}
        for (of, key, _), count in self.sums.items():
            if of == sort:
                found[key] = found.get(key, 0) + count
        return found


def strangers(chosen: Filter, index: Index) -> Iterator[tuple[str, str, str]]:
    """Yield whom or what a filter names and no report does: what it is, how it is named, and what comes near."""
    for code in sorted(chosen.codes):
        if not is_known(code) and code not in index.parties:
            yield "party", code, ", ".join(spellings_near(code, list(index.parties)))
    if chosen.who.person is not None:
        address = person_address(chosen.who.person)
        if index.person(address) is None and address not in index.wikidata:
            near = names_near(chosen.who.person, [index.label_of[one] for one in index.people])
            yield "person", chosen.who.person, ", ".join(near)
    if (place := chosen.place) is not None and not any(f" {place} " in f" {one} " for one in index.places):
        yield "place", place, ", ".join(index.places[one] for one in spellings_near(place, list(index.places)))
    if (source := chosen.source) is not None and source not in index.publishers:
        yield (
            "source",
            source,
            ", ".join(index.publishers[one] for one in spellings_near(source, list(index.publishers))),
        )


class WhoAndWhat(Tally[Key, Index]):
    """Counts parties, pairs, people, kinds, places and publishers among what feeds show, by how they are printed."""

    name = "diplocal.who-and-what"
    version = 3
    key_type: ClassVar[Any] = Key

    def contributions(self, engagement: Engagement) -> Iterator[tuple[Key, int]]:
        """Count an engagement once for each that takes part in it; of an alias, tell its names."""
        if tells_alias(engagement):
            yield (
                (ALIAS, " ".join(filter(None, sorted({person_address(one.name) for one in engagement.people}))), ""),
                1,
            )
        if not EVERYTHING_SHOWN.takes(engagement):
            return
        parties = {party.code: str(party) for party in engagement.parties}
        people = {address: one.name for one in engagement.people if (address := person_address(one.name))}
        wikidata = {one.wikidata.lower(): one.name for one in engagement.people if one.wikidata}
        for sort, found in ((PARTY, parties), (PERSON, people), (WIKIDATA, wikidata)):
            yield from (((sort, key, label), 1) for key, label in found.items())
        yield from (((PAIR, f"{one} {other}", ""), 1) for one, other in combinations(sorted(parties), 2))
        yield (KIND, engagement.kind.value, ""), 1
        if engagement.place:
            yield (PLACE, engagement.place, ""), 1
        yield from (((SOURCE, one, ""), 1) for one in {source.publisher for source in engagement.quoted})

    def read(self, value: Mapping[Key, int]) -> Index:
        """Return the counts."""
        return Index(value)
