"""Roles of a PostgreSQL server, each with the least that it needs: to append, to read all, to read for one audience.

Roles are of the whole server, so that their names say for which schema they are. Nobody can log in as one of them:
grant them to those who can, ``GRANT diplocal_writer TO desk``.
"""

from collections.abc import Collection
from contextlib import closing
from importlib.resources import files

import psycopg
from psycopg import sql

from diplocal.errors import InvalidValue, NotReadable, NotWritable
from diplocal.store.postgres import PostgresStore
from diplocal.store.postgres_address import LONGEST_NAME, PostgresAddress, see_that_it_can_be_made
from diplocal.store.postgres_audience import DIARIES, AudienceLog, audience_logs, run
from diplocal.store.postgres_connections import Connections
from diplocal.store.postgres_keys import ARE_THERE, ENDING, grant_keys, schema_of
from diplocal.store.postgres_tables import ONE_AT_A_TIME, create

PATIENCE = 30.0
"""Seconds to wait for whoever is appending."""
_READ = "GRANT USAGE ON SCHEMA {schema} TO {role}; GRANT SELECT ON head, names, records, tree TO {role}"
_APPEND = """
    GRANT INSERT ON names, records, tree TO {role};
    GRANT UPDATE (position, recorded_micros, edge) ON head TO {role}
"""
_COLUMNS = """
    SELECT relname, array_agg(attname::text) FROM pg_attribute JOIN pg_class ON pg_class.oid = attrelid
    WHERE relnamespace = %s::regnamespace AND relkind = 'r' AND attnum > 0 GROUP BY relname
"""
_POLICIES = "SELECT tablename, policyname FROM pg_policies WHERE schemaname = %s"
_DIARIES = f"{DIARIES} AND pg_has_role(nspowner, 'USAGE')"
"""Those of others are theirs to give rights to."""
_BESIDE = f"SELECT nspname FROM pg_namespace WHERE nspname = ANY (%s) UNION {_DIARIES}"  # noqa: S608 - our own words
_GUESSED = f"{_DIARIES} AND to_regclass('channel') IS NULL"
"""Diaries whose names do not have what only readers of the log know."""
_NOTHING_MORE = """
    REVOKE ALL ON ALL TABLES IN SCHEMA {schema} FROM {role};
    REVOKE ALL ON ALL FUNCTIONS IN SCHEMA {schema} FROM {role};
    REVOKE ALL ON SCHEMA {schema} FROM {role}
"""
_IS_KEPT = """
    SELECT FROM audiences JOIN pg_tables ON schemaname = schema AND tablename = 'head' WHERE schema = %s
"""
_CHANNEL = """
    CREATE TABLE IF NOT EXISTS {schema}.channel (
        name text PRIMARY KEY DEFAULT 'diplocal_' || replace(gen_random_uuid()::text, '-', '')
    );
    INSERT INTO {schema}.channel SELECT WHERE NOT EXISTS (SELECT FROM {schema}.channel)
"""
"""Where it is told that a log grew. Anybody may listen anywhere: only who may read the log can know the name."""
_IS_OURS = "SELECT FROM pg_namespace WHERE nspname = %s AND obj_description(oid, 'pg_namespace') = %s"
_REGISTER = "INSERT INTO audiences (schema, position) VALUES (%s, 0) ON CONFLICT (schema) DO UPDATE SET position = 0"
_MAY_ALL = "SELECT rolsuper FROM pg_roles WHERE rolname = current_user"
_OWNER = "SELECT tableowner FROM pg_tables WHERE schemaname = current_schema AND tablename = 'head'"
_MAY_LOCK = "GRANT EXECUTE ON FUNCTION pg_advisory_xact_lock(bigint), pg_advisory_xact_lock(int, int) TO {role}"
_TELLS = """
    SELECT has_function_privilege('public', 'pg_relation_size(regclass, text)', 'EXECUTE')
        OR has_column_privilege('public', 'pg_class', 'reltuples', 'SELECT')
        OR has_table_privilege('public', 'pg_stats', 'SELECT')
        OR NOT EXISTS (SELECT FROM pg_event_trigger WHERE evtname = 'diplocal_guard' AND evtenabled <> 'D')
"""


def make_roles(address: str, audiences: Collection[str] = ()) -> list[str]:
    """Make the roles of a log, which is made too where there is none, or bring them up to date, and return their names.

    The writer appends, and can neither change nor remove a record. The reader reads all. For each audience there is a
    log of its own in a schema beside, with what that audience may see, and a role that can read nothing else. Whoever
    may do everything on the server also has it keep to itself how large tables are: see ``tells_sizes``.

    Raises InvalidValue for what is no audience, for too long a name and one that another log may need, and for the log
    of an audience; NotWritable for who may not make roles, NotReachable, and what opening the log raises.
    """
    place = PostgresAddress.parse(address)
    everywhere = [f"{place.schema}_{what}" for what in ("writer", "reader")]
    asked = [AudienceLog.of(place.schema, audience) for audience in audiences]
    _see_that_names_fit(place.schema, [*everywhere, schema_of(place)], asked)
    with PostgresStore(address) as store:
        if store.audience is not None:
            raise InvalidValue("schema", place.schema, f"a whole log: this is that of the audience {store.audience!r}")
    with (
        closing(Connections(place, PATIENCE)) as connections,
        connections.taken(NotWritable) as connection,
        connection.transaction(),
    ):
        connection.execute("SELECT pg_advisory_xact_lock(%s)", [ONE_AT_A_TIME])  # rights to what is not the log's too
        connection.execute("LOCK TABLE head")
        roles = _Roles(connection, place)
        roles.make(everywhere)
        roles.make_logs([*dict.fromkeys([*asked, *roles.without_policies(), *audience_logs(connection, place.schema)])])
        if connection.execute(ARE_THERE, [schema_of(place)]).rowcount:
            grant_keys(connection, place)
    return [*everywhere, *(log.role for log in asked)]


def in_sql(role: str) -> str:
    """Write the name of a role as SQL takes it.

    >>> print(in_sql("diplocal_writer"), in_sql("diplocal_for_asia-desk"))
    diplocal_writer "diplocal_for_asia-desk"
    """
    return role if role.isidentifier() else f'"{role}"'


def _see_that_names_fit(schema: str, names: Collection[str], logs: Collection[AudienceLog]) -> None:
    """Raise InvalidValue for too long a name, and one that means something else, before anything is made."""
    if (most := LONGEST_NAME - max(len(name) - len(schema) for name in names)) < len(schema):
        raise InvalidValue("schema", schema, f"at most {most} characters, since names of roles begin with it")
    for log in logs:
        see_that_it_can_be_made(log.schema)
        if (over := len(log.schema) + len(ENDING) - LONGEST_NAME) > 0:
            most = len(schema) + len(log.audience) - over
            raise InvalidValue(
                "audience", log.audience, f"at most {most} characters, with those of the schema, {schema}"
            )


def tells_sizes(address: str) -> bool:
    """Return whether a server tells everybody in the database how many rows each table has.

    Raises NotReachable.
    """
    with (
        closing(Connections(PostgresAddress.parse(address), PATIENCE)) as connections,
        connections.taken(NotReadable) as connection,
    ):
        found = connection.execute(_TELLS).fetchone()
    return bool(found and found[0])


class _Roles:
    """Makes roles inside a transaction."""

    def __init__(self, connection: psycopg.Connection, place: PostgresAddress) -> None:
        self._connection, self._place, self._whole = connection, place, place.schema

    def make(self, everywhere: Collection[str]) -> None:
        """Make the roles of whoever appends, and of whoever reads all."""
        writer, _ = everywhere
        for role in everywhere:
            self._make(role)
            self._run(_READ, role)
        self._run(_APPEND, writer)

    def make_logs(self, logs: Collection[AudienceLog]) -> None:
        """Make the logs of audiences, with the roles that read them."""
        for log in logs:
            self._make(log.role)
            self._keep(log)
            self._grant(log)
        if logs:
            for (schema,) in self._connection.execute(_GUESSED, [self._whole]).fetchall():
                self._run("DROP SCHEMA {schema} CASCADE", schema=schema)
            self._run("ALTER TABLE audiences DROP COLUMN IF EXISTS channel")  # one of all, which was there before
            self._run(_CHANNEL)
            for role in (f"{self._whole}_writer", f"{self._whole}_reader"):
                self._run("GRANT SELECT ON audiences, channel TO {role}", role)
        if logs and self._value(_MAY_ALL):
            self._connection.execute(files("diplocal.store").joinpath("postgres_statistics.sql").read_bytes())
            self._run(_MAY_LOCK, self._value(_OWNER))
            for role in (f"{self._whole}_writer", f"{self._whole}_reader"):
                self._run(_MAY_LOCK, role)

    def without_policies(self) -> list[AudienceLog]:
        """Take away row-level security, by which audiences were kept apart before, and return whose it was."""
        found = self._connection.execute(_POLICIES, [self._whole]).fetchall()
        for table, policy in found:
            self._run("DROP POLICY {policy} ON {table}", table=table, policy=policy)
        for table in sorted({table for table, _ in found}):
            self._run("ALTER TABLE {table} DISABLE ROW LEVEL SECURITY", table=table)
        self._run("DROP TABLE IF EXISTS names_seen; DROP FUNCTION IF EXISTS note_names, leaves_between CASCADE")
        logs = (AudienceLog.of_role(self._whole, policy) for _, policy in found)
        return [log for log in logs if log is not None]

    def _keep(self, log: AudienceLog) -> None:
        """Make the log of an audience where there is none, and copy to it what it has not."""
        run(self._connection, "postgres_audience.sql", log, self._whole)
        if self._connection.execute(_IS_KEPT, [log.schema]).rowcount == 0:
            if self._connection.execute(_IS_OURS, [log.schema, log.comment]).rowcount:  # of a log that was here before
                self._run("DROP SCHEMA {theirs} CASCADE", log=log)
                self._run("DROP SCHEMA IF EXISTS {keys} CASCADE", log=log)
            if not create(self._connection, log.schema, log.identity(self._value("SELECT log_id FROM head"))):
                raise NotWritable(self._place.shown, f"there are tables of something else in the schema {log.schema}")
            self._run("COMMENT ON SCHEMA {theirs} IS {comment}", log=log)
            self._run("INSERT INTO {theirs}.names VALUES (2, (SELECT log_id FROM head))", log=log)
            self._connection.execute(_REGISTER, [log.schema])
        self._run(_CHANNEL, schema=log.schema)
        self._connection.execute("UPDATE head SET position = position")  # which has it copied

    def _grant(self, log: AudienceLog) -> None:
        """Let a role read one log column by column, without what the server numbers rows with, and nothing else."""
        beside = [self._whole, f"{self._whole}{ENDING}"], self._whole
        for (schema,) in self._connection.execute(_BESIDE, beside).fetchall():
            self._run(_NOTHING_MORE, log.role, schema=schema)
        self._run("GRANT USAGE ON SCHEMA {theirs} TO {role}", log.role, log=log)
        for table, columns in self._connection.execute(_COLUMNS, [log.schema]).fetchall():
            grant = "GRANT SELECT ({columns}) ON {theirs}.{table} TO {role}"
            self._run(grant, log.role, table=table, columns=columns, log=log)

    def _make(self, role: str) -> None:
        if self._connection.execute("SELECT FROM pg_roles WHERE rolname = %s", [role]).rowcount == 0:
            self._run("CREATE ROLE {role} NOLOGIN", role)

    def _value(self, query: str) -> str:
        found = self._connection.execute(query).fetchone()
        return found[0] if found else ""

    def _run(
        self,
        query: str,
        role: str = "-",
        *,
        schema: str = "",
        table: str = "-",
        policy: str = "-",
        columns: Collection[str] = (),
        log: AudienceLog | None = None,
    ) -> None:
        self._connection.execute(
            sql.SQL(query).format(
                role=sql.Identifier(role),
                schema=sql.Identifier(schema or self._whole),
                table=sql.Identifier(table),
                policy=sql.Identifier(policy),
                columns=sql.SQL(", ").join(map(sql.Identifier, columns)),
                theirs=sql.Identifier(log.schema if log else "-"),
                keys=sql.Identifier(f"{log.schema}{ENDING}" if log else "-"),
                comment=sql.Literal(log.comment if log else ""),
            )
        )
