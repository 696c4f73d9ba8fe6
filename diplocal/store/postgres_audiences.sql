-- Row-level security: what roles for one audience may not see, they cannot select. Run by init-db, and again to renew it.

-- Which names stand in a record for which audience: else the names of what is hidden would be seen.
CREATE TABLE IF NOT EXISTS names_seen (
    number   bigint NOT NULL, -- of names
    audience text   NOT NULL,
    PRIMARY KEY (number, audience)
);

CREATE OR REPLACE FUNCTION note_names() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = {schema}
AS $$
BEGIN
    INSERT INTO names_seen
    SELECT DISTINCT used.number, marks.name
    FROM added
        JOIN names AS marks ON marks.number = added.audience
        CROSS JOIN LATERAL (
            VALUES (added.stream), (added.type), (added.audience), (added.correlation_id), (added.recorded_by), (added.origin)
        ) AS used (number)
    WHERE used.number IS NOT NULL
    ON CONFLICT DO NOTHING;
    RETURN NULL;
END
$$;

INSERT INTO names_seen
SELECT DISTINCT used.number, marks.name
FROM records AS added
    JOIN names AS marks ON marks.number = added.audience
    CROSS JOIN LATERAL (
        VALUES (added.stream), (added.type), (added.audience), (added.correlation_id), (added.recorded_by), (added.origin)
    ) AS used (number)
WHERE used.number IS NOT NULL
ON CONFLICT DO NOTHING;

CREATE OR REPLACE TRIGGER names_are_noted AFTER INSERT ON records REFERENCING NEW TABLE AS added
    FOR EACH STATEMENT EXECUTE FUNCTION note_names();

-- Roots of the tree are made of all leaves, the hidden ones among them.
CREATE OR REPLACE FUNCTION leaves_between(first bigint, beyond bigint) RETURNS SETOF bytea
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = {schema} AS $$
    SELECT leaf FROM records WHERE position >= first AND position < beyond ORDER BY position
$$;
REVOKE ALL ON FUNCTION note_names, leaves_between FROM PUBLIC;

ALTER TABLE records ENABLE ROW LEVEL SECURITY;
ALTER TABLE names ENABLE ROW LEVEL SECURITY;
ALTER TABLE names_seen ENABLE ROW LEVEL SECURITY;
