-- Who gets an update by mail, all at once: the confirmed signatures of its petition, and those that the site itself has
-- held, whose owners asked for news and whose last mail did not fail. One of each mailbox: couples share one, and
-- should not get the same mail twice.
-- signatures.queries.news_readers says the same to Django.
INSERT INTO signatures_mailingrecipient (mailing_id, signature_id, state, tries)
SELECT DISTINCT ON (mailbox_hash) %(mailing)s, id, 'waiting', 0
FROM signatures_signature
WHERE petition_id = %(petition)s AND wants_updates
    AND (state = 'confirmed' OR state = 'held' AND held_reason IN ('suspicious', 'review'))
    AND sealed_email IS NOT NULL AND mail_fault = ''
ORDER BY mailbox_hash, id
