"""Stopping and going on: where a fold was interrupted, kept or asked early leaves no trace."""
# ruff: noqa: D401 - a law says what holds

from typing import Any

from diplocal.records import Record
from diplocal.replaying import Checkpoint, catch_up, replay, take_snapshots
from diplocal.testing.history import History
from diplocal.testing.law import Picks, law, same
from diplocal.testing.portraits import Portrait
from diplocal.testing.subjects import Subject

_LAST_FEW = 3


@law(
    "hidden state in the instance",
    "a field that the snapshot drops, or a type that it loses",
    "a time zone or a fold that the snapshot loses",
    "a halfway state that is changed later",
)
def resume(subject: Subject, history: History, _picks: Picks) -> None:
    """Stop anywhere, go on in a fresh instance, and nothing has changed.

    The state at the stop is kept as a snapshot where the projection can do that. The answer at the stop stays what it
    was, however much is folded on top of it.
    """
    records = history.records()
    whole = subject.answer(records)
    halfway = subject.fold(())
    for stop in range(len(records) + 1):
        then, made = halfway.answer, subject.make()
        kept = _kept_and_loaded(subject, made, halfway.state, stop, then)
        rest = catch_up(made, records, since=Checkpoint(kept, stop))
        same(
            "folded in one go",
            whole,
            f"stopped after {stop} records and resumed",
            subject.draw(made.answer(rest.state)),
        )
        same(f"the answer after {stop} records", then, "the same, asked after the end", halfway.answer)
        halfway = halfway.then(records[stop : stop + 1])
    state = subject.make().start()
    for stop in range(len(records)):
        made = subject.make()
        kept = _kept_and_loaded(subject, made, state, stop, subject.going_on(made, state).answer)
        state = catch_up(made, records[: stop + 1], since=Checkpoint(kept, stop)).state
    same(
        "folded in one go",
        whole,
        "stopped and resumed after every record",
        subject.going_on(subject.make(), state).answer,
    )


def _kept_and_loaded(subject: Subject, made: Any, state: Any, stop: int, then: Portrait) -> Any:
    """Keep a state and load it in a fresh instance, where the projection can do that."""
    if not subject.is_kept:
        return state
    loaded = made.load(subject.make().dump(state), stop)
    same(
        f"the answer after {stop} records",
        then,
        "the answer when kept and loaded",
        subject.going_on(made, loaded).answer,
    )
    return loaded


@law("a record that is counted again when it comes again")
def redelivery(subject: Subject, history: History, picks: Picks) -> None:
    """A record that comes again changes nothing: the checkpoint, kept with the state, drops what was already taken."""
    records = history.records()
    whole = subject.answer(records)
    made = subject.make()
    start = catch_up(made, records[: picks.one_of((len(records), len(records) // 2), "start")])
    once = catch_up(made, [*records, *records[-_LAST_FEW:]], since=start)
    again = catch_up(made, records, since=once)
    same("each record once", whole, "some records again", subject.draw(made.answer(again.state)))


@law("an answer that peeks at what is recorded later", "state that leaks from one replay into another")
def as_of(subject: Subject, history: History, _picks: Picks) -> None:
    """What was known at a position is what folding the log up to there gives, though the log went on."""
    records = history.records()
    made = subject.make()
    replay(made, records)
    for position in range(len(records) + 1):
        then = subject.fold(()).quickly(records[:position]).answer
        asked = subject.draw(replay(made, records, known_at=position))
        same(f"the first {position} records", then, f"the whole log as known at {position}", asked)


@law(
    "a snapshot that is older than its position says",
    "a load that forgets to recall what came before",
    "a snapshot that depends on the store",
    applies=lambda subject: subject.is_kept,
    needs="snapshots (parameters, dump, load, missing, recall)",
)
def snapshots(subject: Subject, history: History, picks: Picks) -> None:
    """An answer from a store that keeps snapshots is the answer from one that keeps none, as of any position."""
    with history.store() as store, history.store() as plain:
        take_snapshots(subject.make(), store, every=picks.one_of((1, 2, 3), "every"))
        for position in range(len(history) + 1):
            then, kept = (subject.draw(replay(subject.make(), log, known_at=position)) for log in (plain, store))
            same("folded from the start", then, f"from the snapshot before position {position}", kept)


@law(
    "a batch in which the last change of an engagement hides the others",
    "a batch that forgets a record",
    applies=lambda subject: subject.is_batched,
    needs="fold, which takes many records at once",
)
def batches(subject: Subject, history: History, picks: Picks) -> None:
    """Taking records in batches, of whatever sizes, is taking them one by one."""
    records = history.records()
    whole = subject.answer(records)
    made, batch = subject.fold(()), list[Record]()
    for record in records:
        batch.append(record)
        if picks.one_of((False, True), record.id):
            made, batch = made.at_once(batch), []
    same("one by one", whole, "in batches", made.at_once(batch).answer)
    same("one by one", whole, "all at once", subject.fold(()).at_once(records).answer)
