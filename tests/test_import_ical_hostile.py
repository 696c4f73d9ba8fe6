"""Calendars that are broken, or made to keep a reader busy: what is wrong is rejected, and nothing else is lost."""

import contextlib
from typing import Any

import pendulum
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from diplocal.errors import DiplocalError, InvalidValue, UnreadableInput
from diplocal.importers.ical_feed import import_ical
from diplocal.importers.outcome import Outcome
from diplocal.records import Record
from diplocal.store import MemoryStore


def entry(*lines: str, uid: str = "one") -> str:
    return "\r\n".join(("BEGIN:VEVENT", f"UID:{uid}", "DTSTAMP:20260301T000000Z", *lines, "END:VEVENT", ""))


SOUND = entry("SUMMARY:Press point", "DTSTART;VALUE=DATE:20260410", uid="sound")
WEEKLY = entry("SUMMARY:Weekly briefing", "DTSTART;TZID=Europe/Paris:20260305T100000", "RRULE:FREQ=WEEKLY;COUNT=4")
ZONE = (
    "BEGIN:VTIMEZONE\r\nTZID:Headquarters\r\nBEGIN:STANDARD\r\nDTSTART:19700101T000000\r\n"
    "TZOFFSETFROM:+0545\r\nTZOFFSETTO:+0545\r\nEND:STANDARD\r\nEND:VTIMEZONE\r\n"
)
IN_THE_ZONE = entry("SUMMARY:Call", "DTSTART;TZID=Headquarters:20260410T100000", uid="zoned")


def calendar(*parts: str) -> bytes:
    return f"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//test//EN\r\n{''.join(parts)}END:VCALENDAR\r\n".encode()


def read(content: bytes, store: MemoryStore | None = None, *, on: int = 1, **options: Any) -> Outcome:
    into = MemoryStore() if store is None else store
    return import_ical(content, into, reported=pendulum.Date(2026, 3, on), upstream="Ministry", **options)


class TestRulesMadeToKeepAReaderBusy:
    @pytest.mark.parametrize(
        "line",
        [
            "RRULE:FREQ=SECONDLY",
            "RRULE:FREQ=MINUTELY;COUNT=0",
            "RRULE:FREQ=HOURLY;BYMONTH=2;BYMONTHDAY=30",
            "RRULE:FREQ=DAILY;COUNT=999999999",
            "RRULE:FREQ=DAILY;BYHOUR=0,1,2,3,4,5,6,7,8,9,10,11",
            "RRULE:FREQ=YEARLY;BYEASTER=500",
            "RRULE:FREQ=YEARLY;INTERVAL=0",
            "RRULE:FREQ=YEARLY;RSCALE=HEBREW",
            "RRULE:FREQ=WEEKLY;BYWEEKNO=1",
            "RDATE:nonsense",
            "EXDATE:nonsense",
        ],
    )
    def test_one_is_rejected_and_the_other_entries_are_taken(self, line: str) -> None:
        outcome = read(calendar(entry("SUMMARY:Endless", "DTSTART:00010101T000000Z", line), SOUND))
        assert (outcome.taken, len(outcome.rejected)) == (1, 1)

    def test_many_that_never_fall_on_a_day_are_read(self) -> None:
        rule = "RRULE:FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30"
        never = (entry("SUMMARY:Never", "DTSTART:00010101T000000Z", rule, uid=str(n)) for n in range(100))
        assert read(calendar(*never, SOUND)).taken == 1

    def test_many_that_recur_without_end_are_read_up_to_a_limit(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """A line for each makes thousands of events: what goes beyond is rejected by name, and the others are taken."""
        monkeypatch.setattr("diplocal.calendars.recurrence.OCCURRENCES_OF_ALL", 25)
        lines = "DTSTART;VALUE=DATE:20260305", "RRULE:FREQ=DAILY;COUNT=10"
        outcome = read(calendar(*(entry("SUMMARY:Daily", *lines, uid=f"daily-{n}") for n in range(4)), SOUND))
        assert outcome.taken == 21
        assert [one.place for one in outcome.rejected] == ["entry 3 (daily-2), line 18", "entry 4 (daily-3), line 25"]
        assert "expected fewer, with those of the others in the file" in outcome.rejected[0].reason

    def test_what_is_wrong_with_every_occurrence_is_said_once(self) -> None:
        outcome = read(calendar(entry("SUMMARY:Floats", "DTSTART:20260305T100000", "RRULE:FREQ=WEEKLY;COUNT=9")))
        assert len(outcome.rejected) == 1


class TestBrokenFeeds:
    def test_an_entry_that_is_not_ended_is_rejected_and_the_next_is_taken(self) -> None:
        broken = WEEKLY.replace("END:VEVENT\r\n", "")
        outcome = read(calendar(broken, SOUND))
        assert (outcome.taken, len(outcome.rejected)) == (1, 1)

    def test_a_feed_that_was_cut_short_is_refused_and_nothing_is_called_dropped(self) -> None:
        store = MemoryStore()
        whole = calendar(WEEKLY, SOUND)
        read(whole, store)
        position = store.position()
        with pytest.raises(UnreadableInput, match="cut short"):
            read(whole[:-120], store, on=2)
        assert store.position() == position

    def test_an_alarm_does_not_matter(self) -> None:
        alarm = "BEGIN:VALARM\r\nTRIGGER:never\r\nDTSTART:nonsense\r\nEND:VALARM\r\nEND:VEVENT"
        assert read(calendar(SOUND.replace("END:VEVENT", alarm))).taken == 1


class TestZonesOfAFeed:
    def test_a_time_in_a_zone_that_the_feed_defines_is_kept_in_utc(self) -> None:
        store = MemoryStore()
        read(calendar(ZONE, IN_THE_ZONE), store)
        assert [event.when.edtf for event in map(event_of, store.read())] == ["2026-04-10T04:15:00Z"]

    @pytest.mark.parametrize(
        "zone",
        [
            "",
            ZONE.replace("+0545", "+9945"),
            ZONE.replace("END:STANDARD", "RRULE:FREQ=SECONDLY\r\nEND:STANDARD"),
        ],
        ids=["missing", "malformed", "changing each second"],
    )
    def test_an_entry_in_a_zone_that_cannot_be_read_is_rejected_and_the_others_are_taken(self, zone: str) -> None:
        outcome = read(calendar(zone, IN_THE_ZONE, SOUND), zone="Europe/Paris")
        assert (outcome.taken, len(outcome.rejected)) == (1, 1)
        assert "TZID" in outcome.rejected[0].reason

    def test_a_zone_of_one_feed_says_nothing_about_another_feed(self) -> None:
        assert read(calendar(ZONE, IN_THE_ZONE)).taken == 1
        assert len(read(calendar(IN_THE_ZONE)).rejected) == 1

    def test_an_unknown_zone_for_times_that_name_none_is_refused_at_once_with_what_was_meant(self) -> None:
        store = MemoryStore()
        with pytest.raises(InvalidValue, match="did you mean Europe/Paris"):
            read(calendar(SOUND), store, zone="europe/pariss")
        assert store.position() == 0


def event_of(record: Record) -> Any:
    return record.event


VALUES = st.sampled_from(("20260410", "20260410T100000", "00010101T000000Z", "99991231T235959", "20260329T023000", "x"))
SPANS = st.sampled_from(("PT1H", "-P1D", "P999999999W", "P", "P1D"))
PARAMETERS = st.sampled_from(("", ";VALUE=DATE", ";TZID=Europe/Paris", ";TZID=Headquarters", ";VALUE=PERIOD"))
FREQUENCIES = st.sampled_from(("DAILY", "WEEKLY", "MONTHLY", "YEARLY", "SECONDLY", "NEVER"))
PARTS = st.sampled_from(
    (
        *("COUNT=3", "COUNT=99999999", "UNTIL=20270101", "UNTIL=20270101T000000Z", "INTERVAL=2", "INTERVAL=-1"),
        *("BYDAY=MO", "BYDAY=-1SU", "BYDAY=99XX", "BYMONTHDAY=31", "BYMONTHDAY=-31", "BYMONTH=2", "BYSETPOS=-1"),
        *("BYHOUR=1,25", "BYYEARDAY=-366", "BYWEEKNO=53", "WKST=SU", "FREQ=DAILY", "BYMINUTE=0,30", "COUNT="),
    )
)
LINES = st.one_of(
    st.builds("RRULE:FREQ={};{}".format, FREQUENCIES, st.lists(PARTS, max_size=4).map(";".join)),
    st.builds("DTSTART{}:{}".format, PARAMETERS, VALUES),
    st.builds("DTEND{}:{}".format, PARAMETERS, VALUES),
    st.builds("DURATION:{}".format, SPANS),
    st.builds("RDATE{}:{},{}/{}".format, PARAMETERS, VALUES, VALUES, SPANS | VALUES),
    st.builds("EXDATE{}:{}".format, PARAMETERS, VALUES),
    st.builds("RECURRENCE-ID{}:{}".format, PARAMETERS | st.just(";RANGE=THISANDFUTURE"), VALUES),
    st.sampled_from(("UID:one", "STATUS:CANCELLED", "SEQUENCE:x", "BEGIN:VEVENT", "END:VEVENT", "END:VALARM", ":;")),
)
ENTRIES = st.builds(lambda lines: entry("SUMMARY:Any", *lines), st.lists(LINES, max_size=6))


class TestWhateverComes:
    """Any bytes give an Outcome or a DiplocalError, and the same bytes again tell nothing new."""

    def read_twice(self, content: bytes) -> MemoryStore:
        store = MemoryStore()
        read(content, store)
        position = store.position()
        read(content, store, on=2)
        assert store.position() == position
        return store

    @settings(deadline=None)
    @given(st.lists(ENTRIES, max_size=3), st.sampled_from(("", ZONE)))
    @example([entry("DTSTART;TZID=Headquarters:20260410T100000", "DTEND:00010101T000000Z")], ZONE)
    @example([entry("DTSTART;TZID=Asia/Tokyo:20260410T100000", "DTEND:99991231T235959Z")], "")
    @example([entry("DTSTART;TZID=America/Lima:20260410T100000", "DTEND:00010101T000000Z")], "")
    @example([entry("DTSTART;TZID=America/Lima:99991231T235959", "RRULE:FREQ=DAILY")], "")
    def test_entries_that_recur_in_any_way_cost_no_other_entry(self, entries: list[str], zone: str) -> None:
        store = self.read_twice(calendar(zone, *entries, SOUND))
        assert any(getattr(record.event, "title", "") == "Press point" for record in store.read())

    @settings(deadline=None)
    @given(st.binary(max_size=60), st.integers(min_value=0), st.integers(min_value=0, max_value=60))
    def test_bytes_that_were_damaged_on_the_way(self, damage: bytes, at: int, lost: int) -> None:
        sound = calendar(ZONE, WEEKLY, IN_THE_ZONE, SOUND)
        at %= len(sound)
        with contextlib.suppress(DiplocalError):
            self.read_twice(sound[:at] + damage + sound[at + lost :])

    @settings(deadline=None)
    @given(st.binary())
    def test_bytes_that_are_anything(self, content: bytes) -> None:
        with pytest.raises(UnreadableInput):
            read(content)
