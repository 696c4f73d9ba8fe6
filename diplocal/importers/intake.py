"""What importers share: how much they hold, names that are made from contents, the order of editions, and batches."""

import hashlib
import re
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from functools import partial
from io import BufferedIOBase
from pathlib import Path
from typing import BinaryIO, TypeVar

import pendulum

from diplocal.checks import UNSEEN, expect, fault_of
from diplocal.engagements.subjects import are_at_home, named_twice
from diplocal.errors import InvalidValue, OlderEdition, UnreadableInput
from diplocal.events import EngagementEvent, Event, PostingEvent, VisitEvent
from diplocal.events.wire import identify
from diplocal.records import Record
from diplocal.store import EventStore
from diplocal.store.erasable import Erasable

T = TypeVar("T")

_NOT_IN_SLUG = re.compile("[^a-z0-9]+")

A_CELL = 10_000
"""How many characters a cell of a sheet, or a text of a row, may have."""
AT_ONCE = 1000
"""How many events are appended together: all or none of them."""


HELD = 64 * 2**20
"""How many bytes of a file are held in memory at once: a sheet of some 300,000 rows."""
A_LINE = 2**20
"""How many bytes a line may have, where a file is read by its lines."""


def read_input(path: str | Path) -> bytes:
    """Read a file whole.

    Raises UnreadableInput, also for a file of more than `HELD` bytes or without an end.
    """
    with open_input(path) as file:
        return held(str(path), file)


def held(path: str, file: BufferedIOBase | BinaryIO) -> bytes:
    """Read what is left of a file into memory.

    Raises UnreadableInput where that is more than `HELD` bytes.
    """
    content = file.read(HELD + 1)
    if len(content) > HELD:
        raise UnreadableInput(path, f"it has more than {HELD // 2**20} MiB, as much as is held in memory: part it")
    return content


def lines(file: BufferedIOBase) -> Iterator[bytes | None]:
    """Yield the lines of a file, None for each that is longer than `A_LINE`: no more than that is held of it."""
    while line := file.readline(A_LINE + 1):
        rest = line
        while len(rest) > A_LINE and not rest.endswith(b"\n"):
            rest = file.readline(A_LINE + 1)
        yield line if len(line) <= A_LINE else None


def open_input(path: str | Path) -> BufferedIOBase:
    """Open a file.

    Raises UnreadableInput.
    """
    expect("path", path, "the path of a file", str, Path)
    try:
        return Path(path).open("rb")
    except OSError as wrong:
        raise UnreadableInput(str(path), wrong.strerror or str(wrong)) from wrong


def check_cell(field: str, text: str) -> None:
    """Raise InvalidValue for a text of a row that is too long, or holds what none may."""
    if len(text) > A_CELL:
        raise InvalidValue(field, text, f"at most {A_CELL:,} characters")
    check_readable(field, text)


def check_readable(field: str, text: str) -> None:
    """Raise InvalidValue for a text that holds what none may."""
    if fault := fault_of(text):
        raise InvalidValue(field, text, f"a text that can be read, without {fault}")
    if text and not UNSEEN.sub("", text).strip():
        raise InvalidValue(field, text, "a text of which something is seen, or nothing")


def check_sides(event: Event) -> None:
    """Raise InvalidValue for an event that names somebody twice, or whose visitors or ambassador are at home."""
    names = ("visitors", "participants", "actors", "travellers", "received_by")
    twice = named_twice(one for name in names for one in getattr(event, name, ()))
    if twice is not None:
        raise InvalidValue("participants", str(twice), "everybody once, and this one is there twice")
    if isinstance(event, VisitEvent) and are_at_home(event.visitors, event.host):
        raise InvalidValue(
            "host", str(event.host), "another one than that of the visitors, who do not visit themselves"
        )
    if isinstance(event, PostingEvent) and are_at_home([event.person], event.host):
        raise InvalidValue("host", str(event.host), "another one than whom the ambassador represents")


def import_id(content: BufferedIOBase) -> str:
    """Name an import by its contents, and go back to their beginning: the same input always has the same name."""
    name = f"import-{hashlib.file_digest(content, 'sha256').hexdigest()[:32]}"
    content.seek(0)
    return name


def slug_text(text: str) -> str:
    """Return what a slug can have of a text: its letters of ASCII and digits, with hyphens between.

    >>> slug_text("Harbour & Sons, 2026")
    'harbour-sons-2026'
    """
    return _NOT_IN_SLUG.sub("-", text.lower()).strip("-")


def free_slug(slug: str, taken: Collection[str]) -> str:
    """Return a slug, with a number behind it where it is taken.

    >>> free_slug("duda-to-us", {"duda-to-us", "duda-to-us-2"})
    'duda-to-us-3'
    """
    free, number = slug, 1
    while free in taken:
        number += 1
        free = f"{slug}-{number}"
    return free


def check_order(path: str | Path, day: pendulum.Date, told: Iterable[Record]) -> None:
    """Raise OlderEdition for a list of an earlier day than the latest that these records are of."""
    days = (record.event.reported for record in told if record.event.reported)
    latest = max((_day(reported) for reported in days), default=None)
    if latest and day < latest:
        raise OlderEdition(str(path), day=day, known=latest)


def _day(reported: pendulum.Date) -> pendulum.Date:
    return pendulum.Date(reported.year, reported.month, reported.day)


def identified(
    events: Iterable[EngagementEvent], taken: Collection[str], store: EventStore, audience: str
) -> Iterator[tuple[EngagementEvent, str]]:
    """Yield each event with an id that is not taken in a log: what it says, and how many times that was said before."""
    id_of: Callable[[EngagementEvent], str] = identify
    if isinstance(store, Erasable) and store.key_ring:
        id_of = partial(store.identify, audience=audience)
    for event in events:
        said = event_id = id_of(event)
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
