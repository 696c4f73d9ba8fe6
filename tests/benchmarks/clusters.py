"""A log of millions of events, folded by the workers of a Dask cluster on this machine, beside one process without one.

What counts is the processor time: the workers share the cores. By itself it fills a folder, and folds it in one way, so
that a long measurement can be made in pieces: ``python clusters.py folder events workers``, of which 0 is one process,
and ``-2`` two workers of which one is killed half-way.
"""

import os
import resource
import signal
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Event, Thread
from typing import Any

import fold
import polars as pl
from distributed import Client, LocalCluster
from measuring import Row

from diplocal.distributed import replay_distributed, write_parquet
from diplocal.distributed.parquet import files_in
from diplocal.projections import ContactFrequency, Contacts
from diplocal.store import SQLiteStore

FIRST = 1_000_000
"""Events that are made; more are copies of these, of other engagements."""
PART = 200_000
"""Events of a part, about: whoever folds it holds it in memory."""
WAYS = (0, 1, 2, 4, -2)


def rows(number: int) -> Iterator[Row]:
    """Measure the folding of so many events."""
    with TemporaryDirectory() as folder:
        parts = Path(folder, "parts")
        fill(parts, number)
        for workers in WAYS:
            yield folded(parts, number, workers)


def fill(parts: Path, number: int) -> None:
    """Make a folder of Parquet files with so many events."""
    with TemporaryDirectory() as folder:
        fold.fill_diplocal(Path(folder), min(number, FIRST))
        with SQLiteStore(Path(folder, "diplocal.db")) as store:
            write_parquet(store, parts)
    multiply(parts, -(-number // FIRST))


def multiply(parts: Path, times: int) -> None:
    """Copy the files of a folder until there are so many times as many events, of engagements with other names."""
    files = files_in(parts)
    for copy in range(1, times):
        for place, file in enumerate(files):
            named = pl.read_parquet(file).with_columns(
                pl.concat_str(pl.col("id"), pl.lit(f"-{copy}")).alias("id"),
                pl.concat_str(pl.col("subject"), pl.lit(f"-{copy}")).alias("subject"),
                pl.col("data").str.replace_all(r"(engagement-\d+)", f"${{1}}-{copy}"),
                pl.col("position") + copy * FIRST,
            )
            named.write_parquet(parts / f"part-{copy * len(files) + place:05}.parquet")


class Here:
    """Does in this process, and at once, what a cluster is asked for."""

    def nthreads(self) -> dict[str, int]:
        """Tell of one thread."""
        return {"here": 1}

    def submit(self, work: Callable[..., Any], *values: Any, pure: bool) -> "Done":
        """Do it. It does not matter whether it is pure: nothing is done twice."""
        del pure
        return Done(work(*(value.value if isinstance(value, Done) else value for value in values)))


class Done:
    """What has been done."""

    def __init__(self, value: Any) -> None:
        self.value = value

    def result(self) -> Any:
        """Return it."""
        return self.value


def folded(parts: Path, number: int, workers: int) -> Row:
    """Count contacts in one way, and tell the seconds of processor time that it took."""
    count = max(1, number // PART)
    begun = time.perf_counter()
    if workers == 0:
        answer: Contacts = replay_distributed(ContactFrequency(), parts, Here(), parts=count)  # type: ignore[arg-type]
        return told("one process", answer, time.process_time(), begun, usage())
    with (
        LocalCluster(  # type: ignore[no-untyped-call]
            n_workers=abs(workers), threads_per_worker=1, dashboard_address=None, memory_limit="5GiB"
        ) as cluster,
        Client(cluster) as client,  # type: ignore[no-untyped-call]
    ):
        killed = Killer(client, count) if workers < 0 else None
        answer = replay_distributed(ContactFrequency(), parts, client, parts=count)
        used = list(client.run(usage_and_time).values())
        name = f"{workers} workers" if killed is None else f"{-workers} workers, one killed after {killed.stop()} parts"
    return told(name, answer, sum(taken for _, taken in used), begun, max(memory for memory, _ in used))


class Killer:
    """Kills a worker as soon as half of the parts are folded."""

    def __init__(self, client: Client, count: int) -> None:
        self._client, self._count, self._ended, self._after = client, count, Event(), 0
        self._thread = Thread(target=self._watch)
        self._thread.start()

    def _watch(self) -> None:
        victim = next(iter(self._client.run(os.getpid).values()))
        while not self._ended.wait(0.5):
            left = self._client.run_on_scheduler(parts_left)  # type: ignore[no-untyped-call]
            if left <= self._count // 2:
                self._after = self._count - left
                os.kill(victim, signal.SIGKILL)
                return

    def stop(self) -> int:
        """Return how many parts were folded when the worker was killed."""
        self._ended.set()
        self._thread.join()
        return self._after


def parts_left(dask_scheduler: Any) -> int:
    """Count the parts that a cluster has not folded yet."""
    done = {"memory", "released"}  # those that are merged are not kept
    return sum("part" in task.prefix.name and task.state not in done for task in dask_scheduler.tasks.values())


def usage() -> float:
    """Return the most memory that this process held, in MB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def usage_and_time() -> tuple[float, float]:
    """Return the most memory that this process held, in MB, and the seconds that it worked."""
    return usage(), time.process_time()


def told(name: str, answer: Contacts, taken: float, begun: float, memory: float) -> Row:
    """Lay out a row."""
    waited, contacts = time.perf_counter() - begun, sum(answer.counts.values())
    load = os.getloadavg()[1]
    figures = f"{waited:,.0f} s, {contacts:,} contacts, up to {memory:,.0f} MB each, at a load of {load:.0f}"
    return Row(f"fold on {name}: processor time", taken, figures, unit=" s")


def main(folder: str, events: str, workers: str) -> None:
    """Fold a folder in one way; it is filled first, unless it is there."""
    if not Path(folder).exists():
        fill(Path(folder), int(events))
    sys.stdout.write(f"{folded(Path(folder), int(events), int(workers))}\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
