-- The totals of a delivery, by each way of counting. Parameter: delivery.
SELECT s.country, s.confirmed_on, s.origin, s.visibility <> 'count' AS named, count(*)
FROM delivery_entry AS e JOIN signatures_signature AS s ON s.id = e.signature_id
WHERE e.delivery_id = %(delivery)s
GROUP BY 1, 2, 3, 4
