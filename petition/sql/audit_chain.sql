-- The audit trail as a chain of hashes. An entry's link holds the SHA-256 of the link before it, followed by the entry as
-- petition_audit_line() writes it: who changes, takes out, puts in or moves an entry breaks every link from there on.

CREATE FUNCTION petition_audit_line(place bigint, entry petition_auditentry) RETURNS text LANGUAGE sql STABLE AS $$
    SELECT json_build_array(
        place,
        entry.id,
        to_char(entry.at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'),
        entry.by,
        entry.act,
        entry.target,
        entry.detail::text
    )::text
$$;

-- Entries that have no link yet, by statement. Empty but between a statement and its commit; and after a freeze, until
-- the next act.
CREATE TABLE petition_audit_waiting (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    entries bigint[] NOT NULL,
    is_due boolean NOT NULL DEFAULT false
);

-- Links all that waits. The lock makes one chain of what commits side by side; each statement behind it sees what was
-- committed before it was taken, which is so in READ COMMITTED alone.
CREATE FUNCTION petition_audit_chain() RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    place bigint;
    head bytea;
    entry petition_auditentry;
BEGIN
    PERFORM pg_advisory_xact_lock(hashtext('petition.audit'));
    SELECT position, hash INTO place, head FROM petition_auditlink ORDER BY position DESC LIMIT 1;
    place := coalesce(place, 0);
    head := coalesce(head, decode(repeat('00', 32), 'hex'));
    FOR entry IN
        WITH taken AS (DELETE FROM petition_audit_waiting RETURNING id, entries)
        SELECT e.*
        FROM taken
            CROSS JOIN unnest(taken.entries) WITH ORDINALITY AS one (entry, ordinal)
            JOIN petition_auditentry e ON e.id = one.entry
        ORDER BY taken.id, one.ordinal
    LOOP
        place := place + 1;
        head := sha256(head || convert_to(petition_audit_line(place, entry), 'UTF8'));
        INSERT INTO petition_auditlink (position, entry_id, hash) VALUES (place, entry.id, head);
    END LOOP;
END
$$;

CREATE FUNCTION petition_audit_wait() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO petition_audit_waiting (entries) SELECT array_agg(id ORDER BY id) FROM added HAVING count(*) > 0;
    RETURN NULL;
END
$$;

CREATE TRIGGER petition_audit_wait AFTER INSERT ON petition_auditentry
    REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION petition_audit_wait();

-- At the commit, so that no act waits for another's whole transaction. In two steps: marking a row due puts this trigger
-- once more behind everything that the commit still has to do, such as looking up foreign keys. So who holds the lock of
-- the chain waits for no lock of a row, and no circle can arise.
-- A transaction with one snapshot (a freeze) can not see the newest link: what it wrote is left to the next one.
CREATE FUNCTION petition_audit_commit() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF current_setting('transaction_isolation') <> 'read committed' THEN
        RETURN NULL;
    ELSIF TG_OP = 'INSERT' THEN
        UPDATE petition_audit_waiting SET is_due = true WHERE id = NEW.id;
    ELSE
        PERFORM petition_audit_chain();
    END IF;
    RETURN NULL;
END
$$;

-- What was written before there was a chain.
INSERT INTO petition_audit_waiting (entries) SELECT array_agg(id ORDER BY id) FROM petition_auditentry HAVING count(*) > 0;
SELECT petition_audit_chain();

CREATE CONSTRAINT TRIGGER petition_audit_commit AFTER INSERT OR UPDATE ON petition_audit_waiting
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION petition_audit_commit();

CREATE TRIGGER petition_audit_append_only BEFORE UPDATE OR DELETE ON petition_auditlink
    FOR EACH ROW EXECUTE FUNCTION petition_audit_append_only();
CREATE TRIGGER petition_audit_no_truncate BEFORE TRUNCATE ON petition_auditlink
    FOR EACH STATEMENT EXECUTE FUNCTION petition_audit_append_only();
CREATE TRIGGER petition_audit_no_truncate BEFORE TRUNCATE ON petition_auditentry
    FOR EACH STATEMENT EXECUTE FUNCTION petition_audit_append_only();
