"""A view that looks beyond what is understood, at the reports from which it is."""

from collections.abc import Iterable, Sequence
from typing import TypeVar

from immutables import Map

from diplocal.engagements import Engagement, Report
from diplocal.projections.over_engagements import Understood
from diplocal.projections.view import View
from diplocal.records import Record

R = TypeVar("R")
A = TypeVar("A")


class ToldView(View[R, A]):
    """A view whose rows depend on how an engagement was told as well.

    Derive from it and write ``told_row`` and ``read``.
    The reports are those that stand: retractions and corrections heal the rows as they heal those of any view.
    """

    def told_row(self, engagement: Engagement, told: Sequence[Report]) -> R | None:
        """Give the row of one engagement: a pure function of what is understood of it, and of the reports that stand.

        They come in the order in which they speak, and those about its duplicates are among them.
        """
        raise NotImplementedError

    def fold(self, state: Understood[Map[str, R]], records: Iterable[Record]) -> Understood[Map[str, R]]:
        """Take records at once, and replace the rows of the engagements that they touch."""
        engagements, changes = state.engagements.take(records)
        rows = state.value.mutate()
        for slug, _, after in changes:
            row = None if after is None else self.told_row(after, engagements.told(slug))
            if row is not None:
                rows[slug] = row
            elif slug in rows:
                del rows[slug]
        return Understood(engagements, rows.finish())
