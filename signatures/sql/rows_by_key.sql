-- How many stored boxes each key of each purpose has. Before a box stand the 8 bytes that name its key; the length of an
-- older one, 48 bytes over a multiple of 64, tells that it has none. One reading of the whole table, not for a page.
SELECT 'mail', CASE WHEN octet_length(sealed_email) % 64 = 56 THEN encode(substring(sealed_email FOR 8), 'hex') END, count(*)
FROM signatures_signature WHERE sealed_email IS NOT NULL GROUP BY 2
UNION ALL
SELECT 'delivery', CASE WHEN octet_length(sealed_identity) % 64 = 56 THEN encode(substring(sealed_identity FOR 8), 'hex') END,
       count(*)
FROM signatures_signature WHERE sealed_identity IS NOT NULL GROUP BY 2
