"""When two names may be one person's: spelt otherwise, in another order or script, cut short."""

from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import combinations

import msgspec

from diplocal.engagements import Alias, Engagement
from diplocal.names.parties import REMEMBERED
from diplocal.names.people import also_known_as, consonants, in_latin, is_one, known_as, may_be_one
from diplocal.parties import Party, Person
from diplocal.projections.aliases import Aliases
from diplocal.projections.findings import Finding, OnePerson
from diplocal.projections.grouped import Grouped, Groups, Key
from diplocal.projections.listing import Listing

LONGEST_GROUP = 50
"""In a larger group, so many names are held against each other."""


class Named(msgspec.Struct, frozen=True):
    """Somebody whom an engagement names."""

    slug: str
    name: str
    """As printed."""
    party: Party
    wikidata: str | None
    beside: tuple[str, ...]
    """Whom else of that party it names, as names are compared."""


Item = Named | Alias


class PossiblyOnePerson(Grouped[Item, Finding, list[Finding]]):
    """People of one party whose names may be one person's: spelt otherwise, in another order, with an initial.

    Whom one engagement names side by side are two people, and so are those with Wikidata ids. Nothing is taken for one:
    a person decides, and corrects the reports or records a SamePerson. Its answer is a list of Finding, each with the
    two names and why.
    """

    name = "diplocal.possibly-one-person"
    version = 3
    finding_type = Finding
    finds_alone = False
    needs_aliases = True

    def evidence(self, engagement: Engagement) -> Iterator[tuple[Key, Item]]:
        """Yield who is named, under the consonants of each word of the name; of an alias, all its names under each."""
        if not engagement.counts:
            return
        alias = engagement.subject if isinstance(engagement.subject, Alias) else None
        keys: dict[Key, None] = {}
        named = {(one.party.code, known_as(one.name)) for one in engagement.people if one.party is not None}
        for one in engagement.people:
            if one.party is not None:
                beside = sorted(
                    name for code, name in named - {(one.party.code, known_as(one.name))} if code == one.party.code
                )
                item = alias or Named(engagement.slug, one.name, one.party, one.wikidata, tuple(beside))
                found = [(one.party.code, word) for word in _words(one.name)]
                yield from ((key, item) for key in found if alias is None or key not in keys)
                keys |= dict.fromkeys(found)

    def sameness(self, item: Item) -> str:
        """Return the name as it is printed, and what else is compared; an alias says what no other does."""
        if isinstance(item, Alias):
            return ""
        said = (item.name, item.party.code, str(item.party), item.wikidata, item.beside)
        return msgspec.json.encode(said).decode()

    def findings(self, key: Key, items: Sequence[Item]) -> Iterator[Finding]:  # noqa: ARG002 - one rule for all words
        """Yield the pairs among those with a word in common that may be one."""
        by_name: dict[str, list[Named]] = {}
        for named in (one for one in items if isinstance(one, Named)):
            by_name.setdefault(known_as(named.name), []).append(named)
        aliases = Aliases(tuple(one.people for one in items if isinstance(one, Alias)))
        for one, other in combinations(sorted(by_name)[:LONGEST_GROUP], 2):
            finding = _compared(by_name[one], by_name[other])
            if finding and not _are_told(by_name[one][0], by_name[other][0], aliases):
                yield finding

    def read(self, value: Groups[Item, Finding]) -> list[Finding]:
        """List who may be one, by name."""
        found = dict.fromkeys(self.all_found(value))
        return Listing[Finding](sorted(found, key=lambda one: (one.message, one.engagements)))


@lru_cache(maxsize=REMEMBERED)
def _words(name: str) -> tuple[str, ...]:
    return tuple(sorted({*map(consonants, in_latin(name).split())}))


def _compared(one: Sequence[Named], other: Sequence[Named]) -> Finding | None:
    alike = may_be_one(one[0].name, other[0].name)
    side_by_side = any(known_as(other[0].name) in each.beside for each in one)
    both_have_ids = all(any(each.wikidata for each in named) for named in (one, other))
    if alike is None or side_by_side or both_have_ids:
        return None
    slugs = sorted({one[0].slug, other[0].slug})
    names = sorted((min(each.name for each in one), min(each.name for each in other)))
    return Finding(tuple(slugs), OnePerson(names[0], names[1], one[0].party, alike))


def _are_told(one: Named, other: Named, aliases: Aliases) -> bool:
    """Tell whether somebody said that the two are one."""
    person, namesake = (Person(each.name, each.party, wikidata=each.wikidata) for each in (one, other))
    return any(is_one(namesake, name) for name in also_known_as([person], aliases.having) - {person})
