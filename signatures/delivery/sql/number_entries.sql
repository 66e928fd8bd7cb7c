-- Number every confirmed signature of a petition 1..N for one delivery, in the order in which they came.
-- Parameters: delivery, petition.
INSERT INTO delivery_entry (delivery_id, number, signature_id)
SELECT %(delivery)s, row_number() OVER (ORDER BY id), id
FROM signatures_signature
WHERE petition_id = %(petition)s AND state = 'confirmed'
