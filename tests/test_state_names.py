"""What states are called where nobody printed a name."""

import re

import pycountry
from babel import Locale

from diplocal.names.parties import codes_named
from diplocal.parties import Organisation, Person, State
from diplocal.state_names import NAMES, STATES, THREE_LETTERS, name_of
from diplocal.wording import language


def test_every_code_of_two_letters_has_a_name_and_three_letters() -> None:
    """ISO 3166-1 has 249 codes; XK for Kosovo stands beside them, with three letters that are not of ISO."""
    two = {code for code in NAMES if len(code) == 2}
    assert len(two) == 250
    assert all(re.fullmatch("[A-Z]{2}", code) for code in two)
    assert two - {"XK"} == set(THREE_LETTERS.values())
    assert all(re.fullmatch("[A-Z]{3}", letters) for letters in THREE_LETTERS)
    assert len(THREE_LETTERS) == 249


def test_codes_that_both_know_are_those_of_pycountry() -> None:
    """Neither list follows the other: a release of pycountry may add a state, or drop it."""
    shared = {one.alpha_3: one.alpha_2 for one in pycountry.countries if one.alpha_3 in THREE_LETTERS}
    assert len(shared) > 200
    assert shared.items() <= THREE_LETTERS.items()


def test_there_is_a_code_for_every_former_state() -> None:
    """ISO 3166-3 has 31, each with four letters."""
    assert len({code for code in STATES if len(code) == 4}) == 31
    assert {len(code) for code in STATES if not code.startswith("X-")} == {2, 4}


def test_names_are_ours_and_what_the_cldr_calls_a_state_means_it_too() -> None:
    """What a later CLDR may call a state means that state or nothing, and never another one."""
    for code, name in Locale("en").territories.items():
        if code in NAMES:
            assert codes_named(NAMES[code]) == (code,)
            assert codes_named(name) in {(code,), ()}


def test_a_name_has_no_spaces_around_it_and_no_others_that_are_strange() -> None:
    for name in NAMES.values():
        assert name == " ".join(name.split())


def test_the_names_of_former_states_are_those_of_the_pages() -> None:
    former = {code: name for code, name in NAMES.items() if len(code) > 2}
    assert {code: language("en")(f"former.{code}") for code in former} == former


def test_every_name_is_of_one_state() -> None:
    assert len(set(NAMES.values())) == len(NAMES)


def test_what_was_printed_comes_before_the_name() -> None:
    assert str(State("RU")) == "Russia"
    assert str(State("RU", "Russian Federation")) == "Russian Federation"


def test_what_has_no_name_is_called_by_its_code() -> None:
    assert [str(State(code)) for code in ("X-DESK", "MIUM")] == ["X-DESK", "MIUM"]
    assert str(Organisation("EU")) == name_of("EU") == "EU"


def test_a_name_is_shown_and_never_becomes_part_of_the_state() -> None:
    assert State("RU").label is None
    assert State("RU") != State("RU", "Russia")
    assert str(Person("Wang Yi", State("CN"))) == "Wang Yi"
