-- The log: one row for each record, added and never changed.
CREATE TABLE records (
    position        INTEGER PRIMARY KEY,
    stream          TEXT    NOT NULL,
    version         INTEGER NOT NULL,
    id              TEXT    NOT NULL UNIQUE,
    type            TEXT    NOT NULL,
    type_version    INTEGER NOT NULL,
    data            BLOB    NOT NULL,
    audience        TEXT    NOT NULL,
    causation_id    TEXT,
    correlation_id  TEXT,
    recorded_by     TEXT,
    recorded_micros INTEGER NOT NULL,
    digest          BLOB    NOT NULL,
    UNIQUE (stream, version)
) STRICT;

CREATE TRIGGER records_are_not_updated BEFORE UPDATE ON records
BEGIN SELECT RAISE(ABORT, 'a log is append-only: record a Corrected instead'); END;

CREATE TRIGGER records_are_not_deleted BEFORE DELETE ON records
BEGIN SELECT RAISE(ABORT, 'a log is append-only: record a Retracted instead'); END;

-- The end of the log, moved in the transaction that appends: it tells when the last records are missing.
CREATE TABLE head (
    only            INTEGER PRIMARY KEY CHECK (only = 1),
    log_id          TEXT    NOT NULL,
    position        INTEGER NOT NULL,
    recorded_micros INTEGER NOT NULL,
    digest          BLOB    NOT NULL
) STRICT;
