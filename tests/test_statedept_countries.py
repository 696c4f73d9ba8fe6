from itertools import pairwise

import pendulum
import pycountry
import pytest

from diplocal.errors import InvalidValue
from diplocal.importers.statedept.countries import BY_DAY, BY_ID, BY_LABEL, state_of
from diplocal.state_names import STATES

DAY_OF_TODAY = pendulum.Date(2021, 11, 18)
CODES = {*BY_ID.values(), *BY_LABEL.values(), *(code for spans in BY_DAY.values() for _, code in spans)}


class TestCodes:
    def test_of_two_letters_are_those_of_iso_3166_1_and_kosovo(self) -> None:
        assert {code for code in CODES if len(code) == 2} <= STATES

    def test_of_four_letters_are_those_of_iso_3166_3(self) -> None:
        assert {code for code in CODES if len(code) == 4} <= STATES

    def test_of_our_own_are_only_for_states_that_iso_never_had(self) -> None:
        assert {code for code in CODES if "-" in code} == {"X-HAWAII", "X-TANGANYIKA", "X-VIETNAM-SOUTH"}

    def test_every_member_of_iso_3166_1_under_its_plain_english_name_has_that_code(self) -> None:
        plain = [one for one in pycountry.countries if "(" not in one.name and one.alpha_2 not in {"CG", "PN", "UM"}]
        assert len(plain) > 240
        for country in plain:
            assert state_of("-".join(country.name.lower().split()), "printed", DAY_OF_TODAY).code == country.alpha_2

    @pytest.mark.parametrize(
        "told",
        [
            *("antigua-barbuda AG", "bahamas BS", "cape-verde CV", "congo-kinshasa CD", "congo-republic CG"),
            *("cote-divoire CI", "czech-republic CZ", "gambia GM", "holy-see VA", "hong-kong HK", "korea-north KP"),
            *("korea-south KR", "laos LA", "macedonia MK", "micronesia FM", "netherlands-antilles ANHH", "palau PW"),
            *("palestinian-authority PS", "saint-kitts-nevis KN", "saint-vincent-grenadines VC", "turkiye TR"),
        ],
    )
    def test_the_ids_of_the_lists_are_short_names(self, told: str) -> None:
        country_id, code = told.split()
        assert state_of(country_id, "printed", DAY_OF_TODAY).code == code

    @pytest.mark.parametrize("country_id", ["", "atlantis", "congo", "virgin-islands", "itly", "Italy", "nato"])
    def test_an_id_that_names_no_state_or_several_is_refused(self, country_id: str) -> None:
        with pytest.raises(InvalidValue, match="name of one state"):
            state_of(country_id, "printed", DAY_OF_TODAY)


class TestTheStateOfADay:
    @pytest.mark.parametrize(
        ("country_id", "label", "day", "code"),
        [
            ("russia", "U.S.S.R.", "1959-09-15", "SUHH"),
            ("russia", "Russia", "1992-01-31", "RU"),
            ("russia", "U.S.S.R.", "1991-12-25", "SUHH"),
            ("russia", "U.S.S.R.", "1992-02-16", "RU"),
            ("germany", "Germany, Federal Republic of", "1953-04-07", "DE"),
            ("german-democratic-republic", "German Democratic Republic", "1990-06-11", "DDDE"),
            ("czechoslovakia", "Czechoslovakia (government-in-exile)", "1943-05-12", "CSHH"),
            ("yugoslavia", "Yugoslavia", "2001-05-09", "YUCS"),
            ("china", "China, Republic of", "1945-04-26", "CN"),
            ("taiwan", "China, Republic of", "1961-07-31", "TW"),
            ("burma", "Burma", "1966-09-08", "BUMM"),
            ("burma", "Burma", "2013-05-19", "MM"),
            ("congo-democratic-republic", "Democratic Republic of the Congo (Zaire)", "1960-07-27", "CD"),
            ("congo-democratic-republic", "Democratic Republic of the Congo (Zaire)", "1989-06-28", "ZRCD"),
            ("congo-democratic-republic", "Democratic Republic of the Congo (Zaire)", "2007-10-24", "CD"),
            ("burkina-faso", "Upper Volta (Burkina Faso)", "1970-10-24", "HVBF"),
            ("burkina-faso", "Burkina Faso", "2008-07-13", "BF"),
            ("benin", "Dahomey (Benin)", "1970-10-24", "DYBJ"),
            ("vietnam", "Vietnam", "1957-05-08", "X-VIETNAM-SOUTH"),
            ("vietnam", "Vietnam", "2000-09-06", "VN"),
            ("tanzania", "Tanganyika", "1963-07-15", "X-TANGANYIKA"),
            ("zimbabwe", "Zimbabwe Rhodesia", "1979-07-09", "RHZW"),
            ("hawaii", "Hawaii", "1874-12-12", "X-HAWAII"),
            ("kosovo", "Kosovo", "2020-09-04", "XK"),
            ("holy-see", "Vatican City", "2015-09-22", "VA"),
            ("turkiye", "Türkiye", "2024-05-09", "TR"),
        ],
    )
    def test_is_told_by_label_then_day_then_id(self, country_id: str, label: str, day: str, code: str) -> None:
        state = state_of(country_id, label, pendulum.Date.fromisoformat(day))
        assert (state.code, state.label) == (code, label)

    @pytest.mark.parametrize("country_id", sorted(BY_DAY))
    def test_changes_on_the_day_named_and_not_before(self, country_id: str) -> None:
        spans = BY_DAY[country_id]
        for day, code in spans:
            assert state_of(country_id, "printed", day.subtract(days=1)).code == code
            assert state_of(country_id, "printed", day).code != code
        assert all(earlier < later for (earlier, _), (later, _) in pairwise(spans))

    def test_is_the_same_for_two_names_of_one_state(self) -> None:
        for one, other in (("turkey", "turkiye"), ("swaziland", "eswatini"), ("samoa", "somoa")):
            assert state_of(one, one, DAY_OF_TODAY).code == state_of(other, other, DAY_OF_TODAY).code
