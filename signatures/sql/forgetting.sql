-- Addresses and names go before their signature is withdrawn only where its petition takes no more signatures; and a
-- petition that has forgotten who signed it is not opened again, since then anyone could sign it twice.
CREATE FUNCTION signatures_forget_after_the_end() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (SELECT FROM signatures_endedpetition WHERE petition_id = NEW.petition_id) THEN
        RAISE EXCEPTION 'the petition of this signature has not ended'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'signature_forgotten_after_the_end';
    END IF;
    RETURN NEW;
END
$$;

CREATE TRIGGER signatures_forget_insert BEFORE INSERT ON signatures_signature
    FOR EACH ROW WHEN (NEW.address_erased_on IS NOT NULL OR NEW.identity_erased_on IS NOT NULL)
    EXECUTE FUNCTION signatures_forget_after_the_end();
CREATE TRIGGER signatures_forget_update BEFORE UPDATE ON signatures_signature
    FOR EACH ROW WHEN ((OLD.address_erased_on, OLD.identity_erased_on)
        IS DISTINCT FROM (NEW.address_erased_on, NEW.identity_erased_on))
    EXECUTE FUNCTION signatures_forget_after_the_end();

CREATE FUNCTION signatures_stay_ended() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (NEW.state IN ('open', 'paused', 'draft')
            AND (NEW.closes_on IS NULL OR NEW.closes_on >= (now() AT TIME ZONE 'Asia/Phnom_Penh')::date))
        AND EXISTS (SELECT FROM signatures_signature WHERE petition_id = NEW.id
            AND (address_erased_on IS NOT NULL OR identity_erased_on IS NOT NULL)) THEN
        RAISE EXCEPTION 'a petition that has forgotten who signed it stays ended'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'petition_stays_ended';
    END IF;
    RETURN NEW;
END
$$;

CREATE TRIGGER signatures_stay_ended BEFORE UPDATE OF state, closes_on ON petition_petition
    FOR EACH ROW EXECUTE FUNCTION signatures_stay_ended();
