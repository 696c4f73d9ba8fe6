"""A projection that keeps one row for each engagement."""

from collections.abc import Iterable
from typing import Any, ClassVar, TypeVar

from immutables import Map

from diplocal.engagements import Change, Engagement
from diplocal.projections.over_engagements import OverEngagements, ReportsOf, Understood

R = TypeVar("R")
A = TypeVar("A")


class View(OverEngagements[Map[str, R], A]):
    """A projection that keeps one row for each engagement, by its slug, or none.

    Derive from it, name it, and write ``row`` and ``read``, which has the rows by the engagements' slugs. Corrections,
    retractions, reschedules and merged duplicates heal the rows by themselves, and merging comes for free.

    >>> from diplocal.wording import title
    >>> class Undated(View[str, list[str]]):
    ...     name, row_type = "acme.undated", str
    ...     def row(self, engagement):
    ...         return title(engagement) if engagement.counts and engagement.when is None else None
    ...     def read(self, value):
    ...         return sorted(value.values())
    """

    row_type: ClassVar[Any] = None
    """The type of the rows: JSON's own, an attrs class, or a tuple of these. With it they are kept beside the log, and
    an answer costs what changed since the last; without it, they are made anew for each."""

    def row(self, engagement: Engagement) -> R | None:
        """Return the row of one engagement: a pure function of what is understood of it."""
        raise NotImplementedError(f"write row() in {type(self).__name__}")

    def begin(self) -> Map[str, R]:
        """Begin with no rows."""
        return Map()

    def moved(self, value: Map[str, R], changes: Iterable[Change], reports_of: ReportsOf) -> Map[str, R]:  # noqa: ARG002
        """Replace the rows of the engagements that changed."""
        return replaced(value, ((slug, None if after is None else self.row(after)) for slug, _, after in changes))

    def merge(self, left: Understood[Map[str, R]], right: Understood[Map[str, R]]) -> Understood[Map[str, R]]:
        """Join the rows of two halves of a log that was split by engagement."""
        engagements = left.engagements.merge(right.engagements)
        return (
            self.anew(engagements) if self.scope.who.person else Understood(engagements, left.value.update(right.value))
        )


def replaced(rows: Map[str, R], news: Iterable[tuple[str, R | None]]) -> Map[str, R]:
    """Return rows with others in the place of some, or none in their place."""
    after = rows.mutate()
    for slug, row in news:
        if row is not None:
            after[slug] = row
        elif slug in after:
            del after[slug]
    return after.finish()
