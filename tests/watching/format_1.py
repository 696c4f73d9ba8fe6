"""Lays a log of format 1 on a PostgreSQL server, as the first edition of diplocal kept it there."""

import sqlite3
from contextlib import closing
from pathlib import Path

import psycopg
from psycopg import sql

GOLDEN = Path(__file__).parents[1] / "golden" / "log.v1.db"
TABLES = """
    CREATE TABLE records (
        position bigint PRIMARY KEY, stream text NOT NULL, version bigint NOT NULL, id text NOT NULL UNIQUE,
        type text NOT NULL, type_version integer NOT NULL, data bytea NOT NULL, audience text NOT NULL,
        causation_id text, correlation_id text, recorded_by text, recorded_micros bigint NOT NULL,
        digest bytea NOT NULL, UNIQUE (stream, version)
    );
    CREATE INDEX records_hidden ON records (audience, position) WHERE audience <> 'public';
    CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN RAISE EXCEPTION 'a log is append-only'; END $$;
    CREATE TRIGGER records_are_not_changed BEFORE UPDATE OR DELETE OR TRUNCATE ON records
        FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
    CREATE TABLE head (
        single boolean PRIMARY KEY CHECK (single), schema_version integer NOT NULL, log_id text NOT NULL,
        position bigint NOT NULL, recorded_micros bigint NOT NULL, digest bytea NOT NULL
    );
"""


def lay(server: str, schema: str) -> None:
    """Lay the golden log of format 1 into a schema that is not there."""
    with closing(sqlite3.connect(f"{GOLDEN.as_uri()}?immutable=1", uri=True)) as file:
        records = file.execute("SELECT * FROM records ORDER BY position").fetchall()
        (head,) = file.execute("SELECT log_id, position, recorded_micros, digest FROM head")
    with psycopg.connect(server) as connection:
        name = sql.Identifier(schema)
        connection.execute(sql.SQL("CREATE SCHEMA {0}; SET search_path = {0}").format(name))
        connection.execute(TABLES)
        marks = sql.SQL(", ").join([sql.Placeholder()] * 13)
        connection.cursor().executemany(sql.SQL("INSERT INTO records VALUES ({})").format(marks), records)
        connection.execute("INSERT INTO head VALUES (true, 1, %s, %s, %s, %s)", head)
