-- What a server tells everybody about every table, by its size and by its work, would tell how much is hidden: in this
-- database only pg_monitor, and who may do everything, can ask it any more. Run by init-db, where that may.
DO $$
DECLARE
    told    text;
    places  oid[] := ARRAY['pg_lsn', 'xid', 'xid8']::regtype[];  -- in the write-ahead log, and among transactions
    columns text := (
        SELECT string_agg(quote_ident(attname), ', ') FROM pg_attribute
        WHERE attrelid = 'pg_class'::regclass AND attnum > 0 AND NOT attisdropped
            AND attname !~ '^rel(pages|tuples|all.*|filenode|frozenxid|minmxid)$'
    );
BEGIN
    FOR told IN
        SELECT oid::regprocedure FROM pg_proc
        WHERE pronamespace = 'pg_catalog'::regnamespace AND (
            (prorettype = ANY (places) OR proallargtypes && places) AND prokind = 'f' AND provolatile <> 'i'
            OR proname ~ '^(pg_stat_get_|pg_control_|pg_current_snapshot|pg_last_|pg_filenode_|txid_|mxid_age$)'
            OR proname ~ '^pg_((relation|table|indexes|total_relation|database|tablespace)_size|relation_file.*)$'
            OR proname ~ '^pg_(lock_status|.*blocking_pids|notification_queue_usage|xact_status)$'
            OR proname ~ '^pg_((try_)?advisory_|(cancel|terminate)_backend|isolation_test_session)'
            OR proname ~ '^(pg_export_snapshot|pg_xact_commit_timestamp.*|pg_column_toast_chunk_id|currtid2)$'
            OR proname ~ '^lo_(creat|create|from_bytea|import)$'
            OR oid = 'age(xid)'::regprocedure
        ) AND has_function_privilege('public', oid, 'EXECUTE')
    LOOP
        EXECUTE format('REVOKE EXECUTE ON FUNCTION %s FROM PUBLIC', told);
        EXECUTE format('GRANT EXECUTE ON FUNCTION %s TO pg_monitor', told);
    END LOOP;
    FOR told IN  -- who may make a diary, which is made and written under an advisory lock
        SELECT quote_ident(rolname) FROM pg_roles
        WHERE NOT rolsuper AND rolname !~ '^pg_' AND has_database_privilege(oid, current_database(), 'CREATE')
    LOOP
        EXECUTE format('GRANT EXECUTE ON FUNCTION pg_advisory_xact_lock(bigint), pg_advisory_xact_lock(int, int) TO %s', told);
    END LOOP;
    FOR told IN SELECT viewname FROM pg_views WHERE schemaname = 'pg_catalog' AND viewname ~ '^pg_stats' LOOP
        EXECUTE format('REVOKE SELECT ON %I FROM PUBLIC', told);  -- a plan tells how much they pass over
        EXECUTE format('GRANT SELECT ON %I TO pg_monitor', told);
    END LOOP;
    REVOKE SELECT ON pg_class FROM PUBLIC;
    EXECUTE format('GRANT SELECT (%s) ON pg_class TO PUBLIC', columns);
    GRANT SELECT ON pg_class TO pg_monitor;
    EXECUTE format('REVOKE TEMPORARY ON DATABASE %I FROM PUBLIC', current_database());  -- rows of one's own have numbers
    IF to_regnamespace('public') IS NOT NULL THEN
        REVOKE CREATE ON SCHEMA public FROM PUBLIC;  -- as it was up to PostgreSQL 14
    END IF;
END
$$;

-- Default privileges of one's own, and what a GRANT leaves that grants nothing, are numbered rows of catalogues.
CREATE SCHEMA IF NOT EXISTS diplocal_guard;
CREATE OR REPLACE FUNCTION diplocal_guard.refuse_definition() RETURNS event_trigger LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF NOT has_database_privilege(current_database(), 'CREATE, TEMPORARY')
        AND NOT EXISTS (SELECT FROM pg_namespace WHERE has_schema_privilege(oid, 'CREATE'))
    THEN
        RAISE insufficient_privilege USING MESSAGE = format('permission denied to %s: who only reads defines nothing', TG_TAG);
    END IF;
END
$$;
DROP EVENT TRIGGER IF EXISTS diplocal_guard;
CREATE EVENT TRIGGER diplocal_guard ON ddl_command_start EXECUTE FUNCTION diplocal_guard.refuse_definition();
