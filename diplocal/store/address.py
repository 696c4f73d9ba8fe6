"""From an address to the store that answers to it."""

from pathlib import Path

from diplocal.errors import UnknownStore
from diplocal.store.contract import EventStore
from diplocal.store.memory import MemoryStore
from diplocal.store.sqlite import SQLiteStore


def open_store(address: str | Path) -> EventStore:
    """Open a log: a SQLite file by its path, made when it is missing, ``sqlite:///path``, or ``memory:``.

    Raises UnknownStore for another address, NotALog and NewerSchema for a file that is no log of this version.

    >>> with open_store("memory:") as store:
    ...     store.position()
    0
    """
    text = str(address)
    if text == "memory:":
        return MemoryStore()
    if text.startswith("sqlite:///"):
        return SQLiteStore(text.removeprefix("sqlite:///"))
    if text in ("", ":memory:") or "://" in text:
        raise UnknownStore(text)
    return SQLiteStore(text)


open = open_store  # noqa: A001 - diplocal.open reads as it should
