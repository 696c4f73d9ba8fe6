"""A primary is killed under load and another takes its place: what was acknowledged is there, no reader goes back."""

import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import NamedTuple

import attrs
import psycopg

from diplocal.errors import NotReachable, NotReadable, NotWritable
from diplocal.events import ReportAttached
from diplocal.store.postgres import PostgresStore

from .cluster import HOST, Cluster, Node, until

SCHEMA = "fail_over"


class Outcome(NamedTuple):
    """What came of it."""

    acknowledged: int
    before: int
    """Acknowledged when the primary was killed."""
    lost: int
    went_back: int
    """How often a reader saw a shorter log than before."""
    readings: int
    pause: float
    """Seconds between the last acknowledgement of the old primary and the first of the new one."""
    fenced: bool
    """Whether the old primary, which came back by itself, acknowledged nothing."""


@attrs.define
class Load:
    """Writers and readers, until they are told to stop."""

    cluster: Cluster
    ended: threading.Event = attrs.field(factory=threading.Event)
    acknowledged: list[tuple[float, str]] = attrs.field(factory=list)
    went_back: int = 0
    readings: int = 0

    def write(self, number: int) -> None:
        """Append reports one by one; what is not acknowledged is appended again."""
        turn = 0
        with PostgresStore(self.cluster.address(SCHEMA), patience=5) as store:
            while not self.ended.is_set():
                report = ReportAttached(engagement=f"e-{number}", note=f"{turn}")
                try:
                    (record,) = store.append(report)
                except (NotReachable, NotReadable, NotWritable):
                    time.sleep(0.05)
                    continue
                self.acknowledged.append((time.monotonic(), record.id))
                turn += 1

    def read(self, standby: Node) -> None:
        """Ask a standby again and again where the log ends."""
        address = f"postgresql://postgres@{HOST}:{standby.port}/postgres?schema={SCHEMA}"
        seen = 0
        with PostgresStore.existing(address) as store:
            while not self.ended.is_set():
                try:
                    position = store.position()
                except (NotReachable, NotReadable):
                    time.sleep(0.05)
                    continue
                self.went_back += position < seen
                self.readings += 1
                seen = position
                time.sleep(0.01)


def fail_over(folder: Path, programs: Path, *, seconds: float, writers: int) -> Outcome:
    """Kill a primary after half of the time, promote a standby, and see what came of it."""
    with Cluster(folder, programs) as cluster:
        PostgresStore(cluster.address(SCHEMA)).close()
        load, standbys = Load(cluster), list(cluster.standbys)
        until(lambda: all(_has_the_log(standby) for standby in standbys))
        with ThreadPoolExecutor(writers + len(standbys)) as people:
            works = [people.submit(load.write, number) for number in range(writers)]
            works += [people.submit(load.read, standby) for standby in standbys]
            try:
                time.sleep(seconds / 2)
                cluster.primary.kill()
                killed, before = time.monotonic(), len(load.acknowledged)
                old = cluster.fail_over()
                fenced = _acknowledges_nothing(old)
                cluster.take_back(old)
                time.sleep(seconds / 2)
            finally:
                load.ended.set()
            for work in works:
                work.result()
        with PostgresStore(cluster.address(SCHEMA)) as store:
            store.verify()
            stored = {record.id for record in store.read()}
            end = store.position()
        until(lambda: all(_position(node) == end for node in cluster.standbys))
    times = [at for at, _ in load.acknowledged]
    pause = min((at for at in times if at > killed), default=killed) - max(at for at in times if at <= killed)
    lost = sum(event_id not in stored for _, event_id in load.acknowledged)
    return Outcome(len(times), before, lost, load.went_back, load.readings, pause, fenced)


def _acknowledges_nothing(old: Node) -> bool:
    """Start an old primary as it was, and try to append to it."""
    old.start()
    address = f"postgresql://postgres@{HOST}:{old.port}/postgres?schema={SCHEMA}&application_name=stray"
    told: list[object] = []

    def stray() -> None:
        try:
            with PostgresStore(address) as store:
                told.append(store.append(ReportAttached(engagement="stray", note="to nobody")))
        except (NotReachable, NotWritable):
            pass

    thread = threading.Thread(target=stray)
    thread.start()
    thread.join(1.5)
    old.ask("SELECT pg_cancel_backend(pid) FROM pg_stat_activity WHERE application_name = 'stray'")
    thread.join(0.5)
    old.stop()
    thread.join()
    return not told


def _position(node: Node) -> int:
    return int(node.ask(f"SELECT position FROM {SCHEMA}.head"))  # noqa: S608 - our own name


def _has_the_log(node: Node) -> bool:
    try:
        return _position(node) >= 0
    except psycopg.Error:
        return False
