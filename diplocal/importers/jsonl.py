"""Brings CloudEvents in JSON Lines into a log: what ``diplocal export`` wrote, or what another program reports.

Importing an export into an empty log and exporting that gives the same events in the same order, with the same ids,
audiences and causation. Positions and times of recording are the new log's: it learns everything today.
"""

import os
import stat
from codecs import BOM_UTF8
from collections.abc import Iterable, Iterator
from io import BufferedIOBase, BytesIO
from pathlib import Path

import attrs

from diplocal.checks import expect
from diplocal.cloudevents import PUBLIC, from_line
from diplocal.errors import DiplocalError, EventIdReused
from diplocal.events.erasure import NameErased
from diplocal.events.registry import event_types
from diplocal.events.wire import UnknownEvent
from diplocal.importers.intake import A_LINE, batches, held, import_id, lines, open_input
from diplocal.importers.outcome import Ledger, Outcome
from diplocal.names.spelling import spellings_near
from diplocal.records import Envelope
from diplocal.store import EventStore
from diplocal.store.contract import expect_log

RECORDED_BY = "diplocal import jsonl"
ABOUT_KEYS = "a log says it of keys of its own: 'diplocal sync' brings it to logs that have these, and no import"


def import_jsonl(
    path_or_lines: str | Path | Iterable[bytes | str], store: EventStore, *, audience: str = PUBLIC
) -> Outcome:
    """Append the events of a file, or of lines at hand; ``audience`` is whom those are for that are public there.

    A line whose event the log has already is unchanged. One that is no event, or whose id the log has with other
    contents, is rejected, and the others are taken all the same. Empty lines do not count.

    Who recorded an event, and what it belongs with, is kept where the line says it; else it is this import. A line of
    more than a mebibyte is rejected, and no more than that is held of it; what is no plain file, a pipe say, is held in
    memory as far as the limit goes.

    Raises UnreadableInput.
    """
    expect_log(store)
    with _opened(path_or_lines) as file:
        ledger = Ledger()
        for batch in batches(_arrivals(file, import_id(file), audience, ledger)):
            _append(batch, store, ledger)
        return ledger.outcome()


def _opened(path_or_lines: str | Path | Iterable[bytes | str]) -> BufferedIOBase:
    if not isinstance(path_or_lines, str | Path):
        expect("path_or_lines", path_or_lines, "the path of a file, or lines of text", Iterable)
        return BytesIO(b"\n".join(map(_octets, path_or_lines)))
    file = open_input(path_or_lines)
    if stat.S_ISREG(os.fstat(file.fileno()).st_mode):
        return file
    with file:
        return BytesIO(held(str(path_or_lines), file))


def _octets(line: bytes | str) -> bytes:
    expect("line", line, "a text, or bytes", bytes, str)
    return line.encode() if isinstance(line, str) else line


@attrs.frozen
class Arrival:
    """An event on its way into the log."""

    place: str
    """'line 12'."""
    envelope: Envelope


def _arrivals(file: BufferedIOBase, name: str, audience: str, ledger: Ledger) -> Iterator[tuple[Arrival]]:
    for number, line in enumerate(lines(file), start=1):
        if line is None:
            ledger.rejected(f"line {number}", f"it is longer than {A_LINE:,} bytes, as many as a line may have")
            continue
        text = line.removeprefix(BOM_UTF8).strip()
        if not text:
            continue
        try:
            envelope = from_line(text)
        except DiplocalError as error:
            ledger.rejected(f"line {number}", str(error))
            continue
        if isinstance(envelope.event, NameErased):
            ledger.passed_over(f"line {number}", ABOUT_KEYS)
            continue
        if isinstance(envelope.event, UnknownEvent):
            ledger.noted(f"line {number}", _unknown(envelope.event))
        yield (
            Arrival(
                f"line {number}",
                attrs.evolve(
                    envelope,
                    audience=audience if envelope.audience == PUBLIC else envelope.audience,
                    correlation_id=envelope.correlation_id or name,
                    recorded_by=envelope.recorded_by or RECORDED_BY,
                ),
            ),
        )


def _unknown(event: UnknownEvent) -> str:
    near = spellings_near(event.type, [known.name for known in event_types()])
    meant = f"did you mean {' or '.join(map(repr, near))}? " if near else ""
    return f"type is {event.type!r}: {meant}{event.reason}, so it is kept and no answer counts it"


def _append(batch: list[Arrival], store: EventStore, ledger: Ledger) -> None:
    """Append what can be appended: a batch with a clash is halved until the clash stands alone."""
    last = store.position()
    try:
        records = store.append(*(arrival.envelope for arrival in batch))
    except EventIdReused as clash:
        if len(batch) == 1:
            _settle(batch[0], clash, store, ledger)
            return
        middle = len(batch) // 2
        _append(batch[:middle], store, ledger)
        _append(batch[middle:], store, ledger)
        return
    for record in records:
        if record.position > last:
            ledger.taken()
            last = record.position
        else:
            ledger.unchanged()


def _settle(arrival: Arrival, clash: EventIdReused, store: EventStore, ledger: Ledger) -> None:
    """See whether the event that the log has is the same after all: it may be kept in an earlier version."""
    (known,) = store.read(after=clash.position - 1, upto=clash.position)
    if (known.event, known.audience) == (arrival.envelope.event, arrival.envelope.audience):
        ledger.unchanged()
    else:
        ledger.rejected(arrival.place, str(clash))
