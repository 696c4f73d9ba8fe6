"""How commands write: files whole or not at all, and answers as JSON, JSON Lines and CSV."""

import csv
import io
import os
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import msgspec

from diplocal.cli.terminal import printable, printable_json

MAY_BE_A_FORMULA = ("=", "+", "-", "@", "\t", "\r")
"""Begin a text that spreadsheet programs take for a formula."""


def write_bytes(content: bytes, output: Path | None) -> None:
    """Write to a file, which is replaced only when all of it is there, or to standard output."""
    if output is None:
        sys.stdout.buffer.write(content)
        return
    try:
        handle, name = tempfile.mkstemp(dir=output.parent, prefix=f".{output.name}.")
    except OSError as wrong:
        raise OSError(wrong.errno, wrong.strerror, str(output)) from wrong
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
        Path(name).chmod(0o644)
        Path(name).replace(output)
    except BaseException:
        Path(name).unlink()
        raise


def write_rows(document: Any, rows: Sequence[Mapping[str, Any]] | None, form: str) -> None:
    """Write an answer to standard output: 'json' as one document, 'jsonl' and 'csv' a row on each line. UTF-8.

    In CSV (RFC 4180) what lies inside a field has a column of its own, 'when.edtf'; of several values each but the
    last is followed by a semicolon; a person stands there by name, and a source by its publisher.
    """
    if form == "json":
        written = msgspec.json.format(msgspec.json.encode(document), indent=2) + b"\n"
    else:
        lines = document if rows is None else rows
        written = b"".join(map(_line, lines)) if form == "jsonl" else _sheet(lines).encode()
    sys.stdout.buffer.write(written if form == "csv" else printable_json(written))


def _line(row: Mapping[str, Any]) -> bytes:
    return msgspec.json.encode(row) + b"\n"


def _sheet(rows: Sequence[Mapping[str, Any]]) -> str:
    flat = [dict(_flat(msgspec.json.decode(msgspec.json.encode(row)))) for row in rows]
    sheet = io.StringIO()
    writer = csv.DictWriter(sheet, list(dict.fromkeys(name for row in flat for name in row)))
    writer.writeheader()
    writer.writerows(flat)
    return sheet.getvalue()


def _flat(row: Mapping[str, Any], above: str = "") -> Iterator[tuple[str, Any]]:
    for name, value in row.items():
        match value:
            case dict():
                yield from _flat(value, f"{above}{name}.")
            case list():
                yield f"{above}{name}", _cell("; ".join(map(_named, value)))
            case str():
                yield f"{above}{name}", _cell(value)
            case _:
                yield f"{above}{name}", value


def _named(value: Any) -> str:
    """Return one of several values: of a person, a state or a source the name, of anything else its JSON."""
    if isinstance(value, dict):
        name = value.get("name") or value.get("publisher") or value.get("code")
        return str(name) if name else msgspec.json.encode(value).decode()
    return str(value)


def _cell(text: str) -> str:
    """Return a text as a sheet may show it: none is taken for a formula, and none moves a cursor."""
    shown = printable(text)
    return f"'{shown}" if shown.startswith(MAY_BE_A_FORMULA) else shown
