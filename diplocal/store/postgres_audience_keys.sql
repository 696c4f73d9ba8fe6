-- The keys of the names in the log of one audience, in a schema of their own: kept with all keys, and destroyed with them.
CREATE OR REPLACE FUNCTION {schema}.{copy}() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = {schema}, pg_temp AS $$
BEGIN
    IF to_regclass({keys}) IS NULL THEN  -- as where the whole log alone was restored
        RETURN NULL;
    ELSIF TG_OP = 'DELETE' THEN
        DELETE FROM {theirs}.keys WHERE id = OLD.id;
    ELSIF NEW.secret IS NOT NULL AND NEW.audience = ANY ({marks}) THEN
        INSERT INTO {theirs}.keys (id, person, wikidata, secret) VALUES (NEW.id, NEW.person, NEW.wikidata, NEW.secret)
        ON CONFLICT DO NOTHING;
    ELSIF NEW.secret IS NULL AND EXISTS (SELECT FROM {theirs}.keys WHERE id = NEW.id AND secret IS NOT NULL) THEN
        PERFORM {theirs}.destroy(ARRAY[NEW.id]);
    ELSE
        RETURN NULL;  -- no trace of what is hidden
    END IF;
    IF FOUND THEN
        UPDATE {theirs}.changes SET times = times + 1;
    END IF;
    RETURN NULL;
END
$$;
REVOKE ALL ON FUNCTION {schema}.{copy} FROM PUBLIC;

CREATE OR REPLACE TRIGGER {copy} AFTER INSERT OR DELETE ON {schema}.keys
    FOR EACH ROW EXECUTE FUNCTION {schema}.{copy}();

INSERT INTO {theirs}.keys (id, person, wikidata, secret)
SELECT id, person, wikidata, secret FROM {schema}.keys WHERE secret IS NOT NULL AND audience = ANY ({marks})
ON CONFLICT (id) DO UPDATE SET person = excluded.person, wikidata = excluded.wikidata;

GRANT USAGE ON SCHEMA {theirs} TO {role};
GRANT SELECT (id, person, wikidata, secret, made_by) ON {theirs}.keys TO {role};
GRANT SELECT (times) ON {theirs}.changes TO {role};
