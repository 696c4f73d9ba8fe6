"""The tracks of ships and aircraft around Japan: which of them are one patrol, and what a later release changes."""

import csv
import re
from collections import Counter, defaultdict
from itertools import pairwise
from pathlib import Path
from typing import Any

import pendulum
import pytest

from diplocal.errors import OlderEdition, UnreadableInput
from diplocal.events import Corrected, NoLongerListed, PatrolConducted, ReportAttached
from diplocal.importers.outcome import Outcome
from diplocal.importers.plapaths.importer import import_pla_paths
from diplocal.projections import ConductedPatrol, Patrols, PatrolsSeen
from diplocal.replaying import replay
from diplocal.store import MemoryStore

COLUMNS = [
    *("src", "country", "id_num", "id_content", "data", "unique_labels"),
    *("file_name", "urls", "first_page_content", "if_宮古海峽"),
]


def row(release: str, content: str, *, country: str = "china", data: str = "ship", **other: str) -> dict[str, str]:
    return {
        "src": release,
        "country": country,
        "id_num": f"${release}/{content}$",
        "id_content": content,
        "data": data,
        "unique_labels": "['Type 054A']",
        "file_name": f"{release}.pdf",
        "urls": f"https://example.org/{release}.pdf",
        "first_page_content": "",
        "if_宮古海峽": "",
        **other,
    }


def sheet(folder: Path, *rows: dict[str, str]) -> Path:
    file = folder / "tracks.csv"
    with file.open("w", encoding="utf-8", newline="") as out:
        writer = csv.DictWriter(out, COLUMNS)
        writer.writeheader()
        writer.writerows(rows)
    return file


def counts(outcome: Outcome) -> tuple[int, int, int, int, int]:
    return (
        outcome.taken,
        outcome.unchanged,
        outcome.corrected,
        len(outcome.ambiguous),
        len(outcome.rejected),
    )


def seen(store: MemoryStore, **asked: Any) -> PatrolsSeen:
    return replay(Patrols(), store, **asked)


def days(store: MemoryStore, **asked: Any) -> list[str]:
    return [patrol.when.edtf for patrol in seen(store, **asked).chosen()]


FIRST = row("p20230524_04", "5/24_054A（515）")
AGAIN = row("p20230525_03", "5/24_054A（515）")
NEXT_DAY = row("p20230525_03", "5/25_054A（舷號「515」）")
FLIGHT = row("p20230606_02", "H-6", data="flight", first_page_content="令和５年６月６日。６月６日（火）午前。緊急発進")
RUSSIAN = row("p20230606_02", "Tu-95", country="russia", data="flight", first_page_content=FLIGHT["first_page_content"])


class TestOnePatrol:
    def test_shapes_of_one_track_are_one(self, tmp_path: Path) -> None:
        store = MemoryStore()
        assert counts(import_pla_paths(sheet(tmp_path, FIRST, FIRST), store)) == (2, 0, 0, 0, 0)
        assert days(store) == ["2023-05-24"]

    def test_a_ship_that_is_seen_again_on_the_next_day_is_still_on_it(self, tmp_path: Path) -> None:
        store = MemoryStore()
        assert counts(import_pla_paths(sheet(tmp_path, FIRST, AGAIN, NEXT_DAY), store)) == (1, 1, 1, 0, 0)
        assert days(store) == ["2023-05-24/2023-05-25"]
        assert days(store, reported_by=pendulum.Date(2023, 5, 24)) == ["2023-05-24"]

    def test_a_ship_that_is_seen_again_after_a_day_without_a_sighting_is_on_another(self, tmp_path: Path) -> None:
        store = MemoryStore()
        import_pla_paths(sheet(tmp_path, FIRST, row("p20230526_01", "5/26_054A（515）")), store)
        assert days(store) == ["2023-05-24", "2023-05-26"]

    def test_another_ship_on_the_next_day_is_on_another_unless_one_release_tells_of_both(self, tmp_path: Path) -> None:
        apart, together = MemoryStore(), MemoryStore()
        import_pla_paths(sheet(tmp_path, FIRST, row("p20230525_03", "5/25_054A（578）")), apart)
        assert days(apart) == ["2023-05-24", "2023-05-25"]
        import_pla_paths(sheet(tmp_path, AGAIN, row("p20230525_03", "5/25_054A（578）")), together)
        assert days(together) == ["2023-05-24/2023-05-25"]

    def test_the_same_told_once_more_is_one_more_source(self, tmp_path: Path) -> None:
        store = MemoryStore()
        assert counts(import_pla_paths(sheet(tmp_path, FIRST, AGAIN), store)) == (1, 1, 0, 0, 0)
        assert [type(record.event) for record in store.read()] == [PatrolConducted, ReportAttached]

    def test_an_address_in_a_row_numbers_no_ship_and_no_day(self, tmp_path: Path) -> None:
        store, address = MemoryStore(), "（按：初版可見https://example.org/js/pdf/2023/p20230410_01.pdf）"
        apart = [row("p20230525_03", f"5/{day}_054A（{ship}）{address}") for day, ship in ((20, 515), (24, 578))]
        joined = row("p20230526_01", f"5/25_054A（515）{address}")
        assert counts(import_pla_paths(sheet(tmp_path, *apart, joined), store)) == (3, 0, 0, 0, 0)
        assert days(store) == ["2023-05-20", "2023-05-24", "2023-05-25"]

    def test_two_states_in_one_release_flew_together_when_it_says_so(self, tmp_path: Path) -> None:
        apart, together = MemoryStore(), MemoryStore()
        import_pla_paths(sheet(tmp_path, FLIGHT, RUSSIAN), apart)
        assert [patrol.codes for patrol in seen(apart).chosen()] == [("CN",), ("RU",)]
        text = FLIGHT["first_page_content"] + "共同飛行"
        joint = [{**one, "first_page_content": text} for one in (FLIGHT, RUSSIAN)]
        import_pla_paths(sheet(tmp_path, *joint), together)
        assert [patrol.codes for patrol in seen(together).chosen()] == [("CN", "RU")]


class TestReading:
    @pytest.mark.parametrize(
        ("release", "content", "when"),
        [
            ("p20220801_02", "7/31_054A（599）", "2022-07-31"),
            ("p20220803_03", "7/3122時台（北上）_056A（615）", "2022-07-31"),
            ("p20220803_03", "7/22(南下)、7/27(北上)_056A（615）", "2022-07-22/2022-07-27"),
            ("p20220929_03", "9/28～29_055（101）", "2022-09-28/2022-09-29"),
            ("p20221004_04", "10/3、4_815（796）", "2022-10-03/2022-10-04"),
            ("p20221129_01", "11/28-29_054A（577）", "2022-11-28/2022-11-29"),
            ("p20230102_01", "⑮12月31日（六）晚間8時左右；220km；（16）", "2022-12-31"),
            ("p20230102_01", "12/17~12/31。（16）", "2022-12-17/2022-12-31"),
        ],
    )
    def test_the_day_on_which_it_was_observed(self, tmp_path: Path, release: str, content: str, when: str) -> None:
        store = MemoryStore()
        import_pla_paths(sheet(tmp_path, row(release, content)), store)
        assert days(store) == [when]

    def test_where_a_row_names_no_day_it_is_the_first_that_its_release_tells_of(self, tmp_path: Path) -> None:
        store = MemoryStore()
        import_pla_paths(sheet(tmp_path, FLIGHT), store)
        assert days(store) == ["2023-06-06"]

    def test_a_release_that_tells_of_scrambles_makes_a_reaction_and_no_other_does(self, tmp_path: Path) -> None:
        store = MemoryStore()
        import_pla_paths(sheet(tmp_path, FLIGHT, FIRST), store)
        assert [one.patrol.when.edtf for one in seen(store).scrambles()] == ["2023-06-06"]
        assert seen(store).answered_by() == {"JP": 1}

    def test_a_row_that_names_ships_of_two_states_and_says_one_can_be_read_in_two_ways(self, tmp_path: Path) -> None:
        store = MemoryStore()
        outcome = import_pla_paths(sheet(tmp_path, row("p20220929_03", "9/28_中國（101）；俄國（543）")), store)
        assert counts(outcome) == (0, 0, 0, 1, 0)
        assert store.position() == 0

    @pytest.mark.parametrize(
        ("field", "value"),
        [
            ("country", "japan"),
            ("data", "submarine"),
            ("file_name", "release.pdf"),
            ("file_name", "p20231301_01.pdf"),
            ("urls", "0"),
            ("urls", "javascript:alert(1)"),
            ("unique_labels", r"['H-6\x00']"),
            ("id_num", "$\x1b$"),
            ("id_content", "054A（515）"),
            ("id_content", "13/1_054A（515）"),
            ("unique_labels", "Type 054A"),
            ("unique_labels", "[1]"),
        ],
    )
    def test_a_row_that_cannot_be_read_is_rejected_with_its_reason(
        self, tmp_path: Path, field: str, value: str
    ) -> None:
        store = MemoryStore()
        outcome = import_pla_paths(sheet(tmp_path, FIRST, {**AGAIN, field: value}), store)
        assert counts(outcome) == (1, 0, 0, 0, 1)
        (rejected,) = outcome.rejected
        assert rejected.place == "row 3"
        assert field in rejected.reason

    def test_a_row_with_more_cells_than_columns_is_rejected(self, tmp_path: Path) -> None:
        file = sheet(tmp_path, FIRST)
        file.write_text(file.read_text(encoding="utf-8").rstrip() + ",one,more\n", encoding="utf-8")
        (rejected,) = import_pla_paths(file, MemoryStore()).rejected
        assert "expected no more cells than the first row has columns" in rejected.reason

    def test_a_file_that_is_another_is_refused_whole(self, tmp_path: Path) -> None:
        other = tmp_path / "other.csv"
        other.write_text("date,who\n2023,CN\n", encoding="utf-8")
        with pytest.raises(UnreadableInput, match="first_page_content"):
            import_pla_paths(other, MemoryStore())
        other.write_bytes(b"\xff\xfe\x00")
        with pytest.raises(UnreadableInput, match="UTF-8"):
            import_pla_paths(other, MemoryStore())


def test_patrols_are_marked_for_an_audience(tmp_path: Path) -> None:
    store = MemoryStore()
    import_pla_paths(sheet(tmp_path, FIRST), store, audience="internal")
    assert [record.audience for record in store.read()] == ["internal"]


class TestAgain:
    def test_the_same_file_changes_nothing(self, tmp_path: Path) -> None:
        store, file = MemoryStore(), sheet(tmp_path, FIRST, AGAIN, NEXT_DAY, FLIGHT)
        import_pla_paths(file, store)
        before = store.position()
        assert counts(import_pla_paths(file, store)) == (0, 4, 0, 0, 0)
        assert store.position() == before

    def test_a_file_that_goes_on_says_the_same_as_one_that_had_it_all(self, tmp_path: Path) -> None:
        bit_by_bit, at_once = MemoryStore(), MemoryStore()
        import_pla_paths(sheet(tmp_path, FIRST), bit_by_bit)
        assert counts(import_pla_paths(sheet(tmp_path, FIRST, AGAIN, NEXT_DAY), bit_by_bit)) == (0, 2, 1, 0, 0)
        import_pla_paths(sheet(tmp_path, FIRST, AGAIN, NEXT_DAY), at_once)
        assert [record.id for record in bit_by_bit.read()] == [record.id for record in at_once.read()]

    def test_a_row_that_was_put_right_corrects_its_patrol(self, tmp_path: Path) -> None:
        store = MemoryStore()
        import_pla_paths(sheet(tmp_path, FIRST), store)
        right = {**FIRST, "id_content": "5/23_054A（515）"}
        assert counts(import_pla_paths(sheet(tmp_path, right), store)) == (0, 0, 1, 0, 0)
        assert days(store) == ["2023-05-23"]
        assert counts(import_pla_paths(sheet(tmp_path, right), store)) == (0, 1, 0, 0, 0)

    def test_a_patrol_that_the_file_drops_is_no_longer_listed_and_one_that_comes_back_is(self, tmp_path: Path) -> None:
        store = MemoryStore()
        import_pla_paths(sheet(tmp_path, FIRST, FLIGHT), store)
        import_pla_paths(sheet(tmp_path, FLIGHT), store)
        import_pla_paths(sheet(tmp_path, FLIGHT), store)
        assert [type(record.event) for record in store.read()].count(NoLongerListed) == 1
        import_pla_paths(sheet(tmp_path, FIRST, FLIGHT), store)
        assert isinstance(list(store.read())[-1].event, ReportAttached)

    def test_a_patrol_whose_row_cannot_be_read_any_more_is_still_listed(self, tmp_path: Path) -> None:
        store = MemoryStore()
        import_pla_paths(sheet(tmp_path, FIRST, FLIGHT), store)
        outcome = import_pla_paths(sheet(tmp_path, {**FIRST, "country": "chnia"}, FLIGHT), store)
        assert counts(outcome) == (0, 1, 0, 0, 1)
        assert store.position() == 3

    def test_a_file_that_ends_before_what_the_log_has_is_an_older_one_and_refused(self, tmp_path: Path) -> None:
        store = MemoryStore()
        import_pla_paths(sheet(tmp_path, {**FIRST, "id_content": "5/23_054A（515）"}, FLIGHT), store)
        before = store.verify()
        with pytest.raises(OlderEdition, match="is of 2023-05-24, and the log has the same list as of 2023-06-06"):
            import_pla_paths(sheet(tmp_path, FIRST), store)
        assert store.verify() == before


@pytest.fixture(scope="module")
def real(shared_data: Path) -> tuple[list[dict[str, str]], MemoryStore, Outcome]:
    file = shared_data / "pla-paths" / "jp_data_cleaned.csv"
    store = MemoryStore()
    outcome = import_pla_paths(file, store)
    with file.open(encoding="utf-8-sig", newline="") as rows:
        return list(csv.DictReader(rows)), store, outcome


class TestTheRealFile:
    """What is expected is counted from the rows, by other means than the importer's."""

    def test_every_row_is_taken_but_the_four_that_call_ships_of_two_states_one_states(self, real: Any) -> None:
        rows, store, outcome = real
        assert outcome.read == len(rows) == 327
        assert counts(outcome) == (172, 107, 44, 4, 0)
        assert [row.place for row in outcome.ambiguous] == ["row 58", "row 307", "row 308", "row 309"]
        corrections = Counter(type(record.event) for record in store.read())[Corrected]
        assert 0 < corrections < outcome.corrected

    def test_the_joint_patrols_are_those_that_the_ministry_told_of(self, real: Any) -> None:
        _, store, _ = real
        joint = [(p.when.edtf, p.domains[0].value) for p in seen(store).chosen(pair=("CN", "RU"))]
        assert joint == [
            ("2022-09-03/2022-09-04", "sea"),
            ("2022-11-30", "air"),
            ("2023-06-06", "air"),
            ("2023-06-07", "air"),
            ("2023-07-18/2023-07-23", "sea"),
            ("2023-07-28/2023-07-29", "sea"),
            ("2023-08-15/2023-08-17", "sea"),
        ]

    def test_flights_by_month_are_the_releases_that_tell_of_them(self, real: Any) -> None:
        rows, store, _ = real
        told = {
            (r["file_name"][1:7], r["file_name"], "CN+RU" if "共同飛行" in r["first_page_content"] else r["country"])
            for r in rows
            if r["data"] == "flight"
        }
        expected = Counter(f"{month[:4]}-{month[4:]}" for month, _, _ in told)
        flights = PatrolsSeen({p.slug: p for p in seen(store) if p.domains[0].value == "air"})
        found: Counter[str | None] = Counter()
        for count in flights.by("month"):
            found[count.period] += count.count
        assert found == expected
        assert sum(expected.values()) == 23

    def test_japan_scrambled_to_every_flight_and_to_what_ships_sent_up(self, real: Any) -> None:
        _, store, _ = real
        assert {patrol.domains[0].value for patrol in seen(store) if not patrol.reactions} == {"sea"}
        ships = [one for one in seen(store) if one.reactions and one.domains[0].value == "sea"]
        assert [one.when.edtf for one in sorted(ships, key=lambda one: one.slug)] == [
            "2022-12-15/2023-01-01",
            "2023-04-07/2023-04-24",
            "2023-06-29/2023-06-30",
        ]
        assert seen(store).answered_by() == {"JP": 23 + len(ships)}

    def test_survey_ships_are_on_as_many_patrols_as_their_days_make_runs(self, real: Any) -> None:
        rows, store, _ = real
        alone = "['815型東調級電子偵察船']"
        days_of: defaultdict[str, set[pendulum.Date]] = defaultdict(set)
        for r in rows:
            if r["unique_labels"] == alone:
                published = pendulum.Date.fromisoformat(r["file_name"][1:9])
                (ship,) = set(re.findall(r"7[0-9]{2}", r["id_content"].partition("_")[2]))
                month, first, last = re.findall(r"(\d+)/(\d+)(?:[、～-](\d+)_)?", r["id_content"])[0]
                for day in range(int(first), int(last or first) + 1):
                    days_of[ship].add(pendulum.Date(published.year, int(month), day))
        runs = 0
        for observed in days_of.values():
            ordered = sorted(observed)
            runs += 1 + sum(later.diff(day).in_days() > 1 for day, later in pairwise(ordered))
        spies = [patrol for patrol in seen(store).chosen(state="CN") if "815型東調級電子偵察船" in patrol.craft]
        spies = [patrol for patrol in spies if not patrol.is_joint]
        assert len(spies) == runs

    def test_every_release_is_a_source_of_a_patrol_of_the_forces_that_it_tells_of(self, real: Any) -> None:
        rows, store, _ = real
        patrols, by_url = seen(store).patrols, defaultdict[str, list[ConductedPatrol]](list)
        for record in store.read():
            for source in record.event.sources:
                by_url[source.url or ""].append(patrols[record.stream])
        for r in rows:
            domain = {"ship": "sea", "flight": "air"}[r["data"]]
            states = {"china": {"CN"}, "russia": {"RU"}, "both": {"CN", "RU"}}[r["country"]]
            assert any(domain == p.domains[0].value and states <= set(p.codes) for p in by_url[r["urls"]]), r["order"]


@pytest.mark.parametrize(("release", "day", "taken"), [("p20230102_01", "12/30", 1), ("p20220801_02", "8/2", 0)])
def test_a_day_is_of_the_year_before_at_the_turn_of_a_year_alone(
    tmp_path: Path, release: str, day: str, taken: int
) -> None:
    outcome = import_pla_paths(sheet(tmp_path, row(release, f"{day}_054A（515）")), MemoryStore())
    assert (outcome.taken, [day in str(one) for one in outcome.rejected]) == (taken, [] if taken else [True])
