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

import uvicorn

from diplocal.diary import Diary
from diplocal.errors import NotALog
from diplocal.projections import ContactFrequency
from diplocal.store import SQLiteStore
from diplocal.store.sqlite_backup import back_up
from diplocal.syncing import sync
from diplocal.web.app import feed_app

from .witness import Child, Open, Witness, acknowledged_in, diary_equals_fold, hold, key, pause, reports, writing

GOLDEN = Path(__file__).parents[1] / "golden" / "log.v1.db"
LONGEST_LOG = 400
"""Records. A log that is longer is looked at as a whole, and another one is begun."""

Rounds = Iterator[int]
"""Torments for good, and yields after each round how many were killed in it. Raises Broken."""


def _logs(folder: Path, opened: Open = SQLiteStore) -> Iterator[Witness]:
    """Yield the witness of a log, of another log as soon as that one is long."""
    for number in count():
        witness = Witness(folder / f"log-{number}.db", opened)
        while len(witness.seen) < LONGEST_LOG:
            yield witness
        witness.look_at_all()
        for path in folder.glob(f"log-{number}.db*"):
            path.unlink()


def a_writer(folder: Path, chance: Random, opened: Open = SQLiteStore) -> Rounds:
    """Kill one writer at any moment from its start on, the making of the log included."""
    for witness in _logs(folder, opened):
        child = Child(writing(witness.path, opened, chance.getrandbits(64)))
        pause(chance, 0.015)
        witness.acknowledged |= acknowledged_in(child.kill())
        witness.settle()
        yield 1


def one_of_many_writers(folder: Path, chance: Random, opened: Open = SQLiteStore) -> Rounds:
    """Kill writers one after another, while a reader follows the tail."""
    for witness in _logs(folder, opened):
        children = [Child(writing(witness.path, opened, chance.getrandbits(64))) for _ in range(3)]
        with opened(witness.path) as log:
            while children:
                for _ in range(chance.randrange(1, 4)):
                    witness.look(log)
                said = children.pop().kill()
                witness.acknowledged |= acknowledged_in(said)
        witness.settle()
        yield 3


def who_opens_a_new_log(folder: Path, chance: Random) -> Rounds:
    """Kill two of three processes that make one log at the same time."""
    for number in count():
        witness = Witness(folder / f"new-{number}.db")
        children = [Child(writing(witness.path, SQLiteStore, chance.getrandbits(64))) for _ in range(3)]
        for child in children:
            pause(chance, 0.003)
            witness.acknowledged |= acknowledged_in(child.kill())
        witness.settle()
        for path in folder.glob("*new-*"):
            path.unlink()
        yield 3


def who_brings_a_diary_up_to_date(
    folder: Path, chance: Random, ask: Callable[[Path, int], None] | None = None
) -> Rounds:
    """Kill who makes the diary of a log, or catches up with it."""
    for witness in _logs(folder):
        with SQLiteStore(witness.path) as log:
            log.append(*reports(chance, chance.randrange(1, 30)))
        if chance.random() < 0.2:
            for path in folder.glob("*.diary*"):
                path.unlink()
        child = Child(lambda pipe, path=witness.path: (ask or asking)(path, pipe))  # type: ignore[misc]
        pause(chance, 0.06)
        child.kill()
        with SQLiteStore.existing(witness.path) as log:
            witness.look(log)
            diary_equals_fold(log)
        yield 1


def asking(path: Path, _pipe: int) -> None:
    """Ask the diary of a log."""
    with SQLiteStore.existing(path) as log, Diary(log) as diary:
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


def an_exchange(folder: Path, chance: Random) -> Rounds:
    """Kill who brings two logs together: the next time goes on, and both hold the same."""
    for number in count():
        paths = [folder / f"{name}-{number}.db" for name in ("one", "other")]
        for _ in range(12):
            for path in paths:
                with SQLiteStore(path) as log:
                    log.append(*reports(chance, chance.randrange(0, 25)))
            child = Child(lambda _pipe, paths=paths: _exchange(*paths))  # type: ignore[misc]
            pause(chance, 0.05)
            child.kill()
            yield 1
        _exchange(*paths)
        with SQLiteStore(paths[0]) as one, SQLiteStore(paths[1]) as other:
            held = [
                sorted((record.id, record.audience, record.first_log) for record in log.read()) for log in (one, other)
            ]
            hold(held[0] == held[1], "logs that were brought together hold the same")
            hold(len(set(held[0])) == len(held[0]), "nothing twice")
            for log in (one, other):
                log.verify()
        for path in folder.glob(f"*-{number}.db*"):
            path.unlink()


def _exchange(one: Path, other: Path) -> None:
    with SQLiteStore(one) as first, SQLiteStore(other) as second:
        sync(first, second)


def a_backup(folder: Path, chance: Random) -> Rounds:
    """Kill who makes a backup: under its name there is a whole copy, or none."""
    copy = folder / "copy.db"
    for witness in _logs(folder):
        with SQLiteStore(witness.path) as log:
            log.append(*reports(chance, chance.randrange(1, 60)))
        child = Child(lambda _pipe, path=witness.path: back_up(path, copy))  # type: ignore[misc]
        pause(chance, 0.03)
        child.kill()
        witness.settle()
        with suppress(NotALog), SQLiteStore.existing(copy) as kept:
            kept.verify()
            hold(list(map(key, kept.read())) == list(witness.seen), "a backup is whole")
        for left in folder.glob("*copy*"):
            left.unlink()
        yield 1


def a_server(folder: Path, chance: Random) -> Rounds:
    """Kill a server that is asked for feeds, while its log grows."""
    for witness in _logs(folder):
        with SQLiteStore(witness.path) as log:
            log.append(*reports(chance, 20))
        with closing(socket.create_server(("127.0.0.1", 0))) as door:
            child = Child(lambda _pipe, path=witness.path, door=door: _serve(path, door))  # type: ignore[misc]
            address = f"http://127.0.0.1:{door.getsockname()[1]}/calendar.ics"
            if chance.random() < 0.5:
                _get(address)
            with SQLiteStore(witness.path) as log:
                log.append(*reports(chance, 5))
            asker = Child(lambda _pipe, address=address: _get(address))  # type: ignore[misc]
            pause(chance, 0.3)
            child.kill()
        asker.kill()
        witness.settle()
        with SQLiteStore.existing(witness.path) as log:
            diary_equals_fold(log)
        yield 1


def _serve(path: Path, door: socket.socket) -> None:
    with SQLiteStore.existing(path) as log:
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
    "an exchange between two logs": (an_exchange, 600),
    "a backup": (a_backup, 400),
    "a server that is asked": (a_server, 200),
}
"""What is killed, and how often of 10,000 times."""
