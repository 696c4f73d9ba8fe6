"""A view over engagements together with the reports about them."""

from collections.abc import Iterable, Sequence
from typing import TypeVar

from immutables import Map

from diplocal.engagements import Engagement, Report
from diplocal.projections.over_engagements import Understood
from diplocal.projections.view import View
from diplocal.records import Record

R = TypeVar("R")
A = TypeVar("A")


class ReportsView(View[R, A]):
    """A view whose rows depend on the reports about an engagement as well.

    Derive from it and write ``row_of_reports`` and ``read``.
    The reports are those in effect: retractions and corrections heal the rows as they heal those of any view.
    """

    def row_of_reports(self, engagement: Engagement, reports: Sequence[Report]) -> R | None:
        """Return the row of one engagement: a pure function of what is understood of it, and of the reports in effect.

        They come by precedence, the one that counts most last, and those about its duplicates are among them.
        """
        raise NotImplementedError

    def fold(self, state: Understood[Map[str, R]], records: Iterable[Record]) -> Understood[Map[str, R]]:
        """Take records at once, and replace the rows of the engagements that they touch."""
        engagements, changes = state.engagements.take(records)
        rows = state.value.mutate()
        for slug, _, after in changes:
            row = None if after is None else self.row_of_reports(after, engagements.effective_reports(slug))
            if row is not None:
                rows[slug] = row
            elif slug in rows:
                del rows[slug]
        return Understood(engagements, rows.finish())
