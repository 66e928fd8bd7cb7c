-- The keys that the names of a delivery are sealed to: before a box stand 8 bytes that name its key. A box from before
-- that is told by its length, and gives ''. Parameter: delivery.
SELECT encode(label, 'hex')
FROM (
    SELECT DISTINCT CASE WHEN octet_length(s.sealed_identity) %% 64 = 56 THEN substring(s.sealed_identity FOR 8) ELSE '' END
    FROM delivery_entry AS e JOIN signatures_signature AS s ON s.id = e.signature_id
    WHERE e.delivery_id = %(delivery)s AND s.visibility <> 'count'
) AS found (label)
ORDER BY label
