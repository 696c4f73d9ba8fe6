"""Decides what an append adds, given what the log holds: no store decides for itself."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import NamedTuple

from diplocal.errors import EventIdReused, InvalidValue, VersionClash
from diplocal.records import Record
from diplocal.store.contract import visible_to
from diplocal.store.rows import GENESIS, Incoming, Stored, key_for, record_of

Expected = int | Mapping[str, int] | None
"""The version that a stream must be at, or one for each stream; None when any will do."""


class Head(NamedTuple):
    """The end of a log."""

    position: int = 0
    recorded_micros: int = 0
    """The latest instant of recording so far."""
    digest: bytes = GENESIS


class Plan(NamedTuple):
    """What an append adds, and what it gives back."""

    added: list[Stored]
    """New rows, in order."""
    head: Head
    """The end of the log with them."""
    answer: list[Record]
    """A record for each event that came, new or known."""


def streams_of(arrivals: Iterable[Incoming], expect: Expected) -> set[str]:
    """Name the streams whose versions a plan needs."""
    streams = {one.stream for one in arrivals}
    return streams.union(expect) if isinstance(expect, Mapping) else streams


class Log(NamedTuple):
    """What a plan needs to know of a log."""

    head: Head
    known: Mapping[str, Stored]
    """By key, the rows in the log under ``keys_of`` the arrivals."""
    versions: Mapping[str, int]
    """The number of records of each of ``streams_of`` the arrivals that has any."""
    last_recorded: Callable[[str], int]
    """Tells when the last record for an audience was recorded, 0 if there is none; asked when a clock went back."""


def keys_of(arrivals: Iterable[Incoming]) -> list[str]:
    """List the keys under which records may be stored that came again."""
    return [key for one in arrivals for key in one.keys]


def plan(arrivals: Sequence[Incoming], log: Log, now: int, expect: Expected) -> Plan:
    """Lay out the rows that an append adds; ``now`` is in microseconds.

    What an audience may not see has no part in it: neither in what is known already, nor in when it was recorded.

    Raises VersionClash, EventIdReused, InvalidValue.
    """
    fresh: dict[str, Stored] = {}
    grown: dict[str, int] = {}
    answer: list[Record] = []
    versions, position, digest = log.versions, log.head.position, log.head.digest
    recorded = _Instants(log, now)
    for one in arrivals:
        key = one.id
        if key in fresh or key in log.known:
            seen = _seen_by(one, fresh) + _seen_by(one, log.known)
            same = next((row for row in seen if row.says == one.says), None)
            if same is not None:
                answer.append(record_of(same))
                continue
            if seen:
                raise EventIdReused(one.id, position=seen[0].position)
            key = key_for(one.id, one.audience)
        position += 1
        version = grown[one.stream] = (grown.get(one.stream) or versions.get(one.stream, 0)) + 1
        row = fresh[key] = one.stored(position, version, key, recorded[one.audience], digest)
        digest = row.digest
        answer.append(one.record(row))
    if fresh and expect is not None:
        _check(_expected(arrivals, expect), versions)
    latest = max([log.head.recorded_micros, *recorded.values()])
    return Plan(list(fresh.values()), Head(position, latest, digest), answer)


class _Instants(dict[str, int]):
    """When what is appended now was recorded, for each audience: never before what the audience may see already."""

    def __init__(self, log: Log, now: int) -> None:
        super().__init__()
        self._log, self._now = log, now

    def __missing__(self, audience: str) -> int:
        seen = visible_to(audience) if self._now < self._log.head.recorded_micros else ()
        found = self[audience] = max([self._now, *map(self._log.last_recorded, seen)])
        return found


def _seen_by(one: Incoming, rows: Mapping[str, Stored]) -> list[Stored]:
    """List the rows with the id of an arrival that its audience may see."""
    visible = visible_to(one.audience)
    return [row for key in one.keys if (row := rows.get(key)) is not None and row.audience in visible]


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
