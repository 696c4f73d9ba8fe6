"""Parts of a log by engagement, as each worker reads its own: from a log, or from what was exported of it."""

from collections import Counter
from collections.abc import Collection, Iterator
from pathlib import Path
from typing import NamedTuple, Protocol, runtime_checkable
from zlib import crc32

from diplocal.cloudevents import from_archive
from diplocal.distributed.parquet import files_in, records_in
from diplocal.distributed.together import MERGES, together, together_in
from diplocal.importers.archive import events_of, is_archive
from diplocal.importers.intake import lines, open_input
from diplocal.records import Record
from diplocal.store import open_existing


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
    """The streams of duplicates, and of what they are duplicates of: a part of their own. In a folder, a file of it."""
    parts: int
    """Beside that one."""


def source_of(address: str, audience: str | None, parts: int) -> Source:
    """Find what all workers must know of a log, or of its export."""
    path = Path(address)
    if path.is_dir():
        log_id = next((one.log_id for file in files_in(path) for one in records_in([file], None)), "")
        return Source(address, log_id, None, audience, frozenset(), parts)
    if is_archive(address):
        first = next(iter(events_of(path)), None)
        with open_input(path) as file:
            pointing = (from_archive(line).event for line in lines(file) if line and MERGES.encode() in line)
            log_id = first.origin.log_id if first and first.origin else ""
            return Source(address, log_id, None, audience, together(pointing), parts)
    with open_existing(address) as log:
        upto = log.position()
        return Source(address, log.log_id, upto, audience, together_in(log, upto, audience), parts)


def records_of(source: Source, part: int) -> Iterator[Record]:
    """Yield the records of a part, in order of position; from an export, at the positions that they have there."""
    path, audience = Path(source.address), source.audience
    if path.is_dir():
        first, *others = files_in(path)
        return records_in([first] if part == source.parts else others[part :: source.parts], audience)
    if is_archive(source.address):
        return _of_archive(source, part)
    return _of_log(source, part)


def _of_log(source: Source, part: int) -> Iterator[Record]:
    upto, audience = source.upto, source.audience
    with open_existing(source.address) as log:
        if part == source.parts:
            yield from log.read(upto=upto, streams=source.together, audience=audience)
        elif isinstance(log, Divisible):
            yield from log.read_part(part, source.parts, without=source.together, upto=upto, audience=audience)
        else:
            every = log.read(upto=upto, audience=audience)
            yield from (one for one in every if _part_of(one.stream, source) == part)


def _of_archive(source: Source, part: int) -> Iterator[Record]:
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
