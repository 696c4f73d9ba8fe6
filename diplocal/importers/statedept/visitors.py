"""Who came: the printed visitor is one person or several, each with the title that stands before the name."""

import re
from collections.abc import Iterator
from itertools import islice

import attrs

from diplocal.names.offices import title_before
from diplocal.names.spelling import LONGEST
from diplocal.parties import Office, Person, Rank, State, Tenure

SEPARATOR = re.compile(" ?[,;] ?(?:(?:and|&|with) )?| (?:and|&|with|/) ")
BETWEEN_NAMES = re.compile(r"\s*;\s*|.*\b(?:and|with)\s|.*[&/]", re.DOTALL)
"""Separators that part two people even where no title follows; a mere comma may belong to a name ('Aquino, 3rd')."""

SEPARATORS_IN_TITLES = 6
"""So many parts of a text are looked at for where its first title ends: 'Premier, Minister of Finance and Trade'."""
SLIPS = (
    (re.compile(r"\s?-\s?(?=(?:elect|designate)\b)", re.IGNORECASE), "-"),  # 'President- elect'
    (re.compile(r"(?<=Minister)-(?=[A-Z])"), " and "),  # 'Prime Minister-Prince'
    (re.compile(r"(?<=Minister)(?=[A-Z])"), " "),  # 'Prime MinisterHaidar'
)
TENURES_BY_LABEL = {
    "government-in-exile": Tenure.IN_EXILE,
    "Interim Authority": Tenure.INTERIM,
    "Provisional Government": Tenure.INTERIM,
}
"""What the printed name of the country says about all who hold office in it."""


def read_visitors(visitor: str, state: State) -> tuple[Person, ...]:
    """Return the people whom a printed visitor names, in the order printed, each for the state.

    Two people are parted; a suffix stays with its name, and several titles of one person are one office:

    >>> [str(person) for person in read_visitors("President Duda and Prime Minister Tusk", State("PL"))]
    ['President Duda', 'Prime Minister Tusk']
    >>> [str(person) for person in read_visitors("President Tommy E. Remengesau, Jr.", State("PW"))]
    ['President Tommy E. Remengesau, Jr.']
    >>> [str(person) for person in read_visitors("Premier and Prince Sihanouk", State("KH"))]
    ['Premier and Prince Sihanouk']

    Nothing is lost: where no title is known, and where the text is longer than any name, the whole of it is the name; a
    title alone is a name too. A queen beside a king came as his consort and ranks as other. Honorifics (Sheikh, Lord,
    Dr., Archbishop) stay in the name.

    Raises InvalidValue for a blank visitor.
    """
    visitor = _without_slips(" ".join(visitor.split()))
    if len(visitor) > LONGEST:
        return (Person(visitor, state),)
    people: list[Person] = []
    for office, name in _named(visitor, state):
        if name:
            people.append(Person(name, state, _beside(people, office)))
        elif office and people:
            people[-1] = _with_second_title(people[-1], office)
    return tuple(people) or (Person(visitor, state, _title_before(visitor, state)[0]),)


def _without_slips(visitor: str) -> str:
    """Return a visitor with the blanks and hyphens around titles as they are usually printed."""
    for slip, right in SLIPS:
        visitor = slip.sub(right, visitor)
    return visitor


def _title_before(text: str, state: State) -> tuple[Office | None, str]:
    """Return the office that a text begins with, held as the printed name of the country says, and the rest.

    It ends with the first person: what is printed of the next is no part of it.
    """
    office, rest = title_before(text, state)
    for separator in islice(SEPARATOR.finditer(text), SEPARATORS_IN_TITLES):
        first, name = title_before(text[: separator.start()], state)
        if first and name:
            office, rest = first, f"{name}{text[separator.start() :]}"
            break
    if office is None or office.tenure is not Tenure.FULL:
        return office, rest
    held = (tenure for part, tenure in TENURES_BY_LABEL.items() if part in (state.label or ""))
    return attrs.evolve(office, tenure=next(held, Tenure.FULL)), rest


def _named(text: str, state: State) -> Iterator[tuple[Office | None, str]]:
    """Yield office and name of one after the other."""
    while text:
        office, rest = _title_before(text, state)
        name, text = _first_name(rest, state)
        yield office, name.strip()


def _first_name(text: str, state: State) -> tuple[str, str]:
    """Part the first person's name from whatever names the next."""
    for separator in SEPARATOR.finditer(text):
        following = text[separator.end() :]
        titled = _title_before(following, state)[0] is not None
        if titled or (following[:1].isupper() and BETWEEN_NAMES.match(separator[0])):
            return text[: separator.start()], following
    return text, ""


def _beside(people: list[Person], office: Office | None) -> Office | None:
    """Return the office as held beside those who were named before."""
    kings = any(person.office and person.office.title == "King" for person in people)
    return attrs.evolve(office, rank=Rank.OTHER) if office and office.title == "Queen" and kings else office


def _with_second_title(person: Person, office: Office) -> Person:
    """Return somebody with a title that was printed after the name."""
    first = person.office
    if first is None:
        return attrs.evolve(person, office=office)
    higher = min(first, office, key=lambda held: list(Rank).index(held.rank))
    return attrs.evolve(person, office=attrs.evolve(first, title=f"{first.title}, {office.title}", rank=higher.rank))
