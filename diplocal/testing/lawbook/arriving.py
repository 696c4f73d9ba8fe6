"""Laws that hold only for projections that say so: the world has an order, and that of the log is another."""

# ruff: noqa: D401 - a law says what holds
from collections.abc import Mapping, Sequence

import attrs
import pendulum

from diplocal.dates import When
from diplocal.engagements import Engagements, Status, known_since
from diplocal.events import (
    AgreementSigned,
    Corrected,
    EngagementEvent,
    ForcesScrambled,
    MergedAsDuplicate,
    Rescheduled,
    Retracted,
    StatementIssued,
)
from diplocal.records import Envelope, instant
from diplocal.testing.canonical import CanonicalForm
from diplocal.testing.history import History
from diplocal.testing.history_entry import HistoryEntry
from diplocal.testing.law import Breaks, Picks, law, same
from diplocal.testing.lawbook.engagements import grouped
from diplocal.testing.lawbook.healing import later_about
from diplocal.testing.subjects import Subject

_DATED_BY_ITSELF = (AgreementSigned, StatementIssued, ForcesScrambled, Rescheduled)
"""Reports whose date is not one more word on when the engagement is."""
_FEW, _MANY = 4, 9
"""How often a report is told again, to see whether the state grows."""


def _ours(subject: Subject) -> bool:
    return not subject.is_foreign


@law(
    "the order of recording taken for the order of publication",
    "the latest record taken for the latest word",
    applies=_ours,
    needs="events of diplocal's, which say when they were reported",
    opt_in=True,
)
def arrival(subject: Subject, history: History, _picks: Picks) -> None:
    """A report that comes late, dated to the day of its publication, leaves the answer that it would have left in time.

    Each report is of another day here: of one day, the log's own order decides. It does not hold for a projection that
    is about the log itself.
    """
    dated = _dated(history)
    whole = subject.answer(dated.records())
    for place, one in enumerate(dated):
        late = (*dated.entries[:place], *dated.entries[place + 1 :], one)
        same("each report in time", whole, f"{one.id} last", subject.answer(_recorded_as(dated, late).records()))
    backwards = _recorded_as(dated, dated.entries[::-1])
    same("each report in time", whole, "the last report first", subject.answer(backwards.records()))


@law("the last date that was said taken for the best one", applies=_ours, needs="events of diplocal's", opt_in=True)
def refinement(subject: Subject, history: History, picks: Picks) -> None:
    """Of a vague date and an exact one that is within it, the exact one counts, whichever is told first.

    It does not hold for a projection that is about what was said.
    """
    before = subject.fold(())
    for place, one in enumerate(history):
        vague = _vaguely(one, picks)
        if vague is not None and not later_about(history, one):
            exact = attrs.evolve(vague, event=vague.event.evolve(when=_when(one)), id=one.id)
            first, last = (
                History(_put_in(history, place, pair)).records()[place:] for pair in ((vague, exact), (exact, vague))
            )
            same(
                f"{one.id} told vaguely first", before.quickly(first).answer,
                "told exactly first", before.quickly(last).answer,
            )  # fmt: skip
        before = before.then(history.records()[place : place + 1])


@law("a duplicate that is counted beside what it duplicates", applies=_ours, needs="events of diplocal's", opt_in=True)
def duplicates(subject: Subject, history: History, picks: Picks) -> None:
    """An engagement that was told twice, under two names, and merged, counts as if it had been told once.

    It does not hold for a projection that counts reports.
    """
    told, _ = Engagements().take(history.records())
    groups = [{one.stream for one in group} for group in grouped(history)]
    alone = [told.get(stream) for streams in groups if len(streams) == 1 for stream in streams]
    streams = [one.slug for one in alone if one is not None and one.status is not Status.RETRACTED]
    if not streams:
        return
    stream = picks.one_of(streams, "duplicate")
    twice = [told for one in history for told in (one, *([_renamed(one)] if one.stream == stream else []))]
    merged = Envelope(MergedAsDuplicate(engagement=_again(stream), into=stream), id="merged")
    once = subject.answer(history.records())
    both = History(tuple(twice)).inserted(len(twice), merged)
    same(f"{stream} told once", once, "told under two names, and merged", subject.answer(both.records()))


@law(
    "a state that keeps all that it has seen, where nobody asks",
    applies=lambda subject: not subject.heals,
    needs="not to heal: what can be taken back must be kept",
    opt_in=True,
)
def growth(subject: Subject, history: History, picks: Picks) -> None:
    """A state does not grow with a log that says the same again and again, where the answer does not."""
    if not len(history):
        return
    one = picks.one_of(history.entries, "repeated")
    few, many = (subject.fold(_repeated(history, one, times).records()) for times in (_FEW, _MANY))
    if few.answer == many.answer and size(few.kept) < size(many.kept):
        raise Breaks(
            f"{one.id} came {_FEW} times more and then {_MANY} times: the answer stayed the same, "
            f"and the state grew from {size(few.kept)} parts to {size(many.kept)}"
        )


def size(form: CanonicalForm) -> int:
    """Count the parts of a canonical form."""
    return 1 if isinstance(form, str) else 1 + sum(size(part) for _, part in form[1])


def _dated(history: History) -> History:
    """Date each report to another day, in order: a correction to its own, what it puts right to that of the report."""
    days = {one.id: instant(one.recorded_micros).add(days=place).date() for place, one in enumerate(history)}
    of = {one.id: one.event.of for one in history if isinstance(one.event, Corrected)}
    return History(tuple(_dated_to(one, days, of) for one in history))


def _dated_to(one: HistoryEntry, days: Mapping[str, pendulum.Date], of: Mapping[str, str]) -> HistoryEntry:
    event, first = one.event.evolve(reported=days[one.id]), one.id
    if isinstance(event, Corrected):
        while first in of:
            first = of[first]
        event = event.evolve(right=event.right.evolve(reported=days.get(first)))
    return one.saying(event)


def _recorded_as(history: History, order: Sequence[HistoryEntry]) -> History:
    """Record the same at the same instants, in another order."""
    return History(
        tuple(attrs.evolve(one, recorded_micros=then.recorded_micros) for one, then in zip(order, history, strict=True))
    )


def _when(one: HistoryEntry) -> When | None:
    return getattr(one.event, "when", None)


def _vaguely(one: HistoryEntry, picks: Picks) -> Envelope | None:
    """Return the same report with its date told vaguely; None for one that has no exact date, or moves one."""
    when = _when(one)
    if isinstance(one.event, _DATED_BY_ITSELF) or when is None or not when.is_exact or when.month is None:
        return None
    month = "{:04}-{:02}".format(*when.month)
    vague = When(picks.one_of((month, month[:4], f"{month}~"), one.id))
    if not vague.contains(when):
        return None
    known = instant(known_since(one.event, one.first_micros))
    return attrs.evolve(one.envelope, id=f"{one.id}-vague", event=one.event.evolve(when=vague, reported=known))


def _put_in(history: History, place: int, told: Sequence[Envelope]) -> tuple[HistoryEntry, ...]:
    recorded = history.entries[place].recorded_micros
    return (
        *history.entries[:place],
        *(HistoryEntry(envelope, recorded) for envelope in told),
        *history.entries[place + 1 :],
    )


def _again(name: str) -> str:
    return f"{name}-again"


def _renamed(one: HistoryEntry) -> HistoryEntry:
    event = _about_another(one.event)
    return attrs.evolve(one, envelope=attrs.evolve(one.envelope, id=_again(one.id), event=event))


def _about_another(event: object) -> EngagementEvent:
    assert isinstance(event, EngagementEvent)  # noqa: S101 - an engagement's stream holds nothing else
    other: dict[str, object] = {"engagement": _again(event.engagement)}
    if isinstance(event, Retracted | Corrected):
        other["of"] = _again(event.of)
    if isinstance(event, Corrected):
        other["right"] = _about_another(event.right)
    return event.evolve(**other)


def _repeated(history: History, one: HistoryEntry, times: int) -> History:
    told = (attrs.evolve(one.envelope, id=f"{one.id}-{number}") for number in range(times))
    recorded = history.entries[-1].recorded_micros
    return History((*history.entries, *(HistoryEntry(envelope, recorded) for envelope in told)))
