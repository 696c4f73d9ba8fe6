"""A log on a PostgreSQL server, from the command line to the subscriber."""

import asyncio
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import psycopg
import pytest
from commands import diplocal
from opentelemetry import metrics
from opentelemetry.sdk.metrics import MeterProvider
from opentelemetry.sdk.metrics.export import InMemoryMetricReader
from typer.testing import CliRunner

from diplocal.cli.program import app as commands
from diplocal.dates import When
from diplocal.demo import article
from diplocal.diary.place import vocabulary
from diplocal.diary.postgres_place import schema_of
from diplocal.events import Rescheduled
from diplocal.store import SQLiteStore
from diplocal.store.clock import system_clock
from diplocal.store.postgres import PostgresStore
from diplocal.store.postgres_audience import CHANNEL
from diplocal.web.app import feed_app
from diplocal.web.config import Config
from diplocal.web.follower import Follower
from diplocal.web.site import Site

COMMAND = [sys.executable, "-c", "from diplocal.cli import main; main()"]
PATIENCE = 60.0
SHEET = """\
kind,status,when,who,with,reported,publisher
visit,planned,2026-12,Lula da Silva (BR),ID,2026-11-20,Antara
"""


@pytest.fixture
def address(new_address: Callable[[], str]) -> str:
    return new_address()


@contextmanager
def server(log: str, said: Path) -> Iterator[httpx.Client]:
    """Serve a log; what the server says goes into a file."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        port = found.getsockname()[1]
    with said.open("wb") as out:
        running = subprocess.Popen([*COMMAND, "serve", "--log", log, "--port", str(port)], stdout=out, stderr=out)
        try:
            with httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=PATIENCE) as client:
                _wait(client, running, said)
                yield client
        finally:
            running.send_signal(signal.SIGINT)
            running.wait(timeout=PATIENCE)


def _wait(client: httpx.Client, running: "subprocess.Popen[bytes]", said: Path) -> None:
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end and running.poll() is None:
        try:
            client.get("/health")
        except httpx.TransportError:
            time.sleep(0.1)
        else:
            return
    pytest.fail(f"the server did not start: {said.read_text()}")


def test_a_sheet_is_imported_asked_about_and_verified(address: str, tmp_path: Path) -> None:
    sheet = tmp_path / "visits.csv"
    sheet.write_text(SHEET)
    imported = diplocal("import", "csv", str(sheet), DIPLOCAL_LOG=address, COLUMNS="120")
    upcoming = diplocal("upcoming", "--on", "2026-11-23", "--log", address, COLUMNS="120")
    verified = diplocal("verify", "--log", address)
    assert [imported.returncode, upcoming.returncode, verified.returncode] == [0, 0, 0], imported.stderr
    assert "Lula da Silva" in upcoming.stdout


def test_a_server_that_is_not_there_is_one_line_without_the_password() -> None:
    done = diplocal("upcoming", "--log", "postgresql://desk:secret@/calendar?host=/nowhere")
    assert done.returncode == 2
    assert "desk:***@/calendar" in done.stderr
    assert "secret" not in done.stderr + done.stdout
    assert "Traceback" not in done.stderr


def test_a_subscriber_polls_gets_304_and_then_what_another_machine_appended(address: str, tmp_path: Path) -> None:
    secret = address.replace("postgres:@", "postgres:secret@")
    with PostgresStore(address) as store:
        store.append(*article.as_reported())
        with server(secret, tmp_path / "said") as reader:
            first = reader.get("/feeds/pair-cn_ru.ics")
            again = reader.get("/feeds/pair-cn_ru.ics", headers={"if-none-match": first.headers["etag"]})
            store.append(Rescheduled(engagement="putin-to-china-2023-10", when=When("2023-11-02")))
            changed = reader.get("/feeds/pair-cn_ru.ics", headers={"if-none-match": first.headers["etag"]})
    assert [first.status_code, again.status_code, changed.status_code] == [200, 304, 200]
    assert "DTSTART;VALUE=DATE:20231102" in changed.text
    assert "secret" not in (tmp_path / "said").read_text()


def test_a_reader_who_asks_while_the_log_is_out_of_reach_is_asked_to_come_back_and_then_served(
    postgres_server: str, address: str
) -> None:
    with PostgresStore(f"{address}&application_name=served") as store:
        store.append(*article.as_reported())
        transport = httpx.ASGITransport(feed_app(store))

        async def asked() -> httpx.Response:
            async with httpx.AsyncClient(transport=transport, base_url="http://calendar.example") as reader:
                return await reader.get("/feeds/pair-cn_ru.ics")

        before = asyncio.run(asked())
        with psycopg.connect(postgres_server) as administrator:
            administrator.execute(
                "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE application_name = 'served'"
            )
        meanwhile, after = asyncio.run(asked()), asyncio.run(asked())
    assert [before.status_code, meanwhile.status_code, after.status_code] == [200, 503, 200]
    assert "retry-after" in meanwhile.headers
    assert after.content == before.content


def test_a_log_is_followed_before_anybody_asks_and_when_its_connections_were_lost(address: str) -> None:
    """How far each audience's feeds lag is told to OpenTelemetry."""
    told = InMemoryMetricReader()
    metrics.set_meter_provider(MeterProvider([told]))
    watched = f"{address}&application_name=watched"
    with PostgresStore(watched) as store, PostgresStore(address) as desk:
        desk.append(*article.as_reported())
        site = Site(store, Config(), clock=system_clock)
        site.feeds("internal").expect_ready()
        follower = Follower(site)
        follower.start()
        for day in ("2023-11-02", "2023-11-03"):
            desk.append(Rescheduled(engagement="putin-to-china-2023-10", when=When(day)))
            end = time.monotonic() + PATIENCE
            while followed(address) < desk.position():
                assert time.monotonic() < end
                time.sleep(0.02)
            with psycopg.connect(address.rpartition("&schema=")[0], autocommit=True) as administrator:
                query = "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE application_name = %s"
                administrator.execute(query, ["watched"])
        follower.end()
    assert lagging(told) == {"public", "internal"}


def test_who_watches_a_log_goes_on_when_its_server_was_away(address: str) -> None:
    watched = f"{address}&application_name=watcher"
    with PostgresStore(address) as desk:
        desk.append(*article.as_reported())
        command = [*COMMAND, "watch", "--json", "--every", "0.2", "--from", "0", "--log", watched]
        with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as watching:
            assert watching.stdout
            assert watching.stderr
            assert watching.stdout.readline()
            with psycopg.connect(address.rpartition("&schema=")[0], autocommit=True) as administrator:
                query = "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE application_name = %s"
                administrator.execute(query, ["watcher"])
            assert "cannot be reached" in watching.stderr.readline()
            desk.append(Rescheduled(engagement="putin-to-china-2023-10", when=When("2031-11-02")))
            assert any("2031-11-02" in line for line in watching.stdout)
            watching.send_signal(signal.SIGINT)


def lagging(told: InMemoryMetricReader) -> set[object]:
    """Name the audiences of which it was told how far they lag."""
    data = told.get_metrics_data()
    assert data
    of = [metric for resource in data.resource_metrics for scope in resource.scope_metrics for metric in scope.metrics]
    points = [point for metric in of if metric.name == "diplocal.follower.lag" for point in metric.data.data_points]
    return {(point.attributes or {}).get("diplocal.audience") for point in points}


def followed(address: str) -> int:
    """Return how far the diary in the database has come."""
    place, _, schema = address.rpartition("&schema=")
    with psycopg.connect(place) as connection:
        connection.execute(f"SET search_path = {schema_of(schema, 'public', vocabulary(), CHANNEL)}")
        if connection.execute("SELECT to_regclass('checkpoint')").fetchone() == (None,):
            return 0  # it is not made yet
        found = connection.execute("SELECT position FROM checkpoint").fetchone()
    return int(found[0]) if found else 0


def test_a_log_that_is_moved_from_a_file_keeps_the_identifiers_of_its_entries(address: str, tmp_path: Path) -> None:
    file = str(tmp_path / "log.db")
    with SQLiteStore(Path(file)) as store:
        store.append(*article.as_reported(), *article.what_followed())

    def said(*arguments: str) -> str:
        done = CliRunner().invoke(commands, arguments)
        assert done.exit_code == 0, done.output
        return str(done.stdout)

    for arguments in (["init-db", address], ["sync", file, address], ["verify", "--log", address]):
        said(*arguments)
    listed = CliRunner().invoke(commands, ["access", "list", "--log", address]).stderr
    assert str(Path.cwd()) in listed, "it is told where the list is looked for"
    before, after = (said("feed", "--on", "2023-09-18", "--log", log) for log in (file, address))
    assert before == after
    assert "UID:" in before
