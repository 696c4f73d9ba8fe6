"""Contact frequency keeps the laws, and its answers are what a plain recount gives."""

from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import combinations
from typing import Any

import attrs
import pendulum
from hypothesis import given
from hypothesis import strategies as st

from diplocal.dates import When
from diplocal.engagements import Engagement, Kind, Status
from diplocal.events import CallHeld, Corrected, EngagementEvent, Retracted, SamePerson
from diplocal.parties import Person, Rank, party_of
from diplocal.projections import ContactFrequency, Contacts
from diplocal.testing import History, check_law, histories, laws
from diplocal.testing.pools import INDONESIA, PEOPLE

HELD = (Status.HELD, Status.UNDER_WAY)
RANKS = [rank.value for rank in Rank]
DAYS = [
    pendulum.Date(2023, 10, 25),
    pendulum.Date(2023, 10, 30),
    pendulum.Date(2023, 12, 31),
    pendulum.Date(2024, 3, 15),
]
PAIRS = [("CN", "RU"), ("RU", "ID"), ("CN", "ASEAN")]
WEIGHTS = {Rank.HEAD_OF_STATE: 5, Rank.FOREIGN_MINISTER: 3}
RETOLD = ("renaming", "shifting", "echo", "plans", "recording", "respelling", "arrival", "refinement", "duplicates")


def ask_contacts(contacts: Contacts) -> dict[str, Any]:
    """Ask everything that can be asked about contacts."""
    return {
        **{unit: _rows(contacts.by(unit)) for unit in ("month", "quarter", "year", "all")},
        "with China": _rows(contacts.by("year", state="cn")),
        "made by Russia": _rows(contacts.by("all", traveller="RU")),
        "by rank": _rows(contacts.by("all", weights=WEIGHTS)),
        **{f"{one}-{other}": _rows(contacts.by("month", pair=(one, other))) for one, other in PAIRS},
        "visits of each": [contacts.reciprocity(pair) for pair in PAIRS],
        "since the last": [contacts.days_since_last(pair, day) for pair in PAIRS for day in DAYS],
    }


def recount_contacts(engagements: Sequence[Engagement], most: int = 1) -> dict[str, Any]:
    """Work the same out from the engagements; what has more contacts than the most is none of two sides."""
    of_each = [set(_contacts(engagement)) for engagement in engagements]
    all_of_them = [contact for contacts in of_each if len(contacts) <= most for contact in contacts]

    def count(unit: str, *having: str, traveller: str | None = None, weighed: bool = False) -> list[Any]:
        sums: Counter[Any] = Counter()
        for one, other, kind, by, rank, when in all_of_them:
            if set(having) <= {one, other} and traveller in (None, by):
                sums[_period(unit, When(when)), (one, other), kind] += _weight(rank) if weighed else 1
        rows = [(period, pair, kind, amount) for (period, pair, kind), amount in sums.items() if amount]
        return sorted(rows, key=lambda row: (row[0] is None, row[0] or "", row[1], list(Kind).index(Kind(row[2]))))

    def visits(one: str, other: str) -> dict[str, int]:
        made = [by for first, second, _, by, _, _ in all_of_them if {first, second} == {one, other}]
        return {side: made.count(side) for side in sorted((one, other))}

    def since(one: str, other: str, day: pendulum.Date) -> int | None:
        ends = [When(when).latest for first, second, *_, when in all_of_them if {first, second} == {one, other}]
        past = [end for end in ends if end is not None and end <= day]
        return min((day - end).days for end in past) if past else None

    return {
        **{unit: count(unit) for unit in ("month", "quarter", "year", "all")},
        "with China": count("year", "CN"),
        "made by Russia": count("all", traveller="RU"),
        "by rank": count("all", weighed=True),
        **{f"{one}-{other}": count("month", one, other) for one, other in PAIRS},
        "visits of each": [visits(*pair) for pair in PAIRS],
        "since the last": [since(*pair, day) for pair in PAIRS for day in DAYS],
    }


def recount_contacts_of_wang_yi(engagements: Sequence[Engagement]) -> dict[str, Any]:
    """Work it out for the engagements that Wang Yi took part in, under each of his names, with however many others."""
    names = {"wang yi"}
    for one in engagements:
        if one.kind is Kind.ALIAS and one.counts and names & _names(one):
            names |= _names(one)
    return recount_contacts([one for one in engagements if names & _names(one)], most=1_000)


def _rows(frequencies: Any) -> list[Any]:
    return [(one.period, one.pair, one.kind.value, one.count) for one in frequencies]


def _contacts(engagement: Engagement) -> Iterator[tuple[str, str, str, str, str, str]]:
    kind, when = engagement.kind, engagement.when
    if engagement.status not in HELD or when is None:
        return
    if kind is Kind.VISIT and engagement.host is not None:
        host = engagement.host.code
        for code in {_code(one) for one in engagement.participants} - {"", host}:
            yield (*_sorted(code, host), "visit", code, _rank(engagement.participants, code), when.edtf)
    elif kind in (Kind.MEETING, Kind.CALL, Kind.PATROL, Kind.EXERCISE):
        everyone = engagement.participants
        for one, other in combinations(sorted({_code(one) for one in everyone} - {""}), 2):
            ranks = [_rank(everyone, one), _rank(everyone, other)]
            rank = RANKS[max(map(RANKS.index, ranks))] if all(ranks) else ""
            yield one, other, kind.value, "", rank, when.edtf


def _sorted(one: str, other: str) -> tuple[str, str]:
    return (one, other) if one < other else (other, one)


def _code(one: Any) -> str:
    party = party_of(one)
    return party.code if party else ""


def _rank(people: Sequence[Any], code: str) -> str:
    ranks = [one.office.rank.value for one in people if isinstance(one, Person) and one.office and _code(one) == code]
    return RANKS[min(map(RANKS.index, ranks))] if ranks else ""


def _weight(rank: str) -> int:
    return {Rank.HEAD_OF_STATE.value: 5, Rank.FOREIGN_MINISTER.value: 3}.get(rank, 0)


def _period(unit: str, when: When) -> str | None:
    """Name the period that the date certainly begins in, by looking at the first and the last day it may begin on."""
    start = when.start
    if unit == "all":
        return "all"
    if start is None or start.earliest is None or start.latest is None:
        return None
    first, last = (_label(unit, day) for day in (start.earliest, start.latest))
    return first if first == last else None


def _label(unit: str, day: pendulum.Date) -> str:
    if unit == "year":
        return f"{day.year:04}"
    return f"{day.year:04}-{day.month:02}" if unit == "month" else f"{day.year:04}-Q{(day.month + 2) // 3}"


def _names(engagement: Engagement) -> set[str]:
    return {one.name.lower() for one in engagement.people}


@st.composite
def histories_of_one_person(draw: st.DrawFn) -> History:
    """Draw calls of China and Russia, and names that are one person's."""
    callers, days = st.sampled_from([*PEOPLE["CN"], PEOPLE["RU"][0]]), st.sampled_from(DAYS[:2])
    told: list[EngagementEvent] = []
    for number in range(draw(st.integers(1, 3))):
        called = CallHeld(
            engagement=f"call-{number}", participants=(draw(callers), INDONESIA), when=When(f"{draw(days)}")
        )
        told.append(called)
    told.insert(draw(st.integers(0, len(told))), SamePerson(engagement="xi", people=PEOPLE["CN"]))
    back = [Retracted(engagement="xi", of="xi/1"), Corrected(engagement="xi", of="xi/1", right=WANG_YI)]
    return History.of(*told, *draw(st.lists(st.sampled_from(back), max_size=1)))


WANG_YI = SamePerson(engagement="xi", people=(PEOPLE["CN"][1], attrs.evolve(PEOPLE["CN"][1], name="Vang Yi")))
OF_WANG_YI = ContactFrequency(person="wang yi", sides="any")
TestContactFrequency = laws(ContactFrequency, also=RETOLD)
TestContactsOfOnePerson = laws(ContactFrequency(person="Wang Yi", sides="any"), also=RETOLD)


@given(history=histories())
def test_contacts_are_those_of_a_plain_recount(history: History) -> None:
    check_law("recount", ContactFrequency, history, ask=ask_contacts, recount=recount_contacts)


@given(history=histories_of_one_person() | histories())
def test_contacts_of_one_person_are_those_under_all_names(history: History) -> None:
    check_law("recount", OF_WANG_YI, history, ask=ask_contacts, recount=recount_contacts_of_wang_yi)
