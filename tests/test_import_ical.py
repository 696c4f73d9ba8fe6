"""Subscribing to somebody's calendar: what is new, moved, cancelled or gone is told, and nothing is told twice."""

from collections.abc import Iterable
from typing import Any

import attrs
import pendulum
import pytest
from hypothesis import given

from diplocal.calendars import Feed, Policy
from diplocal.dates import When
from diplocal.dates.edtf import split_ends
from diplocal.demo import article
from diplocal.engagements import Conflict, Engagement, Engagements, Kind, Status
from diplocal.errors import InvalidValue, UnreadableInput
from diplocal.events import (
    Cancelled,
    Confirmed,
    Corrected,
    DateNarrowed,
    EngagementEvent,
    EntryListed,
    NoLongerListed,
    ReportAttached,
    Rescheduled,
    VisitAnnounced,
)
from diplocal.importers.covers import Covers
from diplocal.importers.ical_feed import import_ical
from diplocal.importers.outcome import Outcome
from diplocal.levels import Level
from diplocal.parties import State
from diplocal.replaying import replay
from diplocal.sources import Source
from diplocal.store import MemoryStore
from diplocal.testing import History, histories
from diplocal.wording import title

MINISTRY = "Ministry of Foreign Affairs"
EVERYTHING = Policy(vague_up_to_days=400_000, cancelled_for_days=400_000)


def day(number: int) -> pendulum.Date:
    return pendulum.Date(2026, 3, number)


def entry(*lines: str, uid: str = "one") -> str:
    return "\r\n".join(("BEGIN:VEVENT", f"UID:{uid}", "DTSTAMP:20260301T000000Z", *lines, "END:VEVENT", ""))


def press(*lines: str, uid: str = "one", on: str = "20260410") -> str:
    return entry("SUMMARY:Press point", f"DTSTART;VALUE=DATE:{on}", *lines, uid=uid)


def calendar(*entries: str) -> bytes:
    head = "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//test//EN\r\n"
    return (head + "".join(entries) + "END:VCALENDAR\r\n").encode()


def poll(store: MemoryStore, *entries: str, on: int = 1, **options: Any) -> Outcome:
    return import_ical(calendar(*entries), store, reported=day(on), upstream=MINISTRY, **options)


def told(store: MemoryStore, after: int = 0) -> list[EngagementEvent]:
    return [record.event for record in store.read(after=after) if isinstance(record.event, EngagementEvent)]


def understood(store: MemoryStore) -> list[Engagement]:
    return list(Engagements().take(store.read())[0])


class TestSomebodysCalendar:
    def test_a_new_entry_is_announced_as_the_calendar_has_it(self) -> None:
        store = MemoryStore()
        outcome = poll(store, press("LOCATION:Quai d'Orsay\\, Paris", "URL:https://example.org/1", "DESCRIPTION:Car"))
        (event,) = told(store)
        assert event == EntryListed(
            engagement=event.engagement,
            title="Press point",
            when=When("2026-04-10"),
            place="Quai d'Orsay, Paris",
            description="Car",
            reported=day(1),
            sources=(Source(MINISTRY, url="https://example.org/1"),),
        )
        assert outcome == Outcome(read=1, taken=1)
        assert understood(store)[0].status is Status.PLANNED

    def test_the_same_feed_again_changes_nothing(self) -> None:
        store = MemoryStore()
        feed = press("STATUS:CONFIRMED"), press(uid="two", on="20260501")
        poll(store, *feed)
        position = store.position()
        assert poll(store, *feed, on=2) == Outcome(read=2, unchanged=2)
        assert store.position() == position

    @pytest.mark.parametrize(
        ("before", "after", "expected"),
        [
            ("20260410", "20260417", Rescheduled),
            ("20260410", "20260410T100000Z", DateNarrowed),
        ],
    )
    def test_a_moved_entry_is_rescheduled_and_a_better_date_is_none(
        self, before: str, after: str, expected: type
    ) -> None:
        store = MemoryStore()
        poll(store, press(on=before))
        moved = entry("SUMMARY:Press point", f"DTSTART:{after}" if "T" in after else f"DTSTART;VALUE=DATE:{after}")
        assert poll(store, moved, on=2).taken == 1
        (event,) = told(store, after=1)
        assert isinstance(event, Rescheduled | DateNarrowed)
        assert type(event) is expected
        assert event.reported == day(2)
        assert understood(store)[0].when == event.when

    def test_a_status_that_moved_on_is_told(self) -> None:
        store = MemoryStore()
        for number, status in enumerate(("TENTATIVE", "CONFIRMED", "CANCELLED"), start=1):
            poll(store, press(f"STATUS:{status}"), on=number)
        assert [type(event) for event in told(store)] == [EntryListed, Confirmed, Cancelled]
        assert understood(store)[0].status is Status.CANCELLED

    def test_another_title_corrects_what_was_told(self) -> None:
        store = MemoryStore()
        poll(store, press())
        assert poll(store, entry("SUMMARY:Press briefing", "DTSTART;VALUE=DATE:20260410"), on=2).corrected == 1
        assert isinstance(told(store)[-1], Corrected)
        assert title(understood(store)[0]) == "Press briefing"

    def test_what_is_gone_is_no_longer_listed_if_it_lies_ahead_and_says_nothing_if_it_is_over(self) -> None:
        store = MemoryStore()
        poll(store, press(), press(uid="two", on="20260305"))
        poll(store, on=10)
        gone = [event for event in told(store) if isinstance(event, NoLongerListed)]
        assert [event.upstream for event in gone] == [MINISTRY]
        ahead = next(one for one in understood(store) if not one.listed)
        assert (ahead.when, ahead.status) == (When("2026-04-10"), Status.PLANNED)
        assert poll(store, on=11).read == 0
        assert len(told(store)) == 3

    def test_what_comes_back_is_listed_again(self) -> None:
        store = MemoryStore()
        poll(store, press())
        poll(store, on=2)
        poll(store, press(), on=3)
        assert isinstance(told(store)[-1], ReportAttached)
        assert understood(store)[0].listed
        assert poll(store, press(), on=4).unchanged == 1

    def test_what_was_cancelled_and_goes_says_nothing_more(self) -> None:
        store = MemoryStore()
        poll(store, press("STATUS:CANCELLED"))
        poll(store, on=2)
        assert [type(event) for event in told(store)] == [EntryListed, Cancelled]

    def test_an_entry_that_cannot_be_read_any_more_is_not_gone(self) -> None:
        store = MemoryStore()
        poll(store, press())
        outcome = poll(store, entry("SUMMARY:Press point", "DTSTART:20260410T100000"), on=2)
        assert len(outcome.rejected) == 1
        assert len(told(store)) == 1

    def test_an_older_feed_does_not_undo_a_later_one(self) -> None:
        store = MemoryStore()
        poll(store, press(on="20260417"), on=5)
        outcome = poll(store, press(on="20260410"), on=4)
        assert len(outcome.ambiguous) == 1
        assert len(told(store)) == 1

    def test_two_feeds_of_two_names_do_not_meet(self) -> None:
        store = MemoryStore()
        poll(store, press())
        import_ical(calendar(press()), store, reported=day(2), upstream="外交部")
        assert len(understood(store)) == 2


class TestEditions:
    """RFC 5545, 3.8.7.4, and RFC 5546, 2.1.5: the higher SEQUENCE wins, in whatever order editions come in."""

    def days(self, *editions: tuple[int | None, str], recurs: bool = False) -> tuple[list[str], list[int]]:
        """Import editions of one entry, one a day, and give its day and how many were passed over each time."""
        store, rule = MemoryStore(), ("RRULE:FREQ=YEARLY;COUNT=1",) if recurs else ()
        outcomes = [
            poll(store, press(*rule, *([] if number is None else [f"SEQUENCE:{number}"]), on=date), on=on)
            for on, (number, date) in enumerate(editions, start=1)
        ]
        return [one.when.edtf for one in understood(store) if one.when], [len(one.passed_over) for one in outcomes]

    @pytest.mark.parametrize("recurs", [False, True])
    @pytest.mark.parametrize(
        ("editions", "passed_over"),
        [
            ([(3, "20260417"), (2, "20260410")], [0, 1]),
            ([(1, "20260410"), (2, "20260417"), (1, "20260410")], [0, 0, 1]),
            ([(1, "20260410"), (2, "20260417"), (0, "20260410"), (2, "20260417")], [0, 0, 1, 0]),
            ([(1, "20260417"), (3, "20260417"), (2, "20260410")], [0, 0, 1]),
            ([(0, "20260410"), (0, "20260417")], [0, 0]),
            ([(4, "20260410"), (4, "20260417")], [0, 0]),
            ([(4, "20260410"), (None, "20260417")], [0, 0]),
            ([(None, "20260410"), (None, "20260417")], [0, 0]),
        ],
        ids=["lower", "back", "zero", "unchanged between", "always 0", "the same", "no more", "none"],
    )
    def test_the_later_edition_counts(
        self, editions: list[tuple[int | None, str]], passed_over: list[int], *, recurs: bool
    ) -> None:
        assert self.days(*editions, recurs=recurs) == (["2026-04-17"], passed_over)

    def test_an_edition_is_told_once_and_another_title_still_corrects(self) -> None:
        store = MemoryStore()
        poll(store, press("SEQUENCE:1"))
        renamed = entry("SUMMARY:Press briefing", "DTSTART;VALUE=DATE:20260410", "SEQUENCE:2")
        assert poll(store, renamed, on=2).corrected == 1
        position = store.position()
        assert poll(store, renamed, on=3) == Outcome(read=1, unchanged=1)
        assert store.position() == position

    def test_an_older_edition_of_a_series_adds_and_drops_nothing(self) -> None:
        store = MemoryStore()
        series = "SUMMARY:Briefing", "DTSTART;VALUE=DATE:20260305"
        poll(store, entry(*series, "RRULE:FREQ=WEEKLY;COUNT=4", "EXDATE;VALUE=DATE:20260312", "SEQUENCE:2"))
        position = store.position()
        assert len(poll(store, entry(*series, "RRULE:FREQ=WEEKLY;COUNT=2", "SEQUENCE:1"), on=2).passed_over) == 2
        assert store.position() == position
        poll(store, entry(*series, "RRULE:FREQ=WEEKLY;COUNT=4", "EXDATE;VALUE=DATE:20260312", "SEQUENCE:3"), on=3)
        assert store.position() == position + 1, "the new edition is told once, not for each time"

    @pytest.mark.parametrize("sequence", [-1, 10**10, True, "2"])
    def test_what_counts_no_editions_is_refused(self, sequence: Any) -> None:
        with pytest.raises(InvalidValue, match="sequence"):
            ReportAttached(engagement="talks", sequence=sequence)

    def test_an_older_cancellation_cancels_nothing(self) -> None:
        store = MemoryStore()
        poll(store, press("SEQUENCE:5"))
        older = calendar(press("SEQUENCE:4")).replace(b"VERSION:2.0\r\n", b"VERSION:2.0\r\nMETHOD:CANCEL\r\n")
        assert len(import_ical(older, store, reported=day(2), upstream=MINISTRY).passed_over) == 1
        assert understood(store)[0].status is Status.PLANNED

    def test_the_count_of_another_uid_says_nothing(self) -> None:
        store = MemoryStore()
        poll(store, press("SEQUENCE:5"))
        assert poll(store, press("SEQUENCE:0", "STATUS:CANCELLED", uid="two"), on=2).passed_over == ()
        assert [one.status for one in understood(store)] == [Status.CANCELLED]

    @pytest.mark.parametrize("sequence", [[], ["SEQUENCE:2"]])
    def test_what_is_said_otherwise_in_the_same_edition_corrects(self, sequence: list[str]) -> None:
        store = MemoryStore()
        poll(store, press("LOCATION:Paris", *sequence))
        assert poll(store, press("LOCATION:Lyon", *sequence), on=2) == Outcome(read=1, corrected=1)
        assert understood(store)[0].place == "Lyon"


class TestTimes:
    def when(self, *lines: str, **options: Any) -> When | None:
        store = MemoryStore()
        poll(store, entry("SUMMARY:Call", *lines), **options)
        return understood(store)[0].when

    def test_a_named_zone_is_kept(self) -> None:
        assert self.when(
            "DTSTART;TZID=Europe/Paris:20260410T100000", "DTEND;TZID=Europe/Paris:20260410T113000"
        ) == When("2026-04-10T10:00+02:00[Europe/Paris]/2026-04-10T11:30+02:00[Europe/Paris]")

    def test_all_days_end_on_the_day_before_dtend(self) -> None:
        assert self.when("DTSTART;VALUE=DATE:20260410", "DTEND;VALUE=DATE:20260412") == When("2026-04-10/2026-04-11")
        assert self.when("DTSTART;VALUE=DATE:20260410", "DTEND;VALUE=DATE:20260410") == When("2026-04-10")
        assert self.when("DTSTART;VALUE=DATE:20260410", "DURATION:P2D") == When("2026-04-10/2026-04-11")

    def test_a_time_without_a_zone_means_the_zone_that_the_reader_is_told(self) -> None:
        assert self.when("DTSTART:20260410T100000", zone="Asia/Jakarta") == When("2026-04-10T10:00+07:00[Asia/Jakarta]")

    @pytest.mark.parametrize(
        "lines",
        [
            ("SUMMARY:Floats", "DTSTART:20260410T100000"),
            ("SUMMARY:Ends before it begins", "DTSTART;VALUE=DATE:20260410", "DTEND;VALUE=DATE:20260401"),
            ("SUMMARY:Begins nowhere",),
            ("SUMMARY:Begins oddly", "DTSTART:soon"),
            ("DTSTART;VALUE=DATE:20260410",),
            ("SUMMARY:Too often", "DTSTART:20260301T000000Z", "RRULE:FREQ=MINUTELY"),
            ("SUMMARY:No rule", "DTSTART:20260301T000000Z", "RRULE:FREQ=SOMETIMES"),
            ("SUMMARY:Ours, broken", "DTSTART;VALUE=DATE:20260410", "X-DIPLOCAL-REPORTS:[{}]"),
        ],
        ids=lambda lines: lines[0],
    )
    def test_what_cannot_be_placed_is_rejected_with_its_reason_and_the_rest_is_taken(
        self, lines: tuple[str, ...]
    ) -> None:
        store = MemoryStore()
        outcome = poll(store, entry(*lines), press(uid="two"))
        assert (outcome.read, outcome.taken, len(outcome.rejected)) == (2, 1, 1)

    @pytest.mark.parametrize("content", [b"", b"nothing", b"BEGIN:VEVENT\r\nUID:1\r\nEND:VEVENT\r\n", b"\xff\xfe\x00"])
    def test_what_is_no_calendar_is_refused(self, content: bytes) -> None:
        with pytest.raises(UnreadableInput):
            import_ical(content, MemoryStore(), reported=day(1), upstream=MINISTRY)


class TestRecurrence:
    WEEKLY = ("SUMMARY:Weekly briefing", "DTSTART;TZID=Europe/Paris:20260305T100000", "RRULE:FREQ=WEEKLY;COUNT=4")

    def test_each_occurrence_is_an_engagement_of_its_own(self) -> None:
        store = MemoryStore()
        poll(store, entry(*self.WEEKLY, "EXDATE;TZID=Europe/Paris:20260312T100000"))
        assert sorted(str(one.when and one.when.earliest) for one in understood(store)) == [
            "2026-03-05",
            "2026-03-19",
            "2026-03-26",
        ]

    def test_one_moved_occurrence_is_rescheduled_and_the_others_stay(self) -> None:
        store = MemoryStore()
        poll(store, entry(*self.WEEKLY))
        moved = entry(
            "RECURRENCE-ID;TZID=Europe/Paris:20260319T100000",
            "SUMMARY:Weekly briefing",
            "DTSTART;TZID=Europe/Paris:20260320T150000",
        )
        poll(store, entry(*self.WEEKLY), moved, on=2)
        assert [type(event) for event in told(store, after=4)] == [Rescheduled]

    def days(self, *entries: str) -> list[str]:
        """Give the days on which a feed's occurrences begin."""
        store = MemoryStore()
        assert poll(store, *entries).rejected == ()
        return sorted(str(one.when and one.when.earliest) for one in understood(store))

    def test_a_series_without_end_is_read_to_the_end_of_the_year_after_next(self) -> None:
        anniversary = entry("SUMMARY:Anniversary", "DTSTART;VALUE=DATE:16481024", "RRULE:FREQ=YEARLY")
        assert self.days(anniversary) == ["2025-10-24", "2026-10-24", "2027-10-24", "2028-10-24"]

    def test_what_is_named_one_by_one_is_read_wherever_it_lies(self) -> None:
        dates = entry("SUMMARY:Rounds", "DTSTART;VALUE=DATE:20260410", "RDATE;VALUE=DATE:20240101,20340101")
        assert self.days(dates) == ["2024-01-01", "2026-04-10", "2034-01-01"]

    def test_a_day_in_exdate_takes_out_what_begins_on_it(self) -> None:
        without = entry(*self.WEEKLY, "EXDATE;VALUE=DATE:20260312")
        assert self.days(without) == ["2026-03-05", "2026-03-19", "2026-03-26"]

    def test_a_moved_occurrence_is_known_again_in_whatever_zone_it_is_named(self) -> None:
        store = MemoryStore()
        poll(store, entry(*self.WEEKLY))
        moved = entry(
            "RECURRENCE-ID:20260319T090000Z", "SUMMARY:Weekly briefing", "DTSTART;TZID=Europe/Paris:20260320T150000"
        )
        poll(store, entry(*self.WEEKLY), moved, on=2)
        assert [type(event) for event in told(store, after=4)] == [Rescheduled]

    def test_this_and_future_moves_all_that_follow(self) -> None:
        moved = entry(
            "RECURRENCE-ID;RANGE=THISANDFUTURE;TZID=Europe/Paris:20260319T100000",
            "SUMMARY:Weekly briefing",
            "DTSTART;TZID=Europe/Paris:20260320T150000",
        )
        assert self.days(entry(*self.WEEKLY), moved) == ["2026-03-05", "2026-03-12", "2026-03-20", "2026-03-27"]

    def test_an_occurrence_that_the_clocks_skip_is_read_by_the_offset_before_they_do(self) -> None:
        store = MemoryStore()
        poll(store, entry("SUMMARY:Night", "DTSTART;TZID=Europe/Paris:20260322T023000", "RRULE:FREQ=WEEKLY;COUNT=2"))
        assert When("2026-03-29T03:30+02:00[Europe/Paris]") in [one.when for one in understood(store)]


class TestLengths:
    """RFC 5545, 3.3.6: days are the calendar's, and hours a stopwatch's, also where clocks are changed meanwhile."""

    def ends(self, start: str, *lines: str) -> list[str]:
        """Return when an entry ends, each time that it takes place, in UTC."""
        store = MemoryStore()
        poll(store, entry("SUMMARY:Night", f"DTSTART;TZID=Europe/Oslo:{start}", *lines))
        return sorted(ends(one.when) for one in understood(store) if one.when)

    @pytest.mark.parametrize(
        ("start", "length", "end"),
        [
            ("20261025T013000", "PT2H", "2026-10-25T01:30Z"),
            ("20261024T100000", "PT24H", "2026-10-25T08:00Z"),
            ("20261024T100000", "P1D", "2026-10-25T09:00Z"),
            ("20261024T100000", "P1DT1H", "2026-10-25T10:00Z"),
            ("20260328T100000", "PT23H", "2026-03-29T08:00Z"),
            ("20260328T100000", "PT1380M", "2026-03-29T08:00Z"),
            ("20261020T100000", "PT168H", "2026-10-27T08:00Z"),
            ("20261020T100000", "P1W", "2026-10-27T09:00Z"),
        ],
    )
    def test_an_end_is_reckoned_across_a_change_of_clocks(self, start: str, length: str, end: str) -> None:
        assert self.ends(start, f"DURATION:{length}") == [end]
        period = f"RDATE;VALUE=PERIOD;TZID=Europe/Oslo:{start}/{length}"
        assert end in self.ends("20260105T100000", "DURATION:PT1H", period)

    def test_each_of_a_series_lasts_as_long_as_the_first(self) -> None:
        nights = "DTEND;TZID=Europe/Oslo:20261018T080000", "RRULE:FREQ=WEEKLY;COUNT=2"
        assert self.ends("20261017T200000", *nights) == ["2026-10-18T06:00Z", "2026-10-25T06:00Z"]


def ends(when: When) -> str:
    """Return the instant at which something ends, in UTC."""
    instant = pendulum.parse(split_ends(when.edtf)[1].partition("[")[0])
    assert isinstance(instant, pendulum.DateTime)
    return f"{instant.in_tz('UTC'):%Y-%m-%dT%H:%M}Z"


class TestTheMovingWindow:
    """A rule without end is read in part; what an import does not look at, it says nothing of."""

    SERIES = entry("SUMMARY:Weekly briefing", "DTSTART;TZID=Europe/Paris:20240104T100000", "RRULE:FREQ=WEEKLY")

    def poll_on(self, store: MemoryStore, on: pendulum.Date, *entries: str) -> list[EngagementEvent]:
        """Import a feed on another day, and give what that told."""
        position = store.position()
        import_ical(calendar(*entries), store, reported=on, upstream=MINISTRY)
        return told(store, after=position)

    def test_the_same_feed_again_in_the_same_year_changes_nothing(self) -> None:
        store = MemoryStore()
        poll(store, self.SERIES)
        assert self.poll_on(store, pendulum.Date(2026, 12, 31), self.SERIES) == []

    def test_a_year_later_one_more_year_is_announced_and_nothing_else_is_said(self) -> None:
        store = MemoryStore()
        poll(store, self.SERIES)
        news = self.poll_on(store, pendulum.Date(2027, 3, 1), self.SERIES)
        days = [event.when.earliest for event in news if isinstance(event, EntryListed)]
        assert len(news) == len(days) == 52
        assert {earliest.year for earliest in days if earliest} == {2029}

    def test_a_series_that_is_dropped_is_no_longer_listed_as_far_as_it_was_announced(self) -> None:
        store = MemoryStore()
        poll(store, self.SERIES)
        ahead = [one for one in understood(store) if one.when and one.when.earliest and one.when.earliest >= day(2)]
        gone = self.poll_on(store, day(2))
        assert {type(event) for event in gone} == {NoLongerListed}
        assert len(gone) == len(ahead)

    def test_an_earlier_feed_does_not_drop_what_lies_where_it_does_not_look(self) -> None:
        store = MemoryStore()
        self.poll_on(store, pendulum.Date(2027, 3, 1), self.SERIES)
        assert NoLongerListed not in map(type, self.poll_on(store, day(1), self.SERIES))

    def test_an_entry_far_ahead_that_is_dropped_is_no_longer_listed_at_once(self) -> None:
        store = MemoryStore()
        poll(store, press(on="20400101"))
        assert [type(event) for event in self.poll_on(store, day(2))] == [NoLongerListed]

    def test_an_occurrence_that_is_moved_out_of_the_window_is_rescheduled(self) -> None:
        store = MemoryStore()
        poll(store, self.SERIES)
        moved = entry(
            "RECURRENCE-ID;TZID=Europe/Paris:20260319T100000",
            "SUMMARY:Weekly briefing",
            "DTSTART;TZID=Europe/Paris:20300320T150000",
        )
        assert [type(event) for event in self.poll_on(store, day(2), self.SERIES, moved)] == [Rescheduled]


@pytest.mark.parametrize(
    "lines",
    [
        ("SUMMARY:Twice", "DTSTART;VALUE=DATE:20260410", "DTSTART;VALUE=DATE:20260411"),
        ("SUMMARY:Never",),
        ("SUMMARY:Long", "DTSTART;VALUE=DATE:20260410", "DURATION:P1D", "DURATION:P2D"),
    ],
)
def test_an_entry_that_makes_no_sense_is_rejected_and_the_others_are_taken(lines: tuple[str, ...]) -> None:
    outcome = poll(MemoryStore(), entry(*lines, uid="broken"), press(uid="sound"))
    assert (outcome.taken, len(outcome.rejected)) == (1, 1)


def ours(events: Iterable[EngagementEvent]) -> MemoryStore:
    store = MemoryStore(clock=lambda: pendulum.datetime(2026, 3, 1))
    store.append(*events)
    return store


def fed(store: MemoryStore) -> bytes:
    return replay(Feed(policy=EVERYTHING), store).to_ical()


def as_carried(engagement: Engagement) -> Engagement:
    """Give what a feed carries: all but contradictions, lists, what was signed, and by which feed it came."""
    return attrs.evolve(
        engagement,
        conflicts=(),
        listed=True,
        outcomes=(),
        apart_from=(),
        reactions=tuple(dict.fromkeys(engagement.reactions)),
        sources=tuple(one for one in engagement.sources if one.publisher != "Desk"),
    )


def carried(store: MemoryStore) -> dict[str, Engagement]:
    return {one.slug: as_carried(one) for one in understood(store)}


class TestOurOwnFeeds:
    def test_the_demo_comes_back_whole_and_comes_once(self) -> None:
        original, copy = ours((*article.as_reported(), *article.what_followed())), MemoryStore()
        outcome = import_ical(fed(original), copy, reported=day(1), upstream="Desk")
        assert (outcome.read, outcome.taken) == (9, 9)
        assert carried(copy) == carried(original)
        position = copy.position()
        assert import_ical(fed(original), copy, reported=day(2), upstream="Desk").unchanged == 9
        assert copy.position() == position

    def test_a_scramble_that_is_dated_apart_does_not_date_its_patrol(self) -> None:
        patrol, scramble = article.as_reported()[-2:]
        events = patrol.evolve(when=When("2023-06-06")), scramble.evolve(when=When("2023-06-07"))
        store, copy = ours(events), MemoryStore()
        import_ical(fed(store), copy, reported=day(1), upstream="Desk")
        assert import_ical(fed(store), copy, reported=day(2), upstream="Desk").unchanged == 1

    def test_what_the_other_log_learns_arrives(self) -> None:
        first, all_of_it = ours(article.as_reported()), ours((*article.as_reported(), *article.what_followed()))
        copy = MemoryStore()
        import_ical(fed(first), copy, reported=day(1), upstream="Desk")
        import_ical(fed(all_of_it), copy, reported=day(2), upstream="Desk")
        visit = Engagements().take(copy.read())[0].get("putin-to-china-2023-10")
        assert visit is not None
        assert (visit.status, visit.when, visit.place) == (Status.HELD, When("2023-10-17/2023-10-18"), "Beijing")

    def test_an_earlier_state_of_the_feed_takes_nothing_back(self) -> None:
        first, all_of_it = ours(article.as_reported()), ours((*article.as_reported(), *article.what_followed()))
        copy = MemoryStore()
        import_ical(fed(all_of_it), copy, reported=day(1), upstream="Desk")
        outcome = import_ical(fed(first), copy, reported=day(2), upstream="Desk", covers=Covers.PART)
        visit = Engagements().take(copy.read())[0].get("putin-to-china-2023-10")
        assert outcome.passed_over
        assert visit is not None
        assert (visit.status, visit.when, visit.place) == (Status.HELD, When("2023-10-17/2023-10-18"), "Beijing")

    @pytest.mark.parametrize("facts", [{"level": Level.STATE}, {"host": State("KZ")}, {"place": "Almaty"}])
    def test_what_changes_without_a_new_sequence_corrects(self, facts: dict[str, Any]) -> None:
        visit = VisitAnnounced(
            engagement="one",
            visitors=(State("FI"),),
            host=State("EE"),
            when=When("2026-10-17"),
            level=Level.WORKING,
            place="Narva",
        )
        copy = MemoryStore()
        before, after = fed(ours([visit])), fed(ours([visit.evolve(**facts)]))
        import_ical(before, copy, reported=day(1), upstream="Desk")
        assert import_ical(after, copy, reported=day(2), upstream="Desk").corrected == 1
        (one,) = understood(copy)
        assert [getattr(one, name) for name in facts] == [*facts.values()]

    @given(histories())
    def test_every_history_comes_back_as_it_was_understood_and_comes_once(self, history: History) -> None:
        copy = MemoryStore()
        content = replay(Feed(policy=EVERYTHING), history.records()).to_ical()
        assert import_ical(content, copy, reported=day(1), upstream="Desk").rejected == ()
        position = copy.position()
        import_ical(content, copy, reported=day(2), upstream="Desk")
        assert copy.position() == position
        originals, _ = Engagements().take(history.records())
        for again in understood(copy):
            original = originals.get(again.slug)
            assert original is not None
            if Conflict.KINDS_DISAGREE not in original.conflicts and original.kind is not Kind.UNKNOWN:
                assert as_carried(again) == as_carried(original)


def test_a_whole_calendar_of_an_earlier_day_brings_nothing_back_that_a_later_one_had_no_more() -> None:
    store = MemoryStore()
    poll(store, press(uid="two"), on=2)
    late = poll(store, press(uid="one"), press(uid="two"), on=1)
    assert [row.reason for row in late.ambiguous if "in the order of their days" in row.reason]
    assert len(understood(store)) == 1


def test_an_entry_of_an_earlier_day_that_was_over_since_is_taken_as_of_its_day() -> None:
    store = MemoryStore()
    poll(store, press(uid="two", on="20270410"), on=30)
    assert poll(store, press(uid="one", on="20260320"), press(uid="two", on="20270410"), on=1).taken == 1
