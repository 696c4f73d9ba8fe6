"""Commands that read a log and answer: upcoming, frequency, discrepancies, show."""

from typing import Annotated

import pendulum
import typer

from diplocal.cli import options, tables
from diplocal.cli.question import Answer, Question, alone, asks, looks_ahead, reads
from diplocal.cli.run import numbered
from diplocal.diary.waiting import undated_since
from diplocal.errors import UnknownEngagement
from diplocal.names.spelling import spellings_near
from diplocal.projections import (
    ContactFrequency,
    Discrepancies,
    Period,
    PossibleDuplicates,
    PossiblyOnePerson,
    UpcomingVisits,
    lines,
)
from diplocal.projections.discrepancies import lapsed as lapsed_plans
from diplocal.tabular import engagements


@looks_ahead
def upcoming(ask: Question, *, on: options.On = None) -> Answer:
    """Show what lies ahead: visits, the meetings inside them, calls, exercises, and what calendars list.

    With --lapsed: what was planned and is over by that day, and of which no report says what became of it.
    """
    said, day = ask.said, on or options.today()
    if "lapsed" in ask.criteria:
        entries, heading = ask.answer(UpcomingVisits()).lapsed(day), "answer.lapsed"
    else:
        entries, heading = ask.diary.answer(UpcomingVisits(), on=day).on(day, **ask.criteria), "answer.upcoming"
    title = said(heading, day=said.day(day))
    since = undated_since(ask.diary, entries)
    return Answer(
        lambda: engagements.engagements(entries, said, since),
        lambda: lines.engagements(entries, said, since),
        engagements=entries,
        title=title,
    )


@asks
def frequency(
    ask: Question, *, by: Annotated[Period, typer.Option("--by", help="The stretches to count by.")] = Period.YEAR
) -> Answer:
    """Count how often two sides met. Only what was held, or is under way, counts.

    What three sides or more take part in counts for each two of them with --sides any, or alone with multilateral.
    """
    said, contacts = ask.said, ask.answer(ContactFrequency(by=by))
    rows = contacts.by(by, **ask.about("state", "pair", "traveller"))
    title = lines.of_sides(tables.by(said("answer.contacts"), by, said), ask.sides, said)
    return Answer(
        lambda: list(map(engagements.frequency, rows)),
        lambda: lines.frequency(rows, said),
        title=title,
        items=rows,
    )


@asks
def discrepancies(
    ask: Question,
    *,
    on: Annotated[
        pendulum.Date | None, options.day_option("--on", help="Also plans that had lapsed by this day.")
    ] = None,
) -> Answer:
    """Show what does not fit together: contradicting reports, one person in two places, what points at nothing.

    Also somebody out of office, what may be one engagement or one person under two names, and with --on, plans that
    have lapsed.
    """
    views = Discrepancies(), PossibleDuplicates(), PossiblyOnePerson()
    found = [one for several in ask.answer(*views) for one in several]
    if on is not None:
        found += lapsed_plans(ask.answer(UpcomingVisits(), lapsed=on).lapsed(on))
    title = ask.said("answer.discrepancies")
    return Answer(
        lambda: [engagements.finding(one, ask.said) for one in found],
        lambda: lines.findings(found, ask.said),
        title=title,
    )


@reads
def show(
    ask: Question,
    engagement: Annotated[str, typer.Argument(metavar="ENGAGEMENT", help="Its slug, as upcoming --json gives it.")],
) -> Answer:
    """Show one engagement: what is known, who said so, how it changed."""
    diary, said = ask.diary, ask.said
    about = diary.about(engagement)
    found = about.get(engagement)
    if found is None:
        raise UnknownEngagement(engagement, near=tuple(spellings_near(engagement.lower(), diary.slugs())))
    reports = numbered(about.joined_reports(engagement), diary)
    return Answer(
        lambda: engagements.with_reports(found, reports, said),
        lambda: tables.engagement(found, reports, said),
        alone,
        engagements=[found],
    )
