"""A server in processes of its own, and what is asked of it over real connections."""

import asyncio
import os
import signal
import socket
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from itertools import islice
from pathlib import Path
from typing import NamedTuple

import attrs

from diplocal.demo import article
from diplocal.events import ReportAttached
from diplocal.store import SQLiteStore

from .requests import EVIL, requests

HOST = "127.0.0.1"
SECONDS = 20
"""For which an answer, or a start, is waited for."""
FEEDS = ("/feeds/all.ics", "/feeds/pair-cn_ru.ics", "/feeds/all.json", "/feeds/state-cn.ics", "/feeds/all", "/")


class Server(NamedTuple):
    """A server that runs, with the log that it serves."""

    port: int
    log: Path
    process: "subprocess.Popen[bytes]"

    @property
    def memory(self) -> int:
        """Bytes that its processes hold."""
        pids = [
            self.process.pid,
            *map(int, Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text().split()),
        ]
        return sum(int(Path(f"/proc/{pid}/statm").read_text().split()[1]) for pid in pids) * os.sysconf("SC_PAGESIZE")


@contextmanager
def server(folder: Path, workers: int) -> Iterator[Server]:
    """Serve a log of the article's reports."""
    log = folder / "log.db"
    with SQLiteStore(log) as store:
        store.append(*article.as_reported(), *article.what_followed())
    with socket.socket() as found:
        found.bind((HOST, 0))
        port = found.getsockname()[1]
    command = [sys.executable, "-c", "from diplocal.cli import main; main()", "serve", "--log", str(log)]
    with (folder / "said").open("wb") as said:
        options = ["--port", str(port), "--workers", str(workers)]
        process = subprocess.Popen([*command, *options], stdout=said, stderr=said)
    try:
        end = time.monotonic() + SECONDS
        while time.monotonic() < end:
            with suppress(OSError), socket.create_connection((HOST, port), 1):
                break
            time.sleep(0.1)
        yield Server(port, log, process)
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(SECONDS)


async def exchange(port: int, request: bytes) -> bytes:
    """Send what a request is, end it there, and return all that comes back."""
    reader, writer = await asyncio.open_connection(HOST, port)
    try:
        writer.write(request)
        await writer.drain()
        if not request.endswith(b"\r\n\r\n"):  # whoever stops halfway gets no answer
            writer.write_eof()
        return await asyncio.wait_for(reader.read(), SECONDS)
    except (ConnectionError, TimeoutError):
        return b""
    finally:
        writer.close()
        with suppress(ConnectionError):
            await writer.wait_closed()


def status_of(answer: bytes) -> int:
    """Return the status of an answer, 0 where there is none."""
    return int(answer[9:12]) if answer.startswith(b"HTTP/1.") else 0


@attrs.define
class Polled:
    """What subscribers saw."""

    seconds: list[float] = attrs.field(factory=list)
    statuses: Counter[int] = attrs.field(factory=Counter)

    def slowest(self, share: float) -> float:
        """Return the seconds that all but a share of the answers took at most."""
        return sorted(self.seconds)[int(len(self.seconds) * (1 - share)) - 1]


async def poll(port: int, subscribers: int, rounds: int, pause: float) -> Polled:
    """Poll as so many subscribers do: each on a connection of its own, with what it has already."""
    polled = Polled()

    async def subscriber(number: int) -> None:
        etag = ""
        await asyncio.sleep(pause * number / subscribers)
        for turn in range(rounds):
            begun = time.perf_counter()
            path = FEEDS[number % len(FEEDS)]
            have = f"If-None-Match: {etag}\r\n" if etag else ""
            said = (
                f"GET {path} HTTP/1.1\r\nHost: desk.example\r\nAccept-Encoding: gzip\r\n{have}Connection: close\r\n\r\n"
            )
            answer = await exchange(port, said.encode())
            polled.seconds.append(time.perf_counter() - begun)
            polled.statuses[status_of(answer)] += 1
            head = answer.partition(b"\r\n\r\n")[0].decode("latin-1").splitlines()
            etag = next((line[6:] for line in head if line.startswith("etag: ")), etag)
            if turn + 1 < rounds:
                await asyncio.sleep(pause)

    await asyncio.gather(*map(subscriber, range(subscribers)))
    return polled


def write(log: Path, number: int, count: int, pause: float) -> int:
    """Append so many reports as one of several writers, and return how many were acknowledged."""
    done = 0
    with SQLiteStore(log) as store:
        for turn in range(count):
            report = ReportAttached(engagement="putin-to-china-2023-10", note=f"{number}-{turn}")
            done += len(store.append(report))
            time.sleep(pause)
    return done


async def dawdle(port: int, pause: float = 0.02) -> int:
    """Send a request letter by letter, and return its status."""
    reader, writer = await asyncio.open_connection(HOST, port)
    for letter in b"GET /feeds/all.ics HTTP/1.1\r\nHost: desk.example\r\nConnection: close\r\n\r\n":
        writer.write(bytes([letter]))
        await asyncio.sleep(pause)
    answer = await asyncio.wait_for(reader.read(), SECONDS)
    writer.close()
    return status_of(answer)


async def abuse(port: int, count: int, seed: int, at_once: int = 16) -> tuple[Counter[int], int]:
    """Send so many requests that no program should, beside as many slow ones as are sent at once.

    Return the statuses, and how often another's host came back.
    """
    statuses, ahead = Counter[int](), islice(requests(seed), count)
    mixed_up = 0

    async def sender() -> None:
        nonlocal mixed_up
        for request in ahead:
            answer = await exchange(port, request)
            statuses[status_of(answer)] += 1
            mixed_up += EVIL.encode() in answer and EVIL.encode() not in request

    slow = [asyncio.create_task(dawdle(port)) for _ in range(at_once)]
    await asyncio.gather(*(sender() for _ in range(at_once)))
    statuses.update(await asyncio.gather(*slow))
    return statuses, mixed_up
