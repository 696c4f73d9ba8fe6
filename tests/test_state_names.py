"""What states are called where nobody printed a name."""

import pycountry
from babel import Locale

from diplocal.parties import Organisation, Person, State
from diplocal.state_names import NAMES, STATES, THREE_LETTERS, name_of
from diplocal.wording import language


def test_the_codes_are_those_of_iso_3166_and_kosovo() -> None:
    assert {code for code in NAMES if len(code) == 2} == {one.alpha_2 for one in pycountry.countries} | {"XK"}
    assert {code for code in STATES if len(code) == 4} == {one.alpha_4 for one in pycountry.historic_countries}
    assert dict(THREE_LETTERS) == {one.alpha_3: one.alpha_2 for one in pycountry.countries}


def test_the_names_are_those_of_cldr() -> None:
    english = Locale("en").territories
    assert {code: name for code, name in NAMES.items() if len(code) == 2} == {
        code: english[code] for code in NAMES if len(code) == 2
    }


def test_the_names_of_former_states_are_those_of_the_pages() -> None:
    assert {code: language("en")(f"former.{code}") for code in NAMES if len(code) == 4} == {
        code: name for code, name in NAMES.items() if len(code) == 4
    }


def test_every_name_is_of_one_state() -> None:
    assert len(set(NAMES.values())) == len(NAMES)


def test_what_was_printed_comes_before_the_name() -> None:
    assert str(State("RU")) == "Russia"
    assert str(State("RU", "Russian Federation")) == "Russian Federation"


def test_what_has_no_name_is_called_by_its_code() -> None:
    assert [str(State(code)) for code in ("X-HAWAII", "ZRCD")] == ["X-HAWAII", "ZRCD"]
    assert str(Organisation("EU")) == name_of("EU") == "EU"


def test_a_name_is_shown_and_never_becomes_part_of_the_state() -> None:
    assert State("RU").label is None
    assert State("RU") != State("RU", "Russia")
    assert str(Person("Wang Yi", State("CN"))) == "Wang Yi"
