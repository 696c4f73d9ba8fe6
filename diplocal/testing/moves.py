"""The moves of the model: what can be reported of an engagement, given where it stands.

A move that makes no sense there gives None, and the nearest one that does is taken instead.
"""

from collections.abc import Callable, Sequence
from typing import Any

import attrs

from diplocal.dates import When
from diplocal.engagements import Kind
from diplocal.events import (
    AgreementSigned,
    Cancelled,
    Confirmed,
    Corrected,
    DateNarrowed,
    EngagementEvent,
    EntryListed,
    ForcesScrambled,
    MergedAsDuplicate,
    NoLongerListed,
    OfficeLeft,
    Postponed,
    ReportAttached,
    Rescheduled,
    Retracted,
    StatementIssued,
    VisitBegan,
    VisitInvited,
)
from diplocal.parties import Party
from diplocal.testing import pools
from diplocal.testing.casts import Cast, Digits
from diplocal.testing.dates import EXACT_FORMS, MOMENTS, MONTH_FORM, OPEN_FORM, UNDATED, WAYS, day_after, told
from diplocal.testing.plots import LEADS_TO, Line, Plot, Report, Stage, World
from diplocal.testing.reports import OCCURRENCE, PLAN, TELLING, Saying, fill

Move = Callable[[World, Plot, Digits], Report | None]

_AHEAD = frozenset({Stage.PLANNED, Stage.POSTPONED})
_TOLD_AGAIN = frozenset(LEADS_TO) & TELLING
_STEPS, _VARIATIONS = 6, len(MOMENTS)


def announce(world: World, plot: Plot, digits: Digits) -> Report | None:
    """Announce a plan, or what had been planned when it is over already."""
    event = PLAN.get(plot.cast.kind)
    stage = plot.stage
    if event is None:
        return occur(world, plot, digits) if stage is Stage.NEW else None
    if stage is Stage.OVER:
        return Report(_telling(world, plot, event, plot.when), plot.day, belated=plot.day)
    if stage in (Stage.PLANNED, Stage.UNDER_WAY):
        return None
    day, when = _new_date(world, digits)
    return Report(_telling(world, plot, event, when), day if when else 0)


def occur(world: World, plot: Plot, digits: Digits) -> Report | None:
    """Say that it took place."""
    stage, kind = plot.stage, plot.cast.kind
    if stage is Stage.OVER and kind is not Kind.TENURE:
        return None
    event = OfficeLeft if kind is Kind.TENURE and stage is not Stage.NEW else OCCURRENCE[kind]
    form, steps, variation = _form(digits), digits.below(_STEPS), digits.below(_VARIATIONS)
    planned = 0 if kind is Kind.TENURE else plot.day
    day = planned or day_after(max(world.today, plot.day), steps)
    when = told(day, 0 if form == UNDATED else form, variation)
    return Report(_telling(world, plot, event, when), day, happened=day + 2)


def begin(world: World, plot: Plot, digits: Digits) -> Report | None:
    """Say that the visitors have arrived."""
    if plot.cast.kind is not Kind.VISIT or plot.stage in (Stage.OVER, Stage.UNDER_WAY, Stage.CANCELLED):
        return None
    form = _form(digits)
    day = plot.day or day_after(world.today, digits.below(_STEPS))
    when = told(day, OPEN_FORM if form in (0, UNDATED) else form, digits.below(_VARIATIONS))
    return Report(_telling(world, plot, VisitBegan, when), day, happened=day)


def invite(world: World, plot: Plot, digits: Digits) -> Report | None:
    """Say that somebody was invited."""
    if plot.cast.kind is not Kind.VISIT or plot.stage is not Stage.NEW:
        return None
    day, when = _new_date(world, digits)
    return Report(_telling(world, plot, VisitInvited, when), day if when else 0)


def confirm(_world: World, plot: Plot, digits: Digits) -> Report | None:
    """Say that the plan is firm, with its date or without."""
    if plot.stage is not Stage.PLANNED:
        return None
    day = plot.day
    when = told(day, EXACT_FORMS[digits.below(3)], digits.below(_VARIATIONS)) if day and digits.below(2) else None
    return Report(lambda said: Confirmed(engagement=plot.slug, when=when, **said), day if when else 0)


def narrow(world: World, plot: Plot, digits: Digits) -> Report | None:
    """Say better when it will be."""
    if plot.stage not in _AHEAD:
        return None
    day, known = plot.day, plot.when
    when = told(day or day_after(world.today, 1), EXACT_FORMS[digits.below(2)], digits.below(_VARIATIONS))
    if when is None or when == known or (known is not None and not known.contains(when)):
        return None
    return Report(lambda said: DateNarrowed(engagement=plot.slug, when=when, **said), day or day_after(world.today, 1))


def reschedule(world: World, plot: Plot, digits: Digits) -> Report | None:
    """Move it to another date."""
    if plot.stage not in (*_AHEAD, Stage.CANCELLED):
        return None
    form, steps, variation = _form(digits), digits.below(_STEPS), digits.below(_VARIATIONS)
    day = day_after(max(world.today, plot.day), steps)
    when = told(day, MONTH_FORM if form == UNDATED else form, variation)
    reason = pools.REASONS[0] if variation % 2 else None
    return when and Report(lambda said: Rescheduled(engagement=plot.slug, when=when, reason=reason, **said), day)


def postpone(_world: World, plot: Plot, digits: Digits) -> Report | None:
    """Put it off."""
    if plot.stage is not Stage.PLANNED:
        return None
    reason = (None, *pools.REASONS)[digits.below(3)]
    return Report(lambda said: Postponed(engagement=plot.slug, reason=reason, **said))


def cancel(_world: World, plot: Plot, digits: Digits) -> Report | None:
    """Drop it."""
    if plot.stage not in _AHEAD:
        return None
    reason = (None, *pools.REASONS)[digits.below(3)]
    return Report(lambda said: Cancelled(engagement=plot.slug, reason=reason, **said))


def again(world: World, plot: Plot, digits: Digits) -> Report | None:
    """Let another source report the same, in its own spelling, and its date in another way."""
    line = next((line for line in reversed(plot.standing) if type(line.event) in _TOLD_AGAIN), None)
    if line is None:
        return (announce, announce, occur)[digits.below(3)](world, plot, digits) if plot.stage is Stage.NEW else None
    form = _form(digits)
    known: When | None = getattr(line.event, "when", None)
    when = known if form == 0 or not line.day else told(line.day, form, digits.below(_VARIATIONS)) or known
    happened = line.day if LEADS_TO[type(line.event)] in (Stage.OVER, Stage.UNDER_WAY) else 0
    make = _telling(world, plot, type(line.event), when, plot.cast.retold())
    return Report(make, line.day, happened=happened)


def attach(_world: World, plot: Plot, digits: Digits) -> Report:
    """Let another source say the same in general, or somebody's calendar list what is planned as it was last told."""
    when = plot.when
    if digits.below(2) and plot.stage is Stage.PLANNED and when:
        title = pools.TITLES[0]
        return Report(lambda said: EntryListed(engagement=plot.slug, title=title, when=when, **said), plot.day)
    return Report(lambda said: ReportAttached(engagement=plot.slug, **said))


def retract(_world: World, plot: Plot, digits: Digits) -> Report | None:
    """Take back one of the last reports, or take back that it was taken back or put right."""
    back = digits.below(4)
    lines = plot.rewritten if back == 3 else plot.standing[:-4:-1]  # noqa: PLR2004 - one way of four
    if not lines:
        return None
    of = lines[back % len(lines)].id
    return Report(lambda said: Retracted(engagement=plot.slug, of=of, **said))


def correct(world: World, plot: Plot, digits: Digits) -> Report | None:
    """Say that one of the last reports was wrong, and what would have been right."""
    standing = [line for line in plot.standing if not isinstance(line.event, MergedAsDuplicate)]
    if not standing:
        return None
    line = standing[-1 - digits.below(2) % len(standing)]
    right = _righted(world, plot, line, digits)
    return Report(lambda said: Corrected(engagement=plot.slug, of=line.id, right=right, **said))


def merge(world: World, plot: Plot, _digits: Digits) -> Report | None:
    """Say that it is the same as another engagement."""
    if plot.stage is Stage.NEW or plot.target:
        return None
    kind = plot.cast.kind
    into = next((other for other in world.plots if other is not plot and other.lines and other.cast.kind is kind), None)
    if into is None or into.target:
        return None
    return Report(lambda said: MergedAsDuplicate(engagement=plot.slug, into=into.slug, **said))


def delist(_world: World, plot: Plot, digits: Digits) -> Report | None:
    """Say that a list dropped it."""
    if plot.stage is Stage.NEW:
        return None
    upstream = pools.LISTS[digits.below(2)]
    return Report(lambda said: NoLongerListed(engagement=plot.slug, upstream=upstream, **said))


def scramble(_world: World, plot: Plot, digits: Digits) -> Report | None:
    """Say that somebody's forces were sent up."""
    if plot.cast.kind not in (Kind.PATROL, Kind.EXERCISE) or plot.stage is not Stage.OVER:
        return None
    day, when = plot.day, plot.when
    craft = pools.CRAFT[: digits.below(3)]
    by = plot.cast.second if plot.cast.alone else pools.INDONESIA
    return Report(
        lambda said: ForcesScrambled(engagement=plot.slug, by=by, when=when, craft=craft, **said), day, happened=day
    )


def sign(_world: World, plot: Plot, digits: Digits) -> Report | None:
    """Say what was signed at it."""
    return _outcome(plot, digits, AgreementSigned)


def state(_world: World, plot: Plot, digits: Digits) -> Report | None:
    """Say what was stated at it."""
    return _outcome(plot, digits, StatementIssued)


WEIGHED: dict[Move, int] = {
    announce: 5,
    occur: 14,
    reschedule: 10,
    cancel: 6,
    retract: 5,
    correct: 5,
    again: 3,
    merge: 5,
    narrow: 5,
    postpone: 6,
    confirm: 3,
    begin: 3,
    invite: 3,
    attach: 1,
    delist: 2,
    scramble: 3,
    sign: 2,
    state: 1,
}
INSTEAD: dict[Move, Move] = {
    reschedule: correct,
    cancel: retract,
    postpone: retract,
    confirm: attach,
    begin: reschedule,
    invite: postpone,
    delist: attach,
    scramble: reschedule,
    sign: narrow,
    state: confirm,
}
"""What is reported where a move makes no sense; for the others, the same again by another source."""
MOVES: tuple[Move, ...] = tuple(move for move, weight in WEIGHED.items() for _ in range(weight))
"""What can be reported, as often as it is, the simplest first."""
DETAILS = len(WAYS) * _STEPS * _VARIATIONS
"""How many details a move has to choose from."""


def _form(digits: Digits) -> int:
    return WAYS[digits.below(len(WAYS))]


def _new_date(world: World, digits: Digits) -> tuple[int, When | None]:
    form = _form(digits)
    day = day_after(world.today, digits.below(_STEPS))
    return day, told(day, form, digits.below(_VARIATIONS))


def _telling(
    world: World, plot: Plot, event: type[EngagementEvent], when: When | None, cast: Cast | None = None
) -> Callable[[dict[str, Any]], EngagementEvent]:
    during = _surrounding(world, plot)
    return lambda said: fill(event, cast or plot.cast, Saying(plot.slug, when, said, during))


def _surrounding(world: World, plot: Plot) -> str | None:
    """Name the visit to the same host that a meeting is part of."""
    if plot.cast.kind is not Kind.MEETING or not plot.cast.hosts:
        return None
    visits = (other for other in world.plots if other.cast.kind is Kind.VISIT and other.lines)
    return next((other.slug for other in visits if other.cast.second == plot.cast.second), None)


def _righted(world: World, plot: Plot, line: Line, digits: Digits) -> EngagementEvent:
    event, other_side = line.event, digits.below(2)
    said: dict[str, Any] = {"reported": event.reported, "sources": event.sources}
    day = day_after(line.day or world.today, digits.below(_STEPS))
    when = told(day, EXACT_FORMS[digits.below(len(EXACT_FORMS))], digits.below(_VARIATIONS))
    if type(event) in TELLING:
        cast = _recast(plot.cast, world.parties) if other_side else plot.cast
        known: When | None = getattr(event, "when", None)
        return fill(type(event), cast, Saying(plot.slug, known if other_side else when, said))
    if isinstance(event, Rescheduled | DateNarrowed | Confirmed | ForcesScrambled):
        return event.evolve(when=when)
    return Cancelled(engagement=plot.slug, **said) if isinstance(event, Postponed) else _noted(event)


def _noted(event: EngagementEvent) -> EngagementEvent:
    return event.evolve(note="as the agency itself said later")


def _recast(cast: Cast, parties: Sequence[Party]) -> Cast:
    other = next((party for party in reversed(parties) if party not in (cast.first, cast.second)), cast.second)
    return attrs.evolve(cast, second=other, hosts=())


def _outcome(plot: Plot, digits: Digits, event: type[AgreementSigned] | type[StatementIssued]) -> Report | None:
    if plot.cast.kind not in (Kind.VISIT, Kind.MEETING) or plot.stage is not Stage.OVER or not plot.day:
        return None
    day = plot.day
    when = told(day, EXACT_FORMS[digits.below(2)])
    return Report(lambda said: fill(event, plot.cast, Saying(plot.slug, when, said)), day, happened=day)
