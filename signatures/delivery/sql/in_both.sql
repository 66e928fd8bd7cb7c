-- How many signatures stand in two deliveries, read from the index alone: no table's statistics know the entries that
-- this transaction has just written, and a join would be planned for none. Parameters: delivery, previous.
SELECT count(*)
FROM (
    SELECT signature_id
    FROM delivery_entry
    WHERE delivery_id IN (%(delivery)s, %(previous)s)
    GROUP BY signature_id
    HAVING count(*) = 2
) AS in_both
