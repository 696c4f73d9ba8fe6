"""How a text is written in the files that importers read."""

import csv
import io
import json
import tempfile
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from pathlib import Path


def as_toml(value: str | Sequence[str]) -> str:
    """Write a text as TOML has it, which knows no halves of characters."""
    if not isinstance(value, str):
        return f"[{', '.join(map(as_toml, value))}]"
    plain = value.encode("utf-8", "replace").decode()
    return json.dumps(plain, ensure_ascii=False).replace("\x7f", "\\u007f")


def as_csv(rows: Iterable[Mapping[str, str]], columns: Sequence[str]) -> str:
    """Write rows as a sheet with a header."""
    content = io.StringIO(newline="")
    writer = csv.DictWriter(content, columns)
    writer.writeheader()
    writer.writerows(rows)
    return content.getvalue()


def file_of(content: str, name: str) -> Path:
    """Write a file, the same one each time; a half of a character cannot be written, and is a question mark."""
    path = _folder() / name
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(content.encode("utf-8", "replace"))
    return path


@cache
def _folder() -> Path:
    return Path(tempfile.mkdtemp())
