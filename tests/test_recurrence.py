"""Recurrence rules fall on the days that dateutil finds, and series on those that recurring-ical-events finds."""

from datetime import date, datetime, time, timedelta

import icalendar
import pytest
import recurring_ical_events
from dateutil.rrule import rrulestr
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from diplocal.calendars.listing import list_entries
from diplocal.calendars.reading import read
from diplocal.calendars.recurrence import Rule, Work
from diplocal.errors import InvalidValue

FIRST, LAST = date(2026, 1, 1), date(2026, 12, 31)

PARTS = {
    "INTERVAL": ("2", "3", "13"),
    "BYMONTH": ("1,12", "6"),
    "BYMONTHDAY": ("1", "-1,15", "30"),
    "BYDAY": ("MO", "5MO", "-5SU", "1MO,2TU", "-1FR", "MO,WE,SU"),
    "BYYEARDAY": ("1", "-1,100", "-366"),
    "BYWEEKNO": ("20", "30,40"),
    "BYHOUR": ("2", "0,12"),
    "BYMINUTE": ("59", "0,30"),
    "BYSETPOS": ("1", "-1"),
    "WKST": ("SU", "WE"),
}
"""Values of each part; BYWEEKNO without weeks across New Year, where dateutil is known to go wrong."""
ONLY_YEARLY = {"BYYEARDAY", "BYWEEKNO"}
APART = {"BYYEARDAY", "BYWEEKNO", "BYMONTHDAY", "BYMONTH"}
"""Two of these may never fall together, and then dateutil looks on to the year 9999."""
STARTS = st.builds(
    datetime, st.sampled_from((2020, 2023, 2026)), st.sampled_from((1, 2, 6, 12)), st.sampled_from((1, 28))
)


@st.composite
def rules(draw: st.DrawFn) -> str:
    frequency = draw(st.sampled_from(("DAILY", "WEEKLY", "MONTHLY", "YEARLY")))
    names = draw(st.sets(st.sampled_from(sorted(PARTS)), max_size=4))
    assume(frequency == "YEARLY" or names.isdisjoint(ONLY_YEARLY))
    assume(frequency != "WEEKLY" or names.isdisjoint(("BYMONTHDAY", "BYSETPOS")))
    assume(len(names & APART) < 2 and not {"BYDAY", "BYMONTHDAY"} <= names and not {"BYDAY", "BYYEARDAY"} <= names)
    parts = [f"{name}={draw(st.sampled_from(PARTS[name]))}" for name in sorted(names)]
    is_numbered = any(digit in part for part in parts for digit in "125" if "BYDAY" in part)
    assume(not is_numbered or (frequency in ("MONTHLY", "YEARLY") and "BYWEEKNO" not in names))
    assume(names != {"BYSETPOS"})
    end = draw(st.sampled_from(("", "COUNT=1", "COUNT=30", "UNTIL=20261231T100000")))
    return ";".join(part for part in (f"FREQ={frequency}", *parts, end) if part)


@settings(deadline=None)
@given(rules(), STARTS)
def test_a_rule_falls_on_the_days_that_dateutil_finds(rule: str, starts: datetime) -> None:
    found = list(Rule.read(rule, starts).between(FIRST, LAST, Work()))
    begin, end = datetime.combine(FIRST, time()), datetime.combine(LAST, time.max)
    peer = rrulestr(rule, dtstart=starts)
    is_fewer = "COUNT" in rule and peer[0] != starts
    assert found == [one for one in peer.between(begin, end, inc=True) if not is_fewer or one != peer[-1]]


@pytest.mark.parametrize(
    "rule", ["FREQ=MONTHLY;BYDAY=5MO", "FREQ=DAILY;BYDAY=SU", "FREQ=MONTHLY;BYDAY=MO,TU;BYSETPOS=-1"]
)
@pytest.mark.parametrize("count", [1, 2, 3])
def test_the_start_is_the_first_that_is_counted_whatever_the_rule_says(rule: str, count: int) -> None:
    starts = datetime(2026, 10, 19, 10)  # noqa: DTZ001 - a rule reckons with local times
    assert len(list(Rule.read(f"{rule};COUNT={count}", starts).between(FIRST, date(2028, 1, 1), Work()))) == count - 1


def test_work_that_is_too_much_is_refused() -> None:
    counted = Rule.read("FREQ=DAILY;COUNT=9999;BYMONTH=2;BYMONTHDAY=30", date(1, 1, 1))
    with pytest.raises(InvalidValue, match="fewer recurring entries"):
        list(counted.between(FIRST, LAST, Work(1000)))
    with pytest.raises(InvalidValue, match="fewer recurring entries"):
        list(counted.between(FIRST, LAST, Work().share()))


class TestWeeks:
    """RFC 5545, 3.3.10: weeks are numbered as in ISO 8601, with the first day that WKST says."""

    def days(self, rule: str) -> list[str]:
        start = datetime(2020, 1, 1)  # noqa: DTZ001 - a rule reckons with local times
        found = Rule.read(rule, start).between(date(2020, 1, 1), date(2021, 12, 31), Work())
        return [moment.date().isoformat() for moment in found]

    def test_the_fifty_third_week_goes_on_into_the_next_year(self) -> None:
        assert self.days("FREQ=YEARLY;BYWEEKNO=53;BYDAY=MO,SU") == ["2020-12-28", "2021-01-03"]

    def test_the_last_week_is_counted_from_the_end(self) -> None:
        assert self.days("FREQ=YEARLY;BYWEEKNO=-1;BYDAY=SA") == ["2021-01-02"]

    def test_the_first_day_of_the_week_decides_which_week_a_day_is_in(self) -> None:
        assert self.days("FREQ=WEEKLY;INTERVAL=2;BYDAY=SU;UNTIL=20200127T000000") == ["2020-01-05", "2020-01-19"]
        assert self.days("FREQ=WEEKLY;INTERVAL=2;BYDAY=SU;UNTIL=20200127T000000;WKST=SU") == [
            "2020-01-12",
            "2020-01-26",
        ]


DAYS = st.integers(min_value=0, max_value=40).map(lambda days: datetime(2026, 3, 5, 10) + timedelta(days=days))  # noqa: DTZ001 - written with the name of its zone


def written(moment: datetime) -> str:
    return f";TZID=Europe/Paris:{moment:%Y%m%dT%H%M%S}"


@settings(deadline=None)
@given(
    rule=st.sampled_from(("FREQ=DAILY;COUNT=9", "FREQ=WEEKLY;BYDAY=TH,SU;COUNT=8", "FREQ=MONTHLY;COUNT=3")),
    beside=st.lists(DAYS, max_size=3),
    without=st.lists(DAYS, max_size=3),
    moved=st.dictionaries(DAYS, DAYS, max_size=3),
)
def test_a_series_has_the_occurrences_that_recurring_ical_events_finds(
    rule: str, beside: list[datetime], without: list[datetime], moved: dict[datetime, datetime]
) -> None:
    start = datetime(2026, 3, 5, 10)  # noqa: DTZ001 - written with the name of its zone
    lines = [f"DTSTART{written(start)}", "DURATION:PT1H", f"RRULE:{rule}"]
    lines += [f"RDATE{written(day)}" for day in beside] + [f"EXDATE{written(day)}" for day in without]
    texts = ["\r\n".join(("BEGIN:VEVENT", "UID:one", "SUMMARY:Talks", *lines, "END:VEVENT", ""))]
    texts += [
        f"BEGIN:VEVENT\r\nUID:one\r\nSUMMARY:Talks\r\nRECURRENCE-ID{written(which)}\r\nDTSTART{written(to)}\r\nDURATION:PT2H\r\nEND:VEVENT\r\n"
        for which, to in moved.items()
    ]
    text = f"BEGIN:VCALENDAR\r\n{''.join(texts)}END:VCALENDAR\r\n"
    found = list_entries(read(text.encode()), (FIRST, LAST)).occurrences
    theirs = recurring_ical_events.of(icalendar.Calendar.from_ical(text)).between(FIRST, LAST)
    assert sorted((one.starts, one.last) for one in found) == sorted((one.start, one.end) for one in theirs)
