"""What each field of each table of ours says of a person. Whoever adds a field decides here, in the same change, who
may know it; test_personal.py fails until it is done.

SEALED: only who holds a private key reads it. BLIND: a keyed hash, equal or not equal. SHOWN: everyone reads it,
because its owner asked for it. COARSE: of many people at once; for staff, and in totals for everyone. NONE: nothing of
a person, or what a person does in an office that is public.
"""

SEALED, BLIND, SHOWN, COARSE, NONE = "sealed", "blind", "shown", "coarse", "none"

FIELDS = {
    # Of staff, who act in an office. The reason is theirs to write, and is told that nothing of a signer belongs there.
    "petition.Approval": dict.fromkeys(
        [
            *("id", "kind", "target", "why", "state", "digest"),
            *("asked_by", "asked_at", "decided_by", "decided_at", "expires_at"),
        ],
        NONE,
    ),
    "petition.AuditEntry": {
        # `by` is the user name of staff. No row says more of a signer than the number of the signature.
        **dict.fromkeys(["id", "at", "by", "act", "target", "detail"], NONE),
    },
    "petition.AuditLink": dict.fromkeys(["position", "entry", "hash"], NONE),
    "petition.Petition": dict.fromkeys(
        [
            *("id", "slug", "state", "goal", "is_featured", "opened_on", "closes_on", "wording_locked_at"),
            *("title_km", "title_en", "intro_km", "intro_en", "demands_km", "demands_en", "sign_off_km", "sign_off_en"),
            *("title_hints_km", "intro_hints_km", "demands_hints_km"),
            *("short_title_km", "short_title_en", "summary_km", "summary_en"),
            *("organiser_km", "organiser_en", "organiser_short", "reminds_unconfirmed"),
        ],
        NONE,
    ),
    # `by` is the user name of staff, `why` their words; the page asks for no name of a signer.
    "petition.Switch": dict.fromkeys(["name", "since", "by", "why"], NONE),
    # Heads of state and ministers, as the petition prints them.
    "petition.Recipient": dict.fromkeys(
        [
            *("id", "petition", "number", "position", "as_printed", "as_printed_km", "name", "name_km", "honorific"),
            *("office", "office_km", "body", "role_note", "country", "kind", "signatory_1991", "discloses", "notes"),
            "postal_address",
        ],
        NONE,
    ),
    "petition.FormOfAddress": dict.fromkeys(
        ["id", "recipient", "order", "language", "name_line", "office_lines", "salutation", "closing", "role"], NONE
    ),
    # What opens the staff's door: the app's secret is sealed under INDEX_KEY, a key's public half tells nothing.
    "petition.StaffAccount": dict.fromkeys(["user", "password_given_at", "generation"], NONE),
    "petition.TotpApp": {**dict.fromkeys(["user", "last_step", "added_on"], NONE), "sealed_secret": SEALED},
    "petition.SecurityKey": dict.fromkeys(["id", "user", "name", "credential", "public_key", "uses", "added_on"], NONE),
    "petition.RecoveryCode": {**dict.fromkeys(["id", "user"], NONE), "digest": BLIND},
    "petition.Tag": dict.fromkeys(["id", "slug", "name_km", "name_en"], NONE),
    "petition.Update_tags": dict.fromkeys(["id", "update", "tag"], NONE),
    "petition.Update": {
        **dict.fromkeys(["id", "petition", "slug", "published_on", "is_published", "publish_at", "tags"], NONE),
        **dict.fromkeys(["title_km", "title_en", "body_km", "body_en", "in_one_language", "edited_at"], NONE),
        "byline": SHOWN,
    },
    # What a picture shows is the organisers' to mind; what a camera wrote into it is never stored (pictures.py).
    "petition.UpdatePicture": {
        **dict.fromkeys(["id", "update", "number", "digest", "width", "height"], NONE),
        **dict.fromkeys(["alt_km", "alt_en", "caption_km", "caption_en"], NONE),
        "credit": SHOWN,
    },
    "signatures.Signature": {
        # The handle is random. It opens the signer's page only together with INDEX_KEY.
        **dict.fromkeys(["id", "petition", "handle"], NONE),
        **dict.fromkeys(["state", "country", "language", "origin", "visibility", "signed_on", "confirmed_on"], COARSE),
        **dict.fromkeys(["sealed_email", "sealed_identity"], SEALED),
        **dict.fromkeys(["mailbox_hash", "name_hash", "network_hash", "domain_hash", "seat", "receipt_hash"], BLIND),
        **dict.fromkeys(["public_name", "comment"], SHOWN),
        **dict.fromkeys(["flags", "review", "review_reason", "held_reason", "wants_updates", "mail_fault"], COARSE),
        **dict.fromkeys(["signals", "score"], COARSE),
        **dict.fromkeys(["reminded_on", "address_erased_on", "identity_erased_on"], COARSE),
        # Which sweep touched it, and what it was before.
        **dict.fromkeys(["sweep", "swept_from", "swept_from_reason"], COARSE),
    },
    # The hashes are of what staff typed, and are dropped at its end; `sample` are numbers of signatures. A mail domain
    # that staff typed stands in `conditions`; a network or a name never does.
    "signatures.Sweep": {
        **dict.fromkeys(["id", "petition", "act", "reason", "state", "made_by", "started_by", "fault"], NONE),
        **dict.fromkeys(["made_at", "counted_at", "started_at", "finished_at", "sample"], NONE),
        **dict.fromkeys(["after", "up_to", "reached"], NONE),
        **dict.fromkeys(["conditions", "matched", "total", "touched", "skipped", "restored"], COARSE),
        **dict.fromkeys(["network_hashes", "domain_hash", "name_hash"], BLIND),
    },
    "signatures.RetentionPolicy": dict.fromkeys(["id", "kind", "days", "since", "note_km", "note_en"], NONE),
    "signatures.EndedPetition": dict.fromkeys(["id", "petition", "since"], NONE),
    "signatures.Destroyed": {
        **dict.fromkeys(["id", "at", "what", "days", "before", "petition", "previous", "signature"], NONE),
        "rows": COARSE,
    },
    # `by` is the user name of staff. The hash goes when the worker has done what was asked, found or not.
    "signatures.ErasureRequest": {**dict.fromkeys(["id", "by", "asked_at", "reason"], NONE), "mailbox_hash": BLIND},
    "signatures.Mailing": {
        **dict.fromkeys(["id", "update", "state", "started_at", "finished_at", "next_at"], NONE),
        **dict.fromkeys(["faults", "refusals", "fault"], NONE),
        **dict.fromkeys(["total", "taken", "sent", "failed", "skipped"], COARSE),
    },
    # That a signature is in it tells that its owner wanted news: whoever withdraws is taken out, and all are dropped
    # some days after the end.
    "signatures.MailingRecipient": {
        **dict.fromkeys(["id", "mailing"], NONE),
        **dict.fromkeys(["signature", "state", "tries"], COARSE),
    },
    "signatures.Reason": dict.fromkeys(
        ["id", "code", "words_km", "words_en", "for_hiding", "for_holding", "order", "is_active"], NONE
    ),
    "signatures.FlaggedWord": dict.fromkeys(["id", "text"], NONE),
    # Which of the staff is at which signature, for some minutes.
    "signatures.Claim": {"signature": COARSE, **dict.fromkeys(["by", "until"], NONE)},
    "signatures.CountByCountry": dict.fromkeys(["id", "petition", "country", "confirmed"], COARSE),
    "signatures.CountByDay": dict.fromkeys(["id", "petition", "day", "confirmed"], COARSE),
    "signatures.CountByState": dict.fromkeys(["id", "petition", "origin", "state", "stripe", "rows"], COARSE),
    "signatures.MailboxRule": dict.fromkeys(["id", "domain", "ignores_dots", "same_as"], NONE),
    # A network, a mail domain and a note are what staff typed; of a mailbox there is a hash that equals no signature's.
    "signatures.ListEntry": {
        **dict.fromkeys(["id", "network", "domain", "effect", "note", "until"], NONE),
        "mailbox_hash": BLIND,
    },
    "signatures.SignalSetting": dict.fromkeys(["id", "code", "is_on", "score", "least", "percent"], NONE),
    "signatures.TrendLimit": dict.fromkeys(["id", "code", "is_on", "least", "percent"], NONE),
    "signatures.HourMark": dict.fromkeys(["id", "hour", "last_id"], COARSE),
    "signatures.HourTrend": {
        **dict.fromkeys(["id", "petition", "hour"], NONE),
        **dict.fromkeys(["web", "paper", "stall", "suspicious", "confirmed_so_far", "held_so_far"], COARSE),
        **dict.fromkeys(["top_network", "top_domain", "top_name", "top_comment"], COARSE),
    },
    # Whoever has it can test a network against the hashes of its day; after a week nobody has it.
    "signatures.NetworkKey": dict.fromkeys(["id", "day", "key"], NONE),
    # Public keys, which only seal.
    "signatures.SealingKey": dict.fromkeys(
        ["id", "purpose", "public_key", "fingerprint", "since", "retired_at", "is_with_worker"], NONE
    ),
    "delivery.Delivery": {
        **dict.fromkeys(["id", "petition", "ordinal", "planned_on", "state", "csv_bom", "frozen_at"], NONE),
        **dict.fromkeys(["root", "signed_by", "files_deleted_on"], NONE),
        **dict.fromkeys(["note_km", "note_en", "step", "done", "total", "fault"], NONE),
        **dict.fromkeys(["bundle_sha256", "frozen_recipients", "manifest_sha256"], NONE),
        **dict.fromkeys(["embargo_until", "announcement", "mailing_by"], NONE),
        **dict.fromkeys(["confirmed", "counts", "previous"], COARSE),
    },
    # A number in a book leads to a row, and tells no more than the row does.
    "delivery.Entry": dict.fromkeys(["id", "delivery", "number", "signature"], NONE),
    # Each leaf is a hash over a line of the book and a salt, which only the book and INDEX_KEY give.
    "delivery.TreeBlock": {**dict.fromkeys(["id", "delivery", "ordinal", "root"], NONE), "leaves": BLIND},
    # Nothing of a signer. `taken_by` is somebody at a recipient's door, and the receipt may show their hand: for staff
    # alone, on no public page, in no audit row; both go when the step is taken back.
    "delivery.Packet": dict.fromkeys(
        [
            *("id", "delivery", "recipient", "state", "approved_on", "printed_on", "sent_on", "handed_over_on"),
            *("handed_over_time", "channel", "channel_other", "place", "taken_by", "tracking_number", "receipt"),
            *("note", "acknowledged_on", "acknowledged_number", "answered_on", "answer_km", "answer_en"),
            *("answer_file_km", "answer_file_en"),
        ],
        NONE,
    ),
    # `drawn_by` is the user name of staff. A number in a book leads to a row; the remark is told to hold no name.
    "delivery.Sample": dict.fromkeys(
        ["id", "delivery", "root", "seed", "total", "size", "drawn_by", "made_at", "is_published"], NONE
    ),
    "delivery.SampleRow": dict.fromkeys(["id", "sample", "number", "outcome", "note"], NONE),
    "delivery.LetterTemplate": dict.fromkeys(
        ["id", "petition", "language", "subject", "body", "default_subject", "default_body"], NONE
    ),
    "delivery.Letterhead": dict.fromkeys(
        [
            *("id", "petition", "organiser_fr", "reference", "address_km", "address_en", "address_fr"),
            *("email", "telephone", "site"),
        ],
        NONE,
    ),
    # Who signs for the committee does so by name, before every recipient.
    "delivery.LetterSigner": {
        **dict.fromkeys(["id", "letterhead", "order"], NONE),
        **dict.fromkeys(["name_km", "name_en", "role_km", "role_en", "role_fr"], SHOWN),
    },
    "delivery.LetterChange": dict.fromkeys(["id", "recipient", "language", "salutation", "subject", "body"], NONE),
    # `made_by` and `by` are user names of staff. The key is a courier's or an office's public one.
    "delivery.FetchLink": {
        **dict.fromkeys(["id", "packet", "made_at", "made_by", "expires_at", "age_key", "most"], NONE),
        **dict.fromkeys(["fetched", "tries", "revoked_at"], NONE),
        **dict.fromkeys(["token_hash", "passphrase_hash"], BLIND),
    },
    # Which copy left when. Nothing of the network or the device that fetched it.
    "delivery.Fetch": dict.fromkeys(["id", "packet", "mark", "at", "by", "link", "is_encrypted", "size"], NONE),
}

# Tables that are no models: columns by name.
TABLES = {
    # For hours: that somebody of a network, a domain or a name signed lately, and not who.
    "signatures_pulse": {
        "key": BLIND,
        **dict.fromkeys(["level", "at", "gap", "even", "rapid"], COARSE),
    },
    "petition_audit_waiting": dict.fromkeys(["id", "entries", "is_due"], NONE),
    "petition_rate_counter": {"key": BLIND, "n": NONE, "expires": NONE},
}
