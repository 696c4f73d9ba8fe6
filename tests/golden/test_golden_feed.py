"""A snapshot keeps rendered entries by the feed's version: who renders otherwise raises it, and adds a file here."""

from pathlib import Path

import pendulum

from diplocal.calendars import Feed, JSCalendarFeed, RichFeed
from diplocal.demo import article
from diplocal.replaying import replay
from diplocal.store import MemoryStore

HERE = Path(__file__).parent
NOON = pendulum.datetime(2023, 11, 1, 12)


def reported() -> MemoryStore:
    store = MemoryStore(log_id="7f8d5c1e-0000-4000-8000-000000000001", clock=lambda: NOON)
    store.append(*article.as_reported(), *article.what_followed())
    return store


def test_entries_are_rendered_as_their_version_says() -> None:
    assert replay(Feed(), reported()).to_ical() == (HERE / f"feed.v{Feed.version}.ics").read_bytes()


def test_rich_entries_are_rendered_as_their_version_says() -> None:
    assert replay(RichFeed(), reported()).to_ical() == (HERE / f"rich.v{RichFeed.version}.ics").read_bytes()


def test_events_of_jscalendar_are_rendered_as_their_version_says() -> None:
    kept = (HERE / f"jscalendar.v{JSCalendarFeed.version}.json").read_bytes()
    assert replay(JSCalendarFeed(), reported()).to_json() == kept
