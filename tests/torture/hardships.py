"""Hardships: no room, no permission, a lock that others hold, clocks that jump, a write-ahead log that is gone."""

import os
import resource
import sqlite3
from collections.abc import Callable
from contextlib import closing, suppress
from itertools import count
from pathlib import Path
from random import Random

import pendulum

from diplocal.diary import Diary
from diplocal.errors import DiskFull, LogLocked, LogReplaced, NotProven, NotReadable, NotWritable
from diplocal.proofs.proving import check_growth, checkpoint_at
from diplocal.store import SQLiteStore

from .kills import Rounds, logs
from .witness import Child, Witness, acknowledged_in, diary_equals_fold, hold, reports, writing

NOBODY = 65534
NOON = pendulum.datetime(2023, 9, 18, 12)


def no_room(folder: Path, chance: Random) -> Rounds:
    """Let files grow so far and no further: while a log is made, appended to, or its write-ahead log moved into it."""
    for witness in logs(folder):
        child = Child(_growing_to(chance.choice([0, 4096, 20_000, 60_000, 150_000]), witness, chance.getrandbits(64)))
        witness.acknowledged |= acknowledged_in(child.join())
        witness.settle()
        yield 1


def _growing_to(size: int, witness: Witness, seed: int) -> Callable[[int], None]:
    def write(pipe: int) -> None:
        room = size + (witness.path.stat().st_size if witness.path.exists() else 0)
        resource.setrlimit(resource.RLIMIT_FSIZE, (room, resource.RLIM_INFINITY))
        with suppress(DiskFull, NotWritable, NotReadable):
            writing(witness.path, _often_moved_into_the_file, seed)(pipe)

    return write


def _often_moved_into_the_file(path: Path) -> SQLiteStore:
    log = SQLiteStore(path)
    log._writer.execute("PRAGMA wal_autocheckpoint = 5")
    return log


def no_permission(folder: Path, chance: Random) -> Rounds:
    """Let somebody read, and try to write, who may not write the file, or the folder."""
    for witness in logs(folder):
        with SQLiteStore(witness.path) as log:
            log.append(*reports(chance, 20))
        folder.chmod(0o755)
        witness.path.chmod(chance.choice([0o444, 0o644]))
        Child(lambda _pipe, path=witness.path: _read_only(path, chance)).join()  # type: ignore[misc]
        witness.path.chmod(0o644)
        folder.chmod(0o700)
        witness.settle()
        yield 1


def _read_only(path: Path, chance: Random) -> None:
    if os.getuid() == 0:
        os.setuid(NOBODY)
    else:
        path.chmod(0o444)
        path.parent.chmod(0o555)
    with SQLiteStore.existing(path) as log:
        for _ in range(2):
            try:
                log.append(*reports(chance, 2))
            except NotWritable:
                pass
            else:
                hold(kept=False, promise="what may not be written is not written")
            log.verify()
            diary_equals_fold(log)


def a_lock(folder: Path, chance: Random) -> Rounds:
    """Hold a lock for longer than an append waits: nothing is stored, and it is said."""
    for witness in logs(folder):
        with SQLiteStore(witness.path, patience=0.01) as log, closing(sqlite3.connect(witness.path)) as other:
            other.isolation_level = None
            other.execute(chance.choice(["BEGIN IMMEDIATE", "BEGIN EXCLUSIVE"]))
            envelopes = reports(chance, 9)
            try:
                log.append(*envelopes)
            except LogLocked:
                witness.look(log)
            else:
                hold(kept=False, promise="an append waits for a lock that another holds")
            other.execute("ROLLBACK")
            log.append(*envelopes)
            witness.acknowledged |= {str(one.id) for one in envelopes}
        witness.settle()
        yield 1


def a_clock_that_jumps(folder: Path, chance: Random) -> Rounds:
    """Set the clock back and ahead between appends: the public sees no instant before one that it saw."""
    for number in count():
        path = folder / f"clock-{number}.db"
        with SQLiteStore(path, clock=lambda: NOON.add(seconds=chance.randrange(-100_000, 100_000))) as log:
            for _ in range(12):
                log.append(*reports(chance, 3))
            log.verify()
            seen = list(log.read(audience="public"))
            instants = [record.recorded_micros for record in seen]
            hold(instants == sorted(instants), "instants do not fall")
            for one in seen[::5]:
                last = [other.position for other in seen if other.recorded_micros <= one.recorded_micros][-1]
                hold(
                    log.position_at(one.recorded_at, audience="public") == last,
                    "what was known is found by its instant",
                )
            diary_equals_fold(log)
        for left in folder.glob("clock-*"):
            left.unlink()
        yield 1


def the_tail_cut(folder: Path, chance: Random) -> Rounds:
    """Cut or remove the write-ahead log: what is left are whole appends, and a checkpoint tells of the loss."""
    for number in count():
        path, torn, sizes = folder / f"cut-{number}.db", folder / f"torn-{number}.db", [0]
        with SQLiteStore(path) as log:
            several = (reports(chance, chance.randrange(1, 6)) for _ in range(chance.randrange(2, 12)))
            sizes += [log.append(*some)[-1].position for some in several]
            written, checkpoint = list(log.read()), checkpoint_at(log, log.position())
            torn.write_bytes(path.read_bytes())
            ahead = Path(f"{path}-wal").read_bytes()
        if chance.random() < 0.9:
            Path(f"{torn}-wal").write_bytes(ahead[: chance.randrange(len(ahead))])
        with SQLiteStore.existing(torn) as log, Diary(log) as diary:
            end = log.verify().position
            hold(end in sizes, "appends are whole, and not", end)
            hold(list(log.read()) == written[:end], "what is left is as it was")
            diary.find(state="CN")
            diary_equals_fold(log)
            try:
                check_growth(log, [checkpoint])
            except NotProven:
                lost = True
            else:
                lost = False
            hold(lost == (end < len(written)), "a checkpoint tells whether the end is missing")
        for left in folder.glob(f"*-{number}.db*"):
            left.unlink()
        yield 1


def another_file_in_its_place(folder: Path, chance: Random) -> Rounds:
    """Replace the file of an open log by another, or by an older copy: it is noticed, and nothing is acknowledged."""
    for number in count():
        path, older = folder / f"log-{number}.db", folder / f"older-{number}.db"
        with SQLiteStore(path) as log:
            log.append(*reports(chance, 30))
            log._writer.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            older.write_bytes(path.read_bytes())
            log.append(*reports(chance, 30))
            log._writer.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            log.position()
            if chance.random() < 0.5:
                with SQLiteStore(folder / "new.db") as new:
                    new.append(*reports(chance, chance.randrange(1, 100)))
                (folder / "new.db").replace(path)
            else:
                older.replace(path)
            for ask in (log.position, lambda: log.append(*reports(chance, 1)), lambda: list(log.read())):
                with suppress(LogReplaced):
                    ask()
                    hold(kept=False, promise="a log that was replaced is noticed")
        for left in folder.glob("*"):
            left.unlink()
        yield 1


HARDSHIPS: dict[str, tuple[Callable[[Path, Random], Rounds], int]] = {
    "no room on the disk": (no_room, 300),
    "no permission to write": (no_permission, 100),
    "a lock that another holds": (a_lock, 200),
    "a clock that is set back and ahead": (a_clock_that_jumps, 200),
    "a write-ahead log that is cut, or gone": (the_tail_cut, 400),
    "another file in the place of a log": (another_file_in_its_place, 200),
}
"""What a log meets, and how often."""
