"""Real programs read our feeds and show what we meant: how many entries, when, what, and how certain."""

import json
from collections.abc import Iterable, Sequence
from itertools import count
from pathlib import Path

import icalendar
import pendulum
import pytest

from diplocal.calendars import Feed, Policy
from diplocal.calendars.entry import Entry, entry_of
from diplocal.calendars.render import uid
from diplocal.dates import When
from diplocal.demo import article
from diplocal.engagements import Engagements
from diplocal.events import Cancelled, Confirmed, EngagementEvent, MeetingAnnounced
from diplocal.importers.statedept.importer import import_visits
from diplocal.records import Record
from diplocal.replaying import replay
from diplocal.store import MemoryStore

from .log import (
    AFTER,
    BEFORE,
    FRANCE,
    GERMANY,
    LOG_ID,
    SHOWN_AFTER,
    SHOWN_BEFORE,
    TITLE,
    Told,
)
from .programs_to_read_with import EVOLUTION, READERS, Reader, Shown, rows

QUICK = [one for one in READERS if one.name in {"ical.js", "node-ical", "ts-ics", "libical", "vobject"}]
"""Readers that take no more than seconds for thousands of entries."""
DEMO = (*article.as_reported(), *article.what_followed())
ZONES = ("Europe/Paris", "Asia/Tokyo", "America/New_York", "UTC", "Asia/Kathmandu")


def many() -> tuple[EngagementEvent, ...]:
    """Give 120 engagements: at hours of many zones, on days, in months; some confirmed, some off."""
    start = pendulum.datetime(2025, 1, 6, 9)
    events: list[EngagementEvent] = []
    for number in range(120):
        at = start.add(days=2 * number).in_timezone(ZONES[number % 5])
        day = at.date()
        when = (When.at(at), When.between(at, at.add(hours=2)), When.on(day), When(f"{at.year}-{at.month:02}"))[
            number % 4
        ]
        slug = f"meeting-{number}"
        events.append(MeetingAnnounced(engagement=slug, participants=(FRANCE, GERMANY), when=when, place=f"№ {number}"))
        events += [Confirmed(engagement=slug)] if number % 3 == 0 else []
        events += [Cancelled(engagement=slug, reason="strike; storm")] if number % 7 == 0 else []
    return tuple(events)


def log(events: Iterable[EngagementEvent]) -> MemoryStore:
    """Record them one by one, a minute apart: Evolution reads an entry again when its LAST-MODIFIED moved."""
    minutes = count()
    store = MemoryStore(log_id=LOG_ID, clock=lambda: pendulum.datetime(2026, 1, 1).add(minutes=next(minutes)))
    for event in events:
        store.append(event)
    return store


def feed(events: Iterable[EngagementEvent]) -> bytes:
    return replay(Feed(title=TITLE, policy=Policy(vague_up_to_days=365)), log(events)).to_ical()


def entries(events: Iterable[EngagementEvent]) -> list[Shown]:
    """Give what is in a feed, before any of it is iCalendar."""
    return entries_of(log(events).read())


def entries_of(records: Iterable[Record]) -> list[Shown]:
    engagements, _ = Engagements().take(records)
    return [shown(entry) for entry in map(entry_of, engagements) if entry]


def shown(entry: Entry) -> Shown:
    ends = entry.ends if isinstance(entry.starts, pendulum.DateTime) else entry.last_day
    return Shown(
        uid(entry.slug, LOG_ID),
        moment(entry.starts),
        None if ends is None else moment(ends),
        entry.summary,
        entry.status.value,
        entry.description,
        entry.location,
    )


def moment(when: pendulum.Date) -> str:
    return (
        when.in_timezone("UTC").isoformat().replace("Z", "+00:00") if isinstance(when, pendulum.DateTime) else str(when)
    )


def spelt_out(told: dict[str, Told]) -> list[Shown]:
    return [Shown(uid(slug, LOG_ID), *row) for slug, row in told.items()]


def in_order(entries: Sequence[Shown]) -> list[Shown]:
    return sorted(entries, key=lambda entry: tuple(part or "" for part in entry))


@pytest.fixture(params=READERS, ids=lambda reader: reader.name)
def reader(request: pytest.FixtureRequest) -> Reader:
    found: Reader = request.param
    return found


def assert_shows(reader: Reader, feed: bytes, expected: Sequence[Shown]) -> None:
    assert in_order(reader.shows(feed)) == in_order(reader.expected(expected))


def test_it_shows_every_script_every_escape_and_every_kind_of_date(reader: Reader) -> None:
    assert_shows(reader, feed(BEFORE), spelt_out(SHOWN_BEFORE))


def test_it_shows_what_was_moved_confirmed_and_cancelled(reader: Reader) -> None:
    assert_shows(reader, feed((*BEFORE, *AFTER)), spelt_out(SHOWN_AFTER))


def test_it_shows_the_demo(reader: Reader) -> None:
    expected = entries(DEMO)
    assert len(expected) == 9
    assert_shows(reader, feed(DEMO), expected)


def test_it_shows_hundreds_of_entries(reader: Reader) -> None:
    expected = entries(many())
    assert len(expected) == 120
    assert_shows(reader, feed(many()), expected)


@pytest.fixture(scope="module")
def every_visit(shared_data: Path) -> MemoryStore:
    """Record the last list of visits to the United States."""
    store = MemoryStore(log_id=LOG_ID)
    newest = max((shared_data / "statedept" / "visits").iterdir())
    import_visits(newest, store, reported=pendulum.Date.fromisoformat(newest.name))
    return store


@pytest.mark.parametrize("reader", QUICK, ids=lambda reader: str(reader.name))
def test_it_shows_every_visit_that_was_ever_listed(reader: Reader, every_visit: MemoryStore) -> None:
    everything = Feed(title=TITLE, policy=Policy(vague_up_to_days=365))
    assert_shows(reader, replay(everything, every_visit).to_ical(), entries_of(every_visit.read()))


def test_it_shows_nothing_of_a_feed_that_has_no_entry_yet(reader: Reader) -> None:
    assert_shows(reader, feed(()), [])


def test_a_change_keeps_the_uid_and_raises_the_sequence() -> None:
    """RFC 5545, 3.8.7.4: by these, a reader knows that it is the same entry, changed."""

    def sequences(events: Iterable[EngagementEvent]) -> dict[str, object]:
        calendar = icalendar.Calendar.from_ical(feed(events))
        return {str(entry["UID"]): entry["SEQUENCE"] for entry in calendar.events}

    before, after = sequences(BEFORE), sequences((*BEFORE, *AFTER))
    changed = {uid(slug, LOG_ID) for slug in ("chinese", "arabic", "in-a-zone", "second-of-a-night")}
    assert before == dict.fromkeys(before, 0)
    assert after == {name: int(name in changed) for name in before}


def test_a_subscriber_that_polls_asks_whether_there_is_news_and_then_shows_it() -> None:
    """Evolution's data server: 200 at first, 304 while nothing changed (RFC 9110, 15.4.5), 200 when it did."""
    told = json.loads(EVOLUTION.run(feed(BEFORE) + feed((*BEFORE, *AFTER))).splitlines()[1])
    before, after = map(rows, told["shown"])
    assert in_order(before) == in_order(spelt_out(SHOWN_BEFORE))
    assert in_order(after) == in_order(spelt_out(SHOWN_AFTER))
    first, *polls = told["answers"]
    assert (first, polls[0], polls.count(200)) == (200, 304, 1)
