"""A diary in the database of its log, in a schema of its own. It needs the extra ``postgres``.

A schema of its own, so that the rights to it are given and taken apart from those to the log, and throwing it away is
one statement. A role that cannot write it, or a replica, reads it while it is up to date, and else answers from memory.
"""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing, contextmanager, suppress
from functools import cache
from hashlib import sha256
from itertools import count
from typing import Any
from weakref import finalize
from zlib import crc32

import attrs
import psycopg
from psycopg import errors, sql

from diplocal.diary.database import Broken, Busy, Unwritable
from diplocal.diary.tables import LAYOUT, Tables
from diplocal.diary.words import NUMBERS_IN_JSON
from diplocal.errors import DiaryNotKept, NotReachable, NotReadable, NotWritable
from diplocal.store.postgres_address import PostgresAddress
from diplocal.store.postgres_audience import CHANNEL, DIARIES
from diplocal.store.postgres_connections import Connections, reason

LOCKED = 0x64696172
"""'diar' in ASCII: the first half of the advisory lock of whoever writes a diary."""
ROWS_AT_ONCE = 1_000
MARK = "A diary of diplocal"
"""Begins the comment on every schema that may be thrown away."""


PATIENCE = 5.0
"""Seconds to wait for whoever uses a diary that is to be dropped."""
FEW = 10
"""Rows below which statements of their own are no slower than COPY."""
_WORDS = {" INTEGER": " bigint", " TEXT": ' text COLLATE "C"', " BLOB": " bytea", " WITHOUT ROWID": ""}
"""Types of SQLite's, and their like. Texts are compared by their bytes, as SQLite does."""

_NUMBERS_IN_JSON = "(SELECT value::bigint FROM json_array_elements_text(?::json) AS value)"


class InSchema:
    """The tables of a diary in a schema of a PostgreSQL database. Safe for many threads, processes and machines.

    Raises DiaryNotKept where the tables are missing and cannot be made, NotReachable.
    """

    def __init__(self, log: PostgresAddress, schema: str, patience: float) -> None:
        self.schema = schema
        self._comment = f"{MARK}, layout {LAYOUT}, of the log in {log.schema}"  # and not of whom: everybody sees it
        self._connections = Connections(attrs.evolve(log, schema=self.schema), patience)
        finalize(self, self._connections.close)  # a server forgets the diaries of a log that was replaced
        try:
            self._begin()
        except Broken:
            self.renew()
        except BaseException:
            self.close()
            raise

    @contextmanager
    def reading(self) -> Iterator[Tables]:
        """Read the tables as they are at one moment, whoever writes meanwhile; made anew when they were dropped."""
        with suppress(NotReachable):  # a connection that was lost while nobody used it; the next is a new one
            self._begin()
        with self._taken(NotReadable) as connection:
            connection.execute("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
            yield Tables(_Transaction(connection))
            connection.execute("COMMIT")

    @contextmanager
    def writing(self) -> Iterator[Tables]:
        """Change the tables, all or nothing. Raises Busy when another process has been at it for long."""
        with self._alone() as connection:
            connection.execute("DELETE FROM checkpoint WHERE false")
            yield Tables(_Transaction(connection))

    def renew(self) -> None:
        """Drop the schema, and begin another."""
        with self._alone() as connection:
            self._create(connection)

    def close(self) -> None:
        """Close the connections."""
        self._connections.close()

    def _begin(self) -> None:
        with self._taken(NotReadable) as connection:
            if self._found(connection) == self._comment:
                if not self._may_read(connection):
                    raise Unwritable(self.schema, "this role may not read it")
                return
        with self._alone() as connection:
            if self._found(connection) != self._comment:  # unless another process was faster
                self._create(connection)

    def _create(self, connection: psycopg.Connection) -> None:
        """Make the tables anew. Raises DiaryNotKept where a schema of somebody else's is in the place."""
        schema = sql.Identifier(self.schema)
        if (found := self._found(connection)) is not None:
            if not found.startswith(MARK):
                raise DiaryNotKept(self.schema, "a schema that is no diary is in its place")
            connection.execute(sql.SQL("DROP SCHEMA {} CASCADE").format(schema))
        connection.execute(sql.SQL("CREATE SCHEMA {}").format(schema))
        connection.execute(sql.SQL("COMMENT ON SCHEMA {} IS {}").format(schema, self._comment))
        Tables(_Transaction(connection)).create()

    def _found(self, connection: psycopg.Connection) -> str | None:
        """Return the comment on the schema; None where there is no such schema."""
        query = "SELECT coalesce(obj_description(oid, 'pg_namespace'), '') FROM pg_namespace WHERE nspname = %s"
        found = connection.execute(query, [self.schema]).fetchone()
        return found[0] if found else None

    def _may_read(self, connection: psycopg.Connection) -> bool:
        query = """
            SELECT CASE WHEN has_schema_privilege(%(schema)s, 'USAGE')
                THEN has_table_privilege(%(schema)s || '.checkpoint', 'SELECT') ELSE false END
        """
        found = connection.execute(query, {"schema": self.schema}).fetchone()
        return bool(found and found[0])

    @contextmanager
    def _alone(self) -> Iterator[psycopg.Connection]:
        key = crc32(self.schema.encode()) - 2**31
        with self._taken(NotWritable) as connection, connection.transaction():
            connection.execute("SELECT pg_advisory_xact_lock(%s::int, %s::int)", [LOCKED, key])
            yield connection

    @contextmanager
    def _taken(self, refusal: type[NotReadable | NotWritable]) -> Iterator[psycopg.Connection]:
        with self._connections.taken(refusal) as connection:
            try:
                yield connection
            except psycopg.Error as error:
                if connection.closed:
                    raise
                raise _meant(self.schema, error) from error


def _meant(schema: str, error: psycopg.Error) -> DiaryNotKept:
    match error:
        case (
            errors.LockNotAvailable()
            | errors.QueryCanceled()
            | errors.SerializationFailure()
            | errors.DeadlockDetected()
        ):
            return Busy(schema, reason(error))
        case errors.InsufficientPrivilege() | errors.ReadOnlySqlTransaction():
            return Unwritable(schema, reason(error))
        case psycopg.OperationalError():  # of the machine that it runs on
            return DiaryNotKept(schema, reason(error))
        case _:
            return Broken(schema, reason(error))


def schema_of(log: str, audience: str, vocabulary: str, channel: str) -> str:
    """Name the schema of a diary, by the schema of the log, the audience and event classes of the user's own.

    Once an audience has a log of its own, the channel of a log is known to its readers alone. Then it is in the name as
    well: everybody sees that there is a diary, and nobody else can try for whom it is.
    """
    named = (log, audience, vocabulary, *([] if channel == CHANNEL else [channel]))
    return f"{log[:40]}_diary_{sha256(repr(named).encode()).hexdigest()[:12]}"


def drop_all(log: PostgresAddress) -> list[str]:
    """Drop all diaries of a log, and return the schemas of those that others use: they are made anew when asked for."""
    left: list[str] = []
    with closing(Connections(log, PATIENCE)) as connections:
        with connections.taken(NotReadable) as connection:
            found = connection.execute(DIARIES, [log.schema]).fetchall()
        for (schema,) in found:
            try:
                with connections.taken(NotWritable) as connection:
                    connection.execute(sql.SQL("DROP SCHEMA {} CASCADE").format(sql.Identifier(schema)))
            except NotWritable:
                left.append(schema)
    return left


class _Transaction:
    """Takes SQLite's SQL, and says it to PostgreSQL: see Database."""

    IntegrityError = psycopg.IntegrityError

    def __init__(self, connection: psycopg.Connection) -> None:
        self._connection = connection
        self._numbers = count()

    def execute(self, query: str, values: Sequence[Any] = ()) -> Iterable[Any]:
        cursor = self._connection.execute(_translated(query), values, binary=True)
        return cursor if cursor.description else ()

    def stream(self, query: str, values: Sequence[Any] = ()) -> Iterator[Any]:
        with self._connection.cursor(name=f"rows_{next(self._numbers)}") as cursor:
            cursor.itersize = ROWS_AT_ONCE
            yield from cursor.execute(_translated(query), values, binary=True)

    def executemany(self, query: str, rows: Iterable[Sequence[Any]]) -> None:
        several = list(rows)  # they may be made of what this connection reads
        table, _, rest = query.removeprefix("INSERT INTO ").partition(" VALUES ")
        with self._connection.cursor() as cursor:
            if len(several) < FEW or not rest.endswith("?)"):
                cursor.executemany(_translated(query), several)
                return
            with cursor.copy(sql.SQL("COPY {} FROM STDIN").format(sql.Identifier(table))) as copy:
                for row in several:
                    copy.write_row(row)


@cache
def _translated(query: str) -> str:
    """Say a statement of SQLite's in PostgreSQL's words."""
    if not query.startswith("CREATE TABLE"):
        return query.replace(NUMBERS_IN_JSON, _NUMBERS_IN_JSON).replace("?", "%s")
    for ours, theirs in _WORDS.items():
        query = query.replace(ours, theirs)
    return query
