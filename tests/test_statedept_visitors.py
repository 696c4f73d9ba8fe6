import re
from collections import Counter
from pathlib import Path
from string import ascii_lowercase
from time import perf_counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from diplocal.errors import InvalidValue
from diplocal.importers.statedept.rows import read_folder
from diplocal.importers.statedept.visitors import read_visitors
from diplocal.names.offices import part
from diplocal.names.titles import RANKS, TITLES_BY_RANK
from diplocal.parties import Person, Rank, State, Tenure

FRANCE = State("FR", "France")
TITLES = [title for titles in TITLES_BY_RANK.values() for title in titles]
NAMES = st.sampled_from(
    ["Duda", "Mary McAleese", "Tommy E. Remengesau, Jr.", "Xanana (Jose) Gusmão", "Ch’en", "de Gaulle"]
)
STATE, GOVERNMENT = Rank.HEAD_OF_STATE, Rank.HEAD_OF_GOVERNMENT
NOT_KEPT = {"and", "with", "acting", "interim", "provisional", "elect", "designate"}


def words(text: str) -> Counter[str]:
    return Counter(word for word in re.findall(r"\w+", text.casefold()) if word not in NOT_KEPT)


def only(visitor: str, state: State = FRANCE) -> Person:
    (person,) = read_visitors(visitor, state)
    return person


def title_of(person: Person) -> str | None:
    return person.office.title if person.office else None


def rank_of(person: Person) -> Rank | None:
    return person.office.rank if person.office else None


def offices(visitor: str, state: State = FRANCE) -> list[tuple[str, str | None, Rank | None]]:
    return [(person.name, title_of(person), rank_of(person)) for person in read_visitors(visitor, state)]


def kept(people: tuple[Person, ...]) -> Counter[str]:
    return words(" ".join(f"{title_of(person) or ''} {person.name}" for person in people))


class TestOnePerson:
    @pytest.mark.parametrize(
        ("visitor", "name", "title", "rank"),
        [
            ("President Charles de Gaulle", "Charles de Gaulle", "President", STATE),
            ("Prime Minister Mackenzie King", "Mackenzie King", "Prime Minister", GOVERNMENT),
            ("Prime MinisterHaidar al- Abadi", "Haidar al- Abadi", "Prime Minister", GOVERNMENT),
            ("Presidetn Dmitri Medvedev", "Dmitri Medvedev", "Presidetn", STATE),
            ("Prime Mininster Bohuslav Sobotkin", "Bohuslav Sobotkin", "Prime Mininster", GOVERNMENT),
            ("Prime Minister Sheikh Hasina", "Sheikh Hasina", "Prime Minister", GOVERNMENT),
            ("President Tommy E. Remengesau, Jr.", "Tommy E. Remengesau, Jr.", "President", STATE),
            ("President Benigno S. Aquino, 3rd", "Benigno S. Aquino, 3rd", "President", STATE),
            ("Premier and Prince Sihanouk", "Sihanouk", "Premier and Prince", GOVERNMENT),
            ("Premier & Prince Sihanouk", "Sihanouk", "Premier & Prince", GOVERNMENT),
            ("Prime Minister-Prince Norodom", "Norodom", "Prime Minister and Prince", GOVERNMENT),
            (
                "Premier and Minister of Foreign Affairs Bech",
                "Bech",
                "Premier and Minister of Foreign Affairs",
                GOVERNMENT,
            ),
            ("Chairman of the Presidency Bakir Izetbegovic", "Bakir Izetbegovic", "Chairman of the Presidency", STATE),
            ("Minister of Industry and Trade Lamy", "Lamy", "Minister of Industry and Trade", Rank.MINISTER),
            ("Bech, Prime Minister", "Bech", "Prime Minister", GOVERNMENT),
            ("Emir Isa bin Sulman", "Isa bin Sulman", "Emir", STATE),
            ("Vice Premier Liu He", "Liu He", "Vice Premier", Rank.DEPUTY),
            ("Foreign Minister Wang Yi", "Wang Yi", "Foreign Minister", Rank.FOREIGN_MINISTER),
            ("Secretary-General Jens Stoltenberg", "Jens Stoltenberg", "Secretary-General", Rank.OTHER),
            ("General Omar Torrijos Herrera", "Omar Torrijos Herrera", "General", Rank.OTHER),
        ],
    )
    def test_has_the_title_as_printed_and_its_rank(self, visitor: str, name: str, title: str, rank: Rank) -> None:
        assert offices(visitor) == [(name, title, rank)]

    @pytest.mark.parametrize("visitor", ["Valdas Adamkus", "Sheikh Haya Rashed al-Khalifa", "Kingsley Amis"])
    def test_without_a_title_that_is_known_has_no_office_and_keeps_every_word(self, visitor: str) -> None:
        assert offices(visitor) == [(visitor, None, None)]

    def test_who_is_only_a_title_is_named_by_it(self) -> None:
        assert offices("Prime Minister") == [("Prime Minister", "Prime Minister", Rank.HEAD_OF_GOVERNMENT)]

    def test_represents_the_state_that_they_came_from(self) -> None:
        assert only("President Auriol").party == FRANCE


class TestRanksThatDependOnTheState:
    @pytest.mark.parametrize(
        ("visitor", "code", "rank"),
        [
            ("President Jose Maria Aznar", "ES", Rank.HEAD_OF_GOVERNMENT),
            ("President Ueli Maurer", "CH", Rank.HEAD_OF_STATE),
            ("Federal Chancellor Sebastian Kurz", "AT", Rank.HEAD_OF_GOVERNMENT),
            ("Prince Rainier III", "MC", Rank.HEAD_OF_STATE),
            ("Prince Charles", "GB", Rank.OTHER),
            ("Chairman Aleksei N. Kosygin", "SUHH", Rank.HEAD_OF_GOVERNMENT),
            ("Chairman Ne Win", "BUMM", Rank.HEAD_OF_STATE),
            ("Pope Francis", "VA", Rank.HEAD_OF_STATE),
        ],
    )
    def test_are_those_of_the_office_there(self, visitor: str, code: str, rank: Rank) -> None:
        assert offices(visitor, State(code))[0][2] is rank


class TestTenure:
    @pytest.mark.parametrize(
        ("visitor", "title", "tenure"),
        [
            ("Acting President Goodluck Jonathan", "President", Tenure.ACTING),
            ("Interim Prime Minister Ayad Allawi", "Prime Minister", Tenure.INTERIM),
            ("Provisional President Ertha Pascal Trouillot", "President", Tenure.INTERIM),
            ("President-elect Ollanta Humala", "President", Tenure.ELECT),
            ("President- elect Ernesto Zedillo", "President", Tenure.ELECT),
            ("President-Elect Carlos Salinas", "President", Tenure.ELECT),
            ("President- designate Roberto E. Viola", "President", Tenure.ELECT),
            ("President Auriol", "President", Tenure.FULL),
        ],
    )
    def test_is_read_from_the_words_around_the_title(self, visitor: str, title: str, tenure: Tenure) -> None:
        office = only(visitor).office
        assert office is not None
        assert (office.title, office.tenure) == (title, tenure)

    @pytest.mark.parametrize(
        ("label", "tenure"),
        [
            ("Poland (government-in-exile)", Tenure.IN_EXILE),
            ("Afghanistan (Interim Authority)", Tenure.INTERIM),
            ("France (Provisional Government)", Tenure.INTERIM),
            ("Poland", Tenure.FULL),
        ],
    )
    def test_is_that_of_the_government_named_in_the_label(self, label: str, tenure: Tenure) -> None:
        office = only("Prime Minister Sikorski", State("PL", label)).office
        assert office is not None
        assert office.tenure is tenure


class TestSeveralPeople:
    @pytest.mark.parametrize(
        ("visitor", "expected"),
        [
            ("President Duda and Prime Minister Tusk", ["Duda", "Tusk"]),
            ("President Anwar Sadat, Prime Minister Mustafa Khalil", ["Anwar Sadat", "Mustafa Khalil"]),
            ("President A, Prime Minister B, and Foreign Minister C", ["A", "B", "C"]),
            ("President A & Prime Minister B", ["A", "B"]),
            ("President A; Prime Minister B", ["A", "B"]),
            ("President A, Jr. and Prime Minister B, 3rd", ["A, Jr.", "B, 3rd"]),
            ("King Charles III and Camilla", ["Charles III", "Camilla"]),
            ("Acting President A and Prime Minister-elect B", ["A", "B"]),
        ],
    )
    def test_are_parted(self, visitor: str, expected: list[str]) -> None:
        assert [person.name for person in read_visitors(visitor, FRANCE)] == expected

    def test_have_an_office_each(self) -> None:
        assert offices("President Fatmir Sejdiu and Prime Minister Hashim Thaci", State("XK")) == [
            ("Fatmir Sejdiu", "President", Rank.HEAD_OF_STATE),
            ("Hashim Thaci", "Prime Minister", Rank.HEAD_OF_GOVERNMENT),
        ]

    def test_are_a_king_and_his_consort_but_a_queen_by_herself_reigns(self) -> None:
        assert [rank for *_, rank in offices("King Abdullah II and Queen Rania")] == [Rank.HEAD_OF_STATE, Rank.OTHER]
        assert [rank for *_, rank in offices("Queen Elizabeth II")] == [Rank.HEAD_OF_STATE]

    @given(
        st.lists(st.tuples(st.sampled_from(TITLES), NAMES), min_size=1, max_size=4),
        st.sampled_from([" and ", ", ", "; "]),
    )
    def test_are_read_back_as_they_were_printed(self, people: list[tuple[str, str]], separator: str) -> None:
        printed = separator.join(f"{title} {name}" for title, name in people)
        found = read_visitors(printed, FRANCE)
        assert [(title_of(person), person.name) for person in found] == people


class TestNothingIsLost:
    @given(st.text(st.characters(codec="utf-8", exclude_categories=["C", "Zl", "Zp"])))
    def test_whatever_was_printed(self, visitor: str) -> None:
        if not visitor.split():
            with pytest.raises(InvalidValue):
                read_visitors(visitor, FRANCE)
        else:
            found = read_visitors(visitor, FRANCE)
            assert kept(found) >= words(visitor)

    @given(
        st.lists(
            st.sampled_from([*TITLES, "and", ",", "&", "-elect", "Acting", "Duda", "Jr.", "of"]), min_size=1, max_size=8
        )
    )
    def test_of_any_jumble_of_titles_names_and_separators(self, parts: list[str]) -> None:
        visitor = " ".join(parts)
        found = read_visitors(visitor, FRANCE)
        assert kept(found) >= words(visitor)

    def test_a_text_that_is_longer_than_any_name_is_one_and_looked_at_no_further(self) -> None:
        begun = perf_counter()
        assert [len(one.name) for one in read_visitors("President and " * 30_000, FRANCE)] == [419_999]
        assert perf_counter() - begun < 1

    def test_every_title_has_its_rank(self) -> None:
        assert len(RANKS) == len(TITLES)
        for rank, titles in TITLES_BY_RANK.items():
            for title in titles:
                assert offices(f"{title} Duda") == [("Duda", title, rank)]


@pytest.fixture(scope="module")
def people(shared_data: Path) -> dict[str, tuple[Person, ...]]:
    folders = sorted((shared_data / "statedept" / "visits").iterdir())
    rows = [row for folder in folders for row in read_folder(folder)[0]]
    return {row.visitor: read_visitors(row.visitor, row.state) for row in rows}


class TestThePublishedVisitors:
    def test_are_1414_strings_of_which_5_name_two_people(self, people: dict[str, tuple[Person, ...]]) -> None:
        joint = {visitor: len(found) for visitor, found in people.items() if len(found) > 1}
        assert joint == {
            "President Alexander Kwasniewski and Prime Minister Jerzy Buzek": 2,
            "President Anwar Sadat, Prime Minister Mustafa Khalil": 2,
            "President Fatmir Sejdiu and Prime Minister Hashim Thaci": 2,
            "President Francesco Cossiga and Prime Minister Giulio Andreotti": 2,
            "President Stjepan Mesic and Prime Minister Ivica Racan": 2,
        }
        assert len(people) == 1414

    def test_have_an_office_but_for_four(self, people: dict[str, tuple[Person, ...]]) -> None:
        without = {visitor for visitor, found in people.items() if any(person.office is None for person in found)}
        assert without == {
            "Jose Luis Rodriguez Zapatero",
            "Sheikh Haya Rashed al-Khalifa",
            "Sheikh Nasser Sabah Al-Ahmed Al-Sabah",
            "Valdas Adamkus",
        }

    def test_keep_every_letter(self, people: dict[str, tuple[Person, ...]]) -> None:
        for visitor, found in people.items():
            assert Counter("".join(kept(found).elements())) == Counter("".join(words(visitor).elements()))

    def test_rank_as_other_only_where_the_title_names_no_office(self, people: dict[str, tuple[Person, ...]]) -> None:
        others = {
            person.office.title
            for found in people.values()
            for person in found
            if person.office and person.office.rank is Rank.OTHER
        }
        assert others == {"General", "Lieutenant General", "Brigadier General", "Junta Member"}


def test_ten_thousand_names_that_no_title_begins_are_read_in_a_second_or_two() -> None:
    """Each is another name, so that no memory helps; a busy machine may take five times what an idle one does."""
    names = [f"Diractor {first}{last} Ng" for first in ascii_lowercase for last in range(400)]
    begun = perf_counter()
    for name in names:
        read_visitors(name, State("SG"))
    assert perf_counter() - begun < len(names) / 2_000


def test_published_visitors_are_read_alike_from_a_sheet(people: dict[str, tuple[Person, ...]]) -> None:
    other: set[str] = set()
    for person in (person for several in people.values() for person in several):
        text = f"{person.office.title if person.office else ''} {person.name}".strip()
        read = part(text, person.party)
        printed = person.office and (person.office.title, person.office.rank)
        if (read.office and (read.office.title, read.office.rank), read.name) != (printed, person.name):
            other.add(person.name)
    forms_of_address = {"Dr. Hubert A. Minnis", "Dr. Hilda C. Heine", "Haji Hassanal Bolkiah"}
    assert other == forms_of_address
