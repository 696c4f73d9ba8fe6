"""Sees that the tables of a log on a PostgreSQL server are those that were made, and nothing was hung on them."""

import psycopg

from diplocal.errors import LogDamaged
from diplocal.store.postgres_address import PostgresAddress
from diplocal.store.postgres_audience import see_that_none_is_kept_apart_by_rows

_RECORDS = (
    "table records: position bigint, leaf bytea, recorded_micros bigint, id bytea, stream bigint, version bigint,"
    " type bigint, type_version integer, audience bigint, causation_id text, correlation_id bigint,"
    " recorded_by bigint, origin bigint, first_recorded_micros bigint, data bytea"
)
_EXPECTED = frozenset(
    """
trigger records_are_not_changed on records: refuse_change, 58, O
trigger names_are_not_changed on names: refuse_change, 58, O
trigger tree_is_not_changed on tree: refuse_change, 58, O
trigger the_head_stays on head: refuse_change, 42, O
function refuse_change: BEGIN RAISE EXCEPTION 'a log is append-only: record a Corrected or a Retracted instead'; END
index names_pkey on names: unique number
index names_name_key on names: unique name
index records_pkey on records: unique position
index records_by_id on records: unique id, audience
index records_by_stream on records: unique stream, version
index tree_pkey on tree: unique level, place
index head_pkey on head: unique single
table names: number bigint, name text
table tree: level integer, place bigint, hash bytea
table head: single boolean, schema_version integer, log_id text, position bigint, recorded_micros bigint, edge bytea
""".strip().split("\n")
) | {_RECORDS}
"""What is found of a new log. The number of a trigger is pg_trigger.tgtype: before each statement that changes rows."""
AFTER_UPDATE = 16
"""What pg_trigger.tgtype is of a trigger that copies what an audience may see, after each statement."""
_FOUND = """
    WITH ours AS (
        SELECT pg_class.oid, relname, relkind, relforcerowsecurity
        FROM pg_class JOIN pg_namespace ON pg_namespace.oid = relnamespace
        WHERE nspname = %(schema)s AND relname IN ('records', 'names', 'tree', 'head')
    )
    SELECT format('trigger %%s on %%s: %%s, %%s, %%s', tgname, relname, proname, tgtype, tgenabled)
    FROM ours JOIN pg_trigger ON tgrelid = ours.oid JOIN pg_proc ON pg_proc.oid = tgfoid
    WHERE NOT tgisinternal AND NOT (
        relname = 'head' AND tgtype = %(after_update)s AND starts_with(tgname, 'copy_for_') AND tgname = proname
    )
    UNION ALL
    SELECT format('rule %%s on %%s', rulename, relname) FROM ours JOIN pg_rewrite ON ev_class = ours.oid
    UNION ALL
    SELECT format('policy %%s on %%s', polname, relname) FROM ours JOIN pg_policy ON polrelid = ours.oid
    UNION ALL
    SELECT format('row security that is forced on %%s', relname) FROM ours WHERE relforcerowsecurity
    UNION ALL
    SELECT format('index %%s on %%s: %%s%%s', named.relname, ours.relname, CASE WHEN indisunique THEN 'unique ' END, (
        SELECT string_agg(coalesce(attname, 'what is computed'), ', ' ORDER BY place)
        FROM unnest(indkey) WITH ORDINALITY AS keys (number, place)
            LEFT JOIN pg_attribute ON attrelid = ours.oid AND attnum = number AND number <> 0
    )) || CASE WHEN indpred IS NULL THEN '' ELSE ' of some' END || CASE WHEN indisvalid THEN '' ELSE ', broken' END
    FROM ours JOIN pg_index ON indrelid = ours.oid JOIN pg_class AS named ON named.oid = indexrelid
    WHERE indisunique OR indexprs IS NOT NULL
    UNION ALL
    SELECT format('%%s %%s: %%s', CASE relkind WHEN 'r' THEN 'table' ELSE 'what is no table,' END, relname, (
        SELECT string_agg(
            attname || ' ' || format_type(atttypid, atttypmod)
                || CASE WHEN atthasdef OR attidentity <> '' THEN ' that is computed' ELSE '' END, ', ' ORDER BY attnum
        ) FROM pg_attribute WHERE attrelid = ours.oid AND attnum > 0 AND NOT attisdropped
    )) FROM ours
    UNION ALL
    SELECT format('function %%s: %%s', proname, trim(regexp_replace(prosrc, '\\s+', ' ', 'g')))
    FROM pg_proc JOIN pg_namespace ON pg_namespace.oid = pronamespace
    WHERE nspname = %(schema)s AND proname = 'refuse_change'
"""


def see_that_it_is_sound(connection: psycopg.Connection, address: PostgresAddress) -> None:
    """Compare the tables of a log, and their triggers, rules, policies and unique indexes, with those of a new log.

    What ``init-db`` adds for roles is passed over, and so are indexes that only make something faster.

    Raises LogDamaged, which names what is another; NotReadable for what only has to be brought up to date.
    """
    see_that_none_is_kept_apart_by_rows(connection, address, everybody=True)
    found = {what for (what,) in connection.execute(_FOUND, {"schema": address.schema, "after_update": AFTER_UPDATE})}
    for what in sorted(found - _EXPECTED):
        raise LogDamaged(address.shown, f"{what}: it was added or changed")
    for what in sorted(_EXPECTED - found):
        raise LogDamaged(address.shown, f"{what}: it is missing")
