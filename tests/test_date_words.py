"""Dates in people's words are read as precisely as they were said, or refused with the text."""

import pendulum
import pytest
from babel import Locale
from hypothesis import given
from hypothesis import strategies as st

from diplocal.dates import When
from diplocal.dates.words import said
from diplocal.errors import Ambiguous, Unresolved

SAID = [
    ("Dec 2024", "2024-12"),
    ("December, 2024", "2024-12"),
    ("2024-March", "2024-03"),
    ("17 October 2023", "2023-10-17"),
    ("October 17th, 2023", "2023-10-17"),
    ("Mon 16 October 2023", "2023-10-16"),
    ("17-18 October 2023", "2023-10-17/2023-10-18"),
    ("October 17–18, 2023", "2023-10-17/2023-10-18"),
    ("17 and 18 October 2023", "2023-10-17/2023-10-18"),
    ("from 30 December 2023 to 2 January 2024", "2023-12-30/2024-01-02"),
    ("17 October - 2 November 2023", "2023-10-17/2023-11-02"),
    ("October-November 2023", "2023-10/2023-11"),
    ("2023-2024", "2023/2024"),
    ("early November 2025", "[2025-11-01..2025-11-10]"),
    ("mid-March 2024", "[2024-03-11..2024-03-20]"),
    ("end of February 2024", "[2024-02-21..2024-02-29]"),
    ("late 2025", "[2025-09-01..2025-12-31]"),
    ("first half of October 2025", "[2025-10-01..2025-10-15]"),
    ("second half of 2025", "2025-41"),
    ("2nd half of 2025", "2025-41"),
    ("H1 2025", "2025-40"),
    ("2025-Q3", "2025-35"),
    ("third quarter of 2024", "2024-35"),
    ("spring 2024", "2024-21"),
    ("about June 2023", "2023-06~"),
    ("probably May 2024", "2024-05?"),
    ("October 2023 (TBC)", "2023-10?"),
    ("the 2020s", "202X"),
    ("week of 16 October 2024", "[2024-10-14..2024-10-20]"),
    ("3rd week of May 2025", "[2025-05-12..2025-05-25]"),
    ("third week of May 2025", "[2025-05-12..2025-05-25]"),
    ("first week of September 2025", "[2025-09-01..2025-09-07]"),
    ("5th week of May 2025", "[2025-05-26..2025-05-31]"),
    ("tercera semana de mayo de 2025", "[2025-05-12..2025-05-25]"),
    ("last week of May 2025", "[2025-05-19..2025-05-31]"),
    ("last week of February 2021", "[2021-02-22..2021-02-28]"),
    ("last quarter of 2025", "2025-36"),
    ("last half of May 2025", "[2025-05-16..2025-05-31]"),
    ("week of 3rd May 2025", "[2025-04-28..2025-05-04]"),
    ("17-Oct-2023", "2023-10-17"),
    ("Oct-17-2023", "2023-10-17"),
    ("17/October/2023", "2023-10-17"),
    ("2023-Oct-17", "2023-10-17"),
    ("17 - oct - 2023", "2023-10-17"),
    ("17-October 2023", "2023-10-17"),
    ("17-18-Oct-2023", "2023-10-17/2023-10-18"),
    ("between 3 and 5 May 2024", "[2024-05-03..2024-05-05]"),
    ("17 and 18 October 2023", "2023-10-17/2023-10-18"),
    ("31 October and 1 November 2023", "2023-10-31/2023-11-01"),
    ("since May 2023", "2023-05/.."),
    ("until June 2024", "../2024-06"),
    ("18.09.2023", "2023-09-18"),
    ("18/9/2023", "2023-09-18"),
    ("9/18/2023", "2023-09-18"),
    ("2023/9/18", "2023-09-18"),
    ("17 октября 2023 г.", "2023-10-17"),
    ("в октябре 2023", "2023-10"),
    ("du 17 au 18 octobre 2023", "2023-10-17/2023-10-18"),
    ("principios de octubre de 2023", "[2023-10-01..2023-10-10]"),
    ("awal November 2025", "[2025-11-01..2025-11-10]"),
    ("2023年10月17日至18日", "2023-10-17/2023-10-18"),
    ("2025年下半年", "2025-41"),
    ("١٧ أكتوبر ٢٠٢٣", "2023-10-17"),
]


@pytest.mark.parametrize(("text", "edtf"), SAID)
def test_words_mean_what_they_say(text: str, edtf: str) -> None:
    assert said(text) == said(text.upper()) == When(edtf)


@pytest.mark.parametrize("text", ["TBD", "tba", "To be confirmed", "date to be announced", "?", "待定", "à confirmer"])
def test_words_for_no_date_are_no_date(text: str) -> None:
    assert said(text) is None


@pytest.mark.parametrize(
    "text",
    [
        *(
            "17 October",
            "May",
            "Dec '24",
            "foo 2024",
            "30 February 2024",
            "Tue 16 October 2023",
            "1 1 1",
            "Q5 2024",
            "",
        ),
        *("10-12 2024", "first 2024", "half 2024", "2024 2025 2026", "- - -", "x" * 300, "May-June", "32 May 2024"),
        *("5 and 9 January 2024", "Q1 and Q3 2024", "5 y 9 de enero de 2024", "31 December 9999 and 1 January 9999"),
        *("2020-", "–2020", "May 2024 -", "/ 17 May 2024", "17 to October 2023", "October to 17 2023"),
        *(
            "early 17 October 2023",
            "6th week of May 2025",
            "20th week of 2025",
            "third week of 2025",
        ),
        *(
            "third half of May 2025",
            "Q2 of May 2025",
            "spring May 2025",
            "last 2025",
            "8th quarter of 2025",
            "third week of 2025",
        ),
    ],
)
def test_what_is_no_date_is_refused_with_the_text(text: str) -> None:
    with pytest.raises(Unresolved) as refused:
        said(text)
    assert repr(text[:50])[1:-1] in str(refused.value)


def test_a_day_and_a_month_in_numbers_that_may_be_each_other_are_ambiguous() -> None:
    with pytest.raises(Ambiguous) as refused:
        said("3/4/2024")
    assert refused.value.near == ("2024-04-03", "2024-03-04")


@pytest.mark.parametrize("text", ["11/26/26", "26.11.26", "26-11-26", "1/2/03"])
def test_a_year_in_two_digits_is_not_guessed_at(text: str) -> None:
    with pytest.raises(Ambiguous, match="in four digits"):
        said(text)


@pytest.mark.parametrize("language", ["en", "id", "ru", "es", "fr", "ar"])
def test_every_name_of_a_month_is_known(language: str) -> None:
    for context in ("format", "stand-alone"):
        for number, name in Locale(language).months[context]["wide"].items():
            assert said(f"{name} 2024") == When(f"2024-{number:02}")


@given(st.dates(min_value=pendulum.date(1900, 1, 1), max_value=pendulum.date(2099, 12, 31)).map(str))
def test_a_date_that_is_shown_is_read_back(day: str) -> None:
    for text in (day, day[:7], day[:4]):
        when = When(text)
        assert said(when.past) == said(str(text)) == when


WORDS = st.sampled_from(
    [
        *("early", "mid", "late", "May", "2024", "17", "-", "to", "of", "Q1", "half", "first", "week", "about", "TBD"),
        *(",", "(", ")", "TBC", "октября", "年", "月", "from", "until", "3/4", "s/d", "1st", "?"),
    ]
)


@given(st.text(max_size=40) | st.lists(WORDS, max_size=8).map(" ".join))
def test_any_text_is_a_date_or_none_or_refused_with_the_text(text: str) -> None:
    try:
        found = said(text)
    except Unresolved as error:
        assert repr(text)[1:-1] in str(error)  # noqa: PT017 - it need not raise
    else:
        assert found is None or isinstance(found, When)
