"""From an address to the store that answers to it."""

import re
from pathlib import Path
from typing import TYPE_CHECKING

from diplocal.errors import ExtraMissing, NotALog, UnknownStore
from diplocal.store.contract import EventStore
from diplocal.store.memory import MemoryStore
from diplocal.store.postgres_address import SCHEMES, masked
from diplocal.store.sqlite import SQLiteStore

if TYPE_CHECKING:
    from diplocal.store.postgres import PostgresStore

MEMORY = "memory:"
_SLIP = re.compile(r"\s*(postgres(ql)?|sqlite|memory|https?):", re.IGNORECASE)
"""Begins what was meant for an address, and would else become a file of that name."""


def open_store(address: str | Path) -> EventStore:
    """Open a log: a SQLite file by its path, ``sqlite:///path``, ``postgresql://user@host/database``, or ``memory:``.

    Where nothing is, a new log is made: whoever only reads asks ``open_existing``. A PostgreSQL address is a URI as
    libpq takes it, and may name the schema in the database too: ``?schema=asia``.

    Raises UnknownStore for another address, ExtraMissing for PostgreSQL without the extra ``postgres``, NotALog and
    NewerSchema for what is no log of this version, NotReachable for a server that does not answer.

    >>> with open_store("memory:") as store:
    ...     store.position()
    0
    """
    if str(address) == MEMORY:
        return MemoryStore()
    kind, place = _kind_and_place(address)
    return kind(place)


def open_existing(address: str | Path) -> EventStore:
    """Open a log that must be there already, to read it: where there is none, nothing is made.

    Raises NotALog where nothing is, and what ``open_store`` raises.

    >>> open_existing("no-such.db")
    Traceback (most recent call last):
    diplocal.errors.NotALog: no-such.db is not a diplocal log: there is no such file
    """
    if str(address) == MEMORY:
        raise NotALog(MEMORY, "a log in memory begins empty, and ends with its program")
    kind, place = _kind_and_place(address)
    return kind.existing(place)


def _kind_and_place(given: object) -> "tuple[type[SQLiteStore | PostgresStore], str]":
    if not isinstance(given, str | Path):
        raise UnknownStore(repr(given))
    address = str(given)
    if address.startswith(SCHEMES):
        return on_a_server(), address
    path = address.removeprefix("sqlite:///")
    if path in ("", ":memory:") or "://" in path or _SLIP.match(path):
        raise UnknownStore(masked(address))
    return SQLiteStore, path


def on_a_server() -> "type[PostgresStore]":
    """Return the class of logs on a PostgreSQL server. Raises ExtraMissing."""
    try:
        from diplocal.store.postgres import PostgresStore  # noqa: PLC0415 - psycopg is an extra
    except ImportError as missing:
        raise ExtraMissing("postgres", needed_for="a log on a PostgreSQL server") from missing
    return PostgresStore


open = open_store  # noqa: A001 - diplocal.open reads as it should
