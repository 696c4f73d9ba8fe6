"""How an engagement changed, report by report, in a language."""

from collections.abc import Iterator, Sequence

import msgspec
import pendulum

from diplocal.engagements import Engagement, Report, understand
from diplocal.engagements.reports import day_of
from diplocal.sources import Source
from diplocal.wording.contract import Language
from diplocal.wording.describe import facts, title

SAID_FIRST = ("when",)
"""What is said of an engagement's first report: its name implies the status, and the rest is what is known."""


class Difference(msgspec.Struct, frozen=True):
    """One fact, before a report and after it."""

    name: str
    """What it is called."""
    was: str | None
    now: str | None


class Step(msgspec.Struct, frozen=True):
    """One report about an engagement, and what it changed."""

    public_since: pendulum.Date
    """The day (UTC) from which the public could know."""
    report: str
    """What kind of report it is."""
    differences: tuple[Difference, ...]
    sources: tuple[Source, ...]
    note: str | None


def steps(slug: str, reports: Sequence[Report], language: Language) -> Iterator[Step]:
    """Yield what each report about an engagement changed, in order of position."""
    before = None
    for number, report in enumerate(reports, start=1):
        after = understand(slug, reports[:number])
        yield _step(report, before, after, language)
        before = after


def last_step(engagement: Engagement, reports: Sequence[Report], language: Language) -> Step:
    """Return what the last report about an engagement changed; there is at least one report."""
    *earlier, last = reports
    before = understand(engagement.slug, earlier) if earlier else None
    return _step(last, before, engagement, language)


def report_name(report: Report, language: Language) -> str:
    """Say what kind of report it is: 'Visit announced'; of a user's own kind, the name of its class."""
    name = type(report.event).__name__
    key = f"event.{name}"
    return language(key) if key in language else name


def differences(before: Engagement | None, after: Engagement, language: Language) -> Iterator[Difference]:
    """Yield each fact that is another than before, or the title where that alone is; of what is new, its date."""
    was, now = {} if before is None else _said(before, language), _said(after, language)
    for key in SAID_FIRST if before is None else dict.fromkeys((*now, *was)):
        old, new = was.get(key), now.get(key)
        is_same_date = key == "when" and before is not None and before.when == after.when  # said of what is over, too
        if old != new and not is_same_date:
            yield Difference(language(f"field.{key}"), old, new)
    if before is not None and was == now and title(before, language) != title(after, language):
        yield Difference(language("column.what"), title(before, language), title(after, language))


def _step(report: Report, before: Engagement | None, after: Engagement, language: Language) -> Step:
    return Step(
        pendulum.Date.fromordinal(day_of(report.known_from)),
        report_name(report, language),
        tuple(differences(before, after, language)),
        report.event.sources,
        report.event.note,
    )


def _said(engagement: Engagement, language: Language) -> dict[str, str]:
    """Return what is known by key; what is known several times is joined."""
    found: dict[str, str] = {}
    for fact in facts(engagement, language):
        found[fact.key] = f"{found[fact.key]}; {fact.value}" if fact.key in found else fact.value
    if engagement.during:
        found["part_of"] = engagement.during
    return found
