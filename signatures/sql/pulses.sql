-- How many signings had the same network, mail domain, name or reason lately (noticing.py). A key is a keyed hash that
-- equals none that is stored with a signature. `level` is the number, each signing weighing less the older it is: after an
-- hour a third. `gap` is the time since the one before, in seconds; `even` and `rapid` are how often in a row the gaps were
-- alike or tiny.
-- Unlogged: a crash of the server empties it, and the counting begins anew. Room in each page lets a row be updated in place.
CREATE UNLOGGED TABLE signatures_pulse (
    key bytea PRIMARY KEY,
    level double precision NOT NULL DEFAULT 1,
    at timestamptz NOT NULL,
    gap double precision NOT NULL DEFAULT 0,
    even integer NOT NULL DEFAULT 0,
    rapid integer NOT NULL DEFAULT 0
) WITH (fillfactor = 50, autovacuum_vacuum_scale_factor = 0.05);
