"""Any text whatever at every door: a short walk; ``python -m tests.doors`` goes on for as long as is asked."""

import subprocess
import sys
from pathlib import Path

import pytest
import typer

from diplocal.cli.options import known
from diplocal.dates import When
from diplocal.dates.words import said
from diplocal.errors import InvalidValue, UnreadableInput, Unresolved
from diplocal.importers.toml_events import read_events
from diplocal.names.words import index_words, words_sought


def test_any_text_is_resolved_refused_with_a_message_that_holds_it_or_recorded_as_it_was_said() -> None:
    command = [sys.executable, "-m", "tests.doors", "--examples", "4000", "--seed", "11"]
    done = subprocess.run(command, check=False, capture_output=True, text=True, cwd=Path(__file__).parents[1])
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("text", ["1 and 6", "1 и 6", "between 3 and 5", "Mon and Tue"])
def test_days_without_a_year_are_refused(text: str) -> None:
    with pytest.raises(Unresolved, match="with its year"):
        said(text)


@pytest.mark.parametrize("text", ["N/A", "2023/early", "2023-09-18/Moscow"])
def test_a_span_that_is_none_is_named_whole(text: str) -> None:
    with pytest.raises(InvalidValue, match=f"date is '{text}'.*in the place of"):
        When(text)


@pytest.mark.parametrize("text", ["\u2060\u200d", "\u034f\u0301", "\N{COMBINING TILDE}"])
def test_marks_that_stand_alone_are_no_word_to_find_by(text: str) -> None:
    with pytest.raises(InvalidValue, match="a word or several"):
        words_sought(text)


@pytest.mark.parametrize(("sought", "written"), [("La\u200bvrov", "Lavrov"), ("Lavrov", "Lav\u00adrov")])
def test_a_word_is_found_whatever_nobody_sees_in_it(sought: str, written: str) -> None:
    assert words_sought(sought) <= index_words(written)


@pytest.mark.parametrize(
    ("field", "value", "expected"),
    [
        ("round", "18", "a table"),
        ("visitors", "Wang Yi (CN)", "a list"),
        ("round", {"series": "Talks", "number": "18"}, "a number"),
    ],
)
def test_a_text_where_none_can_be_is_named_with_what_is_expected(field: str, value: object, expected: str) -> None:
    written = "{ series = 'Talks', number = '18' }" if isinstance(value, dict) else repr(value)
    table = {"visitors": "['CN']", "host": "'RU'", field: written}
    lines = [
        "[[event]]",
        "type = 'visit-announced'",
        "engagement = 'x'",
        *(f"{key} = {one}" for key, one in table.items()),
    ]
    with pytest.raises(UnreadableInput, match=expected):
        read_events("events.toml", "\n".join(lines).encode())


@pytest.mark.parametrize("text", ["²", "١²", "9" * 30, "9" * 5000, "①"])
def test_a_position_in_digits_of_another_kind_or_beyond_any_log_is_refused(text: str) -> None:
    with pytest.raises(typer.BadParameter, match="expected a day"):
        known(text)
