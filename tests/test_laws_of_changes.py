"""A projection over changes keeps the laws, and a report counts from the day on which the public could know."""

from collections import Counter
from collections.abc import Iterator, Sequence

import pendulum
from hypothesis import given, settings

from diplocal.engagements import Engagement, Status, known_since
from diplocal.events import Cancelled
from diplocal.projections import OverChanges, tally
from diplocal.testing import History, check_law, histories, laws

DAY = pendulum.Date(2023, 9, 18)
MIDNIGHT = pendulum.datetime(2023, 9, 19)


def is_held(engagement: Engagement | None) -> int:
    return int(engagement is not None and engagement.status is Status.HELD)


class HeldEngagements(OverChanges[int, int]):
    """It counts what was held, by what each change puts in and takes out."""

    name = "tests.held-engagements"

    def begin(self) -> int:
        return 0

    def change(self, value: int, before: Engagement | None, after: Engagement | None) -> int:
        return value - is_held(before) + is_held(after)

    def read(self, value: int) -> int:
        return value


def recount(engagements: Sequence[Engagement]) -> int:
    return sum(map(is_held, engagements))


@tally("tests.people-received", key_type=str)
def people_received(engagement: Engagement) -> Iterator[tuple[str, int]]:
    """Counts those who are named, which may be nobody."""
    if engagement.status is Status.HELD:
        yield from ((party.code, len(engagement.people)) for party in engagement.parties)


def recount_people_received(engagements: Sequence[Engagement]) -> dict[str, int]:
    received: Counter[str] = Counter()
    for one in engagements:
        received.update({party.code: len(one.people) for party in one.parties} if one.status is Status.HELD else {})
    return {code: count for code, count in received.items() if count}


@given(history=histories())
def test_what_counts_for_nothing_leaves_no_row(history: History) -> None:
    check_law("recount", people_received, history, recount=recount_people_received)


TestHeldEngagements = laws(HeldEngagements, recount=recount, settings=settings(max_examples=30))


def test_a_report_that_is_dated_to_a_day_counts_from_the_end_of_that_day() -> None:
    called_off = Cancelled(engagement="visit", reported=DAY)
    assert known_since(called_off, 0) == MIDNIGHT.int_timestamp * 1_000_000 - 1


def test_a_report_without_a_date_counts_from_when_it_was_recorded() -> None:
    assert known_since(Cancelled(engagement="visit"), 5) == 5
