"""Several processes ask the diary of one log at once, and some are killed at it: it stays what the fold gives."""

import json
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from diplocal.dates import When
from diplocal.diary import Diary
from diplocal.diary.place import InMemory
from diplocal.engagements import Engagement
from diplocal.events import Confirmed, Event, MeetingHeld, MergedAsDuplicate, VisitAnnounced
from diplocal.parties import State
from diplocal.projections import AllEngagements, ContactFrequency
from diplocal.replaying import replay
from diplocal.store import EventStore, open_store


@pytest.fixture(autouse=True)
def _events_of_ours_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    """Other tests register classes in this process, and what knows others has a diary of its own."""
    monkeypatch.setattr("diplocal.diary.place.vocabulary", lambda: "")


CHINA, RUSSIA = State("CN"), State("RU")
ASKING = """
import json, sys
from diplocal.diary import Diary
from diplocal.projections import ContactFrequency
from diplocal.store import open_existing

address, times = sys.argv[1], int(sys.argv[2])
with open_existing(address) as store, Diary(store) as diary:
    sys.stdin.readline()
    for _ in range(times):
        frozen = diary.as_of(known_at=diary.checkpoint.position)
        seen = [(one.slug, one.revisions, one.status.value) for one in frozen.find()]
        contacts = sum(frozen.answer(ContactFrequency()).counts.values())
        print(json.dumps([frozen.position, seen, contacts]), flush=True)
"""
"""Waits for a line, then asks so many times, and says up to which position, what it found and what it counted."""
STOPPING = """
import os, signal, sys, time
from diplocal.diary import Diary
from diplocal.diary.place import place_of
from diplocal.projections import ContactFrequency
from diplocal.store import open_existing
from diplocal.testing.diaries import BrokenOff, Fragile

def stop(_):
    print("stopped", flush=True)
    time.sleep(600)

def catch_up(address, statements):
    BrokenOff.__init__ = stop
    with open_existing(address) as store:
        diary = Diary(store, place=Fragile(place_of(store, "public"), int(statements)))
        diary.answer(ContactFrequency())
        stop(None)

for line in sys.stdin:
    if not (child := os.fork()):
        catch_up(*line.rstrip().split("\\t"))
    sys.stdin.readline()
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    print("killed", flush=True)
"""
"""For each log: a process that catches up, and stands still after so many statements, with the transaction open.

A further line kills it.
"""


@pytest.fixture(params=["sqlite", "postgres"])
def address(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    if request.param == "sqlite":
        return str(tmp_path / "visits.db")
    new_address: Callable[[], str] = request.getfixturevalue("new_address")
    return new_address()


def visits(numbers: range) -> list[Event]:
    """Two reports about each visit, and each tenth is said to be the same as the one before."""
    reports: list[Event] = []
    for number in numbers:
        slug, day = f"visit-{number}", When(f"2023-{number % 12 + 1:02}-17")
        reports += [
            VisitAnnounced(engagement=slug, visitors=(CHINA,), host=RUSSIA, when=day),
            Confirmed(engagement=slug),
            MeetingHeld(engagement=f"talks-{number}", participants=(CHINA, RUSSIA), when=day, during=slug),
        ]
        if number % 10 == 9:
            reports.append(MergedAsDuplicate(engagement=slug, into=f"visit-{number - 1}"))
    return reports


def seen(engagement: Engagement) -> list[object]:
    return [engagement.slug, engagement.revisions, engagement.status.value]


def agree(store: EventStore) -> None:
    """See that a new diary has what folding the log has."""
    folded = replay(AllEngagements(), store, audience="public")
    with Diary(store) as diary:
        assert {one.slug: one for one in diary.find()} == {one.slug: one for one in folded}
        assert diary.answer(ContactFrequency()) == replay(ContactFrequency(), store, audience="public")


@pytest.fixture(scope="module")
def stopper() -> Iterator["subprocess.Popen[str]"]:
    with processes(STOPPING) as (process,):
        yield process


@contextmanager
def stopped(stopper: "subprocess.Popen[str]", address: str, statements: int) -> Iterator[None]:
    """Have a process stand still in the middle of catching up, and kill it."""
    assert stopper.stdin
    assert stopper.stdout
    print(address, statements, sep="\t", file=stopper.stdin, flush=True)
    assert stopper.stdout.readline() == "stopped\n"
    yield
    print(file=stopper.stdin, flush=True)
    assert stopper.stdout.readline() == "killed\n"


@contextmanager
def processes(script: str, *arguments: str, number: int = 1) -> Iterator["list[subprocess.Popen[str]]"]:
    """Run a script in so many processes, which are killed at the end."""
    command = [sys.executable, "-c", script, *arguments]
    running = [
        subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) for _ in range(number)
    ]
    try:
        yield running
    finally:
        for process in running:
            process.kill()
            process.communicate()


def test_several_make_it_and_bring_it_up_to_date_at_once_and_none_sees_a_half(address: str) -> None:
    """Each answer, whoever gives it and when, is the fold up to the position that it was asked at."""
    with open_store(address) as store:
        store.append(*visits(range(300)))
        with processes(ASKING, address, "8", number=3) as several:
            for process in several:
                assert process.stdin
                process.stdin.write("now\n")
                process.stdin.flush()
            for start in range(300, 400, 10):
                store.append(*visits(range(start, start + 10)))
            outputs = [process.communicate(timeout=60)[0] for process in several]
        answers = [json.loads(line) for output in outputs for line in output.splitlines()]
        assert len(answers) == 3 * 8
        for position in {position for position, _, _ in answers}:
            found = replay(AllEngagements(), store, known_at=position, audience="public")
            wanted = sorted(map(seen, found))
            contacts = sum(replay(ContactFrequency(), store, known_at=position, audience="public").counts.values())
            for other, engagements, counted in answers:
                if other == position:
                    assert sorted(engagements) == wanted
                    assert counted == contacts
        agree(store)


@pytest.mark.parametrize("statements", [0, 1, 4, 7, 9, 12])
@pytest.mark.parametrize("making", ["first making", "catching up"])
def test_what_is_killed_in_the_middle_leaves_nothing_half(
    address: str, making: str, statements: int, stopper: "subprocess.Popen[str]"
) -> None:
    with open_store(address) as store:
        store.append(*visits(range(40)))
        if making == "catching up":
            agree(store)
            store.append(*visits(range(30, 50)))
        with stopped(stopper, address, statements):
            pass
        agree(store)


def test_who_finds_another_process_at_it_answers_from_memory_before_long(
    address: str, monkeypatch: pytest.MonkeyPatch, stopper: "subprocess.Popen[str]"
) -> None:
    monkeypatch.setattr("diplocal.diary.place.PATIENCE", 0.2)
    with open_store(address) as store:
        store.append(*visits(range(20)))
        agree(store)
        store.append(*visits(range(15, 25)))
        with stopped(stopper, address, 3):
            start = time.monotonic()
            agree(store)
            assert time.monotonic() - start < 10
            with Diary(store) as diary:
                diary.slugs()
                assert isinstance(diary._place, InMemory)
        agree(store)
