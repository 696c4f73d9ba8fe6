"""What the tables of a diary need of a database."""

from collections.abc import Iterable, Sequence
from typing import Any, Protocol


class Database(Protocol):
    """A connection inside a transaction, which takes SQLite's SQL."""

    def execute(self, query: str, values: Sequence[Any] = (), /) -> Iterable[Any]:
        """Run a statement, and give its rows."""

    def stream(self, query: str, values: Sequence[Any] = (), /) -> Iterable[Any]:
        """Run a query, and give its rows as they are asked for: they may be too many to hold."""

    def executemany(self, query: str, rows: Iterable[Sequence[Any]], /) -> object:
        """Run a statement for each row of values."""


class Busy(Exception):
    """Somebody else has been writing the diary for too long, or this program may not."""


class Unwritable(Busy):
    """This program may not write the diary, however long it waits."""
