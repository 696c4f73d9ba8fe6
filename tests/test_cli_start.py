"""A command starts fast: it imports what it needs, and nothing that other commands need."""

import subprocess
import sys
from pathlib import Path

import pytest
from typer.main import get_command

from diplocal.cli.program import app

HEAVY = {
    "attrs",
    "diplocal.calendars",
    "diplocal.events",
    "diplocal.projections.network",
    "diplocal.projections.punctuality",
    "hypothesis",
    "httpx",
    "icalendar",
    "jinja2",
    "networkx",
    "pendulum",
    "psycopg",
    "pydantic",
    "rich",
    "starlette",
    "uvicorn",
}
NEEDED_BY_A_TABLE = {"attrs", "diplocal.events", "pendulum", "rich"}


def loaded_by(*arguments: str, folder: Path) -> set[str]:
    """Run a command, and return which modules of those that are slow to import it has loaded."""
    program = "\n".join(
        [
            "import sys",
            "from diplocal.cli import main",
            f"sys.argv = {['diplocal', *arguments]!r}",
            "try:",
            "    main()",
            "finally:",
            "    print('loaded', *sys.modules)",
        ]
    )
    done = subprocess.run([sys.executable, "-c", program], cwd=folder, capture_output=True, text=True, check=True)
    return HEAVY & set(done.stdout.splitlines()[-1].split())


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("demo")
    loaded_by("demo", folder=folder)
    return folder


def test_the_version_loads_nothing_that_is_slow(tmp_path: Path) -> None:
    assert loaded_by("--version", folder=tmp_path) == set()


@pytest.mark.parametrize("command", ["show putin-to-china-2023-10", "upcoming --on 2023-10-01", "frequency"])
def test_an_answer_loads_no_calendars_and_no_other_answers(demo: Path, command: str) -> None:
    assert loaded_by(*command.split(), "--log", "diplocal-demo.db", folder=demo) <= NEEDED_BY_A_TABLE


def test_help_lists_every_command_with_what_it_does(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", "from diplocal.cli import main; main()", "--help"],
        cwd=tmp_path,
        env={"COLUMNS": "200", "LANG": "C.UTF-8"},
        capture_output=True,
        text=True,
        check=True,
    )
    lines = [line.strip(" │") for line in done.stdout.splitlines()]
    for command in get_command(app).commands.values():  # type: ignore[attr-defined]
        (line,) = [line for line in lines if line.split(maxsplit=1)[:1] == [command.name]]
        assert command.help.split(".")[0] in line


def test_a_misspelt_command_is_told_what_comes_near(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", "from diplocal.cli import main; main()", "upcomin"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 2
    assert "'upcoming'" in done.stderr


def test_what_is_loaded_late_is_not_hidden_by_a_module_of_the_same_name() -> None:
    program = "import diplocal.projections.tally\nfrom diplocal.projections import tally\nassert callable(tally)"
    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0


@pytest.mark.parametrize(("command", "handled"), [("serve", "SIG_IGN"), ("find", "SIG_DFL")])
def test_a_server_that_is_told_to_reload_before_it_is_loaded_is_not_ended(command: str, handled: str) -> None:
    """HUP ends other commands, when a terminal is closed."""
    program = (
        "import signal, sys, diplocal.cli",
        "sys.modules['diplocal.cli.program'] = None",  # nothing of it is needed for that
        "try: diplocal.cli.main()",
        "except ImportError: print(signal.getsignal(signal.SIGHUP).name)",
    )
    started = [sys.executable, "-c", "\n".join(program), command]
    assert subprocess.run(started, capture_output=True, text=True, check=True).stdout.strip() == handled
