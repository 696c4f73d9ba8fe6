"""Says in the library's own errors what SQLite complains of."""

import sqlite3

from diplocal.errors import DiplocalError, DiskFull, LogDamaged, LogLocked, NotReadable, NotWritable

_LOCKED = {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED}
_OF_THE_MACHINE = {sqlite3.SQLITE_IOERR, sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_PERM, sqlite3.SQLITE_NOMEM}
_SHOWN = 32
"""Octets of what is no text."""
_PRIMARY = 0xFF
"""The part of a result code that tells the kind (SQLite, Result Codes: primary and extended)."""


SQLiteError = sqlite3.Error | UnicodeDecodeError
FILE_ERRORS = (sqlite3.Error, UnicodeDecodeError)
"""What comes of a damaged file: sqlite3 also decodes the texts in it, and the complaints about them."""


def kind_of(error: SQLiteError) -> int:
    """Return the primary result code, SQLITE_CORRUPT for an error that Python itself made of what it read."""
    return int(getattr(error, "sqlite_errorcode", sqlite3.SQLITE_CORRUPT)) & _PRIMARY


def _said(error: SQLiteError) -> str:
    if isinstance(error, UnicodeDecodeError):
        return f"{error.object[:_SHOWN]!r} stands where a text belongs"
    return str(error)


def on_reading(path: str, error: SQLiteError) -> DiplocalError:
    """Return what it means that a log could not be read."""
    if (kind := kind_of(error)) in _LOCKED:
        return LogLocked(path, str(error))
    return (NotReadable if kind in _OF_THE_MACHINE else LogDamaged)(path, _said(error))


def on_writing(path: str, error: SQLiteError) -> DiplocalError:
    """Return what it means that a log could not be written."""
    match kind_of(error):
        case sqlite3.SQLITE_FULL:
            return DiskFull(path, "there is no room left on the disk")
        case sqlite3.SQLITE_BUSY | sqlite3.SQLITE_LOCKED:
            return LogLocked(path, str(error))
        case sqlite3.SQLITE_CORRUPT | sqlite3.SQLITE_NOTADB:
            return LogDamaged(path, _said(error))
        case _:
            return NotWritable(path, str(error))
