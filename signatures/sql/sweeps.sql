-- What a sweep does and for whom stands from its first moment, so what was counted is what is swept: nobody can count
-- one thing and start another. A hash may only be forgotten, which is to be emptied, never to be set to NULL: NULL would
-- be no condition, and the sweep would reach further than it was asked to.
CREATE FUNCTION signatures_sweep_stands() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (NEW.petition_id, NEW.act, NEW.reason, NEW.conditions)
            IS DISTINCT FROM (OLD.petition_id, OLD.act, OLD.reason, OLD.conditions)
        OR (NEW.network_hashes IS DISTINCT FROM OLD.network_hashes AND NEW.network_hashes IS DISTINCT FROM '{}')
        OR (NEW.domain_hash IS DISTINCT FROM OLD.domain_hash AND NEW.domain_hash IS DISTINCT FROM '')
        OR (NEW.name_hash IS DISTINCT FROM OLD.name_hash AND NEW.name_hash IS DISTINCT FROM '')
        OR (NEW.up_to <> OLD.up_to AND OLD.state <> 'counting') THEN
        RAISE EXCEPTION 'What sweep % does and for whom cannot be changed', OLD.id USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END
$$;

CREATE TRIGGER signatures_sweep_stands BEFORE UPDATE ON signatures_sweep
    FOR EACH ROW EXECUTE FUNCTION signatures_sweep_stands();
