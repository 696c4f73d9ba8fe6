"""record, correct, retract and merge: what each would change is shown before, and is what it changes."""

import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from diplocal.cli.program import app
from diplocal.diary import Diary
from diplocal.errors import UnreadableInput
from diplocal.importers.toml_events import read_toml
from diplocal.store import open_existing

PLAN = """
[[event]]
type = "visit-announced"
engagement = "{slug}"
visitors = ["Foreign Minister Wang Yi (CN)"]
host = "RU"
when = "2023-10"
reported = 2023-09-18
sources = ["TASS"]
"""


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "log.db"


def run(path: Path, *arguments: str, typed: str | None = None) -> Result:
    return CliRunner().invoke(app, [*arguments, "--log", str(path)], input=typed, env={"COLUMNS": "160"})


def done(path: Path, *arguments: str, typed: str | None = None) -> str:
    result = run(path, *arguments, typed=typed)
    assert result.exit_code == 0, (result.output, result.exception)
    return " ".join(result.stdout.split())


def changes(path: Path, *arguments: str, typed: str | None = None) -> Any:
    result = run(path, *arguments, "--json", typed=typed)
    assert result.exit_code == 0, (result.output, result.exception)
    return json.loads(result.stdout)


def position(path: Path) -> int:
    with open_existing(path) as store:
        return store.position()


def status(path: Path, slug: str) -> str | None:
    with open_existing(path) as store:
        found = Diary(store).get(slug)
    return None if found is None else found.status.value


@pytest.fixture
def two(path: Path) -> Path:
    done(path, "record", "-", typed=PLAN.format(slug="one") + PLAN.format(slug="other"))
    return path


class TestRecord:
    def test_events_are_read_from_standard_input(self, path: Path) -> None:
        assert done(path, "record", "-", typed=PLAN.format(slug="visit")).startswith("1 recorded, 0 known already")
        assert status(path, "visit") == "planned"

    def test_a_dry_run_shows_what_would_be_new_and_makes_no_log(self, path: Path) -> None:
        (found,) = changes(path, "record", "-", "--dry-run", typed=PLAN.format(slug="visit"))
        assert (found["change"], found["engagement"]) == ("new", "visit")
        assert not path.exists()

    def test_what_no_report_says_the_kind_of_is_told_of_with_what_comes_near(self, two: Path) -> None:
        confirmed = '[[event]]\ntype = "confirmed"\nengagement = "{slug}"\n'
        told = run(two, "record", "-", typed=confirmed.format(slug="othr")).stderr
        assert "no report says what 'othr' is; in the log there is 'other'" in told
        assert run(two, "record", "-", typed=confirmed.format(slug="other")).stderr == ""

    def test_a_report_of_a_day_to_come_is_told_of(self, path: Path) -> None:
        told = run(path, "record", "-", typed=PLAN.format(slug="visit").replace("2023-09-18", "2923-09-18"))
        assert told.exit_code == 0
        assert "a report is of 2923-09-18, which is to come" in told.stderr

    def test_what_is_known_already_makes_no_difference(self, two: Path) -> None:
        again = PLAN.format(slug="one")
        assert changes(two, "record", "-", "--dry-run", typed=again) == []
        assert "No difference to the diary." in done(two, "record", "-", typed=again)

    def test_all_faults_of_a_file_are_told_at_once(self, path: Path) -> None:
        wrong = PLAN.format(slug="one").replace('"RU"', '"Russa"'), PLAN.format(slug="two").replace("2023-10", "soon")
        result = run(path, "record", "-", typed="".join((*wrong, PLAN.format(slug="right"))))
        told = str(result.exception)
        assert "there are 2 faults" in told
        assert "event 1" in told
        assert "Russa" in told
        assert "event 2" in told
        assert "soon" in told
        assert "event 3" not in told
        assert not path.exists() or position(path) == 0


class TestCorrect:
    def test_a_field_is_as_it_should_have_been(self, two: Path) -> None:
        wanted = "correct", "one", "1", "when=2023-10-17", "host=Belarus"
        (would,) = changes(two, *wanted, "--dry-run")
        assert position(two) == 2
        (did,) = changes(two, *wanted)
        assert would == did
        assert (did["when"]["edtf"], did["host"], did["change"]) == ("2023-10-17", "BY", "changed")
        assert position(two) == 3

    def test_a_second_correction_keeps_what_the_first_said(self, two: Path) -> None:
        changes(two, "correct", "one", "1", "host=BY")
        (found,) = changes(two, "correct", "one", "1", "when=2023-11")
        assert (found["host"], found["when"]["edtf"]) == ("BY", "2023-11")

    def test_a_list_is_written_as_in_toml_and_nothing_takes_the_value_out(self, two: Path) -> None:
        (found,) = changes(two, "correct", "one", "1", 'visitors=["Premier Li Qiang (CN)"]', "when=")
        assert ([one["name"] for one in found["people"]], found["when"]) == (["Li Qiang"], None)

    @pytest.mark.parametrize(
        ("arguments", "says"),
        [
            (("one", "9", "host=BY"), "one of 1"),
            (("one", "1", "host=CN"), "visit themselves"),
            (("one", "1", "host=BY", "when=2023-11", "host=RU"), "field is 'host': expected each field once"),
            (("ona", "1", "host=BY"), "no engagement is named 'ona'"),
            (("one", "1", "hots=BY"), "'host', if that is meant"),
            (("one", "1", "host"), "FIELD=VALUE"),
            (("one", "1", "host=Belrus"), "Belarus"),
            (("one", "1", "engagement=other"), "engagement is 'other': expected 'one': a report stays where it is"),
            (("one", "1", "visitors="), "visitors is '': expected a value"),
            (("one", "1", "engagement="), "engagement is None: expected 'one'"),
            (("one", "1", "visitors=["), "a value of TOML"),
        ],
    )
    def test_what_cannot_be_is_told(self, two: Path, arguments: tuple[str, ...], says: str) -> None:
        assert says in str(run(two, "correct", *arguments).exception)
        assert position(two) == 2


class TestOtherAudiences:
    @pytest.mark.parametrize(("shown_to", "is_said"), [("public", True), ("internal", False)])
    def test_what_the_shown_audience_does_not_see_is_said(self, path: Path, shown_to: str, *, is_said: bool) -> None:
        hidden = '[[event]]\ntype="cancelled"\nengagement="one"\naudience="internal"\n'
        told = run(path, "record", "-", "--audience", shown_to, typed=hidden).stderr
        assert ("what is marked for 'internal' is not shown to the audience 'public'" in told) is is_said

    @pytest.mark.parametrize(("audience", "is_said"), [("asia-dsk", True), ("asia-desk", False), ("internal", False)])
    def test_access_for_an_audience_that_nothing_is_marked_for_is_told(
        self, path: Path, audience: str, *, is_said: bool
    ) -> None:
        run(path, "record", "-", "--audience", "asia-desk", typed='[[event]]\ntype="cancelled"\nengagement="one"\n')
        told = run(path, "access", "grant", "the desk", "--audience", audience)
        assert told.exit_code == 0
        assert (f"no record is marked for the audience '{audience}'" in told.stderr) is is_said


class TestRetract:
    def test_a_report_is_taken_back_by_its_number_and_the_retraction_too(self, two: Path) -> None:
        (would,) = changes(two, "retract", "one", "1", "--dry-run")
        assert (would["change"], status(two, "one")) == ("gone", "planned")
        assert "recorded" in done(two, "retract", "one", "1", "--reason", "typed twice", "--source", "Desk")
        assert status(two, "one") == "retracted"
        changes(two, "retract", "one", "3")
        assert status(two, "one") == "planned"

    def test_a_report_is_named_by_its_id_too(self, two: Path) -> None:
        (report,) = json.loads(run(two, "show", "one", "--json").stdout)["reports"]
        changes(two, "retract", "one", report["id"])
        assert status(two, "one") == "retracted"


class TestMerge:
    def test_two_are_one_under_the_name_of_the_other(self, two: Path) -> None:
        would = changes(two, "merge", "one", "other", "--dry-run")
        assert [(one["engagement"], one["change"]) for one in would if one["change"] == "gone"] == [("one", "gone")]
        assert changes(two, "merge", "one", "other") == would
        assert status(two, "one") == "absorbed"

    @pytest.mark.parametrize("pair", [("one", "othr"), ("othr", "one")])
    def test_an_engagement_that_is_not_there_is_told_with_what_comes_near(
        self, two: Path, pair: tuple[str, str]
    ) -> None:
        assert "did you mean" in str(run(two, "merge", *pair).exception)

    def test_what_is_merged_already_is_not_turned_round(self, two: Path) -> None:
        changes(two, "merge", "one", "other")
        assert "it is other already" in str(run(two, "merge", "other", "one").exception)
        assert status(two, "one") == "absorbed"

    def test_nothing_is_merged_with_itself(self, two: Path) -> None:
        assert "another engagement than itself" in str(run(two, "merge", "one", "one").exception)


class TestBackAndForth:
    """What was said before, and is so no more, can be said again; what is so already is known already."""

    def test_of_corrections(self, two: Path) -> None:
        for day in ("2023-10-02", "2023-10-01", "2023-10-02", "2023-10-01"):
            wanted = "correct", "one", "1", f"when={day}"
            would = changes(two, *wanted, "--dry-run")
            (did,) = changes(two, *wanted)
            assert (would, did["when"]["edtf"]) == ([did], day)
            assert "0 recorded, 1 known already" in done(two, *wanted)

    def test_of_retractions(self, two: Path) -> None:
        for taken_back, becomes in (("1", "retracted"), ("3", "planned"), ("1", "retracted"), ("5", "planned")):
            changes(two, "retract", "one", taken_back)
            assert status(two, "one") == becomes
            assert "0 recorded, 1 known already" in done(two, "retract", "one", taken_back)
        assert position(two) == 6

    def test_of_mergers(self, two: Path) -> None:
        for command, becomes in (
            (("merge", "one", "other"), "absorbed"),
            (("retract", "one", "3"), "planned"),
            (("merge", "one", "other"), "absorbed"),
        ):
            changes(two, *command)
            assert status(two, "one") == becomes
            assert "0 recorded, 1 known already" in done(two, *command)


@pytest.mark.parametrize(
    ("command", "content"),
    [
        (["import", "csv"], "kind,who\ntea,CN\n"),
        (["import", "csv"], "no such column\n"),
        (["import", "ical", "--upstream", "desk"], "no calendar"),
        (["import", "jsonl"], "{}\n"),
        (["import", "pla-paths"], "no such column\n"),
        (["record"], "[[event]]\ntype = 'tea'\n"),
    ],
)
def test_what_is_refused_as_a_whole_leaves_no_log_behind(tmp_path: Path, command: list[str], content: str) -> None:
    path = tmp_path / "input"
    path.write_text(content, encoding="utf-8")
    done = CliRunner().invoke(app, [*command, str(path), "--log", str(tmp_path / "new.db")])
    assert done.exit_code
    assert [one.name for one in tmp_path.iterdir()] == ["input"]
    (tmp_path / "sheet.csv").write_text("kind,who,with\nvisit,CN,RU\n", encoding="utf-8")
    done = CliRunner().invoke(app, ["import", "csv", str(tmp_path / "sheet.csv"), "--log", str(tmp_path / "new.db")])
    assert (done.exit_code, (tmp_path / "new.db").exists()) == (0, True)


def test_a_table_that_goes_too_deep_is_told_so(tmp_path: Path) -> None:
    path = tmp_path / "deep.toml"
    path.write_text(f"[[event]]\nx = {'[' * 5000}{']' * 5000}", encoding="utf-8")
    with pytest.raises(UnreadableInput, match="too deep"):
        read_toml(path)
