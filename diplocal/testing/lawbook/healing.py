"""Retractions and corrections: what was recorded wrong leaves no trace."""
# ruff: noqa: D401 - a law says what holds

import attrs

from diplocal.events import Cancelled, Corrected, EngagementEvent, Retracted
from diplocal.events.registry import fields_of
from diplocal.records import Envelope
from diplocal.testing.dates import BEGINNING, day_after, told
from diplocal.testing.history import History, Told
from diplocal.testing.law import Picks, law, same
from diplocal.testing.pools import INDONESIA, STRANGER
from diplocal.testing.subjects import Subject

_NEEDS = "to heal: a tally, a view, a fold over changes, or a fold over records that says heals = True"


@law(
    "a retraction that is forgotten",
    "a count that goes up and never down",
    "a retraction that takes out something else",
    applies=lambda subject: subject.heals,
    needs=_NEEDS,
)
def retraction(subject: Subject, history: History, picks: Picks) -> None:
    """A report that is retracted leaves the answer as if it had never been recorded."""
    places = [place for place, one in enumerate(history) if not later_about(history, one)]
    if not places:
        return
    place = places[picks.below(len(places))]
    one = history.told[place]
    later = place + 1 + picks.below(len(history) - place)
    retracted = Retracted(engagement=one.stream, of=one.id)
    addition = Envelope(retracted, id=f"{one.id}-retracted", audience=one.envelope.audience)
    taken_back = history.inserted(later, addition).records()
    never = [record for record in taken_back if record.id not in (one.id, addition.id)]
    same(
        f"{one.id} never recorded",
        subject.answer(never),
        f"{one.id} recorded and retracted",
        subject.answer(taken_back),
    )


@law(
    "a correction that counts as a second report",
    "a correction that changes a date and not the month it was counted in",
    "a correction that is taken for a reschedule",
    applies=lambda subject: subject.heals,
    needs=_NEEDS,
)
def correction(subject: Subject, history: History, picks: Picks) -> None:
    """A report that is corrected leaves the answer as if it had been recorded right in the first place."""
    places = [place for place, one in enumerate(history) if not isinstance(one.event, Corrected | Retracted)]
    if not places:
        return
    place = places[picks.below(len(places))]
    one = history.told[place]
    right = one.event
    assert isinstance(right, EngagementEvent)  # noqa: S101 - histories have no others
    until = min((history.told.index(other) for other in later_about(history, one)), default=len(history))
    later = place + 1 + picks.below(until - place)
    corrected = Corrected(engagement=one.stream, of=one.id, right=right)
    addition = Envelope(corrected, id=f"{one.id}-corrected", audience=one.envelope.audience)
    put_right = history.replaced(place, mistaken(right, picks)).inserted(later, addition).records()
    recorded_right = [
        attrs.evolve(record, event=right) if record.id == one.id else record
        for record in put_right
        if record.id != addition.id
    ]
    same(
        f"{one.id} recorded right",
        subject.answer(recorded_right),
        f"{one.id} recorded wrong and corrected",
        subject.answer(put_right),
    )


def mistaken(event: EngagementEvent, picks: Picks) -> EngagementEvent:
    """Give the event with a mistake in it: another date, somebody else, or another event altogether."""
    named = {field.name for field in fields_of(type(event))}
    ways: list[EngagementEvent] = []
    if "when" in named:
        day = day_after(BEGINNING.toordinal(), 2 + picks.below(9))
        ways.append(event.evolve(when=told(day, 0)))
    for name, somebody in (("visitors", (STRANGER,)), ("host", INDONESIA), ("actors", (INDONESIA,))):
        if name in named:
            ways.append(event.evolve(**{name: somebody}))
    ways.append(Cancelled(engagement=event.engagement))
    return ways[picks.below(len(ways))]


def later_about(history: History, one: Told) -> list[Told]:
    """Find the reports that retract or correct this one."""
    return [other for other in history if isinstance(other.event, Retracted | Corrected) and other.event.of == one.id]
