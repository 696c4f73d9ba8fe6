"""The house is in order: linted, formatted, strictly typed, and imports go one way."""

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]


@pytest.mark.parametrize(
    "check",
    [
        ("ruff", "check", "."),
        ("ruff", "format", "--check", "."),
        ("mypy",),
        ("importlinter", "lint"),
    ],
    ids=["lint", "format", "types", "imports"],
)
def test_the_house_is_in_order(check: tuple[str, ...]) -> None:
    run = subprocess.run(
        [sys.executable, "-m", *check], cwd=ROOT, capture_output=True, text=True, check=False, timeout=300
    )
    assert run.returncode == 0, run.stdout + run.stderr
