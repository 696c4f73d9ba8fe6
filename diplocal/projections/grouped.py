"""A projection that holds what several engagements bring against each other, group by group."""

from collections.abc import Iterable, Mapping, Sequence
from copy import copy
from functools import cache
from typing import Any, ClassVar, Generic, Self, TypeVar

import msgspec
from immutables import Map

from diplocal.engagements import Change, Engagement
from diplocal.names.people import AliasesWith
from diplocal.projections.over_engagements import OverEngagements, ReportsOf, Understood

Item = TypeVar("Item")
Found = TypeVar("Found")
A = TypeVar("A")
Key = tuple[str, ...]
"""What items that belong together have in common: ("person", "wang yi / CN")."""
Group = Mapping[str, Sequence[Item]]
"""The items of one key, by the slugs of the engagements that brought them."""


class Groups(msgspec.Struct, Generic[Item, Found], frozen=True):
    """The value of a projection over groups."""

    items: Map[Key, Map[str, tuple[Item, ...]]] = Map()
    """By key, and by the slug of the engagement that brought them."""
    found: Map[Key, tuple[Found, ...]] = Map()
    """What was found in each group that anything was found in."""


class Grouped(OverEngagements[Groups[Item, Found], A]):
    """A projection that compares engagements that have something in common: a person, a day, a name.

    Derive from it, name it, and write ``evidence``, ``findings`` and ``read``. Each engagement brings items under keys;
    the items of one key are held together. Corrections, retractions and merged duplicates heal what is found: an
    engagement that changed takes its items out and puts others in, and only the groups that it touches are looked at
    again. Merging comes for free.

    >>> class Namesakes(Grouped[str, str, list[str]]):
    ...     name, finding_type = "acme.namesakes", str
    ...     def evidence(self, engagement):
    ...         return ((("place", engagement.place), engagement.slug),) if engagement.place else ()
    ...     def findings(self, key, items):
    ...         return [f"{key[1]}: {', '.join(items)}"] if len(items) > 1 else []
    ...     def read(self, value):
    ...         return sorted(self.all_found(value))
    """

    finding_type: ClassVar[Any] = None
    """The type of what is found: JSON's own, an attrs class or several, or tuples of these. With it, what is found is
    kept beside the log, with the names of those who are in each group."""
    finds_alone: ClassVar[bool] = True
    """Whether anything may be found in what one engagement brings alone."""
    aliases_with: AliasesWith = staticmethod(lambda _: ())
    """Gives the aliases in which somebody is known by a key, to a projection that is ``by_person``."""

    def evidence(self, engagement: Engagement) -> Iterable[tuple[Key, Item]]:
        """Yield what one engagement brings, under which keys: a pure function of what is understood of it."""
        raise NotImplementedError(f"write evidence() in {type(self).__name__}")

    def findings(self, key: Key, items: Sequence[Item]) -> Iterable[Found]:
        """Yield what is found in one group: a pure function of its items, which come in order of slug.

        Of items that say the same, only the first is among them; see ``sameness``.
        """
        raise NotImplementedError(f"write findings() in {type(self).__name__}")

    def sameness(self, item: Item) -> str:  # noqa: ARG002 - for those whose items do
        """Return a text that items which say the same have in common; an empty one, as here, where no two do.

        Of these, the first by slug counts: a group in which many say the same costs little when another comes.
        """
        return ""

    def awaits(self, item: Item) -> bool:  # noqa: ARG002 - for those whose items do
        """Return whether an item finds nothing, alone or with others that await, until one that does not joins them."""
        return False

    def found_in(self, key: Key, group: Group[Item]) -> tuple[Found, ...]:
        """Return what is found in one group."""
        items, said = list[Item](), set[str]()
        for item in (item for slug in sorted(group) for item in group[slug]):
            same = self.sameness(item)
            if not same or same not in said:
                items.append(item)
                said.add(same)
        return tuple(self.findings(key, items))

    def brought(self, engagement: Engagement | None) -> dict[Key, tuple[Item, ...]]:
        """Return what an engagement brings, by key."""
        by_key: dict[Key, tuple[Item, ...]] = {}
        for key, item in self.evidence(engagement) if engagement is not None else ():
            by_key[key] = (*by_key.get(key, ()), item)
        return by_key

    def all_found(self, value: Groups[Item, Found]) -> list[Found]:
        """Return what is found in all groups, in no order."""
        return [one for several in value.found.values() for one in several]

    def knowing(self, aliases_with: AliasesWith) -> Self:
        """Return the projection that knows people under all names that aliases tell."""
        knowing = super().knowing(aliases_with)
        if not self.by_person:
            return knowing
        knowing = copy(knowing)
        knowing.aliases_with = cache(aliases_with)
        return knowing

    def begin(self) -> Groups[Item, Found]:
        """Begin with no groups."""
        return Groups()

    def moved(
        self,
        value: Groups[Item, Found],
        changes: Iterable[Change],
        reports_of: ReportsOf,  # noqa: ARG002
    ) -> Groups[Item, Found]:
        """Take out what engagements brought, put in what they bring, and look again at the groups that this touches."""
        groups: dict[Key, Map[str, tuple[Item, ...]]] = {}
        for slug, before, after in changes:
            was, now = self.brought(before), self.brought(after)
            for key in {**was, **now}:
                if was.get(key) != now.get(key):
                    group = groups[key] if key in groups else value.items.get(key, Map())
                    groups[key] = group.set(slug, now[key]) if key in now else group.delete(slug)
        return self._regrouped(value, groups)

    def merge(
        self, left: Understood[Groups[Item, Found]], right: Understood[Groups[Item, Found]]
    ) -> Understood[Groups[Item, Found]]:
        """Join the groups of two halves of a log that was split by engagement."""
        engagements = left.engagements.merge(right.engagements)
        if self.scope.who.person or (self.by_person and engagements.aliases):
            return self.anew(engagements)
        small, large = sorted((left.value, right.value), key=lambda half: len(half.items))
        groups = {key: large.items.get(key, Map()).update(group) for key, group in small.items.items()}
        return Understood(engagements, self._regrouped(large, groups))

    def _regrouped(
        self, value: Groups[Item, Found], groups: Mapping[Key, Map[str, tuple[Item, ...]]]
    ) -> Groups[Item, Found]:
        items, found = value.items.mutate(), value.found.mutate()
        for key, group in groups.items():
            if group:
                items[key] = group
            elif key in items:
                del items[key]
            several = self.found_in(key, group)
            if several:
                found[key] = several
            elif key in found:
                del found[key]
        return Groups(items.finish(), found.finish())
