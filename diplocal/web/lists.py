"""Engagements in lists: what lies ahead, what changed last, what a year has."""

from collections.abc import Callable, Iterable, Sequence
from typing import Generic, TypeVar

import attrs
import pendulum

from diplocal import wording
from diplocal.diary.waiting import undated_since
from diplocal.engagements import Engagement
from diplocal.engagements.engagement import OPEN
from diplocal.projections import UpcomingVisits
from diplocal.projections.filters import Filter
from diplocal.projections.upcoming import Upcoming
from diplocal.web.formats import by_date
from diplocal.web.visitor import Visitor
from diplocal.wording.history import Step, last_step

T = TypeVar("T")

PAGE = 200
"""How many engagements a page lists at the most."""


@attrs.frozen
class Line:
    """An engagement in a list."""

    slug: str
    title: str
    date: str
    status: str
    status_class: str
    kind: str
    inside: bool = False
    """Part of the visit before it."""
    since: str = ""
    """Of a plan without a date, since when it is reported, in words."""
    doubts: tuple[str, ...] = ()
    """What stands against its status, in words: it was denied, or its list dropped it."""


@attrs.frozen
class Group:
    """What lies ahead in one month, say."""

    label: str
    lines: list[Line]


@attrs.frozen
class Page(Generic[T]):
    """Some of what a list has, where it has more than one page shows."""

    shown: list[T]
    number: int
    """From 1."""
    pages: int
    """How many there are, 1 at least."""
    total: int

    @classmethod
    def of(cls, found: Sequence[T], number: int | None) -> "Page[T]":
        """Return a page of a list: the last one where there are not so many."""
        return cls.read(lambda start: (found[start : start + PAGE], len(found)), number)

    @classmethod
    def read(cls, read: Callable[[int], tuple[Sequence[T], int]], number: int | None) -> "Page[T]":
        """Return a page of what is read: a page's length from a place on, and how many there are."""
        shown, total = read(((number or 1) - 1) * PAGE)
        pages = max(1, -(-total // PAGE))
        if (number or 1) > pages:
            return cls.read(read, pages)
        return cls([*shown], number or 1, pages, total)


@attrs.frozen
class Changed:
    """The last report about an engagement, and what it changed."""

    line: Line
    day: str
    """When the public could know."""
    step: Step


def line(one: Engagement, visitor: Visitor, since: pendulum.Date | None = None) -> Line:
    """Return an engagement as a line; of a plan without a date with the day since which it is known."""
    said = visitor.words
    return Line(
        slug=one.slug,
        title=wording.title(one, said),
        date=wording.date(one, said),
        since="" if since is None else said("date.since", day=said.day(since)),
        status=wording.status(one.status, said),
        status_class=one.status.value.replace(" ", "-"),
        kind=one.kind.value,
        doubts=tuple(wording.doubts(one, said)),
    )


def lines(engagements: Iterable[Engagement], visitor: Visitor) -> list[Line]:
    """Return engagements as lines, without those that cannot be described."""
    return [found for _, found in visitor.feeds.left_out.each(engagements, lambda one: line(one, visitor))]


def lying_ahead(chosen: Filter, visitor: Visitor) -> list[Engagement]:
    """List what lies ahead of today among the engagements that a filter takes, what has no date included."""
    found = visitor.feeds.diary.iterate(chosen.within(Filter(since=visitor.on, undated=chosen.takes_undated)))
    rows = visitor.feeds.left_out.each(found, UpcomingVisits().row)
    return Upcoming({one.slug: row for one, row in rows if isinstance(row, Engagement)}).on(visitor.on)


def lapsed(chosen: Filter, visitor: Visitor) -> list[Engagement]:
    """List the plans whose time has passed without a word of what became of them, the last one first."""
    statuses = OPEN & chosen.statuses
    plans = attrs.evolve(chosen, statuses=statuses, undated=False).within(Filter(until=visitor.on))
    found = visitor.feeds.diary.iterate(plans) if statuses else ()
    return by_date(one for one in found if one.is_lapsed(visitor.on))[::-1]


def ahead(found: Sequence[Engagement], visitor: Visitor) -> list[Group]:
    """Return what lies ahead, by month; meetings stay with the visit that they are part of."""
    shown: set[str] = set()
    groups: dict[_Place, list[Line]] = {}
    place, since = _NOW, undated_since(visitor.feeds.diary, found)
    for engagement, as_line in visitor.feeds.left_out.each(found, lambda one: line(one, visitor, since.get(one.slug))):
        inside = engagement.during in shown
        place = place if inside else _place(engagement, visitor.on)
        groups.setdefault(place, []).append(attrs.evolve(as_line, inside=inside))
        shown.add(engagement.slug)
    return [Group(_label(place, visitor), groups[place]) for place in sorted(groups)]


_Place = tuple[int, int]
"""Where in time something is listed: by year and month."""
_NOW, _UNDATED = (0, 0), (9999, 13)


def _place(engagement: Engagement, on: pendulum.Date) -> _Place:
    """Return the month in which something begins at the earliest, as lists of what lies ahead are ordered."""
    when = engagement.when
    if when is None:
        return _UNDATED
    (first, last), earliest = when.nominal, max(when.earliest or on, on)
    begins_on_a_day = when.start is not None and when.start.is_dated
    if first is not None and first <= on and (when.is_dated or (begins_on_a_day and last is None)):
        return _NOW
    return _month(engagement) or (earliest.year, earliest.month)


def _month(engagement: Engagement) -> _Place | None:
    """Return the month in which an engagement begins, None where it is not known."""
    first, last = engagement.when.nominal if engagement.when else (None, None)
    if engagement.when is None or first is None:
        return None
    begins_on_a_day = engagement.when.start is not None and engagement.when.start.is_dated
    is_in_one = last is not None and (first.year, first.month) == (last.year, last.month)
    return (first.year, first.month) if begins_on_a_day or is_in_one else None


def by_month(found: Iterable[Engagement], visitor: Visitor) -> list[Group]:
    """Return engagements by the month in which they begin; at the end those of which it is not known."""
    groups: dict[_Place, list[Line]] = {}
    for engagement, as_line in visitor.feeds.left_out.each(found, lambda one: line(one, visitor)):
        groups.setdefault(_month(engagement) or _UNDATED, []).append(as_line)
    return [Group(_label(place, visitor), groups[place]) for place in sorted(groups)]


def _label(place: _Place, visitor: Visitor) -> str:
    if place == _NOW:
        return visitor.words("ahead.now")
    return visitor.words("ahead.vague") if place == _UNDATED else visitor.words.month(pendulum.Date(*place, 1))


def latest(chosen: Filter, visitor: Visitor, count: int) -> list[Changed]:
    """Return the last changes among the engagements that a filter takes, by when the public could know."""
    likely = visitor.feeds.diary.latest(chosen, 4 * count)
    reports = visitor.feeds.reports([one.slug for one in likely])

    def changed(one: Engagement) -> tuple[Line, Step]:
        return line(one, visitor), last_step(one, reports[one.slug], visitor.words)

    told = [found for _, found in visitor.feeds.left_out.each((one for one in likely if reports[one.slug]), changed)]
    told.sort(key=lambda item: item[1].public_since, reverse=True)
    return [Changed(one, visitor.words.day(step.public_since), step) for one, step in told[:count]]


def of_year(chosen: Filter, year: int, visitor: Visitor) -> list[Engagement]:
    """Return the dated engagements that are, or may be, in a year, by date: what goes on from an earlier one too."""
    days = Filter(since=pendulum.Date(year, 1, 1), until=pendulum.Date(year, 12, 31))
    return by_date(visitor.feeds.diary.iterate(attrs.evolve(chosen, undated=False).within(days)))


def found(chosen: Filter, number: int | None, visitor: Visitor) -> Page[Engagement]:
    """Return a page of all engagements that a filter takes, the latest first, those without a date before all."""
    diary = visitor.feeds.diary
    return Page.read(lambda start: diary.some(chosen, PAGE, skipping=start, last_first=True), number)
