"""Retractions and corrections: what was recorded wrong leaves no trace."""
# ruff: noqa: D401 - a law says what holds

import attrs

from diplocal.engagements import known_since
from diplocal.events import Cancelled, Corrected, EngagementEvent, Event, Retracted
from diplocal.events.registry import fields_of
from diplocal.records import instant
from diplocal.testing.carried import Carried
from diplocal.testing.dates import BEGINNING, day_after, told
from diplocal.testing.foreign import as_event
from diplocal.testing.history import History
from diplocal.testing.history_entry import HistoryEntry
from diplocal.testing.law import Picks, law, same
from diplocal.testing.pools import INDONESIA, STRANGER
from diplocal.testing.subjects import Folded, Subject

_NEEDS = "to heal: a tally, a view, a fold over changes, a fold over records that says heals = True, or has an undo"


@law(
    "a retraction that is forgotten",
    "a count that goes up and never down",
    "a retraction that takes out something else",
    applies=lambda subject: subject.heals,
    needs=_NEEDS,
)
def retraction(subject: Subject, history: History, picks: Picks) -> None:
    """A report that is retracted leaves the answer as if it had never been recorded.

    So does, for a projection that says how to ``undo`` an event, an event that is undone at once.
    """
    before, seen = subject.fold(()), set(picks.places(len(history)))
    records = history.records()
    for place, one in enumerate(history):
        undo = _undoing(subject, one) if place in seen else None
        if undo is not None and not later_about(history, one):
            later = place + 1 if subject.undo else picks.one_of((place + 1, len(history)), one.id)
            _retract(before, history, place, later, undo)
        before = before.then(records[place : place + 1])


def _retract(before: Folded, history: History, place: int, later: int, retracted: Event) -> None:
    one = history.entries[place]
    addition = attrs.evolve(one.envelope, event=retracted, id=f"{one.id}-retracted")
    taken_back = history.inserted(later, addition).records()[place:]
    never = [record for record in taken_back if record.id not in (one.id, addition.id)]
    same(
        f"{one.id} never recorded",
        before.quickly(never).answer,
        f"{one.id} recorded and retracted",
        before.quickly(taken_back).answer,
    )


@law(
    "a correction that counts as a second report",
    "a correction that changes a date and not the month it was counted in",
    "a correction that is taken for a reschedule",
    applies=lambda subject: subject.heals and subject.undo is None,
    needs=_NEEDS,
)
def correction(subject: Subject, history: History, picks: Picks) -> None:
    """A report that is corrected leaves the answer as if it had been recorded right in the first place.

    So does one that is corrected a second time, if that is the later word.
    """
    before, seen = subject.fold(()), set(picks.places(len(history)))
    records = history.records()
    for place, one in enumerate(history):
        right = one.event
        about = later_about(history, one) if place in seen else []
        is_last_word = place in seen and all(_known(one) <= _known(other) for other in about)
        if isinstance(right, EngagementEvent) and not isinstance(right, Corrected | Retracted) and is_last_word:
            until = min(map(history.entries.index, about), default=len(history))
            later = picks.one_of((place + 1, until), one.id)
            _correct(before, history.replaced(place, mistaken(right, one.id, picks)), place, right, later)
        before = before.then(records[place : place + 1])


def _undoing(subject: Subject, one: HistoryEntry) -> Event | None:
    """Return the event that takes a report back, None for one that nothing takes back."""
    if subject.undo is None:
        return Retracted(engagement=one.stream, of=one.id) if isinstance(one.event, EngagementEvent) else None
    undone = subject.undo(one.event.event if isinstance(one.event, Carried) else one.event)
    return None if undone is None else as_event(undone, one.stream)


def _correct(before: Folded, wrong: History, place: int, right: EngagementEvent, later: int) -> None:
    one = wrong.entries[place]
    known = instant(known_since(right, one.first_micros))
    corrected = Corrected(engagement=one.stream, of=one.id, right=right, reported=known)
    addition = attrs.evolve(one.envelope, event=corrected, id=f"{one.id}-corrected")
    put_right = wrong.inserted(later, addition).records()[place:]
    recorded_right = [
        record.evolve(event=right) if record.id == one.id else record
        for record in put_right
        if record.id != addition.id
    ]
    same(
        f"{one.id} recorded right",
        before.quickly(recorded_right).answer,
        f"{one.id} recorded wrong and corrected",
        before.quickly(put_right).answer,
    )


def _known(one: HistoryEntry) -> int:
    return known_since(one.event, one.first_micros)


def mistaken(event: EngagementEvent, named: str, picks: Picks) -> EngagementEvent:
    """Return the event with a mistake in it: another date, somebody else, or another event altogether."""
    day = day_after(BEGINNING.toordinal(), picks.one_of(range(2, 11), f"the day of {named}"))
    mistakes = {"when": told(day, 0), "visitors": (STRANGER,), "host": INDONESIA, "actors": (INDONESIA,)}
    fields = {field.name for field in fields_of(type(event))} & set(mistakes)
    field = picks.one_of((*sorted(fields), None), named)
    return Cancelled(engagement=event.engagement) if field is None else event.evolve(**{field: mistakes[field]})


def later_about(history: History, one: HistoryEntry) -> list[HistoryEntry]:
    """Find the reports that retract or correct this one."""
    return [other for other in history if isinstance(other.event, Retracted | Corrected) and other.event.of == one.id]
