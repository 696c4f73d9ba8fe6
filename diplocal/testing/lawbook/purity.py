"""Folding changes nothing that it was given."""
# ruff: noqa: D401 - a law says what holds

from diplocal.testing.canonical import canonical
from diplocal.testing.history import History
from diplocal.testing.law import Picks, law, same
from diplocal.testing.subjects import Subject


@law(
    "a state that is changed in place",
    "a nested list or dictionary that two states share",
    "a default value that all instances share",
    "reading the answer changes the state",
    "an answer that can be read only once",
)
def purity(subject: Subject, history: History, picks: Picks) -> None:
    """Applying a record gives a new state and leaves the one passed in as it was.

    So does reading the answer, and each start is a new beginning: whoever keeps an earlier state keeps the answer as of
    then. An answer says the same whenever it is read: an iterator, which is empty the second time, is none.
    """
    made = subject.make()
    fresh = canonical(made.start())
    state = made.start()
    seen = set(picks.places(len(history)))
    for place, record in enumerate(history.records()):
        before = canonical(state) if place in seen else ""
        after = made.apply(state, record)
        if place in seen:
            same("a state", before, f"the same state after taking {record.id}", canonical(state))
        state = after
    whole = canonical(state)
    told = made.answer(state)
    answer = subject.draw(told)
    same("an answer", answer, "the same answer, read a second time: a tuple can be", subject.draw(told))
    same("a state", whole, "the same state after its answer was read", canonical(state))
    same("an answer", answer, "the answer of the same state again", subject.draw(made.answer(state)))
    same("a beginning", fresh, "the next beginning", canonical(made.start()))
    same("a beginning", fresh, "the beginning of another instance", canonical(subject.make().start()))
