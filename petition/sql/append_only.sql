-- The audit trail only grows.
CREATE FUNCTION petition_audit_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'the audit trail is append-only'
        USING ERRCODE = 'check_violation', CONSTRAINT = 'audit_append_only';
END
$$;

CREATE TRIGGER petition_audit_append_only BEFORE UPDATE OR DELETE ON petition_auditentry
    FOR EACH ROW EXECUTE FUNCTION petition_audit_append_only();
