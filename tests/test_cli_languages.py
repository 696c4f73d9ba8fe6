"""What the command line writes for people, it writes in their language: titles, dates, headings and remarks."""

from collections.abc import Mapping

import pytest
from typer.testing import CliRunner, Result

from diplocal.cli.program import app
from diplocal.wording import language
from diplocal.wording.language import LANGUAGES

QUERIES: Mapping[str, str] = {
    "upcoming --on 2023-09-01 --reported-by 2023-09-20": "column.what",
    "frequency": "column.between",
    "show wang-to-russia-2023-09": "column.public_since",
    "discrepancies": "answer.discrepancies",
    "patrols": "column.whose",
    "rounds": "column.days_since",
    "itinerary Q701128": "column.days",
    "punctuality": "punctuality.medians",
    "network": "column.weight",
}
"""Commands, each with a phrase that it writes."""


@pytest.fixture(scope="module")
def log(tmp_path_factory: pytest.TempPathFactory) -> str:
    folder = tmp_path_factory.mktemp("languages")
    assert CliRunner().invoke(app, ["demo", "--dir", str(folder)]).exit_code == 0
    return str(folder / "diplocal-demo.db")


def run(log: str, *arguments: str, **environment: str) -> Result:
    return CliRunner().invoke(app, arguments, env={"DIPLOCAL_LOG": log, "COLUMNS": "400"} | environment)


@pytest.mark.parametrize("query", QUERIES)
@pytest.mark.parametrize("tag", LANGUAGES)
def test_every_table_is_written_in_every_language(log: str, tag: str, query: str) -> None:
    done = run(log, *query.split(), "--lang", tag)
    assert (done.exit_code, done.stderr) == (0, "")
    assert " ".join(language(tag)(QUERIES[query]).split()) in " ".join(done.stdout.split())


def test_a_title_for_programs_is_written_in_the_language_too(log: str) -> None:
    done = run(log, "show", "wang-to-russia-2023-09", "--json", "--lang", "zh")
    assert '"title": "外交部长 Wang Yi（中国）访问俄罗斯"' in done.stdout
    assert '"status": "held"' in done.stdout


def test_a_feed_is_written_in_the_language(log: str) -> None:
    done = run(log, "feed", "--lang", "ru")
    assert "Министр иностранных дел Wang Yi (Китай) – визит: Россия" in done.stdout.replace("\n ", "")


def test_the_language_can_come_from_the_environment(log: str) -> None:
    assert "Discordances" in run(log, "discrepancies", DIPLOCAL_LANG="fr").stdout


def test_a_language_that_is_not_known_is_refused_with_those_that_are(log: str) -> None:
    done = run(log, "discrepancies", "--lang", "tlh")
    assert done.exit_code == 2
    assert "'tlh'" in done.stderr
    assert ", ".join(LANGUAGES) in " ".join(done.stderr.split())
