-- Compare the kept counts with the truth: one row for every key in which they differ. The kept side wins nothing:
-- recount writes `truth` over it.
SELECT 'country' AS kind, petition_id, country AS key, coalesce(kept.n, 0) AS kept, coalesce(truth.n, 0) AS truth
FROM (SELECT petition_id, country, confirmed AS n FROM signatures_countbycountry WHERE confirmed <> 0) AS kept
FULL JOIN (SELECT petition_id, country, count(*) AS n FROM signatures_signature WHERE state = 'confirmed'
           GROUP BY 1, 2) AS truth USING (petition_id, country)
WHERE coalesce(kept.n, 0) <> coalesce(truth.n, 0)
UNION ALL
SELECT 'day', petition_id, day::text, coalesce(kept.n, 0), coalesce(truth.n, 0)
FROM (SELECT petition_id, day, confirmed AS n FROM signatures_countbyday WHERE confirmed <> 0) AS kept
FULL JOIN (SELECT petition_id, confirmed_on AS day, count(*) AS n FROM signatures_signature WHERE state = 'confirmed'
           GROUP BY 1, 2) AS truth USING (petition_id, day)
WHERE coalesce(kept.n, 0) <> coalesce(truth.n, 0)
UNION ALL
SELECT 'state', petition_id, key, coalesce(kept.n, 0), coalesce(truth.n, 0)
FROM (SELECT petition_id, origin || ' ' || state AS key, sum(rows) AS n FROM signatures_countbystate
      GROUP BY 1, 2 HAVING sum(rows) <> 0) AS kept
FULL JOIN (SELECT petition_id, origin || ' ' || state AS key, count(*) AS n FROM signatures_signature
           GROUP BY 1, 2) AS truth USING (petition_id, key)
WHERE coalesce(kept.n, 0) <> coalesce(truth.n, 0)
ORDER BY 2, 1, 3
