"""The one bridge between a store and a projection: as of any position, from a snapshot, and catching up.

Nothing else has seen both.
"""

import gc
import warnings
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from itertools import islice
from typing import Generic, Protocol, Self, TypeVar, runtime_checkable

import attrs
import pendulum

from diplocal.engagements.reports import end_of_day, known_since
from diplocal.errors import InvalidValue, MalformedEvent
from diplocal.events.wire import UnknownEvent
from diplocal.projections.contract import Batched, Kept, Projection
from diplocal.records import Record, instant, micros
from diplocal.store import EventStore, Listed, Readable, Snapshot

S = TypeVar("S")
A = TypeVar("A")

RECORDS_AT_ONCE = 20_000
"""How many records are read and folded together."""
MANY_OBJECTS = 100_000
"""So many new objects are spared the collector's next walk; a few are not worth a look at all others."""

Instant = pendulum.Date
"""A day, taken to its end in UTC, or an instant."""


class RecordsSetAside(UserWarning):
    """Some records could not be taken by the projection; its answer is without them."""


@attrs.frozen
class SetAside:
    """A record that a projection could not take, and why."""

    position: int
    reason: str


@attrs.frozen
class Checkpoint(Generic[S]):
    """How far a projection has come: its state, and what that state covers."""

    state: S
    position: int
    """The last record that the state covers; earlier ones are not taken again."""
    set_aside: tuple[SetAside, ...] = ()


def replay(
    projection: Projection[S, A],
    source: Readable | Iterable[Record],
    *,
    known_at: int | Instant | None = None,
    reported_by: Instant | None = None,
    audience: str | None = None,
) -> A:
    """Fold a log, or a list of records, to a projection's answer.

    ``known_at`` asks what the log knew: up to a position, an instant, or the end of a day (UTC). ``reported_by`` asks
    what the public could know by an instant or the end of a day: a report that is dated to the day counts from the end
    of that day, one without a date from when it was recorded. ``audience`` folds only what that audience may see.

    Records that the projection cannot take are set aside with a RecordsSetAside warning; ``catch_up`` lists them.
    Raises InvalidValue for an instant without a time zone.

    >>> from diplocal.projections import ContactFrequency
    >>> from diplocal.store import MemoryStore
    >>> replay(ContactFrequency(), MemoryStore()).by("year")
    []
    """
    log = _readable(source)
    projection = _of_log(projection, log)
    checkpoint = catch_up(projection, log, known_at=known_at, reported_by=reported_by, audience=audience)
    if checkpoint.set_aside:
        first = checkpoint.set_aside[0]
        warnings.warn(
            f"{projection.name} set {len(checkpoint.set_aside)} records aside; "
            f"the first, at position {first.position}: {first.reason}",
            RecordsSetAside,
            stacklevel=2,
        )
    return projection.answer(checkpoint.state)


def catch_up(
    projection: Projection[S, A],
    source: Readable | Iterable[Record],
    *,
    since: Checkpoint[S] | None = None,
    known_at: int | Instant | None = None,
    reported_by: Instant | None = None,
    audience: str | None = None,
) -> Checkpoint[S]:
    """Fold what came after a checkpoint, and give the next one. The other arguments are those of ``replay``.

    Without a checkpoint it begins at the latest snapshot that serves, or at the start of the log.
    """
    log = _readable(source)
    projection = _of_log(projection, log)
    upto = _position(log, known_at)
    filtered = reported_by is not None or audience is not None
    cutoff = None if reported_by is None else _cutoff(reported_by)
    with collector_paused():
        checkpoint = begin = since or _begin(projection, None if filtered else log, upto)
        records = _known(log.read(after=begin.position, upto=upto, audience=audience), cutoff)
        while batch := list(islice(records, RECORDS_AT_ONCE)):
            checkpoint = _recalled(projection, checkpoint, batch, log, audience)
            checkpoint = _folded(projection, checkpoint, batch)
    return attrs.evolve(checkpoint, position=max(begin.position, upto))


def take_snapshots(projection: Projection[S, A], store: EventStore, *, every: int = 10_000) -> Checkpoint[S]:
    """Fold a log to its end and keep the state on the way, at each multiple of ``every`` records and at the end.

    Later replays as of any position begin at the snapshot before it. Raises TypeError for a projection whose state
    cannot be kept.
    """
    projection = _of_log(projection, store)
    if not isinstance(projection, Kept):
        raise TypeError(f"{projection.name} cannot be kept: give it parameters, dump, load, missing and recall")
    checkpoint, end = _begin(projection, None, 0), store.position()
    for position in [*range(every, end, every), end]:
        checkpoint = catch_up(projection, store, since=checkpoint, known_at=position)
        state = projection.dump(checkpoint.state)
        store.save_snapshot(Snapshot(projection.name, projection.version, projection.parameters, position, state))
    return checkpoint


@runtime_checkable
class OfLog(Protocol):
    """A projection whose answer depends on which log it folds, such as a feed with identifiers of its own."""

    def of_log(self, log_id: str) -> Self:
        """Give the same projection for the log of this identity."""


def _readable(source: Readable | Iterable[Record]) -> Readable:
    if isinstance(source, Readable):
        return source
    return Listed(source)


def _of_log(projection: Projection[S, A], log: Readable) -> Projection[S, A]:
    return projection.of_log(log.log_id) if isinstance(projection, OfLog) else projection


def _begin(projection: Projection[S, A], log: Readable | None, upto: int) -> Checkpoint[S]:
    if log is not None and isinstance(projection, Kept):
        kept = log.load_snapshot(projection.name, projection.version, projection.parameters, upto=upto)
        if kept is not None:
            return Checkpoint(projection.load(kept.data, kept.position), kept.position)
    return Checkpoint(projection.start(), 0)


def _recalled(
    projection: Projection[S, A],
    checkpoint: Checkpoint[S],
    batch: Sequence[Record],
    log: Readable,
    audience: str | None,
) -> Checkpoint[S]:
    if not isinstance(projection, Kept):
        return checkpoint
    state, asked = checkpoint.state, frozenset[str]()
    while streams := projection.missing(state, batch) - asked:
        earlier = log.read(streams=streams, upto=batch[0].position - 1, audience=audience)
        state, asked = projection.recall(state, earlier), asked | streams
    return attrs.evolve(checkpoint, state=state)


def _folded(projection: Projection[S, A], checkpoint: Checkpoint[S], batch: Sequence[Record]) -> Checkpoint[S]:
    if isinstance(projection, Batched) and not any(type(record.event) is UnknownEvent for record in batch):
        try:
            return attrs.evolve(checkpoint, state=projection.fold(checkpoint.state, batch), position=batch[-1].position)
        except Exception:  # noqa: BLE001, S110 - one record at a time finds the one that cannot be taken
            pass
    state, aside = checkpoint.state, list(checkpoint.set_aside)
    for record in batch:
        try:
            state = projection.apply(state, _readable_event(record))
        except Exception as wrong:  # noqa: BLE001 - whatever a projection raises, the fold goes on and shows it
            aside.append(SetAside(record.position, f"{type(wrong).__name__}: {wrong}"))
    return Checkpoint(state, batch[-1].position, tuple(aside))


def _readable_event(record: Record) -> Record:
    if isinstance(record.event, UnknownEvent):
        raise MalformedEvent(record.event.type, record.event.reason)
    return record


def _known(records: Iterator[Record], cutoff: int | None) -> Iterator[Record]:
    if cutoff is None:
        return records
    return (record for record in records if known_since(record.event, record.recorded_micros) <= cutoff)


def _position(log: Readable, known_at: int | Instant | None) -> int:
    end = log.position()
    if known_at is None:
        return end
    if isinstance(known_at, int):
        return min(known_at, end)
    return log.position_at(instant(_cutoff(known_at)))


def _cutoff(moment: Instant) -> int:
    if not isinstance(moment, pendulum.DateTime):
        return end_of_day(moment)
    if moment.tzinfo is None:
        raise InvalidValue("instant", moment, "an instant with its time zone, or a day")
    return micros(moment)


@contextmanager
def collector_paused() -> Iterator[None]:
    """Pause the cyclic garbage collector: immutable states have no cycles, and it would walk all of them again.

    When much was made meanwhile it goes to the oldest generation unwalked, unless the program froze objects of its own.
    """
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            if gc.get_count()[0] > MANY_OBJECTS and not gc.get_freeze_count():
                gc.freeze()
                gc.unfreeze()
            gc.enable()
