"""A row with several hosts is a trip and its visits; a row may say that a plan was denied, and why it fell through."""

from pathlib import Path

import pytest

from diplocal.dates import When
from diplocal.diary import Diary
from diplocal.engagements import Conflict, Kind, Status
from diplocal.importers.csv_sheet import import_csv
from diplocal.importers.outcome import Outcome
from diplocal.projections import Discrepancies
from diplocal.replaying import replay
from diplocal.store import MemoryStore

TRIP = "engagement,kind,status,when,who,with,place,reported\n"
PLAN = "engagement,kind,status,reason,when,who,with,reported\n"


class Sheet:
    """A sheet that is imported again whenever it changed."""

    def __init__(self, path: Path, header: str) -> None:
        self.store, self._path, self._header = MemoryStore(), path / "sheet.csv", header

    def says(self, *rows: str) -> Outcome:
        self._path.write_text(self._header + "".join(f"{row}\n" for row in rows), encoding="utf-8")
        return import_csv(self._path, self.store)

    @property
    def visits(self) -> dict[str, str | None]:
        return {one.slug: one.during for one in Diary(self.store).find(kind="visit") if one.counts}


@pytest.fixture
def trips(tmp_path: Path) -> Sheet:
    return Sheet(tmp_path, TRIP)


@pytest.fixture
def plans(tmp_path: Path) -> Sheet:
    return Sheet(tmp_path, PLAN)


TOUR = "asia-tour,visit,held,2025-04-14/2025-04-18,President Xi Jinping (CN),{},{},2025-04-19"
VISITS = {"asia-tour-vn": "asia-tour", "asia-tour-la": "asia-tour"}


class TestTrips:
    def test_several_hosts_are_visits_of_one_trip(self, trips: Sheet) -> None:
        outcome = trips.says(TOUR.format("Vietnam; Laos", "Hanoi; Vientiane"))
        assert (outcome.taken, outcome.read) == (1, 1)
        diary = Diary(trips.store)
        (trip,) = diary.find(kind="trip")
        assert (trip.slug, trip.kind, trip.when) == ("asia-tour", Kind.TRIP, When("2025-04-14/2025-04-18"))
        assert trips.visits == VISITS
        assert [(one.place, one.host and one.host.code) for one in diary.parts_of("asia-tour")] == [
            ("Vientiane", "LA"),
            ("Hanoi", "VN"),
        ]

    def test_nobody_is_said_to_be_in_two_places(self, trips: Sheet) -> None:
        trips.says(TOUR.format("Vietnam; Laos", ""))
        assert replay(Discrepancies(), trips.store) == []

    def test_a_day_is_as_exact_for_each_visit(self, trips: Sheet) -> None:
        trips.says("day,visit,held,2025-04-14,Xi Jinping (CN),VN; LA,,2025-04-19")
        assert {one.when for one in Diary(trips.store).find(kind="visit")} == {When("2025-04-14")}

    def test_the_same_sheet_again_says_nothing_new(self, trips: Sheet) -> None:
        row = TOUR.format("Vietnam; Laos; Sergei Orlov (LA)", "")
        trips.says(row)
        position = trips.store.position()
        assert trips.says(row).unchanged == 1
        assert trips.store.position() == position

    @pytest.mark.parametrize("named", ["asia-tour", ""])
    def test_a_host_that_comes_or_goes_is_one_visit_more_or_less(self, trips: Sheet, named: str) -> None:
        row = TOUR.replace("asia-tour", named)
        trips.says(row.format("Vietnam; Laos", ""))
        trips.says(row.format("Vietnam; Laos; Cambodia", ""))
        assert sorted(slug[-2:] for slug in trips.visits) == ["kh", "la", "vn"]
        trips.says(row.format("Vietnam; Cambodia", ""))
        assert sorted(slug[-2:] for slug in trips.visits) == ["kh", "vn"]
        assert len(Diary(trips.store).find(kind="trip")) == 1

    def test_a_trip_that_was_one_visit_is_one_visit(self, trips: Sheet) -> None:
        trips.says(TOUR.format("Vietnam; Laos", ""))
        trips.says(TOUR.format("Vietnam", ""))
        assert trips.visits == {"asia-tour": None}

    def test_what_becomes_of_a_trip_becomes_of_its_visits(self, trips: Sheet) -> None:
        planned = "tour,visit,{},2025-04,Xi Jinping (CN),VN; LA,,{}"
        trips.says(planned.format("planned", "2025-03-01"))
        trips.says(planned.format("called off", "2025-03-10"))
        assert {one.status for one in Diary(trips.store).find()} == {Status.CANCELLED}

    @pytest.mark.parametrize(
        ("hosts", "place", "reason"),
        [
            ("Vietnam; Laos", "Hanoi; Vientiane; Phnom Penh", "2 places"),
            ("Vietnam; Laos; Sergei Lavrov (RU)", "", "Sergei Lavrov"),
            ("Vietnam; Narnia", "", "Narnia"),
        ],
    )
    def test_what_fits_no_host_is_rejected(self, trips: Sheet, hosts: str, place: str, reason: str) -> None:
        outcome = trips.says(TOUR.format(hosts, place))
        assert outcome.rejected
        assert reason in str(outcome.rejected)
        assert trips.store.position() == 0


PUTIN = "putin,visit,{},{},2026-05,Vladimir Putin (RU),CN,{}"


class TestDenials:
    @pytest.mark.parametrize("word", ["denied", "Denied", "démenti", "否认", "опровергнуто", "disangkal"])
    def test_a_denial_is_a_word_for_the_status(self, plans: Sheet, word: str) -> None:
        plans.says(PUTIN.format(word, "no such visit is on the agenda", "2026-01-02"))
        (visit,) = Diary(plans.store).find()
        assert (visit.status, visit.conflicts) == (Status.PLANNED, (Conflict.DENIED,))
        assert plans.says(PUTIN.format(word, "no such visit is on the agenda", "2026-01-02")).unchanged == 1

    def test_a_plan_that_was_denied_goes_on_or_is_denied_no_more(self, plans: Sheet) -> None:
        plans.says(PUTIN.format("planned", "", "2026-01-01"))
        plans.says(PUTIN.format("denied", "", "2026-01-02"))
        (denied,) = Diary(plans.store).find()
        assert denied.conflicts == (Conflict.DENIED,)
        plans.says(PUTIN.format("planned", "", "2026-01-02"))
        (planned,) = Diary(plans.store).find()
        assert planned.conflicts == ()
        plans.says(
            PUTIN.format("denied", "", "2026-01-03"),
        )
        plans.says(PUTIN.format("confirmed", "", "2026-01-04"))
        (confirmed,) = Diary(plans.store).find()
        assert (confirmed.status, confirmed.conflicts) == (Status.CONFIRMED, (Conflict.DENIED,))


class TestReasons:
    @pytest.mark.parametrize("status", ["postponed", "cancelled"])
    def test_a_reason_is_told_and_put_right(self, plans: Sheet, status: str) -> None:
        plans.says(PUTIN.format("planned", "", "2026-01-01"))
        plans.says(PUTIN.format(status, "ilness", "2026-01-02"))
        assert Diary(plans.store).find()[0].reason == "ilness"
        plans.says(PUTIN.format(status, "illness", "2026-01-02"))
        assert Diary(plans.store).find()[0].reason == "illness"
        assert plans.says(PUTIN.format(status, "illness", "2026-01-02")).unchanged == 1

    @pytest.mark.parametrize("status", ["planned", "confirmed", ""])
    def test_what_stands_has_no_reason(self, plans: Sheet, status: str) -> None:
        outcome = plans.says(PUTIN.format(status, "illness", "2026-01-02"))
        assert "reason is 'illness'" in str(outcome.rejected)
