"""The house is in order: linted, formatted, strictly typed, and imports go one way."""

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
BINARIES = Path(sys.executable).parent


@pytest.mark.parametrize(
    "check",
    [
        ("ruff", "check", "."),
        ("ruff", "format", "--check", "."),
        ("mypy",),
        ("lint-imports", "--no-cache"),
    ],
    ids=["lint", "format", "types", "imports"],
)
def test_the_house_is_in_order(check: tuple[str, ...]) -> None:
    run = subprocess.run(
        [BINARIES / check[0], *check[1:]], cwd=ROOT, capture_output=True, text=True, check=False, timeout=300
    )
    assert run.returncode == 0, run.stdout + run.stderr
