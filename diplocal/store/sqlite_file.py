"""The SQLite file that a log is kept in: opened when it is a log of this version, made when it is missing."""

import os
import sqlite3
import uuid
from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path

from diplocal.errors import NewerSchema, NotALog
from diplocal.store.rows import GENESIS

SCHEMA_VERSION = 1
"""Version of the tables that this diplocal writes; kept in the file as PRAGMA user_version."""
APPLICATION_ID = 0x6469706C
"""'dipl' in ASCII: marks the file as ours (PRAGMA application_id)."""
PAGE_SIZE = 8192
"""Bytes. Ids come in no order, so a batch changes pages all over their index: larger ones are fewer to write."""


def connect(path: Path, patience: float) -> sqlite3.Connection:
    """Open a connection that any thread may use, though only one at a time; it waits so many seconds for a lock.

    Raises sqlite3.Error.
    """
    try:
        return _connect(path, patience)
    except sqlite3.OperationalError:
        if not _is_archived(path):
            raise
        return _connect(path, patience, "?immutable=1")


def _connect(path: Path, patience: float, options: str = "") -> sqlite3.Connection:
    connection = sqlite3.connect(
        f"{path.as_uri()}{options}", uri=True, timeout=patience, isolation_level=None, check_same_thread=False
    )
    try:
        connection.execute("PRAGMA synchronous = FULL")
        _is_empty(connection)
    except BaseException:
        connection.close()
        raise
    return connection


def _is_archived(path: Path) -> bool:
    """Tell whether a log lies where nothing can be written: then SQLite cannot put its shared memory beside it."""
    return path.is_file() and not os.access(path, os.W_OK) and not path.with_name(f"{path.name}-wal").exists()


def open_log(path: Path, log_id: str | None, patience: float) -> tuple[sqlite3.Connection, str]:
    """Open a log, and give the connection with the log's identity.

    Raises NotALog, NewerSchema.
    """
    connection: sqlite3.Connection | None = None
    try:
        connection = connect(path, patience)
        if _is_empty(connection):
            _create(connection, log_id or str(uuid.uuid4()))
        return connection, _identity(connection, str(path))
    except BaseException as wrong:
        if connection is not None:
            connection.close()
        if isinstance(wrong, sqlite3.Error):
            raise NotALog(str(path), str(wrong)) from wrong
        raise


def _is_empty(connection: sqlite3.Connection) -> bool:
    return not connection.execute("SELECT count(*) FROM sqlite_schema").fetchone()[0]


def _identity(connection: sqlite3.Connection, path: str) -> str:
    if connection.execute("PRAGMA application_id").fetchone()[0] != APPLICATION_ID:
        raise NotALog(path, "it is another program's SQLite file")
    version = connection.execute("PRAGMA user_version").fetchone()[0]
    if version > SCHEMA_VERSION:
        raise NewerSchema(path, found=version, known=SCHEMA_VERSION)
    return str(connection.execute("SELECT log_id FROM head").fetchone()[0])


def _create(connection: sqlite3.Connection, log_id: str) -> None:
    """Make the tables, unless another process was faster."""
    connection.execute(f"PRAGMA page_size = {PAGE_SIZE}")
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("BEGIN IMMEDIATE")
    with connection:
        if _is_empty(connection):
            for statement in _statements(files("diplocal.store").joinpath("schema.sql").read_text(encoding="utf-8")):
                connection.execute(statement)
            connection.execute("INSERT INTO head VALUES (1, ?, 0, 0, ?)", (log_id, GENESIS))
            connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
            connection.execute(f"PRAGMA user_version = {SCHEMA_VERSION}")


def _statements(script: str) -> Iterator[str]:
    statement = ""
    for line in script.splitlines(keepends=True):
        statement += line
        if sqlite3.complete_statement(statement):
            yield statement
            statement = ""
