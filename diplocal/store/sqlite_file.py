"""The SQLite file that a log is kept in: made whole or not at all, and opened only when it is a log of this version."""

import os
import secrets
import sqlite3
from collections.abc import Iterator
from contextlib import closing, suppress
from importlib.resources import files
from pathlib import Path

from diplocal.errors import LogDamaged, NewerSchema, NotALog, NotReadable, NotWritable
from diplocal.records import UUID_TEXT
from diplocal.store.beside import beside
from diplocal.store.sqlite_errors import FILE_ERRORS, forbidden, on_reading, on_writing
from diplocal.store.tree import packed, planted

SCHEMA_VERSION = 2
"""Version of the tables that this diplocal writes; kept in the file as PRAGMA user_version."""
EARLIEST = 1
"""The first version that there was."""
APPLICATION_ID = 0x6469706C
"""'dipl' in ASCII: marks the file as ours (PRAGMA application_id)."""
PAGE_SIZE = 8192
"""Bytes. Ids come in no order, so a batch changes pages all over their index: larger ones are fewer to write."""

_MAGIC = b"SQLite format 3\0"
_HEADER = 100
"""Bytes. The header of every SQLite file (SQLite, Database File Format, 1.3)."""
_MARK = slice(68, 72)
"""Where PRAGMA application_id stands in it."""
_WAL_HEADER, _FRAME_HEADER = 32, 24
"""Bytes that a write-ahead log begins with, and each page in it (4.1)."""


def lies_at(path: Path) -> bool:
    """Tell whether something lies at a path.

    Raises NotALog for a path that no file can have, NotReadable for one that cannot be looked at.
    """
    try:
        if path.exists():
            return True
        path.resolve()  # which exists() does not tell of: links that lead round in a circle, a null character
    except (ValueError, RuntimeError):
        raise NotALog(str(path), "no file can lie there") from None
    except OSError as error:
        raise NotReadable(str(path), error.strerror or str(error)) from error
    return False


def create_log(path: Path, log_id: str) -> None:
    """Make an empty log where nothing is. It is there whole or not at all, and another that is made meanwhile stays.

    Raises NotALog for a folder that is not there, NotWritable for one that cannot be written.
    """
    made = path.with_name(f".diplocal-{secrets.token_hex(8)}")
    try:
        if not made.parent.is_dir():
            raise NotALog(str(path), "there is no such folder")
        try:
            _fill(made, log_id)
            put(made, path)
        except sqlite3.Error as error:
            raise on_writing(str(path), error) from error
        except OSError as error:
            raise NotWritable(str(path), error.strerror or str(error)) from error
    finally:
        for ending in ("", "-wal", "-shm", "-journal"):
            made.with_name(f"{made.name}{ending}").unlink(missing_ok=True)


def _fill(path: Path, log_id: str) -> None:
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute(f"PRAGMA page_size = {PAGE_SIZE}")
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = FULL")
        connection.execute("BEGIN")
        with connection:
            for statement in schema():
                connection.execute(statement)
            connection.execute("INSERT INTO head VALUES (1, ?, 0, 0, ?)", (log_id, packed(planted(log_id))))
            connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
            connection.execute(f"PRAGMA user_version = {SCHEMA_VERSION}")


def put(made: Path, path: Path) -> None:
    """Give a file its name, unless there is one of that name: then that one stays."""
    try:
        with suppress(FileExistsError):
            os.link(made, path)
    except OSError:  # a file system without links
        if not path.exists():
            made.rename(path)
    with suppress(OSError):  # Windows opens no folders
        folder = os.open(path.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)


def schema() -> Iterator[str]:
    """Yield the statements that make the tables of a log."""
    statement = ""
    for line in files("diplocal.store").joinpath("schema.sql").read_text(encoding="utf-8").splitlines(keepends=True):
        statement += line
        if sqlite3.complete_statement(statement):
            yield statement
            statement = ""


def open_log(path: Path, patience: float) -> tuple[sqlite3.Connection, str]:
    """Open a log that is there, and return the connection with the log's identity. Nothing is written or made.

    Raises NotALog, NewerSchema, LogDamaged, LogLocked, NotReadable.
    """
    _see_that_it_is_a_log(path)
    connection: sqlite3.Connection | None = None
    try:
        connection = connect(path, patience)
        return connection, _identity(connection, str(path))
    except BaseException as error:
        if connection is not None:
            connection.close()
        if isinstance(error, FILE_ERRORS):
            raise on_reading(str(path), error) from error
        raise


def _see_that_it_is_a_log(path: Path) -> None:
    """Look at the first bytes: SQLite, when it opens another program's file, may write to it."""
    if path.is_dir():
        raise NotALog(str(path), "it is a folder")
    try:
        with path.open("rb") as file:
            header = file.read(_HEADER)
    except FileNotFoundError:
        raise NotALog(str(path), "there is no such file") from None
    except OSError as error:
        raise NotReadable(str(path), error.strerror or str(error)) from error
    if not header:
        raise NotALog(str(path), "it is empty: restore the log that was there, or remove the file to begin a new one")
    if not header.startswith(_MAGIC):
        raise NotALog(str(path), "it is no SQLite database")
    ahead = beside(path, "-wal")
    if ahead.is_dir():
        raise NotReadable(str(path), f"a folder is where its write-ahead log belongs, {ahead}")
    if not _is_ours(header) and not any(map(_is_ours, _first_pages(ahead))):
        raise NotALog(
            str(path), f"it is another program's SQLite file, or a copy that was made without {ahead.name} beside it"
        )


def _is_ours(header: bytes) -> bool:
    return int.from_bytes(header[_MARK], "big") == APPLICATION_ID


def _first_pages(ahead: Path) -> Iterator[bytes]:
    """Yield the headers of a database that wait in its write-ahead log (SQLite, Database File Format, 4.1)."""
    with suppress(OSError), ahead.open("rb") as file:
        page_size = int.from_bytes(file.read(_WAL_HEADER)[8:12], "big")
        while frame := file.read(_FRAME_HEADER):
            if int.from_bytes(frame[:4], "big") == 1:
                yield file.read(_HEADER)
                file.seek(-_HEADER, os.SEEK_CUR)
            file.seek(page_size, os.SEEK_CUR)


def _identity(connection: sqlite3.Connection, path: str) -> str:
    if connection.execute("PRAGMA application_id").fetchone()[0] != APPLICATION_ID:
        raise NotALog(path, "it is another program's SQLite file")
    version = connection.execute("PRAGMA user_version").fetchone()[0]
    if version > SCHEMA_VERSION:
        raise NewerSchema(path, found=version, known=SCHEMA_VERSION)
    if version < EARLIEST:
        raise LogDamaged(path, f"its format is {version} (PRAGMA user_version), and the first was {EARLIEST}")
    found = connection.execute("SELECT log_id FROM head").fetchone()
    if found is None or not isinstance(found[0], str):
        raise LogDamaged(path, "its end and its identity are gone from the table head")
    if not UUID_TEXT.fullmatch(found[0]):
        raise LogDamaged(path, f"its identity is {found[0]!r}, and no UUID")
    return found[0]


def connect(path: Path, patience: float) -> sqlite3.Connection:
    """Open a connection that any thread may use, though only one at a time; it waits so many seconds for a lock.

    A file that is missing is not made.

    Raises sqlite3.Error.
    """
    try:
        return _connect(path, patience, "?mode=rw")
    except sqlite3.OperationalError:
        if not _is_archived(path):
            raise
        return _connect(path, patience, "?immutable=1")


def _connect(path: Path, patience: float, options: str) -> sqlite3.Connection:
    connection = sqlite3.connect(
        f"{path.as_uri()}{options}", uri=True, timeout=patience, isolation_level=None, check_same_thread=False
    )
    try:
        connection.execute("PRAGMA synchronous = FULL")
        connection.execute("SELECT count(*) FROM sqlite_schema")
    except BaseException:
        connection.close()
        raise
    return connection


def _is_archived(path: Path) -> bool:
    """Tell whether a log lies where nothing can be written: then SQLite cannot put its shared memory beside it."""
    return path.is_file() and bool(forbidden(path)) and not beside(path, "-wal").exists()
