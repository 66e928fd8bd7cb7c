-- The counters of the limits (petition/ratecache.py). Unlogged: a crash of the server empties them, and the limits begin anew.
-- They change often and live for an hour: room in each page lets a count be updated in place.
CREATE UNLOGGED TABLE petition_rate_counter (
    key text COLLATE "C" PRIMARY KEY,
    n bigint NOT NULL,
    expires timestamptz NOT NULL
) WITH (fillfactor = 50, autovacuum_vacuum_scale_factor = 0.05);

CREATE INDEX petition_rate_counter_expires ON petition_rate_counter (expires);
