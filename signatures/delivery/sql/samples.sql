-- A sample stands as it was drawn: all of its rows come with it, none is added or taken away, and neither the seed nor a
-- number changes. It is published with every row checked, and while it is, what was found stands as well.
CREATE FUNCTION delivery_sample_stands() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' OR (NEW.id, NEW.delivery_id, NEW.root, NEW.seed, NEW.total, NEW.size, NEW.drawn_by, NEW.made_at)
            IS DISTINCT FROM (OLD.id, OLD.delivery_id, OLD.root, OLD.seed, OLD.total, OLD.size, OLD.drawn_by, OLD.made_at)
        THEN
        RAISE EXCEPTION 'a drawn sample stands' USING ERRCODE = 'check_violation', CONSTRAINT = 'sample_stands';
    END IF;
    IF NEW.is_published
        AND EXISTS (SELECT FROM delivery_samplerow WHERE sample_id = NEW.id AND outcome = 'unchecked') THEN
        RAISE EXCEPTION 'a sample is published when all of it is checked'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'sample_published_whole';
    END IF;
    RETURN NEW;
END
$$;

CREATE TRIGGER delivery_sample_stands BEFORE UPDATE OR DELETE ON delivery_sample
    FOR EACH ROW EXECUTE FUNCTION delivery_sample_stands();

CREATE FUNCTION delivery_sample_row_stands() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE'
        OR (NEW.id, NEW.sample_id, NEW.number) IS DISTINCT FROM (OLD.id, OLD.sample_id, OLD.number) THEN
        RAISE EXCEPTION 'a drawn line stands' USING ERRCODE = 'check_violation', CONSTRAINT = 'sample_row_stands';
    END IF;
    -- Locked, so that nobody publishes meanwhile.
    IF (SELECT is_published FROM delivery_sample WHERE id = NEW.sample_id FOR SHARE) THEN
        RAISE EXCEPTION 'what was found of a published sample stands'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'sample_row_published';
    END IF;
    RETURN NEW;
END
$$;

CREATE TRIGGER delivery_sample_row_stands BEFORE UPDATE OR DELETE ON delivery_samplerow
    FOR EACH ROW EXECUTE FUNCTION delivery_sample_row_stands();

CREATE FUNCTION delivery_sample_is_whole() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (
        SELECT FROM delivery_sample
        WHERE id IN (SELECT sample_id FROM added)
            AND size <> (SELECT count(*) FROM delivery_samplerow WHERE sample_id = delivery_sample.id)
    ) THEN
        RAISE EXCEPTION 'a sample has its rows, all at once' USING ERRCODE = 'check_violation', CONSTRAINT = 'sample_whole';
    END IF;
    RETURN NULL;
END
$$;

CREATE TRIGGER delivery_sample_is_whole AFTER INSERT ON delivery_samplerow
    REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION delivery_sample_is_whole();
