-- The keys of names, in a schema of their own: a copy of the log's schema has none of them.
CREATE SCHEMA IF NOT EXISTS {schema};

CREATE TABLE IF NOT EXISTS {schema}.keys (
    id     text PRIMARY KEY,
    person text,  -- as names are compared; NULL of a key that was destroyed
    secret bytea  -- NULL of a key that was destroyed
);

-- By hash: names may be longer than what an index in order takes.
CREATE INDEX IF NOT EXISTS keys_by_person ON {schema}.keys USING hash (person);

-- Counts changes: who remembers keys looks here whether they are the same still.
CREATE TABLE IF NOT EXISTS {schema}.changes (
    single boolean PRIMARY KEY CHECK (single),
    times  bigint  NOT NULL
);

INSERT INTO {schema}.changes VALUES (true, 0) ON CONFLICT DO NOTHING;

-- For who may see some records alone: a key is found by the id that stands in a record, and no person by a key.
CREATE OR REPLACE FUNCTION {schema}.secret_of(key_id text) RETURNS bytea
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = {schema} AS $$
    SELECT secret FROM keys WHERE id = key_id
$$;

-- Writes the table anew: TRUNCATE gives it other pages, and in none of them is what was destroyed.
CREATE OR REPLACE FUNCTION {schema}.destroy(key_ids text[]) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = {schema} AS $$
BEGIN
    LOCK TABLE keys;
    CREATE TEMP TABLE kept_keys ON COMMIT DROP AS SELECT * FROM keys WHERE id <> ALL (key_ids);
    TRUNCATE keys;
    INSERT INTO keys SELECT * FROM pg_temp.kept_keys;
    INSERT INTO keys SELECT unnest(key_ids), NULL, NULL;
END
$$;
REVOKE ALL ON FUNCTION {schema}.secret_of, {schema}.destroy FROM PUBLIC;
