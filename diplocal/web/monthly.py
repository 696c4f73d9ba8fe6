"""A month as a grid of days: what is on each of them, and what is on some day that is not known."""

import re
from calendar import Calendar, monthrange
from collections.abc import Iterable

import attrs
import pendulum

from diplocal.engagements import Engagement
from diplocal.projections.filters import Filter
from diplocal.web.formats import by_date
from diplocal.web.lists import Line, line
from diplocal.web.visitor import Visitor

MONTH = re.compile(r"(?!0000)([0-9]{4})-(0[1-9]|1[0-2])", re.ASCII)
MOST = 5
"""How many engagements a day shows at the most."""


@attrs.frozen
class Day:
    """A day of the month."""

    number: int
    name: str
    """The whole day, for those who hear the page."""
    is_today: bool
    lines: list[Line]
    begins: frozenset[str]
    """The slugs of those that are not on the day before too, as far as this month shows."""
    more: int
    """How many there are beside those shown."""


@attrs.frozen
class Neighbour:
    """The month before or after."""

    address: str
    """'2023-08'."""
    label: str


@attrs.frozen
class Month:
    """What a month has."""

    label: str
    weeks: list[list[Day | None]]
    """From Monday to Sunday (ISO 8601); None for the days of other months."""
    vague: list[Line]
    """What may be in the month, on a day that is not known."""
    before: Neighbour | None
    """None where years end."""
    after: Neighbour | None
    has_any: bool
    """Whether there is anything in it."""


def first_day(month: str) -> pendulum.Date | None:
    """Return the first day of a month as an address says it: '2023-09'; None for what is no month."""
    found = MONTH.fullmatch(month)
    return pendulum.Date(int(found[1]), int(found[2]), 1) if found else None


def month_of(chosen: Filter, first: pendulum.Date, visitor: Visitor) -> Month:
    """Return what a month has of the engagements that a filter takes."""
    last = first.replace(day=monthrange(first.year, first.month)[1])
    within = attrs.evolve(chosen, undated=False).within(Filter(since=first, until=last))
    told = visitor.feeds.left_out.each(by_date(visitor.feeds.diary.iterate(within)), lambda one: line(one, visitor))
    by_day: dict[int, list[Line]] = {}
    vague = []
    for engagement, as_line in told:
        days = _days(engagement, first, last)
        if days is None:
            vague.append(as_line)
        for number in days or ():
            by_day.setdefault(number, []).append(as_line)

    def day(number: int) -> Day | None:
        before = frozenset(one.slug for one in by_day.get(number - 1, ()))
        return _day(first.replace(day=number), by_day.get(number, []), before, visitor) if number else None

    return Month(
        label=visitor.words.month(first),
        weeks=[[*map(day, week)] for week in Calendar().monthdayscalendar(first.year, first.month)],
        vague=vague,
        before=_neighbour(first, -1, visitor),
        after=_neighbour(first, 1, visitor),
        has_any=bool(by_day or vague),
    )


def _days(engagement: Engagement, first: pendulum.Date, last: pendulum.Date) -> Iterable[int] | None:
    """Return the days of a month that an engagement is on, as far as they are known to the day; None where none is."""
    when = engagement.when
    if when is None:
        return None
    begins, ends = when.nominal
    if when.is_dated and begins is not None and ends is not None:
        return range(max(begins, first).day, min(ends, last).day + 1)
    known = ((begins, when.start), (ends, when.end)) if when.is_interval else ()
    return [day.day for day, end in known if day and end and end.is_dated and first <= day <= last] or None


def _day(day: pendulum.Date, lines: list[Line], before: frozenset[str], visitor: Visitor) -> Day:
    begins = frozenset(one.slug for one in lines) - before
    return Day(day.day, visitor.words.day(day), day == visitor.on, lines[:MOST], begins, max(0, len(lines) - MOST))


def _neighbour(first: pendulum.Date, step: int, visitor: Visitor) -> Neighbour | None:
    months = first.year * 12 + first.month - 1 + step
    year, month = divmod(months, 12)
    if not pendulum.Date.min.year <= year <= pendulum.Date.max.year:
        return None
    return Neighbour(f"{year:04}-{month + 1:02}", visitor.words.month(pendulum.Date(year, month + 1, 1)))
