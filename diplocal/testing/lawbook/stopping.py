"""Stopping and going on: where a fold was interrupted, kept or asked early leaves no trace."""
# ruff: noqa: D401 - a law says what holds

from diplocal.diary import Diary
from diplocal.records import Record
from diplocal.replaying import Checkpoint, catch_up, replay
from diplocal.testing.history import History
from diplocal.testing.law import Picks, law, same
from diplocal.testing.subjects import Subject

_LAST_FEW = 3
NARROWEST = "restricted"
"""The audience that sees the most: a diary is always somebody's."""


@law(
    "hidden state in the instance",
    "a halfway state that is changed later",
)
def resume(subject: Subject, history: History, picks: Picks) -> None:
    """Stop anywhere, go on in a fresh instance, and nothing has changed.

    The answer at the stop stays what it was, however much is folded on top of it.
    """
    records = history.records()
    whole = subject.answer(records)
    stops = picks.places(len(records) + 1)
    halfway = subject.fold(records[: stops[0]])
    for stop, following in zip(stops, [*stops[1:], len(records)], strict=True):
        then, made = halfway.answer, subject.make()
        rest = catch_up(made, records, since=Checkpoint(halfway.state, stop))
        same(
            "folded in one go",
            whole,
            f"stopped after {stop} records and resumed",
            subject.draw(made.answer(rest.state)),
        )
        same(f"the answer after {stop} records", then, "the same, asked after the end", halfway.answer)
        halfway = halfway.then(records[stop:following])
    state = subject.make().start()
    for stop, following in zip([0, *stops], [*stops, len(records)], strict=True):
        state = catch_up(subject.make(), records[:following], since=Checkpoint(state, stop)).state
    same(
        "folded in one go",
        whole,
        "stopped and resumed again and again",
        subject.going_on(subject.make(), state).answer,
    )


@law("a record that is counted again when it comes again", "a view that is updated before, or without, its tracking")
def redelivery(subject: Subject, history: History, picks: Picks) -> None:
    """A record that comes again changes nothing: the checkpoint, kept with the state, drops what was already taken.

    A projection that keeps its own tracking is given the record again, and must drop it by itself.
    """
    records = history.records()
    whole = subject.answer(records)
    made = subject.make()
    start = catch_up(made, records[: picks.one_of((len(records), len(records) // 2), "start")])
    once = catch_up(made, [*records, *records[-_LAST_FEW:]], since=start)
    again = catch_up(made, records, since=once)
    same("each record once", whole, "some records again", subject.draw(made.answer(again.state)))
    if getattr(made, "is_redelivered", False):
        twice = subject.going_on(subject.make(), subject.fold(records[:_LAST_FEW]).state).then(records)
        same("each record once", whole, "the first few a second time, after a restart", twice.answer)


@law("an answer that peeks at what is recorded later", "state that leaks from one replay into another")
def as_of(subject: Subject, history: History, picks: Picks) -> None:
    """What was known at a position is what folding the log up to there gives, though the log went on."""
    records = history.records()
    made = subject.make()
    replay(made, records)
    for position in picks.places(len(records) + 1):
        then = subject.fold(()).quickly(records[:position]).answer
        asked = subject.draw(replay(made, records, known_at=position))
        same(f"the first {position} records", then, f"the whole log as known at {position}", asked)


@law(
    "a state that loses a field, a type, a time zone or a fold when it is kept",
    "a kept state that is older than it says",
    "rows that depend on more than the engagement",
    applies=lambda subject: not subject.is_foreign,
    needs="events of diplocal's, which a log keeps",
)
def snapshots(subject: Subject, history: History, picks: Picks) -> None:
    """An answer that is kept beside a log, and brought up to date at each question, is what folding the log gives.

    So is the answer as of any earlier position.
    """
    diary, made, seen = None, subject.make(), set(picks.places(len(history) + 1))
    for log in history.recording():
        diary = diary or Diary(log, audience=NARROWEST)
        if log.position() in seen and picks.one_of((True, False), f"ask at {log.position()}"):
            folded = subject.draw(replay(subject.make(), log, audience=NARROWEST))
            same(
                "folded from the start", folded, f"kept, at position {log.position()}", subject.draw(diary.answer(made))
            )
    if diary is not None:
        for position in sorted(seen):
            then = subject.draw(replay(subject.make(), diary.log, known_at=position, audience=NARROWEST))
            asked = subject.draw(diary.as_of(known_at=position).answer(made))
            same(f"the first {position} records", then, f"the diary as of position {position}", asked)


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
