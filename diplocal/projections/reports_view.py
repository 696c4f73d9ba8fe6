"""A view over engagements together with the reports about them."""

from collections.abc import Iterable, Sequence
from typing import TypeVar

from immutables import Map

from diplocal.engagements import Change, Engagement, Report
from diplocal.projections.over_engagements import ReportsOf
from diplocal.projections.view import View, replaced

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
        raise NotImplementedError(f"write row_of_reports() in {type(self).__name__}")

    def moved(self, value: Map[str, R], changes: Iterable[Change], reports_of: ReportsOf) -> Map[str, R]:
        """Replace the rows of the engagements that changed."""
        return replaced(value, ((slug, self._row(after, reports_of)) for slug, _, after in changes))

    def _row(self, engagement: Engagement | None, reports_of: ReportsOf) -> R | None:
        return None if engagement is None else self.row_of_reports(engagement, reports_of(engagement.slug))
