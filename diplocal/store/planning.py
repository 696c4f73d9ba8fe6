"""Decides what an append adds, given what the log holds: no store decides for itself."""

from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

from diplocal.errors import EventIdReused, InvalidValue, VersionClash
from diplocal.store.rows import GENESIS, Incoming, Stored


class Head(NamedTuple):
    """The end of a log."""

    position: int = 0
    recorded_micros: int = 0
    digest: bytes = GENESIS


class Plan(NamedTuple):
    """What an append adds, and what it gives back."""

    added: list[Stored]
    """New rows, in order."""
    answer: list[Stored]
    """A row for each event that came, new or known."""


def plan(
    arrivals: Sequence[Incoming],
    head: Head,
    now: int,
    known: Mapping[str, Stored],
    version_of: Callable[[str], int],
    expect: int | Mapping[str, int] | None,
) -> Plan:
    """Lay out the rows that an append adds.

    ``known`` has the rows in the log whose ids came again, ``now`` is in microseconds.

    Raises VersionClash, EventIdReused, InvalidValue.
    """
    versions: dict[str, int] = {}
    fresh: dict[str, Stored] = {}
    added: list[Stored] = []
    answer: list[Stored] = []
    recorded = max(now, head.recorded_micros)
    position, digest = head.position, head.digest
    for one in arrivals:
        row = fresh.get(one.id) or known.get(one.id)
        if row is None:
            version = versions.get(one.stream)
            if version is None:
                version = version_of(one.stream)
            versions[one.stream] = version + 1
            position += 1
            row = fresh[one.id] = one.stored(position, version + 1, recorded, digest)
            digest = row.digest
            added.append(row)
        elif row.says != one.says:
            raise EventIdReused(one.id, position=row.position)
        answer.append(row)
    if added and expect is not None:
        _check_versions(_expected(arrivals, expect), version_of)
    return Plan(added, answer)


def _expected(arrivals: Sequence[Incoming], expect: int | Mapping[str, int]) -> Mapping[str, int]:
    if not isinstance(expect, int):
        return expect
    streams = {one.stream for one in arrivals}
    if len(streams) > 1:
        raise InvalidValue("expect", expect, f"a version for each of the streams {sorted(streams)}")
    return dict.fromkeys(streams, expect)


def _check_versions(expected: Mapping[str, int], version_of: Callable[[str], int]) -> None:
    for stream, version in expected.items():
        if (actual := version_of(stream)) != version:
            raise VersionClash(stream, expected=version, actual=actual)
