"""Every log has an answer: an empty one, a short one, one with events that nobody here knows."""

from diplocal.events.wire import UnknownEvent
from diplocal.records import Envelope
from diplocal.replaying import catch_up
from diplocal.testing.history import History
from diplocal.testing.law import Breaks, Picks, law, same
from diplocal.testing.subjects import Subject


@law(
    "a crash on the empty log",
    "a crash on an event that the author had not thought of, or on a date that is not known",
    "one record that cannot be taken spoils the rest",
)
def totality(subject: Subject, history: History, picks: Picks) -> None:
    """Every log has an answer, an empty one too, and no well-formed record is set aside.

    An event of a type that is registered nowhere is set aside by whoever runs the fold, and the answer is as if it were
    not there.
    """
    for length in {0, 1, len(history)}:
        subject.answer(history.first(length).records())
    whole = catch_up(subject.make(), history.records())
    if whole.set_aside:
        raise Breaks(
            f"it could not take the record at position {whole.set_aside[0].position}: {whole.set_aside[0].reason}"
        )
    place = picks.one_of((len(history), 0, len(history) // 2), "stranger")
    stream = history.entries[place - 1].stream if place else "gala"
    stranger = UnknownEvent(type="nobody.knows-this", version=1, data=b"{}", in_stream=stream)
    strange = history.inserted(place, Envelope(stranger, id="stranger"))
    made = subject.make()
    checkpoint = catch_up(made, strange.records())
    if [aside.position for aside in checkpoint.set_aside] != [place + 1]:
        raise Breaks("the event of an unknown type was not the one record that was set aside")
    known = subject.answer(record for record in strange.records() if record.id != "stranger")
    same("without the unknown event", known, "with the unknown event", subject.draw(made.answer(checkpoint.state)))
