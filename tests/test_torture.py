"""A little of ``python -m tests.torture``: planted faults show, and of what is ours nothing breaks."""

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
LITTLE = ("--kills", "60", "--hardships", "10", "--mutations", "24", "--cuts", "30", "--servers", "0", "--seed", "2")
ON_A_SERVER = ("--no-faults", "--kills", "0", "--hardships", "0", "--mutations", "0", "--cuts", "0", "--servers", "12")


pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="without fork and /proc (they are Linux's)")


def tormented(*asked: str) -> list[str]:
    """Torment logs, and return the lines that tell of it."""
    command = [sys.executable, "-m", "tests.torture", *asked]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=300, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout.splitlines()


def test_planted_faults_show_and_nothing_of_ours_breaks() -> None:
    said = tormented(*LITTLE)
    planted = [line for line in said if line.startswith("| planted: ")]
    assert len(planted) >= 6
    assert not any("not shown" in line for line in planted)


def test_nothing_breaks_on_a_server(postgres_server: str) -> None:
    assert len(tormented(*ON_A_SERVER, "--server", postgres_server)) == 10
