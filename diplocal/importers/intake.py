"""What importers share: each input has a name that is made from its contents, and events are appended in batches."""

import hashlib
from collections.abc import Collection, Iterable, Iterator, Sequence
from io import BufferedIOBase
from pathlib import Path
from typing import TypeVar

import pendulum

from diplocal.errors import OlderEdition, UnreadableInput
from diplocal.events import EngagementEvent
from diplocal.events.wire import identify
from diplocal.records import Record

T = TypeVar("T")

AT_ONCE = 1000
"""How many events are appended together: all or none of them."""


def read_input(path: str | Path) -> bytes:
    """Read a file.

    Raises UnreadableInput.
    """
    with open_input(path) as file:
        return file.read()


def open_input(path: str | Path) -> BufferedIOBase:
    """Open a file.

    Raises UnreadableInput.
    """
    try:
        return Path(path).open("rb")
    except OSError as wrong:
        raise UnreadableInput(str(path), wrong.strerror or str(wrong)) from wrong


def import_id(content: BufferedIOBase) -> str:
    """Name an import by its contents, and go back to their beginning: the same input always has the same name."""
    name = f"import-{hashlib.file_digest(content, 'sha256').hexdigest()[:32]}"
    content.seek(0)
    return name


def check_order(path: str | Path, day: pendulum.Date, told: Iterable[Record]) -> None:
    """Raise OlderEdition for a list of an earlier day than the latest that these records are of."""
    days = (record.event.reported for record in told if record.event.reported)
    latest = max((_day(reported) for reported in days), default=None)
    if latest and day < latest:
        raise OlderEdition(str(path), day=day, known=latest)


def _day(reported: pendulum.Date) -> pendulum.Date:
    return pendulum.Date(reported.year, reported.month, reported.day)


def identified(events: Iterable[EngagementEvent], taken: Collection[str]) -> Iterator[tuple[EngagementEvent, str]]:
    """Give each event an id that is not taken: what it says, and how many times that was said before."""
    for event in events:
        said = event_id = identify(event)
        times = 1
        while event_id in taken:
            times += 1
            event_id = f"{said}-{times}"
        yield event, event_id


def batches(groups: Iterable[Sequence[T]]) -> Iterator[list[T]]:
    """Gather groups into batches of at most AT_ONCE, no group in two of them.

    >>> [len(batch) for batch in batches([[1, 2]] * 700)]
    [1000, 400]
    """
    batch: list[T] = []
    for group in groups:
        if batch and len(batch) + len(group) > AT_ONCE:
            yield batch
            batch = []
        batch += group
    if batch:
        yield batch
