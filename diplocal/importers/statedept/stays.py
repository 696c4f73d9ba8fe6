"""How long somebody stayed: the days listed often cover only Washington, and a description may give the whole."""

import re

import pendulum

MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)
MONTH = "|".join(MONTHS)
COUNTRY = r"(?:the )?U\.S\."
DAY = rf"(?P<month>{MONTH}) (?P<day>\d{{1,2}})(?:, (?P<year>\d{{4}}))?(?!\d)"
TO_DAY = rf"(?:(?P<to_month>{MONTH}) )?(?P<to_day>\d{{1,2}})(?:, (?P<to_year>\d{{4}}))?(?!\d)"

FROM_TO = re.compile(rf"\b(?:in|visited) {COUNTRY} {DAY}\s?[-–]\s?{TO_DAY}", re.IGNORECASE)
FROM = re.compile(rf"\barrived in {COUNTRY} {DAY}", re.IGNORECASE)
TO = re.compile(rf"\b(?:departed|left) {COUNTRY} {DAY}", re.IGNORECASE)

Days = tuple[pendulum.Date, pendulum.Date]
"""First and last day, both inclusive."""


def read_stay(description: str, start: pendulum.Date, end: pendulum.Date) -> Days | None:
    """Give first and last day in the United States, as far as a description gives a stay around the listed days.

    Where it gives only one of the two, the other is the listed one. None where it gives neither, nothing longer, or
    days that contradict the listed ones: those rule.

    >>> stay = read_stay("In U.S. April 15-July 12.", pendulum.Date(1876, 5, 7), pendulum.Date(1876, 5, 11))
    >>> [str(day) for day in stay]
    ['1876-04-15', '1876-07-12']
    """
    first, last = _printed(description, start, end) or (start, end)
    return (first, last) if first <= start and end <= last and (first, last) != (start, end) else None


def _printed(description: str, start: pendulum.Date, end: pendulum.Date) -> Days | None:
    """Give the days printed, with the listed one for what is not; None for a day that the calendar does not have."""
    if span := FROM_TO.search(description):
        first = _day(span["month"], span["day"], span["year"], start)
        last = _day(span["to_month"] or span["month"], span["to_day"], span["to_year"], end)
    else:
        arrival, departure = FROM.search(description), TO.search(description)
        first = _day(arrival["month"], arrival["day"], arrival["year"], start) if arrival else start
        last = _day(departure["month"], departure["day"], departure["year"], end) if departure else end
    return (first, last) if first and last else None


def _day(month: str, day: str, year: str | None, near: pendulum.Date) -> pendulum.Date | None:
    """Give the day that is printed; without a year, the one nearest to a listed day."""
    years = [int(year)] if year else [near.year - 1, near.year, near.year + 1]
    days = [_date(candidate, MONTHS.index(month.capitalize()) + 1, int(day)) for candidate in years]
    return min(filter(None, days), key=lambda found: abs(found.toordinal() - near.toordinal()), default=None)


def _date(year: int, month: int, day: int) -> pendulum.Date | None:
    try:
        return pendulum.Date(year, month, day)
    except ValueError:
        return None
