"""Power cuts: what a process wrote is recorded, and cut anywhere. Writes that were not synced are lost, torn, or there.

A folder's entries count as there for good only after the folder was synced. That is less than most file systems give.
"""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from itertools import count
from pathlib import Path
from random import Random
from typing import NamedTuple

from diplocal.diary import Diary
from diplocal.store import SQLiteStore

from .witness import Witness, acknowledged_in, diary_equals_fold, hold, reports

ROOT = Path(__file__).parents[2]
GOLDEN = Path(__file__).parents[1] / "golden" / "log.v1.db"
SECTOR = 512
"""Octets that a disk writes as a whole."""
ACKNOWLEDGED, LOG = "acknowledged", "log.db"


def can_be_recorded() -> bool:
    """Tell whether there is what records writes: Linux, and a C compiler."""
    return sys.platform == "linux" and shutil.which("gcc") is not None


class Step(NamedTuple):
    """Something that was done to a file."""

    what: str
    path: str
    other: str
    place: int
    octets: bytes


def recorded(folder: Path, seed: int, synchronous: str, *, is_migrated: bool = False) -> list[Step]:
    """Let a process make a log, or migrate one, append to it, and ask its diary; return what it wrote, step by step."""
    shim, trace, worked = folder / "recorder.so", folder / "trace", folder / "worked"
    worked.mkdir()
    source = Path(__file__).with_name("recorder.c")
    subprocess.run(["gcc", "-shared", "-fPIC", "-O1", "-w", "-o", shim, source, "-ldl"], check=True)
    preloaded = {"LD_PRELOAD": str(shim), "TORTURE_FOLDER": str(worked), "TORTURE_TRACE": str(trace)}
    command = [
        sys.executable,
        "-m",
        f"{__package__}.power_cuts",
        str(worked),
        str(seed),
        synchronous,
        *(["migrate"] if is_migrated else []),
    ]
    subprocess.run(command, cwd=ROOT, env={**os.environ, **preloaded}, check=True, timeout=120)
    return list(_steps(trace.read_bytes(), str(worked)))


def _steps(trace: bytes, folder: str) -> Iterator[Step]:
    start = 0
    while start < len(trace):
        end = trace.index(b"\n", start)
        what, path, other, place, length = trace[start:end].decode().split("\t")
        start = end + 1 + int(length)
        yield Step(what, path.removeprefix(folder), other.removeprefix(folder), int(place), trace[end + 1 : start])


class File:
    """What a disk has of a file, and what it was told and has not got for certain."""

    def __init__(self) -> None:
        self.kept = bytearray()
        self.waiting: list[Step] = []

    def sync(self) -> None:
        for step in self.waiting:
            _do(self.kept, step)
        self.waiting.clear()

    def after_a_cut(self, chance: Random) -> bytes:
        """Return what is found of it: of what waits, each write may be there, whole or in part, or not."""
        found, honest = bytearray(self.kept), chance.random()
        for step in self.waiting:
            if chance.random() < honest:
                torn = chance.randrange(0, len(step.octets) + 1, SECTOR) if chance.random() < 0.2 else len(step.octets)
                _do(found, step._replace(octets=step.octets[:torn]))
        return bytes(found)


def _do(octets: bytearray, step: Step) -> None:
    if step.what == "cut":
        del octets[step.place :]
        return
    octets.extend(bytes(max(0, step.place - len(octets))))
    octets[step.place : step.place + len(step.octets)] = step.octets


class Disk:
    """A folder on a disk, and what has been done to it."""

    def __init__(self) -> None:
        self.names: dict[str, File] = {}
        self.kept: dict[str, File] = {}
        self.acknowledged = b""

    def do(self, step: Step) -> None:
        """Take note of a step."""
        match step.what:
            case "sync" if not step.path:
                self.kept = dict(self.names)
            case "sync":
                self._named(step.path).sync()
            case "unlink":
                self.names.pop(step.path, None)
            case "rename":
                self.names[step.other] = self.names.pop(step.path)
            case "link":
                self.names[step.other] = self._named(step.path)
            case _ if step.path == f"/{ACKNOWLEDGED}":
                self.acknowledged += step.octets
            case _:
                self._named(step.path).waiting.append(step)

    def _named(self, path: str) -> File:
        return self.names.setdefault(path, File())

    def cut(self, chance: Random, folder: Path) -> None:
        """Lay out what is found after the power came back."""
        names = chance.choice((self.kept, self.names))
        for name, file in names.items():
            if not name.endswith("-shm"):  # which is in memory, and gone
                Path(f"{folder}{name}").write_bytes(file.after_a_cut(chance))


def cuts(folder: Path, chance: Random, *, synchronous: str = "FULL", share: float = 1.0) -> Iterator[int]:
    """Cut the power after some of the steps of a process, and yield 1 for each time that nothing was lost.

    Raises Broken.
    """
    for number in count():
        disk, is_migrated = Disk(), number % 3 == 2
        there = ids_of(GOLDEN, folder) if is_migrated else set()
        for step in recorded(folder, chance.getrandbits(32), synchronous, is_migrated=is_migrated):
            disk.do(step)
            if is_migrated and f"/{LOG}" not in disk.kept:
                continue  # the log of format 1 is being laid there
            if chance.random() >= share:
                continue
            found = folder / "found"
            found.mkdir()
            disk.cut(chance, found)
            witness = Witness(found / LOG, SQLiteStore)
            witness.acknowledged = acknowledged_in(disk.acknowledged) | there
            if witness.path.exists():
                witness.look_at_all()
            else:
                hold(not witness.acknowledged, "acknowledged, and the log is gone")
            shutil.rmtree(found)
            yield 1
        for name in ("worked", "trace"):
            path = folder / name
            path.unlink() if path.is_file() else shutil.rmtree(path)


def ids_of(log: Path, folder: Path) -> set[str]:
    """Return the ids in a log, which is not touched."""
    with SQLiteStore.existing(shutil.copy(log, folder / "copy.db")) as store:
        return {record.id for record in store.read()}


def lay(octets: bytes, path: Path) -> None:
    """Write a file, and see that it lasts."""
    with path.open("wb") as file:
        file.write(octets)
        file.flush()
        os.fsync(file.fileno())
    entries = os.open(path.parent, os.O_RDONLY)
    os.fsync(entries)
    os.close(entries)


def work(folder: Path, chance: Random, synchronous: str, *, is_migrated: bool) -> None:
    """Make a log, append, ask, move the write-ahead log into the file, close and open again."""
    if is_migrated:
        lay(GOLDEN.read_bytes(), folder / LOG)
    said = os.open(folder / ACKNOWLEDGED, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    for _ in range(3):
        with SQLiteStore(folder / LOG) as log, Diary(log) as diary:
            log._writer.execute(f"PRAGMA synchronous = {synchronous}")
            log._writer.execute("PRAGMA wal_autocheckpoint = 12")
            for _ in range(8):
                envelopes = reports(chance, chance.randrange(1, 6))
                log.append(*envelopes)
                os.write(said, "".join(str(one.id) for one in envelopes).encode())
                if chance.random() < 0.3:
                    diary.find(state="CN")
            diary_equals_fold(log)


if __name__ == "__main__":
    chance = Random(int(sys.argv[2]))  # noqa: S311 - no secrets
    work(Path(sys.argv[1]), chance, sys.argv[3], is_migrated="migrate" in sys.argv)
