-- The totals of what came in above one number and up to another, a row a petition: what was taken, by origin; how many of
-- it look suspicious; how many had the same network, mail domain, name or reason. One look at the rows of an hour.
INSERT INTO signatures_hourtrend (
    petition_id, hour, web, paper, stall, suspicious, confirmed_so_far, held_so_far,
    top_network, top_domain, top_name, top_comment
)
WITH taken AS MATERIALIZED (
    SELECT petition_id, origin, score, network_hash, domain_hash, name_hash, comment
    FROM signatures_signature WHERE id > %(after)s AND id <= %(last)s
), alike AS (
    SELECT petition_id, kind, count(*) AS n
    FROM taken CROSS JOIN LATERAL (VALUES
        ('network', network_hash),
        ('domain', CASE WHEN domain_hash <> ALL (%(providers)s::bytea[]) THEN domain_hash END),
        ('name', name_hash),
        ('comment', CASE WHEN length(comment) >= %(shortest)s THEN sha256(convert_to(lower(comment), 'UTF8')) END)
    ) AS part (kind, value)
    WHERE value IS NOT NULL
    GROUP BY petition_id, kind, value
), tops AS (
    SELECT petition_id,
        max(n) FILTER (WHERE kind = 'network') AS network,
        max(n) FILTER (WHERE kind = 'domain') AS domain,
        max(n) FILTER (WHERE kind = 'name') AS name,
        max(n) FILTER (WHERE kind = 'comment') AS comment
    FROM alike GROUP BY petition_id
), sums AS (
    SELECT petition_id,
        count(*) FILTER (WHERE origin = 'web') AS web,
        count(*) FILTER (WHERE origin = 'paper') AS paper,
        count(*) FILTER (WHERE origin = 'stall') AS stall,
        count(*) FILTER (WHERE score >= %(hold_at)s) AS suspicious
    FROM taken GROUP BY petition_id
), states AS (
    SELECT petition_id,
        coalesce(sum(rows) FILTER (WHERE state = 'confirmed'), 0) AS confirmed,
        coalesce(sum(rows) FILTER (WHERE state = 'held'), 0) AS held
    FROM signatures_countbystate GROUP BY petition_id
)
SELECT petition.id, %(hour)s,
    coalesce(sums.web, 0), coalesce(sums.paper, 0), coalesce(sums.stall, 0), coalesce(sums.suspicious, 0),
    coalesce(states.confirmed, 0), coalesce(states.held, 0),
    coalesce(tops.network, 0), coalesce(tops.domain, 0), coalesce(tops.name, 0), coalesce(tops.comment, 0)
FROM petition_petition AS petition
LEFT JOIN sums ON sums.petition_id = petition.id
LEFT JOIN states ON states.petition_id = petition.id
LEFT JOIN tops ON tops.petition_id = petition.id
WHERE petition.state IN ('open', 'paused') OR sums.petition_id IS NOT NULL
ORDER BY petition.id
