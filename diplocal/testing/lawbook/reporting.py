"""Laws that hold only for projections that say so: the same facts, told by others, later or more often."""

# ruff: noqa: D401 - a law says what holds
from typing import Any

import attrs
import pendulum

from diplocal.engagements import known_since
from diplocal.engagements.reports import OCCURRENCES
from diplocal.events import AgreementSigned, Corrected, Event, Retracted, SamePerson, StatementIssued
from diplocal.events.offices import PostingEvent, TenureChange
from diplocal.parties import Organisation, Person, State
from diplocal.records import instant
from diplocal.testing.history import History
from diplocal.testing.history_entry import HistoryEntry
from diplocal.testing.law import Picks, law, same
from diplocal.testing.lawbook.engagements import grouped
from diplocal.testing.lawbook.healing import later_about
from diplocal.testing.lawbook.metamorphic import replaced_in
from diplocal.testing.rebuilding import rebuilt
from diplocal.testing.subjects import Subject

_LATER = pendulum.duration(days=3653).in_seconds() * 1_000_000


@law("counting reports instead of what they are about", "a second source that makes a second visit", opt_in=True)
def echo(subject: Subject, history: History, _picks: Picks) -> None:
    """The same report once more, word for word from another agency at that moment, leaves the answer as it was.

    What was retracted or corrected is not repeated. It does not hold for a projection that counts reports.
    """
    before = subject.fold(())
    for place, one in enumerate(history):
        if not isinstance(one.event, Retracted | Corrected) and not later_about(history, one):
            again = attrs.evolve(one, envelope=attrs.evolve(one.envelope, id=f"{one.id}-again"))
            entries = history.entries
            records = History((*entries[: place + 1], again, *entries[place + 1 :])).records()[place:]
            told_once = [record for record in records if record.id != again.envelope.id]
            same(f"{one.id} told once", before.quickly(told_once).answer, "told twice", before.quickly(records).answer)
        before = before.then(history.records()[place : place + 1])


@law("counting what was announced as if it had taken place", opt_in=True)
def plans(subject: Subject, history: History, _picks: Picks) -> None:
    """What was planned and never took place contributes nothing.

    It does not hold for a projection that is about plans.
    """
    held = {one.stream for group in grouped(history) if any(map(_took_place, group)) for one in group}
    records = history.records()
    only_held = [record for record in records if record.stream in held]
    same("with plans", subject.answer(records), "without plans that came to nothing", subject.answer(only_held))


@law(
    "the date of a record taken for the date of the visit", "an answer that depends on when an import ran", opt_in=True
)
def recording(subject: Subject, history: History, _picks: Picks) -> None:
    """Had the log learnt everything ten years later, from the same publications, the answer would be the same.

    It does not hold for a projection that is about the log itself.
    """
    dated = tuple(one.saying(_published(one.event, one.first_micros)) for one in history)
    late = tuple(one.later(_LATER) for one in dated)
    here, there = (subject.answer(History(told).records()) for told in (dated, late))
    same("recorded at the time", here, "recorded ten years later", there)


@law("names or labels that are told apart by capitals", "labels taken for what identifies", opt_in=True)
def respelling(subject: Subject, history: History, picks: Picks) -> None:
    """Were some reports to print names and labels in capitals, the answer would be the same but for capitals.

    It does not hold for a projection that is about spellings.
    """
    shouted = tuple(
        one.saying(rebuilt(one.event, _in_capitals)) if picks.one_of((False, True), one.id) else one for one in history
    )
    here = replaced_in(subject.answer(history.records()), str.casefold)
    there = replaced_in(subject.answer(History(shouted).records()), str.casefold)
    same("as printed", here, "with capitals", there)


def _took_place(one: HistoryEntry) -> bool:
    """Tell whether a report says more than that something is planned; names of one person are no plan either."""
    said: tuple[Event, ...] = (one.event, one.event.right) if isinstance(one.event, Corrected) else (one.event,)
    return any(isinstance(event, _NO_PLANS) for event in said)


_NO_PLANS = (*OCCURRENCES, AgreementSigned, StatementIssued, TenureChange, PostingEvent, SamePerson)


def _published(event: Any, recorded_micros: int) -> Event:
    """Say when the public could know, where the report does not."""
    told: Event = event.evolve(reported=instant(known_since(event, recorded_micros)))
    if isinstance(told, Corrected):
        return told.evolve(right=_published(told.right, recorded_micros))
    return told


def _in_capitals(value: Any) -> Any:
    if isinstance(value, Person):
        return attrs.evolve(value, name=value.name.upper())
    if isinstance(value, State | Organisation) and value.label:
        return attrs.evolve(value, label=value.label.upper())
    return value
