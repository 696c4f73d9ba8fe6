"""How alike two listed visits are: in whom they name, where those came from, and when.

A distance is a whole number, 0 for equal; None says that the two are not alike in this respect.
"""

from contextlib import suppress

import attrs
import pendulum

from diplocal.errors import InvalidValue
from diplocal.importers import alike
from diplocal.importers.alike import name_of
from diplocal.importers.statedept.countries import state_of
from diplocal.importers.statedept.rows import RejectedRow, VisitRow, read_day
from diplocal.importers.statedept.visitors import read_visitors
from diplocal.names.spelling import plain, slips
from diplocal.parties import Person

DAYS_NEAR = 7
"""Visits of one person with so many days between them may be one visit with its dates corrected."""

AGREEMENTS = 2
"""In so many respects, of visitor, state and days, a rejected row must agree with a visit that it may be."""


@attrs.frozen
class Reading:
    """A row as understood for comparison."""

    row: VisitRow
    people: tuple[Person, ...]
    names: frozenset[str]
    """The plain names of the people, without titles."""
    state: str
    """The code of the state that they came from."""
    description: str
    """Plain: typography makes no difference."""

    @classmethod
    def of(cls, row: VisitRow) -> "Reading":
        """Read a row."""
        state = row.state
        people = read_visitors(row.visitor, state)
        names = frozenset(name_of(person) for person in people)
        return cls(row=row, people=people, names=names, state=state.code, description=plain(row.description))

    @property
    def days(self) -> tuple[pendulum.Date, pendulum.Date]:
        """First and last day."""
        return self.row.start, self.row.end


def days_apart(left: Reading, right: Reading) -> int | None:
    """Return by how many days start and end differ, for dates that overlap or lie within `DAYS_NEAR` of each other."""
    (left_start, left_end), (right_start, right_end) = left.days, right.days
    gap = _days(min(left_end, right_end), max(left_start, right_start))
    if gap > DAYS_NEAR:
        return None
    return abs(_days(left_start, right_start)) + abs(_days(left_end, right_end))


def digits_apart(left: Reading, right: Reading) -> int | None:
    """Return the slips between dates that a slip in each explains: one digit, or the year before or after."""
    apart = [_digits_between(one, other) for one, other in zip(left.days, right.days, strict=True)]
    return sum(apart) if max(apart) <= 1 else None


def people_apart(left: Reading, right: Reading) -> int | None:
    """Return how far the names of two visitors are apart, where each of the fewer people is like one of the others."""
    return alike.people_apart(left.people, right.people)


def typos_apart(left: Reading, right: Reading) -> int | None:
    """Return how far the names of two visitors are apart, where mere typos explain it."""
    return alike.typos_apart(left.people, right.people)


def is_perhaps(rejected: RejectedRow, known: Reading) -> bool:
    """Say whether a rejected row may be a known visit: what can be read of it agrees, in two respects at least."""
    printed = rejected.printed
    agreements = [
        _same_visitor(printed.visitor, known),
        _same_state(printed.country_id, printed.country_label, known),
        _same_days((printed.start, printed.end), known),
    ]
    return False not in agreements and agreements.count(True) >= AGREEMENTS


def _same_visitor(printed: str, known: Reading) -> bool | None:
    state = known.row.state
    return alike.people_apart(read_visitors(printed, state), known.people) is not None if printed else None


def _same_state(country_id: str, label: str, known: Reading) -> bool | None:
    try:
        return state_of(country_id, label, known.row.start).code == known.state
    except InvalidValue:
        return None


def _same_days(printed: tuple[str, str], known: Reading) -> bool | None:
    readable: list[pendulum.Date] = []
    for text in printed:
        with suppress(InvalidValue):
            readable.append(read_day("date", text))
    near = (abs(_days(day, other)) <= DAYS_NEAR for day in readable for other in known.days)
    return any(near) if readable else None


def _digits_between(one: pendulum.Date, other: pendulum.Date) -> int:
    next_year = abs(one.year - other.year) == 1 and (one.month, one.day) == (other.month, other.day)
    return 1 if next_year else slips(str(one), str(other))


def _days(earlier: pendulum.Date, later: pendulum.Date) -> int:
    return later.toordinal() - earlier.toordinal()
