"""How alike two listed visits are: in whom they name, where those came from, and when.

A distance is a whole number, 0 for equal; None says that the two are not alike in this respect.
"""

from collections.abc import Callable, Iterable
from contextlib import suppress

import attrs
import pendulum

from diplocal.errors import InvalidValue
from diplocal.importers.statedept.countries import state_of
from diplocal.importers.statedept.rows import RejectedRow, VisitRow, read_day
from diplocal.importers.statedept.visitors import read_visitors
from diplocal.names.spelling import plain, slips
from diplocal.parties import Person, Rank

Apart = Callable[[Person, Person], int | None]

DAYS_NEAR = 7
"""Visits of one person with so many days between them may be one visit with its dates corrected."""

LETTERS_PER_SLIP = 6
"""A name may differ by one slip for so many letters, and by one in any case."""

FOR_A_MISSING_PERSON = 100
"""Added to a distance for each person whom only one of the two names."""

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
    def offices(self) -> frozenset[tuple[str, Rank | None]]:
        """Who came as what: plain names and ranks."""
        return frozenset((name_of(person), _rank(person)) for person in self.people)

    @property
    def days(self) -> tuple[pendulum.Date, pendulum.Date]:
        """First and last day."""
        return self.row.start, self.row.end


def days_apart(left: Reading, right: Reading) -> int | None:
    """Give by how many days start and end differ, for dates that overlap or lie within `DAYS_NEAR` of each other."""
    (left_start, left_end), (right_start, right_end) = left.days, right.days
    gap = _days(min(left_end, right_end), max(left_start, right_start))
    if gap > DAYS_NEAR:
        return None
    return abs(_days(left_start, right_start)) + abs(_days(left_end, right_end))


def digits_apart(left: Reading, right: Reading) -> int | None:
    """Give the slips between dates that a slip in each explains: one digit, or the year before or after."""
    apart = [_digits_between(one, other) for one, other in zip(left.days, right.days, strict=True)]
    return sum(apart) if max(apart) <= 1 else None


def people_apart(left: Reading, right: Reading) -> int | None:
    """Give how far the names of two visitors are apart, where each of the fewer people is like one of the others."""
    return _people_apart(left.people, right.people, _one_person)


def typos_apart(left: Reading, right: Reading) -> int | None:
    """Give how far the names of two visitors are apart, where mere typos explain it."""
    return _people_apart(left.people, right.people, _typos)


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
    return _people_apart(read_visitors(printed, state), known.people, _one_person) is not None if printed else None


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


def _people_apart(left: tuple[Person, ...], right: tuple[Person, ...], apart: Apart) -> int | None:
    fewer, more = sorted((left, right), key=len)
    nearest = [_nearest(person, more, apart) for person in fewer]
    if None in nearest:
        return None
    return sum(filter(None, nearest)) + FOR_A_MISSING_PERSON * (len(more) - len(fewer))


def _nearest(person: Person, others: Iterable[Person], apart: Apart) -> int | None:
    return min((found for other in others if (found := apart(person, other)) is not None), default=None)


def _typos(left: Person, right: Person) -> int | None:
    """Give the slips between two names, where they are few for their length."""
    one, other = name_of(left), name_of(right)
    found = slips(one, other)
    return found if found <= max(1, min(len(one), len(other)) // LETTERS_PER_SLIP) else None


def _one_person(left: Person, right: Person) -> int | None:
    """Give the slips between two names: few, or between a shorter and a fuller name, or with one surname and rank."""
    one, other = name_of(left), name_of(right)
    words, other_words = one.split(), other.split()
    fuller = set(words) <= set(other_words) or set(other_words) <= set(words)
    colleague = words[-1] == other_words[-1] and left.office is not None and _rank(left) == _rank(right)
    return slips(one, other) if fuller or colleague else _typos(left, right)


def name_of(person: Person) -> str:
    """Give the plain name; as printed where nothing in it is a letter or digit."""
    return plain(person.name) or person.name


def _rank(person: Person) -> Rank | None:
    return person.office.rank if person.office else None


def _digits_between(one: pendulum.Date, other: pendulum.Date) -> int:
    next_year = abs(one.year - other.year) == 1 and (one.month, one.day) == (other.month, other.day)
    return 1 if next_year else slips(str(one), str(other))


def _days(earlier: pendulum.Date, later: pendulum.Date) -> int:
    return later.toordinal() - earlier.toordinal()
