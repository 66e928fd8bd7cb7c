-- The first entry that has no link of the chain, which begins at place 1, and waits for none.
SELECT entry.id
FROM petition_auditentry entry
    LEFT JOIN petition_auditlink link ON link.entry_id = entry.id AND link.position >= 1
WHERE link.position IS NULL
    AND NOT EXISTS (SELECT FROM petition_audit_waiting WHERE entry.id = ANY (entries))
ORDER BY entry.id
LIMIT 1
