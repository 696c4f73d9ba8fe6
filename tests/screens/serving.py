"""A server of a log that has all that pages cope with, and a browser, as Debian has it, to look at it."""

import re
import shutil
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import groupby
from pathlib import Path

import attrs
import pendulum
import uvicorn
from playwright.sync_api import Browser, sync_playwright
from starlette.applications import Starlette

import diplocal
from diplocal.demo import article
from diplocal.events.registry import EngagementEvent
from diplocal.importers.toml_events import read_toml
from diplocal.store import SQLiteStore
from diplocal.web.access import AccessList, beside
from diplocal.web.app import feed_app
from diplocal.web.config import read_config_text

CHROMIUM = shutil.which("chromium")
SWITCHES = ("no-sandbox", "disable-gpu", "disable-quic", "no-first-run", "disable-background-networking")
TODAY = pendulum.datetime(2023, 9, 25, 12)
"""What was reported later is not on the pages."""
LATIN = re.compile(r"[^\W\d_]*[A-Za-z]{2}[^\W\d_]*")
SAME_EVERYWHERE = (
    "Atom CSV EDTF JSON JSCalendar RFC QR URL UTC iCalendar ics https Web App "
    "Apple Google Mac iPhone Nextcloud Outlook Thunderbird Natural Earth diplocal"
)
"""Names of formats and programs, the same in every language."""
EVENTS = Path(__file__).with_name("events.toml")
FEEDS = """
title = "Calendar of the foreign desk"
feeds.east-asia = {title = "East Asia", any_of = ["CN", "JP", "KR", "KP"], kinds = ["visit", "meeting"]}
feeds.moves = {title = "Ships and aircraft", kinds = ["patrol", "exercise"], vague_up_to_days = 31}
feeds.desk = {title = "For the desk only", state = "RU", audience = "internal", access = "token"}
"""


@attrs.frozen
class Served:
    """Where a server answers."""

    site: str
    private: str
    """The path of somebody who was granted access to the feed of the desk."""
    words: frozenset[str]
    """Words in Latin letters that stand as they were printed, in whichever language the page is."""

    def address(self, page: str, **asked: str) -> str:
        """Return the whole address of a page, with what is asked beside it."""
        more = "&".join(f"{name}={value}" for name, value in asked.items())
        return f"{self.site}{page.format(private=self.private)}{'&' if '?' in page else '?'}{more}"


def words(value: object) -> Iterator[str]:
    """Yield the words in Latin letters of what was reported, and of a text."""
    if isinstance(value, str):
        yield from LATIN.findall(value)
    elif isinstance(value, tuple):
        for one in value:
            yield from words(one)
    elif attrs.has(kind := type(value)):
        for field in attrs.fields(kind):
            yield from words(getattr(value, field.name))


def fill(log: Path) -> None:
    """Record what pages have to cope with, beside what a log has, each on the day on which it was reported."""
    told = (*article.as_reported(), *article.what_followed(), *(one.event for one in read_toml(EVENTS)))
    events = [one for one in told if isinstance(one, EngagementEvent) and one.reported]
    now = [TODAY]
    with SQLiteStore(log, clock=lambda: now[-1]) as store:
        for day, reported in groupby(sorted(events, key=_day), key=_day):
            now.append(pendulum.DateTime.fromisoformat(f"{day}T12:00:00+00:00"))
            store.append(*reported)


def _day(event: EngagementEvent) -> str:
    return str(event.reported)[:10]


@contextmanager
def served(log: Path) -> Iterator[Served]:
    """Serve a log, as the public could know it on the day."""
    access = AccessList(beside(str(log)))
    _, token = access.grant(feed="desk", audience="internal", note="the desk", granted=str(TODAY.date()))
    fill(log)
    with diplocal.open(log) as store:
        printed = tuple(record.event for record in store.read())
        app = feed_app(store, read_config_text(FEEDS), access=access, clock=lambda: TODAY, reported_by=TODAY)
        with running(app) as site:
            yield Served(site, f"/private/{token}", frozenset(words((FEEDS, SAME_EVERYWHERE, *printed))))


@contextmanager
def running(app: Starlette) -> Iterator[str]:
    """Run a server on a port of its own, and give its address."""
    server = uvicorn.Server(uvicorn.Config(app, port=0, log_level="warning", lifespan="off"))
    thread = threading.Thread(target=server.run)
    thread.start()
    while not server.started:
        assert thread.is_alive()
        thread.join(0.05)
    try:
        yield f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join()


@contextmanager
def chromium() -> Iterator[Browser]:
    """Start Chromium."""
    with sync_playwright() as play:
        running = play.chromium.launch(executable_path=CHROMIUM, args=[f"--{switch}" for switch in SWITCHES])
        yield running
        running.close()
