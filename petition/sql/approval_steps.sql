-- The way of a request: asked, then allowed or refused, then used. Both are active staff when it is allowed and when it
-- is used; what has run out is neither; nothing of it is altered or deleted.
CREATE FUNCTION petition_approval_steps() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    fault text;
BEGIN
    IF TG_OP = 'INSERT' THEN
        IF NEW.state <> 'asked' THEN
            fault := 'a request begins as asked';
        END IF;
    ELSIF TG_OP = 'DELETE' THEN
        fault := 'a request is not deleted';
    ELSIF (OLD.kind, OLD.target, OLD.why, OLD.asked_by_id, OLD.asked_at)
        IS DISTINCT FROM (NEW.kind, NEW.target, NEW.why, NEW.asked_by_id, NEW.asked_at) THEN
        fault := 'a request is not altered';
    ELSIF OLD.state <> 'asked'
        AND (OLD.decided_by_id, OLD.decided_at) IS DISTINCT FROM (NEW.decided_by_id, NEW.decided_at) THEN
        fault := 'what was decided is not altered';
    ELSIF OLD.expires_at < NEW.expires_at AND NOT (OLD.state = 'asked' AND NEW.state = 'allowed') THEN
        fault := 'a request does not last longer';
    ELSIF OLD.state <> NEW.state THEN
        IF (OLD.state, NEW.state) NOT IN (
            ('asked', 'allowed'), ('asked', 'refused'), ('asked', 'withdrawn'), ('asked', 'expired'),
            ('allowed', 'used'), ('allowed', 'withdrawn'), ('allowed', 'expired')
        ) THEN
            fault := 'a request does not go from ' || OLD.state || ' to ' || NEW.state;
        ELSIF NEW.state IN ('allowed', 'used') AND OLD.expires_at <= statement_timestamp() THEN
            fault := 'the request has run out';
        ELSIF NEW.state IN ('allowed', 'used') AND (
            SELECT count(*) FROM auth_user WHERE id IN (NEW.asked_by_id, NEW.decided_by_id) AND is_active AND is_staff
        ) <> 2 THEN
            fault := 'two active people of the staff are needed';
        END IF;
    END IF;
    IF fault IS NOT NULL THEN
        RAISE EXCEPTION '%', fault USING ERRCODE = 'check_violation', CONSTRAINT = 'approval_steps';
    END IF;
    RETURN NEW;
END
$$;

CREATE TRIGGER petition_approval_steps BEFORE INSERT OR UPDATE OR DELETE ON petition_approval
    FOR EACH ROW EXECUTE FUNCTION petition_approval_steps();
