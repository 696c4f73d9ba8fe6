"""Folds a log on many machines: parts of it by engagement, each on a worker of a Dask cluster, and merged.

It needs the extra ``distributed``. The records of an engagement fall into one part, and those of all that are said to
be duplicates of each other. That such parts may be merged in any order is what the law of merging asks of a projection:
``diplocal.testing`` tries it.
"""

import warnings
from collections import Counter
from collections.abc import Collection, Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol, TypeVar, runtime_checkable
from zlib import crc32

from diplocal.cloudevents import from_archive
from diplocal.engagements import Engagements
from diplocal.engagements.fold import targets
from diplocal.errors import InvalidValue
from diplocal.events import Corrected, Event, MergedAsDuplicate
from diplocal.events.registry import event_type
from diplocal.importers.archive import events_of, is_archive
from diplocal.importers.intake import lines, open_input
from diplocal.projections import Tally, View
from diplocal.projections.contract import Mergeable, Projection
from diplocal.projections.over_engagements import OverEngagements, Understood
from diplocal.records import Record
from diplocal.replaying import RecordsSetAside, SetAside, catch_up, of_log
from diplocal.store import Listed, open_existing

if TYPE_CHECKING:
    from distributed import Client

S = TypeVar("S")
A = TypeVar("A")


class Folded(NamedTuple):
    """The state of a part of a log."""

    state: Any
    set_aside: tuple[SetAside, ...]


@runtime_checkable
class Divisible(Protocol):
    """A log that gives a part of its streams, without reading the others."""

    def read_part(
        self, part: int, parts: int, *, without: Collection[str], upto: int | None, audience: str | None
    ) -> Iterator[Record]:
        """Iterate the records of one part of the streams, but for some, in order of position."""


class Source(NamedTuple):
    """A log, as all workers read it, however it grows meanwhile."""

    address: str
    log_id: str
    upto: int | None
    audience: str | None
    together: frozenset[str]
    """The streams of duplicates, and of what they are duplicates of: a part of their own."""
    parts: int
    """Beside that one."""


def replay_distributed(
    projection: Projection[S, A],
    source: str | Path,
    client: "Client",
    *,
    parts: int | None = None,
    audience: str | None = None,
) -> A:
    """Fold a log, or what ``diplocal export`` wrote of it, to a projection's answer, on the workers of a Dask cluster.

    ``source`` is an address that each worker can open. ``parts`` are four for each thread of a worker unless given. A
    worker that is lost costs the time of the parts that it had: they are made again, of the same records.

    Records that the projection cannot take are set aside with a RecordsSetAside warning. Raises InvalidValue for a
    projection that does not merge, and what opening the log raises.
    """
    if not isinstance(projection, Mergeable):
        raise InvalidValue("projection", projection, "one with merge(left, right), such as a Tally or a View")
    count = parts or 4 * sum(client.nthreads().values())  # type: ignore[no-untyped-call]
    read = _source(str(source), audience, count)
    told = of_log(projection, Listed((), log_id=read.log_id))
    folded = [client.submit(_part, told, read, part, pure=False) for part in range(count + 1)]
    while len(folded) > 1:
        pairs = zip(folded[::2], folded[1::2], strict=False)
        rest = folded[len(folded) - len(folded) % 2 :]
        folded = [client.submit(_merged, told, *pair, pure=False) for pair in pairs] + rest
    answer, set_aside = client.submit(_answered, told, folded[0], pure=False).result()
    if set_aside:
        first = min(set_aside, key=lambda one: one.position)
        said = (
            f"{told.name} set {len(set_aside)} records aside; the first, at position {first.position}: {first.reason}"
        )
        warnings.warn(said, RecordsSetAside, stacklevel=2)
    found: A = answer
    return found


def _source(address: str, audience: str | None, parts: int) -> Source:
    if is_archive(address):
        path = Path(address)
        first = next(iter(events_of(path)), None)
        log_id = first.origin.log_id if first and first.origin else ""
        with open_input(path) as file:
            pointing = (from_archive(line).event for line in lines(file) if line and _POINTS.encode() in line)
            return Source(address, log_id, None, audience, _together(pointing), parts)
    with open_existing(address) as log:
        upto = log.position()
        pointing = (one.event for one in log.read(upto=upto, types=[_POINTS, _CORRECTS], audience=audience))
        return Source(address, log.log_id, upto, audience, _together(pointing), parts)


_POINTS, _CORRECTS = (event_type(cls).name for cls in (MergedAsDuplicate, Corrected))


def _together(pointing: Iterable[Event]) -> frozenset[str]:
    return frozenset(slug for event in pointing if (others := targets(event)) for slug in (event.stream, *others))


def _part(projection: Any, source: Source, part: int) -> Folded:
    if is_archive(source.address):
        return _caught_up(projection, _of_archive(source, part))
    upto, audience = source.upto, source.audience
    with open_existing(source.address) as log:
        if part == source.parts:
            records = log.read(upto=upto, streams=source.together, audience=audience)
        elif isinstance(log, Divisible):
            records = log.read_part(part, source.parts, without=source.together, upto=upto, audience=audience)
        else:
            every = log.read(upto=upto, audience=audience)
            records = (one for one in every if _part_of(one.stream, source) == part)
        return _caught_up(projection, records)


def _caught_up(projection: Any, records: Iterable[Record]) -> Folded:
    done = catch_up(projection, records)
    return Folded(_settled(projection, done.state), done.set_aside)


def _settled(projection: Any, state: Any) -> Any:
    """Return a state without the reports that it rests on, where only its value is merged and answered from.

    No other part has anything to say about its engagements; but by other names of a person they may count otherwise.
    """
    if not isinstance(projection, Tally | View) or type(projection).answer is not OverEngagements.answer:
        return state
    is_personal = projection.by_person or projection.scope.who.person
    return state if is_personal else Understood(Engagements(), state.value)


def _of_archive(source: Source, part: int) -> Iterator[Record]:
    """Yield the records of a part, at the positions that they have for the audience."""
    versions = Counter[str]()
    for position, one in enumerate(events_of(Path(source.address), source.audience), start=1):
        stream = one.event.stream
        if one.origin is not None and _part_of(stream, source) == part:
            versions[stream] += 1
            yield Record(
                position, stream, versions[stream], one.id or "", one.event, one.audience, one.causation_id,
                one.correlation_id, one.recorded_by, one.origin.recorded_micros, one.origin, one.origin.log_id,
            )  # fmt: skip


def _part_of(stream: str, source: Source) -> int:
    return source.parts if stream in source.together else crc32(stream.encode()) % source.parts


def _merged(projection: Any, left: Folded, right: Folded) -> Folded:
    return Folded(projection.merge(left.state, right.state), left.set_aside + right.set_aside)


def _answered(projection: Any, folded: Folded) -> tuple[Any, tuple[SetAside, ...]]:
    return projection.answer(folded.state), folded.set_aside
