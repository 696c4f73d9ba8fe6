"""What comes back from the log is folded like what was recorded, whatever version it was written in."""
# ruff: noqa: D401 - a law says what holds

from diplocal.events import Event
from diplocal.events.wire import decode, encode
from diplocal.testing.carried import Carried
from diplocal.testing.history import History
from diplocal.testing.law import Picks, law, same
from diplocal.testing.subjects import Subject


@law(
    "a fold that depends on which object an event is, and not on what it says",
    "an upcaster that loses something",
)
def upcasting(subject: Subject, history: History, _picks: Picks) -> None:
    """An event that was stored and read again, through all upcasters of its type, folds like the event itself."""
    read = tuple(record.evolve(event=_reread(subject, record.event)) for record in history.records())
    same("as recorded", subject.answer(history.records()), "as read from the log", subject.answer(read))


def _reread(subject: Subject, event: Event) -> Event:
    if isinstance(event, Carried):
        return event.evolve(event=subject.make().reread(event.event))
    return decode(encode(event))
