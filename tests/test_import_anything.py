"""Whatever a cell, a row or a line says, it is taken, or refused with its place: no traceback, and none is lost."""

import csv
import io
import json
import re
import tempfile
from pathlib import Path
from xml.sax.saxutils import escape, quoteattr

import pendulum
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from diplocal.errors import UnreadableInput
from diplocal.importers.csv_sheet import import_csv
from diplocal.importers.jsonl import import_jsonl
from diplocal.importers.outcome import Outcome
from diplocal.importers.plapaths.importer import import_pla_paths
from diplocal.importers.sheet_rows import COLUMNS
from diplocal.importers.statedept.importer import import_travels, import_visits
from diplocal.importers.toml_events import read_toml
from diplocal.projections import AllEngagements, ContactFrequency
from diplocal.replaying import replay
from diplocal.store import MemoryStore

DAY = pendulum.Date(2026, 1, 1)
SAYINGS = st.sampled_from([
    *("visit", "meeting", "held", "planned", "CN", "RU", "African Union (AU)", "Wang Yi (CN)", "CN; JP; KR", "Narnia"),
    *("2026-03-03", "2026-03", "2026/3/3", "45187", "3.3.26", "9999-12-31", "0001-01-01", "..", "/", "[2026..]", "TBD"),
    *("(", ")", "()", ";", "\N{FULLWIDTH SEMICOLON}", "\x00", "\x1b[31m", "\u202e", "\u200b", "'", '"', "=1+1"),
    *("state", "President", "President-elect", "Jr.", "talks", "1", "0", "-1", "18", "https://example.org"),
])  # fmt: skip
TEXTS = st.text(max_size=40) | SAYINGS | st.lists(SAYINGS, max_size=5).map(" ".join)
ROWS = st.lists(st.dictionaries(st.sampled_from(COLUMNS), TEXTS, max_size=8), min_size=1, max_size=5)


def answered(store: MemoryStore) -> None:
    """Ask what is asked of every log."""
    list(replay(AllEngagements(), store))
    replay(ContactFrequency(), store)


def file_of(text: str, name: str) -> Path:
    """Write a file; a lone surrogate cannot be written, and stands for itself no more."""
    path = Path(tempfile.mkdtemp()) / name
    path.write_bytes(text.encode("utf-8", "replace"))
    return path


def of_all(outcome: Outcome, rows: int) -> None:
    """See that each row is counted, and that what was not taken has its place and a reason."""
    assert outcome.read == rows
    assert all(row.place and row.reason for row in (*outcome.rejected, *outcome.ambiguous, *outcome.passed_over))
    str(outcome)


@settings(deadline=None)
@given(st.lists(ROWS, min_size=1, max_size=2))
def test_any_cells_of_a_sheet(sheets: list[list[dict[str, str]]]) -> None:
    store = MemoryStore()
    for rows in sheets:
        text = io.StringIO(newline="")
        writer = csv.DictWriter(text, COLUMNS)
        writer.writeheader()
        writer.writerows(rows)
        says = [row for row in rows if any(cell.encode("utf-8", "replace").decode().strip() for cell in row.values())]
        of_all(import_csv(file_of(text.getvalue(), "sheet.csv"), store), len(says))
    answered(store)


XML = st.text(
    st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"], exclude_characters="\ufffe\uffff"), max_size=40
)
CELLS = XML | SAYINGS.map(lambda text: "".join(letter for letter in text if letter >= " "))


@settings(deadline=None)
@given(st.lists(st.fixed_dictionaries(
    {
        "start": CELLS | st.just("2026-03-03"),
        "end": CELLS | st.just("2026-03-04"),
        "who": CELLS,
        "id": CELLS | st.just("france"),
        "country": CELLS,
        "role": st.sampled_from(["president", "secretary"]) | CELLS,
        "locale": CELLS,
        "text": CELLS,
    }
), max_size=4))  # fmt: skip
def test_any_texts_of_the_state_departments_lists(rows: list[dict[str, str]]) -> None:
    said = [{name: escape(text) for name, text in row.items()} for row in rows]
    visits = "".join(
        f"<visit><start-date>{row['start']}</start-date><end-date>{row['end']}</end-date><visitor>{row['who']}</visitor>"
        f"<from id={quoteattr(raw['id'])}>{row['country']}</from><description>{row['text']}</description></visit>"
        for row, raw in zip(said, rows, strict=True)
    )
    trips = "".join(
        f"<trip role={quoteattr(raw['role'])}><start-date>{row['start']}</start-date><end-date>{row['end']}</end-date>"
        f"<name>{row['who']}</name><country id={quoteattr(raw['id'])}>{row['country']}</country>"
        f"<locale>{row['locale']}</locale><remarks>{row['text']}</remarks></trip>"
        for row, raw in zip(said, rows, strict=True)
    )
    store = MemoryStore()
    for _ in range(2):
        of_all(import_visits(file_of(f"<visits>{visits}</visits>", "a.xml").parent, store, reported=DAY), len(rows))
        if rows:
            of_all(import_travels(file_of(f"<trips>{trips}</trips>", "a.xml").parent, store, reported=DAY), len(rows))
    answered(store)


@settings(deadline=None)
@given(st.lists(st.fixed_dictionaries(
    {
        "src": TEXTS,
        "country": st.sampled_from(["china", "russia", "both"]) | TEXTS,
        "id_num": TEXTS,
        "id_content": TEXTS | st.just("7/31_054A（599）"),
        "data": st.sampled_from(["ship", "flight"]) | TEXTS,
        "unique_labels": st.just("['H-6']") | TEXTS,
        "file_name": st.just("p20220801_02.pdf") | TEXTS,
        "urls": st.just("https://example.org/p") | TEXTS,
        "first_page_content": TEXTS,
        "if_宮古海峽": TEXTS,
    }
), max_size=4))  # fmt: skip
def test_any_cells_of_tracks(rows: list[dict[str, str]]) -> None:
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, ["src", *[name for name in (rows[0] if rows else {}) if name != "src"]])
    writer.writeheader()
    writer.writerows(rows)
    store = MemoryStore()
    path = file_of(text.getvalue(), "tracks.csv")
    if not rows:
        with pytest.raises(UnreadableInput):
            import_pla_paths(path, store)
        return
    of_all(import_pla_paths(path, store), len(rows))
    answered(store)


NAMES = TEXTS | st.sampled_from(["type", "data", "specversion", "engagement"])
JSON = st.recursive(
    st.none() | st.booleans() | st.floats() | st.integers() | TEXTS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NAMES, inner),
)


@settings(deadline=None)
@given(st.lists(st.binary(max_size=60) | JSON.map(lambda value: json.dumps(value).encode()), max_size=5))
def test_any_lines_of_a_log(lines: list[bytes]) -> None:
    store = MemoryStore()
    content = b"\n".join(lines)
    says = [line for line in content.split(b"\n") if line.removeprefix(b"\xef\xbb\xbf").strip()]
    of_all(import_jsonl(lines, store), len(says))
    answered(store)


@pytest.mark.filterwarnings("ignore::diplocal.importers.toml_events.CharactersLeftOut")
@settings(deadline=None)
@given(
    TEXTS
    | st.dictionaries(st.sampled_from(["visitors", "host", "when", "reported", "sources", "place", "note"]), TEXTS).map(
        lambda said: "\n".join(
            ["[[event]]", 'type = "visit-announced"', 'engagement = "x"']
            + [f"{key} = {json.dumps(text)}" for key, text in said.items()]
        )
    )
)
def test_any_text_as_toml(text: str) -> None:
    try:
        envelopes = read_toml(file_of(text, "events.toml"))
    except UnreadableInput:  # names the file and the event
        return
    store = MemoryStore()
    store.append(*envelopes)
    answered(store)


@pytest.mark.parametrize(
    ("kind", "who", "host"),
    [
        ("visit", "CN", "China"),
        ("visit", "Wang Yi (CN); CN", "CN"),
        ("visit", "Wang Yi (CN)", "RU; Yi Wang (CN)"),
        ("visit", "Wang Yi (CN); Wang Yi (CN)", "RU"),
        ("meeting", "CN; RU", "Russia"),
        ("meeting", "Wang Yi (CN); RU", "Yi Wang (CN)"),
        ("exercise", "CN; RU", "CN"),
    ],
)
def test_nobody_visits_themselves_and_nobody_is_there_twice(kind: str, who: str, host: str) -> None:
    sheet = file_of(f"kind,who,with,when\n{kind},{json.dumps(who)},{json.dumps(host)},2026-03", "sheet.csv")
    outcome = import_csv(sheet, MemoryStore())
    (row,) = outcome.rejected
    assert "twice" in row.reason or "visit themselves" in row.reason
    sides = {"visit": "visitors", "meeting": "participants", "exercise": "actors"}[kind]
    everybody = json.dumps(
        [one.strip() for one in f"{who}; {host if kind != 'visit' else ''}".split(";") if one.strip()]
    )
    fields = {sides: everybody} | ({"host": json.dumps(host.partition(";")[0])} if kind == "visit" else {})
    if ";" in host:
        fields["received_by"] = json.dumps([host.partition(";")[2].strip()])
    lines = [
        "[[event]]",
        f'type = "{kind}-announced"',
        'engagement = "x"',
        *(f"{key} = {one}" for key, one in fields.items()),
    ]
    with pytest.raises(UnreadableInput, match=r"twice|visit themselves"):
        read_toml(file_of("\n".join(lines), "events.toml"))


@pytest.mark.parametrize("step", ["accredited", "recalled", "expelled"])
@pytest.mark.parametrize(
    ("person", "says"),
    [
        ("Ambassador X Y (US)", "host is 'United States': expected another one than whom the ambassador represents"),
        ("X Y (FR)", "person is 'X Y': expected a person with an office and a party"),
    ],
)
def test_an_ambassador_holds_an_office_and_is_sent_to_others(step: str, person: str, says: str) -> None:
    lines = f'type = "ambassador-{step}"\nengagement = "x"\nperson = "{person}"\nhost = "US"\nwhen = "2024-01-02"'
    with pytest.raises(UnreadableInput, match=re.escape(says)):
        read_toml(file_of(f"[[event]]\n{lines}", "events.toml"))


@pytest.mark.parametrize("column", ["note", "place", "publisher", "name", "reason", "who"])
def test_a_cell_of_which_nothing_is_seen_is_refused_and_the_others_are_taken(column: str) -> None:
    row = {"kind": "meeting", "who": "CN", "with": "RU", "status": "cancelled", column: "\u200b\u3164"}
    lines = [",".join(row), ",".join(row.values()), ",".join((row | {column: "FR"}).values())]
    outcome = import_csv(file_of("\n".join(lines), "sheet.csv"), MemoryStore())
    assert (outcome.taken, [one.place for one in outcome.rejected]) == (1, ["row 2"])
