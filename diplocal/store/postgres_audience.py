"""The log of one audience on a PostgreSQL server: a schema with what that may see, kept with the whole log.

It is a log like others, with positions, versions and a tree of its own. A trigger of the owner's copies to it in the
transaction of each append. So whoever may read it, and nothing else, can be told nothing of the rest by the server:
not by what a query costs, nor by what the server keeps about tables.
"""

from importlib.resources import files
from typing import NamedTuple
from uuid import UUID, uuid5

import psycopg
from psycopg import sql

from diplocal.errors import NotReadable
from diplocal.store.contract import visible_to
from diplocal.store.postgres_address import PostgresAddress

CHANNEL = "diplocal"
"""On which those who wait are told that a log grew, when nothing in it is hidden from anybody."""
DIARIES = """
    SELECT nspname FROM pg_namespace
    WHERE obj_description(oid, 'pg_namespace') ~ '^A diary of diplocal, layout [0-9]+, of the log in '
        AND split_part(obj_description(oid, 'pg_namespace'), ' of the log in ', 2) = %s
"""
"""Names the schemas of the diaries of a log, by its own."""
_FOR = "_for_"
_COMMENT = "What this audience may see of a log of diplocal: "
_REGISTERED = "SELECT schema FROM audiences ORDER BY schema"
_CHANNEL = "SELECT name FROM channel"
_IS_THERE = "SELECT FROM pg_tables WHERE schemaname = %s AND tablename = %s"
_SCHEMA = """
    SELECT has_schema_privilege(oid, 'USAGE'), obj_description(oid, 'pg_namespace') FROM pg_namespace WHERE nspname = %s
"""
_USABLE = """
    SELECT nspname FROM pg_namespace
    WHERE starts_with(nspname, %s) AND starts_with(obj_description(oid, 'pg_namespace'), %s)
        AND has_schema_privilege(oid, 'USAGE')
    ORDER BY nspname
"""

_BY_ROWS = """
    SELECT DISTINCT policyname, row_security_active(relation.oid) AND pg_has_role(policyname, 'USAGE')
    FROM pg_policies JOIN pg_class AS relation ON relname = tablename AND relnamespace = to_regnamespace(schemaname)
    WHERE schemaname = %s AND tablename = 'records' AND starts_with(policyname, %s)
"""


class AudienceLog(NamedTuple):
    """The log of an audience: where it lies, and who may read it."""

    whole: str
    """The schema of the whole log."""
    audience: str

    @classmethod
    def of(cls, whole: str, audience: str) -> "AudienceLog":
        """Name the log of an audience. Raises InvalidValue for what is none."""
        visible_to(audience)
        return cls(whole, audience)

    @classmethod
    def of_role(cls, whole: str, role: str) -> "AudienceLog | None":
        """Return the log that a role is for, None where it is for no audience."""
        begin = f"{whole}{_FOR}"
        return cls(whole, role.removeprefix(begin).replace("_", "-")) if role.startswith(begin) else None

    @property
    def role(self) -> str:
        """The role that may read it: ``diplocal_for_asia-desk``."""
        return f"{self.whole}{_FOR}{self.audience}"

    @property
    def schema(self) -> str:
        """The schema that it lies in: ``diplocal_for_asia_desk``. No audience has a name with an underscore."""
        return self.role.replace("-", "_")

    @property
    def comment(self) -> str:
        """What is written on the schema."""
        return f"{_COMMENT}{self.audience}"

    def identity(self, log_id: str) -> str:
        """Return its own identity, made of that of the whole log."""
        return str(uuid5(UUID(log_id), self.audience))


def audience_logs(connection: psycopg.Connection, whole: str) -> list[AudienceLog]:
    """List the logs of audiences that are kept with a log."""
    if connection.execute(_IS_THERE, [whole, "audiences"]).rowcount == 0:
        return []
    logs = (AudienceLog.of_role(whole, schema) for (schema,) in connection.execute(_REGISTERED))
    return [log for log in logs if log is not None]


def channel_of(connection: psycopg.Connection, schema: str) -> str:
    """Return where it is told that a log grew: once an audience has a log of its own, only its readers know where."""
    if connection.execute(_IS_THERE, [schema, "channel"]).rowcount == 0:
        return CHANNEL
    found = connection.execute(_CHANNEL).fetchone()
    return found[0] if found else CHANNEL


def audience_at(connection: psycopg.Connection, address: PostgresAddress) -> str | None:
    """Return the audience whose log lies at an address, None for a whole log.

    Raises NotReadable for a schema that one may not use, and names those of audiences that one may; for the role of an
    audience that row-level security keeps apart in the whole log, as an earlier diplocal made it.
    """
    found = connection.execute(_SCHEMA, [address.schema]).fetchone()
    if found is None:
        return None
    may_use, comment = found
    if not may_use:
        others = [f"?schema={name}" for (name,) in connection.execute(_USABLE, [f"{address.schema}{_FOR}", _COMMENT])]
        hint = f"; ask for {' or '.join(others)}" if others else ""
        raise NotReadable(address.shown, f"this role may not use the schema {address.schema}{hint}")
    see_that_none_is_kept_apart_by_rows(connection, address, everybody=False)
    return str(comment).removeprefix(_COMMENT) if comment and comment.startswith(_COMMENT) else None


def see_that_none_is_kept_apart_by_rows(
    connection: psycopg.Connection, address: PostgresAddress, *, everybody: bool
) -> None:
    """Raise NotReadable where an audience has no log, but rows of the whole log: this one's, or anybody's."""
    begin = f"{address.schema}{_FOR}"
    found = connection.execute(_BY_ROWS, [address.schema, begin]).fetchall()
    if any(is_ours or everybody for _, is_ours in found):
        audiences = " ".join(sorted(f"--audience {role.removeprefix(begin)}" for role, _ in found))
        raise NotReadable(
            address.shown,
            "row-level security keeps audiences apart here, as an earlier diplocal made it. Let who owns the log give"
            f" them logs of their own: diplocal init-db ADDRESS {audiences}",
        )


def run(connection: psycopg.Connection, file: str, log: AudienceLog, within: str, ending: str = "") -> None:
    """Run a file of SQL for the log of an audience, or what stands beside it in a schema that ends so."""
    theirs, marks = log.schema + ending, sorted(visible_to(log.audience))
    statements = sql.SQL(files("diplocal.store").joinpath(file).read_text()).format(
        schema=sql.Identifier(within),
        theirs=sql.Identifier(theirs),
        name=sql.Literal(theirs),
        role=sql.Identifier(log.role),
        copy=sql.Identifier(f"copy_for_{log.audience}"),
        marks=sql.Literal(marks),
        head=sql.Literal(f"{theirs}.head"),
        keys=sql.Literal(f"{theirs}.keys"),
    )
    connection.execute(statements)
