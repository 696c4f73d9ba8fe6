"""The peers, at their best: PyPI eventsourcing with the same facts in its own usual form, and raw sqlite3.

eventsourcing keeps values as plain JSON, which its default transcoding writes and reads fastest; typed values would
each need a transcoding, and cost it more.
"""

import json
import sqlite3
import uuid
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import UTC, datetime
from importlib.resources import files
from pathlib import Path
from typing import Any

from eventsourcing.application import Application
from eventsourcing.domain import DomainEvent

from diplocal.events import EngagementEvent
from diplocal.events.wire import encode
from diplocal.store.rows import Stored
from diplocal.store.sqlite_file import PAGE_SIZE

NAMESPACE = uuid.UUID("5b0f6a3a-6f0c-4f57-9b8f-0d6ac3a8a3d5")
RECORDED = datetime(2024, 1, 1, tzinfo=UTC)
PAGE = 1000


class Reported(DomainEvent):
    """What all reports have."""

    engagement: str
    reported: str
    sources: list[Any]


class VisitAnnounced(Reported):
    visitors: list[Any]
    host: dict[str, Any]
    when: str
    place: str
    received_by: list[Any]
    level: str
    purposes: list[str]


class VisitConcluded(VisitAnnounced):
    pass


class MeetingAnnounced(Reported):
    participants: list[Any]
    when: str
    place: str


class MeetingHeld(MeetingAnnounced):
    pass


class CallAnnounced(Reported):
    participants: list[Any]
    when: str


class CallHeld(CallAnnounced):
    pass


class DateNarrowed(Reported):
    when: str


class Rescheduled(Reported):
    when: str


class Confirmed(Reported):
    when: str


class Cancelled(Reported):
    reason: str


class ReportAttached(Reported):
    pass


CLASSES: dict[str, type[Reported]] = {
    cls.__name__: cls
    for cls in (
        VisitAnnounced, VisitConcluded, MeetingAnnounced, MeetingHeld, CallAnnounced, CallHeld, DateNarrowed,
        Rescheduled, Confirmed, Cancelled, ReportAttached,
    )
}  # fmt: skip


class Diary(Application[uuid.UUID]):
    """An application of eventsourcing, in a SQLite file."""


def diary(folder: Path) -> Diary:
    """Open an eventsourcing application in a folder. It uses WAL, and SQLite's default ``synchronous=FULL``."""
    env = {"PERSISTENCE_MODULE": "eventsourcing.sqlite", "SQLITE_DBNAME": str(folder / "eventsourcing.db")}
    return Diary(env=env)


def domain_events(events: Iterable[EngagementEvent]) -> list[Reported]:
    """Give the same facts as eventsourcing's events."""
    versions: Counter[str] = Counter()
    made: list[Reported] = []
    for event in events:
        facts: dict[str, Any] = json.loads(encode(event).data)
        versions[event.stream] += 1
        made.append(
            CLASSES[type(event).__name__](
                originator_id=uuid.uuid5(NAMESPACE, event.stream),
                originator_version=versions[event.stream],
                timestamp=RECORDED,
                **facts,
            )
        )
    return made


def all_events(application: Diary) -> Iterator[Reported]:
    """Read and decode everything, page by page."""
    start, last = 1, application.recorder.max_notification_id() or 0
    mapper: Callable[[Any], Any] = application.mapper.to_domain_event
    while start <= last:
        page = application.recorder.select_notifications(start, PAGE)
        yield from map(mapper, page)
        start = page[-1].id + 1


def raw(folder: Path) -> sqlite3.Connection:
    """Open a file with the same tables and the same pragmas as diplocal's."""
    connection = sqlite3.connect(folder / "raw.db", isolation_level=None)
    connection.execute(f"PRAGMA page_size = {PAGE_SIZE}")
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = FULL")
    connection.executescript(files("diplocal.store").joinpath("schema.sql").read_text(encoding="utf-8"))
    return connection


Raw = tuple[list[tuple[int | None, str]], tuple[Any, ...]]
"""The names that are new in a record, and its row."""
INSERT_NAME = "INSERT INTO names VALUES (?, ?)"
INSERT = f"INSERT INTO records VALUES ({', '.join('?' * (len(Stored._fields) + 1))})"  # noqa: S608 - question marks


def insert_one_by_one(connection: sqlite3.Connection, rows: Sequence[Raw]) -> None:
    """Insert ready rows, each in a transaction."""
    for names, row in rows:
        connection.execute("BEGIN IMMEDIATE")
        connection.executemany(INSERT_NAME, names)
        connection.execute(INSERT, row)
        connection.execute("COMMIT")


def insert_many(connection: sqlite3.Connection, rows: Sequence[Raw], batch: int) -> None:
    """Insert ready rows, so many in a transaction."""
    for start in range(0, len(rows), batch):
        connection.execute("BEGIN IMMEDIATE")
        some = rows[start : start + batch]
        connection.executemany(INSERT_NAME, [name for names, _ in some for name in names])
        connection.executemany(INSERT, [row for _, row in some])
        connection.execute("COMMIT")
