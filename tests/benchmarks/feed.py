"""A feed of 10,000 entries: cold, and after one more event, against icalendar building and writing the same."""

from collections.abc import Iterator, Sequence
from pathlib import Path

import icalendar
import pendulum
from measuring import Race, Row, Work, at_least, at_most, race, timed

from diplocal.calendars import Feed
from diplocal.calendars.entry import Entry, entry_of
from diplocal.calendars.render import uid
from diplocal.calendars.reports import PROPERTY, write_reports
from diplocal.dates import When
from diplocal.engagements import Engagements
from diplocal.events import Cancelled, VisitConcluded
from diplocal.parties import Office, Person, Rank, State
from diplocal.projections import AllEngagements
from diplocal.records import instant
from diplocal.replaying import catch_up, replay
from diplocal.sources import Source
from diplocal.store import MemoryStore

ENTRIES = 10_000
FIRST_DAY = pendulum.Date(1995, 1, 1)


def rows(_events: int) -> Iterator[Row]:
    """Measure rendering a feed."""
    store = MemoryStore()
    store.append(*visits(ENTRIES))
    engagements = replay(AllEngagements(), store)
    entries = [entry for one in engagements if (entry := entry_of(one)) is not None]
    found = _race(store, engagements, entries)
    yield Row(
        "a cold feed of 10,000 entries from engagements: speed / icalendar",
        found.ratio("icalendar", "rendering"),
        found.rates(ENTRIES, "rendering", "icalendar"),
        at_least(6),
    )
    yield Row(
        "the same from the log: read, decode, understand, render",
        found.ratio("icalendar", "cold"),
        found.rates(ENTRIES, "cold"),
    )
    yield Row(
        "the feed after one more event: time / cold from the log",
        found.ratio("one more", "cold"),
        f"one more {1000 * found.median('one more'):.1f} ms, cold {1000 * found.median('cold'):.0f} ms",
        at_most(1 / 50),
    )


def _race(store: MemoryStore, engagements: Engagements, entries: Sequence[Entry]) -> Race:
    feed = Feed().of_log(store.log_id)
    reports = [write_reports(entry.reports) for entry in entries]

    def rendered() -> bytes:
        return feed.read({one.slug: row for one in engagements if (row := feed.row(one))}).to_ical()

    def built() -> bytes:
        feed_of_peer: bytes = _built(entries, reports, store.log_id).to_ical()
        return feed_of_peer

    if _entries_in(rendered()) != _entries_in(built()):
        raise AssertionError("the feeds differ")

    def rendering(_folder: Path) -> Work:
        return rendered

    def cold(_folder: Path) -> Work:
        return lambda: replay(Feed(), store).to_ical()

    def one_more(_folder: Path) -> Work:
        before = catch_up(Feed(), store)
        feed.answer(before.state).to_ical()
        number = store.position() - ENTRIES
        store.append(Cancelled(engagement=f"visit-{number}"))
        return lambda: feed.answer(catch_up(Feed(), store, since=before).state).to_ical()

    def peer(_folder: Path) -> Work:
        return built

    contenders = {"rendering": rendering, "cold": cold, "one more": one_more, "icalendar": peer}
    return race({name: timed(contender) for name, contender in contenders.items()}, rounds=3)


def visits(count: int) -> Iterator[VisitConcluded]:
    """Report so many visits, one a day."""
    china, russia = State("CN", "China"), State("RU", "Russia")
    for number in range(count):
        yield VisitConcluded(
            engagement=f"visit-{number}",
            visitors=(Person(f"Name {number % 300} 王毅", china, Office("President", Rank.HEAD_OF_STATE)),),
            host=russia,
            when=When.between(FIRST_DAY.add(days=number), FIRST_DAY.add(days=number + number % 4)),
            place="Moscow",
            reported=FIRST_DAY.add(days=number + 5),
            sources=(Source(f"Agency {number % 30}", url=f"https://example.org/{number % 30}"),),
        )


def _entries_in(feed: bytes) -> list[bytes]:
    """Give a feed's entries in any order, without the calendar around them."""
    _, *entries = feed.removesuffix(b"END:VCALENDAR\r\n").split(b"BEGIN:VEVENT")
    return sorted(entries)


def _built(entries: Sequence[Entry], reports: Sequence[str], log_id: str) -> icalendar.Calendar:
    calendar = icalendar.Calendar()
    calendar.add("version", "2.0")
    calendar.add("prodid", "-//benchmark//EN")
    for entry, told in zip(entries, reports, strict=True):
        event = icalendar.Event()
        modified = instant(entry.modified.recorded_micros).replace(microsecond=0)
        event.add("summary", entry.summary)
        event.add("dtstart", entry.starts)
        event.add("dtend", entry.ends)
        event.add("dtstamp", modified)
        event.add("uid", uid(entry.slug, log_id))
        event.add("sequence", entry.sequence)
        event.add("categories", list(entry.categories))
        event.add("color", entry.colour)
        event.add("created", modified)
        event.add("description", entry.description)
        event.add("last-modified", modified)
        event.add("location", entry.location)
        event.add("status", entry.status.value)
        event.add("transp", "TRANSPARENT")
        event.add("url", entry.url)
        event.add("x-diplocal-edtf", icalendar.vText(entry.edtf))
        event.add(PROPERTY, icalendar.vText(told))
        calendar.add_component(event)
    return calendar
