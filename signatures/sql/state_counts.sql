-- How many rows each petition has by origin and state, kept by the database itself as counts.sql keeps the confirmed ones.
--
-- Every signing changes the number of those that wait. Were that one row, all signings would stand in line for it until
-- the one before is on the disk; so it is striped: each connection writes to the stripe that its process number gives,
-- and the sum over the stripes is the truth. A stripe goes below nought where rows came in through another: no check.
--
-- Order matters. PostgreSQL fires triggers in the order of their names, so these come before those of counts.sql, whose
-- rows everybody meets at, with every kind of statement. They write their keys in order: acts that meet on a stripe meet
-- at the first of their keys, and never wait in a circle. A difference of zero writes nothing.
CREATE FUNCTION signatures_by_state() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        INSERT INTO signatures_countbystate AS c (petition_id, origin, state, stripe, rows)
        SELECT petition_id, origin, state, pg_backend_pid() % 32, count(*)
        FROM fresh GROUP BY 1, 2, 3 ORDER BY 1, 2, 3
        ON CONFLICT (petition_id, origin, state, stripe) DO UPDATE SET rows = c.rows + excluded.rows;
    ELSIF TG_OP = 'DELETE' THEN
        INSERT INTO signatures_countbystate AS c (petition_id, origin, state, stripe, rows)
        SELECT petition_id, origin, state, pg_backend_pid() % 32, -count(*)
        FROM stale GROUP BY 1, 2, 3 ORDER BY 1, 2, 3
        ON CONFLICT (petition_id, origin, state, stripe) DO UPDATE SET rows = c.rows + excluded.rows;
    ELSE
        INSERT INTO signatures_countbystate AS c (petition_id, origin, state, stripe, rows)
        SELECT petition_id, origin, state, pg_backend_pid() % 32, sum(one) FROM (
            SELECT petition_id, origin, state, 1 AS one FROM fresh
            UNION ALL
            SELECT petition_id, origin, state, -1 FROM stale) AS both_sides
        GROUP BY 1, 2, 3 HAVING sum(one) <> 0 ORDER BY 1, 2, 3
        ON CONFLICT (petition_id, origin, state, stripe) DO UPDATE SET rows = c.rows + excluded.rows;
    END IF;
    RETURN NULL;
END
$$;

CREATE TRIGGER signatures_by_state_insert AFTER INSERT ON signatures_signature
    REFERENCING NEW TABLE AS fresh FOR EACH STATEMENT EXECUTE FUNCTION signatures_by_state();
CREATE TRIGGER signatures_by_state_update AFTER UPDATE ON signatures_signature
    REFERENCING OLD TABLE AS stale NEW TABLE AS fresh FOR EACH STATEMENT EXECUTE FUNCTION signatures_by_state();
CREATE TRIGGER signatures_by_state_delete AFTER DELETE ON signatures_signature
    REFERENCING OLD TABLE AS stale FOR EACH STATEMENT EXECUTE FUNCTION signatures_by_state();

-- What is there already. To make a trigger locks the table against writers until this migration is committed, so each
-- row is counted once: here, or by the trigger.
INSERT INTO signatures_countbystate (petition_id, origin, state, stripe, rows)
SELECT petition_id, origin, state, 0, count(*) FROM signatures_signature GROUP BY 1, 2, 3;
