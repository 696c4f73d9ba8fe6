"""Brings a diary up to its log: reads what is new, and reads again only the engagements that it is about."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import chain, groupby, islice
from typing import NamedTuple

from diplocal.diary.tables import Checkpoint, Tables, Understood
from diplocal.engagements import Engagements, known_since, understand
from diplocal.engagements.fold import report_of, targets
from diplocal.events.erasure import NameErased
from diplocal.events.wire import UnknownEvent
from diplocal.records import Record
from diplocal.replaying import as_counted
from diplocal.store import Readable

RECORDS_AT_ONCE = 20_000
"""How many new records are read together."""
STREAMS_AT_ONCE = 2_000
"""How many streams are read again together."""


class Unreadable(NamedTuple):
    """A record that could not be taken, and why."""

    position: int
    stream: str
    reason: str


def is_of(checkpoint: Checkpoint, log: Readable, audience: str) -> bool:
    """Tell whether a diary that came so far is of this log and audience, and the log is still what it was then."""
    return (
        (checkpoint.log_id, checkpoint.audience) == (log.log_id, audience)
        and checkpoint.position <= log.position()
        and checkpoint.digest == log.digest_at(checkpoint.position)
    )


def follow(tables: Tables, log: Readable, audience: str) -> Checkpoint:
    """Bring the tables up to the end of the log, inside the caller's transaction; give the new checkpoint."""
    kept = tables.checkpoint()
    if kept is None or not is_of(kept, log, audience):
        tables.clear()
        kept = Checkpoint(log.log_id, audience)
    end = log.position()
    if kept.position == end and kept.digest:
        return kept
    recorded = _make(tables, log, audience, end) if kept.position == 0 else _grow(tables, log, audience, kept, end)
    now = Checkpoint(log.log_id, audience, end, log.digest_at(end), max(kept.recorded_micros, recorded))
    tables.save_checkpoint(now)
    return now


def _make(tables: Tables, log: Readable, audience: str, end: int) -> int:
    """Understand the whole log, one engagement after the other, so that none but one is held at a time."""
    pointers: list[tuple[str, str]] = []
    aside: list[Unreadable] = []
    recorded = 0

    def understood() -> Iterator[Understood]:
        nonlocal recorded
        read = as_counted(log.read_by_stream(upto=end, audience=audience), log, after=0, upto=end, audience=audience)
        for stream, records in groupby(read, lambda record: record.stream):
            several = list(records)
            recorded = max(recorded, several[-1].recorded_micros)
            found = list(_pointers(several))
            pointers.extend(found)
            if not found:
                yield from _understood_alone(stream, several, aside)

    tables.fill(understood())
    tables.add_pointers(pointers)
    tables.put_aside((), aside)
    if pointers:
        _read_again(tables, log, audience, {slug for pair in pointers for slug in pair}, end)
    return recorded


def _grow(tables: Tables, log: Readable, audience: str, kept: Checkpoint, end: int) -> int:
    """Understand anew the engagements that new records are about."""
    recorded = 0
    read = log.read(after=kept.position, upto=end, audience=audience)
    records = as_counted(read, log, after=kept.position, upto=end, audience=audience)
    streams: dict[str, None] = {}
    while batch := list(islice(records, RECORDS_AT_ONCE)):
        if any(isinstance(record.event, NameErased) for record in batch):
            tables.clear()  # whatever is kept may have the name
            return _make(tables, log, audience, end)
        streams.update(dict.fromkeys(record.stream for record in batch))
        tables.add_pointers(list(_pointers(batch)))
        recorded = batch[-1].recorded_micros
    _read_again(tables, log, audience, set(streams), end)
    return recorded


def _read_again(tables: Tables, log: Readable, audience: str, streams: set[str], end: int) -> None:
    """Read all reports of some engagements, and of what these were ever merged with, and keep what is understood."""
    remaining = set(streams)
    while remaining:
        together = tables.around(islice(remaining, STREAMS_AT_ONCE))
        remaining -= together
        aside: list[Unreadable] = []
        records = log.read(streams=together, upto=end, audience=audience)
        tables.put(understand_streams(sorted(together), records, aside))
        tables.put_aside(together, aside)


def understand_streams(
    streams: Iterable[str], records: Iterable[Record], aside: list[Unreadable]
) -> Iterator[Understood]:
    """Understand engagements from all their records, in order of position; what cannot be taken is put aside."""
    several = readable(records, aside)
    pointers = list(_pointers(several))
    engagements = _taken(several, aside)
    for related in _components(streams, pointers):
        reports = [report for slug in related for report in engagements.reports(slug)]
        last = max((report.position for report in reports), default=0)
        last_known = max((report.known_from for report in reports), default=0)
        for slug in related:
            own = engagements.reports(slug)
            first_known = min((report.known_from for report in own), default=0)
            first = min((report.position for report in own), default=0)
            yield Understood(slug, engagements.get(slug), first, last, first_known, last_known)


def _understood_alone(stream: str, records: list[Record], aside: list[Unreadable]) -> Iterator[Understood]:
    """Understand an engagement that was never merged with another: the same in less time."""
    reports = sorted(report for report in map(report_of, records) if report is not None)
    is_whole = reports and not any(type(record.event) is UnknownEvent for record in records)
    try:
        engagement = understand(stream, reports) if is_whole else None
    except Exception:  # noqa: BLE001 - the other way finds the record that cannot be taken
        engagement = None
    if engagement is None:
        yield from (one for one in understand_streams([stream], records, aside) if one.engagement is not None)
        return
    known = [report.known_from for report in reports]
    places = [report.position for report in reports]
    yield Understood(stream, engagement, min(places), max(places), min(known), max(known))


def by_component(records: Iterable[Record]) -> Iterator[tuple[list[str], list[Record]]]:
    """Yield the records of engagements that were ever merged together, in order of position, with their names."""
    streams: dict[str, list[Record]] = {}
    for record in records:
        streams.setdefault(record.stream, []).append(record)
    for related in _components(streams, list(_pointers(chain(*streams.values())))):
        yield related, sorted(chain(*(streams.get(one, ()) for one in related)), key=lambda one: one.position)


def _components(streams: Iterable[str], pointers: Sequence[tuple[str, str]]) -> Iterator[list[str]]:
    """Group engagements that were ever merged."""
    together: dict[str, list[str]] = {slug: [slug] for slug in streams}
    for one, other in pointers:
        for slug in (one, other):
            together.setdefault(slug, [slug])
        if together[one] is not together[other]:
            together[one] += together[other]
            for slug in together[other]:
                together[slug] = together[one]
    groups = {id(group): group for group in together.values()}
    return iter(groups.values())


def _taken(records: list[Record], aside: list[Unreadable]) -> Engagements:
    try:
        return Engagements().take(records)[0]
    except Exception:  # noqa: BLE001, S110 - one record at a time finds the one that cannot be taken
        pass
    engagements = Engagements()
    for record in records:
        try:
            engagements = engagements.take([record])[0]
        except Exception as error:  # noqa: BLE001 - whatever is raised, the others are understood
            aside.append(Unreadable(record.position, record.stream, f"{type(error).__name__}: {error}"))
    return engagements


def readable(records: Iterable[Record], aside: list[Unreadable]) -> list[Record]:
    """Return the records that can be read, and put the others aside."""
    found = []
    for record in records:
        if isinstance(event := record.event, UnknownEvent):
            aside.append(Unreadable(record.position, record.stream, f"{event.type}: {event.reason}"))
        else:
            found.append(record)
    return found


def _pointers(records: Iterable[Record]) -> Iterator[tuple[str, str]]:
    for record in records:
        for target in targets(record.event):
            yield record.stream, target


def known_by(records: Iterable[Record], cutoff: int) -> Iterator[Record]:
    """Leave out what the public could not know by an instant, in microseconds since 1970-01-01 UTC."""
    return (record for record in records if known_since(record.event, record.first_recorded_micros) <= cutoff)
