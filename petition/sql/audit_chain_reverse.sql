DROP TRIGGER petition_audit_no_truncate ON petition_auditentry;
DROP TRIGGER petition_audit_no_truncate ON petition_auditlink;
DROP TRIGGER petition_audit_append_only ON petition_auditlink;
DROP TRIGGER petition_audit_wait ON petition_auditentry;
DROP TABLE petition_audit_waiting;
DROP FUNCTION petition_audit_commit(), petition_audit_wait(), petition_audit_chain(),
    petition_audit_line(bigint, petition_auditentry);
