"""A history: what was recorded, in order, and when the log learnt it."""

from collections import Counter, deque
from collections.abc import Callable, Collection, Iterable, Iterator
from contextlib import suppress
from typing import Any

import attrs
import pendulum

from diplocal.checks import expect
from diplocal.errors import InvalidValue
from diplocal.events import Corrected, Event, MergedAsDuplicate, Retracted
from diplocal.records import Envelope, Origin, Record, micros
from diplocal.store import MemoryStore
from diplocal.testing.dates import BEGINNING
from diplocal.testing.history_entry import HistoryEntry
from diplocal.testing.rebuilding import rebuilt
from diplocal.testing.tables import table

HOUR = 3_600_000_000
"""In microseconds."""
LOG_ID = "00000000-0000-8000-8000-000000000000"
"""The identity of a log that a history is recorded in."""
OTHER_LOG_ID = "00000000-0000-8000-8000-000000000001"
"""That of another log, which was brought in."""


@attrs.frozen(repr=False)
class History:
    """A whole log before it is stored: envelopes in order, with the instants at which they are recorded.

    Immutable. Every event has an id that can be read: ``visit-1/2`` is the second report about ``visit-1``.

    >>> from diplocal.events import VisitAnnounced
    >>> from diplocal.testing.pools import CHINA, RUSSIA
    >>> history = History.of(VisitAnnounced(engagement="visit-1", visitors=(CHINA,), host=RUSSIA))
    >>> [record.id for record in history.records()]
    ['visit-1/1']
    """

    entries: tuple[HistoryEntry, ...] = ()

    @classmethod
    def of(cls, *events: Event | Envelope, recorded: Iterable[str | pendulum.DateTime] = ()) -> "History":
        """Make a history of these, in order.

        ``recorded`` has an instant for each, as RFC 3339 text or as a pendulum DateTime; an hour apart where it has
        none. Ids are counted for each engagement, where an envelope brings none of its own.
        """
        return cls().then(*events, recorded=recorded)

    def then(self, *events: Event | Envelope, recorded: Iterable[str | pendulum.DateTime] = ()) -> "History":
        """Record more, in order: see ``of``."""
        expect("recorded", recorded, "instants, in a list", Iterable)
        instants = list(map(_instant, recorded))
        if len(instants) > len(events):
            raise InvalidValue("recorded", len(instants), f"an instant for each of {len(events)} events, or fewer")
        counted = Counter(one.stream for one in self.entries)
        told = list(self.entries)
        for number, one in enumerate(events):
            if not isinstance(one, Event | Envelope):
                raise InvalidValue(
                    "event", type(one).__name__, "events or envelopes one by one, such as given(*events)"
                )
            envelope = one if isinstance(one, Envelope) else Envelope(one)
            stream = envelope.event.stream
            counted[stream] += 1
            named = envelope if envelope.id else attrs.evolve(envelope, id=f"{stream}/{counted[stream]}")
            usual = told[-1].recorded_micros + HOUR if told else micros(BEGINNING)
            told.append(HistoryEntry(named, instants[number] if number < len(instants) else usual))
        return History(tuple(told))

    def __len__(self) -> int:
        return len(self.entries)

    def __iter__(self) -> Iterator[HistoryEntry]:
        return iter(self.entries)

    @property
    def events(self) -> tuple[Event, ...]:
        """What was reported, in order."""
        return tuple(one.envelope.event for one in self.entries)

    @property
    def envelopes(self) -> tuple[Envelope, ...]:
        """What was reported, with who may see it."""
        return tuple(one.envelope for one in self.entries)

    @property
    def streams(self) -> tuple[str, ...]:
        """The streams that it has, each once, in order of their first events."""
        return tuple(dict.fromkeys(one.stream for one in self.entries))

    def records(self) -> tuple[Record, ...]:
        """Return the records that an empty log would make of it."""
        versions: Counter[str] = Counter()
        records: list[Record] = []
        for position, one in enumerate(self.entries, start=1):
            envelope, event = one.envelope, one.envelope.event
            stream, name = event.stream, one.id
            versions[stream] += 1
            records.append(
                Record(
                    position, stream, versions[stream], name, event, envelope.audience, envelope.causation_id,
                    envelope.correlation_id, envelope.recorded_by, one.recorded_micros, envelope.origin, LOG_ID,
                )
            )  # fmt: skip
        return tuple(records)

    def store(self) -> MemoryStore:
        """Record it in a store in memory."""
        return deque(self.recording(), maxlen=1).pop()

    def recording(self) -> Iterator[MemoryStore]:
        """Record it in a store in memory, and yield the same store at the beginning and after each report."""
        clock = _Clock()
        store = MemoryStore(log_id=LOG_ID, clock=clock)
        yield store
        for one in self.entries:
            clock.now = one.recorded_at
            store.append(one.envelope)
            yield store

    def first(self, count: int) -> "History":
        """Return its first so many reports."""
        return History(self.entries[:count])

    def only(self, streams: Collection[str]) -> "History":
        """Return what it says of some engagements."""
        return self.where(lambda one: one.stream in streams)

    def where(self, keep: Callable[[HistoryEntry], bool]) -> "History":
        """Return the reports that are chosen."""
        return History(tuple(filter(keep, self.entries)))

    def at_one_instant(self) -> "History":
        """Return the same, recorded at its last instant, as one import."""
        last = self.entries[-1].recorded_micros if self.entries else 0
        return History(tuple(attrs.evolve(one, recorded_micros=last) for one in self.entries))

    def brought_together(self) -> "History":
        """Return the same as a log has it into which a second log was brought, at its last instant.

        That has each second report, and of each second engagement all, where reports were taken back or merged.
        """
        last = self.entries[-1].recorded_micros if self.entries else 0
        streams, counted = self.streams, Counter[str]()
        whole = {one.stream for one in self if isinstance(one.event, Retracted | Corrected | MergedAsDuplicate)}
        ours: list[HistoryEntry] = []
        theirs: list[HistoryEntry] = []
        for one in self:
            counted[one.stream] += 1
            place = streams.index(one.stream) if one.stream in whole else counted[one.stream] - 1
            (theirs if place % 2 else ours).append(one)
        origins = (attrs.evolve(one.envelope, origin=Origin(OTHER_LOG_ID, one.recorded_micros)) for one in theirs)
        return History((*ours, *(HistoryEntry(envelope, last) for envelope in origins)))

    def among(self, others: "History") -> "History":
        """Return the same with what another history tells, in order of the instants."""
        return History(tuple(sorted((*self, *others), key=lambda one: one.recorded_micros)))

    def inserted(self, place: int, envelope: Envelope) -> "History":
        """Put one more report at a place, counted from 0, recorded between the one before and what follows."""
        before, after = self.entries[:place], self.entries[place:]
        recorded = (
            before[-1].recorded_micros + 1 if before else after[0].recorded_micros if after else micros(BEGINNING)
        )
        return History((*before, HistoryEntry(envelope, recorded), *(one.later(2) for one in after)))

    def replaced(self, place: int, event: Event) -> "History":
        """Report something else at a place, counted from 0, under the same id."""
        return History((*self.entries[:place], self.entries[place].saying(event), *self.entries[place + 1 :]))

    def mapped(self, replace: Callable[[Any], Any]) -> "History":
        """Report the same with other values: each is replaced, from the innermost ones outwards."""
        return History(tuple(one.saying(rebuilt(one.event, replace)) for one in self))

    def __repr__(self) -> str:
        return f"\n{table(self.entries)}\n" if self.entries else "<an empty history>"

    def _repr_pretty_(self, printer: Any, _cycle: bool) -> None:  # noqa: FBT001 - what IPython and Hypothesis call
        printer.text(repr(self))


@attrs.define
class _Clock:
    now: pendulum.DateTime = BEGINNING

    def __call__(self) -> pendulum.DateTime:
        return self.now


def _instant(value: object) -> int:
    """Read an instant, and give its microseconds.

    Raises InvalidValue for what is none: a day, or a time in no zone.
    """
    with suppress(ValueError):
        moment = pendulum.DateTime.fromisoformat(value) if isinstance(value, str) else value
        if isinstance(moment, pendulum.DateTime) and moment.tzinfo is not None:
            return micros(moment)
    raise InvalidValue("recorded", value, "an instant in a time zone, such as '2023-09-20T08:00:00Z'")
