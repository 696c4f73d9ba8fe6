-- What many records share, by number: streams, types, audiences, who recorded, what they belong with, other logs.
CREATE TABLE names (
    number INTEGER PRIMARY KEY,
    name   TEXT    NOT NULL UNIQUE
) STRICT;

-- Number 1, whatever the log: the index of what is hidden leaves it out.
INSERT INTO names VALUES (1, 'public');

-- The log: one row for each record, added and never changed.
CREATE TABLE records (
    position              INTEGER PRIMARY KEY,
    leaf                  BLOB    NOT NULL,
    recorded_micros       INTEGER NOT NULL,
    id                    BLOB    NOT NULL,
    stream                INTEGER NOT NULL REFERENCES names,
    version               INTEGER NOT NULL,
    type                  INTEGER NOT NULL REFERENCES names,
    type_version          INTEGER NOT NULL,
    audience              INTEGER NOT NULL REFERENCES names,
    causation_id          TEXT,
    correlation_id        INTEGER REFERENCES names,
    recorded_by           INTEGER REFERENCES names,
    origin                INTEGER REFERENCES names,
    first_recorded_micros INTEGER,
    data                  BLOB    NOT NULL
) STRICT;

CREATE UNIQUE INDEX records_by_id ON records (id, audience);

CREATE UNIQUE INDEX records_by_stream ON records (stream, version);

-- What somebody may not see is counted without being read.
CREATE INDEX records_hidden ON records (audience, position) WHERE audience <> 1;

-- The Merkle tree above its leaves: the hash of each full subtree of 256, 65,536 ... leaves (levels 8, 16 ...).
CREATE TABLE tree (
    level INTEGER NOT NULL,
    place INTEGER NOT NULL,
    hash  BLOB    NOT NULL,
    PRIMARY KEY (level, place)
) STRICT, WITHOUT ROWID;

-- The end of the log, moved in the transaction that appends: it tells when the last records are missing.
CREATE TABLE head (
    only            INTEGER PRIMARY KEY CHECK (only = 1),
    log_id          TEXT    NOT NULL,
    position        INTEGER NOT NULL,
    recorded_micros INTEGER NOT NULL,
    edge            BLOB    NOT NULL
) STRICT;

CREATE TRIGGER records_are_not_updated BEFORE UPDATE ON records
BEGIN SELECT RAISE(ABORT, 'a log is append-only: record a Corrected instead'); END;

CREATE TRIGGER records_are_not_deleted BEFORE DELETE ON records
BEGIN SELECT RAISE(ABORT, 'a log is append-only: record a Retracted instead'); END;

CREATE TRIGGER names_are_not_updated BEFORE UPDATE ON names
BEGIN SELECT RAISE(ABORT, 'a log is append-only: a name keeps its number'); END;

CREATE TRIGGER names_are_not_deleted BEFORE DELETE ON names
BEGIN SELECT RAISE(ABORT, 'a log is append-only: a name keeps its number'); END;

CREATE TRIGGER tree_is_not_updated BEFORE UPDATE ON tree
BEGIN SELECT RAISE(ABORT, 'a log is append-only: its tree only grows'); END;

CREATE TRIGGER tree_is_not_deleted BEFORE DELETE ON tree
BEGIN SELECT RAISE(ABORT, 'a log is append-only: its tree only grows'); END;
