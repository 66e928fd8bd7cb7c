-- Claim for one moderator the oldest words that wait and that nobody else is at. Two who ask at once pass over the rows
-- that the other one has locked; where a claim was made between the look and the insert, it stands. Returns nothing.
INSERT INTO signatures_claim (signature_id, by_id, until)
SELECT row.id, %(by)s, %(until)s
FROM (
    SELECT id
    FROM signatures_signature AS waiting
    WHERE petition_id = %(petition)s AND review = 'waiting' AND state = 'confirmed' AND id > %(after)s
        AND NOT EXISTS (
            SELECT FROM signatures_claim AS theirs
            WHERE theirs.signature_id = waiting.id AND theirs.until > now() AND theirs.by_id <> %(by)s
        )
    ORDER BY id
    LIMIT %(rows)s
    FOR UPDATE OF waiting SKIP LOCKED
) AS row
ON CONFLICT (signature_id) DO UPDATE SET by_id = excluded.by_id, until = excluded.until
    WHERE signatures_claim.until <= now() OR signatures_claim.by_id = excluded.by_id;
