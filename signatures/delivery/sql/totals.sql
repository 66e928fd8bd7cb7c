-- The totals of a delivery, by each way of counting, and by the key that a name is sealed to: before a box stand 8 bytes
-- that name its key; a box from before that is told by its length, and gives ''. Parameter: delivery.
SELECT s.country, s.confirmed_on, s.origin, s.visibility <> 'count' AS named,
       CASE WHEN s.visibility = 'count' OR octet_length(s.sealed_identity) %% 64 <> 56 THEN ''
            ELSE substring(s.sealed_identity FOR 8) END AS sealed_to,
       count(*)
FROM delivery_entry AS e JOIN signatures_signature AS s ON s.id = e.signature_id
WHERE e.delivery_id = %(delivery)s
GROUP BY 1, 2, 3, 4, 5
