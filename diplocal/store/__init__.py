"""Where records are kept: an append-only log, in memory, in a SQLite file or on a PostgreSQL server."""

from diplocal.records import Envelope, Record
from diplocal.store.address import open_existing, open_store
from diplocal.store.contract import AUDIENCES, EventStore, Readable, Verified, visible_to
from diplocal.store.listed import Listed
from diplocal.store.memory import MemoryStore
from diplocal.store.sqlite import SQLiteStore

__all__ = [
    "AUDIENCES",
    "Envelope",
    "EventStore",
    "Listed",
    "MemoryStore",
    "Readable",
    "Record",
    "SQLiteStore",
    "Verified",
    "open_existing",
    "open_store",
    "visible_to",
]
