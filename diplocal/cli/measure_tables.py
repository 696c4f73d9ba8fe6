"""Measures as tables, for people, with what is said below them."""

from collections.abc import Iterator, Mapping, Sequence

import pendulum
from rich.console import Group, RenderableType
from rich.text import Text

from diplocal import wording
from diplocal.cli.tables import laid_out, none
from diplocal.projections import Itinerary, Leg, PatrolCount, Performance, RoundsOfSeries, Tempo, measure_lines
from diplocal.projections.lines import Lines, days_said, number_said, party, status_cell
from diplocal.wording import Language


def patrols(
    rows: Sequence[PatrolCount], tempo: Tempo, answered: Mapping[str, int], title: str, said: Language
) -> RenderableType:
    """Lay out how many patrols there were, their tempo, and who reacted."""
    made = laid_out(title, measure_lines.patrols(rows, said), said)
    return Group(made, *map(Text, _summary(tempo, answered, said))) if rows else made


def _summary(tempo: Tempo, answered: Mapping[str, int], said: Language) -> Iterator[str]:
    if tempo.interval is not None:
        yield said("patrols.tempo", count=tempo.dated, days=days_said(tempo.interval, said))
    for code, count in answered.items():
        yield said("patrols.reacted", party=party(code, said), count=count, total=tempo.patrols)


def rounds(series: Sequence[RoundsOfSeries], on: pendulum.Date, said: Language) -> RenderableType:
    """Lay out series: a line for each round, then what is missing, claimed twice, and due."""
    return Group(*(_series(one, on, said) for one in series)) if series else none(said("answer.rounds"), said)


def _series(series: RoundsOfSeries, on: pendulum.Date, said: Language) -> RenderableType:
    columns = *map(said, ("field.round", "field.when", "field.where", "field.status")), said("column.days_since")
    since = {interval.then: number_said(interval.days, said) for interval in series.intervals}
    rows = (
        (
            str(one.number),
            wording.date(one, said),
            one.place or "–",
            status_cell(one.status, said),
            since.get(one.number, "–"),
        )
        for one in series.rounds
    )
    made = laid_out(series.series, Lines(columns, rows, len(series.rounds), 1), said)
    return Group(made, *map(Text, _findings(series, on, said)))


def _findings(series: RoundsOfSeries, on: pendulum.Date, said: Language) -> Iterator[str]:
    if series.missing:
        yield said("rounds.missing", numbers=said.series(map(str, series.missing)))
    for number, slugs in series.contested.items():
        yield said("rounds.contested", number=number, engagements=said.listed(slugs))
    due = series.next_due
    if due is not None:
        earliest, latest = said.day(due.earliest), said.day(due.latest)
        yield said("rounds.due", number=due.number, earliest=earliest, latest=latest, basis=due.basis)
        if series.is_overdue(on):
            yield said("rounds.overdue", number=due.number, day=said.day(on))


def itinerary(found: Itinerary, title: str, said: Language) -> RenderableType:
    """Lay out the legs of a journey, then what overlaps and what is not known."""
    made = laid_out(title, measure_lines.legs([*_nested(found)], said), said)
    return Group(made, *map(Text, _remarks(found, said)))


def _nested(found: Itinerary) -> Iterator[Leg]:
    stays = found.stays
    for stay in stays:
        yield stay
        yield from (leg for leg in found if leg.during == stay.slug and leg not in stays)


def _remarks(found: Itinerary, said: Language) -> Iterator[str]:
    for one in found.overlaps:
        how = "itinerary.twice" if one.is_one_country else "itinerary.overlap"
        yield said(how, first=one.first.slug, second=one.second.slug)
    for gap in found.gaps:
        yield said("itinerary.gap", days=days_said(gap.days, said), after=gap.after, before=gap.before)


def punctuality(rows: Sequence[Performance], title: str, said: Language) -> RenderableType:
    """Lay out how visits kept to what was announced."""
    made = laid_out(title, measure_lines.performance(rows, said), said)
    return Group(made, Text(said("punctuality.medians"))) if rows else made
