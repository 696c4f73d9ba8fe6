"""Engagements in lists: what lies ahead, what changed last, what a year has."""

from collections.abc import Iterable
from heapq import nlargest

import attrs

from diplocal import wording
from diplocal.engagements import Engagement
from diplocal.engagements.reports import day_of
from diplocal.web.feeds import Chosen
from diplocal.web.formats import by_date, newest
from diplocal.web.visitor import Visitor
from diplocal.wording.history import Step, last_step


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


@attrs.frozen
class Group:
    """What lies ahead in one month, say."""

    label: str
    lines: list[Line]


@attrs.frozen
class Changed:
    """The last report about an engagement, and what it changed."""

    line: Line
    day: str
    """When the public could know."""
    step: Step


def line(one: Engagement, visitor: Visitor, *, inside: bool = False) -> Line:
    """Give an engagement as a line."""
    said = visitor.words
    return Line(
        slug=one.slug,
        title=wording.title(one, said),
        date=wording.date(one, said),
        status=wording.status(one.status, said),
        status_class=one.status.value.replace(" ", "-"),
        kind=one.kind.value,
        inside=inside,
    )


def ahead(found: Iterable[Engagement], chosen: Chosen, visitor: Visitor) -> list[Group]:
    """Give what lies ahead, by month; meetings stay with the visit that they are part of."""
    shown: set[str] = set()
    groups: dict[str, Group] = {}
    label = ""
    for one in found:
        engagement, inside = chosen.engagements[one.slug], one.during in shown
        label = label if inside else _label(engagement, visitor)
        groups.setdefault(label, Group(label, [])).lines.append(line(engagement, visitor, inside=inside))
        shown.add(one.slug)
    return list(groups.values())


def _label(engagement: Engagement, visitor: Visitor) -> str:
    """Say where in time an engagement is listed: now, in a month, or in none."""
    when = engagement.when
    first, last = when.nominal if when else (None, None)
    if when is None or first is None or last is None:
        return visitor.words("ahead.vague")
    if when.is_dated and first <= visitor.on <= last:
        return visitor.words("ahead.now")
    is_in_one = (first.year, first.month) == (last.year, last.month)
    return visitor.words.month(first) if when.is_dated or is_in_one else visitor.words("ahead.vague")


def latest(chosen: Chosen, visitor: Visitor, count: int) -> list[Changed]:
    """Give the last changes, by when the public could know: of what was learnt last or is likely to be new."""
    engagements, among = chosen.engagements.values(), 4 * count
    likely = {one.slug: one for one in (*nlargest(among, engagements, key=_lately), *newest(engagements, among))}
    reports = visitor.feeds.live.reports_of(likely)
    told = [(one, last_step(one, reports[slug], visitor.words)) for slug, one in likely.items() if reports[slug]]
    told.sort(key=lambda item: item[1].public_since, reverse=True)
    return [Changed(line(one, visitor), visitor.words.day(step.public_since), step) for one, step in told[:count]]


def _lately(engagement: Engagement) -> tuple[int, int]:
    """Sort key: about when something was last reported, which only its reports tell for certain; then as recorded.

    About: on the day of its newest source; of what is past and has none, when it ended; else when it was recorded.
    """
    published = [source.published.toordinal() for source in engagement.sources if source.published]
    recorded = day_of(engagement.last.recorded_micros)
    ended = engagement.when.latest.toordinal() if engagement.when and engagement.when.latest else recorded
    return max(published, default=min(ended, recorded)), engagement.last.position


def dated(engagements: Iterable[Engagement], visitor: Visitor, most: int) -> list[Line]:
    """Give engagements in order of their dates, at most so many."""
    return [line(one, visitor) for one in by_date(engagements)[:most]]
