"""Reading, decoding and counting: by a plain fold of records, and by what is understood of each engagement.

Each measurement is a process of its own: ``python fold.py contender folder`` opens the log that lies in the folder,
and prints the seconds of processor time that it took to read and count.
"""

import sys
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import peers
from history import events
from measuring import Row, apart, at_least, race

from diplocal.events import CallHeld, EngagementEvent, MeetingHeld, VisitConcluded
from diplocal.parties import Participant, party_of
from diplocal.projections import ContactFrequency, Contacts
from diplocal.records import Record
from diplocal.replaying import replay
from diplocal.store import SQLiteStore

BATCH = 1_000

Counts = Counter[tuple[str, str, str, str]]
"""By kind, two codes and month."""


def rows(number: int) -> Iterator[Row]:
    """Measure reading and counting."""
    with TemporaryDirectory() as folder:
        fill(Path(folder), number)
        counts = [contender(Path(folder)) for contender in CONTENDERS.values()]
        if len(set(counts)) > 1:
            raise AssertionError(f"the contenders count {counts} contacts")
        taken = race({name: apart(__file__, name, folder) for name in CONTENDERS})
    yield Row(
        "read, decode, count by a plain fold: speed / eventsourcing",
        taken.ratio("eventsourcing", "records"),
        taken.rates(number, "records", "eventsourcing"),
        at_least(2),
    )
    yield Row(
        "read, decode, understand, count: speed / eventsourcing's count",
        taken.ratio("eventsourcing", "engagements"),
        taken.rates(number, "engagements"),
        at_least(1.5),
    )


def fill(folder: Path, number: int) -> None:
    """Put the same log into files of both."""
    log = fill_diplocal(folder, number)
    domain = peers.domain_events(log)
    application = peers.diary(folder)
    for start in range(0, len(log), BATCH):
        application.save(*domain[start : start + BATCH])
    application.close()


def fill_diplocal(folder: Path, number: int) -> list[EngagementEvent]:
    """Put a log into a file of ours, and give its events."""
    log = events(number)
    with SQLiteStore(folder / "diplocal.db") as store:
        for start in range(0, len(log), BATCH):
            store.append(*log[start : start + BATCH])
    return log


def by_records(folder: Path) -> int:
    """Count what was held by kind, pair and month, as reports say it."""
    with SQLiteStore(folder / "diplocal.db") as store:
        return counted(store.read()).total()


def by_engagements(folder: Path) -> int:
    """Count contacts, as understood from all reports."""
    with SQLiteStore(folder / "diplocal.db") as store:
        answer: Contacts = replay(ContactFrequency(), store)
        return sum(answer.counts.values())


def by_eventsourcing(folder: Path) -> int:
    """Count what was held by kind, pair and month, as the peer's events say it."""
    application = peers.diary(folder)
    try:
        return counted_by_peer(peers.all_events(application)).total()
    finally:
        application.close()


CONTENDERS: dict[str, Callable[[Path], int]] = {
    "records": by_records,
    "engagements": by_engagements,
    "eventsourcing": by_eventsourcing,
}


def counted(records: Iterable[Record]) -> Counts:
    """Count from diplocal's records."""
    counts: Counts = Counter()
    for record in records:
        event = record.event
        if isinstance(event, VisitConcluded):
            for visitor in event.visitors:
                counts["visit", *_pair(visitor, event.host), event.when.edtf[:7]] += 1
        elif isinstance(event, MeetingHeld):
            counts["meeting", *_pair(*event.participants), event.when.edtf[:7]] += 1
        elif isinstance(event, CallHeld):
            counts["call", *_pair(*event.participants), event.when.edtf[:7]] += 1
    return counts


def _pair(one: Participant, other: Participant) -> tuple[str, str]:
    mine, theirs = party_of(one), party_of(other)
    if mine is None or theirs is None:
        raise AssertionError("everybody in this log stands for a state")
    return (mine.code, theirs.code) if mine.code < theirs.code else (theirs.code, mine.code)


def counted_by_peer(domain_events: Iterable[Any]) -> Counts:
    """Count the same from eventsourcing's events."""
    counts: Counts = Counter()
    for event in domain_events:
        if isinstance(event, peers.VisitConcluded):
            for visitor in event.visitors:
                counts["visit", *_coded(visitor, event.host), event.when[:7]] += 1
        elif isinstance(event, peers.MeetingHeld):
            counts["meeting", *_coded(*event.participants), event.when[:7]] += 1
        elif isinstance(event, peers.CallHeld):
            counts["call", *_coded(*event.participants), event.when[:7]] += 1
    return counts


def _coded(one: dict[str, Any], other: dict[str, Any]) -> tuple[str, str]:
    mine = one["party"]["code"] if "party" in one else one["code"]
    theirs = other["party"]["code"] if "party" in other else other["code"]
    return (mine, theirs) if mine < theirs else (theirs, mine)


def main() -> None:
    """Measure one contender."""
    contender, folder = CONTENDERS[sys.argv[1]], Path(sys.argv[2])
    start = time.process_time()
    contender(folder)
    sys.stdout.write(f"{time.process_time() - start}\n")


if __name__ == "__main__":
    main()
