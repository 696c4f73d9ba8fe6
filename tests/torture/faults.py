"""Planted faults: what acknowledges, numbers, notes or writes in the wrong order, or verifies too little."""

import os
import sqlite3
import time
from collections.abc import Iterator
from pathlib import Path
from random import Random
from typing import Any, Self

import diplocal.diary.diary as diaries
from diplocal.diary.following import _grow, follow
from diplocal.diary.tables import Checkpoint, Tables
from diplocal.events import ReportAttached
from diplocal.records import Envelope, Record
from diplocal.store import Readable, SQLiteStore

from .kills import InFiles, Rounds, a_writer, asking, one_of_many_writers, who_brings_a_diary_up_to_date
from .mutations import (
    all_of_it,
    more_in_the_schema,
    mutating,
    rows,
    verified_by_its_tree,
    verified_by_itself,
    verified_record_by_record,
)
from .power_cuts import can_be_recorded, cuts
from .rounds import Torment


class AcknowledgesBeforeItCommits(SQLiteStore):
    """Says that events are stored, and stores them together with later ones, to save the disk some work."""

    def __init__(self, path: Path) -> None:
        super().__init__(path)
        self._waiting: list[Any] = []

    def append(self, *events: Any, **_: Any) -> tuple[Record, ...]:
        self._waiting += events
        if len(self._waiting) < 12:
            return ()
        now, self._waiting = self._waiting, []
        return super().append(*now)


class BareIdentity:
    """Takes a number first and commits the record afterwards, as an identity column on a server does it."""

    def __init__(self, path: Path) -> None:
        self._connection = sqlite3.connect(path, isolation_level=None, timeout=30)
        self._connection.execute("PRAGMA journal_mode = WAL")
        self._connection.execute("CREATE TABLE IF NOT EXISTS numbers (number INTEGER PRIMARY KEY)")
        self._connection.execute("CREATE TABLE IF NOT EXISTS records (position INTEGER PRIMARY KEY, id TEXT)")

    def append(self, *envelopes: Envelope) -> None:
        for one in envelopes:
            number = self._connection.execute("INSERT INTO numbers VALUES (NULL)").lastrowid
            self._connection.execute("INSERT INTO records VALUES (?, ?)", (number, one.id))

    def read(self, *, after: int = 0) -> Iterator[Record]:
        query = "SELECT position, id FROM records WHERE position > ? ORDER BY position"
        for position, event_id in self._connection.execute(query, (after,)).fetchall():
            event = ReportAttached(engagement="talks")
            yield Record(position, "talks", 1, event_id, event, "public", None, None, None, 0)

    def digest_at(self, position: int) -> bytes:
        return b"%d" % position

    def verify(self) -> None:
        """Has nothing to verify by."""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._connection.close()


def _saves_its_checkpoint_first(tables: Tables, log: Readable, audience: str) -> Checkpoint:
    kept, end = tables.checkpoint(), log.position()
    if kept is None or kept.position == end:
        return follow(tables, log, audience)
    now = Checkpoint(log.log_id, audience, end, log.digest_at(end), kept.recorded_micros)
    tables.save_checkpoint(now)
    tables.database.execute("COMMIT", ())
    tables.database.execute("BEGIN IMMEDIATE", ())
    _grow(tables, log, audience, kept, end)
    return now


def _asking_hastily(path: Path | str, pipe: int) -> None:
    setattr(diaries, "follow", _saves_its_checkpoint_first)  # noqa: B010 - in a child of its own, past what mypy lets pass
    while True:
        asking(path, pipe)
        os.sched_yield()
        time.sleep(0.001)


def acknowledges_before_it_commits(folder: Path, chance: Random) -> Rounds:
    return a_writer(folder, chance, InFiles(AcknowledgesBeforeItCommits))


def numbers_before_it_commits(folder: Path, chance: Random) -> Rounds:
    return one_of_many_writers(folder, chance, InFiles(BareIdentity))


def saves_a_checkpoint_before_its_rows(folder: Path, chance: Random) -> Rounds:
    return who_brings_a_diary_up_to_date(folder, chance, _asking_hastily)


def does_not_wait_for_the_disk(folder: Path, chance: Random) -> Rounds:
    return cuts(folder, chance, synchronous="NORMAL", share=0.2)


FAULTS: dict[str, Torment] = {
    "acknowledges before it commits": acknowledges_before_it_commits,
    **({"writes without synchronous=FULL": does_not_wait_for_the_disk} if can_be_recorded() else {}),
    "has a bare identity column": numbers_before_it_commits,
    "saves a checkpoint before its rows": saves_a_checkpoint_before_its_rows,
    "verifies each record by itself": mutating(rows, verified_record_by_record),
    "verifies its tree alone": mutating(more_in_the_schema, verified_by_its_tree),
    "verifies without an earlier checkpoint": mutating(all_of_it, verified_by_itself),
}
"""Faults that must show."""
LONGEST_TO_CATCH = 3_000
"""Kills or cuts within which each must show."""
