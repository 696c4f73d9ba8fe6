"""Time zones, octets and lengths of calendars: each is read for what it is, or refused by name, within limits."""

import contextlib
import time
from datetime import UTC, datetime, timedelta
from typing import Any

import pendulum
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from diplocal.calendars.check import check
from diplocal.calendars.reading import LONGEST_LINE, MOST_LINES, MOST_OCTETS
from diplocal.errors import InvalidValue, UnreadableInput
from diplocal.importers.outcome import Outcome
from diplocal.store import MemoryStore

from .calendars import OSLO, calendar, day, entry, said, take, told, understood, zone


class TestZones:
    """RFC 5545, 3.2.19: one name, however it is written."""

    AT_TEN = "planned 2026-09-07T08:00:00Z"
    AT_TEN_THERE = "planned 2026-09-07T10:00:00+02:00[Europe/Oslo]"

    @pytest.mark.parametrize(
        ("defined", "named"),
        [
            (r"Oslo\, Bergen", '"Oslo, Bergen"'),
            (r"Oslo\, Bergen", r"Oslo\, Bergen"),
            ("Oslo, Bergen", '"Oslo, Bergen"'),
            (r"Oslo\; Bergen", '"Oslo; Bergen"'),
            (r"(UTC+01:00) Oslo\, Bergen", '"(UTC+01:00) Oslo, Bergen"'),
            ("The 'Harbour'", "\"The 'Harbour'\""),
            ('The "Harbour"', "The ^'Harbour^'"),
            ("Head  quarters ", "HEAD QUARTERS"),
            ('"Oslo, Bergen"', '"Oslo, Bergen"'),
            (r"C:\\Oslo", r'"C:\Oslo"'),
        ],
    )
    def test_a_name_that_the_file_defines_is_found(self, defined: str, named: str) -> None:
        assert told(zone(defined), entry(f"DTSTART;TZID={named}:20260907T100000")) == [self.AT_TEN]

    @pytest.mark.parametrize(
        "name",
        [
            *("Europe/Oslo", "europe/oslo", "/mozilla.org/20050126_1/Europe/Oslo", "/Europe/Oslo", '"Europe/Oslo"'),
        ],
    )
    def test_a_name_that_means_a_place_is_that_place(self, name: str) -> None:
        assert told(entry(f"DTSTART;TZID={name}:20260907T100000")) == [self.AT_TEN_THERE]

    def test_a_zone_may_say_which_place_it_is(self) -> None:
        own = zone("Ours", "X-LIC-LOCATION:Europe/Oslo")
        assert told(own, entry("DTSTART;TZID=Ours:20260907T100000")) == [self.AT_TEN_THERE]

    def test_a_zone_that_contradicts_its_place_is_what_it_defines(self) -> None:
        own = zone("Ours", "X-LIC-LOCATION:Asia/Tokyo")
        assert told(own, entry("DTSTART;TZID=Ours:20260907T100000")) == [self.AT_TEN]

    def test_windows_names_are_known(self) -> None:
        (found,) = told(entry("DTSTART;TZID=W. Europe Standard Time:20260907T100000"))
        assert "T10:00:00+02:00" in found

    @given(st.integers(0, 4 * 365 * 24 * 4))
    def test_a_zone_that_is_defined_shows_what_the_clocks_of_the_place_show(self, quarters: int) -> None:
        local = datetime(2026, 1, 1) + quarters * timedelta(minutes=15)  # noqa: DTZ001 - written with the name of its zone
        expected = local.replace(tzinfo=OSLO).astimezone(UTC)
        assert told(zone("Ours"), entry(f"DTSTART;TZID=Ours:{local:%Y%m%dT%H%M%S}")) == [
            f"planned {expected:%Y-%m-%dT%H:%M:%SZ}"
        ]

    @pytest.mark.parametrize(
        "lines",
        [
            ("DTSTART;TZID=Europe/Oslo;VALUE=DATE:20260907", "DTEND;TZID=Europe/Oslo;VALUE=DATE:20260909"),
            ("DTSTART;VALUE=DATE;TZID=Nowhere:20260907", "DTEND;VALUE=DATE;TZID=Nowhere:20260909"),
            ("DTSTART;TZID=Europe/Oslo:20260907", "DURATION:P2D"),
        ],
    )
    @pytest.mark.parametrize("floating", [None, "Pacific/Auckland"])
    def test_days_have_no_zone_whatever_is_said(self, lines: tuple[str, ...], floating: str | None) -> None:
        assert told(entry(*lines), zone=floating) == ["planned 2026-09-07/2026-09-08"]

    @pytest.mark.parametrize(
        ("name", "place"),
        [
            ("Europe/Oslo", "Europe/Oslo"),
            ("W. Europe Standard Time", "Europe/Berlin"),
            ("Romance Standard Time", "Europe/Paris"),
            ("Central European Standard Time", "Europe/Warsaw"),
        ],
    )
    def test_times_without_a_zone_are_in_that_of_the_calendar_or_that_is_said(self, name: str, place: str) -> None:
        floating = entry("DTSTART:20260907T100000")
        named = calendar(floating).replace(b"VERSION", f"X-WR-TIMEZONE:{name}\r\nVERSION".encode())
        store = MemoryStore()
        take(named, store)
        expected = [self.AT_TEN_THERE.replace("Europe/Oslo", place)]
        assert said(store) == expected
        assert told(floating, zone=name) == expected

    def test_a_zone_of_a_thousand_changes_takes_no_time(self) -> None:
        many = zone("Ours").replace("BEGIN:STANDARD", "RDATE:19700101T000000\r\n" * 500 + "BEGIN:STANDARD", 1)
        assert told(many, entry("DTSTART;TZID=Ours:20260907T100000")) == [self.AT_TEN]


class TestEncodings:
    """RFC 5545, 3.1 and 3.1.4: no letter is replaced without a word."""

    CALENDAR = calendar(day("20260907", "LOCATION:Tromsø", title="Samtaler om fiske")).decode()

    def place(self, content: bytes, **options: Any) -> tuple[str | None, Outcome]:
        store = MemoryStore()
        outcome = take(content, store, **options)
        return (found[0].place if (found := understood(store)) else None), outcome

    @pytest.mark.parametrize(
        "encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-32-le", "utf-32-be"]
    )
    def test_unicode_is_read_in_every_form_and_said(self, encoding: str) -> None:
        place, outcome = self.place(self.CALENDAR.encode(encoding))
        assert place == "Tromsø"
        assert len(outcome.noted) == (not encoding.startswith("utf-8"))

    @pytest.mark.parametrize("ends", ["\r", "\n", "\r\n", "\r\r\n"])
    @pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
    def test_lines_end_in_any_way(self, ends: str, encoding: str) -> None:
        folded = self.CALENDAR.replace("Tromsø", "Tro\r\n msø")
        assert self.place(folded.replace("\r\n", ends).encode(encoding))[0] == "Tromsø"

    def test_lines_end_in_several_ways_in_a_file_of_several(self) -> None:
        first, second = self.CALENDAR.replace("\r\n", "\r"), self.CALENDAR.replace("talks", "other")
        assert take((first + second).encode()).taken == 2

    @pytest.mark.parametrize("encoding", ["latin-1", "cp1252", "cp1250", "cp1251", "koi8_r", "cp932", "gb18030"])
    def test_an_encoding_that_is_not_certain_is_told_and_read_when_it_is_named(self, encoding: str) -> None:
        letters = {"latin-1": "ø", "cp1252": "ø", "cp1250": "ř", "cp932": "東", "gb18030": "东"}.get(encoding, "Мо")
        content = self.CALENDAR.replace("ø", letters).encode(encoding)
        place, outcome = self.place(content)
        assert place is None
        assert "UTF-8" in outcome.rejected[0].reason
        assert "--encoding" in outcome.noted[0].reason
        assert self.place(content, encoding=encoding)[0] == f"Troms{letters}"

    def test_a_long_text_that_can_be_nothing_else_is_read_and_said(self) -> None:
        places = ["Москва", "Минск", "Казань", "Самара", "Вологда", "Воронеж", "Ярославль", "Владивосток"]
        places += ["Хабаровск", "Новосибирск", "Омск", "Тверь"]
        entries = (day(f"202609{n:02}", f"LOCATION:{place}", uid=str(n)) for n, place in enumerate(places, start=1))
        store = MemoryStore()
        outcome = take(calendar(*entries).decode().encode("cp1251"), store)
        assert sorted(str(one.place) for one in understood(store)) == sorted(places)
        assert "CP1251" in outcome.noted[0].reason

    def test_one_damaged_line_costs_its_own_entry_and_nothing_else(self) -> None:
        sound = day("20260908", "LOCATION:Ærø", uid="sound")
        content = calendar(day("20260907", "LOCATION:Troms?"), sound).replace(b"Troms?", b"Troms\xf8")
        store = MemoryStore()
        outcome = take(content, store)
        assert [one.place for one in understood(store)] == ["Ærø"]
        assert "LOCATION is not UTF-8" in outcome.rejected[0].reason

    def test_two_names_that_differ_in_a_letter_stay_two(self) -> None:
        content = calendar(day(uid="a?"), day("20260908", uid="b?")).replace(b"a?", b"\xf8").replace(b"b?", b"\xe6")
        assert len(take(content).rejected) == 2

    def test_a_name_in_another_encoding_is_said_to_be_so(self) -> None:
        content = calendar(day(uid="x\u00f8"), day(uid="x\u00e5")).decode().encode("latin-1")
        assert {row.reason for row in take(content).rejected} == {"UID is not UTF-8 (RFC 5545, 3.1.4)"}
        assert not [finding for finding in check(content) if "is the same as" in finding.message]

    def test_quoted_printable_is_decoded_with_a_word_about_it(self) -> None:
        store = MemoryStore()
        content = calendar(day("20260907", "LOCATION;ENCODING=QUOTED-PRINTABLE;CHARSET=UTF-8:Troms=C3=B8"))
        outcome = take(content, store)
        assert [one.place for one in understood(store)] == ["Troms\u00f8"]
        assert "QUOTED-PRINTABLE" in outcome.noted[0].reason
        assert any("QUOTED-PRINTABLE" in finding.message for finding in check(content))

    @pytest.mark.parametrize("name", ["item1.STATUS", "ST\u200bATUS", "STATUS "])
    def test_a_status_whose_name_is_malformed_is_not_passed_over(self, name: str) -> None:
        (row,) = take(calendar(day("20260907", f"{name}:CANCELLED"))).rejected
        assert row.reason == "STATUS cannot be read (RFC 5545, 3.1)"

    def test_an_encoding_that_nobody_knows_is_refused(self) -> None:
        with pytest.raises(InvalidValue, match="latin-0"):
            take(self.CALENDAR.encode(), encoding="latin-0")

    @given(st.text(st.characters(codec="utf-8", exclude_categories=("C", "Z")), min_size=1), st.data())
    @settings(deadline=None)
    def test_any_letters_come_back_or_are_refused(self, text: str, data: st.DataObject) -> None:
        written = text.replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,")
        encoding = data.draw(st.sampled_from(("utf-8", "utf-16", "utf-16-be", "latin-1", "cp1250", "gb18030")))
        kept = text.encode(encoding, errors="ignore").decode(encoding)
        content = self.CALENDAR.replace("Tromsø", written).encode(encoding, errors="ignore")
        with contextlib.suppress(UnicodeDecodeError):
            assume(content.decode() == self.CALENDAR.replace("Tromsø", kept) or "utf" in encoding)
        place, outcome = self.place(content)
        assert place == (kept or None) or outcome.rejected


class TestCharactersThatNobodySees:
    """RFC 5545, 3.3.11 allows no control characters; others show another text than there is."""

    @pytest.mark.parametrize("name", ["SUMMARY", "LOCATION", "DESCRIPTION"])
    @pytest.mark.parametrize("character", ["\x00", "\x1b", "\x7f", "\x85", "\u202e", "\ufeff"])
    def test_they_are_left_out_with_a_word_about_it_and_the_check_finds_them(self, name: str, character: str) -> None:
        content = calendar(day().replace("SUMMARY:Talks\r\n", f"{name}:Wang{character} Yi\r\n"))
        if name != "SUMMARY":
            content = content.replace(b"UID:talks\r\n", b"UID:talks\r\nSUMMARY:Talks\r\n")
        store = MemoryStore()
        outcome = take(content, store)
        event: Any = next(iter(store.read())).event
        assert "Wang Yi" in (event.title, event.place, event.description)
        assert f"U+{ord(character):04X}" in outcome.noted[0].reason
        assert name in [finding.property for finding in check(content)]


class TestLimits:
    """Neither time nor memory is without a limit, and the error says which."""

    @pytest.mark.parametrize(
        "content",
        [b"x" * (MOST_OCTETS + 1), b"BEGIN:VCALENDAR\n" + b"\n" * MOST_LINES + b"END:VCALENDAR\n"],
        ids=["octets", "lines"],
    )
    def test_a_file_that_is_too_long_is_refused(self, content: bytes) -> None:
        with pytest.raises(UnreadableInput, match="a limit of diplocal"):
            take(content)

    def test_a_line_that_is_too_long_costs_its_own_entry(self) -> None:
        long = day("20260908", "DTEND;VALUE=DATE:2" + "0" * LONGEST_LINE, uid="long")
        outcome = take(calendar(day(), long))
        assert (outcome.taken, len(outcome.rejected)) == (1, 1)

    @pytest.mark.parametrize(
        "part",
        [
            "(", "^'", "\r", " \r\n", ";A=b", "\\", "é", '"', ",", "BEGIN:X\r\n", "\x00", "0",
            "RRULE:FREQ=DAILY\r\n", "EXDATE:20260908\r\n", "P1", "=", "/",
        ],
    )  # fmt: skip
    def test_time_grows_with_the_text_and_no_faster(self, part: str) -> None:
        for place in (
            "SUMMARY:{}",
            "DTSTART;TZID={}:20260907T100000",
            "RRULE:FREQ=DAILY;BYDAY={}",
            "DURATION:{}",
            "{}",
        ):
            content = calendar(day("20260907", place.format(part * (60_000 // len(part)))))
            before = pendulum.duration(seconds=time.process_time())
            take(content)
            assert pendulum.duration(seconds=time.process_time()) - before < pendulum.duration(seconds=10)
