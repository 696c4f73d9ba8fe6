"""What the public could know on a day of what lay ahead, and what became of it since."""

import attrs
import pendulum

from diplocal.engagements import Change, Engagement
from diplocal.projections import Upcoming, UpcomingVisits
from diplocal.projections.filters import Filter
from diplocal.web import lists
from diplocal.web.between import MOST
from diplocal.web.lists import Group
from diplocal.web.visitor import Visitor
from diplocal.wording.changes import lines_of

STEPS = ({"years": -1}, {"months": -1}, {"days": -1}, {"days": 1}, {"months": 1}, {"years": 1})
"""To the days that are a click away."""


@attrs.frozen
class Known:
    """What was known on a day."""

    ahead: list[Group]
    since: dict[str, list[str]]
    """By slug: what is different now, fact by fact."""


def known_on(chosen: Filter, day: pendulum.Date, visitor: Visitor) -> Known | None:
    """Return what lay ahead on a day as the public could know it; None where too much became known since."""
    diary = visitor.feeds.diary
    then = diary.as_of(reported_by=day)
    if then.restated > MOST:
        return None
    that_day = attrs.evolve(visitor, now=pendulum.datetime(day.year, day.month, day.day, 12))
    lying_ahead = chosen.within(Filter(since=day, undated=chosen.takes_undated))
    rows = visitor.feeds.left_out.each(then.iterate(lying_ahead), UpcomingVisits().row)
    found = Upcoming({one.slug: row for one, row in rows if isinstance(row, Engagement)}).on(day)
    changes = [Change(one.slug, one, visitor.engagement(one.slug)) for one in found]
    since = {one.slug: lines_of(one, visitor.words) for one in changes if one.before != one.after}
    return Known(lists.ahead(found, that_day), {slug: lines for slug, lines in since.items() if lines})


def days_nearby(day: pendulum.Date, today: pendulum.Date) -> tuple[list[pendulum.Date], list[pendulum.Date]]:
    """Return the days before and after a day that are a click away: a year, a month and a day; none is ahead."""
    days = [day.add(**step) for step in STEPS if pendulum.Date.min.year < day.year]
    return [one for one in days if one < day], [one for one in days if day < one <= today]
