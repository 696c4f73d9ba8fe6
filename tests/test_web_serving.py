"""One command serves a log over real HTTP, and another says who may read what is not public."""

import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import pytest
from commands import diplocal

from diplocal.dates import When
from diplocal.demo import article
from diplocal.events import Rescheduled
from diplocal.store import SQLiteStore

COMMAND = [sys.executable, "-c", "from diplocal.cli import main; main()"]
PATIENCE = 60.0
"""Seconds until a server must have started."""


def ended(*arguments: str) -> subprocess.CompletedProcess[str]:
    """Run a command that should not serve."""
    return subprocess.run([*COMMAND, *arguments], capture_output=True, text=True, check=False, timeout=PATIENCE)


@contextmanager
def server(log: Path, *arguments: str) -> Iterator[tuple[str, Path]]:
    """Serve a log; gives the address, and the file that the server's own log goes to."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        port = found.getsockname()[1]
    said = log.with_suffix(".out")
    with said.open("wb") as out:
        command = [*COMMAND, "serve", "--log", str(log), "--port", str(port), *arguments]
        running = subprocess.Popen(command, stdout=out, stderr=out, env={**os.environ, "PYTHONUNBUFFERED": "1"})
        try:
            base = f"http://127.0.0.1:{port}"
            _wait(base, running, said)
            yield base, said
        finally:
            running.send_signal(signal.SIGINT)
            running.wait(timeout=PATIENCE)


def _wait(base: str, running: "subprocess.Popen[bytes]", said: Path) -> None:
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end and running.poll() is None:
        try:
            httpx.get(f"{base}/health", timeout=5)
        except httpx.TransportError:
            time.sleep(0.1)
        else:
            return
    pytest.fail(f"the server did not start: {said.read_text()}")


@pytest.fixture
def log(tmp_path: Path) -> Path:
    path = tmp_path / "visits.db"
    with SQLiteStore(path) as store:
        store.append(*article.as_reported())
    return path


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, Path]]:
    path = tmp_path_factory.mktemp("served") / "visits.db"
    with SQLiteStore(path) as store:
        store.append(*article.as_reported())
    with server(path) as running:
        yield running


def test_a_subscriber_polls_gets_304_and_then_the_change(log: Path) -> None:
    with server(log) as (base, _), httpx.Client(base_url=base) as reader:
        first = reader.get("/feeds/pair-cn_ru.ics")
        again = reader.get("/feeds/pair-cn_ru.ics", headers={"if-none-match": first.headers["etag"]})
        with SQLiteStore(log) as store:
            store.append(Rescheduled(engagement="putin-to-china-2023-10", when=When("2023-11-02")))
        changed = reader.get("/feeds/pair-cn_ru.ics", headers={"if-none-match": first.headers["etag"]})
    assert [first.status_code, again.status_code, changed.status_code] == [200, 304, 200]
    assert "DTSTART;VALUE=DATE:20231102" in changed.text


def test_access_is_granted_used_listed_and_revoked_and_never_logged(log: Path, tmp_path: Path) -> None:
    config = tmp_path / "feeds.toml"
    config.write_text('[feeds.desk]\ntitle = "Desk"\naccess = "token"\n')
    granted = diplocal("access", "grant", "Asia desk", "--log", str(log), "--feed", "desk", "--config", str(config))
    grant_id, path = granted.stdout.strip().split(": ")
    token = path.split("/")[2]
    with server(log, "--config", str(config)) as (base, said):
        assert httpx.get(f"{base}/feeds/desk.ics").status_code == 404
        assert httpx.get(f"{base}{path}").status_code == 200
        assert grant_id in diplocal("access", "list", "--log", str(log)).stdout
        assert diplocal("access", "revoke", grant_id, "--log", str(log)).returncode == 0
        assert httpx.get(f"{base}{path}").status_code == 404
        written = said.read_text()
    assert "/private/…/feeds/desk.ics" in written
    assert token not in written


@pytest.mark.parametrize("feed", ["pair-cn_ru", "pair-ru_cn", "state-cn", "kind-visit", "all"])
def test_access_is_granted_to_feeds_that_are_there(log: Path, feed: str) -> None:
    assert diplocal("access", "grant", "Asia desk", "--log", str(log), "--feed", feed).returncode == 0


@pytest.mark.parametrize(
    ("feed", "near"),
    [("desk", ""), ("pair-cn_rux", "pair-cn_ru"), ("state-zz", "state-"), ("person-wang-yi2", "person-wang-yi")],
)
def test_access_to_a_feed_that_is_not_there_is_refused(log: Path, feed: str, near: str) -> None:
    refused = diplocal("access", "grant", "Asia desk", "--log", str(log), "--feed", feed)
    assert refused.returncode == 2
    assert f"no feed '{feed}'" in refused.stderr
    assert near in refused.stderr
    assert "No access" in diplocal("access", "list", "--log", str(log)).stdout


def test_a_feed_about_somebody_whom_no_report_names_is_warned_of(log: Path) -> None:
    config = log.parent / "strangers.toml"
    config.write_text('[feeds.f]\ntitle = "F"\nperson = "Wang Yii"\n[feeds.g]\ntitle = "G"\nstate = "QQQ"\n')
    with server(log, "--config", str(config)) as (_, said):
        end = time.monotonic() + PATIENCE
        while (written := said.read_text()).count(" is empty until ") < 2 and time.monotonic() < end:
            time.sleep(0.05)
    assert "f is empty until a report names the person 'wang yii'; did you mean Wang Yi?" in written
    assert "g is empty until a report names the party 'QQQ'" in written


@pytest.mark.parametrize("option", ["--feed", "--audience"])
def test_access_to_what_has_no_name_is_refused(log: Path, option: str) -> None:
    assert diplocal("access", "grant", "Asia desk", "--log", str(log), option, "").returncode == 2
    assert "No access" in diplocal("access", "list", "--log", str(log)).stdout


def test_the_server_looks_ahead_from_the_day_that_it_is_given(log: Path) -> None:
    with server(log, "--on", "2023-09-18", "--reported-by", "2023-09-18") as (base, _):
        page = httpx.get(f"{base}/feeds/pair-cn_ru").text
    assert "October 2023, date to be confirmed" in page


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["serve", "--log", "absent.db"], "absent.db"),
        (["access", "revoke", "00000000", "--log", "visits.db"], "00000000"),
        (["access", "grant", "n", "--log", "visits.db", "--audience", "No Such"], "audience"),
        (["serve", "--log", "visits.db", "--config", "absent.toml"], "absent.toml"),
        (["serve", "--log", "visits.db", "--config", "bad.toml"], "colour"),
        (["serve", "--log", "visits.db", "--uds", "bad.toml"], "--uds is 'bad.toml'"),
    ],
)
def test_bad_input_is_one_line_and_no_traceback(
    log: Path, arguments: list[str], said: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    (log.parent / "bad.toml").write_text("colour = 1\n")
    monkeypatch.chdir(log.parent)
    run = ended(*arguments)
    assert run.returncode == 2
    assert said in run.stderr
    assert "Traceback" not in run.stderr


def test_an_access_list_that_cannot_be_read_is_told_of_at_the_start(log: Path) -> None:
    log.with_name("visits.db.access.json").write_text("{")
    run = ended("serve", "--log", str(log), "--port", "0")
    assert run.returncode == 2
    assert "visits.db.access.json is not an access list" in run.stderr


@pytest.mark.parametrize("method", ["GET", "HEAD", "POST"])
def test_a_body_that_is_no_http_is_refused_in_a_line(served: tuple[str, Path], method: str) -> None:
    base, said = served
    place = urlsplit(base)
    head = f"{method} /feeds/all HTTP/1.1\r\nHost: a\r\n"
    chunked = "Transfer-Encoding: chunked\r\n\r\nzz\r\n"
    for rest in (chunked, "Content-Length: 9\r\n\r\nabc", f"X-Forwarded-Prefix: //elsewhere\r\n{chunked}"):
        with socket.create_connection((place.hostname, place.port), PATIENCE) as connection:
            connection.sendall((head + rest).encode())
            connection.shutdown(socket.SHUT_WR)
            answer = b"".join(iter(lambda: connection.recv(4096), b""))
        assert answer[:12] in {b"", b"HTTP/1.1 400"}
    if method == "GET":
        assert ended("serve", "--log", str(said.with_suffix(".db")), "--port", str(place.port)).returncode == 2
    whole = httpx.request(method, f"{base}/feeds/all.ics", content=b"hello", timeout=PATIENCE)
    assert whole.status_code == (405 if method == "POST" else 200)
    assert "Traceback" not in said.read_text()


def test_several_processes_serve_a_socket_and_read_their_configuration_again(log: Path, tmp_path: Path) -> None:
    """One that cannot be used changes nothing; what became private is so from then on.

    A socket that an earlier server left behind is no hindrance; one that a server listens on is not taken from it.
    """
    config, place, out = tmp_path / "feeds.toml", tmp_path / "s", tmp_path / "out"
    with socket.socket(socket.AF_UNIX) as left_behind:
        left_behind.bind(str(place))
    feed = '[feeds.desk]\ntitle = "Desk"\n'
    config.write_text(f'title = "Before"\n{feed}')
    command = [*COMMAND, "serve", "--log", str(log), "--config", str(config), "--workers", "2", "--uds", str(place)]
    with out.open("wb") as said:
        running = subprocess.Popen([*command, "--log-format", "json"], stdout=said, stderr=said)
    try:
        transport = httpx.HTTPTransport(uds=str(place), retries=0)
        with httpx.Client(base_url="http://desk.example", transport=transport) as reader:

            def until(holds: Callable[[], bool]) -> None:
                end = time.monotonic() + PATIENCE
                while time.monotonic() < end and running.poll() is None:
                    if all(holds() for _ in range(8)):  # of both processes
                        return
                    time.sleep(0.1)
                pytest.fail(out.read_text())

            until(lambda: "Started parent process" in out.read_text())
            running.send_signal(signal.SIGHUP)  # which ends nobody who is only starting
            until(lambda: out.read_text().count("was read again") == 2)
            assert out.read_text().count("startup complete") == 2
            until(lambda: reader.get("/ready").json() == {"status": "ready"})
            assert reader.get("/feeds/desk.ics").status_code == 200
            assert "Before" in reader.get("/").text
            config.write_text("title = 3")
            running.send_signal(signal.SIGHUP)
            until(lambda: "stays as it was" in out.read_text())
            assert "Before" in reader.get("/").text
            config.write_text(f'title = "After"\n{feed}access = "token"\n')
            running.send_signal(signal.SIGHUP)
            until(lambda: "After" in reader.get("/", headers={"connection": "close"}).text)
            assert reader.get("/feeds/desk.ics").status_code == 404
            another = ended("serve", "--log", str(log), "--uds", str(place))
            assert (another.returncode, "no other server answers" in another.stderr) == (2, True)
            assert reader.get("/").status_code == 200
    finally:
        running.send_signal(signal.SIGTERM)
        running.wait(timeout=PATIENCE)
    assert not place.exists()
    lines = [json.loads(line) for line in out.read_text().splitlines() if line.startswith("{")]
    assert all(re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", line["time"]) for line in lines)
    assert {"INFO", "ERROR"} <= {line["level"] for line in lines}
