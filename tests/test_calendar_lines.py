"""Content lines: what goes in comes back from every reader, in the bytes that icalendar would write."""

from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any

import icalendar
import pendulum
import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st
from ical.calendar_stream import IcsCalendarStream
from icalendar import parser

from diplocal.calendars.lines import (
    Property,
    component,
    content_line,
    date_value,
    datetime_value,
    duration_value,
    fold,
    parameters,
    text,
    tzid,
    uri,
    writable,
)
from diplocal.errors import InvalidValue

unhurried = settings(deadline=None, max_examples=60)
"""For tests in which icalendar takes its time."""

icalendar_lines: Any = parser
"""It has no types."""

HARD = [
    *("\\", "\\\\", "\\n", "\\N", "\\;", ";", ",", ":", '"', "^", "\n", "\t", "’", " "),
    *("王毅访俄", "Визит в Пекин", "زيارة رسمية", "👩🏽‍🚀", "é", "C:\\new", "\ufeff"),
]
plain = st.text(st.one_of(st.characters(exclude_categories=["Cc", "Cs", "Zl", "Zp"]), st.sampled_from("\n\t\\;,:")))
hard = st.lists(st.one_of(st.sampled_from(HARD), plain), max_size=60).map("".join)
anything = st.one_of(hard, st.text(), st.text(st.characters(max_codepoint=0x9F, categories=["Cc", "Ll", "Po"])))
one_line = hard.map(lambda value: value.replace("\n", " "))


def calendar(*entries: bytes) -> bytes:
    return component("VCALENDAR", [("VERSION", "", "2.0"), ("PRODID", "", "-//diplocal//tests//EN")], entries)


def entry(*properties: Property) -> bytes:
    must: list[Property] = [("UID", "", "one"), ("DTSTAMP", "", "20231017T000000Z")]
    return component("VEVENT", [*must, *properties])


def read(*properties: Property) -> Any:
    return only_entry(calendar(entry(*properties)))


def only_entry(ical: bytes) -> Any:
    (event,) = icalendar.Calendar.from_ical(ical).walk("VEVENT")
    return event


class TestText:
    """RFC 5545, 3.3.11."""

    @unhurried
    @given(plain)
    @example("".join(HARD))
    def test_what_can_be_written_comes_back_unchanged(self, value: str) -> None:
        assert str(read(("DESCRIPTION", "", text(value)))["DESCRIPTION"]) == value

    @unhurried
    @given(anything)
    def test_whatever_comes_in_two_readers_read_the_same(self, value: str) -> None:
        ical = calendar(entry(("DTSTART", ";VALUE=DATE", "20231017"), ("DESCRIPTION", "", text(value))))
        (theirs,) = IcsCalendarStream.calendar_from_ics(ical.decode()).events
        assert str(read(("DESCRIPTION", "", text(value)))["DESCRIPTION"]) == writable(value)
        assert (theirs.description or "") == writable(value)

    @given(hard)
    def test_it_is_what_icalendar_writes(self, value: str) -> None:
        taken = _as_icalendar_takes_it(value)
        assert text(taken).encode() == icalendar.vText(taken).to_ical()

    def test_a_literal_backslash_n_does_not_become_a_line_break(self) -> None:
        assert text("C:\\New") == "C:\\\\New"
        assert str(read(("DESCRIPTION", "", text("C:\\New")))["DESCRIPTION"]) == "C:\\New"

    @pytest.mark.parametrize("line_break", ["\n", "\r", "\r\n", "\x85", "\u2028", "\u2029"])
    def test_every_kind_of_line_break_becomes_one_newline(self, line_break: str) -> None:
        assert text(f"one{line_break}two") == "one\\ntwo"

    @given(st.characters(categories=["Cc", "Cs"], exclude_characters="\t\n\r\x85"))
    def test_control_characters_and_surrogates_never_go_out(self, character: str) -> None:
        assert text(f"one{character}two") == "onetwo"

    def test_a_tab_is_a_character_like_others(self) -> None:
        assert text("one\ttwo") == "one\ttwo"


class TestFold:
    """RFC 5545, 3.1: lines of at most 75 octets, folded by a line break and a space."""

    @given(one_line)
    @example("x" * 73 + "\\" * 9 + "é" * 100)
    @example("\\" * 400)
    @example("^" * 80)
    def test_it_folds_where_icalendar_does(self, line: str) -> None:
        assert fold(line) == icalendar_lines.Contentline(line).to_ical()

    @given(one_line.map(lambda line: line * 3))
    def test_lines_are_short_decode_one_by_one_and_unfold_to_what_went_in(self, line: str) -> None:
        pieces = fold(line).split(b"\r\n")
        assert max(map(len, pieces)) <= 75
        assert pieces[0].decode() + "".join(piece.decode().removeprefix(" ") for piece in pieces[1:]) == line

    def test_a_fold_never_parts_an_escape_from_what_it_escapes(self) -> None:
        for length in range(60, 80):
            assert not any(piece.endswith(b"\\") for piece in fold("x" * length + "\\;" + "y" * 90).split(b"\r\n"))


class TestLines:
    @pytest.mark.parametrize("value", ["one\nUID:two", "one\r\nUID:two", "one\rtwo"])
    def test_a_value_cannot_write_lines_of_its_own(self, value: str) -> None:
        with pytest.raises(InvalidValue, match="SUMMARY"):
            content_line("SUMMARY", "", value)

    @given(st.text())
    def test_an_address_never_breaks_its_line(self, address: str) -> None:
        line = content_line("URL", "", uri(address))
        assert line.replace(b"\r\n ", b"") == f"URL:{uri(address)}\r\n".encode()
        assert uri(uri(address)) == uri(address)

    @pytest.mark.parametrize("address", ["https://example.org/a?b=c,d;e#f", "https://ru.wikipedia.org/wiki/Москва"])
    def test_an_address_of_the_web_goes_out_as_it_is(self, address: str) -> None:
        assert uri(address).encode() == icalendar.vUri(address).to_ical()


BEGINNING = datetime(1, 1, 2, tzinfo=UTC)

dates = st.dates().map(lambda day: pendulum.Date(day.year, day.month, day.day))
zones = st.sampled_from(
    [
        *("Europe/Moscow", "Europe/Berlin", "Asia/Shanghai", "America/New_York", "America/St_Johns", "Asia/Kathmandu"),
        *("Pacific/Apia", "Africa/Casablanca", "Australia/Lord_Howe", "Japan", "EST5EDT", "Atlantic/Reykjavik"),
    ]
)
whole_seconds = st.integers(0, 9998 * 365 * 86_400).map(lambda seconds: BEGINNING + timedelta(seconds=seconds))


def instant(at: datetime, zone: str) -> pendulum.DateTime:
    return pendulum.instance(at).in_timezone(zone)


instants = st.builds(instant, whole_seconds, zones)
changing = st.builds(
    lambda day, minutes: instant(day + timedelta(minutes=minutes), "Europe/Berlin"),
    st.sampled_from([datetime(2023, 3, 26, 1, tzinfo=UTC), datetime(2023, 10, 29, 1, tzinfo=UTC)]),
    st.integers(-180, 180),
)


class TestDates:
    """RFC 5545, 3.3.4 and 3.3.5."""

    @given(dates)
    def test_a_day_is_what_icalendar_writes(self, day: pendulum.Date) -> None:
        assert content_line("DTSTART", *date_value(day)) == _theirs("DTSTART", day)

    @given(instants)
    def test_an_instant_in_a_named_zone_is_what_icalendar_writes(self, at: pendulum.DateTime) -> None:
        zone = tzid(at)
        assume(zone not in {None, "Atlantic/Reykjavik"})
        assert content_line("DTSTART", *datetime_value(at)) == _theirs("DTSTART", at)

    def test_a_zone_that_is_utc_today_keeps_its_name(self) -> None:
        """Reykjavik was an hour behind in winter until 1968: as UTC, the time on its clocks would be wrong."""
        at = pendulum.datetime(1965, 1, 1, 12, tz="Atlantic/Reykjavik")
        assert datetime_value(at) == (";TZID=Atlantic/Reykjavik", "19650101T120000")

    @unhurried
    @given(st.one_of(instants, changing))
    def test_an_instant_comes_back_as_the_same_instant(self, at: pendulum.DateTime) -> None:
        back = read(("DTSTART", *datetime_value(at))).start
        assert back.astimezone(UTC) == at.astimezone(UTC)

    @given(whole_seconds, st.integers(-14 * 60, 14 * 60))
    def test_a_bare_offset_becomes_utc(self, at: datetime, minutes: int) -> None:
        fixed = at.astimezone(timezone(timedelta(minutes=minutes)))
        params, value = datetime_value(pendulum.instance(fixed))
        assert params == ""
        assert value == f"{at.year:04}{at:%m%dT%H%M%S}Z"

    @pytest.mark.parametrize("zone", ["UTC", "Etc/UTC", "Zulu", "GMT"])
    def test_utc_by_any_name_is_z(self, zone: str) -> None:
        assert datetime_value(pendulum.datetime(2023, 9, 18, 10, tz=zone)) == ("", "20230918T100000Z")

    @pytest.mark.parametrize(("zone", "value"), [("Japan", "20230918T010000Z"), ("EST5EDT", "20230918T140000Z")])
    def test_a_name_that_is_no_place_becomes_utc(self, zone: str, value: str) -> None:
        assert datetime_value(pendulum.datetime(2023, 9, 18, 10, tz=zone)) == ("", value)

    @pytest.mark.parametrize(("fold", "value"), [(0, "20231029T003000Z"), (1, "20231029T013000Z")])
    def test_a_time_that_comes_twice_is_written_in_utc(self, fold: int, value: str) -> None:
        twice = pendulum.DateTime(2023, 10, 29, 2, 30, tzinfo=pendulum.timezone("Europe/Berlin"), fold=fold)
        assert datetime_value(twice) == ("", value)

    @pytest.mark.parametrize("hour", [1, 3])
    def test_times_beside_it_keep_their_zone(self, hour: int) -> None:
        assert tzid(pendulum.datetime(2023, 10, 29, hour, tz="Europe/Berlin")) == "Europe/Berlin"

    def test_a_naive_time_is_refused(self) -> None:
        with pytest.raises(InvalidValue, match="in a time zone"):
            datetime_value(pendulum.naive(2023, 9, 18, 10))


class TestDuration:
    """RFC 5545, 3.3.6."""

    @given(st.builds(timedelta, st.integers(-10_000, 10_000), st.integers(0, 86_399)))
    def test_it_is_what_icalendar_writes_and_comes_back(self, length: timedelta) -> None:
        value = duration_value(pendulum.duration(seconds=length.total_seconds()))
        theirs: Any = icalendar.vDuration(length)
        assert value == theirs.to_ical().decode()
        assert theirs.from_ical(value) == length

    @pytest.mark.parametrize("length", [pendulum.duration(months=1), pendulum.duration(years=2, days=1)])
    def test_months_and_years_are_refused(self, length: pendulum.Duration) -> None:
        with pytest.raises(InvalidValue, match="no months or years"):
            duration_value(length)


names = st.sampled_from(["CN", "LANGUAGE", "ALTREP", "RELTYPE", "LINKREL", "X-SAID", "SENT-BY"])
wordings = st.one_of(plain, st.lists(st.sampled_from(HARD)).map("".join)).map(lambda value: value.replace("\\", ""))


def parts(line: bytes) -> tuple[str, dict[str, str], str]:
    name, params, value = icalendar_lines.Contentline.from_ical(line.decode().removesuffix("\r\n")).parts()
    return name, params, value


class TestParameters:
    """RFC 5545, 3.2, and RFC 6868."""

    @given(st.dictionaries(names, wordings.map(str.strip)))
    def test_they_are_what_icalendar_writes(self, values: dict[str, str]) -> None:
        theirs = icalendar_lines.Parameters(values).to_ical().decode()
        assert parameters(values) == (f";{theirs}" if theirs else "")

    @given(st.dictionaries(names, wordings))
    def test_they_come_back_unchanged(self, values: dict[str, str]) -> None:
        name, back, value = parts(content_line("X-NOTE", parameters(values), "value"))
        assert (name, dict(back), value) == ("X-NOTE", values, "value")

    @given(st.dictionaries(names, anything))
    def test_they_never_run_into_the_value(self, values: dict[str, str]) -> None:
        assert parts(content_line("X-NOTE", parameters(values), "value"))[2] == "value"


def _theirs(name: str, value: Any) -> bytes:
    theirs = icalendar.Event()
    theirs.add(name, value)
    lines: bytes = theirs.to_ical()
    return lines.removeprefix(b"BEGIN:VEVENT\r\n").removesuffix(b"END:VEVENT\r\n")


values = {
    "SUMMARY": hard,
    "DESCRIPTION": hard.map(lambda value: value * 4),
    "LOCATION": hard,
    "UID": st.uuids().map(str),
    "DTSTART": dates,
    "DTEND": dates,
    "DTSTAMP": st.builds(instant, whole_seconds, st.just("UTC")),
    "LAST-MODIFIED": st.builds(instant, whole_seconds, st.just("UTC")),
    "SEQUENCE": st.integers(0, 2**31 - 1),
    "STATUS": st.sampled_from(["TENTATIVE", "CONFIRMED", "CANCELLED"]),
    "TRANSP": st.just("TRANSPARENT"),
    "URL": st.just("https://example.org/visits?state=CN,RU;year=2023"),
    "COLOR": st.just("steelblue"),
    "CATEGORIES": st.lists(hard, min_size=1, max_size=4),
    "X-DIPLOCAL-EDTF": hard,
}
entries = st.fixed_dictionaries({"UID": values["UID"]}, optional={k: v for k, v in values.items() if k != "UID"})


def ours(fields: dict[str, Any]) -> bytes:
    return component("VEVENT", [_property(name, value) for name, value in fields.items()])


def _property(name: str, value: Any) -> Property:
    match value:
        case datetime():
            assert isinstance(value, pendulum.DateTime)
            return name, *datetime_value(value)
        case date():
            return name, *date_value(pendulum.Date(value.year, value.month, value.day))
        case list():
            return name, "", ",".join(map(text, value))
        case str() if name == "URL":
            return name, "", uri(value)
        case _:
            return name, "", text(str(value))


def theirs(fields: dict[str, Any]) -> icalendar.Event:
    event = icalendar.Event()
    for name, value in fields.items():
        event.add(name, icalendar.vText(value) if name.startswith("X-") else value)
    return event


def _as_icalendar_takes_it(value: Any) -> Any:
    r"""Leave out what icalendar loses: a literal \N, and a byte order mark at the beginning."""
    match value:
        case dict():
            return {name: _as_icalendar_takes_it(one) for name, one in value.items()}
        case list():
            return list(map(_as_icalendar_takes_it, value))
        case str():
            return value.replace("\\N", "\\ N").lstrip("\ufeff")
        case _:
            return value


class TestComponents:
    """RFC 5545, 3.6: byte for byte what icalendar writes, so that it remains the oracle of whole feeds."""

    @unhurried
    @given(entries.map(_as_icalendar_takes_it))
    def test_an_entry_is_what_icalendar_writes(self, fields: dict[str, Any]) -> None:
        assert ours(fields) == theirs(fields).to_ical(sorted=False)

    @unhurried
    @given(st.lists(entries.map(_as_icalendar_takes_it), max_size=4))
    def test_entries_rendered_alone_and_joined_are_the_whole_calendar(self, several: list[dict[str, Any]]) -> None:
        whole = icalendar.Calendar()
        whole.add("VERSION", "2.0")
        whole.add("PRODID", "-//diplocal//tests//EN")
        for fields in several:
            whole.add_component(theirs(fields))
        assert calendar(*map(ours, several)) == whole.to_ical(sorted=False)

    @unhurried
    @given(entries)
    def test_what_was_written_is_what_is_read(self, fields: dict[str, Any]) -> None:
        back = only_entry(calendar(ours(fields)))
        for name in fields.keys() & {"SUMMARY", "DESCRIPTION", "LOCATION", "UID", "STATUS", "URL", "COLOR"}:
            assert str(back[name]) == fields[name]
        assert back.get("SEQUENCE") == fields.get("SEQUENCE")
        assert "CATEGORIES" not in fields or list(back["CATEGORIES"].cats) == fields["CATEGORIES"]
        assert "DTSTART" not in fields or back.start == fields["DTSTART"]
        assert "DTSTAMP" not in fields or fields["DTSTAMP"] == back.DTSTAMP

    def test_a_component_holds_others_after_its_properties(self) -> None:
        inner = component("VLOCATION", [("UID", "", "there")])
        assert component("VEVENT", [("UID", "", "one")], [inner]) == (
            b"BEGIN:VEVENT\r\nUID:one\r\nBEGIN:VLOCATION\r\nUID:there\r\nEND:VLOCATION\r\nEND:VEVENT\r\n"
        )


@pytest.mark.parametrize(
    ("address", "written"),
    [
        ('https://example.org/a?b=1&c="x"', "https://example.org/a?b=1&c=%22x%22"),
        ("https://example.org/<a>|{b}^`c`\\d", "https://example.org/%3Ca%3E%7C%7Bb%7D%5E%60c%60%5Cd"),
        ("https://example.org/a%20b?c=[d]#e", "https://example.org/a%20b?c=[d]#e"),
        ("https://пример.рф/ы", "https://пример.рф/ы"),
    ],
)
def test_what_stands_in_no_address_is_percent_encoded(address: str, written: str) -> None:
    """RFC 3986, 2 and appendix C; letters of other scripts stay, as readers take them (RFC 3987)."""
    assert uri(address) == written
    assert uri(written) == written
