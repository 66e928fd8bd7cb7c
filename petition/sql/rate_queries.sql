-- What petition/ratecache.py asks, each under its name. The clock is the database's, so all machines agree; it is the
-- statement's, since now() stands still within a transaction. A counter that has expired is as if it were not there.

-- add --
-- A new counter, or an expired one begun anew; no row comes back where a living one is there already.
INSERT INTO petition_rate_counter AS counter (key, n, expires)
VALUES (%(key)s, %(n)s, statement_timestamp() + %(timeout)s * interval '1 second')
ON CONFLICT (key) DO UPDATE SET n = EXCLUDED.n, expires = EXCLUDED.expires
    WHERE counter.expires <= statement_timestamp()
RETURNING n

-- set --
INSERT INTO petition_rate_counter (key, n, expires)
VALUES (%(key)s, %(n)s, statement_timestamp() + %(timeout)s * interval '1 second')
ON CONFLICT (key) DO UPDATE SET n = EXCLUDED.n, expires = EXCLUDED.expires
RETURNING n

-- incr --
-- The row's lock puts those who count at once in line, and each gets a number of its own.
UPDATE petition_rate_counter SET n = n + %(n)s
WHERE key = %(key)s AND expires > statement_timestamp()
RETURNING n

-- hit --
-- Many counters at once: the new ones made, the expired ones begun anew, the others counted on. In the order of their
-- keys, so that two who count the same ones wait for each other in a row, and never in a circle.
INSERT INTO petition_rate_counter AS counter (key, n, expires)
SELECT key, n, statement_timestamp() + seconds * interval '1 second'
FROM unnest(%(keys)s::text[], %(amounts)s::bigint[], %(seconds)s::bigint[]) AS hit (key, n, seconds)
ORDER BY key COLLATE "C"
ON CONFLICT (key) DO UPDATE SET
    n = CASE WHEN counter.expires > statement_timestamp() THEN counter.n ELSE 0 END + EXCLUDED.n,
    expires = CASE WHEN counter.expires > statement_timestamp() THEN counter.expires ELSE EXCLUDED.expires END
RETURNING key, n, extract(epoch FROM expires - statement_timestamp())::float8

-- get --
SELECT n FROM petition_rate_counter WHERE key = %(key)s AND expires > statement_timestamp()

-- touch --
UPDATE petition_rate_counter SET expires = statement_timestamp() + %(timeout)s * interval '1 second'
WHERE key = %(key)s AND expires > statement_timestamp()
RETURNING n

-- delete --
DELETE FROM petition_rate_counter WHERE key = %(key)s
RETURNING n

-- sweep --
-- A bounded number of expired counters, past those that somebody else is at: it waits for nobody.
DELETE FROM petition_rate_counter WHERE key IN (
    SELECT key FROM petition_rate_counter WHERE expires <= statement_timestamp()
    ORDER BY expires LIMIT 1000 FOR UPDATE SKIP LOCKED
)

-- clear --
DELETE FROM petition_rate_counter
