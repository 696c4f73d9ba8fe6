"""The file of a spreadsheet: its rows, each with its number and its cells by column.

The first row names the columns. UTF-8, or UTF-16 with its byte order mark; commas, semicolons or tabs between them.
"""

import codecs
import csv
import io
import re
from collections import Counter
from collections.abc import Iterator, Sequence

from diplocal.errors import UnreadableInput
from diplocal.importers.sheet_rows import COLUMNS
from diplocal.tabular.sheets import plain

DELIMITERS = (",", ";", "\t")
NEEDED = ("kind", "who")
ALSO_CALLED = {"id": "engagement"}
MOST_SHOWN = 10
"""Columns that a refusal names."""
LONGEST_SHOWN = 60
"""Characters of each."""
_WORKBOOKS = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")
"""How files of Excel and of other office programs begin: archives, and the older compound files."""
_EXCELS_DELIMITER = re.compile("sep=(.)\r?\n", re.IGNORECASE)
"""A first line by which Excel tells itself what parts the columns."""


def read_table(path: str, content: bytes) -> Iterator[tuple[int, dict[str, str]]]:
    """Return each row that says something: its number in the sheet, from 1, and its cells by column, trimmed.

    Raises UnreadableInput for what is no such sheet.
    """
    text = _text(path, content)
    said = _EXCELS_DELIMITER.match(text)
    text = text[said.end() :] if said else text
    delimiter = said[1] if said else _delimiter(text)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    try:
        rows = [[cell.replace("\r\n", "\n").strip() for cell in row] for row in reader]
    except csv.Error as error:
        raise UnreadableInput(path, _fault(text, str(error), reader.line_num)) from error
    numbered = ((number, row) for number, row in enumerate(rows, start=2 if said else 1) if any(row))
    _, header = next(numbered, (0, []))
    columns = _columns(path, header)
    return ((number, _cells(columns, row)) for number, row in numbered)


def _fault(text: str, error: str, line: int) -> str:
    """Say what is wrong with the form of a sheet, and in which line."""
    if "field limit" in error:
        return f"line {line}: a cell of more than {csv.field_size_limit():,} characters: is a quotation mark missing?"
    if "unexpected end" in error:
        opened = text.count("\n", 0, text.rfind('"')) + 1
        return f"line {opened}: a quotation mark opens a cell, there or before, and none ends it"
    return f"line {line}: {error}"


def _text(path: str, content: bytes) -> str:
    """Decode a sheet. Which of the older encodings is meant cannot be seen, and a wrong guess garbles names."""
    if content.startswith(_WORKBOOKS):
        raise UnreadableInput(path, "it is a workbook or another archive: in Excel, save it as 'CSV UTF-8'")
    encoding = "utf-16" if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)) else "utf-8-sig"
    try:
        return content.decode(encoding)
    except UnicodeDecodeError as wrong:
        line = content.count(b"\n", 0, wrong.start) + 1
        raise UnreadableInput(path, f"line {line} is not in UTF-8: in Excel, save it as 'CSV UTF-8'") from wrong


def _delimiter(text: str) -> str:
    """Return what parts the header into the most columns that are known."""
    header = next((line for line in text.splitlines() if line.strip()), "")
    return max(DELIMITERS, key=lambda delimiter: sum(_column(name) in COLUMNS for name in header.split(delimiter)))


def _column(name: str) -> str:
    said = name.strip().strip('"').strip().casefold()
    return ALSO_CALLED.get(said, said)


def _columns(path: str, header: Sequence[str]) -> list[str]:
    columns = [_column(name) for name in header]
    named = [column for column in columns if column]
    unknown = [column for column in named if column not in COLUMNS]
    missing = [column for column in NEEDED if column not in named]
    twice = sorted(column for column, often in Counter(named).items() if often > 1)
    wrong = {"unknown columns": unknown, "no column": missing, "columns that come twice:": twice}
    for what, found in wrong.items():
        if found:
            said = ", ".join(column[:LONGEST_SHOWN] for column in found[:MOST_SHOWN])
            more = f" and {len(found) - MOST_SHOWN:,} more" if len(found) > MOST_SHOWN else ""
            raise UnreadableInput(path, f"{what} {said}{more} in the first row; known are {', '.join(COLUMNS)}")
    return columns


def _cells(columns: Sequence[str], row: Sequence[str]) -> dict[str, str]:
    """Return the cells by column; those without one are named by their place."""
    names = [*columns, *[""] * (len(row) - len(columns))]
    return {
        name or f"column {place}": plain(cell)
        for place, (name, cell) in enumerate(zip(names, row, strict=False), start=1)
    }
