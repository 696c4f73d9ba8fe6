"""Reads a log that was exported as what it was: with which log recorded each event first, and when."""

from collections.abc import Iterator
from pathlib import Path

from diplocal.cloudevents import from_archive
from diplocal.errors import MalformedEvent, NewerSchema, UnreadableInput
from diplocal.importers.intake import A_LINE, lines, open_input
from diplocal.records import Envelope
from diplocal.store.contract import visible_to


def is_archive(address: str) -> bool:
    """Tell whether a file begins as what ``diplocal export`` writes."""
    path = Path(address)
    if not path.is_file():
        return False
    with open_input(path) as file:
        return file.read(64).lstrip().startswith(b"{")


def events_of(path: Path, audience: str | None = None) -> Iterator[Envelope]:
    """Yield the events of an exported log, or those that an audience may see, in order.

    Raises UnreadableInput, which names the line that is none.
    """
    visible = None if audience is None else visible_to(audience)
    with open_input(path) as file:
        for number, line in enumerate(lines(file), start=1):
            if line is None:
                raise UnreadableInput(str(path), f"line {number} is longer than {A_LINE:,} bytes")
            if not line.strip():
                continue
            try:
                event = from_archive(line)
            except (MalformedEvent, NewerSchema) as error:
                raise UnreadableInput(str(path), f"line {number}: {error}") from error
            if visible is None or event.audience in visible:
                yield event
