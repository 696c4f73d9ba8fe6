"""An importer of the user's own is held to what every importer must do."""

from collections.abc import Callable
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from diplocal.cloudevents import export
from diplocal.errors import InvalidValue
from diplocal.events import ReportAttached
from diplocal.importers.csv_sheet import import_csv
from diplocal.importers.jsonl import import_jsonl
from diplocal.importers.outcome import Outcome
from diplocal.records import Envelope
from diplocal.store import EventStore
from diplocal.testing import History, ImporterBroken, check_importer

LINES = "one\ntwo\nthree\n"


def attached(number: int, line: str) -> ReportAttached:
    return ReportAttached(engagement=f"line-{number}", note=line)


def right(path: Path, store: EventStore) -> Outcome:
    if "\N{REPLACEMENT CHARACTER}" in path.read_text(encoding="utf-8", errors="replace"):
        raise InvalidValue("file", path.name, "text in UTF-8")
    return says_nothing_of_what_is_no_text(path, store)


def says_nothing_of_what_is_no_text(path: Path, store: EventStore) -> Outcome:
    lines = [line for line in path.read_text(encoding="utf-8", errors="replace").splitlines() if line.isalpha()]
    known = store.position()
    for number, line in enumerate(lines):
        store.append(Envelope(attached(number, line), id=f"{number}-{line}"))
    taken = store.position() - known
    return Outcome(read=len(lines), taken=taken, unchanged=len(lines) - taken)


def takes_twice(path: Path, store: EventStore) -> Outcome:
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines()):
        store.append(Envelope(attached(number, line), id=f"{number}-{store.position()}"))
    return Outcome(read=3, taken=3)


def draws_ids(path: Path, store: EventStore) -> Outcome:
    if store.position():
        return Outcome(read=1, unchanged=1)
    store.append(Envelope(attached(0, path.name), id=str(uuid4())))
    return Outcome(read=1, taken=1)


def says_taken_again(path: Path, store: EventStore) -> Outcome:
    right(path, store)
    return Outcome(read=3, taken=3)


def goes_by_the_count(path: Path, store: EventStore) -> Outcome:
    """Whatever was recorded, it takes the import for done."""
    return Outcome(read=3, unchanged=3) if store.position() else right(path, store)


def reads_as_text(path: Path, store: EventStore) -> Outcome:
    path.read_text(encoding="utf-8")
    return right(path, store)


def takes_nothing(path: Path, store: EventStore) -> Outcome:  # noqa: ARG001
    return Outcome(read=0)


def returns_nothing(path: Path, store: EventStore) -> Any:
    right(path, store)


def names_its_folder(path: Path, store: EventStore) -> Outcome:
    known = store.position()
    store.append(ReportAttached(engagement="line", note=f"{path.parent}"))
    taken = store.position() - known
    return Outcome(read=1, taken=taken, unchanged=1 - taken)


def waits_for_a_log_of_its_own(path: Path, store: EventStore) -> Outcome:
    is_its_own = all(record.stream.startswith("line-") for record in store.read())
    return right(path, store) if is_its_own else Outcome(read=3, unchanged=3)


@pytest.fixture
def sample(tmp_path: Path) -> Path:
    path = tmp_path / "sample.txt"
    path.write_text(LINES, encoding="utf-8")
    return path


def test_a_right_importer_is_not_accused(sample: Path) -> None:
    check_importer(right, sample)


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        (takes_twice, "twice"),
        (draws_ids, "into another"),
        (says_taken_again, "the second time: 3 rows read: 3 taken"),
        (goes_by_the_count, "broken off after 1 appends"),
        (says_nothing_of_what_is_no_text, "says nothing of"),
        (reads_as_text, "raises UnicodeDecodeError for a file with a byte that is no text"),
        (takes_nothing, "brings nothing of the sample"),
        (returns_nothing, "gives None, and no Outcome"),
        (names_its_folder, "from another folder, 1 events"),
        (waits_for_a_log_of_its_own, "a log that has something else, from another folder, 0 events"),
    ],
)
def test_a_wrong_importer_is_found(wrong: Callable[[Path, EventStore], Outcome], told: str, sample: Path) -> None:
    with pytest.raises(ImporterBroken, match=told):
        check_importer(wrong, sample)


def test_ours_are_right(tmp_path: Path) -> None:
    sheet = tmp_path / "sheet.csv"
    sheet.write_text("kind,who,with,when\nvisit,China,Russia,2023-09-18\n", encoding="utf-8")
    check_importer(import_csv, sheet)
    log = tmp_path / "log.jsonl"
    log.write_bytes(b"\n".join(export(History.of(attached(1, "one"), attached(2, "two")).store())))
    check_importer(import_jsonl, log)
