-- The log of one audience: in a schema of its own, with what that may see and nothing else, numbered among that. It is
-- kept with the whole log, in the same transaction. Run by init-db, and again to renew it.

-- How far the whole log has been copied, by the schema of the copy.
CREATE TABLE IF NOT EXISTS audiences (
    schema   text   PRIMARY KEY,
    position bigint NOT NULL
);

-- MessagePack, as entries in the Merkle tree are written.
CREATE OR REPLACE FUNCTION packed(number bigint) RETURNS bytea LANGUAGE sql IMMUTABLE AS $$
    SELECT CASE
        WHEN number IS NULL THEN '\xc0'
        WHEN number BETWEEN -32 AND 127 THEN substring(int8send(number) FROM 8)
        WHEN number BETWEEN 0 AND 255 THEN '\xcc' || substring(int8send(number) FROM 8)
        WHEN number BETWEEN 0 AND 65535 THEN '\xcd' || substring(int8send(number) FROM 7)
        WHEN number BETWEEN 0 AND 4294967295 THEN '\xce' || substring(int8send(number) FROM 5)
        WHEN number >= 0 THEN '\xcf' || int8send(number)
        WHEN number >= -128 THEN '\xd0' || substring(int8send(number) FROM 8)
        WHEN number >= -32768 THEN '\xd1' || substring(int8send(number) FROM 7)
        WHEN number >= -2147483648 THEN '\xd2' || substring(int8send(number) FROM 5)
        ELSE '\xd3' || int8send(number)
    END
$$;

CREATE OR REPLACE FUNCTION packed(octets bytea) RETURNS bytea LANGUAGE sql IMMUTABLE AS $$
    SELECT CASE
        WHEN length(octets) < 256 THEN '\xc4' || substring(int4send(length(octets)) FROM 4)
        WHEN length(octets) < 65536 THEN '\xc5' || substring(int4send(length(octets)) FROM 3)
        ELSE '\xc6' || int4send(length(octets))
    END || octets
$$;

CREATE OR REPLACE FUNCTION packed(said text) RETURNS bytea LANGUAGE sql STABLE AS $$
    SELECT CASE
        WHEN said IS NULL THEN '\xc0'
        WHEN octet_length(said) < 32 THEN set_byte('\xa0', 0, 160 + octet_length(said)) || convert_to(said, 'UTF8')
        WHEN octet_length(said) < 256
            THEN '\xd9' || substring(int4send(octet_length(said)) FROM 4) || convert_to(said, 'UTF8')
        WHEN octet_length(said) < 65536
            THEN '\xda' || substring(int4send(octet_length(said)) FROM 3) || convert_to(said, 'UTF8')
        ELSE '\xdb' || int4send(octet_length(said)) || convert_to(said, 'UTF8')
    END
$$;

CREATE OR REPLACE FUNCTION {copy}() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = {schema}, pg_temp
AS $$
DECLARE
    visible CONSTANT bigint[] := ARRAY(SELECT number FROM names WHERE name = ANY ({marks}));
    own     CONSTANT text := (SELECT log_id FROM head);
    upto    CONSTANT bigint := (SELECT position FROM head);
    behind  bigint;   -- which position the whole log was not copied yet
    ended   bigint;   -- the copy, before
    nodes   bytea;    -- the edge of its tree, the largest subtree first
    node    bytea;
    index   bigint;   -- of a node on its level, from 0
    height  integer;
BEGIN
    SELECT position INTO behind FROM audiences WHERE schema = {name};
    IF to_regclass({head}) IS NULL OR behind >= upto THEN  -- as where the whole log alone was restored
        RETURN NULL;
    END IF;
    UPDATE audiences SET position = upto WHERE schema = {name};
    SELECT position, edge INTO ended, nodes FROM {theirs}.head;

    INSERT INTO {theirs}.names
    SELECT (SELECT max(number) FROM {theirs}.names) + row_number() OVER (ORDER BY min(records.position), min(used.place)),
        (SELECT name FROM names WHERE number = used.number)
    FROM records CROSS JOIN LATERAL (
        VALUES (1, stream), (2, type), (3, audience), (4, correlation_id), (5, recorded_by), (6, origin)
    ) AS used (place, number)
    WHERE records.position > behind AND records.position <= upto AND audience = ANY (visible) AND used.number IS NOT NULL
    GROUP BY used.number
    HAVING NOT EXISTS (
        SELECT FROM {theirs}.names AS known WHERE known.name = (SELECT name FROM names WHERE number = used.number)
    );

    WITH seen AS MATERIALIZED (
        SELECT ended + row_number() OVER (ORDER BY records.position) AS position, recorded_micros, id, type_version,
            (SELECT name FROM names WHERE number = stream) AS stream,
            (SELECT name FROM names WHERE number = type) AS type,
            (SELECT name FROM names WHERE number = audience) AS audience,
            causation_id,
            (SELECT name FROM names WHERE number = correlation_id) AS correlation_id,
            (SELECT name FROM names WHERE number = recorded_by) AS recorded_by,
            coalesce((SELECT name FROM names WHERE number = origin), own) AS origin,
            coalesce(first_recorded_micros, recorded_micros) AS first_recorded_micros, data
        FROM records
        WHERE records.position > behind AND records.position <= upto AND audience = ANY (visible)
    ), numbered AS MATERIALIZED (
        SELECT *, (SELECT number FROM {theirs}.names WHERE name = stream) AS number,
            row_number() OVER (PARTITION BY stream ORDER BY position) AS further
        FROM seen
    ), placed AS MATERIALIZED (
        SELECT *, further + coalesce(
            (SELECT max(known.version) FROM {theirs}.records AS known WHERE known.stream = numbered.number), 0
        ) AS version
        FROM numbered
    )
    INSERT INTO {theirs}.records
    SELECT position,
        sha256(
            '\x009e'::bytea || packed(position) || packed(recorded_micros) || packed(id) || packed(stream)
            || packed(version) || packed(type) || packed(type_version::bigint) || packed(audience)
            || packed(causation_id) || packed(correlation_id) || packed(recorded_by) || packed(origin)
            || packed(first_recorded_micros) || packed(data)
        ),
        recorded_micros, id, number, version, (SELECT names.number FROM {theirs}.names WHERE name = type), type_version,
        (SELECT names.number FROM {theirs}.names WHERE name = audience), causation_id,
        (SELECT names.number FROM {theirs}.names WHERE name = correlation_id),
        (SELECT names.number FROM {theirs}.names WHERE name = recorded_by),
        (SELECT names.number FROM {theirs}.names WHERE name = origin), first_recorded_micros, data
    FROM placed ORDER BY position;
    IF NOT FOUND THEN
        RETURN NULL;  -- no trace in the copy of what was hidden
    END IF;

    FOR node, index IN SELECT leaf, records.position FROM {theirs}.records WHERE records.position > ended ORDER BY 2 LOOP
        height := 0;
        WHILE index % 2 = 1 LOOP
            node := sha256('\x01'::bytea || substring(nodes FROM length(nodes) - 31) || node);
            nodes := substring(nodes FROM 1 FOR length(nodes) - 32);
            index := index / 2;
            height := height + 1;
            IF height % 8 = 0 THEN
                INSERT INTO {theirs}.tree VALUES (height, index, node);
            END IF;
        END LOOP;
        nodes := nodes || node;
    END LOOP;
    UPDATE {theirs}.head SET position = last.position, edge = nodes,
        recorded_micros = greatest(head.recorded_micros, last.recorded_micros)
    FROM (
        SELECT max(records.position) AS position, max(records.recorded_micros) AS recorded_micros
        FROM {theirs}.records WHERE records.position > ended
    ) AS last;
    PERFORM pg_notify(name, '') FROM {theirs}.channel;
    RETURN NULL;
END
$$;
REVOKE ALL ON FUNCTION {copy}, packed(bigint), packed(bytea), packed(text) FROM PUBLIC;

CREATE OR REPLACE TRIGGER {copy} AFTER UPDATE ON head FOR EACH STATEMENT EXECUTE FUNCTION {copy}();
