-- What many records share, by number: streams, types, audiences, who recorded, what they belong with, other logs.
CREATE TABLE names (
    number bigint PRIMARY KEY,
    name   text   NOT NULL UNIQUE
);

-- Number 1, whatever the log: the index of what is hidden leaves it out.
INSERT INTO names VALUES (1, 'public');

-- The log: one row for each record, added and never changed. The columns that have numbers of names say so.
CREATE TABLE records (
    position              bigint  PRIMARY KEY,
    leaf                  bytea   NOT NULL,
    recorded_micros       bigint  NOT NULL,
    id                    bytea   NOT NULL,
    stream                bigint  NOT NULL, -- of names
    version               bigint  NOT NULL,
    type                  bigint  NOT NULL, -- of names
    type_version          integer NOT NULL,
    audience              bigint  NOT NULL, -- of names
    causation_id          text,
    correlation_id        bigint,           -- of names
    recorded_by           bigint,           -- of names
    origin                bigint,           -- of names
    first_recorded_micros bigint,
    data                  bytea   NOT NULL,
    CONSTRAINT records_by_id UNIQUE (id, audience),
    CONSTRAINT records_by_stream UNIQUE (stream, version)
);

-- What somebody may not see is counted without being read.
CREATE INDEX records_hidden ON records (audience, position) WHERE audience <> 1;

-- The Merkle tree above its leaves: the hash of each full subtree of 256, 65,536 ... leaves (levels 8, 16 ...).
CREATE TABLE tree (
    level integer NOT NULL,
    place bigint  NOT NULL,
    hash  bytea   NOT NULL,
    PRIMARY KEY (level, place)
);

CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'a log is append-only: record a Corrected or a Retracted instead';
END
$$;

CREATE TRIGGER records_are_not_changed BEFORE UPDATE OR DELETE OR TRUNCATE ON records
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

CREATE TRIGGER names_are_not_changed BEFORE UPDATE OR DELETE OR TRUNCATE ON names
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

CREATE TRIGGER tree_is_not_changed BEFORE UPDATE OR DELETE OR TRUNCATE ON tree
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

-- The end of the log. Whoever appends locks this row first: positions are given in the order of commits, without gaps.
CREATE TABLE head (
    single          boolean PRIMARY KEY CHECK (single),
    schema_version  integer NOT NULL,
    log_id          text    NOT NULL,
    position        bigint  NOT NULL,
    recorded_micros bigint  NOT NULL,
    edge            bytea   NOT NULL
);

CREATE TRIGGER the_head_stays BEFORE DELETE OR TRUNCATE ON head
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
