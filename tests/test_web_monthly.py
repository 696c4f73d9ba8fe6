"""The month of a feed as a grid of days."""

from calendar import monthrange

import pendulum
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from diplocal.dates import When
from diplocal.diary import Diary
from diplocal.events import VisitAnnounced
from diplocal.parties import State
from diplocal.store import MemoryStore
from diplocal.web.config import Config
from diplocal.web.feed_spec import EVERYTHING
from diplocal.web.feeds import Feeds
from diplocal.web.monthly import MOST, Month, first_day, month_of
from diplocal.web.visitor import Visitor
from diplocal.wording import ENGLISH

NOON = pendulum.datetime(2023, 9, 19, 12)
days = st.dates(pendulum.Date(2023, 7, 1), pendulum.Date(2023, 12, 1)).map(lambda day: day.isoformat())
spans = st.tuples(days, days).map(lambda pair: "/".join(sorted(pair)))
dates = st.one_of(days, spans, st.sampled_from(["2023-09", "2023", "2023-10~", "2023-09/2023-10", "2023-11"]))


def planned(*when: str) -> MemoryStore:
    store = MemoryStore()
    for number, one in enumerate(when):
        visitors, host = (State("CN"),), State("RU")
        store.append(VisitAnnounced(engagement=f"visit-{number}", visitors=visitors, host=host, when=When(one)))
    return store


def month(store: MemoryStore, first: pendulum.Date) -> Month:
    visitor = Visitor(
        feeds=Feeds(store, Diary(store)),
        config=Config(),
        words=ENGLISH,
        asked_language=None,
        site="https://calendar.example.org",
        prefix="",
        assets="",
        now=NOON,
    )
    return month_of(EVERYTHING.filter, first, visitor)


def bounds(when: When) -> tuple[pendulum.Date, pendulum.Date]:
    assert when.earliest
    assert when.latest
    return when.earliest, when.latest


@settings(deadline=None)
@given(when=st.lists(dates, max_size=MOST, unique=True), number=st.integers(7, 12))
def test_everything_is_on_its_days_and_what_has_no_day_is_beside(when: list[str], number: int) -> None:
    first = pendulum.Date(2023, number, 1)
    found = month(planned(*when), first)
    shown = {(day.number, line.slug) for week in found.weeks for day in week if day for line in day.lines}
    said = [(f"visit-{index}", When(one)) for index, one in enumerate(when)]
    exact = {slug: bounds(one) for slug, one in said if one.is_dated}
    length = monthrange(2023, number)[1]
    each = ((first.replace(day=day), slug) for day in range(1, length + 1) for slug in exact)
    assert shown == {(day.day, slug) for day, slug in each if exact[slug][0] <= day <= exact[slug][1]}
    last = first.replace(day=length)
    overlapping = {slug for slug, one in said if bounds(one)[0] <= last and bounds(one)[1] >= first}
    assert {line.slug for line in found.vague} == overlapping - exact.keys()


def test_weeks_begin_on_monday_and_today_is_marked() -> None:
    weeks = month(planned(), pendulum.Date(2023, 9, 1)).weeks
    assert [day and day.number for day in weeks[0]] == [None, None, None, None, 1, 2, 3]
    assert [day.number for week in weeks for day in week if day and day.is_today] == [19]


def test_a_full_day_says_how_many_more_there_are() -> None:
    weeks = month(planned(*["2023-09-18"] * (MOST + 2)), pendulum.Date(2023, 9, 1)).weeks
    (day,) = (day for week in weeks for day in week if day and day.number == 18)
    assert (len(day.lines), day.more) == (MOST, 2)


@pytest.mark.parametrize(
    ("first", "before", "after"),
    [
        ("2023-09", "2023-08", "2023-10"),
        ("2023-01", "2022-12", "2023-02"),
        ("0001-01", None, "0001-02"),
        ("9999-12", "9999-11", None),
    ],
)
def test_months_lead_on_until_years_end(first: str, before: str | None, after: str | None) -> None:
    start = first_day(first)
    assert start is not None
    found = month(planned("0001-01-01/0001-01-02", "9999-12-31"), start)
    assert (found.before and found.before.address, found.after and found.after.address) == (before, after)


def test_what_goes_on_from_the_day_before_does_not_begin_again() -> None:
    found = month(planned("2023-08-30/2023-09-02", "2023-09-02"), pendulum.Date(2023, 9, 1))
    days = [day for week in found.weeks for day in week if day and day.lines]
    assert [(day.number, sorted(day.begins)) for day in days] == [(1, ["visit-0"]), (2, ["visit-1"])]


def test_a_day_that_is_known_to_begin_or_to_end_it_is_a_day_of_the_month() -> None:
    store = planned("2023-09-20/..", "../2023-09-05", "2023-09-11/2023-10")
    shown = {
        day.number: len(day.lines) for week in month(store, pendulum.Date(2023, 9, 1)).weeks for day in week if day
    }
    assert {number for number, count in shown.items() if count} == {5, 11, 20}
    assert [one.slug for one in month(store, pendulum.Date(2023, 10, 1)).vague] == ["visit-2", "visit-0"]
