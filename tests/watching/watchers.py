"""Kills a watcher again and again while a log grows, and sees that its webhook was told every change once.

``python tests/watching/watchers.py`` kills a thousand times. ``tests/test_notifying.py`` does it a few times.
"""

import json
import os
import random
import signal
import sys
import tempfile
import threading
import time
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pendulum

from diplocal.dates import When
from diplocal.diary import Diary
from diplocal.events import Cancelled, Confirmed, Event, Rescheduled, Retracted, VisitAnnounced
from diplocal.events.wire import identify
from diplocal.notifying import Notice, Outbox, tell
from diplocal.notifying.webhook import Webhook
from diplocal.parties import State
from diplocal.store import open_store

Received = list[dict[str, Any]]
LONGEST_LIFE = 0.12
"""Seconds until a watcher is killed."""


@contextmanager
def receiver(answers: list[int] | None = None) -> Iterator[tuple[str, Received]]:
    """Give the address of a webhook, and what it received; it answers as listed first, and then that all is well."""
    received: Received = []

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"]))
            received.append({"headers": dict(self.headers), "raw": body, **json.loads(body)})
            self.send_response(answers.pop(0) if answers else 204)
            self.send_header("content-length", "0")
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Say nothing."""

        def handle(self) -> None:
            """Bear it that the other side is gone in the midst of a sentence."""
            with suppress(ConnectionError, ValueError, KeyError):
                super().handle()

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/hook", received
    finally:
        server.shutdown()
        server.server_close()


def watch(log: Path, outbox: Path, address: str) -> None:
    """Tell what is new, as ``diplocal watch --webhook`` does."""
    with open_store(log) as store, Diary(store) as diary, Webhook(address, store.log_id) as hook:

        def deliver(notice: Notice) -> None:
            hook.deliver(notice, at=0)

        with Outbox(outbox, store, question="all", start=0) as kept:
            tell(diary, kept, deliver)


def killed(log: Path, outbox: Path, address: str, life: float) -> None:
    """Watch in a process of its own, and kill that."""
    child = os.fork()
    if child == 0:
        try:
            while True:
                watch(log, outbox, address)
        finally:
            os._exit(1)
    time.sleep(life)
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)


def events(chance: random.Random, number: int) -> list[Event]:
    """Return what is reported next: something new, or what became of something."""
    slug = f"visit-{chance.randrange(number // 2 + 2)}"
    announced = VisitAnnounced(engagement=slug, visitors=(State("CN"),), host=State("RU"), when=When("2023-10"))
    day = When(pendulum.date(2023, 10, chance.randrange(1, 29)).isoformat())
    note = f"report {number}"
    several: list[Event] = [
        announced,
        Confirmed(engagement=slug, note=note),
        Rescheduled(engagement=slug, when=day, note=note),
        Cancelled(engagement=slug, note=note),
        Retracted(engagement=slug, of=identify(announced), note=note),
    ]
    return chance.sample(several, chance.randrange(1, 4))


def run(folder: Path, kills: int, seed: int) -> str:
    """Kill so many watchers, watch to the end, and return what was seen; AssertionError where a change was not told."""
    chance, log, outbox = random.Random(seed), folder / "log.db", folder / "told"  # noqa: S311 - no secrets
    with receiver() as (address, received):
        for number in range(kills):
            with open_store(log) as store:  # none is open where it forks: SQLite forbids that
                store.append(*events(chance, number))
            if number == 0:
                watch(log, outbox, address)  # what it imports is there when it forks
            killed(log, outbox, address, chance.uniform(0, LONGEST_LIFE))
        watch(log, outbox, address)
        told = {one["id"]: one["data"] for one in received}
        for one in received:
            assert told[one["id"]] == one["data"], "told again in other words"
        with open_store(log) as store, Diary(store) as diary:
            expect_each_once(list(told.values()), diary)
            return f"{kills} kills, {store.position()} records: {len(told)} changes, {len(received)} deliveries"


def expect_each_once(told: Received, diary: Diary) -> None:
    """See that each engagement's changes follow one another without a gap or a repeat, up to what is known now."""
    chains: defaultdict[str, Received] = defaultdict(list)
    for one in told:
        chains[one["engagement"]].append(one)
    for slug, chain in chains.items():
        status, is_there = "", False
        for one in chain:
            assert (one["change"] == "new") is not is_there, (slug, [each["change"] for each in chain])
            was = {each["was"] for each in one["differences"] if each["fact"] == "Status"}
            assert was <= {status}, (slug, was, status)
            status, is_there = one["status"], one["change"] != "gone"
        now = diary.get(slug)
        assert now is not None
        assert is_there is now.counts, (slug, status)
        assert not is_there or status == now.status.value, (chain, now)
    assert {one.slug for one in diary.find() if one.counts} <= set(chains)


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as made:
        print(run(Path(made), *map(int, [*sys.argv[1:], "1000", "1"][:2])))  # noqa: T201 - for whoever runs it
