"""The keys of names in the database of a log on a PostgreSQL server, in a schema of their own.

They are where every machine that works with the log finds them. What the server itself keeps beside its tables, which
is the archive of its write-ahead log and copies of the whole cluster, keeps a key until it is removed.
"""

from collections.abc import Collection, Iterator
from contextlib import closing, contextmanager
from importlib.resources import files
from typing import Any

import attrs
import psycopg
from psycopg import sql

from diplocal.errors import InvalidValue, NotReadable, NotWritable
from diplocal.store.key_ring import Asked, KeyRing
from diplocal.store.postgres_address import LONGEST_NAME, PostgresAddress
from diplocal.store.postgres_audience import audience_logs, run
from diplocal.store.postgres_connections import Connections

ENDING = "_keys"
"""How the name of the schema ends, after that of the log's."""
PATIENCE = 30.0
"""Seconds to wait for whoever changes keys."""
ARE_THERE = "SELECT FROM pg_tables WHERE schemaname = %s AND tablename = 'keys'"
"""Asks for the keys of a log, given their schema."""
_ROLES = "SELECT rolname FROM pg_roles WHERE rolname = ANY (%s)"
_ALL = "GRANT USAGE ON SCHEMA {schema} TO {role}; GRANT SELECT ON {schema}.keys, {schema}.changes TO {role}"
_CHANGE = """
    GRANT INSERT, UPDATE (is_shared) ON {schema}.keys TO {role};
    GRANT UPDATE ON {schema}.changes TO {role};
    GRANT EXECUTE ON FUNCTION {schema}.destroy TO {role}
"""


class SchemaKeyRing(KeyRing):
    """The keys of one log in a schema beside it."""

    def __init__(self, log: PostgresAddress) -> None:
        super().__init__()
        self._address = attrs.evolve(log, schema=schema_of(log))
        self.place = f"the schema {self._address.schema} of the same database"
        self._connections = Connections(self._address, PATIENCE)

    @classmethod
    def make(cls, log: PostgresAddress) -> "SchemaKeyRing":
        """Make the schema where there is none, and let the roles of the log use it.

        Raises InvalidValue for a log whose schema has too long a name, NotWritable for who may not make schemas.
        """
        if len(schema_of(log)) > LONGEST_NAME:
            raise InvalidValue("schema", log.schema, f"at most {LONGEST_NAME - len(ENDING)} characters, to have keys")
        with (
            closing(Connections(log, PATIENCE)) as connections,
            connections.taken(NotWritable) as connection,
            connection.transaction(),
        ):
            connection.execute("LOCK TABLE head IN SHARE ROW EXCLUSIVE MODE")
            _make(connection, log)
            grant_keys(connection, log)
        return cls(log)

    def close(self) -> None:
        """Close the connections."""
        self._connections.close()

    def _ask(self, query: str, *values: object) -> list[Any]:
        with self._connections.taken(NotReadable) as connection:
            return _rows(connection, query, *values)

    @contextmanager
    def _transaction(self) -> Iterator[Asked]:
        with self._connections.taken(NotWritable) as connection, connection.transaction():
            connection.execute("UPDATE changes SET times = times + 1")  # which only one can do at a time
            yield lambda query, *values: _rows(connection, query, *values)

    def _version(self) -> int:
        ((times,),) = self._ask("SELECT times FROM changes")
        return int(times)

    def _destroy(self, key_ids: Collection[str]) -> None:
        with self._transaction() as ask:
            ask("SELECT destroy(?)", list(key_ids))


def grant_keys(connection: psycopg.Connection, log: PostgresAddress) -> None:
    """Let the roles of a log use its keys: the writer changes them, and whoever reads for an audience has its own."""
    writer, reader = f"{log.schema}_writer", f"{log.schema}_reader"
    for (role,) in connection.execute(_ROLES, [[writer, reader]]).fetchall():
        connection.execute(_in(log, _ALL, role))
        if role == writer:
            connection.execute(_in(log, _CHANGE, role))
    for one in audience_logs(connection, log.schema):
        _make(connection, attrs.evolve(log, schema=one.schema))
        run(connection, "postgres_audience_keys.sql", one, schema_of(log), ENDING)


def schema_of(log: PostgresAddress) -> str:
    """Name the schema of the keys of a log."""
    return f"{log.schema}{ENDING}"


def _make(connection: psycopg.Connection, log: PostgresAddress) -> None:
    connection.execute(_in(log, files("diplocal.store").joinpath("postgres_keys.sql").read_text()))


def _in(log: PostgresAddress, statement: str, role: str = "-") -> sql.Composed:
    named = {"schema": sql.Identifier(schema_of(log)), "role": sql.Identifier(role)}
    return sql.SQL(statement).format(**named)


def _rows(connection: psycopg.Connection, query: str, *values: object) -> list[Any]:
    cursor = connection.execute(query.replace("?", "%s"), values, binary=True)
    return cursor.fetchall() if cursor.description else []
