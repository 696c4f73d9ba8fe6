"""What a law starts is bounded, and ends with what started it."""

import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from fcntl import LOCK_EX, LOCK_NB, flock
from pathlib import Path

import pytest

MODULE = """
import os
import sys
import time
import unittest
from fcntl import LOCK_EX, flock
from pathlib import Path

from hypothesis import settings
from hypothesis.strategies import just

from diplocal.events import Cancelled, VisitAnnounced
from diplocal.parties import State
from diplocal.store import MemoryStore
from diplocal.testing import History, check_event_type, check_feed, check_law, check_projection, check_store, laws
from diplocal.testing.worker import in_a_worker

alive = Path(f"process-{os.getpid()}").open("w")
flock(alive, LOCK_EX)  # until this process ends
if len(list(Path().glob("process-*"))) > 6:
    sys.exit("the brake: too many processes")

FEW = settings(max_examples=3, database=None)
HISTORY = History.of(VisitAnnounced(engagement="gala", visitors=(State("CN"),), host=State("RU")))


class Counted:
    name = "test.counted"
    version = 1

    def start(self):
        return 0

    def apply(self, state, record):
        return state + isinstance(record.event, VisitAnnounced)

    def answer(self, state):
        return state
"""


def run(folder: Path, module: str, program: str = "import counted") -> subprocess.CompletedProcess[str]:
    (folder / "counted.py").write_text(MODULE + module, encoding="utf-8")
    return subprocess.run(
        [sys.executable, "-c", program],
        cwd=folder,
        env={"PYTHONPATH": str(folder)},
        capture_output=True,
        text=True,
        check=False,
        timeout=100,
    )


def processes(folder: Path) -> list[Path]:
    """List those that have imported the module: the one that checks, and its workers."""
    return list(folder.glob("process-*"))


@pytest.mark.parametrize(
    "check",
    [
        "print(check_projection(Counted, settings=FEW))",
        "check_law('processes', Counted, HISTORY)",
        "unittest.TextTestRunner().run(laws(Counted, settings=FEW)('test_05_processes'))",
        "check_law('processes', Counted, HISTORY)\ncheck_store(MemoryStore, settings=FEW)",
        "check_law('processes', Counted, HISTORY)\ncheck_event_type(Cancelled, settings=FEW)",
    ],
)
def test_a_check_at_the_top_level_of_a_module_is_made_once(tmp_path: Path, check: str) -> None:
    done = run(tmp_path, check)
    assert (done.returncode, "Traceback" in done.stderr) == (0, False), done.stderr
    assert len(processes(tmp_path)) == 3


def test_a_worker_holds_nothing_to_a_law_and_says_so(tmp_path: Path) -> None:
    done = run(
        tmp_path,
        "report = str(check_projection(Counted, histories=just(HISTORY), settings=FEW))\n"
        "Path(f'said-by-{in_a_worker()}').write_text(report)",
    )
    assert done.returncode == 0, done.stderr
    assert "this process folds for another one, which checks" in (tmp_path / "said-by-True").read_text()
    assert "processes    kept" in (tmp_path / "said-by-False").read_text()


def test_what_a_module_prints_and_reads_when_it_is_imported_is_not_taken_for_an_answer(tmp_path: Path) -> None:
    module = "print('imported')\nprint(sys.stdin.read(1))\nos.write(1, b'and more')"
    done = run(tmp_path, module, "import counted; counted.check_law('processes', counted.Counted, counted.HISTORY)")
    assert (done.returncode, done.stderr) == (0, "")


def test_a_module_that_ends_the_process_when_it_is_imported_is_told_of(tmp_path: Path) -> None:
    done = run(
        tmp_path,
        "if in_a_worker():\n    sys.exit('not here')",
        "import counted; print(counted.check_projection(counted.Counted, settings=counted.FEW))",
    )
    assert "another process cannot import it: SystemExit: not here" in done.stdout, done.stderr


def test_a_worker_that_dies_while_it_folds_is_told_of(tmp_path: Path) -> None:
    done = run(
        tmp_path,
        "if in_a_worker():\n    Counted.apply = lambda self, state, record: os._exit(3)",
        "import counted; counted.check_law('processes', counted.Counted, counted.HISTORY)",
    )
    assert "ended with code 3" in done.stderr


@pytest.mark.parametrize(
    "busy",
    [
        "",
        "if in_a_worker():\n    time.sleep(100)",
        "if in_a_worker():\n    while True: pass",
    ],
    ids=["waiting", "asleep", "busy"],
)
def test_workers_end_when_their_parent_is_killed(tmp_path: Path, busy: str) -> None:
    (tmp_path / "counted.py").write_text(MODULE + busy, encoding="utf-8")
    program = "import counted, time; counted.check_law('processes', counted.Counted, counted.HISTORY); time.sleep(100)"
    with subprocess.Popen([sys.executable, "-c", program], cwd=tmp_path, env={"PYTHONPATH": str(tmp_path)}) as parent:
        until(lambda: len(processes(tmp_path)) == 3)
        parent.kill()
    until(lambda: all(has_ended(process) for process in processes(tmp_path)))


def has_ended(process: Path) -> bool:
    with process.open("w") as alive, suppress(BlockingIOError):
        flock(alive, LOCK_EX | LOCK_NB)
        return True
    return False


def until(holds: Callable[[], bool]) -> None:
    for _ in range(300):
        if holds():
            return
        time.sleep(0.1)
    raise AssertionError("it did not come about within half a minute")
