"""Text is text: what a log, a list or a file says is shown as it was printed, and commands nothing."""

import json
import logging
import re
import sys
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import attrs
import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.text import Text

from diplocal.cli import main
from diplocal.cli.program import COMMANDS
from diplocal.cli.server_log import PrintableLines
from diplocal.cli.tables import Terminal, table
from diplocal.cli.terminal import printable, printable_json
from diplocal.demo import article
from diplocal.events import Event
from diplocal.store import open_store

CONTROL = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069]")
HARMFUL = [
    "[/en]",
    "[via desk]",
    "\x1b]0;title\x07",
    "\x1b[2J",
    "\x9b31m",
    "\x7f",
    ":boom:",
    "\u202egnp",
    "a\rb",
    "a\u2028b",
]
FREE_TEXT = ("area", "craft", "label", "name", "note", "place", "publisher", "reason", "speaker", "title")

texts = st.lists(st.one_of(st.text(st.characters(codec="utf-8")), st.sampled_from(HARMFUL))).map("".join)
terminals = st.sampled_from([60, 200])


def printed(width: int, *shown: Any) -> str:
    terminal = Terminal(width=width, markup=False, emoji=False, highlight=False, force_terminal=False)
    with terminal.capture() as capture:
        terminal.print(*shown)
    return capture.get()


class TestPrintable:
    @given(texts)
    def test_has_no_control_characters_and_keeps_the_rest(self, text: str) -> None:
        shown = printable(text)
        assert not CONTROL.search(shown.replace("\t", ""))
        assert printable(shown) == shown
        assert CONTROL.sub("", shown.replace("\t", "")).startswith(CONTROL.split(text.replace("\t", ""))[0])

    @pytest.mark.parametrize(
        ("text", "shown"),
        [
            ("Daily [/en]", "Daily [/en]"),
            ("a\x1b[2Jb", r"a\x1b[2Jb"),
            ("a\x9bb", r"a\x9bb"),
            ("a\u202eb", r"a\u202eb"),
            ("two\nlines\tand a tab", "two\nlines\tand a tab"),
            ("السعودية, 北京, 👩‍🚀", "السعودية, 北京, 👩‍🚀"),
        ],
    )
    def test_shows_control_characters_as_escapes(self, text: str, shown: str) -> None:
        assert printable(text) == shown

    @given(texts)
    def test_json_says_the_same_without_control_characters(self, text: str) -> None:
        document = printable_json(msgspec.json.encode({"said": text}))
        assert json.loads(document) == {"said": text}
        assert not CONTROL.search(document.decode())


class TestTables:
    @given(width=terminals, texts=st.lists(texts, min_size=3, max_size=3))
    def test_show_text_as_it_was_printed(self, width: int, texts: list[str]) -> None:
        made = table(texts[0], "A", "B")
        made.add_row(texts[1], Text(texts[2]))
        assert not CONTROL.search(printed(width, made))

    def test_keep_what_stands_in_square_brackets(self) -> None:
        made = table("Heading [x]", "Column [/y]")
        made.add_row("Daily [/en] [bold]:boom:")
        shown = printed(60, made, "below [/z]")
        for text in ("Heading [x]", "Column [/y]", "Daily [/en] [bold]:boom:", "below [/z]"):
            assert text in shown

    def test_stay_in_their_columns(self) -> None:
        made = table("T", "A", "B")
        made.add_row("x \x1b[2J", "right")
        made.add_row("plain", "right")
        assert len({line.index("right") for line in printed(60, made).splitlines() if "right" in line}) == 1


def harmful(value: Any, text: str) -> Any:
    """Return an event with a text added to each of its free texts."""
    if isinstance(value, tuple):
        return tuple(harmful(one, text) for one in value)
    if not attrs.has(type(value)) or not type(value).__module__.startswith("diplocal"):
        return value
    changes: dict[str, Any] = {}
    for field in attrs.fields(type(value)):
        old = getattr(value, field.name)
        if field.name in FREE_TEXT and old:
            changes[field.name] = tuple(f"{one} {text}" for one in old) if field.name == "craft" else f"{old} {text}"
        elif field.init and not field.name.startswith("_"):
            changes[field.name] = harmful(old, text)
    return attrs.evolve(value, **changes)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A log in which each text holds what could be markup, and files that hold what no log may."""
    made = tmp_path_factory.mktemp("text")
    events: list[Event] = [*article.as_reported(), *article.what_followed()]
    all_of_it = "[/en] [via desk] [bold] :boom: \u2066x."
    with open_store(made / "log.db") as store:
        store.append(*(harmful(event, all_of_it) for event in events))
    sheet = "kind,who,with,when\nvisit,CN,\x1b[2J [/x],2023\nvisit,CN,RU,\x9b31m [/x]\n"
    (made / "sheet.csv").write_text(sheet, encoding="utf-8")
    (made / "events.toml").write_text('[[event]]\ntype = "\\u001b[2J [/x] \\u202e"\n', encoding="utf-8")
    (made / "lines.jsonl").write_text('{"id": "\\u001b[2J [/x]"}\n', encoding="utf-8")
    feed = "BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nSUMMARY:\x1b[2J [/x]\r\nDTSTART:\x1b[2J\r\nX\x1b[2J\r\nEND:VEVENT\r\n"
    (made / "feed.ics").write_text(feed, encoding="utf-8")
    (made / "[").mkdir()
    (made / "[" / "x].csv").write_text(sheet, encoding="utf-8")
    return made


ANSWERS = (
    "upcoming --on 2023-09-01",
    "list",
    "find wang",
    "diff --from 4",
    "last-met CN RU --on 2024-01-01",
    "correct wang-to-russia-2023-09 1 place=\u202e\x1b --dry-run",
    "retract wang-to-russia-2023-09 1 --dry-run",
    "merge wang-to-russia-2023-09 putin-to-china-2023-10 --dry-run",
    "frequency",
    "discrepancies",
    "show wang-to-russia-2023-09",
    "patrols",
    "rounds --on 2023-09-01",
    "itinerary Q701128",
    "punctuality",
    "network --nodes people",
)
OTHERS = (
    "list --format csv",
    "list --format jsonl",
    "list --format ics",
    "find \x1b[2J",
    "list --place \x1b[2J",
    "last-met \x1b[2J CN",
    "feed",
    "feed --form rich",
    "feed --form jscalendar",
    "export",
    "verify",
    "reindex",
    "check feed.ics",
    "backup log.db none\x1b[2J/[/x].db",
    "key --name desk\x1b[2J",
    "checkpoint",
    "prove 1",
    "verify-proof [/x]",
    "sync log.db other\x1b[2J.db",
    "restore [/x]\x1b[2J.db other.db",
    "import csv sheet.csv",
    "import csv [/x].csv",
    "import jsonl lines.jsonl",
    "import ical feed.ics --upstream desk --reported 2023-09-01",
    "record events.toml",
    "show \x1b[2J",
    "rounds --series \x1b[2J",
    "itinerary \x1b[2J",
    "access grant \x1b[2J",
    "access list",
    "publish \x1b[2J",
    "demo --dir [/x]",
    "init-db [/x]\x1b[2J",
    "watch --once --from 0",
    "digest --from 0",
    "erase [/x]\x1b[2J",
)
NOT_RUN = {"serve", "seal"}
"""What its log says is tested below."""


def run(command: str, folder: Path, monkeypatch: pytest.MonkeyPatch, capfdbinary: pytest.CaptureFixture[bytes]) -> str:
    monkeypatch.chdir(folder)
    monkeypatch.setenv("COLUMNS", "400")
    name = command.split(maxsplit=1)[0]
    log = (
        []
        if name in ("backup", "check", "demo", "init-db", "restore", "sync", "verify-proof")
        else ["--log", "log.db" if name not in ("import", "record") else "other.db"]
    )
    monkeypatch.setattr(sys, "argv", ["diplocal", *command.split(), *log])
    with suppress(SystemExit):
        main()
    out, err = capfdbinary.readouterr()
    return (out + err).replace(b"\r\n", b"\n").decode()


@pytest.mark.parametrize("command", [*ANSWERS, *(f"{answer} --json" for answer in ANSWERS), *OTHERS])
def test_no_command_lets_a_control_character_through(
    folder: Path, command: str, monkeypatch: pytest.MonkeyPatch, capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    shown = run(command, folder, monkeypatch, capfdbinary)
    assert shown
    if command.startswith("feed") or command.endswith(
        "ics"
    ):  # a file for programs: it keeps the marks of languages written from right to left
        shown = re.sub("[\u202a-\u202e\u2066-\u2069]", "", shown)
    assert not CONTROL.search(shown.replace("\t", ""))
    assert "Traceback" not in shown


@pytest.mark.parametrize("command", ["upcoming --on 2023-09-01", "show wang-to-russia-2023-09", "rounds"])
def test_what_stands_in_square_brackets_is_shown(
    folder: Path, command: str, monkeypatch: pytest.MonkeyPatch, capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    shown = run(command, folder, monkeypatch, capfdbinary)
    for text in ("[/en]", "[via desk]", "[bold]", ":boom:"):
        assert text in shown


def test_every_command_is_tried() -> None:
    tried = {command.split()[0] for command in (*ANSWERS, *OTHERS)}
    assert tried | NOT_RUN == {name for names in COMMANDS.values() for name in names}


def _raised(error: Exception) -> Any:
    try:
        raise error
    except type(error):
        return sys.exc_info()


@given(texts)
def test_the_log_of_the_server_has_no_control_characters_and_a_message_stays_on_its_line(text: str) -> None:
    made: Callable[..., logging.LogRecord] = logging.LogRecord
    formatter = PrintableLines("%(levelname)s: %(message)s")
    plain = formatter.format(made("diplocal", logging.ERROR, "", 1, "found %s", (text,), None))
    assert not CONTROL.search(plain.replace("\t", ""))
    assert "\n" not in plain
    traced = formatter.format(made("diplocal", logging.ERROR, "", 1, "failed", (), _raised(ValueError(text))))
    assert not CONTROL.search(traced.replace("\t", ""))
