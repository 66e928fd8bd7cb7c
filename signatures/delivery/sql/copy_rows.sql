-- The rows of a bundle, in order. What a signer did not give to the recipients does not leave the database.
-- Parameter: delivery.
COPY (
    SELECT e.number, s.country, s.confirmed_on, s.origin,
           CASE WHEN s.visibility = 'count' THEN '' ELSE encode(s.sealed_identity, 'hex') END
    FROM delivery_entry AS e JOIN signatures_signature AS s ON s.id = e.signature_id
    WHERE e.delivery_id = %(delivery)s
    ORDER BY e.number
) TO STDOUT (FORMAT csv)
