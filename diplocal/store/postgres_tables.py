"""The tables of a log on a PostgreSQL server: opened when they are of this version, made when they are missing."""

from importlib.resources import files

import psycopg
from psycopg import errors, sql

from diplocal.errors import LogDamaged, NewerSchema, NotALog, NotReadable, NotWritable
from diplocal.store import format1
from diplocal.store.postgres_address import PostgresAddress, see_that_it_can_be_made
from diplocal.store.postgres_connections import Connections
from diplocal.store.postgres_format1 import carry_over, set_aside
from diplocal.store.rows import identity
from diplocal.store.tree import packed, planted

SCHEMA_VERSION = 2
"""Version of the tables that this diplocal writes; kept in ``head``."""
ONE_AT_A_TIME = 0x6469706C
"""'dipl' in ASCII: the advisory lock of whoever makes tables."""

_LOOK_IN = "SELECT set_config('search_path', %s, true)"


def make_tables(connections: Connections, address: PostgresAddress, log_id: str | None) -> None:
    """Make a log's tables, unless they are there.

    Raises InvalidValue for an identity that is no UUID and a name that another log may need, NotWritable, NotReachable.
    """
    if are_missing(connections, address):
        see_that_it_can_be_made(address.schema)
        made = identity(log_id)
        with connections.taken(NotWritable) as connection:
            create(connection, address.schema, made)


def migrate(connections: Connections, address: PostgresAddress) -> None:
    """Bring tables of format 1 to the present format in one transaction, unless somebody did.

    Raises LogTampered for a log that is not what was appended, NotWritable, and what ``identity_of`` raises.
    """
    with connections.taken(NotReadable) as connection:
        if _version(connection, address.shown)[0] != format1.SCHEMA_VERSION:
            return
    with connections.taken(NotWritable) as connection, connection.transaction():
        connection.execute("SELECT pg_advisory_xact_lock(%s)", [ONE_AT_A_TIME])
        connection.execute("LOCK TABLE head")
        version, log_id = _version(connection, address.shown)
        if version == format1.SCHEMA_VERSION:
            set_aside(connection)
            _fill(connection, log_id)
            carry_over(connection, log_id)


def are_missing(connections: Connections, address: PostgresAddress) -> bool:
    """Tell whether a log's tables are not there."""
    with connections.taken(NotReadable) as connection:
        return _are_missing(connection, address.schema)


def identity_of(connections: Connections, address: PostgresAddress) -> str:
    """Return the identity of the log whose tables are there.

    Raises NotALog, LogDamaged, NewerSchema, NotReachable.
    """
    with connections.taken(NotReadable) as connection:
        return _identity(connection, address.shown)


def create(connection: psycopg.Connection, schema: str, log_id: str) -> bool:
    """Make the tables of a log, unless another process was faster, and return whether they were made."""
    with connection.transaction():
        connection.execute("SELECT pg_advisory_xact_lock(%s)", [ONE_AT_A_TIME])
        if not _are_missing(connection, schema):
            return False
        # Who may not make schemas may still be given one.
        if connection.execute("SELECT FROM pg_namespace WHERE nspname = %s", [schema]).fetchone() is None:
            connection.execute(sql.SQL("CREATE SCHEMA {}").format(sql.Identifier(schema)))
        (before,) = connection.execute("SELECT current_setting('search_path')").fetchone() or ("",)
        connection.execute(_LOOK_IN, [schema])
        _fill(connection, log_id)
        connection.execute(_LOOK_IN, [before])
    return True


def _are_missing(connection: psycopg.Connection, schema: str) -> bool:
    # A table and not to_regclass, which may remember that there was no such schema.
    tables = connection.execute(
        "SELECT FROM pg_tables WHERE schemaname = %s AND tablename IN ('records', 'head')", [schema]
    )
    return tables.rowcount == 0


def _identity(connection: psycopg.Connection, shown: str) -> str:
    version, log_id = _version(connection, shown)
    if version > SCHEMA_VERSION:
        raise NewerSchema(shown, found=version, known=SCHEMA_VERSION)
    return log_id


def _version(connection: psycopg.Connection, shown: str) -> tuple[int, str]:
    """Return the version of the tables, and the log's identity."""
    try:
        found = connection.execute("SELECT schema_version, log_id FROM head").fetchone()
    except (errors.UndefinedTable, errors.UndefinedColumn):
        raise NotALog(shown, "the schema holds another program's tables") from None
    if found is None:
        raise LogDamaged(shown, "its end and its identity are gone from the table head")
    return int(found[0]), str(found[1])


def _fill(connection: psycopg.Connection, log_id: str) -> None:
    connection.execute(files("diplocal.store").joinpath("postgres.sql").read_bytes())
    connection.execute(
        "INSERT INTO head VALUES (true, %s, %s, 0, 0, %s)", [SCHEMA_VERSION, log_id, packed(planted(log_id))]
    )
