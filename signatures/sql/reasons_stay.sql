-- The code of a reason stands in signatures and in the audit trail: it is never changed, and no reason is deleted.
CREATE FUNCTION signatures_reasons_stay() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND NEW.code = OLD.code THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'the code of a reason stays'
        USING ERRCODE = 'check_violation', CONSTRAINT = 'reasons_stay';
END
$$;

CREATE TRIGGER signatures_reasons_stay BEFORE UPDATE OR DELETE ON signatures_reason
    FOR EACH ROW EXECUTE FUNCTION signatures_reasons_stay();
