"""Decides what an append adds, given what the log holds: no store decides for itself."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import NamedTuple

from diplocal.errors import EventIdReused, InvalidValue, VersionClash
from diplocal.proofs.merkle import Edge
from diplocal.records import Record
from diplocal.store.contract import visible_to
from diplocal.store.rows import Incoming, Stored, id_of, leaf_of, record_of
from diplocal.store.sealing import SecretOf, nobody
from diplocal.store.tree import Subtree, grown

Expected = int | Mapping[str, int] | None
"""The version that a stream must be at, or one for each stream; None when any will do."""


class Head(NamedTuple):
    """The end of a log."""

    position: int
    recorded_micros: int
    """The latest instant of recording so far; 0 in an empty log."""
    edge: Edge
    """That of the Merkle tree, which has a leaf for each record, behind that of the log's identity."""


class Plan(NamedTuple):
    """What an append adds, and what it gives back."""

    added: list[Stored]
    """New rows, in order."""
    leaves: list[bytes]
    """The leaf of each."""
    completed: list[Subtree]
    """The subtrees of the Merkle tree that are full with them."""
    head: Head
    """The end of the log with them."""
    known: list[Stored]
    """The rows of what the log had already."""
    answer: list[Record]
    """A record for each event that came, new or known."""


def streams_of(arrivals: Iterable[Incoming], expect: Expected) -> set[str]:
    """Name the streams whose versions a plan needs."""
    streams = {one.stream for one in arrivals}
    return streams.union(expect) if isinstance(expect, Mapping) else streams


class Log(NamedTuple):
    """What a plan needs to know of a log."""

    log_id: str
    head: Head
    known: Mapping[bytes, Sequence[Stored]]
    """The rows in the log that are stored under ``keys_of`` the arrivals, by key."""
    versions: Mapping[str, int]
    """The number of records of each of ``streams_of`` the arrivals that has any."""
    last_recorded: Callable[[str], int]
    """Tells when the last record for an audience was recorded, 0 if there is none; asked when a clock went back."""
    secret_of: SecretOf = nobody
    """Gives the keys of names that are sealed."""


def keys_of(arrivals: Iterable[Incoming]) -> list[bytes]:
    """List the ids under which events may be stored already that came again."""
    return [key for one in arrivals for key in one.keys]


def plan(arrivals: Sequence[Incoming], log: Log, now: int, expect: Expected) -> Plan:
    """Lay out the rows that an append adds; ``now`` is in microseconds.

    What an audience may not see has no part in it: neither in what is known already, nor in when it was recorded. What
    comes of another log and is known already is added again when that log had recorded it earlier: all logs that hold
    an event then agree on when it was first.

    Raises VersionClash, EventIdReused, InvalidValue.
    """
    added: list[Stored] = []
    fresh: dict[bytes, list[Stored]] = {}
    grew: dict[str, int] = {}
    known: list[Stored] = []
    answer: list[Record] = []
    recorded = _Instants(log, now)
    for one in arrivals:
        key = one.id
        if seen := _seen_by(one, log.known, fresh) if log.known or key in fresh else []:
            same = _same(one, seen, log.secret_of)
            if not _is_earlier(one, seen, log.log_id):
                known.append(same)
                answer.append(record_of(same, log.log_id, log.secret_of))
                continue
            key = one.keys[-1]
        version = grew[one.stream] = (grew.get(one.stream) or log.versions.get(one.stream, 0)) + 1
        row = one.stored(key, log.head.position + len(added) + 1, version, recorded[one.audience])
        added.append(row)
        fresh.setdefault(key, []).append(row)
        answer.append(one.record(row, log.log_id))
    if added and expect is not None:
        _check(_expected(arrivals, expect), log.versions)
    leaves = list(map(leaf_of, added))
    edge, completed = grown(log.head.edge, leaves)
    head = Head(log.head.position + len(added), max([log.head.recorded_micros, *recorded.values()]), edge)
    return Plan(added, leaves, completed, head, known, answer)


def _seen_by(one: Incoming, *rows: Mapping[bytes, Sequence[Stored]]) -> list[Stored]:
    """List the rows with the id of an arrival that its audience may see."""
    visible = visible_to(one.audience)
    return [row for key in one.keys for some in rows for row in some.get(key, ()) if row.audience in visible]


def _same(one: Incoming, seen: Sequence[Stored], secret_of: SecretOf) -> Stored:
    """Return the row that says what an arrival says, of those with its id that its audience may see."""
    for row in seen:
        if one.is_said_by(row, secret_of):
            return row
    raise EventIdReused(id_of(one.id), stream=seen[0].stream, position=seen[0].position)


def _is_earlier(one: Incoming, seen: Sequence[Stored], log_id: str) -> bool:
    """Tell whether another log recorded an arrival before any of these rows were recorded anywhere."""
    if one.origin is None or one.first_recorded_micros is None:
        return False
    arrived = one.first_recorded_micros, one.origin
    return all(arrived < _first(row, log_id) for row in seen)


def _first(row: Stored, log_id: str) -> tuple[int, str]:
    first = row.first_recorded_micros
    return row.recorded_micros if first is None else first, row.origin or log_id


class _Instants(dict[str, int]):
    """When what is appended now was recorded, for each audience: never before what the audience may see already."""

    def __init__(self, log: Log, now: int) -> None:
        super().__init__()
        self._log, self._now = log, now

    def __missing__(self, audience: str) -> int:
        seen = visible_to(audience) if self._now < self._log.head.recorded_micros else ()
        found = self[audience] = max([self._now, *map(self._log.last_recorded, seen)])
        return found


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
