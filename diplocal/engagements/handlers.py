"""What each event says of its engagement: one handler for each, and one table of them."""

from collections.abc import Callable
from typing import Any

from diplocal.dates import When
from diplocal.engagements.engagement import Conflict, Outcome, Reaction, Status
from diplocal.engagements.kinds import Kind
from diplocal.engagements.reports import Report, day_of, took_place
from diplocal.engagements.rules import Draft
from diplocal.events import (
    Accreditation,
    AgreementSigned,
    AmbassadorAccredited,
    AmbassadorExpelled,
    AmbassadorRecalled,
    CallEvent,
    CallHeld,
    Cancelled,
    Confirmed,
    DateNarrowed,
    EntryListed,
    ExerciseConducted,
    ExerciseEvent,
    ForcesScrambled,
    MeetingEvent,
    MeetingHeld,
    MergedAsDuplicate,
    NoLongerListed,
    NotADuplicate,
    OfficeAssumed,
    OfficeLeft,
    PatrolConducted,
    PlanDenied,
    PostingEvent,
    Postponed,
    Recall,
    ReportAttached,
    Rescheduled,
    SamePerson,
    StatementIssued,
    TripConcluded,
    TripEvent,
    VisitBegan,
    VisitConcluded,
    VisitEvent,
    VisitInvited,
)
from diplocal.events.shapes import Medium
from diplocal.levels import Level
from diplocal.names.people import known_as
from diplocal.parties import Person

Take = Callable[[Draft, Any], None]


def take(draft: Draft, report: Report) -> None:
    """Learn what a report says."""
    event: Any = report.event
    _HANDLERS[type(event)](draft, event)
    if took_place(event) and _too_early(event.when, report.known_from):
        draft.conflicts.add(Conflict.HELD_BEFORE_ITS_DATE)


def would_ignore(draft: Draft, event: object) -> bool:
    """Tell whether an event that others take precedence over adds no more than its sources."""
    handler = _HANDLERS[type(event)]
    return handler is _nothing or (handler is _listed_again and draft.listed)


def _too_early(when: When, known_from: int) -> bool:
    """Tell whether something was known before its first day had begun anywhere."""
    return when.earliest is not None and day_of(known_from) + 1 < when.earliest.toordinal()


def _visit(draft: Draft, event: VisitEvent) -> None:
    draft.of_kind(Kind.VISIT)
    draft.date(event.when)
    draft.meet(event.visitors, event.host)
    facts = draft.facts
    if event.received_by:
        facts["received_by"] = event.received_by
    if event.place:
        facts["place"] = event.place
    if event.level is not Level.UNKNOWN:
        facts["level"] = event.level
    if event.purposes:
        facts["purposes"] = event.purposes
    if event.round:
        facts["round"] = event.round
    if event.during:
        facts["during"] = event.during


def _invitation(draft: Draft, event: VisitInvited) -> None:
    if draft.status is Status.UNKNOWN or (draft.status is Status.POSTPONED and event.when is not None):
        draft.revive()
        draft.status = Status.INVITED
    _visit(draft, event)


def _visit_began(draft: Draft, event: VisitBegan) -> None:
    draft.occur(Status.UNDER_WAY)
    _visit(draft, event)


def _meeting(draft: Draft, event: MeetingEvent) -> None:
    draft.of_kind(Kind.MEETING)
    draft.date(event.when)
    draft.meet(event.participants)
    draft.say(
        host=event.host,
        place=event.place,
        during=event.during,
        purposes=event.purposes,
        round=event.round,
        name=event.name,
    )
    if event.medium is not Medium.UNKNOWN:
        draft.say(medium=event.medium)


def _call(draft: Draft, event: CallEvent) -> None:
    draft.of_kind(Kind.CALL)
    draft.date(event.when)
    draft.meet(event.participants)
    if event.medium is not Medium.UNKNOWN:
        draft.say(medium=event.medium)


def _exercise(draft: Draft, event: ExerciseEvent) -> None:
    draft.of_kind(Kind.EXERCISE)
    draft.date(event.when)
    draft.meet(event.actors)
    draft.say(name=event.name, domains=event.domains, place=event.area)


def _trip(draft: Draft, event: TripEvent) -> None:
    draft.of_kind(Kind.TRIP)
    draft.date(event.when)
    draft.meet(event.travellers)
    draft.say(name=event.name)


def _entry(draft: Draft, event: EntryListed) -> None:
    draft.date(event.when)
    draft.say(place=event.place, title=event.title)


def _planned(read: Take) -> Take:
    def take(draft: Draft, event: Any) -> None:
        draft.plan(event.when)
        read(draft, event)

    return take


def _held(read: Take) -> Take:
    def take(draft: Draft, event: Any) -> None:
        draft.occur(Status.HELD)
        read(draft, event)

    return take


def _patrol(draft: Draft, event: PatrolConducted) -> None:
    draft.of_kind(Kind.PATROL)
    draft.date(event.when)
    draft.meet(event.actors)
    draft.say(domains=event.domains, place=event.area, craft=event.craft)


def _confirmed(draft: Draft, event: Confirmed) -> None:
    draft.change()
    draft.revive()
    draft.status = Status.CONFIRMED
    draft.date(event.when)


def _rescheduled(draft: Draft, event: Rescheduled) -> None:
    draft.change()
    if draft.status is not Status.CONFIRMED:
        draft.status = Status.PLANNED
    draft.move(event.when)
    draft.say(reason=event.reason)


def _postponed(draft: Draft, event: Postponed) -> None:
    draft.change()
    draft.status = Status.POSTPONED
    draft.move(None)
    draft.say(reason=event.reason)


def _narrowed(draft: Draft, event: DateNarrowed) -> None:
    draft.change()
    if draft.status is Status.POSTPONED:
        draft.revive()
        draft.status = Status.PLANNED
    draft.date(event.when)


def _cancelled(draft: Draft, event: Cancelled) -> None:
    draft.change()
    draft.status = Status.CANCELLED
    draft.say(reason=event.reason)


def _denied(draft: Draft, _event: PlanDenied) -> None:
    draft.conflicts.add(Conflict.DENIED)


def _scrambled(draft: Draft, event: ForcesScrambled) -> None:
    draft.reactions[Reaction(event.by, event.when, event.craft)] = None


def _signed(draft: Draft, event: AgreementSigned) -> None:
    _act(draft, Outcome(Kind.AGREEMENT, event.title, event.when, event.participants, event.place))


def _stated(draft: Draft, event: StatementIssued) -> None:
    _act(draft, Outcome(Kind.STATEMENT, event.title, event.when, event.by))


def _act(draft: Draft, act: Outcome) -> None:
    draft.outcomes[act.kind, act.title, act.when] = act
    draft.alone = draft.alone or act


def _assumed(draft: Draft, event: OfficeAssumed) -> None:
    draft.of_kind(Kind.TENURE)
    draft.occur(Status.UNDER_WAY)
    draft.date(event.when)
    draft.say(person=event.person)
    draft.step(assumed=event.when)


def _left(draft: Draft, event: OfficeLeft) -> None:
    draft.of_kind(Kind.TENURE)
    draft.occur(Status.HELD)
    if draft.when is None:
        draft.date(event.when)
    draft.say(person=event.person)
    draft.step(left=event.when)


def _accredited(draft: Draft, event: AmbassadorAccredited) -> None:
    if event.stage is Accreditation.CREDENTIALS:
        _posting(draft, event, Status.UNDER_WAY, accredited=event.when)
    else:
        _posting(draft, event, Status.CONFIRMED, agrement=event.when)


def _recalled(draft: Draft, event: AmbassadorRecalled) -> None:
    status = Status.HELD if event.recall is Recall.FOR_GOOD else Status.UNDER_WAY
    _posting(draft, event, status, recalled=event.when)
    draft.say(recall=event.recall, reason=event.reason)


def _expelled(draft: Draft, event: AmbassadorExpelled) -> None:
    _posting(draft, event, Status.HELD, expelled=event.when)
    draft.say(reason=event.reason)


def _posting(draft: Draft, event: PostingEvent, status: Status, **step: When) -> None:
    """Learn of a step of a posting, which is dated by its last one."""
    draft.of_kind(Kind.POSTING)
    reached = draft.status
    if reached not in _STEPS or _STEPS.index(reached) < _STEPS.index(status):
        draft.status = status
    draft.say(person=event.person, host=event.host)
    draft.step(**step)
    draft.when = next(draft.facts[name] for name in _DATES if name in draft.facts)


_STEPS = (Status.CONFIRMED, Status.UNDER_WAY, Status.HELD)
_DATES = ("expelled", "recalled", "accredited", "agrement")


def _same_person(draft: Draft, event: SamePerson) -> None:
    draft.of_kind(Kind.ALIAS)
    draft.occur(Status.HELD)
    known = {_spelt(one): one for one in draft.facts.get("people", ())}
    draft.say(people=tuple({**known, **{_spelt(one): one for one in event.people}}.values()))


def _spelt(one: Person) -> tuple[str, str, str | None]:
    """Return what tells one name of somebody from another, in whatever case."""
    return known_as(one.name), one.party.code if one.party else "", one.wikidata


def _told_apart(draft: Draft, event: NotADuplicate) -> None:
    draft.say(apart_from=tuple(sorted({*draft.facts.get("apart_from", ()), event.other})))


def _no_longer_listed(draft: Draft, _event: NoLongerListed) -> None:
    draft.listed = False


def _listed_again(draft: Draft, _event: ReportAttached) -> None:
    draft.listed = True


def _nothing(_draft: Draft, _event: Any) -> None:
    """Take nothing but the sources."""


_BY_SHAPE: dict[type, Take] = {
    VisitInvited: _invitation,
    VisitBegan: _visit_began,
    VisitConcluded: _held(_visit),
    VisitEvent: _planned(_visit),
    MeetingHeld: _held(_meeting),
    MeetingEvent: _planned(_meeting),
    CallHeld: _held(_call),
    CallEvent: _planned(_call),
    ExerciseConducted: _held(_exercise),
    ExerciseEvent: _planned(_exercise),
    TripConcluded: _held(_trip),
    TripEvent: _planned(_trip),
    EntryListed: _planned(_entry),
    PatrolConducted: _held(_patrol),
    Confirmed: _confirmed,
    Rescheduled: _rescheduled,
    Postponed: _postponed,
    DateNarrowed: _narrowed,
    Cancelled: _cancelled,
    PlanDenied: _denied,
    ForcesScrambled: _scrambled,
    AgreementSigned: _signed,
    StatementIssued: _stated,
    OfficeAssumed: _assumed,
    OfficeLeft: _left,
    AmbassadorAccredited: _accredited,
    AmbassadorRecalled: _recalled,
    AmbassadorExpelled: _expelled,
    SamePerson: _same_person,
    NotADuplicate: _told_apart,
    ReportAttached: _listed_again,
    NoLongerListed: _no_longer_listed,
    MergedAsDuplicate: _nothing,
}
"""What each event says, most special first: an event of the user's that refines one of ours is understood as it."""


class Handlers(dict[type, Take]):
    """How events of each class are taken; a class is looked up when it is first met."""

    def __missing__(self, cls: type) -> Take:
        handler = self[cls] = next((take for shape, take in _BY_SHAPE.items() if issubclass(cls, shape)), _nothing)
        return handler


_HANDLERS = Handlers()
