"""Kills a primary under load, again and again: ``python -m tests.replication``; ends with 1 when anything was lost."""

import argparse
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from .failing_over import fail_over
from .programs import programs


def main() -> int:
    """Run it, and print figures."""
    parser = argparse.ArgumentParser(prog="python -m tests.replication", description=__doc__)
    parser.add_argument("--times", type=int, default=5)
    parser.add_argument("--seconds", type=float, default=20.0, help="of load, each time")
    parser.add_argument("--writers", type=int, default=8)
    given = parser.parse_args()
    failed = 0
    for turn in range(given.times):
        with TemporaryDirectory() as folder:
            Path(folder).chmod(0o755)
            found = fail_over(Path(folder) / "cluster", programs(), seconds=given.seconds, writers=given.writers)
        print(  # noqa: T201
            f"{turn + 1}: {found.acknowledged} events acknowledged, {found.before} before the primary was killed; "
            f"{found.lost} lost; {found.readings} readings of standbys, {found.went_back} went back; "
            f"writers paused for {found.pause:.1f} s; "
            f"the old primary {'acknowledged nothing' if found.fenced else 'ACKNOWLEDGED'}",
            flush=True,
        )
        failed += found.lost + found.went_back + (not found.fenced)
    return int(failed > 0)


if __name__ == "__main__":
    sys.exit(main())
