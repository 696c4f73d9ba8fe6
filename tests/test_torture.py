"""A little of ``python -m tests.torture``: planted faults show, and of what is ours nothing breaks."""

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
LITTLE = ("--kills", "60", "--hardships", "10", "--mutations", "24", "--cuts", "30", "--seed", "2")


@pytest.mark.skipif(sys.platform != "linux", reason="without fork and /proc (they are Linux's)")
def test_planted_faults_show_and_nothing_of_ours_breaks() -> None:
    command = [sys.executable, "-m", "tests.torture", *LITTLE]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=300, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    planted = [line for line in done.stdout.splitlines() if line.startswith("| planted: ")]
    assert len(planted) >= 5
    assert "not shown" not in done.stdout
