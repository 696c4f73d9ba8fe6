"""What is written is what icalendar writes, and what is read back is what went in."""

import datetime as dt
from typing import Any
from zoneinfo import ZoneInfo

import icalendar
import pendulum
import pytest
from hypothesis import given
from hypothesis import strategies as st

from diplocal.calendars.lines import component, datetime_value, fold, text
from diplocal.calendars.timezones import vtimezone

ZONES = ["Europe/Moscow", "Asia/Shanghai", "America/New_York", "Europe/Dublin", "Australia/Lord_Howe", "Asia/Tehran"]
SAMPLES = [
    "王毅, 拉夫罗夫; Сергей Лавров",
    "محادثات في موسكو",
    "🇨🇳🤝🇷🇺 " * 30,
    "back\\slash \\n \\, \\;",
    'one\ntwo\r\nthree\rfour "quoted"',
]
words = st.text(st.characters(exclude_categories=["Cs", "Cc"], include_characters="\n\t")) | st.sampled_from(SAMPLES)


def read_back(properties: list[tuple[str, str, str]]) -> Any:
    return icalendar.Event.from_ical(component("VEVENT", properties).decode())


class TestText:
    """RFC 5545, 3.3.11."""

    @given(words.filter(lambda value: "\r" not in value))
    def test_any_text_reads_back_as_it_was(self, value: str) -> None:
        assert str(read_back([("SUMMARY", "", text(value))])["SUMMARY"]) == value

    @given(st.text())
    def test_control_characters_are_dropped_and_line_breaks_are_one(self, value: str) -> None:
        escaped = text(value)
        assert not any(ord(c) < 0x20 and c != "\t" for c in escaped)
        assert escaped.count("\\n") >= value.replace("\r\n", "\n").count("\n")

    def test_a_backslash_before_an_n_stays_a_backslash_before_an_n(self) -> None:
        assert str(read_back([("SUMMARY", "", text(r"C:\new\Next"))])["SUMMARY"]) == r"C:\new\Next"


class TestFolding:
    """RFC 5545, 3.1: lines of at most 75 octets, no character broken."""

    @given(words.map(lambda value: "DESCRIPTION:" + text(value)))
    def test_every_line_is_short_and_whole(self, line: str) -> None:
        lines = fold(line).split(b"\r\n")
        assert all(len(one) <= 75 for one in lines)
        assert "".join([lines[0].decode(), *(one[1:].decode() for one in lines[1:])]) == line

    @given(words, words, st.lists(words, min_size=1, max_size=3))
    def test_icalendar_writes_the_same_bytes(self, summary: str, location: str, categories: list[str]) -> None:
        theirs = icalendar.Event()
        theirs.add("summary", summary)
        theirs.add("dtstart", pendulum.Date(2023, 9, 18))
        theirs.add("uid", "visit@log")
        theirs.add("categories", categories)
        theirs.add("location", location)
        ours = [
            ("SUMMARY", "", text(summary)),
            ("DTSTART", ";VALUE=DATE", "20230918"),
            ("UID", "", "visit@log"),
            ("CATEGORIES", "", ",".join(map(text, categories))),
            ("LOCATION", "", text(location)),
        ]
        if not any("\r" in value for value in (summary, location, *categories)):
            assert component("VEVENT", ours) == theirs.to_ical()


class TestTimeZones:
    """RFC 5545, 3.6.5: the offsets that the calendar brings are those of the zone."""

    @pytest.mark.parametrize("zone", ZONES)
    @given(data=st.data())
    def test_a_local_time_means_the_same_instant_with_the_zone_that_comes_along(
        self, zone: str, data: st.DataObject
    ) -> None:
        moment = data.draw(st.datetimes(dt.datetime(2019, 1, 1), dt.datetime(2026, 12, 30), timezones=st.just(dt.UTC)))  # noqa: DTZ001 - Hypothesis adds the zone
        at = pendulum.instance(moment.replace(microsecond=0)).in_timezone(zone)
        parameters, value = datetime_value(at)
        event = component("VEVENT", [("UID", "", "a"), ("DTSTART", parameters, value)])
        zones = vtimezone(zone, pendulum.Date(2019, 1, 1), pendulum.Date(2026, 12, 31))
        calendar = icalendar.Calendar.from_ical(b"BEGIN:VCALENDAR\r\n" + zones + event + b"END:VCALENDAR\r\n")
        read = calendar.walk("VTIMEZONE")[0].to_tz(lookup_tzid=False)  # type: ignore[attr-defined]
        start: Any = calendar.walk("VEVENT")[0]["DTSTART"].dt  # type: ignore[union-attr]
        local = start if not parameters else start.replace(tzinfo=read)
        assert local.astimezone(dt.UTC) == at.astimezone(dt.UTC)

    def test_the_second_of_two_equal_local_times_goes_out_in_utc(self) -> None:
        twice = dt.datetime(2023, 10, 29, 2, 30, tzinfo=ZoneInfo("Europe/Berlin"))
        values = [datetime_value(pendulum.instance(twice.replace(fold=fold_)))[1] for fold_ in (0, 1)]
        assert values == ["20231029T023000", "20231029T013000Z"]

    def test_a_fixed_offset_goes_out_in_utc(self) -> None:
        assert datetime_value(pendulum.datetime(2023, 9, 18, 10, tz=pendulum.FixedTimezone(8 * 3600))) == (
            "",
            "20230918T020000Z",
        )
