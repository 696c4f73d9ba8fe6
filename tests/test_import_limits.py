"""What an importer holds in memory, of a file, a line or a cell, has a limit, and the refusal says which."""

from collections.abc import Callable
from io import BytesIO
from pathlib import Path

import pendulum
import pytest
from hypothesis import given
from hypothesis import strategies as st

from diplocal.errors import UnreadableInput
from diplocal.importers.csv_sheet import import_csv
from diplocal.importers.intake import A_LINE, HELD, lines
from diplocal.importers.jsonl import import_jsonl
from diplocal.importers.plapaths.importer import import_pla_paths
from diplocal.importers.statedept.importer import import_visits
from diplocal.importers.toml_events import read_toml
from diplocal.store import MemoryStore

ENDLESS = Path("/dev/zero")
Import = Callable[[Path], object]

held_whole = pytest.mark.parametrize(
    "read",
    [
        lambda path: import_csv(path, MemoryStore()),
        lambda path: import_pla_paths(path, MemoryStore()),
        read_toml,
    ],
)


@held_whole
def test_a_file_that_is_too_large_to_hold_is_refused_with_the_limit(read: Import, tmp_path: Path) -> None:
    large = tmp_path / "large"
    with large.open("wb") as file:
        file.truncate(HELD + 1)
    with pytest.raises(UnreadableInput, match="has more than 64 MiB, as much as is held in memory"):
        read(large)


@pytest.mark.parametrize("name", ["engagement", "x{}", "who"])
def test_a_sheet_of_very_many_columns_is_refused_in_time_and_a_line(name: str, tmp_path: Path) -> None:
    sheet = tmp_path / "wide.csv"
    sheet.write_text(",".join(name.format(number) for number in range(100_000)))
    with pytest.raises(UnreadableInput, match="in the first row") as refused:
        import_csv(sheet, MemoryStore())
    assert len(str(refused.value)) < 1_000


@pytest.mark.skipif(not ENDLESS.exists(), reason="there is no file without an end here")
@held_whole
def test_a_file_without_an_end_is_refused(read: Import) -> None:
    with pytest.raises(UnreadableInput, match="more than 64 MiB"):
        read(ENDLESS)


@pytest.mark.skipif(not ENDLESS.exists(), reason="there is no file without an end here")
def test_a_log_without_an_end_is_refused() -> None:
    with pytest.raises(UnreadableInput, match="more than 64 MiB"):
        import_jsonl(ENDLESS, MemoryStore())


def test_a_snapshot_with_a_file_too_large_is_refused(tmp_path: Path) -> None:
    with (tmp_path / "2010.xml").open("wb") as file:
        file.truncate(HELD + 1)
    with pytest.raises(UnreadableInput, match="more than 64 MiB"):
        import_visits(tmp_path, MemoryStore(), reported=pendulum.Date(2026, 1, 1))


def test_a_line_that_is_too_long_is_rejected_and_those_around_it_are_read(tmp_path: Path) -> None:
    file = tmp_path / "log.jsonl"
    file.write_bytes(b"{}\n" + b"x" * (3 * A_LINE) + b"\n{}")
    outcome = import_jsonl(file, MemoryStore())
    assert [row.place for row in outcome.rejected] == ["line 1", "line 2", "line 3"]
    assert outcome.rejected[1].reason == "it is longer than 1,048,576 bytes, as many as a line may have"


@given(st.lists(st.integers(0, 2).flatmap(lambda times: st.just(b"x" * (times * A_LINE)) | st.binary(max_size=3))))
def test_lines_are_those_of_the_file_but_for_the_long(texts: list[bytes]) -> None:
    content = b"\n".join(texts)
    expected = [line if len(line) <= A_LINE else None for line in BytesIO(content).readlines()]
    assert list(lines(BytesIO(content))) == expected


def test_a_cell_that_is_too_long_costs_its_row(tmp_path: Path) -> None:
    sheet = tmp_path / "sheet.csv"
    sheet.write_text(f"kind,who,with\nvisit,{'A' * 60_000} (CN),RU\nvisit,CN,RU\n", encoding="utf-8")
    outcome = import_csv(sheet, MemoryStore())
    assert (outcome.taken, [row.place for row in outcome.rejected]) == (1, ["row 2"])
    assert outcome.rejected[0].reason.endswith("(60,005 characters): expected at most 10,000 characters")
