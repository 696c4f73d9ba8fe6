"""Memory that an understanding of a whole log takes.

Each measurement is a process of its own: ``python memory.py folder`` folds the log that lies in the folder, and prints
by how many bytes the process grew at most while it did, and how many are still held at the end.
"""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import fold
from measuring import Row, at_most

from diplocal.projections import ContactFrequency
from diplocal.replaying import catch_up
from diplocal.store import SQLiteStore

KILOBYTE = 1024


def rows(number: int) -> Iterator[Row]:
    """Measure memory."""
    with TemporaryDirectory() as folder:
        fold.fill_diplocal(Path(folder), number)
        command = [sys.executable, __file__, folder]
        finished = subprocess.run(command, capture_output=True, text=True, check=True)
    peak, held = (int(figure) / number for figure in finished.stdout.split())
    yield Row(
        f"memory for {number:,} events understood: at most",
        peak,
        f"{held:,.0f} B held at the end",
        at_most(KILOBYTE, " B"),
        unit=" B",
    )


def main() -> None:
    """Fold the log, and tell how far the process grew."""
    with SQLiteStore(Path(sys.argv[1]) / "diplocal.db") as store:
        before = kilobytes("VmRSS")
        checkpoint = catch_up(ContactFrequency(), store)
        peak, held = kilobytes("VmHWM") - before, kilobytes("VmRSS") - before
    sys.stdout.write(f"{peak * KILOBYTE} {held * KILOBYTE}\n")
    del checkpoint


def kilobytes(name: str, process: int | str = "self") -> int:
    """Read how much of a process is in memory (VmRSS), or was at most (VmHWM): see proc(5)."""
    status = Path(f"/proc/{process}/status").read_text(encoding="ascii")
    return next(int(line.split()[1]) for line in status.splitlines() if line.startswith(f"{name}:"))


if __name__ == "__main__":
    main()
