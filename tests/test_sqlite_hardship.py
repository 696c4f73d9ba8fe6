"""The log in a file in hardship: a full disk, a fork, writers who want the same place."""

import subprocess
import sys
import threading
from collections import Counter
from pathlib import Path

import pytest

from diplocal.events import ReportAttached
from diplocal.store import SQLiteStore

PATIENCE = 60
"""Seconds that a test waits for a process of its own."""


def said(slug: str = "talks", note: str | None = None) -> ReportAttached:
    return ReportAttached(engagement=slug, note=note)


def told_by(script: str, *arguments: object) -> "subprocess.CompletedProcess[str]":
    """Run a program of its own, and give what it says."""
    command = [sys.executable, "-c", script, *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, timeout=PATIENCE, check=False)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "log.db"


FULL_DISK = """
import resource, sys
from diplocal.errors import NotWritable
from diplocal.events import ReportAttached
from diplocal.store import SQLiteStore

def room(size):
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, resource.RLIM_INFINITY))

with SQLiteStore(sys.argv[1]) as store:
    acknowledged = 0
    room(int(sys.argv[2]))
    try:
        for number in range(1000):
            batch = [ReportAttached(engagement=f"talks-{number}", note=str(part)) for part in range(50)]
            acknowledged = store.append(*batch)[-1].position
    except NotWritable as refused:
        print(refused)
    print(store.position() - acknowledged, store.verify().position - acknowledged)
    room(resource.RLIM_INFINITY)
    print(store.append(*batch)[-1].position - acknowledged, store.verify().position - acknowledged)
"""
"""Appends until there is no room, looks at what is there, and goes on when there is room again."""


@pytest.mark.parametrize("room", [100_000, 700_000, 5_000_000])
def test_a_full_disk_costs_only_the_append_that_did_not_fit(path: Path, room: int) -> None:
    run = told_by(FULL_DISK, path, room)
    assert run.stderr == ""
    refused, *found = run.stdout.splitlines()
    assert str(path) in refused
    assert "nothing was stored" in refused
    assert found == ["0 0", "50 50"]


FORKED = """
import os, sys
from diplocal.events import ReportAttached
from diplocal.store import SQLiteStore

store = SQLiteStore(sys.argv[1])
store.append(ReportAttached(engagement="talks"))
if os.fork() == 0:
    for use in (store.position, lambda: store.append(ReportAttached(engagement="child")), lambda: list(store.read())):
        try:
            use()
        except ValueError as refused:
            print(refused, flush=True)
    with SQLiteStore(sys.argv[1]) as own:
        print(own.append(ReportAttached(engagement="child"))[0].position, flush=True)
    os._exit(0)
os.wait()
print(store.append(ReportAttached(engagement="parent"))[0].position, store.verify().position)
"""


def test_a_process_that_was_forked_off_is_told_to_open_the_log_itself(path: Path) -> None:
    run = told_by(FORKED, path)
    *refused, child, parent = run.stdout.splitlines()
    assert (child, parent, run.stderr) == ("2", "3 3", "")
    assert len(refused) == 3
    assert all("open it again in this process" in line for line in refused)


RIVAL = """
import sys
from diplocal.errors import VersionClash
from diplocal.events import ReportAttached
from diplocal.store import SQLiteStore

with SQLiteStore(sys.argv[1]) as store:
    for number in range(40):
        while True:
            version = store.stream_version("talks")
            try:
                store.append(ReportAttached(engagement="talks", note=f"{version} {sys.argv[2]}"), expect=version)
                break
            except VersionClash:
                continue
"""
"""Says what it saw of a stream, and nothing when another was faster."""


def test_of_two_processes_that_decide_on_one_version_one_is_told_to_decide_again(path: Path) -> None:
    rivals = [subprocess.Popen([sys.executable, "-c", RIVAL, str(path), name]) for name in ("left", "right")]
    assert [rival.wait(PATIENCE) for rival in rivals] == [0, 0]
    with SQLiteStore(path) as store:
        notes = [str(record.event.note).split() for record in store.read()]
        assert [version for version, _ in notes] == [str(version) for version in range(80)]
        assert Counter(name for _, name in notes) == {"left": 40, "right": 40}
        assert store.stream_version("talks") == 80


def test_readers_read_what_they_began_to_read_while_others_append(path: Path) -> None:
    with SQLiteStore(path) as store:
        store.append(*(said(note=str(number)) for number in range(1500)))
        readings = [store.read() for _ in range(3)]
        lengths: list[int] = []
        readers = [
            threading.Thread(target=lambda reading=reading: lengths.append(sum(1 for _ in reading)))
            for reading in readings
        ]
        for reader in readers:
            reader.start()
        for number in range(20):
            store.append(said(f"late-{number}"))
        for reader in readers:
            reader.join()
        assert lengths == [1500] * 3


def test_a_reading_that_was_begun_ends_where_it_would_have_though_the_log_is_written_by_two(path: Path) -> None:
    with SQLiteStore(path) as store, SQLiteStore(path) as other:
        store.append(*(said(note=str(number)) for number in range(2500)))
        reading = store.read()
        next(reading)
        other.append(said("elsewhere"))
        store.append(said("here"))
        assert store.position() == other.position() == 2502
        assert [record.position for record in reading] == list(range(2, 2501))
