"""A view that looks at reports keeps the laws because the reports that it is given are those that stand."""

from collections.abc import Iterable, Mapping, Sequence

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from immutables import Map

from diplocal.engagements import Engagement, Report
from diplocal.events import VisitAnnounced
from diplocal.projections import ReportsView
from diplocal.projections.over_engagements import Understood
from diplocal.records import Record
from diplocal.testing import History, LawBroken, check_law, histories
from diplocal.testing.pools import CHINA, RUSSIA

unhurried = settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.too_slow])


class Announcements(ReportsView[int, Mapping[str, int]]):
    """How many reports announce each visit."""

    name = "test.announcements"
    row_type = int

    def row_of_reports(self, engagement: Engagement, reports: Sequence[Report]) -> int | None:
        return sum(isinstance(report.event, VisitAnnounced) for report in reports) if engagement.counts else None

    def read(self, value: Mapping[str, int]) -> Mapping[str, int]:
        return value


class Unhealed(Announcements):
    """The same of all reports, also of those that were retracted."""

    name = "test.unhealed"

    def fold(self, state: Understood[Map[str, int]], records: Iterable[Record]) -> Understood[Map[str, int]]:
        engagements, changes = state.engagements.take(records)
        rows = {
            slug: self.row_of_reports(after, engagements.reports(slug))
            for slug, _, after in changes
            if after is not None
        }
        return Understood(engagements, state.value.update({slug: row for slug, row in rows.items() if row is not None}))


@unhurried
@given(histories(), st.integers(0, 20))
@pytest.mark.parametrize("law", ["retraction", "correction", "snapshots", "resume", "merging"])
def test_looking_at_the_reports_that_stand_keeps_the_law(law: str, history: History, number: int) -> None:
    check_law(law, Announcements, history, number)


def test_looking_at_all_reports_does_not_heal() -> None:
    announced = VisitAnnounced(engagement="visit-1", visitors=(CHINA,), host=RUSSIA)
    with pytest.raises(LawBroken, match="law of retraction"):
        check_law("retraction", Unhealed, History.of(announced, announced))
