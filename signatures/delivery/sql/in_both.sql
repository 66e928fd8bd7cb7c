-- How many signatures stand in two deliveries. Parameters: delivery, previous.
SELECT count(*)
FROM delivery_entry AS this JOIN delivery_entry AS earlier USING (signature_id)
WHERE this.delivery_id = %(delivery)s AND earlier.delivery_id = %(previous)s
