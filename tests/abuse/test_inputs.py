"""Whatever a file says, it is refused, or read in a time and a memory that grow as it does."""

from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from time import process_time

import pendulum
import pytest

from diplocal.calendars.check import check
from diplocal.dates import When
from diplocal.diary import Diary
from diplocal.errors import UnreadableInput
from diplocal.events import CallHeld
from diplocal.importers.csv_sheet import import_csv
from diplocal.importers.ical_feed import import_ical
from diplocal.importers.jsonl import import_jsonl
from diplocal.importers.outcome import Outcome
from diplocal.importers.statedept.importer import import_travels, import_visits
from diplocal.importers.toml_events import read_toml
from diplocal.parties import Person, State
from diplocal.store import MemoryStore
from diplocal.web.access import AccessList
from diplocal.web.config import UnusableConfiguration, read_config_text

DAY = pendulum.Date(2026, 3, 1)
DEEP = 100_000


def file(folder: Path, text: str) -> Path:
    path = folder / "input"
    path.write_text(text, encoding="utf-8")
    return path


def calendar(*lines: str) -> bytes:
    return "\r\n".join(("BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:x", *lines, "END:VCALENDAR", "")).encode()


def entry(*lines: str) -> bytes:
    fixed = ("UID:a", "DTSTAMP:20260301T000000Z", "DTSTART:20260301T000000Z", "SUMMARY:x")
    return calendar("BEGIN:VEVENT", *fixed, *lines, "END:VEVENT")


def ical(content: bytes) -> Outcome:
    return import_ical(content, MemoryStore(), reported=DAY, upstream="Ministry")


class TestNesting:
    @pytest.mark.parametrize(
        "text",
        [
            f"[[event]]\na = {'[' * DEEP}{']' * DEEP}",
            f"[[event]]\na = {'{a = ' * DEEP}1{'}' * DEEP}",
            f"[[event]]\n{'a.' * DEEP}b = 1",
            f"[{'a . ' * DEEP}b]",
            f"""[[event]]\n{"'a b'." * DEEP}"c".d = 1""",
        ],
        ids=["lists", "tables", "dotted keys", "a dotted heading", "quoted keys"],
    )
    def test_of_toml_is_refused(self, text: str, tmp_path: Path) -> None:
        with pytest.raises(UnreadableInput, match="go too deep"):
            read_toml(file(tmp_path, text))

    def test_of_toml_that_a_text_only_looks_like_is_read(self, tmp_path: Path) -> None:
        with pytest.raises(UnreadableInput, match="stands outside of an event"):
            read_toml(file(tmp_path, f'a = "{"…" * 99}{"a. " * 40}{"." * 99} {"www.example.org " * 40}"'))

    @pytest.mark.parametrize("data", ["[" * DEEP + "]" * DEEP, '{"a":' * DEEP + "1" + "}" * DEEP])
    @pytest.mark.parametrize("kind", ["diplocal.visit-announced", "com.example.tea"])
    def test_of_json_costs_its_line(self, data: str, kind: str, tmp_path: Path) -> None:
        line = f'{{"specversion":"1.0","type":"{kind}","subject":"a","data":{data}}}'
        outcome = import_jsonl(file(tmp_path, f"{line}\n{{}}"), MemoryStore())
        assert [one.place for one in outcome.rejected] == ["line 1", "line 2"]

    def test_of_files_beside_a_log_is_not_believed(self, tmp_path: Path) -> None:
        assert AccessList(file(tmp_path, "[" * DEEP + "]" * DEEP)).holder("token") is None
        with pytest.raises(UnusableConfiguration):
            read_config_text(f"a = {'[' * DEEP}{']' * DEEP}")

    @pytest.mark.parametrize("read", [import_visits, import_travels])
    def test_of_xml_is_refused(self, read: Callable[..., object], tmp_path: Path) -> None:
        for year, tag, inside in ((1980, "visits", "visit"), (1981, "travels", "trip")):
            text = f"<{tag}>{f'<{inside}>' * DEEP}{f'</{inside}>' * DEEP}</{tag}>"
            (tmp_path / f"{year}.xml").write_text(text, encoding="utf-8")
        with pytest.raises(UnreadableInput, match="more than 50 elements in each other"):
            read(tmp_path, MemoryStore(), reported=DAY)


@pytest.mark.parametrize("read", [import_visits, import_travels])
@pytest.mark.parametrize(
    "entity", ['<!ENTITY a "ha"><!ENTITY b "&a;&a;">', '<!ENTITY b SYSTEM "file:///etc/passwd">', '<!ENTITY % b "x">']
)
def test_entities_of_xml_are_refused(read: Callable[..., object], entity: str, tmp_path: Path) -> None:
    text = f"<!DOCTYPE visits [{entity}]><visits><visit><visitor>&b;</visitor></visit></visits>"
    (tmp_path / "1980.xml").write_text(text, encoding="utf-8")
    with pytest.raises(UnreadableInput, match="plain XML"):
        read(tmp_path, MemoryStore(), reported=DAY)


def known_by_name(name: str) -> object:
    """Ask a diary about a call with somebody of a name, which no constructor bounds."""
    store = MemoryStore()
    store.append(
        CallHeld(engagement="call", participants=(Person(name, State("CN")), State("RU")), when=When("2023-10"))
    )
    return Diary(store).find()


GROWING: dict[str, Callable[[Path, int], object]] = {
    "lines of a sheet": lambda folder, size: import_csv(file(folder, "kind,who,with\n" + "x\n" * size), MemoryStore()),
    "a cell of a sheet": lambda folder, size: import_csv(
        file(folder, f'kind,who,with\nvisit,"{"CN (" * size}",RU\n'), MemoryStore()
    ),
    "events of a log": lambda folder, size: import_jsonl(file(folder, "{}\n" * size), MemoryStore()),
    "tables of TOML": lambda folder, size: read_toml(file(folder, '[[event]]\ntype = "x"\n' * size)),
    "words of a name": lambda _, size: known_by_name("a b " * size + "c"),
    "lines of a calendar": lambda _, size: ical(calendar(*["X-A:b"] * size)),
    "folded lines": lambda _, size: ical(calendar("X-A:b", *[" b"] * size)),
    "components in each other": lambda _, size: ical(calendar(*["BEGIN:VEVENT"] * size, *["END:VEVENT"] * size)),
    "parameters": lambda _, size: ical(calendar(f"X-A{';A=b' * size}:c")),
    "days left out": lambda _, size: ical(entry("RRULE:FREQ=DAILY", "EXDATE:" + ",".join(["20260301T000000Z"] * size))),
    "further days": lambda _, size: ical(entry("RDATE:" + ",".join(["20260301T000000Z"] * size))),
    "a rule's days": lambda _, size: ical(entry("RRULE:FREQ=YEARLY;BYDAY=" + ",".join(["MO"] * size))),
    "attendees": lambda _, size: ical(entry(*["ATTENDEE;CN=a:mailto:a@example.org"] * size)),
    "what is checked": lambda _, size: check(calendar(*["BEGIN:VEVENT"] * size, *["END:VEVENT"] * size)),
}
"""Each is read with a size, such as the number of its lines."""


@pytest.mark.parametrize("name", GROWING)
def test_four_times_as_much_takes_about_four_times_as_long(name: str, tmp_path: Path) -> None:
    def seconds(size: int) -> float:
        begun = process_time()
        with suppress(UnreadableInput):
            GROWING[name](tmp_path, size)
        return process_time() - begun

    size = 500
    while (short := seconds(size)) < 0.02 and size < 8_000:
        size *= 2
    assert min(seconds(4 * size), seconds(4 * size)) < 9 * max(short, 0.02)
