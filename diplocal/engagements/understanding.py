"""The rules that decide between reports. All of them are here.

1. A retracted report counts for nothing, and a corrected one as if it had been right from the start.
2. What happened outranks what was planned: a visit that took place took place, whoever had cancelled it.
3. Among equals, the report of the later day wins, field by field, and of one day the one that was recorded later;
   silence erases nothing.
4. A vaguer date never replaces a better one that it contains. How long something lasts is no vagueness: of two exact
   extents the later report's wins. Only a reschedule moves a date on purpose.
5. A postponement takes the date away; a later date, or a cancellation, replaces it.
6. A plan that was dropped is a plan again when a later report announces, confirms or reschedules it; then why it was
   dropped no longer matters.
7. A denial that there is a plan is no cancellation: it is kept as a conflict, and the plan stands.
8. Contradictions are kept as conflicts. Nothing is refused.
"""

from collections.abc import Callable, Sequence
from typing import Any

import attrs

from diplocal.dates import When
from diplocal.engagements.engagement import Conflict, Engagement, Outcome, Reaction, Stamp, Status
from diplocal.engagements.kinds import KINDS, Kind
from diplocal.engagements.reports import (
    LOWEST_PRECEDENCE,
    REWRITES,
    Report,
    dangling,
    day_of,
    effective_reports,
    took_place,
)
from diplocal.engagements.subjects import Subject
from diplocal.events import (
    AgreementSigned,
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
    OfficeAssumed,
    OfficeLeft,
    PatrolConducted,
    PlanDenied,
    Postponed,
    ReportAttached,
    Rescheduled,
    StatementIssued,
    VisitBegan,
    VisitConcluded,
    VisitEvent,
    VisitInvited,
)
from diplocal.events.shapes import Medium
from diplocal.levels import Level
from diplocal.names.people import known_as
from diplocal.parties import Participant, Party, Person

Take = Callable[["Draft", Any], None]
Material = tuple[When | None, str | None, Status | None, Party | None, Any]
"""Date, place, whether it was dropped, host, and who takes part."""


@attrs.define
class Draft:
    """An understanding in the making: reports are taken one by one, by precedence."""

    kind: Kind = Kind.UNKNOWN
    sides: str = ""
    """The fact that says who takes part."""
    status: Status = Status.UNKNOWN
    when: When | None = None
    listed: bool = True
    facts: dict[str, Any] = attrs.field(factory=dict)
    """The other fields of the engagement and of its subject, as far as reports have said them."""
    reactions: dict[Reaction, None] = attrs.field(factory=dict)
    outcomes: dict[tuple[Kind, str, When], Outcome] = attrs.field(factory=dict)
    """What was signed or stated, by what tells it apart."""
    conflicts: set[Conflict] = attrs.field(factory=set)
    alone: Outcome | None = None
    """The first act that was reported, which is the engagement itself when no visit or meeting surrounds it."""

    def take(self, report: Report) -> None:
        """Learn what a report says."""
        event: Any = report.event
        _HANDLERS[type(event)](self, event)
        if took_place(event) and _too_early(event.when, report.known_from):
            self.conflicts.add(Conflict.HELD_BEFORE_ITS_DATE)

    def would_ignore(self, event: object) -> bool:
        """Tell whether an event that others take precedence over adds no more than its sources."""
        handler = _HANDLERS[type(event)]
        return handler is _nothing or (handler is _listed_again and self.listed)

    def say(self, **fields: Any) -> None:
        """Take over fields that the report filled in."""
        facts = self.facts
        for name, value in fields.items():
            if value:
                facts[name] = value

    def date(self, when: When | None) -> None:
        """Take over a date, unless a better one is known already."""
        known = self.when
        if when is None or when is known or (known is not None and _is_vaguer(when, known)):
            return
        if known is not None and not when.overlaps(known):
            self.conflicts.add(Conflict.DATES_DISAGREE)
        self.when = when

    def of_kind(self, kind: Kind) -> None:
        """Settle what the engagement is."""
        if self.kind is not kind:
            if self.kind is not Kind.UNKNOWN:
                self.conflicts.add(Conflict.KINDS_DISAGREE)
            self.kind, self.sides = kind, KINDS[kind].sides

    def plan(self, when: When | None) -> None:
        """Learn that it is planned."""
        if self.status is Status.POSTPONED and when is None:
            return
        self.revive()
        if self.status is not Status.CONFIRMED:
            self.status = Status.PLANNED
        self.listed = True

    def revive(self) -> None:
        """Learn that it stands, if it was dropped: why it was no longer matters."""
        if self.status in _DROPPED:
            self.facts.pop("reason", None)

    def change(self) -> None:
        """Learn that a plan changed."""
        if self.status is Status.UNKNOWN:
            self.conflicts.add(Conflict.CHANGE_WITHOUT_PLAN)

    def occur(self, status: Status) -> None:
        """Learn that it happened, or is happening."""
        if self.status is Status.CANCELLED:
            self.conflicts.add(Conflict.HELD_THOUGH_CANCELLED)
        self.revive()
        if self.status is not Status.HELD:
            self.status = status
        self.listed = True

    @property
    def stands_alone(self) -> bool:
        """Tell whether it is an act that nothing surrounds."""
        return self.alone is not None and self.kind is Kind.UNKNOWN

    def settle(self) -> None:
        """Let an act stand for the whole engagement when nothing surrounds it."""
        if self.alone and self.stands_alone:
            act = self.alone
            self.of_kind(act.kind)
            self.occur(Status.HELD)
            self.date(act.when)
            self.say(participants=act.participants, title=act.title, place=act.place)

    def material(self) -> Material:
        """Return what a subscriber must be told about when it changes: date, place, stage, host, and who takes part."""
        if self.stands_alone:
            settled = attrs.evolve(self, facts=dict(self.facts), conflicts=set())
            settled.settle()
            return settled.material()
        facts, status = self.facts, self.status
        stage = status if status in _DROPPED else None
        return self.when, facts.get("place"), stage, facts.get("host"), facts.get(self.sides, ())


def is_change(before: Material | None, after: Material) -> bool:
    """Tell whether something material changed.

    Parties are told apart by their codes and people by name and party, so that a corrected spelling is no change.
    """
    if before is None or before[:3] != after[:3]:
        return True
    return before[3:] != after[3:] and _without_spelling(before) != _without_spelling(after)


def _without_spelling(material: Material) -> tuple[str | None, frozenset[tuple[str, ...]]]:
    _, _, _, host, sides = material
    return host.code if host else None, _identities(sides)


def _identities(sides: Person | tuple[Participant, ...]) -> frozenset[tuple[str, ...]]:
    """Tell who takes part, however they are spelt and in whatever order they are named."""
    several = sides if isinstance(sides, tuple) else (sides,)
    return frozenset(_identity(one) for one in several)


def _identity(one: Participant) -> tuple[str, ...]:
    if not isinstance(one, Person):
        return (one.code,)
    return (one.party.code if one.party else "", one.wikidata or known_as(one.name))


def _is_vaguer(when: When, known: When) -> bool:
    """Tell whether a date says of the same days no more than a better one that is known, only less exactly."""
    if not when.contains(known):
        return False
    if when.is_exact:
        days_agree = (when.earliest, when.latest) == (known.earliest, known.latest)
        return known.is_exact and days_agree and when.precision.rank > known.precision.rank
    return known.is_exact or known.narrows(when) or (when.is_uncertain and not known.is_uncertain)


_DROPPED = (Status.CANCELLED, Status.POSTPONED)


def understand(slug: str, reports: Sequence[Report]) -> Engagement:
    """Read all reports about an engagement, in order of position, to the best current understanding of it."""
    draft, revisions, heard, is_rewritten = _read_along(reports)
    draft.settle()
    conflicts = draft.conflicts
    facts = draft.facts
    return Engagement(
        slug=slug,
        subject=_subject(draft),
        status=draft.status,
        when=draft.when,
        listed=draft.listed,
        reactions=tuple(draft.reactions),
        outcomes=tuple(draft.outcomes.values()),
        conflicts=tuple(sorted(conflicts, key=lambda conflict: conflict.value)) if conflicts else (),
        dangling=dangling(reports) if is_rewritten else (),
        sources=tuple(dict.fromkeys(source for report in heard for source in report.event.sources)),
        revisions=revisions,
        first=Stamp(reports[0].position, reports[0].recorded_micros),
        last=Stamp(reports[-1].position, reports[-1].recorded_micros),
        place=facts.get("place"),
        during=facts.get("during"),
        purposes=facts.get("purposes", ()),
        round=facts.get("round"),
        reason=facts.get("reason"),
    )


def _subject(draft: Draft) -> Subject:
    make, names = _SUBJECTS[draft.kind]
    facts = draft.facts
    subject: Subject = make(**{name: facts[name] for name in names if name in facts})
    return subject


_SUBJECTS = {kind: (row.subject, [field.name for field in attrs.fields(row.subject)]) for kind, row in KINDS.items()}
"""What makes the subject of each kind, and of which facts."""


def material(reports: Sequence[Report]) -> Material:
    """Return what a subscriber must be told about when it changes: two reports of the same change it once."""
    return _read_again(effective_reports(reports)).material()


def _read_along(reports: Sequence[Report]) -> tuple[Draft, int, Sequence[Report], bool]:
    """Read reports as the log grew, counting each time that something material changed.

    A report that takes precedence over all before is taken as it comes; one that adds no more than a source is passed
    over. After any other, everything is read again. Return also the reports in effect, by precedence, and whether there
    are retractions or corrections.
    """
    draft, revisions = Draft(), -1
    material: Material | None = None
    highest, rewritten = LOWEST_PRECEDENCE, False
    ranked = [(report.precedence, report) for report in reports]
    for number, (precedence, report) in enumerate(ranked, start=1):
        event = report.event
        rewritten = rewritten or isinstance(event, REWRITES)
        if not rewritten and precedence > highest:
            draft.take(report)
            highest = precedence
        elif rewritten or not draft.would_ignore(event):
            draft = _read_again(effective_reports(reports[:number]))
        now = draft.material()
        if now != material:
            revisions += is_change(material, now)
            material = now
    heard = effective_reports(reports) if rewritten else [report for _, report in sorted(ranked)]
    return draft, revisions, heard, rewritten


def _read_again(heard: Sequence[Report]) -> Draft:
    draft = Draft()
    for report in heard:
        draft.take(report)
    if not heard:
        draft.status = Status.RETRACTED
    return draft


def _too_early(when: When, known_from: int) -> bool:
    """Tell whether something was known before its first day had begun anywhere."""
    return when.earliest is not None and day_of(known_from) + 1 < when.earliest.toordinal()


def _visit(draft: Draft, event: VisitEvent) -> None:
    draft.of_kind(Kind.VISIT)
    draft.date(event.when)
    facts = draft.facts
    facts["visitors"], facts["host"] = event.visitors, event.host
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


def _planned_visit(draft: Draft, event: VisitEvent) -> None:
    draft.plan(event.when)
    _visit(draft, event)


def _invitation(draft: Draft, event: VisitInvited) -> None:
    if draft.status is Status.UNKNOWN or (draft.status is Status.POSTPONED and event.when is not None):
        draft.revive()
        draft.status = Status.INVITED
    _visit(draft, event)


def _visit_began(draft: Draft, event: VisitBegan) -> None:
    draft.occur(Status.UNDER_WAY)
    _visit(draft, event)


def _visit_concluded(draft: Draft, event: VisitConcluded) -> None:
    draft.occur(Status.HELD)
    _visit(draft, event)


def _meeting(draft: Draft, event: MeetingEvent) -> None:
    draft.of_kind(Kind.MEETING)
    draft.date(event.when)
    draft.say(
        participants=event.participants,
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
    draft.say(participants=event.participants)
    if event.medium is not Medium.UNKNOWN:
        draft.say(medium=event.medium)


def _exercise(draft: Draft, event: ExerciseEvent) -> None:
    draft.of_kind(Kind.EXERCISE)
    draft.date(event.when)
    draft.say(actors=event.actors, name=event.name, domains=event.domains, place=event.area)


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
    draft.say(actors=event.actors, domains=event.domains, place=event.area, craft=event.craft)


def _confirmed(draft: Draft, event: Confirmed) -> None:
    draft.change()
    draft.revive()
    draft.status = Status.CONFIRMED
    draft.date(event.when)


def _rescheduled(draft: Draft, event: Rescheduled) -> None:
    draft.change()
    if draft.status is not Status.CONFIRMED:
        draft.status = Status.PLANNED
    draft.when = event.when
    draft.say(reason=event.reason)


def _postponed(draft: Draft, event: Postponed) -> None:
    draft.change()
    draft.status, draft.when = Status.POSTPONED, None
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
    draft.say(person=event.person, assumed=event.when)


def _left(draft: Draft, event: OfficeLeft) -> None:
    draft.of_kind(Kind.TENURE)
    draft.occur(Status.HELD)
    if draft.when is None:
        draft.date(event.when)
    draft.say(person=event.person, left=event.when)


def _no_longer_listed(draft: Draft, _event: NoLongerListed) -> None:
    draft.listed = False


def _listed_again(draft: Draft, _event: ReportAttached) -> None:
    draft.listed = True


def _nothing(_draft: Draft, _event: Any) -> None:
    """Take nothing but the sources."""


_BY_SHAPE: dict[type, Take] = {
    VisitInvited: _invitation,
    VisitBegan: _visit_began,
    VisitConcluded: _visit_concluded,
    VisitEvent: _planned_visit,
    MeetingHeld: _held(_meeting),
    MeetingEvent: _planned(_meeting),
    CallHeld: _held(_call),
    CallEvent: _planned(_call),
    ExerciseConducted: _held(_exercise),
    ExerciseEvent: _planned(_exercise),
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
