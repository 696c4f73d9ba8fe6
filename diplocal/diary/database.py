"""What the tables of a diary need of a database, and what may keep them from being there."""

from collections.abc import Iterable, Sequence
from typing import Any, Protocol

from diplocal.errors import DiaryNotKept


class Database(Protocol):
    """A connection inside a transaction, which takes SQLite's SQL."""

    @property
    def IntegrityError(self) -> type[Exception]:  # noqa: N802 - its name (PEP 249, Optional DB API Extensions)
        """What is raised for a row that is there already."""

    def execute(self, query: str, values: Sequence[Any] = (), /) -> Iterable[Any]:
        """Run a statement, and give its rows."""

    def stream(self, query: str, values: Sequence[Any] = (), /) -> Iterable[Any]:
        """Run a query, and give its rows as they are asked for: they may be too many to hold."""

    def executemany(self, query: str, rows: Iterable[Sequence[Any]], /) -> object:
        """Run a statement for each row of values."""


class Broken(DiaryNotKept):
    """What is kept cannot be read, or lacks something. It is thrown away and made anew."""


class Busy(DiaryNotKept):
    """Somebody else has been writing the diary for too long, or this program may not. Nothing is wrong."""


class Unwritable(Busy):
    """This program may not write the diary, however long it waits."""


class OutOfOrder(Exception):
    """The log gives a record twice, or one stream in two places: its index is damaged, or the diary is."""
