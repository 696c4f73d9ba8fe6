"""What a row says beyond what the sheet has told the log before: the events that bring the log up to it.

A status that moved on is told by an event of its own, and so is a plan's new date. A cell that changed beside it was
wrong before, and the event that told it is corrected. Where a sheet goes back on itself, what it had told is retracted.

When and by whom something was reported belongs to what was told then. A row that says something else now says where its
new text comes from: so the correction has that provenance, and what it corrects keeps its own. Where nothing but the
provenance changed, that was itself a slip.
"""

from collections.abc import Iterable, Sequence
from operator import attrgetter
from typing import Any

import attrs
import pendulum

from diplocal.dates import When
from diplocal.engagements import Conflict, Report, Status, known_since
from diplocal.engagements.reports import OCCURRENCES, REWRITES, effective_reports, took_place
from diplocal.errors import DiplocalError
from diplocal.events import (
    AgreementSigned,
    CallEvent,
    Cancelled,
    Confirmed,
    Corrected,
    DateNarrowed,
    EngagementEvent,
    EntryListed,
    ExerciseEvent,
    ForcesScrambled,
    MeetingEvent,
    PatrolConducted,
    PlanDenied,
    Postponed,
    ReportAttached,
    Rescheduled,
    Retracted,
    StatementIssued,
    TripEvent,
    VisitBegan,
    VisitEvent,
    VisitInvited,
)
from diplocal.events.registry import fields_of
from diplocal.importers.sheet_cells import REASONED, Standing
from diplocal.importers.sheet_rows import Entry
from diplocal.records import instant

KINDS = (VisitEvent, MeetingEvent, CallEvent, ExerciseEvent, PatrolConducted, TripEvent, EntryListed)
"""The shapes of the events that say all that a row says."""

TOLD_BY: dict[Standing, type[Confirmed | PlanDenied | Postponed | Cancelled]] = {
    Conflict.DENIED: PlanDenied,
    Status.CONFIRMED: Confirmed,
    Status.POSTPONED: Postponed,
    Status.CANCELLED: Cancelled,
}
"""The events that tell a plan's status."""

AHEAD = (Status.INVITED, Status.PLANNED)
"""What only an invitation or an announcement says."""
STAYS = (Status.CONFIRMED, Conflict.DENIED)
"""What a new date or another announcement leaves as it is."""
PROVENANCE = ("reported", "sources", "note")
"""Fields that belong to each report by itself."""


class Unclear(DiplocalError):
    """A row that can be read in more than one way, beside what the sheet has told before."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


_position = attrgetter("position")
DATED_APART = (ForcesScrambled, AgreementSigned, StatementIssued)


@attrs.frozen
class Told:
    """What a sheet has told about one engagement: the reports that stand, oldest first, each as last corrected."""

    reports: tuple[Report, ...] = ()
    rewrites: tuple[Report, ...] = ()
    """What it took back or put right; oldest first."""

    @classmethod
    def by(cls, reports: Iterable[Report]) -> "Told":
        """Return what stands of a sheet's own reports, which are in order of position."""
        given = tuple(reports)
        rewrites = tuple(report for report in given if isinstance(report.event, REWRITES))
        return cls(tuple(sorted(effective_reports(given), key=_position)), rewrites)

    @property
    def corrections(self) -> list[Report]:
        """What put right a report that stands, and was not taken back; oldest first."""
        ids = {report.id for report in self.reports}
        back = {report.event.of for report in self.rewrites if isinstance(report.event, Retracted)}
        alive = (report for report in self.rewrites if report.id not in back)
        return [report for report in alive if isinstance(report.event, Corrected) and report.event.of in ids]

    @property
    def said(self) -> dict[str, Any]:
        """When and by whom it was reported, as the sheet said it last; empty while it told nothing."""
        last = max((*self.reports, *self.corrections), key=_position, default=None)
        return provenance_of(last.event) if last else {}

    @property
    def bases(self) -> list[Report]:
        """Announcements and occurrences."""
        return [report for report in self.reports if isinstance(report.event, KINDS)]

    @property
    def status(self) -> Standing:
        """How far the sheet said that it has come."""
        status: Standing = Status.UNKNOWN
        for report in self.reports:
            status = _after(status, report.event)
        return status

    @property
    def dated(self) -> Report | None:
        """The report that told a date last, None while none was told."""
        return next((report for report in reversed(self.reports) if _when(report.event)), None)

    @property
    def when(self) -> When | None:
        """The date that was told last, None when it was postponed since."""
        for report in reversed(self.reports):
            if isinstance(report.event, Postponed):
                return None
            if when := _when(report.event):
                return when
        return None

    def without(self, report: Report) -> "Told":
        """Return what is left without a report."""
        return Told(tuple(other for other in self.reports if other is not report), self.rewrites)


def changes(row: Entry, told: Told) -> list[EngagementEvent]:
    """Return the events that bring the log up to a row; none when the sheet has told it all before.

    Raises Unclear.
    """
    if any(kind_of(report.event) is not kind_of(row.facts) for report in told.bases):
        return _anotherkind_of(row, told)
    before, taken_back = told, list[EngagementEvent]()
    while report := _gone_back_on(row, told):
        taken_back.append(retraction(report, row.facts.reported))
        told = told.without(report)
    if taken_back:
        _check_order(row, [*before.reports, *before.corrections], before)
    if not told.bases:
        return [*taken_back, *story(row)]
    moves = _moves(row, told)
    wrong = _wrong(row, told, moves)
    if not moves and not wrong:
        return [*taken_back, *_slip(row, told)]
    _check_order(row, [*told.reports, *told.corrections], told)
    _expect_no_later(row, [report for report in told.corrections if _of_what(report) in wrong])
    return [*taken_back, *(_correction(row, of, right) for of, right in wrong.items()), *moves]


def remarks(row: Entry, told: Told) -> list[EngagementEvent]:
    """Return the events that bring what was remarked of an engagement up to a row's note."""
    last = told.reports[-1] if told.reports else None
    if row.note == (last.event.note if last else None):
        return []
    if row.note is None:
        return [retraction(report) for report in told.reports]
    remark = ReportAttached(engagement=row.facts.engagement, note=row.note)
    return [Corrected(engagement=remark.engagement, of=last.id, right=remark) if last else remark]


def is_correction(events: Iterable[EngagementEvent]) -> bool:
    """Tell whether events say that something told before was wrong, rather than that the world moved on."""
    kinds = [type(event) for event in events]
    return Retracted in kinds or all(kind is Corrected for kind in kinds)


def story(row: Entry) -> list[EngagementEvent]:
    """Tell a row from the beginning. Whoever denies a plan announced none: the denial alone is theirs."""
    facts = row.facts.evolve(sources=()) if row.status is Conflict.DENIED else row.facts
    return [facts, *_status_told(row)]


def _anotherkind_of(row: Entry, told: Told) -> list[EngagementEvent]:
    """Tell a row of another kind than before: from the beginning, where a correction could not keep its day."""
    _check_order(row, [*told.reports, *told.corrections], told)
    first, *others = told.reports
    earlier = row.facts.reported is not None and known_since(row.facts, 0) < first.known_from
    if earlier or took_place(first.event) is not took_place(row.facts):
        return [*(retraction(report, row.facts.reported) for report in told.reports), *story(row)]
    right = row.facts.evolve(**provenance_of(first.event))
    taken_back = (retraction(report, row.facts.reported) for report in others)
    return [*taken_back, _correction(row, first.id, right), *_status_told(row)]


def _status_told(row: Entry) -> list[EngagementEvent]:
    event = TOLD_BY.get(row.status)
    why: dict[str, Any] = {"reason": row.reason} if row.status in REASONED else {}
    return [event(engagement=row.facts.engagement, **why, **_provenance(row))] if event else []


def _gone_back_on(row: Entry, told: Told) -> Report | None:
    """Return the report to retract when a row says less than was told: held, confirmed or denied no more."""
    is_less: dict[Standing, bool] = {
        Status.HELD: row.status is not Status.HELD,
        Status.UNDER_WAY: row.status not in (Status.UNDER_WAY, Status.HELD),
    }
    if row.status is Status.INVITED and told.reports and told.status is not Status.INVITED:
        return told.reports[-1]
    if is_less.get(told.status):
        return told.bases[-1]
    if told.status is Status.CONFIRMED and row.status is Status.PLANNED:
        return next(report for report in reversed(told.reports) if isinstance(report.event, Confirmed))
    if told.status is Conflict.DENIED and row.status is Status.PLANNED:
        return next(report for report in reversed(told.reports) if isinstance(report.event, PlanDenied))
    return None


def _moves(row: Entry, told: Told) -> list[EngagementEvent]:
    """Tell what moved on: the date, and the status."""
    if row.status in (Status.UNDER_WAY, Status.HELD):
        return [] if told.status is row.status else [row.facts]
    if row.status is Status.INVITED:
        return []  # another date of an invitation is the invitation put right
    date = _new_date(row, told)
    if row.status is told.status:
        return date
    if row.status is Status.PLANNED:
        return date if date and told.status is not Status.INVITED else [row.facts, *date]
    return [*date, *_status_told(row)]


def _new_date(row: Entry, told: Told) -> list[EngagementEvent]:
    new, old = row.when, told.when
    if row.status in (Status.POSTPONED, Status.CANCELLED) and new in (None, told.dated and _when(told.dated.event)):
        return []
    if row.status is Status.POSTPONED:
        raise Unclear(f"when is {new}: what is postponed has no new date; leave the old one, or make it planned")
    if told.status is Status.POSTPONED and row.status is not Status.CANCELLED:
        return _after_postponement(row)
    if new == old:
        return []
    if new is None:
        raise Unclear(f"when is empty, and was {old}: make it postponed, or give the date")
    if told.status is Status.CANCELLED:
        return [] if row.status is Status.CANCELLED else [_date(Rescheduled, row, new)]
    if old is None or new.narrows(old):
        return [_date(DateNarrowed, row, new)]
    return [] if _same_days(new, old) else [_date(Rescheduled, row, new)]


def _after_postponement(row: Entry) -> list[EngagementEvent]:
    if row.when:
        return [_date(Rescheduled, row, row.when)]
    if row.status is Status.PLANNED:
        raise Unclear("when is empty, and it was postponed: give the new date, or leave it postponed")
    return []


def _date(event: type[DateNarrowed] | type[Rescheduled], row: Entry, when: When) -> EngagementEvent:
    return event(engagement=row.facts.engagement, when=when, **_provenance(row))


def _wrong(row: Entry, told: Told, moves: list[EngagementEvent]) -> dict[str, EngagementEvent]:
    """Return what is told otherwise now, without the world having moved: by its report's id, the event put right."""
    rights = {report.id: report.event for report in told.reports}
    told_anew = row.facts in moves
    for report in told.bases:
        current = report is told.bases[-1] and not told_anew
        rights[report.id] = report.event.evolve(**(_body(row) if current else _emptied(row)))
    if row.status is told.status and row.status in REASONED:
        why = next(report for report in reversed(told.reports) if isinstance(report.event, TOLD_BY[row.status]))
        rights[why.id] = why.event.evolve(reason=row.reason)
    dated = told.dated or told.bases[-1]
    if not told_anew and row.when not in (None, _when(dated.event), *map(_when, moves)):
        rights[dated.id] = rights[dated.id].evolve(when=row.when)
    return {report.id: rights[report.id] for report in told.reports if rights[report.id] != report.event}


def _correction(row: Entry, of: str, right: EngagementEvent) -> EngagementEvent:
    return Corrected(engagement=row.facts.engagement, of=of, right=right, **_provenance(row))


def _slip(row: Entry, told: Told) -> list[EngagementEvent]:
    """Put the provenance of what was told last right, where the row says nothing else that is new."""
    said, last = told.said, told.reports[-1]
    if _provenance(row) == said:
        return []
    if provenance_of(last.event) == said or not told.corrections:
        _check_order(row, told.reports[:-1], told)
        right = last.event.evolve(**_provenance(row))
        return [] if right == last.event else [_correction(row, last.id, right)]
    again = [report for report in told.corrections if provenance_of(report.event) == said]
    _check_order(row, [*told.reports, *(report for report in told.corrections if report not in again)], told)
    return [
        *(retraction(report) for report in again),
        *(report.event.evolve(**_provenance(row)) for report in again),
    ]


def _body(row: Entry) -> dict[str, Any]:
    """Return what a row says beside its date and provenance."""
    names = (field.name for field in fields_of(type(row.facts)))
    return {name: getattr(row.facts, name) for name in names if name not in (*PROVENANCE, "when")}


def _emptied(row: Entry) -> dict[str, Any]:
    """Return the empty cells: a report's silence erases nothing that an earlier one said, a correction does."""
    defaults = {field.name: field.default for field in fields_of(type(row.facts))}
    return {name: value for name, value in _body(row).items() if value == defaults[name]}


def _provenance(row: Entry) -> dict[str, Any]:
    return provenance_of(row.facts)


def provenance_of(event: EngagementEvent) -> dict[str, Any]:
    """Return when and by whom an event was reported, by field."""
    return {name: getattr(event, name) for name in PROVENANCE}


def _check_order(row: Entry, before: Sequence[Report], told: Told) -> None:
    """See that what the row says counts as known no earlier than what it says otherwise.

    What took place outranks what was planned, whenever either was reported.
    """
    reported = row.facts.reported
    if reported is None or reported == told.said["reported"] or not before:
        return
    outranked = took_place(row.facts)
    _expect_no_later(row, [one for one in before if not outranked or took_place(_right(one.event))])


def _expect_no_later(row: Entry, reports: Sequence[Report]) -> None:
    """Raise Unclear for a row that says when it was reported, and that is before what was reported otherwise."""
    known_from = max((one.known_from for one in reports), default=0)
    if row.facts.reported is not None and known_since(row.facts, 0) < known_from:
        raise Unclear(
            f"reported is {row.facts.reported}, and the sheet said otherwise of {instant(known_from).date()}: "
            "leave it empty, or give the day on which this was reported"
        )


def _of_what(correction: Report) -> str | None:
    """Return the id of the report that a correction puts right."""
    return correction.event.of if isinstance(correction.event, Corrected) else None


def _right(event: EngagementEvent) -> EngagementEvent:
    return event.right if isinstance(event, Corrected) else event


def _after(status: Standing, event: EngagementEvent) -> Standing:
    """Return the status after one more event."""
    if isinstance(event, OCCURRENCES):
        return Status.UNDER_WAY if type(event) is VisitBegan and status is not Status.HELD else Status.HELD
    if isinstance(event, VisitInvited):
        return status if status in (*STAYS, Status.PLANNED) else Status.INVITED
    if isinstance(event, (*KINDS, Rescheduled)):
        return status if status in STAYS else Status.PLANNED
    return next((told for told, cls in TOLD_BY.items() if isinstance(event, cls)), status)


def retraction(report: Report, reported: pendulum.Date | None = None) -> EngagementEvent:
    """Return what takes a report back, and when that was said."""
    return Retracted(engagement=report.event.engagement, of=report.id, reported=reported)


def kind_of(event: EngagementEvent) -> type:
    """Return which of `KINDS` an event is."""
    return next(kind for kind in KINDS if isinstance(event, kind))


def _when(event: EngagementEvent) -> When | None:
    """Return the date that an event tells of the engagement; a reaction or an outcome has one of its own."""
    when: When | None = None if isinstance(event, DATED_APART) else getattr(event, "when", None)
    return when


def _same_days(one: When, other: When) -> bool:
    return one.contains(other) and other.contains(one)
