-- What people have signed is never changed: once the wording is locked, an UPDATE that alters one of its columns, or
-- that takes the lock away, is refused. The columns are petition.models.petition.WORDING.
CREATE FUNCTION petition_lock_wording() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.wording_locked_at IS NOT NULL AND (
        (OLD.title_km, OLD.title_en, OLD.intro_km, OLD.intro_en,
         OLD.demands_km, OLD.demands_en, OLD.sign_off_km, OLD.sign_off_en)
        IS DISTINCT FROM
        (NEW.title_km, NEW.title_en, NEW.intro_km, NEW.intro_en,
         NEW.demands_km, NEW.demands_en, NEW.sign_off_km, NEW.sign_off_en)
        OR NEW.wording_locked_at IS NULL
    ) THEN
        RAISE EXCEPTION 'the wording of petition % is locked: it has been signed', OLD.slug
            USING ERRCODE = 'check_violation', CONSTRAINT = 'petition_wording_locked';
    END IF;
    RETURN NEW;
END
$$;

CREATE TRIGGER petition_lock_wording BEFORE UPDATE ON petition_petition
    FOR EACH ROW EXECUTE FUNCTION petition_lock_wording();
