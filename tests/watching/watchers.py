"""Kills a watcher again and again while a log grows, and sees that its webhook was told every change once.

``python tests/watching/watchers.py watch`` kills a thousand of them, ``digest`` a thousand who send digests;
``tests/test_notifying.py`` kills a few.
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
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib import request

import msgspec
import pendulum

from diplocal.dates import When
from diplocal.diary import Diary
from diplocal.events import Cancelled, Confirmed, Event, Rescheduled, Retracted, VisitAnnounced
from diplocal.events.wire import identify
from diplocal.notifying import Digest, Notice, Outbox, notices, tell
from diplocal.notifying.notices import id_of
from diplocal.notifying.webhook import Webhook
from diplocal.parties import State
from diplocal.store import open_store
from diplocal.tabular.engagements import change
from diplocal.wording import ENGLISH

Received = list[dict[str, Any]]
WHEN = pendulum.datetime(2023, 9, 18)
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


def digest(log: Path, outbox: Path, address: str) -> None:
    """Send what is new in one message, as ``diplocal digest --outbox`` does; its receiver is one of webhooks."""
    with open_store(log) as store, Diary(store) as diary, Outbox(outbox, store, question="all", start=0) as kept:
        for stretch in kept.stretches(store.position()):
            found = [one.change for one in notices(diary, stretch.start, stretch.end)]
            number = id_of(diary, stretch.start, stretch.end, "all")
            made = Digest("News", found, ENGLISH)
            message = made.message(number, sender="a@b.example", recipients=[], at=WHEN)
            rows = [msgspec.to_builtins(row) for one in found if (row := change(one, ENGLISH)) is not None]
            told = {"id": message["Message-ID"], "data": {"text": made.text(), "changes": rows}}
            sent = request.Request(address, json.dumps(told).encode(), method="POST")  # noqa: S310 - our own
            request.urlopen(sent, timeout=30).close()  # noqa: S310


Teller = Callable[[Path, Path, str], None]
TELLERS: dict[str, Teller] = {"watch": watch, "digest": digest}


def killed(tell_once: Teller, log: Path, outbox: Path, address: str, life: float) -> None:
    """Tell in a process of its own, and kill that."""
    child = os.fork()
    if child == 0:
        try:
            while True:
                tell_once(log, outbox, address)
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


def run(folder: Path, kills: int, seed: int, teller: str = "watch") -> str:
    """Kill so many tellers, tell to the end, and return what was seen; AssertionError where a change was not told."""
    tell_once = TELLERS[teller]
    chance, log, outbox = random.Random(seed), folder / "log.db", folder / "told"  # noqa: S311 - no secrets
    with receiver() as (address, received):
        for number in range(kills):
            with open_store(log) as store:  # none is open where it forks: SQLite forbids that
                store.append(*events(chance, number))
            if number == 0:
                tell_once(log, outbox, address)  # what it imports is there when it forks
            killed(tell_once, log, outbox, address, chance.uniform(0, LONGEST_LIFE))
        tell_once(log, outbox, address)
        told = {one["id"]: one["data"] for one in received}
        for one in received:
            assert told[one["id"]] == one["data"], "told again in other words"
        with open_store(log) as store, Diary(store) as diary:
            changes = [one for data in told.values() for one in data.get("changes", [data])]
            expect_each_once(changes, diary)
            said = f"{len(changes)} changes, {len(told)} messages, {len(received)} deliveries"
            return f"{teller}: {kills} kills, {store.position()} records, {said}"


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
        teller, kills, seed = [*sys.argv[1:], *("watch", "1000", "1")[len(sys.argv) - 1 :]]
        print(run(Path(made), int(kills), int(seed), teller))  # noqa: T201 - for whoever runs it
