"""Which engagements are one: each duplicate points to the engagement that goes on."""

from collections.abc import Mapping

import msgspec
from immutables import Map


class Duplicates(msgspec.Struct, frozen=True):
    """The pointers from duplicates to those that go on. Immutable: pointing elsewhere gives another one.

    Finding what is one takes time by the size of that group, not by how many duplicates there are.
    """

    into: Map[str, str] = Map()
    """For each duplicate, the engagement that it was merged into."""
    of: Map[str, frozenset[str]] = Map()
    """The same, backwards."""

    @classmethod
    def read(cls, into: Mapping[str, str]) -> "Duplicates":
        """Make the duplicates of a plain mapping."""
        duplicates = cls()
        for slug, target in into.items():
            duplicates = duplicates.pointed(slug, target)
        return duplicates

    def __bool__(self) -> bool:
        return bool(self.into)

    def __contains__(self, slug: str) -> bool:
        return slug in self.into or slug in self.of

    def pointed(self, slug: str, target: str | None) -> "Duplicates":
        """Point a duplicate to another engagement, or to none."""
        before = self.into.get(slug)
        if target == before:
            return self
        into, of = self.into, self.of
        if before is not None:
            into, others = into.delete(slug), of[before] - {slug}
            of = of.set(before, others) if others else of.delete(before)
        if target is not None:
            into, of = into.set(slug, target), of.set(target, of.get(target, frozenset()) | {slug})
        return Duplicates(into, of)

    def merge(self, other: "Duplicates") -> "Duplicates":
        """Join the duplicates of two halves of a log that was split by engagement, duplicates beside their like."""
        return Duplicates(self.into.update(other.into), self.of.update(other.of))

    def root(self, slug: str) -> str:
        """Follow the pointers to the engagement that goes on; in a circle, the first in alphabetical order."""
        seen = [slug]
        while (slug := self.into.get(slug, "")) and slug not in seen:
            seen.append(slug)
        return min(seen[seen.index(slug) :]) if slug else seen[-1]

    def around(self, slug: str) -> list[str]:
        """Name all engagements that are one with this one, itself included, in alphabetical order."""
        found, ahead = {slug}, [slug]
        while ahead:
            one = ahead.pop()
            near = {*self.of.get(one, ()), self.into.get(one, one)} - found
            found |= near
            ahead += near
        return sorted(found)
