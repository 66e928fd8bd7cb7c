-- Count one more of each key, in the order of the keys: two signings that count the same ones meet at the first of them,
-- and one waits. The clock is read when the row is locked, so that gaps are those between the rows' changes.
INSERT INTO signatures_pulse AS pulse (key, at)
SELECT key, clock_timestamp() FROM unnest(%(keys)s::bytea[]) AS key ORDER BY key
ON CONFLICT (key) DO UPDATE SET (level, at, gap, even, rapid) = (
    SELECT
        pulse.level * exp(-now.gap / %(seconds)s) + 1,
        now.at,
        now.gap,
        CASE WHEN now.gap >= %(tiny)s AND abs(now.gap - pulse.gap) <= %(alike)s * pulse.gap THEN pulse.even + 1 ELSE 0 END,
        CASE WHEN now.gap < %(tiny)s THEN pulse.rapid + 1 ELSE 0 END
    FROM (
        SELECT clock.at, greatest(extract(epoch FROM clock.at - pulse.at), 0)::double precision AS gap
        FROM (SELECT clock_timestamp() AS at OFFSET 0) AS clock
    ) AS now
)
RETURNING key, level, even, rapid
