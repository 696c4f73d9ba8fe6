"""Appending: one by one and in batches, durable each time."""

from collections.abc import Iterator, Sequence
from itertools import count
from pathlib import Path

import peers
from history import events
from measuring import Row, Work, at_least, at_most, race, timed

from diplocal.events import EngagementEvent
from diplocal.store import MemoryStore, SQLiteStore
from diplocal.store.rows import leaf_of, numbered

SINGLE = 3_000
BATCHED = 30_000
BATCH = 1_000


def rows(_events: int) -> Iterator[Row]:
    """Measure appending."""
    yield from _single(events(SINGLE))
    yield from _batches(events(BATCHED))


def _single(log: list[EngagementEvent]) -> Iterator[Row]:
    stored, domain = stored_rows(log), peers.domain_events(log)

    def diplocal(folder: Path) -> Work:
        store = SQLiteStore(folder / "diplocal.db")
        return lambda: [store.append(event) for event in log]

    def eventsourcing(folder: Path) -> Work:
        application = peers.diary(folder)
        return lambda: [application.save(event) for event in domain]

    def raw(folder: Path) -> Work:
        connection = peers.raw(folder)
        return lambda: peers.insert_one_by_one(connection, stored)

    taken = race({"diplocal": timed(diplocal), "raw sqlite3": timed(raw), "eventsourcing": timed(eventsourcing)})
    yield Row(
        "append one by one: time of diplocal / raw sqlite3",
        taken.ratio("diplocal", "raw sqlite3"),
        taken.rates(len(log), "diplocal", "raw sqlite3"),
        at_most(4 / 3),
    )
    yield Row(
        "append one by one: speed of diplocal / eventsourcing",
        taken.ratio("eventsourcing", "diplocal"),
        taken.rates(len(log), "eventsourcing"),
    )


def _batches(log: list[EngagementEvent]) -> Iterator[Row]:
    stored, domain = stored_rows(log), peers.domain_events(log)

    def diplocal(folder: Path) -> Work:
        store = SQLiteStore(folder / "diplocal.db")
        return lambda: [store.append(*log[start : start + BATCH]) for start in range(0, len(log), BATCH)]

    def eventsourcing(folder: Path) -> Work:
        application = peers.diary(folder)
        return lambda: [application.save(*domain[start : start + BATCH]) for start in range(0, len(log), BATCH)]

    def raw(folder: Path) -> Work:
        connection = peers.raw(folder)
        return lambda: peers.insert_many(connection, stored, BATCH)

    taken = race({"diplocal": timed(diplocal), "raw sqlite3": timed(raw), "eventsourcing": timed(eventsourcing)})
    yield Row(
        "append in batches of 1,000: speed of diplocal / eventsourcing",
        taken.ratio("eventsourcing", "diplocal"),
        taken.rates(len(log), "diplocal", "eventsourcing"),
        at_least(3),
    )
    yield Row(
        "append in batches of 1,000: time of diplocal / raw executemany",
        taken.ratio("diplocal", "raw sqlite3"),
        taken.rates(len(log), "raw sqlite3"),
    )


def stored_rows(log: Sequence[EngagementEvent]) -> list[peers.Raw]:
    """Give the rows that diplocal stores for a log, each with the names that are new in it."""
    store = MemoryStore()
    store.append(*log)
    numbers: dict[str | None, int | None] = {None: None, "public": 1}
    ready: list[peers.Raw] = []
    for row in store._rows:
        new = [name for name in dict.fromkeys((row.stream, row.type)) if name not in numbers]
        numbers.update(zip(new, count(len(numbers))))
        (packed,) = numbered([row], [leaf_of(row)], numbers)
        ready.append(([(numbers[name], name) for name in new], packed))
    return ready
