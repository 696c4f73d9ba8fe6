"""The command line: tables for people, JSON for programs, one line and an exit code when it fails."""

import json
import shutil
import sqlite3
import subprocess
from contextlib import closing
from pathlib import Path
from typing import Any

import icalendar
import pytest
from commands import diplocal


def run(*arguments: str | Path, cwd: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    return diplocal(*arguments, cwd=cwd, **{"COLUMNS": "120", **environment})


def answer(*arguments: str | Path, cwd: Path) -> Any:
    done = run(*arguments, "--json", cwd=cwd)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


@pytest.fixture(scope="module")
def play(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("demo")
    done = run("demo", "--dir", "play", cwd=folder)
    assert done.returncode == 0, done.stderr
    return folder / "play"


LOG = "diplocal-demo.db"


class TestDemo:
    def test_it_leaves_a_log_and_a_calendar_and_shows_both_answers(self, tmp_path: Path) -> None:
        done = run("demo", cwd=tmp_path)
        assert done.returncode == 0
        assert "October 2023, date to be" in done.stdout
        assert "17–18 October 2023" in done.stdout
        assert len(icalendar.Calendar.from_ical((tmp_path / "china-russia.ics").read_bytes()).walk("VEVENT")) == 7

    def test_again_it_changes_nothing(self, tmp_path: Path) -> None:
        run("demo", cwd=tmp_path)
        before = run("verify", "--log", LOG, cwd=tmp_path).stdout
        calendar = (tmp_path / "china-russia.ics").read_bytes()
        assert run("demo", cwd=tmp_path).returncode == 0
        assert run("verify", "--log", LOG, cwd=tmp_path).stdout == before
        assert (tmp_path / "china-russia.ics").read_bytes() == calendar


class TestQueries:
    def test_upcoming_for_programs(self, play: Path) -> None:
        when = "--on", "2023-09-18", "--reported-by", "2023-09-18"
        entries = answer("upcoming", "--log", LOG, *when, "--state", "ru", cwd=play)
        assert [one["engagement"] for one in entries] == [
            "wang-to-russia-2023-09",
            "security-consultation-18",
            "wang-meets-lavrov-2023-09",
            "putin-to-china-2023-10",
        ]
        assert entries[1]["round"] == 18
        assert entries[3]["when"] == {
            "edtf": "2023-10",
            "words": "October 2023, date to be confirmed",
            "earliest": "2023-10-01",
            "latest": "2023-10-31",
            "exact": False,
        }

    def test_what_the_log_knew_before_it_was_made_is_nothing(self, play: Path) -> None:
        assert answer("upcoming", "--log", LOG, "--on", "2023-09-18", "--known-at", "2023-12-31T12:00Z", cwd=play) == []
        assert len(answer("upcoming", "--log", LOG, "--on", "2023-09-18", "--known-at", "4", cwd=play)) == 4

    def test_a_position_of_four_digits_is_no_year(self, play: Path) -> None:
        done = diplocal("list", "--log", LOG, "--known-at", "2023", cwd=play)
        assert (done.returncode, "02023 for the position 2023" in " ".join(done.stderr.split())) == (2, True)
        assert "expected at most" in diplocal("list", "--log", LOG, "--known-at", "02023", cwd=play).stderr

    def test_frequency_of_a_pair_by_year(self, play: Path) -> None:
        rows = answer("frequency", "--log", LOG, "--pair", "CN", "RU", "--by", "year", cwd=play)
        assert [(row["period"], row["kind"], row["count"]) for row in rows] == [
            ("2023", "visit", 4),
            ("2023", "meeting", 3),
            ("2023", "patrol", 1),
        ]

    def test_frequency_of_a_person(self, play: Path) -> None:
        rows = answer("frequency", "--log", LOG, "--person", "Li Shangfu", "--by", "month", cwd=play)
        assert {(*row["pair"], row["count"]) for row in rows} == {("BY", "CN", 1), ("CN", "RU", 1)}

    def test_show_has_the_reports_of_what_was_merged_into_it_under_their_own_name(self, tmp_path: Path) -> None:
        told = [
            "type = 'visit-announced'\nengagement = 'a'\nvisitors = ['FI']\nhost = 'EE'\nwhen = '2026-10'",
            "type = 'visit-announced'\nengagement = 'b'\nvisitors = ['FI']\nhost = 'EE'\nwhen = '2026-10-05'",
            "type = 'confirmed'\nengagement = 'b'\nwhen = '2026-10-06'",
            "type = 'merged-as-duplicate'\nengagement = 'b'\ninto = 'a'",
        ]
        (tmp_path / "m.toml").write_text("".join(f"[[event]]\n{one}\n" for one in told), encoding="utf-8")
        run("record", "m.toml", "--log", "m.db", cwd=tmp_path)
        shown = answer("show", "a", "--log", "m.db", cwd=tmp_path)
        assert [one["engagement"] for one in shown["reports"]] == ["a", "b", "b", "b"]
        assert "b: Confirmed" in run("show", "a", "--log", "m.db", cwd=tmp_path).stdout
        own = answer("show", "b", "--log", "m.db", cwd=tmp_path)
        assert [one["engagement"] for one in own["reports"]] == ["b", "b", "b"]

    def test_show_tells_what_each_report_changed(self, play: Path) -> None:
        shown = answer("show", "putin-to-china-2023-10", "--log", LOG, cwd=play)
        assert (shown["status"], shown["when"]["edtf"]) == ("held", "2023-10-17/2023-10-18")
        assert [one["type"].removeprefix("diplocal.") for one in shown["reports"]] == [
            "visit-announced",
            "date-narrowed",
            "confirmed",
            "visit-concluded",
        ]
        assert "planned: October 2023" in run("show", "putin-to-china-2023-10", "--log", LOG, cwd=play).stdout

    def test_the_log_can_come_from_the_environment(self, play: Path) -> None:
        assert run("frequency", "--pair", "CN", "RU", cwd=play, DIPLOCAL_LOG=LOG).returncode == 0

    def test_a_state_may_be_named_by_its_name_or_its_code_in_any_case(self, play: Path) -> None:
        by_code = answer("frequency", "--log", LOG, "--pair", "CN", "RU", cwd=play)
        assert by_code
        assert answer("frequency", "--log", LOG, "--pair", "china", "ru", cwd=play) == by_code

    def test_a_state_that_there_is_not_is_refused_with_what_was_meant(self, play: Path) -> None:
        done = run("upcoming", "--log", LOG, "--state", "Russa", cwd=play)
        assert done.returncode == 2
        assert "'RU' (Russia), if that is meant" in " ".join(done.stderr.split())

    def test_discrepancies_for_people_and_programs(self, play: Path, tmp_path: Path) -> None:
        assert "perhaps one person" in run("discrepancies", "--log", LOG, cwd=play).stdout
        rows = ("visit,held,2023-09-18/2023-09-20,Wang Yi (CN),RU", "visit,held,2023-09-19/2023-09-21,Wang Yi (CN),US")
        (tmp_path / "sheet.csv").write_text("\n".join(("kind,status,when,who,with", *rows)))
        run("import", "csv", "sheet.csv", "--log", "log.db", cwd=tmp_path)
        (found,) = answer("discrepancies", "--log", "log.db", cwd=tmp_path)
        assert found["discrepancy"] == "one person in two places"
        assert len(found["engagements"]) == 2
        assert "Wang Yi in Russia" in run("discrepancies", "--log", "log.db", cwd=tmp_path).stdout

    def test_what_a_calendar_lists_lies_ahead(self, tmp_path: Path) -> None:
        entry = "BEGIN:VEVENT\nUID:1\nSUMMARY:Press point\nDTSTART;VALUE=DATE:20260410\nEND:VEVENT\n"
        (tmp_path / "feed.ics").write_text(f"BEGIN:VCALENDAR\n{entry}END:VCALENDAR\n")
        day = "2026-04-01"
        run("import", "ical", "feed.ics", "--upstream", "Desk", "--reported", day, "--log", "log.db", cwd=tmp_path)
        (found,) = answer("upcoming", "--on", day, "--log", "log.db", cwd=tmp_path)
        assert (found["title"], found["when"]["edtf"]) == ("Press point", "2026-04-10")


class TestOutput:
    def test_feed_check_and_verify(self, play: Path, tmp_path: Path) -> None:
        calendar = tmp_path / "pair.ics"
        assert run("feed", "--log", LOG, "--pair", "CN", "RU", "-o", calendar, cwd=play).returncode == 0
        assert len(icalendar.Calendar.from_ical(calendar.read_bytes()).walk("VEVENT")) == 7
        assert run("check", calendar, cwd=play).returncode == 0
        assert run("verify", "--log", LOG, cwd=play).stdout.startswith("96 records")

    def test_check_fails_on_a_calendar_with_errors(self, tmp_path: Path) -> None:
        broken = tmp_path / "broken.ics"
        broken.write_bytes(b"BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nSUMMARY:x\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n")
        done = run("check", broken, cwd=tmp_path)
        assert done.returncode == 1
        assert "RFC 5545" in done.stdout

    def test_an_export_imports_into_another_log_and_exports_the_same_events(self, play: Path, tmp_path: Path) -> None:
        lines = run("export", "--log", LOG, cwd=play).stdout
        (tmp_path / "events.jsonl").write_text(lines, encoding="utf-8")
        done = run("import", "jsonl", "events.jsonl", "--log", "copy.db", cwd=tmp_path)
        assert "96 taken" in done.stdout
        again = run("import", "jsonl", "events.jsonl", "--log", "copy.db", cwd=tmp_path)
        assert "96 unchanged" in again.stdout
        copied = run("export", "--log", "copy.db", cwd=tmp_path).stdout
        facts = [[(e["id"], e["data"]) for e in map(json.loads, text.splitlines())] for text in (lines, copied)]
        assert facts[0] == facts[1]


class TestWriting:
    def test_a_spreadsheet_again_and_changed(self, tmp_path: Path) -> None:
        sheet = tmp_path / "meetings.csv"
        header = "engagement,kind,status,when,who,with\n"
        sheet.write_text(header + "wang,visit,planned,2023-10,Foreign Minister Wang Yi (CN),RU\n", encoding="utf-8")
        first = run("import", "csv", "meetings.csv", "--log", "visits.db", cwd=tmp_path)
        assert "1 taken" in first.stdout
        assert "1 unchanged" in run("import", "csv", "meetings.csv", "--log", "visits.db", cwd=tmp_path).stdout
        sheet.write_text(header + "wang,visit,held,2023-10-17,Foreign Minister Wang Yi (CN),RU\n", encoding="utf-8")
        run("import", "csv", "meetings.csv", "--log", "visits.db", cwd=tmp_path)
        assert answer("show", "wang", "--log", "visits.db", cwd=tmp_path)["status"] == "held"

    def test_events_written_down_in_toml(self, tmp_path: Path) -> None:
        (tmp_path / "events.toml").write_text(
            """
            [[event]]
            type = "visit-announced"
            engagement = "wang-to-russia"
            visitors = ["Foreign Minister Wang Yi (CN)"]
            host = "RU"
            when = "2023-10"
            reported = 2023-09-18
            sources = ["TASS"]
            """,
            encoding="utf-8",
        )
        first = run("record", "events.toml", "--log", "visits.db", cwd=tmp_path)
        assert "1 recorded" in first.stdout, first.stderr
        assert "1 known already" in run("record", "events.toml", "--log", "visits.db", cwd=tmp_path).stdout

    def test_the_published_list(self, shared_data: Path, tmp_path: Path) -> None:
        folder = shared_data / "statedept" / "visits" / "2016-08-16"
        done = run("import", "statedept-visits", folder, "--reported", "2016-08-16", "--log", "visits.db", cwd=tmp_path)
        assert done.stdout.startswith("2708 rows read: 2706 taken, 1 unchanged"), done.stderr


class TestFailing:
    def test_rows_that_were_not_taken_are_named_on_a_line_each_and_the_exit_code_says_so(self, tmp_path: Path) -> None:
        (tmp_path / "sheet.csv").write_text("kind,who,with\nvisit,CN,RU\nvisit,CN,Russland ist schön und groß\n")
        done = run("import", "csv", "sheet.csv", "--log", "log.db", cwd=tmp_path, COLUMNS="40")
        assert done.returncode == 1
        counts, rejected, _ = done.stdout.splitlines()
        assert counts == "2 rows read: 1 taken, 0 unchanged, 0 corrected, 0 ambiguous, 1 rejected"
        assert rejected.startswith("  rejected row 3: with is 'Russland ist schön und groß'")

    def test_a_terminal_that_knows_few_letters_shows_the_others_as_question_marks(self, play: Path) -> None:
        done = run("frequency", "--log", LOG, cwd=play, PYTHONIOENCODING="ascii")
        assert done.returncode == 0, done.stderr
        assert "China ? Russia" in done.stdout

    def test_a_file_that_cannot_be_written_is_named(self, play: Path, tmp_path: Path) -> None:
        done = run("feed", "--log", LOG, "--output", tmp_path / "nowhere" / "feed.ics", cwd=play)
        assert (done.returncode, done.stdout) == (2, "")
        assert done.stderr == f"diplocal: {tmp_path / 'nowhere' / 'feed.ics'}: No such file or directory\n"

    @pytest.mark.parametrize(
        ("arguments", "says"),
        [
            (("upcoming", "--log", "missing.db"), "missing.db is not a diplocal log: there is no such file"),
            (("upcoming", "--log", "notes.txt"), "notes.txt is not a diplocal log"),
            (("upcoming", "--log", "redis://host"), "no event store answers to 'redis://host'"),
            (("upcoming",), "--log"),
            (("upcoming", "--log", LOG, "--on", "soon"), "expected a day"),
            (("upcoming", "--log", LOG, "--pair", "CN", "CN"), "two different states"),
            (("show", "putin-to-chna", "--log", LOG), "no engagement is named 'putin-to-chna'"),
            (("check", "missing.ics"), "missing.ics"),
            (("import", "jsonl", "missing.jsonl", "--log", "x.db"), "missing.jsonl"),
            (("import", "csv", "notes.txt", "--log", "x.db"), "notes.txt"),
            (("record", "notes.txt", "--log", "x.db"), "notes.txt"),
            (("feed", "--log", LOG, "-o", "no/such/folder/x.ics"), "no/such/folder"),
            (("upcoming", "--log", LOG, "--state", "QQQ"), "'QQQ'"),
            (("frequency", "--log", LOG, "--pair", "CN", "QQQ"), "'QQQ'"),
            (("upcoming", "--log", LOG, "--audience", ""), "audience"),
            (("show", "a\udcff", "--log", LOG), "no text"),
            (("upcoming", "--person", "\udcff", "--log", LOG), "no text"),
            (("record", "digits.toml", "--log", "x.db"), "digits"),
            (("record", "inf.toml", "--log", "x.db"), "reported is inf"),
        ],
    )
    def test_bad_input_gets_one_message_and_no_traceback(
        self, play: Path, arguments: tuple[str, ...], says: str
    ) -> None:
        (play / "notes.txt").write_text("just some notes", encoding="utf-8")
        (play / "digits.toml").write_text(f"n = {'1' * 5000}", encoding="utf-8")
        (play / "inf.toml").write_text('[[event]]\ntype = "meeting-held"\nreported = inf\n', encoding="utf-8")
        done = run(*arguments, cwd=play)
        assert done.returncode == 2
        assert says in " ".join(done.stderr.replace("│", " ").split())
        assert "Traceback" not in done.stderr
        assert not (play / "x.db").exists() or run("verify", "--log", "x.db", cwd=play).stdout.startswith("0 records")

    def test_a_log_edited_behind_its_back_fails_verification(self, play: Path, tmp_path: Path) -> None:
        shutil.copy(play / LOG, tmp_path / LOG)
        with closing(sqlite3.connect(tmp_path / LOG, isolation_level=None)) as file:
            file.execute("DROP TRIGGER records_are_not_updated")
            file.execute(
                "UPDATE records SET data = CAST(replace(CAST(data AS TEXT), '2023-10', '2023-11') AS BLOB)"
                " WHERE position = 4"
            )
        done = run("verify", "--log", LOG, cwd=tmp_path)
        assert done.returncode == 1
        assert "the record at position 4 was edited" in done.stderr
