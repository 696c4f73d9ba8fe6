"""Says in the library's own errors what SQLite complains of."""

import os
import sqlite3
from pathlib import Path

from diplocal.errors import DiskFull, LogDamaged, LogLocked, NotReadable, NotWritable, Unusable

_LOCKED = {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED, sqlite3.SQLITE_PROTOCOL}
_DAMAGED = {
    sqlite3.SQLITE_CORRUPT,
    sqlite3.SQLITE_NOTADB,
    sqlite3.SQLITE_ERROR,  # of statements that hold for a sound file: a table or a column is missing
    sqlite3.SQLITE_CONSTRAINT,
    sqlite3.SQLITE_MISMATCH,
    sqlite3.SQLITE_TOOBIG,  # SQLite never stored such a row
}
_SHOWN = 32
"""Octets of what is no text."""
_PRIMARY = 0xFF
"""The part of a result code that tells the kind (SQLite, Result Codes: primary and extended)."""
_ROOM = 64 * 1024
"""Octets that SQLite needs at least beside a file, for the index of its write-ahead log."""
_AS_EFFECTIVE = os.access in os.supports_effective_ids

SQLiteError = sqlite3.Error | UnicodeDecodeError
FILE_ERRORS = (sqlite3.Error, UnicodeDecodeError)
"""What comes of a damaged file: sqlite3 also decodes the texts in it, and the complaints about them."""


def kind_of(error: SQLiteError) -> int:
    """Return the primary result code; for an error of Python's own, that of a misuse or of a text that is none."""
    own = sqlite3.SQLITE_MISUSE if isinstance(error, sqlite3.ProgrammingError) else sqlite3.SQLITE_CORRUPT
    return int(getattr(error, "sqlite_errorcode", own)) & _PRIMARY


def forbidden(path: Path) -> str:
    """Say why a file may not be written by SQLite, which also makes files beside it; empty where it may."""
    if path.is_file() and not _may_write(path):
        return "the file may only be read"
    folder = path if path.is_dir() else path.parent
    return "" if _may_write(folder) else f"nothing may be written in {folder}, and SQLite needs files beside it"


def on_reading(path: str, error: SQLiteError) -> Unusable:
    """Return what it means that a log could not be read."""
    meant = on_writing(path, error)
    return NotReadable(path, meant.reason) if type(meant) in (NotWritable, DiskFull) else meant


def on_writing(path: str, error: SQLiteError) -> Unusable:
    """Return what it means that a log could not be written."""
    kind = kind_of(error)
    if kind in _LOCKED:
        return LogLocked(path, str(error))
    if kind in _DAMAGED:
        return LogDamaged(path, _said(error))
    if kind == sqlite3.SQLITE_FULL or (kind == sqlite3.SQLITE_IOERR and _has_no_room(Path(path).parent)):
        return DiskFull(path, "there is no room left on the disk")
    return NotWritable(path, forbidden(Path(path)) or str(error))


def _said(error: SQLiteError) -> str:
    if isinstance(error, UnicodeDecodeError):
        return f"{error.object[:_SHOWN]!r} stands where a text belongs"
    return str(error)


def _may_write(path: Path) -> bool:
    return os.access(path, os.W_OK, effective_ids=_AS_EFFECTIVE)


def _has_no_room(folder: Path) -> bool:
    from shutil import disk_usage  # noqa: PLC0415 - with its company, and disks rarely fill up

    try:
        return disk_usage(folder).free < _ROOM
    except OSError:
        return False
