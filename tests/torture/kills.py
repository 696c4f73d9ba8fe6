"""Kills, by SIGKILL: of writers, readers, migrations, exchanges, backups and servers."""

import os
import shutil
import socket
import sqlite3
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import closing, suppress
from itertools import count
from pathlib import Path
from random import Random
from typing import Protocol

import uvicorn
from showing import Shown

from diplocal.diary import Diary
from diplocal.diary.place import forget
from diplocal.errors import NotALog
from diplocal.projections import ContactFrequency
from diplocal.store import SQLiteStore, open_existing, open_store
from diplocal.store.sqlite_backup import back_up
from diplocal.syncing import pull, sync
from diplocal.web.app import feed_app

from .witness import Child, Open, Witness, acknowledged_in, diary_equals_fold, hold, key, pause, reports, writing

GOLDEN = Path(__file__).parents[1] / "golden" / "log.v1.db"
LONGEST_LOG = 400
"""Records. A log that is longer is looked at as a whole, and another one is begun."""

Rounds = Iterator[int]
"""Torments for good, and yields after each round how many were killed in it. Raises Broken."""


class Place(Protocol):
    """Where logs lie that are tormented."""

    opened: Open

    def new(self, folder: Path) -> Path | str:
        """Return where a log may be that is not there."""

    def remove(self, log: Path | str) -> None:
        """Remove a log with all that belongs to it."""


class InFiles:
    """Logs in files, or faulty ones that must be caught."""

    def __init__(self, opened: Open = SQLiteStore) -> None:
        self.opened = opened
        self._numbers = count()

    def new(self, folder: Path) -> Path:
        return folder / f"log-{next(self._numbers)}.db"

    def remove(self, log: Path | str) -> None:
        for path in Path(log).parent.glob(f"{Path(log).name}*"):
            path.unlink()


FILES = InFiles()


def logs(folder: Path, place: Place = FILES) -> Iterator[Witness]:
    """Yield the witness of a log, of another log as soon as that one is long."""
    while True:
        witness = Witness(place.new(folder), place.opened)
        while len(witness.seen) < LONGEST_LOG:
            yield witness
        witness.look_at_all()
        place.remove(witness.path)


def a_writer(folder: Path, chance: Random, place: Place = FILES, longest: float = 0.015) -> Rounds:
    """Kill one writer at any moment from its start on, the making of the log included."""
    for witness in logs(folder, place):
        child = Child(writing(witness.path, witness.opened, chance.getrandbits(64)))
        pause(chance, longest)
        witness.acknowledged |= acknowledged_in(child.kill())
        witness.settle()
        yield 1


def one_of_many_writers(folder: Path, chance: Random, place: Place = FILES) -> Rounds:
    """Kill writers one after another, while a reader follows the tail."""
    for witness in logs(folder, place):
        children = [Child(writing(witness.path, witness.opened, chance.getrandbits(64))) for _ in range(3)]
        with witness.opened(witness.path) as log:
            while children:
                for _ in range(chance.randrange(1, 4)):
                    witness.look(log)
                said = children.pop().kill()
                witness.acknowledged |= acknowledged_in(said)
        witness.settle()
        yield 3


def who_opens_a_new_log(folder: Path, chance: Random, place: Place = FILES, longest: float = 0.003) -> Rounds:
    """Kill two of three processes that make one log at the same time."""
    while True:
        witness = Witness(place.new(folder), place.opened)
        children = [Child(writing(witness.path, witness.opened, chance.getrandbits(64))) for _ in range(3)]
        for child in children:
            pause(chance, longest)
            witness.acknowledged |= acknowledged_in(child.kill())
        witness.settle()
        place.remove(witness.path)
        for left in folder.glob(".*"):
            left.unlink()
        yield 3


def who_brings_a_diary_up_to_date(
    folder: Path, chance: Random, ask: Callable[[Path | str, int], None] | None = None, place: Place = FILES
) -> Rounds:
    """Kill who makes the diary of a log, or catches up with it."""
    for witness in logs(folder, place):
        with open_store(witness.path) as log:
            log.append(*reports(chance, chance.randrange(1, 30)))
            if chance.random() < 0.2:
                forget(log)
        child = Child(lambda pipe, path=witness.path: (ask or asking)(path, pipe))  # type: ignore[misc]
        pause(chance, 0.06)
        child.kill()
        with open_existing(witness.path) as log:
            witness.look(log)
            diary_equals_fold(log)
        yield 1


def asking(path: Path | str, _pipe: int) -> None:
    """Ask the diary of a log."""
    with open_existing(path) as log, Diary(log) as diary:
        diary.find(state="CN")
        diary.answer(ContactFrequency())


def a_migration(folder: Path, chance: Random) -> Rounds:
    """Kill who migrates a log of format 1: it is in one format or the other, and has what it had."""
    with SQLiteStore.existing(shutil.copy(GOLDEN, folder / "first.db")) as log:
        before = list(log.read())
    path = folder / "log.db"
    for _ in count():
        shutil.copy(GOLDEN, path)
        child = Child(writing(path, SQLiteStore, chance.getrandbits(64)))
        pause(chance, 0.05)
        acknowledged = acknowledged_in(child.kill())
        with closing(sqlite3.connect(path)) as connection:
            (version,) = connection.execute("PRAGMA user_version").fetchone()
        hold(version in {1, 2}, "a log is of format 1 or 2, this of", version)
        with SQLiteStore.existing(path) as log:
            found = list(log.read())
            hold(found[: len(before)] == before, "what was there before a migration is there")
            hold(acknowledged <= {record.id for record in found}, "acknowledged, and lost in a migration")
            log.verify()
        for left in folder.glob("log.db*"):
            left.unlink()
        yield 1


def an_exchange(folder: Path, chance: Random, place: Place = FILES) -> Rounds:
    """Kill who brings two logs together: the next time goes on, and both hold the same."""
    while True:
        paths = FILES.new(folder), place.new(folder)
        for _ in range(12):
            for path in paths:
                with open_store(path) as log:
                    log.append(*reports(chance, chance.randrange(0, 25)))
            child = Child(lambda _pipe, paths=paths: _exchange(*paths))  # type: ignore[misc]
            pause(chance, 0.05)
            child.kill()
            yield 1
        _exchange(*paths)
        with open_existing(paths[0]) as one, open_existing(paths[1]) as other:
            held = [
                sorted((record.id, record.audience, record.first_log) for record in log.read()) for log in (one, other)
            ]
            hold(held[0] == held[1], "logs that were brought together hold the same")
            hold(len(set(held[0])) == len(held[0]), "nothing twice")
            for log in (one, other):
                log.verify()
        FILES.remove(paths[0])
        place.remove(paths[1])


def _exchange(one: Path | str, other: Path | str) -> None:
    with open_store(one) as first, open_store(other) as second:
        sync(first, second)


def who_takes_in_what_a_server_shows(folder: Path, chance: Random) -> Rounds:
    """Kill who takes in what a server shows of a log: the next time goes on, and has all that is shown."""
    while True:
        ours, theirs = FILES.new(folder), FILES.new(folder)
        for _ in range(12):
            with open_store(theirs) as log:
                log.append(*reports(chance, chance.randrange(0, 60)))
            child = Child(lambda _pipe, ours=ours, theirs=theirs: _taken_in(ours, theirs))  # type: ignore[misc]
            pause(chance, 0.04)
            child.kill()
            yield 1
        _taken_in(ours, theirs)
        with open_existing(ours) as log, open_existing(theirs) as other:
            held, shown = ([key(record) for record in one.read(audience="internal")] for one in (log, other))
            hold(held == shown, "what is shown was taken in, in its order, once")
            hold(log.position() == len(held), "and nothing else")
            log.verify()
        FILES.remove(ours)
        FILES.remove(theirs)


def _taken_in(ours: Path, theirs: Path) -> None:
    with open_store(ours) as log, open_existing(theirs) as other, closing(Shown(other, "internal")) as server:
        pull(log, server)


def a_backup(folder: Path, chance: Random) -> Rounds:
    """Kill who makes a backup: under its name there is a whole copy, or none."""
    copy = folder / "copy.db"
    for witness in logs(folder):
        with open_store(witness.path) as log:
            log.append(*reports(chance, chance.randrange(1, 60)))
        child = Child(lambda _pipe, path=Path(witness.path): back_up(path, copy))  # type: ignore[misc]
        pause(chance, 0.03)
        child.kill()
        witness.settle()
        with suppress(NotALog), SQLiteStore.existing(copy) as kept:
            kept.verify()
            hold(list(map(key, kept.read())) == list(witness.seen), "a backup is whole")
        for left in folder.glob("*copy*"):
            left.unlink()
        yield 1


def a_server(folder: Path, chance: Random, place: Place = FILES) -> Rounds:
    """Kill a server that is asked for feeds, while its log grows."""
    for witness in logs(folder, place):
        with open_store(witness.path) as log:
            log.append(*reports(chance, 20))
        with closing(socket.create_server(("127.0.0.1", 0))) as door:
            child = Child(lambda _pipe, path=witness.path, door=door: _serve(path, door))  # type: ignore[misc]
            address = f"http://127.0.0.1:{door.getsockname()[1]}/calendar.ics"
            if chance.random() < 0.5:
                _get(address)
            with open_store(witness.path) as log:
                log.append(*reports(chance, 5))
            asker = Child(lambda _pipe, address=address: _get(address))  # type: ignore[misc]
            pause(chance, 0.3)
            child.kill()
        asker.kill()
        witness.settle()
        with open_existing(witness.path) as log:
            diary_equals_fold(log)
        yield 1


def _serve(path: Path | str, door: socket.socket) -> None:
    with open_existing(path) as log:
        uvicorn.Server(uvicorn.Config(feed_app(log), log_level="critical")).run(sockets=[door])


def _get(address: str) -> None:
    with suppress(OSError), urllib.request.urlopen(address, timeout=10) as answer:  # noqa: S310 - our own address
        answer.read()
    os.sched_yield()


KINDS: dict[str, tuple[Callable[[Path, Random], Rounds], int]] = {
    "a writer": (a_writer, 3400),
    "one of several writers, beside a reader of the tail": (one_of_many_writers, 2400),
    "one of several that make a new log": (who_opens_a_new_log, 1200),
    "who makes a diary, or catches up": (who_brings_a_diary_up_to_date, 1200),
    "a migration of format 1": (a_migration, 600),
    "an exchange between two logs": (an_exchange, 400),
    "who takes in what a server shows": (who_takes_in_what_a_server_shows, 200),
    "a backup": (a_backup, 400),
    "a server that is asked": (a_server, 200),
}
"""What is killed, and how often of 10,000 times."""
