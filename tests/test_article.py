"""The worked example: what one news report says, and what became of it."""

import pendulum
import pytest

from diplocal.demo import article
from diplocal.engagements import Kind, Status
from diplocal.projections import ContactFrequency, Contacts, Discrepancies, Upcoming, UpcomingVisits
from diplocal.replaying import replay
from diplocal.store import MemoryStore

THEN, LATER = pendulum.Date(2023, 9, 18), pendulum.Date(2023, 11, 1)


@pytest.fixture
def store() -> MemoryStore:
    made = MemoryStore()
    made.append(*article.as_reported())
    made.append(*article.what_followed())
    return made


def diary(store: MemoryStore, by: pendulum.Date) -> Upcoming:
    return replay(UpcomingVisits(), store, reported_by=by)


def contacts(store: MemoryStore, by: pendulum.Date) -> Contacts:
    return replay(ContactFrequency(), store, reported_by=by)


def test_on_the_day_wangs_visit_is_planned_with_the_meeting_and_the_round_inside_it(store: MemoryStore) -> None:
    visit, *inside, _ = diary(store, THEN).on(THEN, state="RU")
    assert (str(visit.when), visit.status, visit.kind) == ("18–21 September 2023", Status.PLANNED, Kind.VISIT)
    assert {one.slug for one in inside} == {"security-consultation-18", "wang-meets-lavrov-2023-09"}
    assert {one.during for one in inside} == {visit.slug}
    assert {one.round.number for one in inside if one.round} == {18}
    assert {one.status for one in inside} == {Status.PLANNED}


def test_on_the_day_putins_visit_is_known_to_the_month_and_to_an_aide(store: MemoryStore) -> None:
    *_, putin = diary(store, THEN).on(THEN, state="RU")
    assert (putin.slug, str(putin.when)) == ("putin-to-china-2023-10", "October 2023, date to be confirmed")
    assert [source.attribution.value for source in putin.sources] == ["aide"]


def test_on_the_day_two_visits_had_been_held_and_the_patrols_belong_to_no_month(store: MemoryStore) -> None:
    by_year = {(row.period, row.kind): row.count for row in contacts(store, THEN).by("year", pair=("CN", "RU"))}
    assert by_year == {("2023", Kind.VISIT): 2, ("2023", Kind.PATROL): 1}
    by_month = {(row.period, row.kind) for row in contacts(store, THEN).by("month", pair=("CN", "RU"))}
    assert by_month == {("2023-03", Kind.VISIT), ("2023-08", Kind.VISIT), (None, Kind.PATROL)}


def test_a_scramble_is_no_contact_with_south_korea(store: MemoryStore) -> None:
    assert contacts(store, LATER).by("all", state="KR") == []


def test_by_november_everything_planned_was_held(store: MemoryStore) -> None:
    entries = diary(store, LATER).on(THEN, state="RU")
    assert {entry.status for entry in entries} == {Status.HELD}
    putin = next(entry for entry in entries if entry.slug == "putin-to-china-2023-10")
    assert str(putin.when) == "17–18 October 2023"
    by_kind = {row.kind: row.count for row in contacts(store, LATER).by("year", pair=("CN", "RU"))}
    assert by_kind == {Kind.VISIT: 4, Kind.MEETING: 3, Kind.PATROL: 1}


def test_the_two_sides_travelled_three_times_to_one(store: MemoryStore) -> None:
    assert contacts(store, LATER).reciprocity(("CN", "RU")) == {"CN": 3, "RU": 1}


def test_the_log_itself_knew_nothing_before_today(store: MemoryStore) -> None:
    before = store.position_at(pendulum.datetime(2023, 9, 18))
    assert len(replay(UpcomingVisits(), store, known_at=before)) == 0
    assert len(replay(UpcomingVisits(), store, known_at=4)) == 4


def test_nothing_in_it_contradicts(store: MemoryStore) -> None:
    assert replay(Discrepancies(), store) == []
