"""An answer as of any position, off the diary, beside folding from the start.

Each measurement is a process of its own: ``python as_of.py log position``, or ``fold`` for a position, prints the
seconds of processor time that the answer took.
"""

import sys
import time
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import fold
from measuring import Row, apart, at_most, race

from diplocal.diary import Diary
from diplocal.projections import ContactFrequency
from diplocal.replaying import replay
from diplocal.store import SQLiteStore

ROUNDS = 3


def rows(number: int) -> Iterator[Row]:
    """Measure answers of a diary as of positions all over a log."""
    positions = [quarter * number // 4 - 1 for quarter in (1, 2, 3, 4)]
    with TemporaryDirectory() as folder:
        fold.fill_diplocal(Path(folder), number)
        log = Path(folder) / "diplocal.db"
        with SQLiteStore(log) as store, Diary(store) as diary:
            diary.answer(ContactFrequency())
        timers = {f"as of {position:,}": apart(__file__, str(log), str(position)) for position in positions}
        taken = race({**timers, "start": apart(__file__, str(log), "fold")}, ROUNDS)
    slowest = max(timers, key=taken.median)
    yield Row(
        f"an answer as of any of {number:,} events: time / folding all",
        taken.ratio(slowest, "start"),
        f"{slowest} {taken.median(slowest):.2f} s, folding all {taken.median('start'):.2f} s",
        at_most(1 / 20),
    )


def main() -> None:
    """Measure one answer."""
    with SQLiteStore(sys.argv[1]) as store:
        start = time.process_time()
        if sys.argv[2] == "fold":
            replay(ContactFrequency(), store)
        else:
            Diary(store).as_of(known_at=int(sys.argv[2])).answer(ContactFrequency())
        sys.stdout.write(f"{time.process_time() - start}\n")


if __name__ == "__main__":
    main()
