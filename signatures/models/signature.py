from __future__ import annotations

import uuid

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

from petition import countries
from signatures import tokens
from signatures.choices import Origin, Reason, Review, State, Visibility


class Signature(models.Model):
    """One person's signature under one petition. Who may read which field stands in tests/house/personal.py."""

    SEATS = 2  # names that one mailbox may sign for

    petition = models.ForeignKey(
        "petition.Petition", models.PROTECT, related_name="signatures", db_index=False, verbose_name=_("petition")
    )
    handle = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    state = models.CharField(_("state"), max_length=9, choices=State, default=State.PENDING)

    # Coarse: for staff, and in totals for everyone.
    country = models.CharField(_("country"), max_length=2, choices=countries.choices)
    language = models.CharField(_("language"), max_length=2)
    origin = models.CharField(_("origin"), max_length=5, choices=Origin, default=Origin.WEB)
    visibility = models.CharField(_("visibility"), max_length=7, choices=Visibility)
    signed_on = models.DateField(_("signed on"))
    confirmed_on = models.DateField(_("confirmed on"), null=True)

    # Sealed: nobody here can read them.
    sealed_email = models.BinaryField(null=True)
    sealed_identity = models.BinaryField(null=True)

    # Blind: equal or not equal.
    mailbox_hash = models.BinaryField(null=True)
    name_hash = models.BinaryField(null=True)
    network_hash = models.BinaryField(null=True)
    domain_hash = models.BinaryField(null=True)
    seat = models.PositiveSmallIntegerField(null=True)
    receipt_hash = models.BinaryField(null=True)

    # When the time of these was over (signatures/retention.py).
    address_erased_on = models.DateField(null=True)
    identity_erased_on = models.DateField(null=True)

    # Shown, where the signer asked for it and a moderator let it through.
    public_name = models.CharField(_("name to show"), max_length=100, blank=True)
    comment = models.TextField(_("reason to show"), max_length=500, blank=True)
    review = models.CharField(_("review"), max_length=8, choices=Review, default=Review.NONE)
    flags = models.CharField(_("hints"), max_length=60, blank=True, db_default="")  # of choices.Flag, parted by spaces
    # Codes of models.Reason.
    review_reason = models.CharField(_("reason"), max_length=12, blank=True)
    held_reason = models.CharField(_("held because of"), max_length=12, blank=True)

    # What was noticed when it came in (suspicion.py), for staff alone.
    signals = ArrayField(models.CharField(max_length=20), default=list, db_default=[])
    score = models.PositiveSmallIntegerField(_("score"), default=0, db_default=0)

    # The last sweep that touched it, and what it was before: a state or a review, and its reason. Without the
    # database's own check, which would lock the sweep's row at every batch.
    sweep = models.ForeignKey(
        "signatures.Sweep",
        models.PROTECT,
        null=True,
        related_name="signatures",
        db_constraint=False,
        db_index=False,
        verbose_name=_("sweep"),
    )
    swept_from = models.CharField(max_length=9, blank=True, default="", db_default="")
    swept_from_reason = models.CharField(max_length=12, blank=True, default="", db_default="")

    # Mail.
    wants_updates = models.BooleanField(_("wants news by e-mail"), default=False)
    mail_fault = models.CharField(_("mail fault"), max_length=60, blank=True)
    reminded_on = models.DateField(null=True)

    class Meta:
        verbose_name = _("signature")
        verbose_name_plural = _("signatures")
        default_permissions = ("view",)
        permissions = [
            ("moderate_signature", gettext_noop("Can approve and hide names and comments")),
            ("hold_signature", gettext_noop("Can hold and release signatures")),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(state__in=State.values), name="signature_state_known"),
            models.CheckConstraint(condition=Q(visibility__in=Visibility.values), name="signature_visibility_known"),
            models.CheckConstraint(condition=Q(origin__in=Origin.values), name="signature_origin_known"),
            models.CheckConstraint(condition=Q(review__in=Review.values), name="signature_review_known"),
            models.CheckConstraint(condition=Q(country__regex="^[A-Z]{2}$"), name="signature_country_is_iso"),
            # Withdrawn is erased: nothing sealed, blind or shown is left.
            models.CheckConstraint(
                condition=~Q(state=State.WITHDRAWN)
                | Q(
                    sealed_email=None,
                    sealed_identity=None,
                    mailbox_hash=None,
                    name_hash=None,
                    network_hash=None,
                    domain_hash=None,
                    receipt_hash=None,
                    signals=[],
                    score=0,
                    seat=None,
                    public_name="",
                    comment="",
                    wants_updates=False,
                    sweep=None,
                ),
                name="signature_withdrawn_is_erased",
            ),
            models.CheckConstraint(
                condition=Q(state=State.WITHDRAWN)
                | Q(sealed_identity__isnull=False, name_hash__isnull=False, identity_erased_on=None)
                | Q(sealed_identity=None, name_hash=None, network_hash=None, identity_erased_on__isnull=False),
                name="signature_identity_is_sealed",
            ),
            # A signature from the web has a mailbox; one from paper may have none. When the time of an address is over,
            # its hash stays until that of the name is: by it a signer can still be erased on request.
            models.CheckConstraint(
                condition=Q(state=State.WITHDRAWN)
                | Q(
                    Q(sealed_email__isnull=False, address_erased_on=None)
                    | Q(sealed_email=None, address_erased_on__isnull=False),
                    mailbox_hash__isnull=False,
                    seat__isnull=False,
                    seat__in=[1, 2],
                    identity_erased_on=None,
                )
                | Q(
                    Q(identity_erased_on__isnull=False) | ~Q(origin=Origin.WEB),
                    sealed_email=None,
                    mailbox_hash=None,
                    seat=None,
                ),
                name="signature_mailbox_is_whole",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=[State.CONFIRMED, State.HELD]) | Q(confirmed_on__isnull=False),
                name="signature_confirmed_has_a_day",
            ),
            models.CheckConstraint(
                condition=~Q(state=State.PENDING) | Q(confirmed_on=None), name="signature_pending_has_no_day"
            ),
            models.CheckConstraint(
                condition=Q(state=State.HELD, held_reason__gt="") | (~Q(state=State.HELD) & Q(held_reason="")),
                name="signature_held_has_a_reason",
            ),
            models.CheckConstraint(
                condition=Q(sweep__isnull=False, swept_from__gt="")
                | Q(sweep=None, swept_from="", swept_from_reason=""),
                name="signature_swept_says_from_what",
            ),
            # Words are kept only where their owner chose to show them, and then they are under review.
            models.CheckConstraint(
                condition=Q(
                    visibility=Visibility.PUBLIC, public_name__gt="", review__in=["waiting", "approved", "hidden"]
                )
                | Q(public_name="", comment="", review=Review.NONE),
                name="signature_shows_only_what_was_chosen",
            ),
            # A hint tells something of the words: it goes with them.
            models.CheckConstraint(
                condition=Q(visibility=Visibility.PUBLIC) | Q(flags=""), name="signature_hints_go_with_the_words"
            ),
            models.CheckConstraint(
                condition=Q(review=Review.HIDDEN, review_reason__gt="")
                | (~Q(review=Review.HIDDEN) & Q(review_reason="")),
                name="signature_hidden_has_a_reason",
            ),
            # One mailbox signs a petition once for a name, and for two names at most.
            # The condition keeps these columns from being a key to PostgreSQL: erasing them would be a change of key,
            # and whoever withdraws while a freeze numbers the rows would make the freeze fail.
            models.UniqueConstraint(
                fields=["petition", "mailbox_hash", "name_hash"],
                condition=Q(mailbox_hash__isnull=False),
                name="signature_once_a_name",
            ),
            models.UniqueConstraint(
                fields=["petition", "mailbox_hash", "seat"],
                condition=Q(mailbox_hash__isnull=False),
                name="signature_two_names_a_mailbox",
            ),
            models.UniqueConstraint(
                fields=["receipt_hash"], condition=Q(receipt_hash__isnull=False), name="signature_one_a_receipt"
            ),
        ]
        indexes = [
            # The admin's list, newest first, by each of its filters.
            models.Index(fields=["petition", "state", "-id"], name="signature_by_state"),
            models.Index(fields=["petition", "country", "-id"], name="signature_by_country"),
            models.Index(fields=["petition", "signed_on", "-id"], name="signature_by_day"),
            models.Index(fields=["petition", "origin", "-id"], name="signature_by_origin"),
            # The moderation queue, oldest first, and the page of public names, newest first.
            models.Index(
                fields=["petition", "id"],
                name="signature_queue",
                condition=Q(review=Review.WAITING, state=State.CONFIRMED),
            ),
            models.Index(
                fields=["petition", "-id"],
                name="signature_shown",
                condition=Q(review=Review.APPROVED, state=State.CONFIRMED),
            ),
            # What undoing a sweep gives back.
            models.Index(fields=["sweep", "id"], name="signature_swept", condition=Q(sweep__isnull=False)),
            # What the site itself has held, the most suspicious first.
            models.Index(
                fields=["petition", "-score", "-id"],
                name="signature_suspicious",
                condition=Q(state=State.HELD, held_reason=Reason.SUSPICIOUS),
            ),
            # What the purge looks for.
            models.Index(fields=["signed_on"], name="signature_unconfirmed", condition=Q(state=State.PENDING)),
            models.Index(fields=["signed_on"], name="signature_networks", condition=Q(network_hash__isnull=False)),
            models.Index(
                fields=["signed_on"],
                name="signature_rejected",
                condition=Q(state=State.WITHDRAWN, confirmed_on__isnull=True),
            ),
            # Whether a petition has forgotten who signed it.
            models.Index(
                fields=["petition"],
                name="signature_forgotten",
                condition=Q(address_erased_on__isnull=False) | Q(identity_erased_on__isnull=False),
            ),
            # The admin's list of mails that failed.
            models.Index(fields=["-id"], name="signature_mail_failed", condition=Q(mail_fault__gt="")),
        ]

    def __str__(self) -> str:
        return str(self.pk)

    @property
    def token(self) -> str:
        return tokens.make(self.handle)

    @property
    def receipt(self) -> str:
        return tokens.receipt(self.handle)
