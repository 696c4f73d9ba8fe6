"""A backup is the log as it was at one instant, whoever wrote meanwhile; restored, it is the log again."""

import asyncio
import subprocess
import sys
import threading
from pathlib import Path
from typing import TYPE_CHECKING

import httpx
import pytest
from commands import diplocal

from diplocal.demo import article
from diplocal.errors import DiplocalError, InvalidValue, LogReplaced, LogTampered, NotALog
from diplocal.events import ReportAttached
from diplocal.store import SQLiteStore
from diplocal.store.sqlite_backup import back_up, restore
from diplocal.web.app import feed_app

if TYPE_CHECKING:
    from starlette.types import ASGIApp

WRITER = """
import sys
from diplocal.events import ReportAttached
from diplocal.store import SQLiteStore
with SQLiteStore(sys.argv[1]) as store:
    number = 0
    while True:
        store.append(*(ReportAttached(engagement="talks", note=f"{number} {part}") for part in range(3)))
        print(number, flush=True)
        number += 1
"""


def served(app: "ASGIApp", path: str) -> httpx.Response:
    async def asked() -> httpx.Response:
        async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://desk.example") as client:
            return await client.get(path)

    return asyncio.run(asked())


def said(note: str) -> ReportAttached:
    return ReportAttached(engagement="talks", note=note)


@pytest.fixture
def log(tmp_path: Path) -> Path:
    path = tmp_path / "log.db"
    with SQLiteStore(path) as store:
        store.append(*(said(f"report {number}") for number in range(30)))
    return path


def contents(path: Path) -> list[str]:
    with SQLiteStore.existing(path) as store:
        return [record.id for record in store.read()]


def left_behind(folder: Path) -> list[str]:
    return [path.name for path in folder.iterdir() if path.name.startswith(".diplocal") or "restored" in path.name]


def test_a_backup_has_what_waits_in_the_write_ahead_log(log: Path) -> None:
    with SQLiteStore(log) as store:
        store.append(said("acknowledged a moment ago"))
        assert log.with_name("log.db-wal").stat().st_size > 0
        back_up(log, log.with_name("copy.db"))
    assert contents(log.with_name("copy.db")) == contents(log)
    assert not left_behind(log.parent)


def test_a_backup_while_others_write_has_whole_appends_and_all_that_were_acknowledged(tmp_path: Path) -> None:
    log = tmp_path / "log.db"
    with subprocess.Popen([sys.executable, "-c", WRITER, str(log)], stdout=subprocess.PIPE, text=True) as writer:
        assert writer.stdout is not None
        acknowledged = [int(writer.stdout.readline())]
        reader = threading.Thread(target=lambda: acknowledged.extend(map(int, writer.stdout or ())))
        reader.start()
        try:
            for number in range(5):
                before = acknowledged[-1]
                verified = back_up(log, tmp_path / f"copy-{number}.db")
                assert verified.position % 3 == 0, "an append was torn"
                assert verified.position >= 3 * (before + 1), "an acknowledged append is missing"
        finally:
            writer.kill()
            reader.join()
    whole = contents(log)
    for number in range(5):
        copy = contents(tmp_path / f"copy-{number}.db")
        assert copy == whole[: len(copy)]


def test_a_backup_overwrites_nothing(log: Path) -> None:
    target = log.with_name("notes.txt")
    target.write_text("dear diary")
    with pytest.raises(InvalidValue, match="overwrites nothing"):
        back_up(log, target)
    assert target.read_text() == "dear diary"


@pytest.mark.parametrize("beside", ["-wal", "-shm"])
def test_a_backup_is_not_put_beside_the_rest_of_another_log(log: Path, beside: str) -> None:
    log.with_name(f"copy.db{beside}").write_bytes(b"of another")
    with pytest.raises(InvalidValue, match="another log"):
        back_up(log, log.with_name("copy.db"))
    assert not log.with_name("copy.db").exists()


def test_what_is_no_log_or_does_not_verify_is_not_backed_up(log: Path, tmp_path: Path) -> None:
    with pytest.raises(NotALog):
        back_up(tmp_path / "none.db", tmp_path / "copy.db")
    with pytest.raises(NotALog, match="no such folder"):
        back_up(log, tmp_path / "nowhere" / "copy.db")
    octets = log.read_bytes()
    assert b"report 17" in octets
    log.write_bytes(octets.replace(b"report 17", b"report 71"))
    with pytest.raises(DiplocalError) as found:
        back_up(log, tmp_path / "copy.db")
    assert isinstance(found.value, LogTampered)
    assert not (tmp_path / "copy.db").exists()
    assert not left_behind(tmp_path)


def test_a_restored_log_is_as_it_was_backed_up_and_goes_on(log: Path) -> None:
    copy = log.with_name("copy.db")
    back_up(log, copy)
    known = contents(log)
    with SQLiteStore(log) as store:
        store.append(said("later"))
        _, aside = restore(copy, log)
        with pytest.raises(LogReplaced):
            store.append(said("to the log that was there"))
    assert contents(log) == known
    assert aside is not None
    assert contents(aside) == [*known, *set(contents(aside)).difference(known)]
    assert len(contents(aside)) == len(known) + 1, "what was acknowledged since lies in what was moved aside"
    with SQLiteStore(log) as store:
        assert store.append(said("after"))[0].position == len(known) + 1
    assert contents(copy) == known
    assert not left_behind(log.parent)


def test_a_log_is_restored_where_a_damaged_one_or_the_rest_of_one_lies(log: Path) -> None:
    copy = log.with_name("copy.db")
    back_up(log, copy)
    known = contents(log)
    log.write_bytes(b"damaged")
    restore(copy, log)
    assert contents(log) == known
    log.unlink()
    log.with_name("log.db-wal").write_bytes(b"the rest")
    _, aside = restore(copy, log)
    assert contents(log) == known
    assert aside is not None
    log.unlink()
    assert restore(copy, log)[1] is None


def test_a_backup_that_does_not_verify_replaces_nothing(log: Path) -> None:
    copy = log.with_name("copy.db")
    back_up(log, copy)
    known = contents(log)
    copy.write_bytes(copy.read_bytes().replace(b"report 17", b"report 71"))
    with pytest.raises(LogTampered):
        restore(copy, log)
    assert contents(log) == known
    assert not left_behind(log.parent)


class TestCommands:
    def test_a_backup_takes_the_access_list_and_the_configuration_along(self, log: Path) -> None:
        access, config = log.with_name("log.db.access.json"), log.with_name("feeds.toml")
        access.write_text("[]")
        access.chmod(0o600)
        config.write_text('title = "Desk"\n')
        made = diplocal("backup", str(log), str(log.with_name("copy.db")), "--config", str(config))
        assert (made.returncode, made.stderr) == (0, "")
        assert "copy.db: 30 records; with" in made.stdout
        kept = log.with_name("copy.db.access.json")
        assert (kept.read_text(), kept.stat().st_mode & 0o777) == ("[]", 0o600)
        assert log.with_name("copy.db.config.toml").read_text() == config.read_text()

    def test_a_restored_access_list_gives_nobody_back_what_was_revoked(self, log: Path) -> None:
        access = log.with_name("log.db.access.json")
        access.write_text("[ ]")
        copy = log.with_name("copy.db")
        assert diplocal("backup", str(log), str(copy)).returncode == 0
        access.write_text("[]")
        assert "stays as it is" in diplocal("restore", str(copy), str(log)).stdout
        assert access.read_text() == "[]"
        access.unlink()
        assert diplocal("restore", str(copy), str(log)).returncode == 0
        assert access.read_text() == "[ ]"

    def test_another_log_that_is_put_in_its_place_is_told_of(self, log: Path, tmp_path: Path) -> None:
        other, keys = tmp_path / "other.db", log.with_name("log.db.names")
        with SQLiteStore(other) as store, SQLiteStore(log) as before:
            store.append(said("of another log"))
            before.seal_names()
        restored = diplocal("restore", str(other), str(log))
        assert (restored.returncode, "it is another log" in restored.stderr) == (0, True)
        assert [path.name.startswith("log.db.before-") for path in tmp_path.glob("*.names")] == [True], (
            "its keys went along"
        )
        assert not keys.exists()

    def test_a_log_is_restored_by_a_name_from_where_one_is(self, log: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.chdir(log.parent)
        assert diplocal("backup", "log.db", "kept.db").returncode == 0
        restored = diplocal("restore", "kept.db", "log.db")
        assert (restored.returncode, restored.stderr) == (0, "")

    def test_what_is_missing_or_in_the_way_is_told_of_before_anything_is_made(self, log: Path) -> None:
        copy = log.with_name("copy.db")
        missing = diplocal("backup", str(log), str(copy), "--config", str(log.with_name("none.toml")))
        assert (missing.returncode, "none.toml" in missing.stderr, copy.exists()) == (2, True, False)
        log.with_name("log.db.access.json").write_text("[]")
        strange = log.with_name("strange.toml")
        strange.write_text("no configuration")
        assert diplocal("backup", str(log), str(copy), "--config", str(strange)).returncode == 2
        assert diplocal("backup", str(log), str(copy), "--access", str(strange)).returncode == 2
        log.with_name("copy.db.access.json").write_text("of another")
        refused = diplocal("backup", str(log), str(copy))
        assert (refused.returncode, copy.exists()) == (2, False)
        assert "overwrites nothing" in refused.stderr
        server_log = diplocal("backup", "postgresql://desk:secret@localhost/calendar", str(copy))
        assert (server_log.returncode, "pg_dump" in server_log.stderr, "secret" in server_log.stderr) == (
            2,
            True,
            False,
        )
        for target in (log, log.with_name("new") / "copy.db"):
            wrong = diplocal("restore", str(log), str(target))
            assert (wrong.returncode, str(target) in wrong.stderr, "restored-" in wrong.stderr) == (2, True, False)
        kept = diplocal("restore", str(log), str(copy), "--config", str(log.with_name("feeds.toml")))
        assert (kept.returncode, copy.exists()) == (2, False)

    def test_a_server_that_runs_serves_the_log_that_was_restored(self, log: Path) -> None:
        copy = log.with_name("copy.db")
        with SQLiteStore(log) as store:
            store.append(*article.as_reported())
            app = feed_app(store)
            before = served(app, "/feeds/all.json").content
            assert diplocal("backup", str(log), str(copy)).returncode == 0
            store.append(*article.what_followed())
            assert served(app, "/feeds/all.json").content != before
            assert diplocal("restore", str(copy), str(log)).returncode == 0
            assert served(app, "/feeds/all.json").content == before
