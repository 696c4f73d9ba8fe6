"""Brings logs together: each takes in what the other holds, with which log recorded it first, and when.

Any logs, brought together in any order, hold the same events, understand the same of them, and render the same feeds.
What an event is marked for, it stays marked for.
"""

from collections.abc import Iterable, Iterator
from itertools import islice

import attrs

from diplocal.errors import EventIdReused
from diplocal.records import Envelope, Origin, Record
from diplocal.store import EventStore

AT_ONCE = 1_000
"""Events that are appended together."""


@attrs.frozen
class Taken:
    """What became of events that came to a log."""

    taken: int = 0
    """Events that it had not, or that the other had earlier."""
    known: int = 0
    refused: tuple[str, ...] = ()
    """Why events were not taken: their ids stand for others here. Both logs keep theirs."""

    def __add__(self, other: "Taken") -> "Taken":
        return Taken(self.taken + other.taken, self.known + other.known, self.refused + other.refused)


def sync(one: EventStore, other: EventStore, *, audience: str | None = None) -> tuple[Taken, Taken]:
    """Bring two logs together, and return what the first took in, and what the second did.

    With an audience, only what it may see goes from one to the other. When it is interrupted, what was taken stays, and
    the next time goes on. Events come in the order that they have in the log that they come from: so what was recorded
    at one instant is in the same order everywhere.
    """
    ends = one.position(), other.position()
    second = take_in(other, _offered(one, ends[0], audience))
    first = take_in(one, _offered(other, ends[1], audience))
    return first, second


def take_in(log: EventStore, events: Iterable[Envelope]) -> Taken:
    """Append what a log does not hold of events of other logs, in their order."""
    taken, ahead = Taken(), iter(events)
    while some := list(islice(ahead, AT_ONCE)):
        taken += _appended(log, some)
    return taken


def sent(record: Record) -> Envelope:
    """Return a record as another log takes it in."""
    return Envelope(
        record.event,
        id=record.id,
        audience=record.audience,
        causation_id=record.causation_id,
        correlation_id=record.correlation_id,
        recorded_by=record.recorded_by,
        origin=Origin(record.first_log, record.first_recorded_micros),
    )


def _offered(log: EventStore, upto: int, audience: str | None) -> Iterator[Envelope]:
    return map(sent, log.read(upto=upto, audience=audience))


def _appended(log: EventStore, some: list[Envelope]) -> Taken:
    """Append what can be appended: where an id is taken by another event, halves are tried, until it stands alone."""
    end = log.position()
    try:
        records = log.append(*some)
    except EventIdReused as clash:
        if len(some) > 1:
            middle = len(some) // 2
            return _appended(log, some[:middle]) + _appended(log, some[middle:])
        (known,) = log.read(after=clash.position - 1, upto=clash.position)
        # It may be kept in the shape of an earlier version.
        return Taken(known=1) if known.event == some[0].event else Taken(refused=(str(clash),))
    taken = len({record.position for record in records if record.position > end})
    return Taken(taken, len(some) - taken)
