"""What became known or changed between two days."""

from collections.abc import Sequence
from datetime import date

import attrs
import pendulum

from diplocal.engagements import Change
from diplocal.projections.filters import Filter
from diplocal.replaying import position_of
from diplocal.web.formats import by_date
from diplocal.web.lists import Line, Page, line
from diplocal.web.visitor import Visitor
from diplocal.wording.changes import differences_of, shown, what_changed
from diplocal.wording.history import Difference

MOST = 5_000
"""New records of which is told what they changed: more at once is an import, and takes long to compare."""


PUBLIC = "public"
LONGEST = 366
"""Days between which is told what the public could learn, as above."""


@attrs.frozen
class Between:
    """Two days: what the log learnt after the first of them, up to the end of the second (UTC)."""

    start: pendulum.Date
    end: pendulum.Date
    by: str | None = None
    """PUBLIC: what the public could learn between the two, whenever it was recorded."""


@attrs.frozen
class Became:
    """What became of an engagement."""

    line: Line
    """As it is at the end; of what is gone, as it was."""
    how: str
    """'new', 'changed' or 'gone'."""
    differences: list[Difference]


def day(text: str) -> pendulum.Date | None:
    """Return a day as an address says it: '2023-09-18'; None for what is none."""
    try:
        found = date.fromisoformat(text)
    except ValueError:
        return None
    return pendulum.Date(found.year, found.month, found.day) if found.isoformat() == text else None


def became(chosen: Filter, between: Between, number: int | None, visitor: Visitor) -> Page[Became] | None:
    """Return a page of what became of what a filter takes or took; None where that is too much to compare."""
    if between.by == PUBLIC:
        if (between.end - between.start).days > LONGEST:
            return None
        told = visitor.feeds.diary.as_of(reported_by=between.end).told_among(chosen, between.start)
        return _paged(told, number, visitor)
    diary, log = visitor.feeds.diary, visitor.feeds.log
    first, last = (position_of(log, moment, diary.audience) for moment in (between.start, between.end))
    if log.count(upto=last, audience=diary.audience) - log.count(upto=first, audience=diary.audience) > MOST:
        return None
    return _paged([one for one in diary.as_of(known_at=last).changes(first) if _is_taken(one, chosen)], number, visitor)


def _paged(changes: Sequence[Change], number: int | None, visitor: Visitor) -> Page[Became]:
    by_slug = {one.slug: change for change in changes if (one := shown(change)) is not None}
    page = Page.of(by_date(filter(None, map(shown, by_slug.values()))), number)
    told = [
        Became(as_line, what_changed(by_slug[one.slug]), differences_of(by_slug[one.slug], visitor.words))
        for one, as_line in visitor.feeds.left_out.each(page.shown, lambda one: line(one, visitor))
    ]
    return Page(told, page.number, page.pages, page.total)


def _is_taken(change: Change, chosen: Filter) -> bool:
    return any(one is not None and chosen.takes(one) for one in (change.before, change.after))
