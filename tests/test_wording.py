"""Seven languages say the same, each with its own words, dates and names of states."""

import re
import string
import subprocess
import sys
from collections.abc import Mapping
from datetime import date
from importlib.resources import files

import pendulum
import pytest
from babel.dates import format_date, format_skeleton
from babel.lists import format_list
from babel.messages.pofile import read_po
from babel.numbers import format_decimal
from hypothesis import given
from hypothesis import strategies as st

from diplocal.dates import When
from diplocal.engagements import Change, Conflict, Engagements, Status
from diplocal.errors import InvalidValue
from diplocal.events import MergedAsDuplicate, Retracted, VisitAnnounced
from diplocal.events.registry import EngagementEvent, event_types
from diplocal.events.shapes import Domain, Medium
from diplocal.levels import Level, Purpose
from diplocal.parties import Organisation, Person, Rank, State, Tenure
from diplocal.projections import Discrepancy, Period, Side
from diplocal.records import Envelope
from diplocal.sources import Attribution
from diplocal.store import MemoryStore
from diplocal.testing.values import whens
from diplocal.web.index import SHOWN_KINDS
from diplocal.wording import language, participant
from diplocal.wording.catalogue import parse_catalogue
from diplocal.wording.changes import what_changed
from diplocal.wording.language import LANGUAGES

CATALOGUES = files("diplocal.wording").joinpath("catalogues")


def phrases(tag: str) -> Mapping[str, tuple[str, ...]]:
    return language(tag).catalogue.phrases


ENGLISH = phrases("en")
OTHERS = [tag for tag in LANGUAGES if tag != "en"]


def test_no_line_of_french_begins_with_a_mark() -> None:
    broken = [text for several in phrases("fr").values() for text in several if re.search(r" [:;!?»]|« ", text)]
    assert broken == []


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
        catalogue = language(tag).catalogue
        used = {catalogue.form_for(number) for number in range(1000)}
        assert all(used == set(range(len(catalogue.phrases[key]))) for key in counting)

    def test_nothing_is_blank_or_markup(self, tag: str) -> None:
        said = [form for forms in phrases(tag).values() for form in forms]
        assert all(form.strip() and not re.search("[<>&]", form) for form in said)

    def test_its_catalogue_reads_as_babel_reads_it(self, tag: str) -> None:
        with CATALOGUES.joinpath(f"{tag}.po").open("rb") as file:
            read = read_po(file, abort_invalid=True)
        forms = {
            str(one.context): (one.string,) if isinstance(one.string, str) else one.string for one in read if one.id
        }
        assert phrases(tag) == forms

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
        assert said in language(tag).counted("health.policy", days, days=days)


class TestVocabulary:
    """There are words for all that an engagement can be."""

    @pytest.mark.parametrize(
        ("group", "values"),
        [
            ("status", [status.value for status in Status]),
            ("kind", [kind.value for kind in SHOWN_KINDS]),
            ("kinds", [kind.value for kind in SHOWN_KINDS]),
            ("office", [rank.value for rank in Rank if rank is not Rank.OTHER]),
            ("tenure", [tenure.value for tenure in Tenure if tenure is not Tenure.FULL]),
            ("purpose", [purpose.value for purpose in Purpose]),
            ("medium", [medium.value for medium in Medium if medium is not Medium.UNKNOWN]),
            ("domain", [domain.value for domain in Domain]),
            ("discrepancy", [discrepancy.value for discrepancy in Discrepancy]),
            ("stretch", [one.value for one in (*Period, *Side) if one.value != "all"]),
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
            ("id", "30 September–9 Oktober 2026"),
            ("zh", "2026年9月30日 – 10月9日"),
            ("ru", "30 сентября — 9 октября 2026 г."),
            ("es", "30 de septiembre – 9 de octubre de 2026"),
            ("fr", "30 septembre – 9 octobre 2026"),
            ("ar", "30 سبتمبر – 9 أكتوبر 2026"),
        ],
    )
    def test_a_stay_is_said_with_its_months_written_as_those_of_a_day(self, tag: str, said: str) -> None:
        assert re.sub(r"\s", " ", language(tag).date(When("2026-09-30/2026-10-09"))) == said

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
        assert " ".join(language(tag).date(When("2023-10")).split()) == said

    def test_a_time_stands_after_the_comma_of_the_language(self) -> None:
        assert language("zh").date(When("2023-09-18T16:30Z")) == "2023年9月18日，16:30 UTC"
        assert language("ar").date(When("2023-09-18T16:30Z")).startswith("18 سبتمبر 2023، ")

    def test_what_is_over_will_not_be_confirmed(self) -> None:
        assert language("fr").date(When("2023-10"), is_over=True) == "octobre 2023"

    @pytest.mark.parametrize(
        ("edtf", "said"),
        [
            ("2023-09-18/2023-09-21", "18–21 septembre 2023"),
            ("2023-09-18", "18 septembre 2023"),
            ("2023", "2023, date à confirmer"),
            ("2023-10~", "vers octobre 2023, date à confirmer"),
            ("2023-10-17?", "17 octobre 2023 (incertain)"),
            ("2023-09-18/..", "à partir du 18 septembre 2023"),
            ("../2023-09-18", "jusqu’au 18 septembre 2023"),
            ("[2023-09-18..2023-09-21]", "entre le 18 septembre 2023 et le 21 septembre 2023"),
            ("2023-35", "3e trimestre 2023, date à confirmer"),
            ("2023-09-18T16:30:00+02:00[Europe/Berlin]", "18 septembre 2023, 16:30 Europe/Berlin"),
            ("2023-09-18T16:30:05Z", "18 septembre 2023, 16:30:05 UTC"),
            ("2023-09-18T16:30Z/2023-09-18T17:00Z", "18 septembre 2023, 16:30–17:00 UTC"),
            ("2023-09-18T16:30Z/2023-09-19T17:00Z", "18 septembre 2023, 16:30 UTC – 19 septembre 2023, 17:00 UTC"),
            ("2023-10-29T02:30+02:00[Europe/Paris]", "29 octobre 2023, 02:30 (+02:00) Europe/Paris"),
            ("2023-10-29T02:30+01:00[Europe/Paris]", "29 octobre 2023, 02:30 (+01:00) Europe/Paris"),
        ],
    )
    def test_dates_are_said_as_precisely_as_they_are_known(self, edtf: str, said: str) -> None:
        assert language("fr").date(When(edtf)) == said

    @given(whens(), st.sampled_from(list(LANGUAGES)), st.booleans())
    def test_every_date_can_be_said(self, when: When, tag: str, is_over: bool) -> None:  # noqa: FBT001 - drawn
        assert language(tag).date(when, is_over=is_over).strip()

    @pytest.mark.parametrize("tag", LANGUAGES)
    def test_months_have_twelve_names(self, tag: str) -> None:
        assert len({language(tag).month_name(month) for month in range(1, 13)}) == 12

    def test_a_day_is_said(self) -> None:
        assert language("id").day(pendulum.date(2023, 9, 18)) == "18 September 2023"


class TestNames:
    def test_states_are_named_by_cldr_in_other_languages(self) -> None:
        assert language("zh").party(State("RU", "Russia")) == "俄罗斯"

    def test_in_english_a_state_is_named_as_it_was_printed(self) -> None:
        assert language("en").party(State("RU", "Russian Federation")) == "Russian Federation"
        assert language("en").party(State("RU")) == "Russia"

    def test_states_that_are_no_more_have_names(self) -> None:
        assert language("ru").party(State("SUHH")) == "Советский Союз"

    def test_codes_of_the_user_s_own_keep_their_label(self) -> None:
        assert language("fr").party(State("X-HAWAII", "Kingdom of Hawaii")) == "Kingdom of Hawaii"

    @pytest.mark.parametrize(
        ("code", "label", "said"),
        [
            ("AFRICAN-UNION", "AU", "非洲联盟"),
            ("OIC", None, "OIC"),
            ("CAN", "Andean Community", "Andean Community"),
            ("EU", "E.U.", "欧盟"),
            ("ASEAN", None, "东盟"),
        ],
    )
    def test_an_organisation_is_named_in_the_language_or_as_it_was_printed(
        self, code: str, label: str | None, said: str
    ) -> None:
        assert language("zh").party(Organisation(code, label)) == said

    def test_latin_names_are_set_off_in_arabic(self) -> None:
        said = participant(Person("Wang Yi", State("CN", "China")), language("ar"))
        assert said == "\u2068Wang Yi\u2069 (الصين)"

    def test_a_name_cannot_end_what_sets_it_off(self) -> None:
        said = participant(Person("Wang\u2069 \u2067Yi"), language("ar"))
        assert said == "\u2068Wang Yi\u2069"

    def test_only_arabic_is_written_from_right_to_left(self) -> None:
        assert [tag for tag in LANGUAGES if language(tag).direction == "rtl"] == ["ar"]


class TestLanguages:
    def test_a_language_without_a_catalogue_is_refused_with_those_that_have_one(self) -> None:
        with pytest.raises(InvalidValue, match="en, id, zh, ru, es, fr, ar"):
            language("tlh")

    @pytest.mark.parametrize("tag", ["zh", "ZH", "zh-Hant-TW"])
    def test_a_region_or_a_script_is_passed_over(self, tag: str) -> None:
        assert language(tag) is language("zh")

    def test_english_needs_no_extra_and_the_others_say_which_one_they_need(self) -> None:
        program = """
import sys
sys.modules["babel"] = None
from diplocal.errors import ExtraMissing
from diplocal.wording import language
print(language("en")("status.held"))
try:
    language("zh")
except ExtraMissing as error:
    print(error)
"""
        said = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True).stdout
        assert said.splitlines() == [
            "held",
            'any language but English, such as zh, needs the extra languages: pip install "diplocal[languages]"',
        ]

    @pytest.mark.parametrize(
        ("items", "said"), [([], ""), (["A"], "A"), (["A", "B"], "A and B"), (["A", "B", "C"], "A, B and C")]
    )
    def test_english_lists_as_the_cldr_does(self, items: list[str], said: str) -> None:
        assert language("en").listed(items) == said == format_list(items, locale="en_GB")

    @given(st.dates(min_value=date(1000, 1, 1)))
    def test_english_writes_days_as_the_cldr_does(self, day: date) -> None:
        written = pendulum.date(day.year, day.month, day.day)
        assert language("en").day(written) == format_date(day, "long", locale="en_GB")
        assert language("en").month(written) == format_skeleton("yMMMM", day, locale="en_GB")

    @given(st.integers(-(10**12), 10**12))
    def test_english_writes_numbers_as_the_cldr_does(self, number: int) -> None:
        assert language("en").number(number) == format_decimal(number, locale="en_GB")


class TestReadingCatalogues:
    """GNU gettext, "The Format of PO Files"."""

    def test_strings_go_on_over_lines_and_escapes_are_read(self) -> None:
        text = 'msgctxt "a"\nmsgid ""\n"x \\"y\\""\n" z"\nmsgstr ""\n'
        assert parse_catalogue(text).phrases == {"a": ('x "y" z',)}

    def test_comments_and_obsolete_messages_are_passed_over(self) -> None:
        text = '# b\n#, fuzzy\nmsgctxt "a"\nmsgid "x"\nmsgstr "y"\n\n#~ msgctxt "b"\n#~ msgid "z"\n'
        assert parse_catalogue(text).phrases == {"a": ("y",)}

    def test_what_is_translated_in_part_stays_english(self) -> None:
        text = 'msgctxt "a"\nmsgid "day"\nmsgid_plural "days"\nmsgstr[0] "jour"\nmsgstr[1] ""\n'
        assert parse_catalogue(text).phrases == {"a": ("day", "days")}

    @pytest.mark.parametrize("line", ['msgstr "never closed', "msgstr without quotes", "junk"])
    def test_what_is_no_catalogue_is_an_error(self, line: str) -> None:
        with pytest.raises(ValueError, match="line 1 column"):
            parse_catalogue(f'msgctxt "a"\nmsgid "x"\n{line}\n')


def test_what_does_not_count_any_more_is_never_called_new() -> None:
    """A duplicate of another, or a retracted plan: what is merged or corrected after that stays gone."""
    plan = VisitAnnounced(engagement="a", visitors=(State("CN"),), host=State("RU"), when=When("2027-10"))
    log = MemoryStore()
    log.append(Envelope(plan, id="one"), Retracted(engagement="a", of="one"))
    retracted = Engagements().take(log.read())[0].get("a")
    log.append(MergedAsDuplicate(engagement="a", into="b"))
    merged = Engagements().take(log.read())[0].get("a")
    assert [what_changed(Change("a", *each)) for each in ((None, merged), (retracted, merged))] == ["gone", "gone"]
