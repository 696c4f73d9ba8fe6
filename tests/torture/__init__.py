"""Torments logs: run ``python -m tests.torture`` at the top of a checkout."""

import sys
from pathlib import Path

sys.path.append(str(Path(__file__).parents[1] / "watching"))  # what tests share
