"""The feed server: its start on a long log, and its load.

A feed of 3,000 entries is asked for over and over, by wrk (Debian's package ``wrk``).

The peer is a constant: the same uvicorn, with the same settings, under an application that does nothing but send the
answer that ours gave once. ``python serving.py answer.json port`` is that server. Radicale, asked for a collection of
the same entries, says what a calendar server commonly takes.
"""

import re
import shutil
import socket
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from http.client import HTTPConnection
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import attrs
import history
import memory
import msgspec
import uvicorn
from feed import visits
from measuring import Bar, Row, at_least, race

from diplocal.cli.listening import Listening, settings
from diplocal.cli.serving import HOST
from diplocal.store import SQLiteStore

ENTRIES = 3_000
PATIENCE = 60.0
"""Seconds until a server must answer, or a request must be answered."""
PATH = "/feeds/all.ics"
COLLECTION = "/desk/visits/"
DESK = {"Authorization": "Basic ZGVzazo="}
"""A user of Radicale's, named desk; it asks for no password."""
GZIP = {"Accept-Encoding": "gzip"}
UNITS = {"us": 0.001, "ms": 1.0, "s": 1000.0, "m": 60_000.0}
"""Of wrk's latencies, in milliseconds."""

Headers = Mapping[str, str]


class Answer(msgspec.Struct):
    """What a server sent."""

    status: int
    headers: list[tuple[str, str]]
    body: bytes

    def header(self, name: str) -> str:
        """Give the value of a header."""
        return dict(self.headers)[name]


@attrs.frozen
class Pressure:
    """How hard wrk asks."""

    connections: int
    seconds: int


MANY = Pressure(connections=16, seconds=2)
FEW = Pressure(connections=2, seconds=6)
"""Radicale takes eight connections, and a third of a second for an answer."""


@attrs.frozen
class Load:
    """What wrk measured."""

    requests: float
    """A second."""
    slowest_ms: float
    """The 99th percentile: of a hundred requests, all but one took less."""


def rows(events: int) -> Iterator[Row]:
    """Measure serving."""
    if shutil.which("wrk") is None:
        sys.exit("wrk asks the servers, and is not here: apt-get install wrk (tests/readers/install brings it)")
    yield from _starts(events)
    with TemporaryDirectory() as name, ExitStack() as running:
        folder = Path(name)
        with SQLiteStore(folder / "visits.db") as store:
            store.append(*visits(ENTRIES))
        ours = running.enter_context(_server(_serving(folder)))
        whole = _ask(ours, PATH)
        has_it = GZIP | {"If-None-Match": _ask(ours, PATH, GZIP).header("etag")}
        cases: dict[str, tuple[Headers, Bar | None]] = {
            "304 Not Modified": (has_it, at_least(0.5)),
            "the whole feed": ({}, None),
            "the whole feed, gzip": (GZIP, None),
        }
        for number, (case, (headers, bar)) in enumerate(cases.items()):
            answer = _ask(ours, PATH, headers)
            (folder / f"{number}.json").write_bytes(msgspec.json.encode(answer))
            with _server([sys.executable, __file__, str(folder / f"{number}.json"), "PORT"]) as constant:
                yield _against(case, answer, headers, bar, {"ours": (ours, PATH), "constant": (constant, PATH)})
        radicale = running.enter_context(_server(_radicale(folder / "collections")))
        _fill(radicale, whole.body)
        contenders = {"ours": (ours, PATH), "Radicale": (radicale, COLLECTION)}
        yield _against("a collection of as many entries", whole, DESK, None, contenders, FEW)


def _starts(number: int) -> Iterator[Row]:
    """Measure the time until a server on a long log answers, and the memory that it then takes."""
    with TemporaryDirectory() as name:
        folder = Path(name)
        with SQLiteStore(folder / "visits.db") as store:
            store.append(*history.events(number))
        for work in ("the first time", "with its diary there"):
            begun = time.perf_counter()
            with _running(_serving(folder)) as (running, port):
                _ask(port, "/health")
                taken = time.perf_counter() - begun
                held = f"{memory.kilobytes('VmRSS', running.pid) / 1000:,.0f} MB in memory"
            yield Row(f"a server on a log of {number:,} events starts, {work}", taken, held, unit=" s")


def _against(
    case: str,
    answer: Answer,
    headers: Headers,
    bar: Bar | None,
    contenders: Mapping[str, tuple[int, str]],
    pressure: Pressure = MANY,
) -> Row:
    """Load two servers in turns; the figure is the first one's rate divided by the other's."""
    loads: dict[str, list[Load]] = {name: [] for name in contenders}

    def timer(name: str) -> float:
        loads[name].append(_load(*contenders[name], headers, pressure))
        return 1 / loads[name][-1].requests

    found = race({name: lambda name=name: timer(name) for name in contenders})  # type: ignore[misc] # each has its own
    ours, peer = contenders
    slowest = {name: statistics.median(load.slowest_ms for load in of) for name, of in loads.items()}
    within = ", ".join(f"{name} {milliseconds:,.1f} ms" for name, milliseconds in slowest.items())
    return Row(
        f"{case} ({len(answer.body) / 1000:,.0f} kB): rate / {peer}",
        found.ratio(peer, ours),
        f"{found.rates(1, *contenders)}; 99 % within {within}",
        bar,
    )


def _load(port: int, path: str, headers: Headers, pressure: Pressure) -> Load:
    """Ask a server over several connections for a while."""
    sent = [part for name, value in headers.items() for part in ("-H", f"{name}: {value}")]
    options = ["-t1", f"-c{pressure.connections}", f"-d{pressure.seconds}s", "--timeout=60s", "--latency"]
    command = ["wrk", *options, *sent, f"http://{HOST}:{port}{path}"]
    said = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    rate, slowest = re.search(r"Requests/sec: +([\d.]+)", said), re.search(r"99% +([\d.]+)(us|ms|s|m)\b", said)
    if rate is None or slowest is None or "Non-2xx" in said or "Socket errors" in said:
        sys.exit(f"the load on {path} failed:\n{said}")
    return Load(float(rate[1]), float(slowest[1]) * UNITS[slowest[2]])


def _ask(port: int, path: str, headers: Headers | None = None, method: str = "GET", body: bytes = b"") -> Answer:
    connection = HTTPConnection(HOST, port, timeout=PATIENCE)
    connection.request(method, path, body, dict(headers or {}))
    answer = connection.getresponse()
    given = [(name.lower(), value) for name, value in answer.getheaders() if name.lower() != "date"]
    return Answer(answer.status, given, answer.read())


@contextmanager
def _server(command: list[str]) -> Iterator[int]:
    """Run a server, and give its port."""
    with _running(command) as (_, port):
        yield port


@contextmanager
def _running(command: list[str]) -> Iterator[tuple["subprocess.Popen[bytes]", int]]:
    """Run a server on a free port, which its command names as PORT."""
    with socket.create_server((HOST, 0)) as free:
        port = free.getsockname()[1]
    started = [part.replace("PORT", str(port)) for part in command]
    running = subprocess.Popen(started, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        _wait(port, running)
        yield running, port
    finally:
        running.terminate()
        running.wait()


def _wait(port: int, running: "subprocess.Popen[bytes]") -> None:
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end and running.poll() is None:
        with socket.socket() as probe:
            if probe.connect_ex((HOST, port)) == 0:
                return
        time.sleep(0.05)
    sys.exit(f"a server did not start: {running.args!r}")


def _serving(folder: Path) -> list[str]:
    main = "from diplocal.cli import main; main()"
    return [sys.executable, "-c", main, "serve", "--log", str(folder / "visits.db"), "--port", "PORT"]


def _radicale(folder: Path) -> list[str]:
    options = [f"--server-hosts={HOST}:PORT", f"--storage-filesystem-folder={folder}", "--auth-type=none"]
    return [sys.executable, "-m", "radicale", *options]


def _fill(radicale: int, calendar: bytes) -> None:
    _ask(radicale, "/", DESK, "PROPFIND")  # makes the user's home
    answer = _ask(radicale, COLLECTION, DESK | {"Content-Type": "text/calendar; charset=utf-8"}, "PUT", calendar)
    if answer.status != 201:
        sys.exit(f"Radicale did not take the collection: {answer.status} {answer.body.decode()}")


def main() -> None:
    """Serve a constant."""
    answers, port = sys.argv[1:]
    constant = msgspec.json.decode(Path(answers).read_bytes(), type=Answer)
    headers = [(name.encode("latin-1"), value.encode("latin-1")) for name, value in constant.headers]

    async def app(_scope: Any, _receive: Any, send: Any) -> None:
        await send({"type": "http.response.start", "status": constant.status, "headers": headers})
        await send({"type": "http.response.body", "body": constant.body})

    uvicorn.Server(settings(app, Listening(HOST, int(port)))).run()


if __name__ == "__main__":
    main()
