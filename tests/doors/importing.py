"""Doors of importers: cells, lines and tables of files that others wrote."""

import json
import re
from collections.abc import Callable, Sequence
from typing import Any
from xml.sax.saxutils import escape, quoteattr

import pendulum

from diplocal.errors import DiplocalError
from diplocal.importers.csv_sheet import import_csv
from diplocal.importers.ical_feed import import_ical
from diplocal.importers.jsonl import import_jsonl
from diplocal.importers.outcome import Outcome
from diplocal.importers.plapaths.importer import import_pla_paths
from diplocal.importers.sheet_rows import COLUMNS
from diplocal.importers.statedept.importer import import_travels, import_visits
from diplocal.importers.toml_events import read_events
from diplocal.parties import Person, party_of
from diplocal.store import MemoryStore

from .reading import Complaints, each, seen_day, seen_participant
from .seen import holds
from .writing import as_csv, as_toml, file_of

DAY = pendulum.Date(2026, 1, 1)
_ROW = {
    "kind": "meeting",
    "status": "held",
    "when": "2023-09-18",
    "who": "Foreign Minister Wang Yi (CN)",
    "with": "RU",
    "place": "Moscow",
    "publisher": "A daily",
}


def cells(texts: Sequence[str]) -> Complaints:
    """A cell of a sheet."""
    columns = [column for column in COLUMNS if column != "engagement"]
    rows, said_in = [], {}
    for number, text in enumerate(texts):
        column, sent = columns[number % len(columns)], text.encode("utf-8", "replace").decode()
        row = {**_ROW, "engagement": f"e{number}", column: sent}
        if column in ("level", "purpose"):
            row["kind"] = "visit"
        if column == "reason":
            row["status"] = "cancelled"
        rows.append(row)
        said_in[f"row {number + 2}"] = (text, sent, column, f"e{number}")
    store = MemoryStore()
    outcome = import_csv(file_of(as_csv(rows, COLUMNS), "sheet.csv"), store, audience="internal")
    unsettled = {row.place: row.reason for row in (*outcome.rejected, *outcome.ambiguous, *outcome.passed_over)}
    if outcome.read != len(rows):
        yield "", f"{outcome.read} rows read of {len(rows)}"
    for place, (text, sent, column, slug) in said_in.items():
        if place in unsettled:
            is_of_another = not unsettled[place].startswith(column)  # such as a place, of what has no place
            if not is_of_another and not holds(unsettled[place], sent.replace("\r\n", "\n").strip()):
                yield text, f"{column}: refused without the text: {unsettled[place]}"
            continue
        found = [record.event for record in store.read(streams=[slug])]
        if complaint := _of_cell(column, sent.strip(), found):
            yield text, f"{column}: {complaint}"


def _of_cell(column: str, sent: str, found: Sequence[Any]) -> str | None:
    if not found:
        return "nothing was recorded"
    if column == "when":
        return seen_day(sent, found[0].when) if sent else None
    if column in ("who", "with") and sent:
        parts = sent.replace("\n", ";").replace("；", ";").split(";")
        for one in found[0].participants:
            of = party_of(one)
            if of is None or of.code in ("CN", "RU"):
                continue
            if isinstance(one, Person):
                continue
            if not any(seen_participant(part, of) is None for part in parts):
                return f"{of.code} takes part"
        return None
    if column in ("place", "publisher", "note", "reason") and sent:
        said = " ".join(
            str(getattr(event, name, "")) for event in found for name in ("place", "sources", "note", "reason")
        )
        return None if holds(said, sent) else f"is not recorded: {said}"
    return None


def calendars(texts: Sequence[str]) -> Complaints:
    """A line of somebody's calendar."""
    properties = (
        "SUMMARY",
        "LOCATION",
        "DTSTART",
        "STATUS",
        "RRULE",
        "DESCRIPTION",
        "CLASS",
        "SEQUENCE",
        "DURATION",
        "EXDATE",
    )
    for number, text in enumerate(texts):
        name, sent = properties[number % len(properties)], text.encode("utf-8", "replace").decode()
        given = {
            "SUMMARY": "Visit",
            "DTSTART": "20260303T090000Z",
            "UID": "a",
            "DTSTAMP": "20260101T000000Z",
            name: sent,
        }
        lines = [f"{key}:{value}" for key, value in given.items()]
        calendar = [
            "BEGIN:VCALENDAR",
            "VERSION:2.0",
            "PRODID:x",
            "BEGIN:VEVENT",
            *lines,
            "END:VEVENT",
            "END:VCALENDAR",
            "",
        ]
        yield from _taken(
            sent,
            lambda store: import_ical("\r\n".join(calendar).encode(), store, reported=DAY, upstream="desk", zone="UTC"),
        )


def _taken(text: str, read: Callable[[Any], Outcome]) -> Complaints:
    """Import what has one text in it: whatever is not taken has its place, and a reason that holds the text."""
    store = MemoryStore()
    try:
        outcome = read(store)
    except DiplocalError as error:
        if not _is_held(str(error), text):
            yield text, f"refused without the text: {error}"
        return
    except Exception as error:  # noqa: BLE001 - that is what is looked for
        yield text, f"{type(error).__name__}: {error}"
        return
    if not all(row.place and row.reason for row in (*outcome.rejected, *outcome.ambiguous, *outcome.passed_over)):
        yield text, f"not taken without a reason: {outcome}"
    untaken = (*outcome.rejected, *outcome.ambiguous, *outcome.passed_over)
    if untaken and not any(_is_held(row.reason, text) for row in untaken):
        yield text, f"not taken without the text: {untaken[0].reason}"
    if outcome.read == 0 and text.strip(" \ufeff"):
        yield text, "was not counted"


def _is_held(said: str, text: str) -> bool:
    """Tell whether a refusal holds a text, or the part of it that the form of the file makes a value of its own."""
    return any(holds(said, part) for part in (text, json.dumps(text)[1:-1], *re.split(r"[,/\s]", text)))


def tables(texts: Sequence[str]) -> Complaints:
    """A field of an event that is written down in TOML."""
    fields = (
        "visitors",
        "host",
        "when",
        "reported",
        "sources",
        "place",
        "note",
        "level",
        "engagement",
        "type",
        "round",
    )
    for number, text in enumerate(texts):
        name = fields[number % len(fields)]
        given = {"type": "visit-announced", "engagement": "x", "visitors": ["CN"], "host": "RU", "when": "2023-10"}
        given[name] = [text] if name in ("visitors", "sources") else text
        content = "[[event]]\n" + "\n".join(f"{key} = {as_toml(value)}" for key, value in given.items())
        yield from each(
            [text],
            lambda _: read_events("events.toml", content.encode("utf-8", "replace")),
            lambda text, found: _of_table(name, text, found),
        )


def _of_table(name: str, text: str, found: Sequence[Any]) -> str | None:
    event = found[0].event
    if name == "host":
        return seen_participant(text, event.host)
    if name == "visitors":
        return seen_participant(text, event.visitors[0])
    if name == "when":
        return seen_day(text, event.when)
    return None


_XML_NEVER = {*range(0x20), 0x7F, 0xFFFE, 0xFFFF, *range(0xD800, 0xE000)} - {9, 10, 13}


LISTS = {
    "visits": "<visits><visit><start-date>{start}</start-date><end-date>{end}</end-date><visitor>{who}</visitor>"
    "<from id={id}>{country}</from><description>{text}</description></visit></visits>",
    "travels": "<trips><trip role={role}><start-date>{start}</start-date><end-date>{end}</end-date><name>{who}</name>"
    "<country id={id}>{country}</country><locale>{locale}</locale><remarks>{text}</remarks></trip></trips>",
}
"""A list of one row each."""


def lists(texts: Sequence[str]) -> Complaints:
    """A text of the State Department's lists."""
    names = ("start", "end", "who", "id", "country", "role", "locale", "text")
    for number, text in enumerate(texts):
        sent = "".join(each for each in text if ord(each) not in _XML_NEVER)
        one = {
            "start": "2026-03-03",
            "end": "2026-03-04",
            "who": "Prime Minister Ada Nowak",
            "id": "france",
            "country": "France",
        }
        one |= {
            "role": "president",
            "locale": "Paris",
            "text": "Official working visit.",
            names[number % len(names)]: sent,
        }
        row = {name: escape(value) for name, value in one.items()}
        row |= {"id": quoteattr(one["id"]), "role": quoteattr(one["role"])}
        visits, trips = (file_of(form.format_map(row), f"{row_of}/a.xml").parent for row_of, form in LISTS.items())
        read = " ".join(sent.split())
        yield from _taken(read, lambda store: import_visits(visits, store, reported=DAY))
        yield from _taken(read, lambda store: import_travels(trips, store, reported=DAY))


def tracks(texts: Sequence[str]) -> Complaints:
    """A cell of the list of tracks."""
    given = {"src": "a", "country": "china", "id_num": "1", "id_content": "7/31_054A（599）", "data": "ship"}
    given |= {"unique_labels": "['H-6']", "file_name": "p20220801_02.pdf", "urls": "https://example.org/p"}
    given |= {"first_page_content": "x", "if_宮古海峽": "True"}
    names = list(given)
    for number, text in enumerate(texts):
        row = {**given, names[number % len(names)]: text}
        content = as_csv([row], names)
        yield from _taken(text, lambda store: import_pla_paths(file_of(content, "tracks.csv"), store))


def lines(texts: Sequence[str]) -> Complaints:
    """A line of an exported log."""
    line = {"specversion": "1.0", "id": "1", "source": "urn:x", "type": "diplocal.report-attached"}
    for number, text in enumerate(texts):
        name = [*line, "data", "line"][number % 6]
        sent = text if name == "line" else json.dumps({**line, "data": {"engagement": "x"}, name: text})
        yield from _taken(text, lambda store: import_jsonl([sent.encode("utf-8", "replace")], store))
