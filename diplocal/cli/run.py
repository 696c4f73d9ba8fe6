"""How commands ask a log: through its diary, as of then and for an audience."""

from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import msgspec
import pendulum

from diplocal.cli.options import Known
from diplocal.cli.terminal import warn
from diplocal.diary import Diary
from diplocal.engagements import Report
from diplocal.store import EventStore, MemoryStore, open_existing, open_store
from diplocal.store.address import MEMORY
from diplocal.store.contract import AUDIENCES
from diplocal.store.erasable import Erasable
from diplocal.store.numbering import number_at, position_at_number


class NewLog:
    """A log that is made when something is first appended: what is refused as a whole leaves none behind."""

    def __init__(self, address: str) -> None:
        self._address = address
        self._store: EventStore = MemoryStore()

    def append(self, *events: Any, **expected: Any) -> Any:
        """Append events, to a log that is there from now on."""
        if isinstance(self._store, MemoryStore):
            self._store = open_store(self._address)
        return self._store.append(*events, **expected)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._store, name)


@contextmanager
def writing(log: str) -> Iterator[EventStore]:
    """Open a log to write to; where there is none, one is made with the first event."""
    path = log.removeprefix("sqlite:///")
    is_there = path in ("", MEMORY, ":memory:") or "://" in path or Path(path).exists()
    store: Any = open_store(log) if is_there else NewLog(log)
    with closing(store):
        see_that_names_open(store)
        yield store


@contextmanager
def asked(
    log: str, *, known_at: Known | None = None, reported_by: pendulum.Date | None = None, audience: str
) -> Iterator[Diary]:
    """Open the diary of a log that is there, as the options of a command say."""
    with open_existing(log) as store, Diary(store, audience=audience) as diary:
        see_that_it_is_marked(audience, store)
        see_that_names_open(store)
        yield diary.as_of(known_at=position_or_moment(known_at, diary), reported_by=reported_by)


def see_that_names_open(store: EventStore) -> None:
    """Say on standard error why names are withheld that nobody erased."""
    if isinstance(store, Erasable) and (fault := store.fault_of_keys()):
        warn(fault)


def see_that_it_is_marked(audience: str, store: EventStore) -> None:
    """Say on standard error that an audience of the user's own, maybe misspelt, sees no more than the public."""
    if audience not in AUDIENCES and store.count(audience=audience) == store.count(audience="public"):
        warn(f"no record is marked for the audience {audience!r}: this is what the public sees")


def position_or_moment(known: Known | None, diary: Diary) -> int | pendulum.Date | None:
    """Return what a diary takes as a moment: a number that its audience is told is a position of the log."""
    if known is None:
        return None
    return position_at_number(diary.log, known.at, diary.audience) if isinstance(known.at, int) else known.at


def numbered(reports: Iterable[Report], diary: Diary) -> list[Report]:
    """Return reports under the numbers that the diary's audience is told."""
    return [
        msgspec.structs.replace(report, position=number_at(diary.log, report.position, diary.audience))
        for report in reports
    ]
