"""VTIMEZONE: whoever reads it converts as the tz database does."""

import os
import subprocess
import sys
import zoneinfo
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta, tzinfo
from itertools import pairwise
from typing import Any

import icalendar
import pendulum
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from ical.calendar_stream import IcsCalendarStream

from diplocal.calendars.check import check
from diplocal.calendars.lines import component
from diplocal.calendars.timezones import vtimezone
from diplocal.errors import InvalidValue

NAMES = sorted(zoneinfo.available_timezones() - {"localtime"})
HARD = [
    *("Europe/Moscow", "Europe/Berlin", "Europe/Dublin", "America/New_York", "America/St_Johns", "Asia/Jerusalem"),
    *("Africa/Casablanca", "Africa/Cairo", "Australia/Lord_Howe", "Pacific/Apia", "Antarctica/Troll", "Asia/Gaza"),
    *("America/Caracas", "Asia/Pyongyang", "Europe/Istanbul", "Asia/Tehran", "America/Noronha", "Etc/GMT+8"),
]


def as_read(zone: str, first: int, last: int) -> tzinfo:
    read: Any = icalendar.Timezone.from_ical(vtimezone(zone, pendulum.Date(first, 6, 1), pendulum.Date(last, 6, 1)))
    clocks = read.to_tz(lookup_tzid=False)
    assert isinstance(clocks, tzinfo)
    return clocks


def offset(local: datetime, clocks: tzinfo, fold: int = 0) -> timedelta | None:
    """Give the offset of a time on the clock; its own time zone says nothing."""
    return local.replace(tzinfo=clocks, fold=fold).utcoffset()


def comes_once(local: datetime, clocks: zoneinfo.ZoneInfo) -> bool:
    return offset(local, clocks, fold=0) == offset(local, clocks, fold=1)


def around_changes(clocks: zoneinfo.ZoneInfo, first: int, last: int) -> Iterator[datetime]:
    """Give the times on the clock around all changes of a zone, found by looking at every sixth hour."""
    hours = [datetime(first, 1, 1, tzinfo=UTC) + timedelta(hours=6 * n) for n in range((last - first + 1) * 1461)]
    for hour, later in pairwise(hours):
        if hour.astimezone(clocks).utcoffset() != later.astimezone(clocks).utcoffset():
            for minutes in range(-180, 541, 30):
                for more in (-1, 0, 1):
                    yield (hour + timedelta(minutes=minutes + more)).astimezone(clocks).replace(tzinfo=UTC)


class TestOffsets:
    @settings(deadline=None)
    @given(st.sampled_from(NAMES), st.integers(1850, 2060), st.integers(0, 30), st.data())
    def test_every_time_on_the_clock_has_the_offset_that_the_zone_gives_it(
        self, zone: str, first: int, span: int, data: st.DataObject
    ) -> None:
        clocks, read = zoneinfo.ZoneInfo(zone), as_read(zone, first, first + span)
        seconds = st.integers(0, (span + 1) * 365 * 86_400 - 1)
        for second in data.draw(st.lists(seconds, min_size=1, max_size=20)):
            local = datetime(first, 1, 1, tzinfo=UTC) + timedelta(seconds=second)
            assert not comes_once(local, clocks) or offset(local, read) == offset(local, clocks)

    @pytest.mark.parametrize("zone", HARD)
    def test_times_around_every_change_have_the_right_offset(self, zone: str) -> None:
        clocks, read = zoneinfo.ZoneInfo(zone), as_read(zone, 1995, 2030)
        times = [at for at in around_changes(clocks, 1995, 2030) if 1995 <= at.year <= 2030 and comes_once(at, clocks)]
        assert [at for at in times if offset(at, read) != offset(at, clocks)] == []
        assert times or zone == "Etc/GMT+8"

    @pytest.mark.parametrize("year", [1, 1848, 9998, 9999])
    def test_the_first_and_last_years_have_their_zone_too(self, year: int) -> None:
        local = datetime(year, 7, 4, 12, tzinfo=UTC)
        read = as_read("America/New_York", year, year)
        assert offset(local, read) == offset(local, zoneinfo.ZoneInfo("America/New_York"))

    def test_the_shortest_time_between_two_changes_is_not_stepped_over(self) -> None:
        """Freetown put its clocks forward on 1 September 1939 and back on the 5th."""
        clocks, read = zoneinfo.ZoneInfo("Africa/Freetown"), as_read("Africa/Freetown", 1939, 1939)
        hours = [datetime(1939, 1, 1, tzinfo=UTC) + timedelta(hours=n) for n in range(24 * 365)]
        assert len({offset(hour, clocks) for hour in hours}) > 1
        assert [at for at in hours if comes_once(at, clocks) and offset(at, read) != offset(at, clocks)] == []


class TestForm:
    """RFC 5545, 3.6.5."""

    def test_an_onset_is_told_by_the_clock_that_is_about_to_change(self) -> None:
        """The section's own example: New York puts its clocks back at two, on the first Sunday of November."""
        assert (
            b"BEGIN:STANDARD\r\nDTSTART:20221106T020000\r\nRRULE:FREQ=YEARLY;BYDAY=1SU;BYMONTH=11\r\n"
            b"TZNAME:EST\r\nTZOFFSETFROM:-0400\r\nTZOFFSETTO:-0500\r\nEND:STANDARD\r\n"
        ) in vtimezone("America/New_York", pendulum.Date(2023, 3, 1), pendulum.Date(2023, 3, 1))

    def test_a_last_sunday_is_told_from_a_fourth_one(self) -> None:
        assert b"BYDAY=-1SU;BYMONTH=3" in vtimezone(
            "Europe/Berlin", pendulum.Date(2023, 1, 1), pendulum.Date(2023, 1, 1)
        )

    def test_changes_without_a_rule_are_listed(self) -> None:
        ical = vtimezone("Africa/Casablanca", pendulum.Date(2020, 1, 1), pendulum.Date(2023, 1, 1))
        assert b"RRULE" not in ical
        assert ical.count(b"RDATE") > 4

    def test_a_listed_onset_names_the_first_time_again(self) -> None:
        """ical.js passes over a DTSTART that has RDATEs beside it."""
        for part in vtimezone("Asia/Jerusalem", pendulum.Date(1990, 1, 1), pendulum.Date(2000, 1, 1)).split(b"END:"):
            lines = part.split(b"\r\n")
            first = [line.removeprefix(b"DTSTART:") for line in lines if line.startswith(b"DTSTART:")]
            assert not any(line.startswith(b"RDATE:") for line in lines) or b"RDATE:" + first[0] in lines

    def test_an_unknown_zone_is_refused(self) -> None:
        with pytest.raises(InvalidValue, match="Atlantis"):
            vtimezone("Europe/Atlantis", pendulum.Date(2023, 1, 1), pendulum.Date(2023, 1, 1))

    @settings(deadline=None, max_examples=5)
    @given(st.sampled_from(NAMES), st.integers(1850, 2060), st.integers(0, 60))
    def test_readers_take_it_and_the_checker_finds_nothing(self, zone: str, first: int, span: int) -> None:
        ical = vtimezone(zone, pendulum.Date(first, 1, 1), pendulum.Date(first + span, 1, 1))
        assert icalendar.Timezone.from_ical(ical).to_ical() == ical
        event = component(
            "VEVENT",
            [
                ("UID", "", "one"),
                ("DTSTAMP", "", "20231017T000000Z"),
                ("DTSTART", f";TZID={zone}", f"{first}0601T120000"),
                ("SUMMARY", "", "Talks"),
            ],
        )
        whole = component("VCALENDAR", [("VERSION", "", "2.0"), ("PRODID", "", "tests")], [ical, event])
        assert check(whole) == []
        assert len(IcsCalendarStream.calendar_from_ics(whole.decode()).events) == 1


SCRIPT = """
import sys, pendulum
from diplocal.calendars.timezones import vtimezone
for zone in sys.argv[1:]:
    sys.stdout.buffer.write(vtimezone(zone, pendulum.Date(1990, 1, 1), pendulum.Date(2026, 1, 1)))
"""


def test_processes_with_other_seeds_and_zones_write_the_same_bytes() -> None:
    outputs = {
        subprocess.run(
            [sys.executable, "-c", SCRIPT, *HARD],
            env={**os.environ, "PYTHONHASHSEED": seed, "TZ": zone},
            capture_output=True,
            check=True,
        ).stdout
        for seed, zone in (("1", "UTC"), ("2", "Asia/Jakarta"))
    }
    assert len(outputs) == 1
    assert outputs.pop().count(b"BEGIN:VTIMEZONE") == len(HARD)
