"""EDTF text: what is read, what is refused, and what the ``edtf`` package on PyPI makes of the same texts."""

import re
from datetime import UTC, date, datetime, time
from typing import Any

import edtf
import pytest
from edtf.parser.edtf_exceptions import EDTFParseException
from hypothesis import assume, example, given
from hypothesis import strategies as st

from diplocal.dates import When
from diplocal.dates.instants import FIRST, LAST
from diplocal.errors import InvalidValue


@pytest.mark.parametrize(
    ("text", "canonical"),
    [
        ("2023-10-1x", "2023-10-1X"),
        ("2023-09-18 / 2023-09-21", "2023-09-18/2023-09-21"),
        ("2023-09-18t10:00z", "2023-09-18T10:00:00Z"),
        ("2023-09-18T10:00+03:00[Europe/Moscow]", "2023-09-18T10:00:00+03:00[Europe/Moscow]"),
        ("2023-09-18T10:00+03:00[!Europe/Moscow]", "2023-09-18T10:00:00+03:00[Europe/Moscow]"),
        ("2023-09-18T07:00Z[Europe/Moscow]", "2023-09-18T10:00:00+03:00[Europe/Moscow]"),
        ("2023-09-18T01:00:00+03:00", "2023-09-17T22:00:00Z"),
        ("2023-09-18T10:00:00+00:00[UTC]", "2023-09-18T10:00:00Z"),
        ("2023-09-18T10:00:00.5Z", "2023-09-18T10:00:00.500000Z"),
        ("1874-12-12T15:00Z[America/New_York]", "1874-12-12T10:03:58-04:56:02[America/New_York]"),
    ],
)
def test_many_spellings_have_one_canonical_text(text: str, canonical: str) -> None:
    assert When(text).edtf == canonical


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", "an interval with an end that is known, such as '2023-09-18/..'"),
        ("/", "an interval with an end that is known"),
        ("../..", "an interval with an end that is known"),
        ("2023-13", "a month from 01 to 12"),
        ("2023-37", "a month from 01 to 12, or a season, quarter or half-year, such as '2023-10' or '2023-33'"),
        ("2023-23-05", "a month from 01 to 12"),
        ("2023-02-29", "a day from 01 to 28, such as '2023-02-28'"),
        ("2023-04-3X", "a day from 01 to 30, such as '2023-04-30'"),
        ("2023-10-00", "a day from 01 to 31"),
        ("0000", "a year from 0001 to 9999"),
        ("12023", "a year from 0001 to 9999 in four digits"),
        ("-0100", "a year from 0001 to 9999 in four digits"),
        ("Y12345", "a year from 0001 to 9999 in four digits"),
        ("9999~", "days within the years 0001 to 9999"),
        ("0001-01~", "days within the years 0001 to 9999"),
        ("9999-24", "days within the years 0001 to 9999"),
        ("17.10.2023", "EDTF text, such as '2023', '2023-10', '2023-10-17'"),
        ("10/17/2023", "one date, or two with one slash between them"),
        ("20231017", "hyphens between the parts"),
        ("２０２３", "EDTF text, such as '2023'"),
        ("2023-XX-15", "an X only for digits at the end, as in '2023-10-1X'"),
        ("2XXX", "an X only for digits at the end"),
        ("?2023-10", "one qualifier (? ~ or %) after the whole date, such as '2023-10~'"),
        ("2023-10?~", "one qualifier (? ~ or %) after the whole date"),
        ("{2023-10-17,2023-10-18}", "one date, one interval, or a choice of days in a row"),
        ("[2023-10-17,2023-10-18]", "a choice of days in a row, the earlier one first"),
        ("[2023-10-18..2023-10-17]", "a choice of days in a row, the earlier one first"),
        ("[2023-10-17..2023-10-17]", "a choice of days in a row, the earlier one first"),
        ("[2023-10..2023-11]", "a choice of days in a row"),
        ("[2023-10-17..2023-10-18]~", "a choice of days in a row"),
        ("[2023-02-28..2023-02-29]", "a day from 01 to 28"),
        ("2023-10/2023-09", "an end that is not before its start, such as '2023-09/2023-10'"),
        ("2023-10-17T10:00", "a date, a time and its offset or Z, such as '2023-09-18T10:00:00+03:00"),
        ("2023-10-17T10:00[Europe/Paris]", "a date, a time and its offset or Z"),
        ("2023-10-17 10:00Z", "a time after a T"),
        ("2023-10-17T24:00Z", "a date, a time and its offset or Z"),
        ("2023-02-30T10:00Z", "a date and time that exist"),
        ("2023-10-17T10:00+01:00[Europe/Paris]", "the offset that Europe/Paris has at that time, +02:00"),
        ("2023-10-29T02:30+03:00[Europe/Paris]", "at that time, +02:00 or +01:00"),
        ("2023-03-26T02:30+01:00[Europe/Paris]", "the clocks of Europe/Paris skip 02:30 on that day"),
        ("2023-10-17T10:00Z[Europe/Atlantis]", "a time zone of the IANA database"),
        ("2023-10-17T10:00Z[localtime]", "a time zone of the IANA database"),
        ("2023-10-17T10:00Z[../../etc/passwd]", "a time zone of the IANA database"),
        ("2023-10-17T10:00Z~", "a date, a time and its offset or Z"),
        ("0001-01-01T10:00Z", "an instant from 0001-01-02 to 9999-12-30"),
        ("2023-10-17T10:00Z/2023-10-17T09:00Z", "an end that is not before its start"),
    ],
)
def test_a_refusal_says_what_came_and_what_was_expected(text: str, expected: str) -> None:
    with pytest.raises(InvalidValue, match=re.escape(expected)) as refusal:
        When(text)
    assert isinstance(refusal.value.value, str)
    assert refusal.value.value.upper() in str(refusal.value).upper()


# The oracle: the package edtf, 5.0.2. Its texts are put together from pieces, good and bad.
YEARS = ("2023", "2024", "1900", "0001", "9999", "0000", "202X", "20XX", "2XXX", "XXXX", "2X23", "20234", "023")
MONTHS = ("00", "01", "02", "04", "10", "12", "13", "20", *map(str, range(21, 43)), "0X", "1X", "2X", "XX", "X1", "1")
DAYS = ("00", "01", "17", "28", "29", "30", "31", "32", "0X", "1X", "2X", "3X", "XX", "X1", "1")

singles = st.builds(
    lambda parts, qualifier: "-".join(parts) + qualifier,
    st.tuples(st.sampled_from(YEARS))
    | st.tuples(st.sampled_from(YEARS), st.sampled_from(MONTHS))
    | st.tuples(st.sampled_from(YEARS), st.sampled_from(MONTHS), st.sampled_from(DAYS)),
    st.sampled_from(["", "", "", "?", "~", "%", "?~"]),
)

some_days = st.dates(date(2, 1, 1), date(9998, 12, 31)).map(date.isoformat)
years_to_days = st.builds(lambda day, length: day[:length], some_days, st.sampled_from([4, 7, 10]))
unspecified = st.builds(lambda day, length: f"{day[:length]}-XX", some_days, st.sampled_from([4, 7]))
decades_and_centuries = st.builds(lambda day, kept: f"{day[:kept]:X<4}", some_days, st.sampled_from([2, 3]))
parts_of_years = st.builds("{:.4}-{}".format, some_days, st.sampled_from([*range(21, 37), 40, 41]))
read_by_both = parts_of_years | st.builds(
    "{}{}".format, years_to_days | unspecified | decades_and_centuries, st.sampled_from(["", "?"])
)
plain = st.builds("{}{}".format, years_to_days, st.sampled_from(["", "?"]))

# Where edtf and this part: the reason, the texts, one of them.
ONLY_HERE = (
    ("edtf fails on a month of one unspecified digit", r"[0-9]{4}-[01]X[?~%]?", "2023-1X"),
    ("edtf has no qualifier after digits unspecified in part, or in two places", r".*X[?~%]", "2023-10-1X~"),
    ("edtf has no qualifier after a part of a year", r"[0-9]{4}-(2[1-9]|3[0-6]|4[01])[?~%]", "2023-33~"),
)
ONLY_THERE = (
    ("years here begin with 1", r"0000.*", "0000"),
    ("digits unspecified here are the last ones", r".*X.*[0-9].*", "2023-XX-17"),
    ("two digits of a year are unspecified here at most", r".XXX.*|XXXX.*", "2XXX"),
    ("thirds of a year are not read here", r"[0-9]{4}-3[789]", "2023-37"),
    ("nothing here leaves the years 0001 to 9999", r"0001.*[~%]|9999.*[~%]|9999-(24|28|30)", "9999~"),
    ("edtf gives every year a 29 February", r"[0-9]{4}-02-29[?~%]?", "2023-02-29"),
    ("edtf gives every month a thirtieth and another day after it", r"[0-9]{4}-(02|04)-3X", "2023-02-3X"),
)
OTHER_BOUNDS = (
    ("years here begin with 1", r"(000X|00XX).*", "00XX"),
    ("edtf ends winter on 31 December", r"[0-9]{4}-(24|28|30)", "2023-24"),
    ("edtf fails on the bounds of one unspecified digit", r".*-[0-3]X(-XX)?", "2023-10-1X"),
)
Differences = tuple[tuple[str, str, str], ...]


def oracle(text: str) -> Any:
    """Give what edtf reads, None where it refuses or fails."""
    try:
        return edtf.parse_edtf(text)
    except (EDTFParseException, AttributeError):
        return None


def here(text: str) -> When | None:
    try:
        return When(text)
    except InvalidValue:
        return None


def days_there(parsed: Any) -> tuple[str, str] | None:
    try:
        return day_there(parsed.lower_strict()), day_there(parsed.upper_strict())
    except ValueError:
        return None


def day_there(bound: Any) -> str:
    return "{:04}-{:02}-{:02}".format(*bound[:3])


def days_here(when: When) -> tuple[str, str]:
    first, last = when.nominal
    return str(first), str(last)


def is_known(text: str, differences: Differences) -> bool:
    return any(re.fullmatch(pattern, text) for _, pattern, _ in differences)


class TestAgainstEdtf:
    @given(singles)
    @example("2023-10-1X~")
    def test_what_edtf_refuses_is_refused_here(self, text: str) -> None:
        assert oracle(text) or here(text) is None or is_known(text, ONLY_HERE)

    @given(singles)
    @example("2023-XX-17")
    def test_what_edtf_reads_is_read_here(self, text: str) -> None:
        assert here(text) or oracle(text) is None or is_known(text, ONLY_THERE)

    @given(read_by_both)
    def test_what_both_read_has_the_same_days(self, text: str) -> None:
        assert days_here(When(text)) == days_there(oracle(text)) or is_known(text, OTHER_BOUNDS)

    @given(st.lists(some_days, min_size=2, max_size=2, unique=True).map(sorted))
    def test_a_choice_of_days_has_the_same_first_and_last(self, days: list[str]) -> None:
        text = f"[{days[0]}..{days[1]}]"
        assert days_here(When(text)) == days_there(oracle(text))

    @given(plain, plain)
    def test_intervals_have_the_same_days(self, one: str, other: str) -> None:
        start, end = sorted((one, other), key=lambda text: days_here(When(text)))
        assert days_here(When(f"{start}/{end}")) == days_there(oracle(f"{start}/{end}"))

    @given(plain)
    def test_the_known_end_of_an_open_interval_is_the_same(self, text: str) -> None:
        since, until = oracle(f"{text}/.."), oracle(f"../{text}")
        assert days_here(When(f"{text}/.."))[0] == day_there(since.lower_strict())
        assert days_here(When(f"../{text}"))[1] == day_there(until.upper_strict())

    @given(st.dates(), st.times())
    def test_instants_in_utc_have_the_same_day(self, day: date, time: time) -> None:
        text = f"{day}T{time:%H:%M:%S}Z"
        assume(FIRST <= datetime.combine(day, time, UTC) <= LAST)
        assert days_here(When(text)) == days_there(oracle(text))

    @pytest.mark.parametrize(("reason", "pattern", "text"), ONLY_HERE)
    def test_differences_in_what_is_read_here_are_real(self, reason: str, pattern: str, text: str) -> None:
        assert re.fullmatch(pattern, text)
        assert here(text), reason
        assert oracle(text) is None, f"no more: {reason}"

    @pytest.mark.parametrize(("reason", "pattern", "text"), ONLY_THERE)
    def test_differences_in_what_is_refused_here_are_real(self, reason: str, pattern: str, text: str) -> None:
        assert re.fullmatch(pattern, text)
        assert here(text) is None, reason
        assert oracle(text), f"no more: {reason}"

    @pytest.mark.parametrize(("reason", "pattern", "text"), OTHER_BOUNDS)
    def test_differences_in_bounds_are_real(self, reason: str, pattern: str, text: str) -> None:
        assert re.fullmatch(pattern, text)
        assert days_here(When(text)) != days_there(oracle(text)), f"no more: {reason}"

    def test_edtf_widens_about_and_ends_what_has_no_end(self) -> None:
        """Why the bounds are made here: edtf's reach a year too far, and ten years past an unknown end."""
        assert day_there(oracle("2023-10~").lower_fuzzy()) == "2022-09-01"
        assert str(When("2023-10~").earliest) == "2023-09-01"
        assert day_there(oracle("2023-09/").upper_strict()) == "2033-09-01"
        assert When("2023-09/").latest is None
