-- What was promised about the time of keeping holds. Days are those of the site's time zone.
CREATE FUNCTION signatures_keep_promise() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    today date := (now() AT TIME ZONE 'Asia/Phnom_Penh')::date;
    last signatures_retentionpolicy;
BEGIN
    IF TG_OP = 'INSERT' THEN
        SELECT * INTO last FROM signatures_retentionpolicy WHERE kind = NEW.kind ORDER BY since DESC LIMIT 1;
        IF NEW.since < today OR NEW.since <= last.since THEN
            RAISE EXCEPTION 'a time of keeping comes after all before it, and not before today'
                USING ERRCODE = 'check_violation', CONSTRAINT = 'retention_comes_last';
        END IF;
        IF NEW.days > last.days AND NEW.since < today + 30 THEN
            RAISE EXCEPTION 'a longer time of keeping needs thirty days of notice'
                USING ERRCODE = 'check_violation', CONSTRAINT = 'retention_longer_is_announced';
        END IF;
        RETURN NEW;
    ELSIF TG_OP = 'DELETE' THEN
        SELECT * INTO last FROM signatures_retentionpolicy
        WHERE kind = OLD.kind AND since < OLD.since ORDER BY since DESC LIMIT 1;
        -- A shorter time that was announced is a promise too.
        IF OLD.since <= today OR last.days IS NULL OR OLD.days < last.days THEN
            RAISE EXCEPTION 'what was promised is not taken back'
                USING ERRCODE = 'check_violation', CONSTRAINT = 'retention_is_kept';
        END IF;
        RETURN OLD;
    END IF;
    RAISE EXCEPTION 'a time of keeping is not changed: a new one follows it'
        USING ERRCODE = 'check_violation', CONSTRAINT = 'retention_is_kept';
END
$$;

CREATE TRIGGER signatures_keep_promise BEFORE INSERT OR DELETE ON signatures_retentionpolicy
    FOR EACH ROW EXECUTE FUNCTION signatures_keep_promise();
CREATE TRIGGER signatures_keep_promise_unchanged BEFORE UPDATE OF kind, days, since ON signatures_retentionpolicy
    FOR EACH ROW WHEN ((OLD.kind, OLD.days, OLD.since) IS DISTINCT FROM (NEW.kind, NEW.days, NEW.since))
    EXECUTE FUNCTION signatures_keep_promise();

-- The records of what was destroyed only grow.
CREATE FUNCTION signatures_destroyed_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'the records of what was destroyed are append-only'
        USING ERRCODE = 'check_violation', CONSTRAINT = 'destroyed_append_only';
END
$$;

CREATE TRIGGER signatures_destroyed_append_only BEFORE UPDATE OR DELETE ON signatures_destroyed
    FOR EACH ROW EXECUTE FUNCTION signatures_destroyed_append_only();
