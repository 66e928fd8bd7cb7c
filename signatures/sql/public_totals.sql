-- All kept counts of a petition in one statement: kind of count, key, number. What is by origin is of the confirmed.
WITH states AS (
    SELECT origin, state, sum(rows) AS n FROM signatures_countbystate
    WHERE petition_id = %(petition)s GROUP BY 1, 2
)
SELECT 'country' AS kind, country AS key, confirmed::bigint AS n FROM signatures_countbycountry
WHERE petition_id = %(petition)s AND confirmed > 0
UNION ALL
SELECT 'day', day::text, confirmed FROM signatures_countbyday
WHERE petition_id = %(petition)s AND confirmed > 0
UNION ALL
SELECT 'state', state, sum(n)::bigint FROM states GROUP BY 2
UNION ALL
SELECT 'origin', origin, n FROM states WHERE state = 'confirmed'
