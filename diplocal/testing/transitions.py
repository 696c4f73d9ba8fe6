"""The transitions of the model: what can be reported of an engagement, given where it stands.

A transition that makes no sense there gives None, and the nearest one that does is taken instead.
"""

from collections.abc import Callable
from typing import Any

from diplocal.dates import When
from diplocal.engagements import Kind
from diplocal.events import (
    AgreementSigned,
    AmbassadorExpelled,
    AmbassadorRecalled,
    Cancelled,
    Confirmed,
    Corrected,
    DateNarrowed,
    EngagementEvent,
    EntryListed,
    ForcesScrambled,
    MergedAsDuplicate,
    NoLongerListed,
    NotADuplicate,
    OfficeLeft,
    PlanDenied,
    Postponed,
    ReportAttached,
    Rescheduled,
    Retracted,
    StatementIssued,
    VisitBegan,
    VisitInvited,
)
from diplocal.testing import pools
from diplocal.testing.dates import EXACT_FORMS, MOMENTS, MONTH_FORM, OPEN_FORM, UNDATED, WAYS, day_after, told
from diplocal.testing.engagement_state import LEADS_TO, EngagementState, Line, Report, Stage, World
from diplocal.testing.reports import OCCURRENCE, PLAN, TELLING, Saying, fill
from diplocal.testing.scenarios import Digits, Scenario, to_another

Transition = Callable[[World, EngagementState, Digits], Report | None]

GOES_ON: dict[Kind, tuple[type[EngagementEvent], ...]] = {
    Kind.TENURE: (OfficeLeft,),
    Kind.POSTING: (AmbassadorRecalled, AmbassadorExpelled),
}
"""What can be reported after the first occurrence."""
_AHEAD = frozenset({Stage.PLANNED, Stage.POSTPONED})
_TOLD_AGAIN = frozenset(LEADS_TO) & TELLING
_STEPS, _VARIATIONS = 6, len(MOMENTS)
_COMMON = 2
"""From this step on, a day is one on which something else is."""


def announce(world: World, state: EngagementState, digits: Digits) -> Report | None:
    """Announce a plan, or what had been planned when it is over already."""
    event = PLAN.get(state.scenario.kind)
    stage = state.stage
    if event is None:
        return occur(world, state, digits) if stage is Stage.NEW else None
    if stage is Stage.OVER:
        return Report(_telling(state, event, state.when), state.day, belated=state.day)
    if stage in (Stage.PLANNED, Stage.UNDER_WAY):
        return None
    day, when = _new_date(world, state, digits)
    return Report(_telling(state, event, when), day if when else 0)


def occur(world: World, state: EngagementState, digits: Digits) -> Report | None:
    """Say that it took place."""
    stage, kind = state.stage, state.scenario.kind
    if stage is Stage.OVER and kind not in GOES_ON:
        return None
    form, steps, variation = _form(digits), digits.below(_STEPS), digits.below(_VARIATIONS)
    later = GOES_ON.get(kind, ()) if stage is not Stage.NEW else ()
    event = later[variation % len(later)] if later else OCCURRENCE[kind]
    planned = 0 if kind in GOES_ON else state.day
    day = planned or _day(world, state, steps, after=state.day)
    when = told(day, 0 if form == UNDATED else form, variation)
    return Report(_telling(state, event, when), day, happened=day + 2)


def begin(world: World, state: EngagementState, digits: Digits) -> Report | None:
    """Say that the visitors have arrived."""
    if state.scenario.kind is not Kind.VISIT or state.stage in (Stage.OVER, Stage.UNDER_WAY, Stage.CANCELLED):
        return None
    form = _form(digits)
    day = state.day or day_after(world.today, digits.below(_STEPS))
    when = told(day, OPEN_FORM if form in (0, UNDATED) else form, digits.below(_VARIATIONS))
    return Report(_telling(state, VisitBegan, when), day, happened=day)


def invite(world: World, state: EngagementState, digits: Digits) -> Report | None:
    """Say that somebody was invited."""
    if state.scenario.kind is not Kind.VISIT or state.stage is not Stage.NEW:
        return None
    day, when = _new_date(world, state, digits)
    return Report(_telling(state, VisitInvited, when), day if when else 0)


def confirm(_world: World, state: EngagementState, digits: Digits) -> Report | None:
    """Say that the plan is firm, with its date or without."""
    if state.stage is not Stage.PLANNED:
        return None
    day = state.day
    when = told(day, EXACT_FORMS[digits.below(3)], digits.below(_VARIATIONS)) if day and digits.below(2) else None
    return Report(lambda said: Confirmed(engagement=state.slug, when=when, **said), day if when else 0)


def narrow(world: World, state: EngagementState, digits: Digits) -> Report | None:
    """Say better when it will be."""
    if state.stage not in _AHEAD:
        return None
    day, known = state.day, state.when
    when = told(day or day_after(world.today, 1), EXACT_FORMS[digits.below(2)], digits.below(_VARIATIONS))
    if when is None or when == known or (known is not None and not known.contains(when)):
        return None
    return Report(lambda said: DateNarrowed(engagement=state.slug, when=when, **said), day or day_after(world.today, 1))


def reschedule(world: World, state: EngagementState, digits: Digits) -> Report | None:
    """Transition it to another date."""
    if state.stage not in (*_AHEAD, Stage.CANCELLED):
        return None
    form, steps, variation = _form(digits), digits.below(_STEPS), digits.below(_VARIATIONS)
    day = _day(world, state, steps, after=max(world.today, state.day))
    when = told(day, MONTH_FORM if form == UNDATED else form, variation)
    reason = pools.REASONS[0] if variation % 2 else None
    return when and Report(lambda said: Rescheduled(engagement=state.slug, when=when, reason=reason, **said), day)


def postpone(_world: World, state: EngagementState, digits: Digits) -> Report | None:
    """Put it off."""
    if state.stage is not Stage.PLANNED:
        return None
    reason = (None, *pools.REASONS)[digits.below(3)]
    return Report(lambda said: Postponed(engagement=state.slug, reason=reason, **said))


def cancel(_world: World, state: EngagementState, digits: Digits) -> Report | None:
    """Drop it."""
    if state.stage not in _AHEAD:
        return None
    reason = (None, *pools.REASONS)[digits.below(3)]
    return Report(lambda said: Cancelled(engagement=state.slug, reason=reason, **said))


def deny(_world: World, state: EngagementState, digits: Digits) -> Report | None:
    """Deny that it is planned."""
    if state.stage not in _AHEAD:
        return None
    reason = (None, *pools.REASONS)[digits.below(3)]
    return Report(lambda said: PlanDenied(engagement=state.slug, reason=reason, **said))


def again(world: World, state: EngagementState, digits: Digits) -> Report | None:
    """Let another source report the same, in its own spelling, and its date in another way."""
    line = next((line for line in reversed(state.standing) if type(line.event) in _TOLD_AGAIN), None)
    if line is None:
        return (announce, announce, occur)[digits.below(3)](world, state, digits) if state.stage is Stage.NEW else None
    form = _form(digits)
    known: When | None = getattr(line.event, "when", None)
    when = known if form == 0 or not line.day else told(line.day, form, digits.below(_VARIATIONS)) or known
    happened = line.day if LEADS_TO[type(line.event)] in (Stage.OVER, Stage.UNDER_WAY) else 0
    make = _telling(state, type(line.event), when, state.scenario.as_printed_elsewhere())
    return Report(make, line.day, happened=happened)


def attach(_world: World, state: EngagementState, digits: Digits) -> Report:
    """Let another source say the same in general, or somebody's calendar list what is planned as it was last told."""
    when = state.when
    if digits.below(2) and state.stage is Stage.PLANNED and when:
        title = pools.TITLES[0]
        return Report(lambda said: EntryListed(engagement=state.slug, title=title, when=when, **said), state.day)
    return Report(lambda said: ReportAttached(engagement=state.slug, **said))


def retract(_world: World, state: EngagementState, digits: Digits) -> Report | None:
    """Take back one of the last reports, or take back that it was taken back or put right."""
    back = digits.below(4)
    lines = state.rewritten if back == 3 else state.standing[:-4:-1]  # noqa: PLR2004 - one way of four
    if not lines:
        return None
    of = lines[back % len(lines)].id
    return Report(lambda said: Retracted(engagement=state.slug, of=of, **said))


def correct(world: World, state: EngagementState, digits: Digits) -> Report | None:
    """Say that one of the last reports was wrong, and what would have been right."""
    standing = [line for line in state.standing if not isinstance(line.event, MergedAsDuplicate)]
    if not standing:
        return None
    line = standing[-1 - digits.below(2) % len(standing)]
    right = _righted(world, state, line, digits)
    return Report(lambda said: Corrected(engagement=state.slug, of=line.id, right=right, **said))


def merge(_world: World, state: EngagementState, _digits: Digits) -> Report | None:
    """Say that it is the same as another engagement."""
    if state.stage is Stage.NEW or state.target:
        return None
    kind = state.scenario.kind
    into = next((other for other in state.others if other.lines and other.scenario.kind is kind), None)
    if into is None or into.target:
        return None
    return Report(lambda said: MergedAsDuplicate(engagement=state.slug, into=into.slug, **said))


def tell_apart(_world: World, state: EngagementState, _digits: Digits) -> Report | None:
    """Say that it is not the same as another engagement."""
    other = next((other for other in state.others if other.lines), None)
    if state.stage is Stage.NEW or other is None:
        return None
    return Report(lambda said: NotADuplicate(engagement=state.slug, other=other.slug, **said))


def delist(_world: World, state: EngagementState, digits: Digits) -> Report | None:
    """Say that a list dropped it."""
    if state.stage is Stage.NEW:
        return None
    upstream = pools.LISTS[digits.below(2)]
    return Report(lambda said: NoLongerListed(engagement=state.slug, upstream=upstream, **said))


def scramble(_world: World, state: EngagementState, digits: Digits) -> Report | None:
    """Say that somebody's forces were sent up."""
    if state.scenario.kind not in (Kind.PATROL, Kind.EXERCISE) or state.stage is not Stage.OVER:
        return None
    day, when = state.day, state.when
    craft = pools.CRAFT[: digits.below(3)]
    by = state.scenario.second if state.scenario.alone else pools.INDONESIA
    return Report(
        lambda said: ForcesScrambled(engagement=state.slug, by=by, when=when, craft=craft, **said), day, happened=day
    )


def sign(_world: World, state: EngagementState, digits: Digits) -> Report | None:
    """Say what was signed at it."""
    return _outcome(state, digits, AgreementSigned)


def issue_statement(_world: World, state: EngagementState, digits: Digits) -> Report | None:
    """Say what was stated at it."""
    return _outcome(state, digits, StatementIssued)


WEIGHED: dict[Transition, int] = {
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
    deny: 2,
    tell_apart: 1,
    scramble: 3,
    sign: 2,
    issue_statement: 1,
}
INSTEAD: dict[Transition, Transition] = {
    reschedule: correct,
    cancel: retract,
    postpone: retract,
    confirm: attach,
    begin: reschedule,
    invite: postpone,
    delist: attach,
    scramble: reschedule,
    sign: narrow,
    issue_statement: confirm,
}
"""What is reported where a transition makes no sense; for the others, the same again by another source."""
TRANSITIONS: tuple[Transition, ...] = tuple(transition for transition, weight in WEIGHED.items() for _ in range(weight))
"""What can be reported, as often as it is, the simplest first."""
DETAILS = len(WAYS) * _STEPS * _VARIATIONS
"""How many details a transition has to choose from."""


def _form(digits: Digits) -> int:
    return WAYS[digits.below(len(WAYS))]


def _new_date(world: World, state: EngagementState, digits: Digits) -> tuple[int, When | None]:
    form = _form(digits)
    day = _day(world, state, digits.below(_STEPS), after=world.today)
    return day, told(day, form, digits.below(_VARIATIONS))


def _day(world: World, state: EngagementState, steps: int, *, after: int) -> int:
    """Choose a day after another one: the next that are awkward, or about when another engagement is."""
    other = next((other.day for other in state.others if other.day), 0)
    if other > after and steps >= _COMMON:
        return other + (steps == _STEPS - 1)
    return day_after(max(world.today, after), steps)


def _telling(
    state: EngagementState,
    event: type[EngagementEvent],
    when: When | None,
    scenario: Scenario | None = None,
) -> Callable[[dict[str, Any]], EngagementEvent]:
    during = _surrounding(state)
    return lambda said: fill(event, scenario or state.scenario, Saying(state.slug, when, said, during))


def _surrounding(state: EngagementState) -> str | None:
    """Name the visit to the same host that a meeting is part of, or the trip from the same home that a visit is."""
    own = state.scenario
    if own.kind is Kind.VISIT:
        trips = (other for other in state.others if other.scenario.kind is Kind.TRIP and other.lines)
        return next((other.slug for other in trips if other.scenario.first == own.first), None)
    if own.kind is not Kind.MEETING or not own.hosts:
        return None
    visits = (other for other in state.others if other.scenario.kind is Kind.VISIT and other.lines)
    return next((other.slug for other in visits if other.scenario.second == own.second), None)


def _righted(world: World, state: EngagementState, line: Line, digits: Digits) -> EngagementEvent:
    event, other_side = line.event, digits.below(2)
    said: dict[str, Any] = {"reported": event.reported, "sources": event.sources}
    day = day_after(line.day or world.today, digits.below(_STEPS))
    when = told(day, EXACT_FORMS[digits.below(len(EXACT_FORMS))], digits.below(_VARIATIONS))
    if type(event) in TELLING:
        scenario = to_another(state.scenario, world.parties) if other_side else state.scenario
        known: When | None = getattr(event, "when", None)
        return fill(type(event), scenario, Saying(state.slug, known if other_side else when, said))
    if isinstance(event, Rescheduled | DateNarrowed | Confirmed | ForcesScrambled):
        return event.evolve(when=when)
    return Cancelled(engagement=state.slug, **said) if isinstance(event, Postponed) else _noted(event)


def _noted(event: EngagementEvent) -> EngagementEvent:
    return event.evolve(note="as the agency itself said later")


def _outcome(
    state: EngagementState, digits: Digits, event: type[AgreementSigned] | type[StatementIssued]
) -> Report | None:
    if state.scenario.kind not in (Kind.VISIT, Kind.MEETING) or state.stage is not Stage.OVER or not state.day:
        return None
    day = state.day
    when = told(day, EXACT_FORMS[digits.below(2)])
    return Report(lambda said: fill(event, state.scenario, Saying(state.slug, when, said)), day, happened=day)
