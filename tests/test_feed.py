"""What a subscriber can rely on: the same events give the same bytes, and only what changed changes."""

import os
import pickle
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC
from pathlib import Path
from typing import Any

import icalendar
import pendulum
import pytest
from ical.calendar_stream import IcsCalendarStream

from diplocal.calendars import ENGLISH, GOOGLE, Calendar, Feed, InLanguage, JSCalendarFeed, Policy, RichFeed
from diplocal.dates import When
from diplocal.demo import article
from diplocal.engagements import Engagement
from diplocal.events import (
    CallHeld,
    Cancelled,
    Confirmed,
    EngagementEvent,
    EntryListed,
    MeetingHeld,
    MergedAsDuplicate,
    Postponed,
    Rescheduled,
    Retracted,
    VisitAnnounced,
)
from diplocal.events.wire import identify
from diplocal.importers.statedept.importer import import_visits
from diplocal.parties import Person, State
from diplocal.replaying import catch_up, replay
from diplocal.store import MemoryStore, SQLiteStore

CHINA, RUSSIA, FRANCE = State("CN", "China"), State("RU", "Russia"), State("FR", "France")
WANG, LAVROV = Person("Wang Yi", CHINA), Person("Lavrov, Sergei; \\ the minister", RUSSIA)
LOG = "7f8d5c1e-0000-4000-8000-000000000001"


def visit(when: str | None = "2023-10-17/2023-10-18", slug: str = "visit") -> VisitAnnounced:
    return VisitAnnounced(engagement=slug, visitors=(WANG,), host=RUSSIA, when=When(when) if when else None)


def calendar(*events: EngagementEvent, feed: Feed | None = None) -> Calendar:
    store = MemoryStore(log_id=LOG, clock=lambda: pendulum.datetime(2023, 9, 18, 12))
    for event in events:
        store.append(event)
    return replay(feed or Feed(), store)


def entries(ical: bytes) -> list[Any]:
    return list(icalendar.Calendar.from_ical(ical).walk("VEVENT"))


def only(*events: EngagementEvent) -> Any:
    (entry,) = entries(calendar(*events).to_ical())
    return entry


class TestDates:
    """RFC 5545, 3.6.1: DTEND is exclusive."""

    def test_a_visit_of_days_is_all_day_and_ends_on_the_day_after(self) -> None:
        entry = only(visit())
        assert (entry.start, entry.end) == (pendulum.Date(2023, 10, 17), pendulum.Date(2023, 10, 19))

    def test_a_visit_known_to_the_month_spans_it_and_says_so(self) -> None:
        entry = only(visit("2023-10"))
        assert (entry.start, entry.end) == (pendulum.Date(2023, 10, 1), pendulum.Date(2023, 11, 1))
        assert (entry["STATUS"], entry["TRANSP"]) == ("TENTATIVE", "TRANSPARENT")
        assert "October 2023, date to be confirmed" in entry["SUMMARY"]
        assert entry["X-DIPLOCAL-EDTF"] == "2023-10"

    def test_an_instant_keeps_its_zone_and_the_calendar_brings_the_zone(self) -> None:
        call = CallHeld(
            engagement="call", participants=(WANG, LAVROV), when=When("2023-09-18T16:30:00+02:00[Europe/Berlin]")
        )
        ical = calendar(call).to_ical()
        (entry,) = entries(ical)
        assert entry.start == pendulum.datetime(2023, 9, 18, 14, 30)
        assert b"DTSTART;TZID=Europe/Berlin:20230918T163000" in ical
        assert b"TZID:Europe/Berlin" in ical

    def test_the_second_time_on_the_night_that_clocks_go_back_is_written_in_utc(self) -> None:
        """RFC 5545, 3.3.5: a local time that occurs twice is the first of the two."""
        first, second = (
            only(CallHeld(engagement="call", participants=(WANG, LAVROV), when=When(f"2023-10-29T02:30:00{at}")))
            for at in ("+02:00[Europe/Berlin]", "+01:00[Europe/Berlin]")
        )
        assert first.start.astimezone(UTC) == pendulum.datetime(2023, 10, 29, 0, 30)
        assert second.start.astimezone(UTC) == pendulum.datetime(2023, 10, 29, 1, 30)

    def test_an_entry_that_somebodys_calendar_lists_is_drawn_and_a_change_of_what_nobody_announced_is_not(self) -> None:
        listed = EntryListed(engagement="entry", title="Press point", when=When("2023-10-17"))
        assert (only(listed)["SUMMARY"], only(listed)["STATUS"]) == ("Press point", "TENTATIVE")
        assert entries(calendar(Confirmed(engagement="nothing", when=When("2023-10-17"))).to_ical()) == []

    def test_without_a_date_there_is_no_entry(self) -> None:
        assert len(calendar(visit(None))) == 0
        assert len(calendar(visit(), Postponed(engagement="visit"))) == 0

    def test_a_vague_date_longer_than_a_quarter_is_left_out_unless_the_feed_wants_it(self) -> None:
        assert len(calendar(visit("2023"))) == 0
        assert len(calendar(visit("2023"), feed=Feed(policy=Policy(vague_up_to_days=366)))) == 1
        assert len(calendar(visit("2023-10"), feed=Feed(policy=Policy(vague_up_to_days=0)))) == 0


class Shouting:
    """Tells every entry in capitals: a language that nobody speaks."""

    language = "x-loud"

    def summary(self, engagement: Engagement, *, is_vague: bool) -> str:
        return ENGLISH.summary(engagement, is_vague=is_vague).upper()

    def description(self, engagement: Engagement) -> Iterator[str]:
        return map(str.upper, ENGLISH.description(engagement))

    def location(self, engagement: Engagement) -> str | None:
        return (ENGLISH.location(engagement) or "").upper() or None

    def categories(self, engagement: Engagement) -> Iterator[str]:
        return map(str.upper, ENGLISH.categories(engagement))


class TestWording:
    """An entry's words are in one language, and nothing else of it is."""

    def test_another_wording_changes_the_words_and_nothing_else(self) -> None:
        spoken, loud = (
            entries(calendar(visit("2023-10"), feed=Feed(wording=wording)).to_ical())[0]
            for wording in (ENGLISH, Shouting())
        )
        for name in ("SUMMARY", "DESCRIPTION", "LOCATION"):
            assert str(loud[name]) == str(spoken[name]).upper()
        assert [*map(str, loud["CATEGORIES"].cats)] == [str(one).upper() for one in spoken["CATEGORIES"].cats]
        told = {"SUMMARY", "DESCRIPTION", "LOCATION", "CATEGORIES"}
        assert {name: loud[name].to_ical() for name in loud if name not in told} == {
            name: spoken[name].to_ical() for name in spoken if name not in told
        }

    def test_what_was_kept_in_one_language_never_serves_another(self) -> None:
        assert Feed().parameters != Feed(wording=Shouting()).parameters

    @pytest.mark.parametrize(
        ("chosen", "title"),
        [
            ({}, "Diplomatic calendar"),
            ({"pair": ("RU", "China")}, "Diplomatic calendar: China – Russia"),
            ({"state": "EU"}, "Diplomatic calendar: EU"),
            ({"state": "VN", "person": "To Lam"}, "Diplomatic calendar: Vietnam – To Lam"),
            ({"pair": ("CN", "RU"), "wording": InLanguage("zh")}, "外交日历：中国 – 俄罗斯"),
            ({"state": "CN", "wording": Shouting()}, "Diplomatic calendar: China"),
            ({"pair": ("CN", "RU"), "title": "Desk"}, "Desk"),
        ],
    )
    def test_a_calendar_is_named_after_who_takes_part(self, chosen: dict[str, Any], title: str) -> None:
        assert Feed(**chosen).title == title

    def test_a_feed_keeps_its_wording_for_a_log(self) -> None:
        assert Feed(wording=Shouting()).of_log("7f8d5c1e-0000-4000-8000-000000000001").wording.language == "x-loud"


class TestSequence:
    """RFC 5545, 3.8.7.4: a revised component's SEQUENCE grows."""

    def test_it_grows_with_date_and_cancellation_and_with_nothing_else(self) -> None:
        steps = [
            visit("2023-10"),
            Confirmed(engagement="visit"),
            Rescheduled(engagement="visit", when=When("2023-11-02")),
            Cancelled(engagement="visit"),
        ]
        assert [only(*steps[: n + 1])["SEQUENCE"] for n in range(4)] == [0, 0, 1, 2]

    def test_it_does_not_fall_when_a_reschedule_is_retracted(self) -> None:
        moved = Rescheduled(engagement="visit", when=When("2023-11-02"))
        back = Retracted(engagement="visit", of=identify(moved))
        assert only(visit(), moved, back)["SEQUENCE"] == 2
        assert only(visit(), moved, back).start == pendulum.Date(2023, 10, 17)

    def test_it_grows_when_a_duplicate_knows_the_date_better(self) -> None:
        seen_twice = visit("2023-10-17", slug="a-visit"), visit("2023-10"), visit("2023-11", slug="other")
        merged = MergedAsDuplicate(engagement="a-visit", into="visit")
        before, after = (
            {str(entry["UID"]).partition("@")[0]: entry["SEQUENCE"] for entry in entries(calendar(*log).to_ical())}
            for log in (seen_twice, (*seen_twice, merged))
        )
        assert (before, after) == ({"a-visit": 0, "visit": 0, "other": 0}, {"visit": 1, "other": 0})


class TestCancellation:
    def test_a_cancelled_entry_stays_for_a_week_after_its_planned_end_and_then_goes(self) -> None:
        cancelled = calendar(visit(), Cancelled(engagement="visit", reason="illness"))
        (entry,) = entries(cancelled.to_ical(on=pendulum.Date(2023, 10, 25)))
        assert (entry["STATUS"], entry["TRANSP"]) == ("CANCELLED", "TRANSPARENT")
        assert entry["SUMMARY"].startswith("CANCELLED: ")
        assert entries(cancelled.to_ical(on=pendulum.Date(2023, 10, 26))) == []

    def test_for_google_it_stays_confirmed_and_the_prefix_tells(self) -> None:
        cancelled = calendar(visit(), Cancelled(engagement="visit"), feed=Feed(policy=GOOGLE))
        (entry,) = entries(cancelled.to_ical())
        assert (entry["STATUS"], entry["SUMMARY"][:11]) == ("CONFIRMED", "CANCELLED: ")


class TestSelection:
    def test_a_pair_chooses_what_both_take_part_in(self) -> None:
        events = (
            visit(),
            visit(slug="two"),
            MeetingHeld(engagement="three", participants=(WANG, FRANCE), when=When("2023-09-01")),
        )
        assert len(calendar(*events, feed=Feed(pair=("ru", "CN")))) == 2
        assert len(calendar(*events, feed=Feed(state="FR"))) == 1
        assert len(calendar(*events, feed=Feed(person="wang yi"))) == 3


class TestBytes:
    def test_one_more_event_changes_the_bytes_of_its_entry_only(self) -> None:
        store = MemoryStore(log_id=LOG)
        store.append(*(visit(f"2023-10-{n:02}", slug=f"visit-{n}") for n in range(1, 20)))
        before = catch_up(Feed(), store)
        store.append(Cancelled(engagement="visit-7"))
        after = catch_up(Feed(), store, since=before)
        changed = {slug for slug, one in after.state.value.items() if one != before.state.value[slug]}
        assert changed == {"visit-7"}
        assert after.state == catch_up(Feed(), store).state

    def test_a_meeting_points_to_its_visit(self) -> None:
        met = MeetingHeld(engagement="met", participants=(WANG, LAVROV), when=When("2023-10-17"), during="visit")
        by_slug = {entry["UID"].split("@")[0]: entry for entry in entries(calendar(visit(), met).to_ical())}
        assert by_slug["met"]["RELATED-TO"] == by_slug["visit"]["UID"]

    def test_a_feed_that_was_made_for_a_log_keeps_to_it_whatever_it_reads(self) -> None:
        store = MemoryStore()
        store.append(visit())
        records = list(store.read())
        assert f"@{LOG}.diplocal".encode() in replay(Feed(log_id=LOG), records).to_ical()
        assert f"@{LOG}.diplocal".encode() not in replay(Feed(), records).to_ical()

    def test_uids_of_two_logs_differ(self) -> None:
        one, other = (replay(Feed(), store) for store in (MemoryStore(), MemoryStore()))
        assert one.to_ical() == other.to_ical()
        stores = MemoryStore(), MemoryStore()
        for store in stores:
            store.append(visit())
        first, second = (entries(replay(Feed(), store).to_ical())[0]["UID"] for store in stores)
        assert first != second

    def test_the_demo_reads_back_whole(self) -> None:
        ical = calendar(*article.as_reported(), *article.what_followed()).to_ical()
        assert len(entries(ical)) == 8
        assert len(IcsCalendarStream.calendar_from_ics(ical.decode()).events) == 8


SCRIPT = """
import locale, sys
from diplocal.calendars import Feed
from diplocal.replaying import replay
from diplocal.store import SQLiteStore
with SQLiteStore(sys.argv[1]) as store:
    sys.stdout.buffer.write(replay(Feed(), store).to_ical())
"""


@pytest.fixture(scope="module")
def all_visits(shared_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("log") / "visits.db"
    with SQLiteStore(path) as store:
        for folder in sorted((shared_data / "statedept" / "visits").iterdir()):
            import_visits(folder, store, reported=pendulum.Date.fromisoformat(folder.name))
    return path


class TestWholeLog:
    """The feed of every visit to the United States that was ever listed."""

    def test_every_entry_reads_back_in_two_readers(self, all_visits: Path) -> None:
        with SQLiteStore(all_visits) as store:
            feed = replay(Feed(), store)
        assert len(feed) == 2999
        assert len(entries(feed.to_ical())) == 2999
        assert len(IcsCalendarStream.calendar_from_ics(feed.to_ical().decode()).events) == 2999

    def test_two_processes_with_other_seeds_and_locales_write_the_same_bytes(self, all_visits: Path) -> None:
        outputs = {
            subprocess.run(
                [sys.executable, "-c", SCRIPT, str(all_visits)],
                env={**os.environ, "PYTHONHASHSEED": seed, "LC_ALL": language, "TZ": zone},
                capture_output=True,
                check=True,
            ).stdout
            for seed, language, zone in (("1", "C", "UTC"), ("2", "C.UTF-8", "Asia/Jakarta"))
        }
        assert len(outputs) == 1
        assert len(outputs.pop()) > 1_000_000


@pytest.mark.parametrize("form", [Feed, RichFeed, JSCalendarFeed])
@pytest.mark.parametrize("said", [ENGLISH, InLanguage("fr")], ids=lambda said: said.language)
def test_a_feed_goes_to_another_process_and_says_the_same_there(form: type[Feed], said: Any) -> None:
    feed = form(pair=("CN", "RU"), wording=said, policy=GOOGLE)
    log = MemoryStore(log_id=LOG)
    log.append(visit(), Confirmed(engagement="visit"))
    assert replay(pickle.loads(pickle.dumps(feed)), log) == replay(feed, log)  # noqa: S301 - it is our own
