"""Connections to a log on a PostgreSQL server: taken for as long as a call lasts, and kept for the next."""

import logging
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any

import psycopg
from psycopg import errors
from psycopg.conninfo import conninfo_to_dict
from psycopg.pq import PipelineStatus, TransactionStatus

from diplocal.errors import DiskFull, LogDamaged, LogLocked, NotALog, NotOpen, NotReachable, NotReadable, NotWritable
from diplocal.store.postgres_address import PostgresAddress, unreadable

# What goes wrong comes as an error; psycopg's warning beside it would be a second one at the command line.
logging.getLogger("psycopg").addHandler(logging.NullHandler())

WAITING = {"connect_timeout": 10, "keepalives_idle": 30, "keepalives_interval": 10, "keepalives_count": 3}
"""Seconds, unless the address says otherwise: a server that vanished without a word is noticed within a minute."""

_SETTINGS = """
    SELECT set_config('search_path', %s, false), set_config('lock_timeout', %s, false),
        CASE WHEN current_setting('idle_in_transaction_session_timeout') = '0'
            THEN set_config('idle_in_transaction_session_timeout', '60s', false) END,
        CASE WHEN current_setting('synchronous_commit') = 'off' THEN set_config('synchronous_commit', 'on', false) END
"""
"""Whoever turned synchronous_commit off for speed did not mean the record; stricter settings stay. A writer that
stopped halfway holds the others up for a minute at most."""


_KINDS: dict[type[psycopg.Error], type[DiskFull | LogDamaged | LogLocked]] = {
    errors.DiskFull: DiskFull,
    errors.LockNotAvailable: LogLocked,
    errors.UndefinedTable: LogDamaged,
    errors.UndefinedColumn: LogDamaged,
    errors.DataCorrupted: LogDamaged,
    errors.IndexCorrupted: LogDamaged,
}
"""What is worth a name of its own, among what a server refuses."""


class Connections:
    """Connections to one database, in autocommit mode; a call waits ``patience`` seconds for another writer."""

    def __init__(self, address: PostgresAddress, patience: float) -> None:
        self._address = address
        self._patience = f"{patience * 1000:.0f}ms"
        self._idle: deque[psycopg.Connection] = deque()
        self._is_open = True

    @contextmanager
    def taken(self, refusal: type[NotReadable | NotWritable]) -> Iterator[psycopg.Connection]:
        """Yield a connection to work with; what it leaves undone is rolled back.

        Raises NotReachable when the server is or goes away, and ``refusal`` with the server's reason for what it
        refuses. After a loss, the next call connects anew.
        """
        if not self._is_open:
            raise NotOpen(self._address.shown)
        connection = self._idle_or_new()
        try:
            yield connection
        except psycopg.Error as wrong:
            is_cut_short = connection.pgconn.pipeline_status != PipelineStatus.OFF  # nobody knows what was stored
            if connection.closed or is_cut_short:
                self._close_idle()
                raise NotReachable(self._address.shown, reason(wrong)) from wrong
            kind = next((ours for theirs, ours in _KINDS.items() if isinstance(wrong, theirs)), refusal)
            raise kind(self._address.shown, reason(wrong)) from wrong
        finally:
            self._put_back(connection)

    def close(self) -> None:
        """Close what is idle now, and the rest when it is put back."""
        self._is_open = False
        self._close_idle()

    def _idle_or_new(self) -> psycopg.Connection:
        try:
            return self._idle.pop()
        except IndexError:
            return self._connected()

    def _connected(self) -> psycopg.Connection:
        try:
            options: dict[str, Any] = {**WAITING, **conninfo_to_dict(self._address.conninfo)}
        except psycopg.ProgrammingError:
            raise unreadable(self._address.shown) from None  # libpq's own message may quote the password
        options |= {"client_encoding": "utf8", "fallback_application_name": "diplocal"}
        try:
            connection = psycopg.connect(**options, autocommit=True)
            connection.execute(_SETTINGS, [self._address.schema, self._patience])
        except psycopg.Error as wrong:
            raise NotReachable(self._address.shown, reason(wrong)) from wrong
        if (encoding := connection.info.parameter_status("server_encoding")) != "UTF8":
            connection.close()
            raise NotALog(self._address.shown, f"the database is encoded in {encoding}, and a log needs UTF8")
        return connection

    def _put_back(self, connection: psycopg.Connection) -> None:
        with suppress(psycopg.Error):
            if connection.info.transaction_status in (TransactionStatus.INTRANS, TransactionStatus.INERROR):
                connection.rollback()
        if self._is_open and connection.info.transaction_status is TransactionStatus.IDLE:
            self._idle.append(connection)
        else:
            connection.close()

    def _close_idle(self) -> None:
        with suppress(IndexError):
            while True:
                self._idle.pop().close()


def reason(wrong: psycopg.Error) -> str:
    """Return what an error says, without the context that goes on for lines."""
    return wrong.diag.message_primary or str(wrong).strip()
