"""How commands write: files whole or not at all, and answers as JSON, JSON Lines and CSV."""

import os
import sys
import tempfile
from pathlib import Path
from typing import Any

import msgspec

from diplocal.cli.terminal import printable, printable_json


def write_bytes(content: bytes, output: Path | None) -> None:
    """Write to a file, which is replaced only when all of it is there, or to standard output.

    A device or a pipe keeps its place, and is written to.
    """
    if output is None:
        sys.stdout.buffer.write(content)
        return
    if output.exists() and not output.is_file() and not output.is_dir():
        output.write_bytes(content)
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


def write_rows(document: Any, form: str, item_type: Any = None) -> None:
    """Write an answer to standard output: 'json' as one document, 'jsonl' and 'csv' a row on each line. UTF-8."""
    if form == "json":
        written = msgspec.json.format(msgspec.json.encode(document), indent=2) + b"\n"
    elif form == "jsonl":
        written = b"".join(msgspec.json.encode(row) + b"\n" for row in document)
    else:
        from diplocal.tabular.answers import sheet  # noqa: PLC0415 - few answers are sheets

        written = "\r\n".join(map(printable, sheet(document, item_type).split("\r\n"))).encode()
    sys.stdout.buffer.write(written if form == "csv" else printable_json(written))
