"""Dates in people's words."""

import pytest

from diplocal.dates import When


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("2023-10-17", "17 October 2023"),
        ("2023-10-17?", "17 October 2023 (uncertain)"),
        ("2023-10-17~", "about 17 October 2023"),
        ("2023-10-17%", "about 17 October 2023 (uncertain)"),
        ("2023-10", "October 2023, date to be confirmed"),
        ("2023-10?", "October 2023 (uncertain), date to be confirmed"),
        ("2023-10~", "about October 2023, date to be confirmed"),
        ("2023-23", "autumn 2023, date to be confirmed"),
        ("2023-24", "winter 2023–2024, date to be confirmed"),
        ("2023-30", "southern summer 2023–2024, date to be confirmed"),
        ("2023-35", "third quarter of 2023, date to be confirmed"),
        ("2023-40", "first half of 2023, date to be confirmed"),
        ("2023", "2023, date to be confirmed"),
        ("2023-10-1X", "a day between 10 and 19 October 2023"),
        ("2023-10-1X~", "a day between about 10 and 19 October 2023"),
        ("2023-10-XX", "a day in October 2023"),
        ("2023-XX", "a month in 2023"),
        ("2023-XX-XX?", "a day in 2023 (uncertain)"),
        ("2023-1X", "a month between October and December 2023"),
        ("2023-1X-XX", "a day between October and December 2023"),
        ("[2023-09-18..2023-09-21]", "a day between 18 and 21 September 2023"),
        ("[2023-08-30..2023-09-02]", "a day between 30 August and 2 September 2023"),
        ("[2023-12-30..2024-01-02]", "a day between 30 December 2023 and 2 January 2024"),
        ("[2023-09-18..2023-09-21]/", "from a day between 18 and 21 September 2023, end unknown"),
        ("[2023-09-18..2023-09-21]/..", "from a day between 18 and 21 September 2023, end open"),
        ("202X", "a year between 2020 and 2029"),
        ("20XX", "a year between 2000 and 2099"),
        ("2023-09-18/2023-09-21", "18–21 September 2023"),
        ("2023-08-30/2023-09-02", "30 August – 2 September 2023"),
        ("2023-12-30/2024-01-02", "30 December 2023 – 2 January 2024"),
        ("2023-09-18?/2023-09-21?", "18–21 September 2023 (uncertain)"),
        ("2023-09-18/2023-09-21?", "18 September 2023 to 21 September 2023 (uncertain)"),
        ("2023-09/2023-11", "September 2023 to November 2023"),
        ("2023-06~/2023-09~", "about June 2023 to about September 2023"),
        ("2023-10-17/2023-11", "17 October 2023 to November 2023"),
        ("2023-09-18/..", "from 18 September 2023, end open"),
        ("2023-09-18/", "from 18 September 2023, end unknown"),
        ("2023-06~/..", "from about June 2023, end open"),
        ("../2023-09-21", "until 21 September 2023, start open"),
        ("/2023-09", "until September 2023, start unknown"),
        ("2023-09-18T10:00+03:00[Europe/Moscow]", "18 September 2023, 10:00 Europe/Moscow"),
        ("2023-09-18T10:00+03:00", "18 September 2023, 07:00 UTC"),
        ("2023-09-18T10:00:30Z", "18 September 2023, 10:00:30 UTC"),
        (
            "2023-09-18T10:00+03:00[Europe/Moscow]/2023-09-18T11:30+03:00[Europe/Moscow]",
            "18 September 2023, 10:00–11:30 Europe/Moscow",
        ),
        (
            "2023-09-18T10:00+03:00[Europe/Moscow]/2023-09-19T11:30+03:00[Europe/Moscow]",
            "18 September 2023, 10:00 – 19 September 2023, 11:30 Europe/Moscow",
        ),
        (
            "2023-09-18T10:00+03:00[Europe/Moscow]/2023-09-18T20:00+08:00[Asia/Shanghai]",
            "18 September 2023, 10:00 Europe/Moscow to 18 September 2023, 20:00 Asia/Shanghai",
        ),
        ("2023-09-18T10:00Z/2023-09-21", "18 September 2023, 10:00 UTC to 21 September 2023"),
    ],
)
def test_as_people_say_it(text: str, words: str) -> None:
    assert str(When(text)) == words


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("2023-10", "October 2023"),
        ("2023-10?", "October 2023 (uncertain)"),
        ("2023-10-17", "17 October 2023"),
        ("2023-10-1X", "a day between 10 and 19 October 2023"),
        ("2023-09/..", "from September 2023, end open"),
    ],
)
def test_no_date_is_to_be_confirmed_of_what_is_over(text: str, words: str) -> None:
    assert When(text).past == words
