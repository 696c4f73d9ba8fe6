from collections import Counter
from itertools import combinations
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from diplocal.importers.statedept.levels import read_levels, read_purposes
from diplocal.importers.statedept.rows import read_folder
from diplocal.levels import Level, Purpose


class TestLevels:
    @pytest.mark.parametrize(
        ("description", "levels"),
        [
            ("State visit.", [Level.STATE]),
            ("STATE VISIT; visited New York City.", [Level.STATE]),
            ("Official State visit.", [Level.STATE]),
            ("Official visit (Camp David summit talks).", [Level.OFFICIAL]),
            ("Official select visit in Crawford, Texas.", [Level.OFFICIAL]),
            ("Official Working Visit at Mar-a-Lago, Florida.", [Level.OFFICIAL_WORKING]),
            ("Offical working visit.", [Level.OFFICIAL_WORKING]),
            ("Working visit", [Level.WORKING]),
            ("Included working visit at Rancho Mirage.", [Level.WORKING]),
            ("Guest of U.S. Government.", [Level.GUEST_OF_GOVERNMENT]),
            ("Visited Washington as guest of the government.", [Level.GUEST_OF_GOVERNMENT]),
            ("Presidential guest.", [Level.GUEST_OF_GOVERNMENT]),
            ("Unofficial courtesy call.", [Level.UNOFFICIAL]),
            ("Unoffical visit.", [Level.UNOFFICIAL]),
            ("Informal, unofficial visit.", [Level.UNOFFICIAL, Level.INFORMAL]),
            ("Informal working visit.", [Level.WORKING, Level.INFORMAL]),
            ("Informal meeting at Camp David, Md.", [Level.INFORMAL]),
            ("Met privately with President Nixon.", [Level.PRIVATE]),
            ("Visited during a three-week, private visit.", [Level.PRIVATE]),
            ("State visit; visited Williamsburg (private) and Houston.", [Level.STATE, Level.PRIVATE]),
            ("Private visit to Boston. Official Working Visit.", [Level.OFFICIAL_WORKING, Level.PRIVATE]),
            ("Official and private visit.", [Level.OFFICIAL, Level.PRIVATE]),
            ("Transit visit.", [Level.TRANSIT]),
        ],
    )
    def test_are_all_named_in_the_order_of_protocol(self, description: str, levels: list[Level]) -> None:
        assert list(read_levels(description)) == levels

    @pytest.mark.parametrize(
        "description",
        [
            "",
            "Working Lunch.",
            "State Dinner.",
            "Attended working brunch with President Clinton.",
            "Met briefly with Secretary of State Hull.",
            "First visit by a foreign Chief of State or Head of Government.",
            "Met with U.S. officials; visited New York City.",
            "Delivered a message postponing a state visit by King Hassan II.",
            "Afterwards visited Washington State. Visit to Seattle.",
        ],
    )
    def test_are_none_where_the_words_speak_of_something_else(self, description: str) -> None:
        assert read_levels(description) == ()

    def test_of_all_kinds_are_told_apart_in_one_text(self) -> None:
        levels = [Level.STATE, Level.OFFICIAL, Level.OFFICIAL_WORKING, Level.WORKING, Level.INFORMAL, Level.PRIVATE]
        for chosen in (pair for size in range(1, 4) for pair in combinations(levels, size)):
            description = ". ".join(f"{level.value.capitalize()} visit" for level in reversed(chosen))
            assert read_levels(description) == chosen

    @given(st.text())
    def test_come_once_each_and_in_order_whatever_the_text(self, description: str) -> None:
        found = read_levels(description)
        assert list(found) == [level for level in Level if level in found]


class TestPurposes:
    @pytest.mark.parametrize(
        ("description", "purposes"),
        [
            ("Attended the Nuclear Security Summit.", [Purpose.SUMMIT]),
            ("Attended NATO’s 50th Anniversary Summit.", [Purpose.SUMMIT]),
            ("Working visit. Attended NATO Accession ceremony.", [Purpose.CEREMONY]),
            ("Attended signing of the Panama Canal Treaty.", [Purpose.CEREMONY]),
            ("Attended funeral of President Kennedy.", [Purpose.FUNERAL]),
            ("Attended memorial services for former President Truman.", [Purpose.FUNERAL]),
            ("Met with President Bush at the UN General Assembly in New York City.", [Purpose.MARGINS]),
            ("Private visit while attending U.N. General Assembly session.", [Purpose.MARGINS]),
            ("Met with President Clinton at the UN Millenium Summit.", [Purpose.SUMMIT, Purpose.MARGINS]),
            ("Private visit to obtain medical treatment.", [Purpose.MEDICAL]),
            ("Vacationed in Lee (Massachusetts).", [Purpose.HOLIDAY]),
            ("Attended Middle East peace talks.", [Purpose.TALKS]),
            ("Consultations with IBRD; attended Eisenhower funeral.", [Purpose.CONSULTATION, Purpose.FUNERAL]),
        ],
    )
    def test_are_read_from_what_happened(self, description: str, purposes: list[Purpose]) -> None:
        assert list(read_purposes(description)) == purposes

    @pytest.mark.parametrize(
        "description",
        [
            "",
            "Working visit.",
            "Addressed Virginia General Assembly.",
            "First leader to receive a welcoming ceremony on the South Lawn.",
            "Arrived aboard inaugural trans-Arctic flight to Los Angeles.",
        ],
    )
    def test_are_none_where_the_words_speak_of_something_else(self, description: str) -> None:
        assert read_purposes(description) == ()


class TestThePublishedDescriptions:
    def test_name_each_level_so_often_as_their_highest(self, shared_data: Path) -> None:
        rows, _ = read_folder(shared_data / "statedept" / "visits" / "2021-11-18")
        highest = Counter(levels[0] for row in rows if (levels := read_levels(row.description)))
        assert highest == {
            Level.STATE: 173,
            Level.OFFICIAL: 228,
            Level.OFFICIAL_WORKING: 296,
            Level.WORKING: 647,
            Level.GUEST_OF_GOVERNMENT: 33,
            Level.UNOFFICIAL: 28,
            Level.INFORMAL: 124,
            Level.PRIVATE: 483,
        }

    def test_that_say_of_one_level_that_it_is_this_visits_are_read_so(self, shared_data: Path) -> None:
        rows, _ = read_folder(shared_data / "statedept" / "visits" / "2021-11-18")
        for level in (Level.STATE, Level.OFFICIAL, Level.OFFICIAL_WORKING, Level.WORKING, Level.PRIVATE):
            said = [row for row in rows if row.description.lower().startswith(f"{level.value} visit")]
            assert said
            assert all(level in read_levels(row.description) for row in said)
