"""A server with subscribers, writers and abuse at once answers everybody, and fails nobody."""

import asyncio
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from .serving import abuse, poll, server, write


def test_subscribers_writers_and_abuse_are_answered_side_by_side(tmp_path: Path) -> None:
    with server(tmp_path, workers=1) as running, ThreadPoolExecutor(2) as writers:
        works = [writers.submit(write, running.log, number, 5, 0.05) for number in range(2)]
        polled = asyncio.run(poll(running.port, 30, 2, 0.5))
        statuses, mixed_up = asyncio.run(abuse(running.port, 250, seed=1))
        assert sum(work.result() for work in works) == 10
    assert set(polled.statuses) <= {200, 304}
    assert not [status for status in statuses if status >= 500]
    assert {200, 400, 405} <= set(statuses)
    assert statuses[200] >= 16  # the slow ones
    assert mixed_up == 0
