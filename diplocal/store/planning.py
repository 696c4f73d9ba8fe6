"""Decides what an append adds, given what the log holds: no store decides for itself."""

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from diplocal.errors import EventIdReused, InvalidValue, VersionClash
from diplocal.records import Record
from diplocal.store.rows import GENESIS, Incoming, Stored, record_of

Expected = int | Mapping[str, int] | None
"""The version that a stream must be at, or one for each stream; None when any will do."""


class Head(NamedTuple):
    """The end of a log."""

    position: int = 0
    recorded_micros: int = 0
    digest: bytes = GENESIS


class Plan(NamedTuple):
    """What an append adds, and what it gives back."""

    added: list[Stored]
    """New rows, in order."""
    answer: list[Record]
    """A record for each event that came, new or known."""


def streams_of(arrivals: Iterable[Incoming], expect: Expected) -> set[str]:
    """Name the streams whose versions a plan needs."""
    streams = {one.stream for one in arrivals}
    return streams.union(expect) if isinstance(expect, Mapping) else streams


def plan(
    arrivals: Sequence[Incoming],
    head: Head,
    now: int,
    known: Mapping[str, Stored],
    versions: Mapping[str, int],
    expect: Expected,
) -> Plan:
    """Lay out the rows that an append adds.

    ``now`` is in microseconds; ``known`` has the rows in the log whose ids came again, and ``versions`` the number of
    records of each stream that has any.

    Raises VersionClash, EventIdReused, InvalidValue.
    """
    fresh: dict[str, Stored] = {}
    grown: dict[str, int] = {}
    answer: list[Record] = []
    recorded = max(now, head.recorded_micros)
    position, digest = head.position, head.digest
    for one in arrivals:
        row = fresh.get(one.id) or known.get(one.id)
        if row is None:
            position += 1
            version = grown[one.stream] = (grown.get(one.stream) or versions.get(one.stream, 0)) + 1
            row = fresh[one.id] = one.stored(position, version, recorded, digest)
            digest = row.digest
            answer.append(one.record(row))
        elif row.says == one.says:
            answer.append(record_of(row))
        else:
            raise EventIdReused(one.id, position=row.position)
    if fresh and expect is not None:
        _check(_expected(arrivals, expect), versions)
    return Plan(list(fresh.values()), answer)


def _expected(arrivals: Sequence[Incoming], expect: int | Mapping[str, int]) -> Mapping[str, int]:
    if isinstance(expect, Mapping):
        return expect
    streams = {one.stream for one in arrivals}
    if len(streams) > 1:
        raise InvalidValue("expect", expect, f"a version for each of the streams {sorted(streams)}")
    return dict.fromkeys(streams, expect)


def _check(expected: Mapping[str, int], versions: Mapping[str, int]) -> None:
    for stream, version in expected.items():
        if (actual := versions.get(stream, 0)) != version:
            raise VersionClash(stream, expected=version, actual=actual)
