"""Importers of the user's own, held to what every importer must do."""

from collections.abc import Callable, Iterator
from pathlib import Path
from shutil import copy
from tempfile import TemporaryDirectory
from typing import Any

import attrs

from diplocal.checks import expect, expect_callable
from diplocal.errors import DiplocalError
from diplocal.events import ReportAttached
from diplocal.importers.outcome import Outcome
from diplocal.records import Record
from diplocal.store import EventStore, MemoryStore
from diplocal.testing.worker import in_a_worker

Import = Callable[[Path, EventStore], Outcome]
_DAMAGES = 24
_NEVER = 1 << 30


class ImporterBroken(AssertionError):
    """An importer does not do what every importer must; the message says what it did."""


def check_importer(importer: Import, sample: str | Path) -> None:
    r"""Hold an importer to what every one must do, on a sample that it can read.

    The same file brings the same events into each log, wherever it lies and whatever the log holds. A second time, it
    brings nothing, and its outcome says so. An import that broke off, wherever it was, is made good by the next one. A
    file that is cut short or damaged is refused by an error of diplocal's or told of in the outcome, whatever is wrong
    with it.

    >>> from pathlib import Path
    >>> from tempfile import TemporaryDirectory
    >>> from diplocal.importers.csv_sheet import import_csv
    >>> with TemporaryDirectory() as folder:
    ...     sample = Path(folder) / "visits.csv"
    ...     _ = sample.write_text("kind,who,with,when\nvisit,China,Russia,2023-09-18\n")
    ...     check_importer(import_csv, sample)

    Raises ImporterBroken; whatever the importer raises for the sample itself.
    """
    expect_callable("importer", importer, "a function that takes a file and a store, such as import_csv")
    expect("sample", sample, "the path of a file", str, Path)
    if in_a_worker():
        return
    sample = Path(sample)
    whole = _once_and_again(importer, sample)
    if (other := _imported(importer, sample)) != whole:
        raise ImporterBroken(f"brings into one log {_briefly(whole)}, and into another {_briefly(other)}")
    for appends in range(_appends(importer, sample)):
        _broken_off(importer, sample, appends, whole)
    _elsewhere(importer, sample, whole)
    for name, damaged in _damaged(sample.read_bytes()):
        _see_refused(importer, sample, name, damaged, whole)


@attrs.define
class _Breaking:
    """A store that lets so many appends pass, and fails at the next."""

    store: MemoryStore
    left: int
    made: int = 0

    def append(self, *events: Any, **expected: Any) -> tuple[Record, ...]:
        if self.made == self.left:
            raise _BrokenOff
        self.made += 1
        return self.store.append(*events, **expected)

    def __getattr__(self, name: str) -> Any:
        return getattr(self.store, name)


class _BrokenOff(Exception):
    pass


def _once_and_again(importer: Import, sample: Path) -> list[str]:
    store = MemoryStore()
    first = importer(sample, store)
    if not isinstance(first, Outcome):
        raise ImporterBroken(f"gives {first!r}, and no Outcome")
    ids = _ids(store)
    if not ids:
        raise ImporterBroken(f"brings nothing of the sample into a log: {first}")
    again = importer(sample, store)
    if _ids(store) != ids:
        raise ImporterBroken(f"brings the same file into a log twice: {_briefly(_ids(store)[len(ids) :])} anew")
    if again.taken or again.corrected or again.read != first.read:
        raise ImporterBroken(f"says of the same file the second time: {again}")
    return ids


def _elsewhere(importer: Import, sample: Path, whole: list[str]) -> None:
    """See that a file in another folder brings the same into a log that has something else already."""
    store = MemoryStore()
    store.append(ReportAttached(engagement="somebody-elses", note="was here before"))
    with TemporaryDirectory() as folder:
        importer(Path(copy(sample, folder)), store)
    if (found := _ids(store)[1:]) != whole:
        into = "a log that has something else, from another folder"
        raise ImporterBroken(f"brings into {into}, {_briefly(found)}, and not {_briefly(whole)}")


def _imported(importer: Import, sample: Path) -> list[str]:
    store = MemoryStore()
    importer(sample, store)
    return _ids(store)


def _appends(importer: Import, sample: Path) -> int:
    counting = _Breaking(MemoryStore(), _NEVER)
    importer(sample, counting)
    return counting.made


def _broken_off(importer: Import, sample: Path, appends: int, whole: list[str]) -> None:
    breaking = _Breaking(MemoryStore(), appends)
    try:
        importer(sample, breaking)
    except _BrokenOff:
        importer(sample, breaking.store)
    if sorted(_ids(breaking.store)) != sorted(whole):
        raise ImporterBroken(
            f"broken off after {appends} appends and called again, brings {_briefly(_ids(breaking.store))} "
            f"into a log, where in one go it is {_briefly(whole)}"
        )


def _damaged(content: bytes) -> Iterator[tuple[str, bytes]]:
    """Yield what may become of a file: cut short, a byte that is no text, a byte too many, nothing at all."""
    yield "that is empty", b""
    for number in range(1, _DAMAGES):
        place = len(content) * number // _DAMAGES
        yield f"cut after {place} bytes", content[:place]
        yield f"with a byte that is no text after {place} bytes", content[:place] + b"\xff" + content[place:]
        yield f"with a NUL for the byte after {place} others", content[:place] + b"\0" + content[place + 1 :]


def _see_refused(importer: Import, sample: Path, name: str, damaged: bytes, whole: list[str]) -> None:
    with TemporaryDirectory() as folder:
        path, store = Path(folder) / sample.name, MemoryStore()
        path.write_bytes(damaged)
        try:
            outcome = importer(path, store)
        except DiplocalError:
            return
        except Exception as error:
            raise ImporterBroken(f"raises {type(error).__name__} for a file {name}: {error}") from error
        missing = len(whole) - store.position()
        told = (*outcome.rejected, *outcome.ambiguous, *outcome.passed_over, *outcome.noted)
        if b"\xff" in damaged and missing > 0 and not told:
            raise ImporterBroken(f"says nothing of {missing} events that are missing for a file {name}: {outcome}")


def _ids(store: EventStore) -> list[str]:
    return [record.id for record in store.read()]


def _briefly(ids: list[str]) -> str:
    return f"{len(ids)} events ({', '.join(ids[:3])}{', ...' if len(ids) > 3 else ''})"  # noqa: PLR2004 - enough
