-- What a server tells everybody about every table, by its size and by its work, would tell how much is hidden: in this
-- database only pg_monitor, and who may do everything, can ask it any more. Run by init-db, where that may.
DO $$
DECLARE
    told    text;
    columns text := (
        SELECT string_agg(quote_ident(attname), ', ') FROM pg_attribute
        WHERE attrelid = 'pg_class'::regclass AND attnum > 0 AND NOT attisdropped
            AND attname !~ '^rel(pages|tuples|all.*|filenode|frozenxid|minmxid)$'
    );
BEGIN
    FOR told IN
        SELECT oid::regprocedure FROM pg_proc
        WHERE pronamespace = 'pg_catalog'::regnamespace AND (
            proname ~ '^(pg_stat_get_|pg_control_|pg_current_(wal|xact|snapshot)|pg_last_|pg_filenode_|txid_|mxid_age$)'
            OR proname ~ '^pg_((relation|table|indexes|total_relation|database|tablespace)_size|relation_file.*)$'
            OR proname ~ '^pg_(lock_status|prepared_xact|.*blocking_pids|notification_queue_usage|xact_status)$'
            OR proname ~ '^pg_(get_replication_slots|export_snapshot|xact_commit_timestamp.*)$'
            OR proname ~ '^lo_(creat|create|from_bytea|import)$'
            OR oid = 'age(xid)'::regprocedure
        ) AND has_function_privilege('public', oid, 'EXECUTE')
    LOOP
        EXECUTE format('REVOKE EXECUTE ON FUNCTION %s FROM PUBLIC', told);
        EXECUTE format('GRANT EXECUTE ON FUNCTION %s TO pg_monitor', told);
    END LOOP;
    REVOKE SELECT ON pg_class FROM PUBLIC;
    EXECUTE format('GRANT SELECT (%s) ON pg_class TO PUBLIC', columns);
    GRANT SELECT ON pg_class TO pg_monitor;
    EXECUTE format('REVOKE TEMPORARY ON DATABASE %I FROM PUBLIC', current_database());  -- rows of one's own have numbers
END
$$;
