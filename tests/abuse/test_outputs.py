"""What is written goes to the place that was named, and through no link to another one."""

import os
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from typer.testing import CliRunner

from diplocal.cli.program import app
from diplocal.demo import article
from diplocal.diary import Diary
from diplocal.store import SQLiteStore
from diplocal.web.access import AccessList

COMMANDS: dict[str, list[str]] = {
    "link": ["backup", "log.db"],
    "feed.ics": ["feed", "--log", "log.db", "-o"],
    "digest.txt": ["digest", "--log", "log.db", "--from", "1", "-o"],
    "key": ["key", "--log", "log.db", "--name", "example.org/visits", "--key"],
    "parts": ["export", "--log", "log.db", "--parquet"],
}
"""Commands that write a file or a folder, which they are told last."""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with a log, and a file and a place elsewhere that nobody may write to through a link."""
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "elsewhere" / "there").write_text("of another")
    inside = tmp_path / "inside"
    inside.mkdir()
    monkeypatch.chdir(inside)
    with SQLiteStore("log.db") as store:
        store.append(*article.as_reported())
    return tmp_path


def untouched(folder: Path) -> bool:
    elsewhere = folder / "elsewhere"
    return [one.name for one in elsewhere.iterdir()] == ["there"] and (elsewhere / "there").read_text() == "of another"


@pytest.mark.parametrize("target", ["there", "missing"])
@pytest.mark.parametrize("name", COMMANDS)
def test_no_command_writes_through_a_link(name: str, target: str, folder: Path) -> None:
    Path(name).symlink_to(folder / "elsewhere" / target)
    CliRunner().invoke(app, [*COMMANDS[name], name])
    assert untouched(folder)
    Path(name).unlink()
    assert CliRunner().invoke(app, [*COMMANDS[name], name]).exit_code == 0


@pytest.mark.parametrize("name", ["feed.ics", "digest.txt"])
def test_what_is_no_file_is_written_to_and_keeps_its_place(name: str, folder: Path) -> None:
    os.mkfifo("pipe")
    Path(name).symlink_to("pipe")  # as /dev/stdout is one
    for place in ("pipe", name):
        with ThreadPoolExecutor(1) as reader:
            read = reader.submit(Path(place).read_bytes)
            assert CliRunner().invoke(app, [*COMMANDS[name], place]).exit_code == 0
            assert read.result(10)
    assert Path("pipe").is_fifo()
    assert untouched(folder)


def test_an_access_list_is_written_through_no_link(folder: Path) -> None:
    Path("access.json").symlink_to(folder / "elsewhere" / "missing")
    AccessList(Path("access.json")).grant(feed=None, audience="internal", note="desk", granted="2026-03-01")
    assert untouched(folder)


def test_a_diary_that_is_a_link_to_another_log_leaves_it_as_it_is(folder: Path) -> None:
    Path("log.db").rename(folder / "elsewhere" / "other.db")
    with SQLiteStore("log.db") as store:
        store.append(*article.as_reported())
        Path("log.db.public.diary").symlink_to(folder / "elsewhere" / "other.db")
        with Diary(store) as diary:
            assert len(diary)
    with SQLiteStore.existing(folder / "elsewhere" / "other.db") as other:
        assert other.verify().position == len(article.as_reported())
