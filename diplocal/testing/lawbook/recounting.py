"""The answer that folding gives is the one that counting again gives."""

# ruff: noqa: D401 - a law says what holds
from inspect import signature

from diplocal.engagements import Engagements
from diplocal.testing.canonical import canonical
from diplocal.testing.carried import Carried
from diplocal.testing.history import History
from diplocal.testing.law import Picks, law, same
from diplocal.testing.subjects import Subject, itself


@law(
    "an answer that is wrong in the same way however it is folded",
    "a status, a kind or a side that is counted though it should not be",
    applies=lambda subject: subject.recount is not None,
    needs="recount, which works the answer out from all engagements",
)
def recount(subject: Subject, history: History, _picks: Picks) -> None:
    """The answer is what a plain recount gives, of all engagements as they are understood in the end, or of all events.

    The recount is yours: written for reading rather than for speed, and without a look at the projection.
    """
    records = history.records()
    assert subject.recount is not None  # noqa: S101 - the law does not apply otherwise
    folded = subject.fold(records)
    if subject.is_foreign:
        recounted = subject.recount([event.event for event in history.events if isinstance(event, Carried)])
    else:
        engagements = sorted(Engagements().take(records)[0], key=lambda engagement: engagement.slug)
        more = {"records": records} if "records" in signature(subject.recount).parameters else {}
        recounted = subject.recount(engagements, **more)
    answer = folded.projection.answer(folded.state)
    if subject.ask is not itself or type(recounted) is not type(answer):
        same("recounted", canonical(recounted), "folded", canonical(subject.ask(answer)))
    else:
        same("recounted", subject.draw(recounted), "folded", folded.answer)
