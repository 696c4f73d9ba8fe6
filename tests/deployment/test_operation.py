"""What the how-to about operation says works as it stands there: the units, the timer, and both proxies."""

import os
import re
import shlex
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from html import unescape
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import pytest
from typer.testing import CliRunner

from diplocal.cli.program import app as commands
from diplocal.demo import article
from diplocal.store import SQLiteStore
from diplocal.web.access import AccessList, beside

PAGE = Path(__file__).parents[2] / "docs" / "how-to" / "put-into-operation.md"
BLOCKS = re.findall(r"```\w+\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)
SECONDS = 60
HOST = "calendar.example.org"
LINK = re.compile(r"""(?:href|src|action)=["']([^"'#]+)""")
NGINX = """
user root; daemon off; pid pid; error_log stderr;
events {{}}
http {{
    access_log access; client_body_temp_path b; proxy_temp_path p;
    fastcgi_temp_path f; uwsgi_temp_path u; scgi_temp_path s;
    {server}
}}
"""
"""What stands around a server of nginx, in a folder of its own."""


def block(has: str) -> str:
    """Return a block of the how-to."""
    (found,) = (text for text in BLOCKS if has in text)
    return str(found)


def program(name: str) -> str:
    found = shutil.which(name, path=f"{os.environ['PATH']}:/usr/sbin")
    if found:
        return found
    missing = f"{name} is not installed: tests/readers/install brings it"
    if os.environ.get("CI"):
        pytest.fail(missing)
    pytest.skip(missing)


@contextmanager
def running(
    command: list[str], folder: Path, is_there: Callable[[], bool], more: Mapping[str, str] = {}
) -> Iterator[None]:
    """Run a program in a folder until the context ends."""
    said = folder / "said"
    with said.open("wb") as out:
        process = subprocess.Popen(command, cwd=folder, env={**os.environ, **more}, stdout=out, stderr=out)
    try:
        end = time.monotonic() + SECONDS
        while not is_there():
            assert process.poll() is None, said.read_text()
            assert time.monotonic() < end, said.read_text()
            time.sleep(0.05)
        yield
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(SECONDS)


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Path, str]]:
    """A server that runs as its unit says, with one process: the folder of its socket, and a token."""
    folder = tmp_path_factory.mktemp("served")
    log = folder / "visits.db"
    with SQLiteStore(log) as store:
        store.append(*article.as_reported())
    access = AccessList(beside(str(log)))
    _, token = access.grant(feed=None, audience="internal", note="desk", granted="2026-03-01")
    (folder / "feeds.toml").write_text('title = "Desk"\n')
    started = re.search(r"^ExecStart=.*; exec \S+ (serve [^\"]*)\"$", block("ExecReload"), re.MULTILINE)
    assert started
    options = started[1].replace("/run/diplocal", str(folder)).replace("/etc/diplocal", str(folder))
    command = [sys.executable, "-c", "from diplocal.cli import main; main()", *options.split()]
    command[command.index("--workers") + 1] = "1"
    with running(command, folder, (folder / "socket").exists, {"DIPLOCAL_LOG": str(log)}):
        yield folder, token


@pytest.fixture(params=["nginx", "caddy"])
def proxy(request: pytest.FixtureRequest, served: tuple[Path, str], tmp_path: Path) -> Iterator[str]:
    """A proxy with the configuration of the how-to, but for its port, its certificate and the place of the socket."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command, config = program(request.param), tmp_path / "config"
    if request.param == "nginx":
        said = NGINX.format(server=block("upstream diplocal")).replace("443 ssl", f"127.0.0.1:{port}")
        command_line = [command, "-p", str(tmp_path), "-c", str(config)]
    else:
        said = f"{{\nadmin off\n}}\n{block('reverse_proxy')}".replace(f"{HOST} {{", f"http://{HOST}:{port} {{")
        command_line = [command, "run", "--adapter", "caddyfile", "--config", str(config)]
    config.write_text(said.replace("/run/diplocal", str(served[0])))

    def is_there() -> bool:
        with socket.socket() as probe:
            return probe.connect_ex(("127.0.0.1", port)) == 0

    with running(command_line, tmp_path, is_there, {"HOME": str(tmp_path)}):
        yield f"http://127.0.0.1:{port}"


def test_every_address_behind_a_proxy_leads_below_its_path(
    proxy: str, served: tuple[Path, str], tmp_path: Path
) -> None:
    token = served[1]
    with httpx.Client(base_url=proxy, headers={"Host": HOST}) as client:
        ahead, asked = ["/diary/", f"/diary/private/{token}/", "/diary/feeds/all.ics"], dict[str, int]()
        while ahead and len(asked) < 25:
            path = ahead.pop(0)
            answer = client.get(path)
            asked[path] = answer.status_code
            location = answer.headers.get("location")
            if location or answer.headers["content-type"].startswith("text/html"):
                links = [urlsplit(unescape(one)) for one in [location] * bool(location) or LINK.findall(answer.text)]
                own = [one for one in links if one.hostname in (None, HOST) and one.scheme in ("", "http")]
                assert own, path
                assert not [one for one in own if not one.path.startswith("/diary/")]
                ahead += [f"{one.path}?{one.query}".rstrip("?") for one in own if one.path not in asked]
        assert set(asked.values()) <= {200, 301, 303, 307, 308}, asked
        assert client.get("/diary/private/guessed/").status_code == 404
        etag = client.get("/diary/feeds/all.ics").headers["etag"]
        assert client.get("/diary/feeds/all.ics", headers={"If-None-Match": etag}).status_code == 304
        assert client.get("/elsewhere").status_code in {200, 404}
    for written in [*tmp_path.iterdir(), served[0] / "said"]:
        assert not written.is_file() or token not in written.read_text()


def test_the_units_are_in_order_and_their_commands_run(tmp_path: Path) -> None:
    verify = [program("systemd-analyze"), "verify", "--man=no"]
    names = {
        "diplocal.service": "ExecReload",
        "diplocal-backup.service": "Type=oneshot",
        "diplocal-backup.timer": "[Timer]",
    }
    for name, has in names.items():
        diplocal = Path(sys.executable).parent / "diplocal"
        (tmp_path / name).write_text(block(has).replace("/opt/diplocal/bin/diplocal", str(diplocal)))
    done = subprocess.run(
        [*verify, *(str(tmp_path / name) for name in names)], capture_output=True, text=True, check=False
    )
    assert (done.returncode, [line for line in done.stderr.splitlines() if "diplocal" in line]) == (0, [])


def test_the_command_of_the_backup_makes_one(tmp_path: Path) -> None:
    with SQLiteStore(tmp_path / "visits.db") as store:
        store.append(*article.as_reported())
    made = re.search(r"^ExecStart=/bin/sh -c '(.*)'$", block("Type=oneshot"), re.MULTILINE)
    assert made
    line = made[1].replace("$$", "$").replace("/opt/diplocal/bin/diplocal", f"{Path(sys.executable).parent}/diplocal")
    line = line.replace("/var/lib/diplocal", str(tmp_path)).replace("/var/backups/diplocal", str(tmp_path))
    subprocess.run(["/bin/sh", "-c", line], check=True, capture_output=True, timeout=SECONDS)
    (copy,) = tmp_path.glob("visits-*.db")
    with SQLiteStore.existing(copy) as store:
        assert store.verify().position == len(article.as_reported())


@pytest.mark.filterwarnings("ignore::diplocal.replaying.RecordsSetAside")  # it has one of the user's own
def test_an_upgrade_leaves_an_earlier_log_as_it_is_until_something_is_recorded(tmp_path: Path) -> None:
    log = tmp_path / "visits.db"
    log.write_bytes((Path(__file__).parents[1] / "golden" / "log.v1.db").read_bytes())
    _, token = AccessList(beside(str(log))).grant(feed=None, audience="internal", note="desk", granted="2026-03-01")
    before = log.read_bytes()

    def diplocal(*arguments: str) -> None:
        done = CliRunner().invoke(commands, arguments)
        assert done.exit_code == 0, done.output

    diplocal("backup", str(log), str(tmp_path / "copy.db"))
    diplocal("list", "--log", str(log))
    diplocal("verify", "--log", str(log))
    assert log.read_bytes() == before
    (tmp_path / "new.toml").write_text('[[event]]\ntype = "confirmed"\nengagement = "talks-0"\nreported = 2026-11-01\n')
    diplocal("record", str(tmp_path / "new.toml"), "--log", str(log))
    assert log.read_bytes() != before
    for place in (log, tmp_path / "copy.db"):
        diplocal("verify", "--log", str(place))
    assert AccessList(beside(str(log))).holder(token)


def test_a_log_moves_to_postgresql_and_subscribers_see_nothing_happen(
    new_address: Callable[[], str], tmp_path: Path
) -> None:
    address, log = new_address(), str(tmp_path / "visits.db")
    with SQLiteStore(log) as store:
        store.append(*article.as_reported())

    def diplocal(*arguments: str) -> str:
        command = [str(Path(sys.executable).parent / "diplocal"), *arguments]
        return subprocess.run(command, check=True, capture_output=True, text=True, timeout=SECONDS).stdout

    for line in block("diplocal init-db").splitlines():
        said = line.replace("postgresql://owner@db.example/calendar", address).replace(
            "/var/lib/diplocal/visits.db", log
        )
        diplocal(*shlex.split(said)[1:])
    feeds = [diplocal("feed", "--on", "2023-09-18", "--log", place) for place in (log, address)]
    assert feeds[0] == feeds[1]
