"""Seven languages say the same, each with its own words, dates and names of states."""

import re
import string
from collections.abc import Mapping

import pendulum
import pytest
from hypothesis import given
from hypothesis import strategies as st

from diplocal.dates import When
from diplocal.engagements import Conflict, Status
from diplocal.events.registry import EngagementEvent, event_types
from diplocal.levels import Level
from diplocal.parties import Person, State
from diplocal.sources import Attribution
from diplocal.testing.values import whens
from diplocal.web.catalogue import TEMPLATE, catalogue
from diplocal.web.choices import SHOWN_KINDS
from diplocal.web.language import FIRST, LANGUAGES, negotiated, words
from diplocal.web.saying import participant


def phrases(tag: str) -> Mapping[str, tuple[str, ...]]:
    return words(tag).catalogue.phrases


ENGLISH = phrases("en")
OTHERS = [tag for tag in LANGUAGES if tag != "en"]


def gaps(phrase: str) -> set[str | None]:
    return {name for _, name, _, _ in string.Formatter().parse(phrase) if name is not None}


@pytest.mark.parametrize("tag", OTHERS)
class TestCatalogues:
    def test_it_says_all_that_english_says_and_no_more(self, tag: str) -> None:
        assert set(phrases(tag)) == set(ENGLISH)

    def test_each_form_of_its_phrases_has_the_same_gaps(self, tag: str) -> None:
        english = {key: [gaps(forms[0])] for key, forms in ENGLISH.items()}
        own = {key: [*map(gaps, forms)] for key, forms in phrases(tag).items()}
        assert {key: found for key, found in own.items() if any(one != english[key][0] for one in found)} == {}

    def test_what_counts_in_english_counts_in_it_for_every_number(self, tag: str) -> None:
        counting = [key for key, forms in ENGLISH.items() if len(forms) > 1]
        assert counting
        catalogue = words(tag).catalogue
        used = {catalogue.form_for(number) for number in range(1000)}
        assert all(used == set(range(len(catalogue.phrases[key]))) for key in counting)

    def test_nothing_is_blank_or_markup(self, tag: str) -> None:
        said = [form for forms in phrases(tag).values() for form in forms]
        assert all(form.strip() and not re.search("[<>&]", form) for form in said)

    def test_its_catalogue_is_read_without_complaint(self, tag: str, capsys: pytest.CaptureFixture[str]) -> None:
        catalogue(TEMPLATE if tag == FIRST else f"{tag}.po")
        assert capsys.readouterr() == ("", "")

    def test_most_of_it_is_translated(self, tag: str) -> None:
        same = [key for key, forms in phrases(tag).items() if forms == ENGLISH[key]]
        assert len(same) < len(ENGLISH) / 8


class TestCounting:
    """GNU gettext: each language has its own plural forms."""

    @pytest.mark.parametrize(
        ("tag", "days", "said"),
        [
            ("en", 1, "1 day after"),
            ("en", 7, "7 days after"),
            ("ru", 1, "1 день"),
            ("ru", 3, "3 дня"),
            ("ru", 7, "7 дней"),
            ("ru", 21, "21 день"),
            ("fr", 0, "0 jour "),
            ("zh", 7, "7 天"),
            ("ar", 3, "3 أيام"),
            ("ar", 11, "11 يومًا"),
        ],
    )
    def test_a_number_goes_with_its_form(self, tag: str, days: int, said: str) -> None:
        assert said in words(tag).counted("health.policy", days, days=days)


class TestVocabulary:
    """There are words for all that an engagement can be."""

    @pytest.mark.parametrize(
        ("group", "values"),
        [
            ("status", [status.value for status in Status]),
            ("kind", [kind.value for kind in SHOWN_KINDS]),
            ("kinds", [kind.value for kind in SHOWN_KINDS]),
            ("title", [kind.value for kind in SHOWN_KINDS]),
            ("level", [level.value for level in Level if level is not Level.UNKNOWN]),
            ("conflict", [conflict.value for conflict in Conflict]),
            ("attribution", [one.value for one in Attribution if one is not Attribution.UNKNOWN]),
        ],
    )
    def test_every_value_has_its_words(self, group: str, values: list[str]) -> None:
        assert [value for value in values if f"{group}.{value}" not in ENGLISH] == []

    def test_every_event_has_its_words(self) -> None:
        own = [one.cls for one in event_types() if one.name.startswith("diplocal.")]
        about = [cls.__name__ for cls in own if issubclass(cls, EngagementEvent)]
        assert [name for name in about if f"event.{name}" not in ENGLISH] == []


class TestDates:
    @pytest.mark.parametrize(
        ("tag", "said"),
        [
            ("en", "October 2023, date to be confirmed"),
            ("id", "Oktober 2023, tanggal belum dipastikan"),
            ("zh", "2023年10月，日期待确认"),
            ("ru", "октябрь 2023 г., дата уточняется"),
            ("es", "octubre de 2023, fecha por confirmar"),
            ("fr", "octobre 2023, date à confirmer"),
            ("ar", "أكتوبر 2023، يُؤكد التاريخ لاحقًا"),
        ],
    )
    def test_a_month_is_said_as_a_month_whose_day_is_open(self, tag: str, said: str) -> None:
        assert " ".join(words(tag).date(When("2023-10")).split()) == said

    def test_what_is_over_will_not_be_confirmed(self) -> None:
        assert words("fr").date(When("2023-10"), is_over=True) == "octobre 2023"

    @pytest.mark.parametrize(
        ("edtf", "said"),
        [
            ("2023-09-18/2023-09-21", "18–21 sept. 2023"),
            ("2023-09-18", "18 septembre 2023"),
            ("2023", "2023, date à confirmer"),
            ("2023-10~", "vers octobre 2023, date à confirmer"),
            ("2023-10-17?", "17 octobre 2023 (incertain)"),
            ("2023-09-18/..", "à partir du 18 septembre 2023"),
            ("../2023-09-18", "jusqu’au 18 septembre 2023"),
            ("[2023-09-18..2023-09-21]", "entre le 18 septembre 2023 et le 21 septembre 2023"),
            ("2023-09-18T16:30:00+02:00[Europe/Berlin]", "18 septembre 2023, 16:30 Europe/Berlin"),
        ],
    )
    def test_dates_are_said_as_precisely_as_they_are_known(self, edtf: str, said: str) -> None:
        assert words("fr").date(When(edtf)) == said

    @given(whens(), st.sampled_from(list(LANGUAGES)), st.booleans())
    def test_every_date_can_be_said(self, when: When, tag: str, is_over: bool) -> None:  # noqa: FBT001 - drawn
        assert words(tag).date(when, is_over=is_over).strip()

    @pytest.mark.parametrize("tag", LANGUAGES)
    def test_months_have_twelve_names(self, tag: str) -> None:
        assert len({words(tag).month_name(month) for month in range(1, 13)}) == 12

    def test_a_day_is_said(self) -> None:
        assert words("id").day(pendulum.date(2023, 9, 18)) == "18 September 2023"


class TestNames:
    def test_states_are_named_by_cldr_in_other_languages(self) -> None:
        assert words("zh").party("RU", "Russia") == "俄罗斯"

    def test_in_english_a_state_is_named_as_it_was_printed(self) -> None:
        assert words("en").party("RU", "Russian Federation") == "Russian Federation"
        assert words("en").party("RU", None) == "Russia"

    def test_states_that_are_no_more_have_names(self) -> None:
        assert words("ru").party("SUHH", None) == "Советский Союз"

    def test_codes_of_the_user_s_own_keep_their_label(self) -> None:
        assert words("fr").party("X-HAWAII", "Kingdom of Hawaii") == "Kingdom of Hawaii"

    def test_latin_names_are_set_off_in_arabic(self) -> None:
        said = participant(Person("Wang Yi", State("CN", "China")), words("ar"))
        assert said == "\u2068Wang Yi\u2069 (الصين)"

    def test_only_arabic_is_written_from_right_to_left(self) -> None:
        assert [tag for tag in LANGUAGES if words(tag).direction == "rtl"] == ["ar"]


class TestNegotiation:
    """RFC 9110, 12.5.4, and an address that names a language before it."""

    @pytest.mark.parametrize(
        ("asked", "accepted", "tag"),
        [
            (None, "", "en"),
            (None, "id", "id"),
            (None, "de, ru;q=0.5, fr;q=0.9", "fr"),
            (None, "zh-Hant-TW, en;q=0.1", "zh"),
            (None, "fr;q=0, es;q=0.1", "es"),
            (None, "fr;q=2, es", "es"),
            (None, "*", "en"),
            ("ar", "fr", "ar"),
            ("AR-eg", "fr", "ar"),
            ("xx", "fr", "fr"),
        ],
    )
    def test_the_best_language_is_chosen(self, asked: str | None, accepted: str, tag: str) -> None:
        assert negotiated(asked, accepted) == tag

    @given(st.text(), st.text())
    def test_whatever_is_asked_there_is_a_language(self, asked: str, accepted: str) -> None:
        assert negotiated(asked, accepted) in LANGUAGES
