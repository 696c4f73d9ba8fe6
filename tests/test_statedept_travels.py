"""Travels of presidents and secretaries of state: what a row becomes, and three published snapshots of the lists."""

from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from xml.sax.saxutils import escape

import attrs
import pendulum
import pytest
from defusedxml import ElementTree
from hypothesis import given
from hypothesis import strategies as st

from diplocal.errors import InvalidValue, OlderEdition, UnreadableInput
from diplocal.events import Corrected, NoLongerListed, VisitConcluded
from diplocal.importers.outcome import Outcome
from diplocal.importers.statedept.importer import import_travels, import_visits
from diplocal.importers.statedept.printed import UNITED_STATES
from diplocal.importers.statedept.trips import TripRow, event_of, read_trips, row_of, slug_of
from diplocal.parties import Person, Rank, Tenure
from diplocal.projections import AllEngagements
from diplocal.replaying import replay
from diplocal.store import MemoryStore

DAY = pendulum.Date(2018, 3, 12)


def trip(**said: str) -> str:
    """Write a row: what was not said is as in the first of Root's."""
    row = {
        "role": "secretary",
        "name": "Elihu Root",
        "start": "1906-07-27",
        "end": "1906-08-07",
        "id": "brazil",
        "label": "Brazil",
        "locale": "Rio de Janeiro, Santos",
        "remarks": "Official visit.",
        **said,
    }
    text = {name: escape(value) for name, value in row.items()}
    return (
        f'<trip who="x" role="{text["role"]}"><id>1</id><role>{text["role"]}</role><name>{text["name"]}</name>'
        f"<start-date>{text['start']}</start-date><end-date>{text['end']}</end-date>"
        f'<country id="{text["id"]}">{text["label"]}</country><locale>{text["locale"]}</locale>'
        f"<remarks>{text['remarks']}</remarks></trip>"
    )


NIXON = trip(
    role="president",
    name="Richard M. Nixon",
    start="1972-02-21",
    end="1972-02-28",
    id="china",
    label="China, People’s Republic of",
    locale="Peking, Hangchow, Shanghai",
    remarks="State visit.",
)
LEGS = [
    trip(start="1974-05-02", end="1974-05-03", id="israel", label="Israel", locale="Jerusalem"),
    trip(start="1974-05-03", end="1974-05-04", id="syria", label="Syria", locale="Damascus"),
    trip(start="1974-05-04", end="1974-05-06", id="israel", label="Israel", locale="Jerusalem"),
]


def snapshot(folder: Path, *rows: str) -> Path:
    lists = folder / "secretary-travels"
    lists.mkdir(parents=True, exist_ok=True)
    (lists / "all.xml").write_text(f"<trips>{''.join(rows)}</trips>", encoding="utf-8")
    (folder / "presidents").mkdir(exist_ok=True)
    (folder / "presidents" / "presidents.xml").write_text("<presidents><president/></presidents>", encoding="utf-8")
    return folder


def imported(store: MemoryStore, folder: Path, *rows: str, day: pendulum.Date = DAY) -> Outcome:
    return import_travels(snapshot(folder, *rows), store, reported=day)


def the_event(folder: Path, row: str) -> VisitConcluded:
    store = MemoryStore()
    assert imported(store, folder, row).taken == 1
    (record,) = store.read()
    assert isinstance(record.event, VisitConcluded)
    return record.event


class TestARow:
    def test_becomes_a_visit_of_somebody_in_office_to_the_country(self, tmp_path: Path) -> None:
        visit = the_event(tmp_path, NIXON)
        (nixon,) = visit.visitors
        assert isinstance(nixon, Person)
        assert (str(nixon), nixon.party, visit.host.code) == ("President Richard M. Nixon", UNITED_STATES, "CN")
        assert (visit.when.edtf, visit.place, visit.level.value, str(visit.reported), visit.engagement) == (
            "1972-02-21/1972-02-28",
            "Peking, Hangchow, Shanghai",
            "state",
            "2018-03-12",
            "richard-m-nixon-to-china-1972-02-21",
        )

    @pytest.mark.parametrize(
        ("said", "rank", "tenure"),
        [
            ({}, Rank.FOREIGN_MINISTER, Tenure.FULL),
            ({"role": "president"}, Rank.HEAD_OF_STATE, Tenure.FULL),
            (
                {"role": "president", "remarks": "Vacation. [Visit made as President-elect.]"},
                Rank.HEAD_OF_STATE,
                Tenure.ELECT,
            ),
            (
                {"role": "president", "remarks": "Met with President-elect de la Madrid."},
                Rank.HEAD_OF_STATE,
                Tenure.FULL,
            ),
        ],
    )
    def test_says_from_which_office_somebody_travelled(
        self, tmp_path: Path, said: dict[str, str], rank: Rank, tenure: Tenure
    ) -> None:
        (person,) = the_event(tmp_path, trip(**said)).visitors
        assert isinstance(person, Person)
        assert person.office
        assert (person.office.rank, person.office.tenure) == (rank, tenure)

    @pytest.mark.parametrize(
        ("said", "reason"),
        [
            ({"role": "ambassador"}, "role is 'ambassador': expected one of president, secretary"),
            ({"name": ""}, "visitor is ''"),
            ({"id": "atlantis"}, "country id is 'atlantis'"),
            ({"start": "1906-7-27"}, "start-date is '1906-7-27'"),
            ({"end": "1906-07-26"}, "end-date is '1906-07-26': expected a day on or after the start"),
        ],
    )
    def test_that_cannot_be_read_is_rejected_and_the_others_are_taken(
        self, tmp_path: Path, said: dict[str, str], reason: str
    ) -> None:
        outcome = imported(MemoryStore(), tmp_path, trip(**said), NIXON)
        assert (outcome.read, outcome.taken) == (2, 1)
        assert outcome.rejected[0].place == "all.xml, trip 1"
        assert outcome.rejected[0].reason.startswith(reason)

    def test_of_another_element_is_counted_and_another_list_is_noted(self, tmp_path: Path) -> None:
        outcome = imported(MemoryStore(), tmp_path, NIXON, "<journey/>")
        assert (outcome.read, outcome.taken) == (2, 1)
        assert [str(row) for row in outcome.rejected] == ["all.xml, trip 2: row is '<journey>': expected <trip>"]
        assert [str(row) for row in outcome.noted] == ["presidents.xml: it is a list of <presidents>, not of <trips>"]

    def test_of_no_list_of_trips_is_refused(self, tmp_path: Path) -> None:
        with pytest.raises(UnreadableInput, match="found none"):
            imported(MemoryStore(), tmp_path)

    def test_of_the_other_list_comes_back_from_no_event_of_this(self, tmp_path: Path) -> None:
        with pytest.raises(InvalidValue, match="the row as this importer keeps it"):
            row_of(the_event(tmp_path, NIXON).evolve(note="Listed as: President Duda\nFrom: Poland [poland]"))


TEXTS = st.text(st.characters(codec="utf-8", exclude_categories=["C", "Z"]) | st.just(" "), max_size=30).map(
    lambda text: " ".join(text.split())
)
TRIPS = st.builds(
    lambda name, role, start, days, country, locale, remarks: TripRow(
        source="all.xml, trip 1",
        start=start,
        end=start.add(days=days),
        visitor=name,
        country_id=country[0],
        country_label=country[1],
        description="\n".join(filter(None, (locale, remarks))),
        role=role,
        locale=locale,
        remarks=remarks,
    ),
    TEXTS.filter(bool),
    st.sampled_from(["president", "secretary"]),
    st.dates(pendulum.Date(1866, 1, 1), pendulum.Date(2030, 1, 1)).map(
        lambda day: pendulum.Date(day.year, day.month, day.day)
    ),
    st.integers(0, 40),
    st.sampled_from(
        [("israel", "Israel"), ("china", "China, People’s Republic of"), ("korea-south", "Korea, [South]")]
    ),
    TEXTS,
    TEXTS,
)


@given(TRIPS)
def test_a_row_comes_back_from_its_event_as_it_was_printed(row: TripRow) -> None:
    back = row_of(event_of(row, slug_of(row), DAY))
    assert back == attrs.evolve(row, source="the log")


class TestSnapshots:
    def test_legs_that_share_a_day_are_visits_of_their_own(self, tmp_path: Path) -> None:
        store = MemoryStore()
        assert imported(store, tmp_path, *LEGS).taken == 3
        days = sorted(one.when.edtf for one in replay(AllEngagements(), store) if one.when)
        assert days == ["1974-05-02/1974-05-03", "1974-05-03/1974-05-04", "1974-05-04/1974-05-06"]

    def test_a_leg_that_is_listed_twice_is_one(self, tmp_path: Path) -> None:
        outcome = imported(MemoryStore(), tmp_path, NIXON, NIXON)
        assert (outcome.taken, outcome.unchanged) == (1, 1)

    @pytest.mark.parametrize(
        "said",
        [
            {"name": "Elihu Roott"},
            {"end": "1906-08-09"},
            {"id": "argentina", "label": "Argentina"},
            {"locale": "Rio"},
            {"remarks": "Attended a conference."},
        ],
    )
    def test_a_row_that_was_put_right_corrects_its_visit(self, tmp_path: Path, said: dict[str, str]) -> None:
        store = MemoryStore()
        imported(store, tmp_path, trip(), NIXON)
        outcome = imported(store, tmp_path, trip(**said), NIXON, day=DAY.add(years=1))
        assert (outcome.corrected, outcome.unchanged) == (1, 1)
        (correction,) = [record.event for record in store.read(after=2)]
        assert isinstance(correction, Corrected)
        assert str(correction.right.reported) == "2018-03-12"
        assert len(list(replay(AllEngagements(), store))) == 2

    def test_a_row_that_is_gone_is_no_longer_listed(self, tmp_path: Path) -> None:
        store, panama = MemoryStore(), trip(start="1906-09-21", end="1906-09-23", id="panama", label="Panama")
        imported(store, tmp_path, trip(), panama, NIXON)
        imported(store, tmp_path, panama, NIXON, day=DAY.add(years=1))
        assert [type(record.event) for record in store.read(after=3)] == [NoLongerListed]

    def test_a_list_of_presidents_says_nothing_of_secretaries_and_comes_at_its_own_time(self, tmp_path: Path) -> None:
        store, later = MemoryStore(), DAY.add(years=1)
        imported(store, tmp_path, trip(), day=later)
        outcome = imported(store, tmp_path, NIXON, day=DAY)
        assert (outcome.taken, outcome.noted[1:]) == (1, ())
        assert [type(record.event) for record in store.read()] == [VisitConcluded] * 2
        assert imported(store, tmp_path, trip(), NIXON, day=later).unchanged == 2
        with pytest.raises(OlderEdition):
            imported(store, tmp_path, trip(), day=DAY)

    def test_an_older_snapshot_is_refused(self, tmp_path: Path) -> None:
        store = MemoryStore()
        imported(store, tmp_path, trip(), NIXON)
        with pytest.raises(OlderEdition):
            imported(store, tmp_path, NIXON, day=DAY.subtract(years=1))

    def test_the_two_lists_know_nothing_of_each_other(self, tmp_path: Path) -> None:
        store = MemoryStore()
        imported(store, tmp_path / "travels", NIXON, day=DAY.add(years=2))
        visits = tmp_path / "visits"
        visits.mkdir()
        (visits / "2010.xml").write_text(
            "<visits><visit><start-date>2016-03-31</start-date><end-date>2016-03-31</end-date><visitor>President Duda"
            '</visitor><from id="poland">Poland</from><description/></visit></visits>',
            encoding="utf-8",
        )
        assert import_visits(visits, store, reported=DAY).taken == 1
        assert store.position() == 2


def printed_rows(folder: Path) -> Iterator[tuple[str, ...]]:
    """Read a snapshot with nothing of ours."""
    for file in sorted(folder.glob("*-travels/*.xml")):
        for row in ElementTree.parse(file).getroot():
            text = {part.tag: " ".join((part.text or "").split()) for part in row}
            yield text["name"], text["country"], text["start-date"], text["end-date"], text["locale"]


class TestPublishedSnapshots:
    @pytest.fixture(scope="class")
    @staticmethod
    def whole(shared_data: Path) -> tuple[MemoryStore, list[Outcome], list[Path]]:
        store, folders = MemoryStore(), sorted((shared_data / "statedept" / "travels").iterdir())
        return (
            store,
            [import_travels(one, store, reported=pendulum.Date.fromisoformat(one.name)) for one in folders],
            folders,
        )

    def test_account_for_every_row(self, whole: tuple[MemoryStore, list[Outcome], list[Path]]) -> None:
        _, outcomes, folders = whole
        assert [one.read for one in outcomes] == [len(list(printed_rows(folder))) for folder in folders]
        assert [(one.taken, one.corrected) for one in outcomes] == [(3802, 0), (124, 32), (1, 2)]
        assert not any(one.rejected or one.ambiguous for one in outcomes)

    def test_are_understood_as_the_last_prints_them(self, whole: tuple[MemoryStore, list[Outcome], list[Path]]) -> None:
        store, _, folders = whole
        expected = Counter(set(printed_rows(folders[-1])))
        visits = [one for one in replay(AllEngagements(), store) if one.when]
        found = Counter(
            (one.people[0].name, str(one.host), str(one.when.earliest), str(one.when.latest), one.place or "")
            for one in visits
            if one.when
        )
        assert found == expected

    def test_come_back_row_by_row(self, shared_data: Path) -> None:
        for folder in (shared_data / "statedept" / "travels").iterdir():
            for row in read_trips(folder)[0]:
                back = row_of(event_of(row, slug_of(row), DAY))
                assert back == attrs.evolve(row, source="the log")
