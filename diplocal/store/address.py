"""From an address to the store that answers to it."""

from pathlib import Path

from diplocal.errors import ExtraMissing, UnknownStore
from diplocal.store.contract import EventStore
from diplocal.store.memory import MemoryStore
from diplocal.store.postgres_address import SCHEMES, masked
from diplocal.store.sqlite import SQLiteStore


def open_store(address: str | Path) -> EventStore:
    """Open a log: a SQLite file by its path, ``sqlite:///path``, ``postgresql://user@host/database``, or ``memory:``.

    What is missing is made. A PostgreSQL address is a URI as libpq takes it, and may name the schema in the database
    too: ``?schema=asia``.

    Raises UnknownStore for another address, ExtraMissing for PostgreSQL without the extra ``postgres``, NotALog and
    NewerSchema for what is no log of this version, NotReachable for a server that does not answer.

    >>> with open_store("memory:") as store:
    ...     store.position()
    0
    """
    text = str(address)
    if text == "memory:":
        return MemoryStore()
    if text.startswith("sqlite:///"):
        return SQLiteStore(text.removeprefix("sqlite:///"))
    if text.startswith(SCHEMES):
        return _on_a_server(text)
    if text in ("", ":memory:") or "://" in text:
        raise UnknownStore(masked(text))
    return SQLiteStore(text)


def _on_a_server(address: str) -> EventStore:
    try:
        from diplocal.store.postgres import PostgresStore  # noqa: PLC0415 - psycopg is an extra
    except ImportError as missing:
        raise ExtraMissing("postgres", needed_for="a log on a PostgreSQL server") from missing
    return PostgresStore(address)


open = open_store  # noqa: A001 - diplocal.open reads as it should
