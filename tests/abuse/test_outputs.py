"""What is written goes to the place that was named, and through no link to another one."""

from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import CliRunner

from diplocal.cli.program import app
from diplocal.demo import article
from diplocal.diary import Diary
from diplocal.store import SQLiteStore
from diplocal.web.access import AccessList

WRITES: dict[str, list[str]] = {
    "backup": ["backup", "log.db", "link"],
    "feed": ["feed", "--log", "log.db", "-o", "link"],
    "digest": ["digest", "--log", "log.db", "--from", "1", "-o", "link"],
    "chart": ["frequency", "--log", "log.db", "--plot", "link.svg"],
    "key": ["key", "example.org/visits", "link"],
    "export": ["export", "--log", "log.db", "--parquet", "link"],
}
