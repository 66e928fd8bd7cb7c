-- Counts are kept by the database itself: a statement-level trigger for each kind of change sums what the statement
-- added to and took from every (petition, country, day), and applies the differences to the two count tables.
--
-- Order matters. Both tables are written in the same order, countries before days, and each by key: two acts that
-- touch the same keys meet at the first of them and one waits, so they never wait in a circle. A difference of zero
-- writes nothing: an act that changes no state takes no lock on a count.
CREATE TYPE signatures_count_change AS (petition_id bigint, country text, day date, n bigint);

CREATE FUNCTION signatures_count() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    changes signatures_count_change[];
BEGIN
    IF TG_OP = 'INSERT' THEN
        SELECT array_agg((petition_id, country, confirmed_on, n)::signatures_count_change) INTO changes FROM (
            SELECT petition_id, country, confirmed_on, count(*) AS n
            FROM fresh WHERE state = 'confirmed' GROUP BY 1, 2, 3) AS sums;
    ELSIF TG_OP = 'DELETE' THEN
        SELECT array_agg((petition_id, country, confirmed_on, n)::signatures_count_change) INTO changes FROM (
            SELECT petition_id, country, confirmed_on, -count(*) AS n
            FROM stale WHERE state = 'confirmed' GROUP BY 1, 2, 3) AS sums;
    ELSE
        SELECT array_agg((petition_id, country, confirmed_on, n)::signatures_count_change) INTO changes FROM (
            SELECT petition_id, country, confirmed_on, sum(one) AS n FROM (
                SELECT petition_id, country, confirmed_on, 1 AS one FROM fresh WHERE state = 'confirmed'
                UNION ALL
                SELECT petition_id, country, confirmed_on, -1 FROM stale WHERE state = 'confirmed') AS both_sides
            GROUP BY 1, 2, 3 HAVING sum(one) <> 0) AS sums;
    END IF;
    IF changes IS NULL THEN
        RETURN NULL;
    END IF;

    -- A row that is proposed is checked before its conflict is seen, so a decrease is proposed as 0 and looked up.
    INSERT INTO signatures_countbycountry AS c (petition_id, country, confirmed)
    SELECT petition_id, country, greatest(sum(n), 0) FROM unnest(changes)
    GROUP BY 1, 2 HAVING sum(n) <> 0 ORDER BY 1, 2
    ON CONFLICT (petition_id, country) DO UPDATE SET confirmed = c.confirmed
        + CASE WHEN excluded.confirmed > 0 THEN excluded.confirmed
               ELSE (SELECT sum(n) FROM unnest(changes) AS d
                     WHERE d.petition_id = c.petition_id AND d.country = c.country) END;

    INSERT INTO signatures_countbyday AS c (petition_id, day, confirmed)
    SELECT petition_id, day, greatest(sum(n), 0) FROM unnest(changes)
    GROUP BY 1, 2 HAVING sum(n) <> 0 ORDER BY 1, 2
    ON CONFLICT (petition_id, day) DO UPDATE SET confirmed = c.confirmed
        + CASE WHEN excluded.confirmed > 0 THEN excluded.confirmed
               ELSE (SELECT sum(n) FROM unnest(changes) AS d
                     WHERE d.petition_id = c.petition_id AND d.day = c.day) END;

    -- The first confirmed signature locks what it was given under.
    UPDATE petition_petition SET wording_locked_at = now()
    WHERE wording_locked_at IS NULL AND id IN (SELECT petition_id FROM unnest(changes) WHERE n > 0);
    RETURN NULL;
END
$$;

CREATE TRIGGER signatures_count_insert AFTER INSERT ON signatures_signature
    REFERENCING NEW TABLE AS fresh FOR EACH STATEMENT EXECUTE FUNCTION signatures_count();
CREATE TRIGGER signatures_count_update AFTER UPDATE ON signatures_signature
    REFERENCING OLD TABLE AS stale NEW TABLE AS fresh FOR EACH STATEMENT EXECUTE FUNCTION signatures_count();
CREATE TRIGGER signatures_count_delete AFTER DELETE ON signatures_signature
    REFERENCING OLD TABLE AS stale FOR EACH STATEMENT EXECUTE FUNCTION signatures_count();
