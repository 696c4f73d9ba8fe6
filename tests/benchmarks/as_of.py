"""An answer as of any position, from kept states, beside folding from the start.

Each measurement is a process of its own: ``python as_of.py log position`` prints the seconds of processor time that the
answer took.
"""

import shutil
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import fold
from measuring import Row, apart, at_most, race

from diplocal.projections import ContactFrequency
from diplocal.replaying import replay, take_snapshots
from diplocal.store import SQLiteStore

PARTS = 100
"""A state is kept at each hundredth of the log: of a million records at each 10,000, as take_snapshots does it."""
ROUNDS = 3


def rows(number: int) -> Iterator[Row]:
    """Measure answers as of positions all over a log, each the farthest from the last state that was kept."""
    every = number // PARTS
    positions = [quarter * number // 4 - 1 for quarter in (1, 2, 3, 4)]
    with TemporaryDirectory() as folder:
        fold.fill_diplocal(Path(folder), number)
        plain = Path(folder) / "diplocal.db"
        kept = Path(folder) / "kept.db"
        shutil.copy(plain, kept)
        with SQLiteStore(kept) as store:
            take_snapshots(ContactFrequency(), store, every=every)
        grown = kept.stat().st_size / plain.stat().st_size
        timers = {f"as of {position:,}": apart(__file__, str(kept), str(position)) for position in positions}
        taken = race({**timers, "start": apart(__file__, str(plain), str(positions[-1]))}, ROUNDS)
    slowest = max(timers, key=taken.median)
    yield Row(
        f"an answer as of any of {number:,} events: time / folding all",
        taken.ratio(slowest, "start"),
        f"{slowest} {taken.median(slowest):.2f} s, folding all {taken.median('start'):.2f} s; "
        f"{PARTS} kept states make the file {grown:.1f} times as large",
        at_most(1 / 20),
    )


def main() -> None:
    """Measure one answer."""
    with SQLiteStore(sys.argv[1]) as store:
        start = time.process_time()
        replay(ContactFrequency(), store, known_at=int(sys.argv[2]))
        sys.stdout.write(f"{time.process_time() - start}\n")


if __name__ == "__main__":
    main()
