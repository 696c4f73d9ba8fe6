"""A log as a folder of Parquet files, each with whole streams, so that a worker reads its part and no other.

The columns are the attributes of CloudEvents that ``diplocal.cloudevents`` tells of, ``data`` in JSON. The first file
has the streams that must be folded together.
"""

from array import array
from bisect import bisect_left
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from itertools import chain, groupby
from operator import attrgetter
from pathlib import Path
from shutil import rmtree
from tempfile import mkdtemp
from typing import Any

import msgspec

from diplocal.checks import expect
from diplocal.cloudevents import LOG, event_of
from diplocal.distributed.together import together_in
from diplocal.errors import DiplocalError, ExtraMissing, InvalidValue, UnreadableInput
from diplocal.events.wire import Encoded, encode
from diplocal.records import Origin, Record
from diplocal.store.contract import Readable, expect_log, visible_to

EVENTS = 100_000
"""In a file, unless a stream or those that go together have more: some 50 MB of memory for whoever reads it."""


class Row(msgspec.Struct):
    """The columns, in their order."""

    id: str
    source: str
    type: str
    subject: str
    time: int
    """Microseconds since 1970-01-01 UTC."""
    dataversion: int
    audience: str
    causationid: str | None
    correlationid: str | None
    recordedby: str | None
    position: int
    data: str


def row_of(record: Record, log_id: str) -> Row:
    """Return a record of the log of this identity as a row."""
    encoded = encode(record.event)
    return Row(
        record.id, f"{LOG}{record.first_log or log_id}", encoded.type, record.stream, record.first_recorded_micros,
        encoded.version, record.audience, record.causation_id, record.correlation_id, record.recorded_by,
        record.position, encoded.data.decode(),
    )  # fmt: skip


def record_of(row: Row, version: int) -> Record:
    """Return the record of a row, so many records of its stream in."""
    origin = Origin(row.source.removeprefix(LOG), row.time)
    event = event_of(Encoded(row.type, row.dataversion, row.data.encode()), row.subject)
    return Record(
        row.position, row.subject, version, row.id, event, row.audience, row.causationid, row.correlationid,
        row.recordedby, row.time, origin, origin.log_id,
    )  # fmt: skip


def write_parquet(log: Readable, folder: str | Path, *, audience: str | None = None, events: int = EVENTS) -> int:
    """Write a log, or what an audience may see of it, to a new folder of files of about so many events.

    Return how many files there are. The folder is there when all of it is. No more than a file is held in memory, and
    for an audience 8 bytes for each record.

    Raises InvalidValue where something is in its place, ExtraMissing without pl.
    """
    expect_log(log)
    expect("folder", folder, "the path of a folder", str, Path)
    expect("events", events, "a number of events", int)
    target, upto = Path(folder), log.position()
    if target.is_symlink() or target.exists():
        raise InvalidValue("folder", str(folder), "a place where nothing is: nothing is overwritten")
    made = Path(mkdtemp(prefix=f".{target.name}.", dir=target.parent))
    try:
        number = _write(log, made, upto, audience, events)
        made.chmod(0o755)
        made.rename(target)
    except BaseException:
        rmtree(made)
        raise
    return number


def _write(log: Readable, folder: Path, upto: int, audience: str | None, events: int) -> int:
    place = _places(log, upto, audience)
    several = together_in(log, upto, audience)
    streams = groupby(log.read_by_stream(upto=upto, audience=audience), attrgetter("stream"))
    others = (list(records) for stream, records in streams if stream not in several)
    number = 0
    for records in chain([list(log.read(upto=upto, streams=several, audience=audience))], _gathered(others, events)):
        placed = (one.evolve(position=place(one.position)) for one in records)
        _frame(placed, log.log_id).write_parquet(folder / f"part-{number:05}.parquet")
        number += 1
    return number


def _places(log: Readable, upto: int, audience: str | None) -> Callable[[int], int]:
    """Return what gives positions among what an audience may see: a gap would tell where something is hidden."""
    if audience is None:
        return lambda position: position
    seen = array("Q", (one.position for one in log.read(upto=upto, audience=audience)))
    return lambda position: bisect_left(seen, position) + 1


def _gathered(streams: Iterable[list[Record]], events: int) -> Iterator[list[Record]]:
    gathered: list[Record] = []
    for records in streams:
        gathered += records
        if len(gathered) >= events:
            yield gathered
            gathered = []
    if gathered:
        yield gathered


def _frame(records: Iterable[Record], log_id: str) -> Any:
    try:
        import polars as pl  # noqa: PLC0415 - an extra
    except ModuleNotFoundError as missing:
        raise ExtraMissing("distributed", needed_for="Parquet") from missing
    numbers: dict[str, Any] = {"time": pl.Datetime("us", "UTC"), "dataversion": pl.Int64, "position": pl.Int64}
    return pl.DataFrame(
        list(map(msgspec.structs.asdict, (row_of(record, log_id) for record in records))),
        schema={name: numbers.get(name, pl.String) for name in Row.__struct_fields__},
    )


def files_in(folder: Path) -> list[Path]:
    """List the files of a folder that ``write_parquet`` made: first the one whose streams go together.

    Raises UnreadableInput for another folder, or where a file is missing.
    """
    files = sorted(folder.glob("part-*.parquet"))
    if not files or [one.name for one in files] != [f"part-{number:05}.parquet" for number in range(len(files))]:
        raise UnreadableInput(str(folder), "it is no folder that diplocal export --parquet made, or files are missing")
    return files


def records_in(files: list[Path], audience: str | None) -> Iterator[Record]:
    """Yield the records of files, or those that an audience may see, in order of position.

    Raises UnreadableInput, which names the files.
    """
    import polars as pl  # noqa: PLC0415 - an extra

    if not files:
        return
    versions = Counter[str]()
    try:
        frame = pl.read_parquet(files).sort("position").with_columns(pl.col("time").to_physical())
        if audience is not None:
            frame = frame.filter(pl.col("audience").is_in(sorted(visible_to(audience))))
        for values in frame.iter_rows(named=True):
            row = Row(**values)
            versions[row.subject] += 1
            yield record_of(row, versions[row.subject])
    except (pl.exceptions.PolarsError, DiplocalError, TypeError) as error:
        raise UnreadableInput(", ".join(map(str, files)), str(error)) from error
