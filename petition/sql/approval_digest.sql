-- What a request was made for stays what it is: a word that was given for one text is never one for another.
CREATE FUNCTION petition_approval_digest() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'a request is not altered' USING ERRCODE = 'check_violation', CONSTRAINT = 'approval_steps';
END
$$;

CREATE TRIGGER petition_approval_digest BEFORE UPDATE ON petition_approval
    FOR EACH ROW WHEN (OLD.digest IS DISTINCT FROM NEW.digest) EXECUTE FUNCTION petition_approval_digest();
