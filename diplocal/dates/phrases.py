"""Dates in people's words, in English: short, and different for different dates."""

import pendulum

from diplocal.dates.edtf import YEAR_PARTS, Point, Precision
from diplocal.dates.instants import comes_twice, offset_text, zone_name

MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)

PENDING = ", date to be confirmed"


def single(point: Point) -> str:
    """Say one date: '17 October 2023', 'October 2023, date to be confirmed'."""
    pending = not point.is_known_to_the_day and point.unspecified is None
    return f"{named(point)}{PENDING}" if pending else named(point)


def interval(start: Point, end: Point) -> str:
    """Say from when to when, with an en dash where both ends are known alike: '18–21 September 2023'."""
    if start.moment and end.moment and zone_name(start.moment) == zone_name(end.moment):
        return _hours(start.moment, end.moment)
    if start.precision is end.precision is Precision.DAY and start.qualifier == end.qualifier:
        return _hedged("", _days(start.first, end.first), start)
    return f"{named(start)} to {named(end)}"


def half_known(start: Point | None, end: Point | None, *, gap: str) -> str:
    """Say an interval with one end open or unknown: 'from 18 September 2023, end open'."""
    return f"from {named(start)}, end {gap}" if start else f"until {end and named(end)}, start {gap}"


def named(point: Point) -> str:
    """Say one date as part of a longer phrase: 'about June 2023'."""
    if point.moment:
        return f"{_day(point.first)}, {_clock(point.moment)} {zone_name(point.moment)}"
    if point.unspecified is None:
        return _hedged("", _calendar(point), point)
    if point.is_choice:
        return f"a day between {_days(point.first, point.last, apart=' and ', near=' and ')}"
    partly = "X" in point.text.replace("-XX", "")
    return _hedged(
        f"a {point.unspecified} {'between' if partly else 'in'} ", _limits(point) if partly else _calendar(point), point
    )


def _hedged(before: str, words: str, point: Point) -> str:
    about = "about " if point.is_approximate else ""
    doubt = " (uncertain)" if point.is_uncertain else ""
    return f"{before}{about}{words}{doubt}"


def _calendar(point: Point) -> str:
    first, last = point.first, point.last
    if point.precision is Precision.DAY:
        return _day(first)
    if point.precision is Precision.MONTH:
        return _month(first)
    if point.precision is Precision.YEAR:
        return str(first.year)
    name = YEAR_PARTS[int(point.text[5:7])].name
    if point.precision is not Precision.SEASON:
        return f"{name} of {first.year}"
    return f"{name} {first.year}" if first.year == last.year else f"{name} {first.year}–{last.year}"


def _limits(point: Point) -> str:
    """Say the first and last day, month or year that unspecified digits leave open: '10 and 19 October 2023'."""
    first, last = point.first, point.last
    if point.precision is Precision.MONTH:
        return f"{first.day} and {_day(last)}"
    if point.precision is Precision.YEAR:
        return f"{MONTHS[first.month - 1]} and {_month(last)}"
    return f"{first.year} and {last.year}"


def _days(first: pendulum.Date, last: pendulum.Date, *, apart: str = " – ", near: str = "–") -> str:
    """Say the first and last of several days, with what they share said once: '18–21 September 2023'."""
    if first.year != last.year:
        return f"{_day(first)}{apart}{_day(last)}"
    if first.month != last.month:
        return f"{first.day} {MONTHS[first.month - 1]}{apart}{_day(last)}"
    return f"{first.day}{near}{_day(last)}"


def _hours(start: pendulum.DateTime, end: pendulum.DateTime) -> str:
    if start.date() == end.date():
        return f"{_day(start)}, {_clock(start)}–{_clock(end)} {zone_name(end)}"
    return f"{_day(start)}, {_clock(start)} – {_day(end)}, {_clock(end)} {zone_name(end)}"


def _day(day: pendulum.Date) -> str:
    return f"{day.day} {_month(day)}"


def _month(day: pendulum.Date) -> str:
    return f"{MONTHS[day.month - 1]} {day.year}"


def _clock(moment: pendulum.DateTime) -> str:
    """Say the time of day, with its offset where the clocks go back and the same time comes twice."""
    time = moment.time()
    said = f"{time:%H:%M}" if time.second == time.microsecond == 0 else time.isoformat()
    return f"{said} ({offset_text(moment)})" if comes_twice(moment) else said
