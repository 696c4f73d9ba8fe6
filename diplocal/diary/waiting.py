"""Since when the public could know of plans that have no date: that is all the age that they have."""

from collections.abc import Iterable

import pendulum

from diplocal.diary.diary import Diary
from diplocal.engagements import Engagement
from diplocal.engagements.reports import day_of
from diplocal.projections.filters import PLANS


def undated_since(diary: Diary, found: Iterable[Engagement]) -> dict[str, pendulum.Date]:
    """Return the day (UTC) from which the public could know of each plan that has no date."""
    undated = [one.slug for one in found if one.when is None and one.status in PLANS]
    reports = diary.about(*undated)
    known = {slug: [one.known_from for one in reports.effective_reports(slug)] for slug in undated}
    return {slug: pendulum.Date.fromordinal(day_of(min(all_of))) for slug, all_of in known.items() if all_of}
