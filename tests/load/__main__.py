"""Puts a server under load and abuse: ``python -m tests.load``; ends with 1 when anything failed.

Subscribers poll on connections of their own while writers append to the same log; then requests come that no program
should send. It prints how fast answers were, what the server's memory did, and which statuses were answered.
"""

import argparse
import asyncio
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from tempfile import TemporaryDirectory

from diplocal.store import SQLiteStore

from .serving import Polled, Server, abuse, poll, server, write

MEGABYTE = 2**20
PIECE = 20_000
"""Requests between two looks at the memory."""


def main() -> int:
    """Run it, and print figures."""
    parser = argparse.ArgumentParser(prog="python -m tests.load", description=__doc__)
    parser.add_argument("--subscribers", type=int, default=1_000)
    parser.add_argument("--rounds", type=int, default=5, help="how often each polls")
    parser.add_argument("--pause", type=float, default=10.0, help="seconds between two polls of each")
    parser.add_argument("--writers", type=int, default=16)
    parser.add_argument("--requests", type=int, default=100_000, help="that no program should send")
    parser.add_argument("--workers", type=int, default=2, help="processes of the server")
    parser.add_argument("--seed", type=int, default=0)
    given = parser.parse_args()
    with TemporaryDirectory() as folder, server(Path(folder), given.workers) as running:
        failed = _under_load(running, given)
        failed += _under_abuse(running, given)
    return int(failed > 0)


def _under_load(running: Server, given: argparse.Namespace) -> int:
    asyncio.run(poll(running.port, 20, 1, 0.1))
    before, count = running.memory, given.rounds * 10
    with SQLiteStore(running.log) as store, ThreadPoolExecutor(given.writers) as writers:
        start = store.position()
        pause = given.rounds * given.pause / count
        works = [writers.submit(write, running.log, number, count, pause) for number in range(given.writers)]
        polled: Polled = asyncio.run(poll(running.port, given.subscribers, given.rounds, given.pause))
        acknowledged = sum(work.result() for work in works)
        lost = acknowledged - (store.position() - start)
    others = {status: often for status, often in polled.statuses.items() if status not in {200, 304}}
    median, slow = (1000 * polled.slowest(share) for share in (0.5, 0.01))
    print(  # noqa: T201
        f"{given.subscribers} subscribers, {given.writers} writers: {len(polled.seconds)} answers, "
        f"{sum(others.values())} errors {others or ''}; median {median:.0f} ms, p99 {slow:.0f} ms; "
        f"{acknowledged} events appended, {lost} lost; {_grown(before, running)}",
        flush=True,
    )
    return sum(others.values()) + lost


def _under_abuse(running: Server, given: argparse.Namespace) -> int:
    """Send the requests in pieces, so that memory that grows with them is seen to."""
    failed = 0
    for piece in range(-(-given.requests // PIECE)):
        before, count = running.memory, min(PIECE, given.requests - piece * PIECE)
        statuses, mixed_up = asyncio.run(abuse(running.port, count, given.seed + piece))
        failures = sum(often for status, often in statuses.items() if status >= 500)
        print(  # noqa: T201
            f"{count} requests that no program should send: {failures} answers of 500 and above, "
            f"{mixed_up} with the host of another; {dict(sorted(statuses.items()))}; {_grown(before, running)}",
            flush=True,
        )
        failed += failures + mixed_up
    return failed


def _grown(before: int, running: Server) -> str:
    return f"memory {before / MEGABYTE:.0f} MB, then {running.memory / MEGABYTE:.0f} MB"


if __name__ == "__main__":
    sys.exit(main())
