-- The log: one row for each record, added and never changed.
CREATE TABLE records (
    position        bigint  PRIMARY KEY,
    stream          text    NOT NULL,
    version         bigint  NOT NULL,
    id              text    NOT NULL UNIQUE,
    type            text    NOT NULL,
    type_version    integer NOT NULL,
    data            bytea   NOT NULL,
    audience        text    NOT NULL,
    causation_id    text,
    correlation_id  text,
    recorded_by     text,
    recorded_micros bigint  NOT NULL,
    digest          bytea   NOT NULL,
    UNIQUE (stream, version)
);

-- What somebody may not see is counted without being read.
CREATE INDEX records_hidden ON records (audience, position) WHERE audience <> 'public';

CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'a log is append-only: record a Corrected or a Retracted instead';
END
$$;

CREATE TRIGGER records_are_not_changed BEFORE UPDATE OR DELETE OR TRUNCATE ON records
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

-- The end of the log. Whoever appends locks this row first: positions are given in the order of commits, without gaps.
CREATE TABLE head (
    single          boolean PRIMARY KEY CHECK (single),
    schema_version  integer NOT NULL,
    log_id          text    NOT NULL,
    position        bigint  NOT NULL,
    recorded_micros bigint  NOT NULL,
    digest          bytea   NOT NULL
);

CREATE TRIGGER the_head_stays BEFORE DELETE OR TRUNCATE ON head
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
