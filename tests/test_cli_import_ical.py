"""`diplocal import ical` and `diplocal check`: what they ask for, and what they say."""

import json
import subprocess
from pathlib import Path

import pytest
from commands import diplocal

ENTRY = "BEGIN:VEVENT\r\nUID:{uid}\r\nDTSTAMP:20260101T080000Z\r\nSUMMARY:{title}\r\n{start}\r\nEND:VEVENT\r\n"
HEAD = "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//Harbour//Diary//EN\r\n"
DAY = "DTSTART;VALUE=DATE:20990907"


def run(*arguments: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    return diplocal(*arguments, cwd=cwd, COLUMNS="300")


def write(folder: Path, *entries: tuple[str, str, str], head: str = HEAD) -> None:
    inside = "".join(ENTRY.format(uid=uid, title=title, start=start) for uid, title, start in entries)
    (folder / "feed.ics").write_bytes(f"{head}{inside}END:VCALENDAR\r\n".encode())


def test_all_that_it_needs_is_asked_for_in_one_message(tmp_path: Path) -> None:
    write(tmp_path, ("one", "Talks", "DTSTART:20990907T100000"))
    done = run("import", "ical", "feed.ics", cwd=tmp_path)
    assert done.returncode == 2
    for option in ("--log", "--upstream", "--zone"):
        assert option in done.stderr
    assert "1 entry names no time zone" in done.stderr
    assert not list(tmp_path.glob("*.db"))


def test_what_the_calendar_says_itself_needs_no_option(tmp_path: Path) -> None:
    named = f"{HEAD}X-WR-CALNAME:Harbour diary\r\nX-WR-TIMEZONE:Europe/Oslo\r\n"
    write(tmp_path, ("one", "Talks", "DTSTART:20990907T100000"), head=named)
    done = run("import", "ical", "feed.ics", "--log", "log.db", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert "--upstream is 'Harbour diary'" in done.stdout
    assert "1 row read: 1 taken" in done.stdout


@pytest.mark.parametrize(
    ("name", "code", "said"), [("europe/oslo", 0, "1 taken"), ("Headquarters", 1, "'Headquarters'")]
)
def test_the_zone_of_a_calendar_is_known_in_any_letters_and_said_where_there_is_none(
    tmp_path: Path, name: str, code: int, said: str
) -> None:
    write(tmp_path, ("one", "Talks", "DTSTART:20990907T100000"), head=f"{HEAD}X-WR-TIMEZONE:{name}\r\n")
    done = run("import", "ical", "feed.ics", "--upstream", "harbour", "--log", "log.db", cwd=tmp_path)
    assert (done.returncode, said in done.stdout) == (code, True)
    assert ("X-WR-TIMEZONE" in run("check", "feed.ics", cwd=tmp_path).stdout) == bool(code)


def test_what_is_no_longer_listed_is_marked_among_what_lies_ahead(tmp_path: Path) -> None:
    options = ("--upstream", "harbour", "--log", "log.db")
    write(tmp_path, ("one", "Talks", DAY), ("two", "Trade day", DAY))
    run("import", "ical", "feed.ics", "--reported", "2026-02-02", *options, cwd=tmp_path)
    write(tmp_path, ("new", "Talks", DAY))
    done = run("import", "ical", "feed.ics", "--reported", "2026-02-03", *options, cwd=tmp_path)
    assert "noted entry 1 (new): its UID is new" in done.stdout
    ahead = run("upcoming", "--log", "log.db", "--on", "2026-02-03", cwd=tmp_path).stdout
    assert ahead.count("Talks") == 1
    assert "No longer on the list" in next(line for line in ahead.splitlines() if "Trade day" in line)
    said = json.loads(run("upcoming", "--log", "log.db", "--on", "2026-02-03", "--json", cwd=tmp_path).stdout)
    assert {one["title"]: one["listed"] for one in said} == {"Talks": True, "Trade day": False}


def test_the_same_fault_is_told_once_with_what_to_do(tmp_path: Path) -> None:
    write(tmp_path, *((str(number), "Talks", f"DTSTART:209909{number:02}T100000") for number in range(1, 21)))
    done = run("import", "ical", "feed.ics", "--upstream", "harbour", "--log", "log.db", cwd=tmp_path)
    assert done.returncode == 1
    assert done.stdout.count("--zone") == 1
    assert "and 17 others" in done.stdout


@pytest.mark.parametrize("command", [("check",), ("import", "ical", "--upstream", "x", "--log", "log.db")])
def test_a_file_without_an_end_is_refused(tmp_path: Path, command: tuple[str, ...]) -> None:
    done = run(*command, "/dev/zero", cwd=tmp_path)
    assert done.returncode != 0
    assert "a limit of diplocal" in done.stdout + done.stderr
    assert "Traceback" not in done.stderr


def test_one_finding_is_one_finding(tmp_path: Path) -> None:
    write(tmp_path, ("one", "Talks", "DTSTART;VALUE=DATE:20991307"))
    done = run("check", "feed.ics", cwd=tmp_path)
    assert done.stdout.splitlines() == [
        "feed.ics:line 8: DTSTART is '20991307': expected a date such as 20231017 (RFC 5545, 3.3.4)",
        "feed.ics: 1 finding",
    ]
