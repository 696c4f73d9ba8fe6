"""A server is there before its diary is: it says so, how far it has come, and that nothing is wrong."""

import asyncio
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from threading import Event
from typing import Any

import httpx
import pytest
from starlette.applications import Starlette

from diplocal.demo import article
from diplocal.diary.database import Busy
from diplocal.diary.place import Awaited, InFile
from diplocal.errors import NotReady
from diplocal.records import Envelope, Record
from diplocal.store import MemoryStore
from diplocal.web.app import feed_app
from diplocal.web.preparation import Preparation

SOON = 20.0
"""Seconds."""


class Slow(MemoryStore):
    """A log of which one half is read, and the rest when it is let go on."""

    def __init__(self) -> None:
        super().__init__()
        self.goes_on = Event()

    def read_by_stream(self, *, upto: int | None = None, audience: str | None = None) -> Iterator[Record]:
        records = list(super().read_by_stream(upto=upto, audience=audience))
        yield from records[: len(records) // 2]
        self.goes_on.wait(SOON)
        yield from records[len(records) // 2 :]


@pytest.fixture
def slow(monkeypatch: pytest.MonkeyPatch) -> Iterator[Slow]:
    monkeypatch.setattr("diplocal.web.feeds.PATIENCE", 0.05)
    log = Slow()
    log.append(*article.as_reported())
    yield log
    log.goes_on.set()


def ask(app: Starlette, path: str) -> httpx.Response:
    async def asked() -> httpx.Response:
        transport = httpx.ASGITransport(app)
        async with httpx.AsyncClient(transport=transport, base_url="http://calendar.example") as reader:
            return await reader.get(path)

    return asyncio.run(asked())


def until(holds: Callable[[], bool]) -> None:
    end = time.monotonic() + SOON
    while not holds():
        assert time.monotonic() < end
        time.sleep(0.01)


def test_while_the_diary_is_made_readers_are_asked_to_come_back_and_monitors_are_told_how_far_it_is(
    slow: Slow,
) -> None:
    app = feed_app(slow)
    until(lambda: ask(app, "/ready").json().get("read") == pytest.approx(0.5, abs=0.1))
    assert ask(app, "/ready").status_code == 503
    health = ask(app, "/health")
    assert (health.status_code, health.json()["status"]) == (200, "ok")
    for path in ("/", "/feeds/all", "/feeds/all.ics", "/entries/putin-to-china-2023-10"):
        answer = ask(app, path)
        assert (answer.status_code, answer.headers.get("retry-after")) == (503, "60"), path
    assert ask(app, "/style.css").status_code == 200
    slow.goes_on.set()
    until(lambda: ask(app, "/ready").status_code == 200)
    assert [ask(app, path).status_code for path in ("/", "/feeds/all.ics", "/health")] == [200] * 3


def test_what_monitors_are_told_meanwhile_tells_nothing_of_what_is_hidden(slow: Slow) -> None:
    slow.append(*(Envelope(one, audience="internal") for one in article.what_followed()))
    app = feed_app(slow)
    until(lambda: ask(app, "/ready").json().get("read") == pytest.approx(0.5, abs=0.1))


def test_what_failed_is_begun_anew_and_what_is_done_is_done() -> None:
    outcomes: list[Any] = [ValueError("the first"), NotReady(), None]
    tried = 0

    def work() -> None:
        nonlocal tried
        tried += 1
        if outcomes[tried - 1]:
            raise outcomes[tried - 1]

    preparation = Preparation(work)
    for expected in (ValueError, NotReady):
        with pytest.raises(expected):
            preparation.expect_done(SOON)
    preparation.expect_done(SOON)
    preparation.expect_done(0)
    assert tried == 3


def test_whoever_finds_another_process_at_it_comes_back_for_some_time(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("diplocal.diary.place.PATIENCE", 0.01)
    theirs, ours = InFile(tmp_path / "diary"), Awaited(InFile(tmp_path / "diary"))
    with theirs.writing():
        with pytest.raises(NotReady), ours.writing():
            pass
        monkeypatch.setattr("diplocal.diary.place.LONGEST", 0)
        with pytest.raises(Busy), ours.writing():
            pass
    with ours.writing() as tables:
        assert len(tables) == 0
    theirs.close()
    ours.close()
