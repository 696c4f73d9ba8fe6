"""How an engagement changed, report by report, in the reader's language."""

from collections.abc import Iterator, Sequence

import attrs
import pendulum

from diplocal.engagements import Engagement, Report, understand
from diplocal.engagements.reports import day_of
from diplocal.sources import Source
from diplocal.web.language import Words
from diplocal.web.saying import facts

TOLD_FIRST = ("when",)
"""What the first report of an engagement is told by: its name says the status, and the rest is what is known."""


@attrs.frozen
class Difference:
    """One fact, before a report and after it."""

    name: str
    """What it is called."""
    was: str | None
    now: str | None


@attrs.frozen
class Step:
    """One report about an engagement, and what it changed."""

    public_since: pendulum.Date
    """The day (UTC) from which the public could know."""
    report: str
    """What kind of report it is."""
    differences: tuple[Difference, ...]
    sources: tuple[Source, ...]
    note: str | None


def steps(slug: str, reports: Sequence[Report], words: Words) -> Iterator[Step]:
    """Tell each report about an engagement, in order of position."""
    before = None
    for number, report in enumerate(reports, start=1):
        after = understand(slug, reports[:number])
        yield _step(report, before, after, words)
        before = after


def last_step(engagement: Engagement, reports: Sequence[Report], words: Words) -> Step:
    """Tell the last report about an engagement, of which there is at least one."""
    *earlier, last = reports
    before = understand(engagement.slug, earlier) if earlier else None
    return _step(last, before, engagement, words)


def _step(report: Report, before: Engagement | None, after: Engagement, words: Words) -> Step:
    return Step(
        pendulum.Date.fromordinal(day_of(report.known_from)),
        _named(report, words),
        tuple(_differences(before, after, words)),
        report.event.sources,
        report.event.note,
    )


def _differences(before: Engagement | None, after: Engagement, words: Words) -> Iterator[Difference]:
    was, now = {} if before is None else _told(before, words), _told(after, words)
    for key in TOLD_FIRST if before is None else dict.fromkeys((*now, *was)):
        old, new = was.get(key), now.get(key)
        if old != new:
            yield Difference(words(f"field.{key}"), old, new)


def _told(engagement: Engagement, words: Words) -> dict[str, str]:
    """Give what is known by key; what is known several times is joined."""
    found: dict[str, str] = {}
    for fact in facts(engagement, words):
        found[fact.key] = f"{found[fact.key]}; {fact.value}" if fact.key in found else fact.value
    return found


def _named(report: Report, words: Words) -> str:
    name = type(report.event).__name__
    key = f"event.{name}"
    return words(key) if key in words else name
