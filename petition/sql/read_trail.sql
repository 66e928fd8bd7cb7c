-- The links after a place with their entries, as the chain writes them; NULLs where a link has lost its entry.
SELECT
    link.position,
    entry.id,
    to_char(entry.at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'),
    entry.by,
    entry.act,
    entry.target,
    entry.detail::text,
    encode(link.hash, 'hex')
FROM petition_auditlink link
    LEFT JOIN petition_auditentry entry ON entry.id = link.entry_id
WHERE link.position > %(after)s
ORDER BY link.position
LIMIT %(rows)s
