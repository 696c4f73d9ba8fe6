"""Leaks of each sort, planted: the doors must tell the two logs apart with each of them."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import attrs
import pytest

from diplocal.cli import output, run
from diplocal.dates import When
from diplocal.distributed import parquet
from diplocal.errors import EventIdReused
from diplocal.events import Cancelled, ReportAttached, VisitAnnounced
from diplocal.parties import State
from diplocal.records import Envelope, Record
from diplocal.store import SQLiteStore, planning, sqlite
from diplocal.testing.history import History
from diplocal.web import app, pages, records
from diplocal.web.visitor import Visitor

from .doors import LOG, Answers, Reader, of_lines, of_refusals, of_the_library, of_the_server, served
from .pairs import Pair

CHINA, RUSSIA, FRANCE = State("CN"), State("RU"), State("FR")
VISIT = VisitAnnounced(engagement="visit", visitors=(CHINA,), host=RUSSIA, when=When("2023-10-05"))
SECRET = VisitAnnounced(engagement="secret", visitors=(FRANCE,), host=RUSSIA, when=When("2023-10-09"))
SEEN = (VISIT, ReportAttached(engagement="visit", note="seen"))
HIDDEN = (Envelope(SECRET, audience="internal"), Envelope(Cancelled(engagement="visit"), audience="internal"))
WITH_SECRETS = History.of(
    HIDDEN[0],
    SEEN[0],
    HIDDEN[1],
    SEEN[1],
    recorded=["2033-01-01T00:00:00Z", "2023-09-01T00:00:00Z", "2034-01-01T00:00:00Z", "2023-09-02T00:00:00Z"],
)
HISTORY = WITH_SECRETS.where(lambda one: one.envelope.audience == "public")
SECRETS = Pair(HISTORY, WITH_SECRETS, "public")
BESIDE = Pair(
    History.of(VISIT, recorded=["2023-09-01T00:00:00Z"]),
    History.of(VISIT, SECRET, recorded=["2023-09-01T00:00:00Z", "2023-09-03T00:00:00Z"]),
    "public",
    "china",
)
"""What is in one feed, and what is beside it."""

Doors = Callable[[Path, Reader], Answers]


@attrs.frozen
class Leak:
    """A leak: where it is planted, what stands there then, and at which doors it shows."""

    place: Any
    name: str
    planted: Callable[..., Any]
    doors: Doors
    pair: Pair = SECRETS

    @contextmanager
    def there(self) -> Iterator[None]:
        """Plant it, for as long as the context lasts."""
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(self.place, self.name, self.planted)
            yield


def in_python(folder: Path, reader: Reader) -> Answers:
    """Ask the library."""
    with SQLiteStore(folder / LOG) as store:
        yield from of_the_library(store, reader)


def server(folder: Path, reader: Reader) -> Answers:
    """Ask the server."""
    with SQLiteStore(folder / LOG) as store:
        yield from of_the_server(served(store), reader, most=30)


def refusals(folder: Path, reader: Reader) -> Answers:
    """Append what is refused."""
    with SQLiteStore(folder / LOG) as store:
        yield from of_refusals(store, reader)


def show(folder: Path, reader: Reader) -> Answers:
    """Type what shows numbers."""
    yield from of_lines(folder, reader, [["show", "visit", "--log", LOG], ["export", "--log", LOG]])


def _whole_position(reused: EventIdReused, event_id: str, *, stream: str, position: int) -> None:
    Exception.__init__(reused, f"{event_id} is at {position} already")
    reused.event_id, reused.stream, reused.position = event_id, stream, position


def _latest_of_all(instants: Any, audience: str) -> int:
    found = instants[audience] = max(instants._now, instants._log.head.recorded_micros)
    return int(found)


def _position(record: Record) -> bytes:
    return b"%d" % record.position


def _last_of_the_log(_: Any, visitor: Visitor) -> str:
    return str(visitor.feeds.diary.recorded_at)


_count = SQLiteStore.count


def _of_everything(store: SQLiteStore, *, upto: int | None = None, audience: str | None = None) -> int:
    return _count(store, upto=upto, audience=None if upto is None else audience)


LEAKS: Mapping[str, Leak] = {
    "a number is a place in the whole log": Leak(run, "number_at", lambda _log, position, _audience: position, show),
    "an export keeps the positions of the whole log": Leak(
        output,
        "export_lines",
        lambda log, audience: (b"%d" % one.position for one in log.read(audience=audience)),
        show,
    ),
    "a Parquet export keeps the positions of the whole log": Leak(
        parquet, "_places", lambda _log, _upto, _audience: lambda position: position, in_python
    ),
    "a count counts everything": Leak(SQLiteStore, "count", _of_everything, in_python),
    "an instant is not before a hidden one": Leak(planning._Instants, "__missing__", _latest_of_all, in_python),
    "a refusal names a place in the whole log": Leak(EventIdReused, "__init__", _whole_position, refusals),
    "a mark is not looked at": Leak(
        sqlite, "visible_to", lambda _: frozenset({"public", "internal", "restricted"}), in_python
    ),
    "health counts what is hidden": Leak(
        app, "_health_of", lambda feeds: {"status": "ok", "records": feeds.log.position()}, server
    ),
    "a header tells how long the log is": Leak(
        app, "_kept", lambda visitor: f"no-cache, max-age={visitor.feeds.log.position()}", server
    ),
    "a page of records begins at a place in the whole log": Leak(
        records, "position_at_number", lambda _log, number, _audience: number, server
    ),
    "a page of one feed tells when others were told of": Leak(pages, "_recorded", _last_of_the_log, server, BESIDE),
    "a token for one feed opens the entries of others": Leak(Visitor, "_sees", lambda *_: True, server, BESIDE),
}
