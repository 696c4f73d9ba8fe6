"""The pure fold: a projection over a log or a list of records, from the start or a checkpoint. It writes nothing."""

import gc
import warnings
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from itertools import islice
from typing import Any, Generic, Protocol, Self, TypeVar, runtime_checkable

import msgspec
import pendulum

from diplocal.checks import expect
from diplocal.engagements.reports import end_of_day, known_since
from diplocal.errors import InvalidValue, LogDamaged, MalformedEvent
from diplocal.events.wire import UnknownEvent
from diplocal.projections.contract import Batched, Projection, expect_projection
from diplocal.records import Record, instant, micros
from diplocal.store import Listed, Readable
from diplocal.store.contract import is_log
from diplocal.store.numbering import beyond

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


class SetAside(msgspec.Struct, frozen=True):
    """A record that a projection could not take, and why."""

    position: int
    reason: str


class Checkpoint(msgspec.Struct, Generic[S], frozen=True):
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
    projection = of_log(projection, log)
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

    Without a checkpoint it begins at the start of the log.
    """
    if since is not None:
        expect("since", since, "a checkpoint, as catch_up gives it", Checkpoint)
    log = _readable(source)
    projection = of_log(projection, log)
    upto = position_of(log, known_at, audience)
    cutoff = None if reported_by is None else end_of(reported_by)
    with collector_paused():
        checkpoint = begin = since or Checkpoint(projection.start(), 0)
        read = log.read(after=begin.position, upto=upto, audience=audience)
        records = _known(as_counted(read, log, after=begin.position, upto=upto, audience=audience), cutoff)
        while batch := list(islice(records, RECORDS_AT_ONCE)):
            checkpoint = _folded(projection, checkpoint, batch)
    return msgspec.structs.replace(checkpoint, position=max(begin.position, upto))


def as_counted(
    records: Iterable[Record], log: Readable, *, after: int, upto: int, audience: str | None
) -> Iterator[Record]:
    """Yield the records between two positions; raise LogDamaged when they are not as many as the log counts.

    A log that shows a part of another's records, and counts them all, says so (``is_partial``).
    """
    found = 0
    for found, record in enumerate(records, start=1):  # noqa: B007 - how many there were
        yield record
    if after >= upto or getattr(log, "is_partial", False):
        return
    there = log.count(upto=upto, audience=audience) - log.count(upto=after, audience=audience)
    if found != there:
        raise damaged(log, f"of {there} records it finds {found}")


def damaged(log: Readable, reason: str) -> LogDamaged:
    """Return the error that says what of a log is broken."""
    return LogDamaged(str(getattr(log, "path", log)), reason)


@runtime_checkable
class OfLog(Protocol):
    """A projection whose answer depends on which log it folds, such as a feed with identifiers of its own."""

    def of_log(self, log_id: str) -> Self:
        """Return the same projection for the log of this identity."""


def _readable(source: Any) -> Readable:
    if is_log(source):
        return source
    expected = (
        "a log, such as diplocal.open('visits.db') gives, or records as store.read() gives them: append events to a "
        "MemoryStore"
    )
    if not isinstance(source, Iterable) or isinstance(source, str | bytes):
        raise InvalidValue("source", source, expected)
    records = list(source)
    for one in records:
        if not isinstance(one, Record):
            raise InvalidValue("source", one, expected)
    return Listed(records)


def of_log(projection: Projection[S, A], log: Readable) -> Projection[S, A]:
    """Return the projection for a log: one whose answer depends on which log it folds is told which.

    Raises InvalidValue for what is no projection, such as a class that was not called.
    """
    expect_projection(projection)
    return projection.of_log(log.log_id) if isinstance(projection, OfLog) else projection


def _folded(projection: Projection[S, A], checkpoint: Checkpoint[S], batch: Sequence[Record]) -> Checkpoint[S]:
    if isinstance(projection, Batched) and not any(type(record.event) is UnknownEvent for record in batch):
        try:
            return msgspec.structs.replace(
                checkpoint, state=projection.fold(checkpoint.state, batch), position=batch[-1].position
            )
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
    return (record for record in records if known_since(record.event, record.first_recorded_micros) <= cutoff)


def position_of(log: Readable, known_at: int | Instant | None, audience: str | None = None) -> int:
    """Return the last position that the log had at a position, an instant, or the end of a day in UTC; None is now.

    An instant is looked up among the records that the audience may see. Raises InvalidValue for what is none of these.
    """
    end = log.position()
    if known_at is None:
        return end
    if isinstance(known_at, int):
        if isinstance(known_at, bool) or known_at < 0:
            raise InvalidValue("position", known_at, "a place in the log, from 1; or 0, before all")
        if known_at > end:
            raise beyond(known_at, end)
        return known_at
    return log.position_at(instant(end_of(known_at)), audience=audience)


def end_of(moment: Instant) -> int:
    """Return an instant, or the end of a day in UTC, in microseconds since 1970-01-01 UTC.

    Raises InvalidValue for an instant without a time zone, and for what is neither.
    """
    if not isinstance(moment, pendulum.Date):
        raise InvalidValue("moment", moment, "a day, such as pendulum.date(2023, 9, 18), or an instant")
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
