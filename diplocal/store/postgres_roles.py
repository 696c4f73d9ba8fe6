"""Roles of a PostgreSQL server, each with the least that it needs: to append, to read all, to read for one audience.

Roles are of the whole server, so that their names say for which schema they are. Nobody can log in as one of them:
grant them to those who can, ``GRANT diplocal_writer TO desk``.
"""

from collections.abc import Collection, Mapping, Sequence
from contextlib import closing
from importlib.resources import files

import psycopg
from psycopg import sql

from diplocal.errors import InvalidValue, NotWritable
from diplocal.store.contract import visible_to
from diplocal.store.postgres_address import PostgresAddress
from diplocal.store.postgres_connections import Connections
from diplocal.store.postgres_keys import ARE_THERE, grant_keys, schema_of

PATIENCE = 30.0
"""Seconds to wait for whoever is appending."""
_ALWAYS = sql.SQL("true")
LONGEST_NAME = 63
"""Characters of a role's name."""
_READ = "GRANT USAGE ON SCHEMA {schema} TO {role}; GRANT SELECT ON head, names, records, tree TO {role}"
_APPEND = """
    GRANT INSERT ON names, records, tree TO {role};
    GRANT UPDATE (position, recorded_micros, edge) ON head TO {role}
"""
_ALL_ROWS = "CREATE POLICY {role} ON {table} TO {role} USING ({condition}) WITH CHECK ({condition})"
_SEEN_ROWS = "CREATE POLICY {role} ON {table} FOR SELECT TO {role} USING ({condition})"
_SEEN = {
    "records": "audience = ANY (ARRAY(SELECT number FROM names WHERE name = ANY ({marks})))",
    "names": "name = ANY ({marks}) OR EXISTS (SELECT FROM names_seen AS seen WHERE seen.number = names.number)",
    "names_seen": "audience = ANY ({marks})",
}
"""Which rows of a table somebody may see who may see these marks."""


def make_roles(address: str, audiences: Collection[str] = ()) -> list[str]:
    """Make the roles of a log that is there, or bring them up to date, and return their names.

    The writer appends, and can neither change nor remove a record. The reader reads all. For each audience there is a
    role that cannot even select what that audience may not see (row-level security).

    Raises InvalidValue for what is no audience or too long, NotWritable for who may not make roles, NotReachable.
    """
    place = PostgresAddress.parse(address)
    marks = {f"{place.schema}_for_{audience}": sorted(visible_to(audience)) for audience in audiences}
    everywhere = [f"{place.schema}_writer", f"{place.schema}_reader"]
    for name in (*everywhere, *marks):
        if len(name) > LONGEST_NAME:
            raise InvalidValue("role", name, f"a schema and an audience that make at most {LONGEST_NAME} characters")
    with (
        closing(Connections(place, PATIENCE)) as connections,
        connections.taken(NotWritable) as connection,
        connection.transaction(),
    ):
        connection.execute("LOCK TABLE head")
        _Roles(connection, place.schema).make(everywhere, marks)
        if connection.execute(ARE_THERE, [schema_of(place)]).rowcount:
            grant_keys(connection, place)
    return [*everywhere, *marks]


class _Roles:
    """Makes roles inside a transaction."""

    def __init__(self, connection: psycopg.Connection, schema: str) -> None:
        self._connection, self._schema = connection, sql.Identifier(schema)

    def make(self, everywhere: Sequence[str], marks: Mapping[str, Sequence[str]]) -> None:
        for role in (*everywhere, *marks):
            found = self._connection.execute("SELECT FROM pg_roles WHERE rolname = %s", [role])
            if found.rowcount == 0:
                self._run("CREATE ROLE {role} NOLOGIN", role)
            self._run(_READ, role)
        self._run(_APPEND, everywhere[0])
        if marks:
            self._run(files("diplocal.store").joinpath("postgres_audiences.sql").read_text())
        for role in everywhere if marks else ():
            for table in _SEEN:
                self._policy(_ALL_ROWS, role, table)
        for role, names in marks.items():
            self._run("GRANT SELECT ON names_seen TO {role}; GRANT EXECUTE ON FUNCTION leaves_between TO {role}", role)
            for table, condition in _SEEN.items():
                self._policy(_SEEN_ROWS, role, table, sql.SQL(condition).format(marks=sql.Literal(list(names))))

    def _policy(self, query: str, role: str, table: str, condition: sql.Composable = _ALWAYS) -> None:
        self._run("DROP POLICY IF EXISTS {role} ON {table}", role, table)
        self._run(query, role, table, condition)

    def _run(self, query: str, role: str = "", table: str = "", condition: sql.Composable = _ALWAYS) -> None:
        named = {"schema": self._schema, "role": sql.Identifier(role or "-"), "table": sql.Identifier(table or "-")}
        self._connection.execute(sql.SQL(query).format(**named, condition=condition))
