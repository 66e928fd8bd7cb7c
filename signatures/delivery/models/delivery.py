from __future__ import annotations

import datetime
from pathlib import Path

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import get_language, gettext, gettext_noop
from django.utils.translation import gettext_lazy as _

from petition import khmer


class State(models.TextChoices):
    PLANNED = "planned", _("planned")
    FROZEN = "frozen", _("frozen")
    BUILDING = "building", _("being built")
    BUILT = "built", _("built")
    HANDED_OVER = "handed_over", _("handed over")


class DeliveryQuerySet(models.QuerySet["Delivery"]):
    def public(self, at: datetime.datetime | None = None) -> DeliveryQuerySet:
        """Those of which anything but the plan may be told at that moment, now where none is given."""
        return self.exclude(embargo_until__gt=at or timezone.now())


class Delivery(models.Model):
    """One hand-over of the collection, numbered within its petition. From the freeze on it reads no live row."""

    petition = models.ForeignKey(
        "petition.Petition", models.PROTECT, related_name="deliveries", verbose_name=_("petition")
    )
    ordinal = models.PositiveSmallIntegerField(_("number"))
    planned_on = models.DateField(_("planned for"))
    state = models.CharField(_("state"), max_length=11, choices=State, default=State.PLANNED)
    frozen_at = models.DateTimeField(_("frozen at"), null=True, editable=False)
    confirmed = models.PositiveIntegerField(_("signatures"), null=True, editable=False)
    counts = models.JSONField(default=dict, editable=False)
    root = models.CharField(_("root"), max_length=64, blank=True, editable=False)
    # What results that come back from another machine are held against, and the SHA-256 of the manifest that is right.
    bundle_sha256 = models.CharField(max_length=64, blank=True, editable=False)
    frozen_recipients = models.JSONField(default=list, editable=False)
    manifest_sha256 = models.CharField(max_length=64, blank=True, editable=False)
    # Of what was frozen before it: signatures.delivery.since.
    previous = models.JSONField(null=True, editable=False)
    # The fingerprint of the key that its manifest is signed with.
    signed_by = models.CharField(_("signed with the key"), max_length=50, blank=True, editable=False)
    csv_bom = models.BooleanField(
        _("table for Excel (signatures.csv)"),
        default=False,
        help_text=_(
            "The table then begins with a byte order mark, and Excel shows its Khmer letters. Other programs need none."
        ),
    )
    note_km = models.TextField(_("note in Khmer"), blank=True)
    note_en = models.TextField(_("note in English"), blank=True)

    # Until then the public pages know it as planned and no more. At that hour its update is published, and sent by mail
    # where one of the staff has asked for that.
    embargo_until = models.DateTimeField(_("secret until"), null=True, blank=True, editable=False)
    announcement = models.OneToOneField(
        "petition.Update",
        models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        related_name="announced_delivery",
        verbose_name=_("update"),
    )
    mailing_by = models.ForeignKey(
        "auth.User",
        models.SET_NULL,
        null=True,
        editable=False,
        related_name="+",
        verbose_name=_("mailing asked for by"),
    )

    # What the admin shows while the worker builds.
    step = models.CharField(_("step"), max_length=40, blank=True, editable=False)
    done = models.PositiveIntegerField(default=0, editable=False)
    total = models.PositiveIntegerField(default=0, editable=False)
    fault = models.TextField(_("what went wrong"), blank=True, editable=False)

    # Since when no folder and no bundle of it is on the server any more; by the time of keeping.
    files_deleted_on = models.DateField(_("files deleted on"), null=True, editable=False)

    objects = DeliveryQuerySet.as_manager()

    class Meta:
        verbose_name = _("delivery")
        verbose_name_plural = _("deliveries")
        ordering = ["petition", "-ordinal"]
        permissions = [
            ("freeze_delivery", gettext_noop("Can freeze a delivery")),
            ("build_delivery", gettext_noop("Can build a delivery")),
            ("fetch_packet", gettext_noop("Can download packets")),
        ]
        constraints = [
            models.UniqueConstraint(fields=["petition", "ordinal"], name="delivery_numbered_once"),
            models.CheckConstraint(condition=Q(state__in=State.values), name="delivery_state_known"),
            models.CheckConstraint(
                condition=Q(state=State.PLANNED, frozen_at=None, confirmed=None)
                | Q(state__in=["frozen", "building", "built"], frozen_at__isnull=False, confirmed__isnull=False)
                | Q(state=State.HANDED_OVER),  # a hand-over from before this site was never frozen here
                name="delivery_frozen_is_whole",
            ),
            models.CheckConstraint(
                condition=Q(manifest_sha256="") | ~Q(root=""), name="delivery_with_a_manifest_has_a_root"
            ),
            models.CheckConstraint(
                condition=Q(announcement=None) | Q(embargo_until__isnull=False), name="delivery_announced_at_an_hour"
            ),
            models.CheckConstraint(
                condition=Q(mailing_by=None) | Q(announcement__isnull=False), name="delivery_mails_what_it_announces"
            ),
            # Only one delivery of a petition is planned at a time: the next freeze is that one.
            models.UniqueConstraint(fields=["petition"], condition=Q(state=State.PLANNED), name="delivery_one_planned"),
        ]

    def __str__(self) -> str:
        number = khmer.digits(self.ordinal) if get_language() == "km" else str(self.ordinal)
        return gettext("%(petition)s, delivery %(number)s") % {"petition": self.petition, "number": number}

    @property
    def code(self) -> str:
        """What commands and logs call it, the same in every language."""
        return f"{self.petition.slug} {self.ordinal}"

    def is_secret(self, at: datetime.datetime) -> bool:
        return self.embargo_until is not None and self.embargo_until > at

    @property
    def note(self) -> str:
        return self.note_km if get_language() == "km" else self.note_en

    @property
    def previous_on(self) -> datetime.date | None:
        """The day on which the signatures of the delivery before were counted."""
        if self.previous is None:
            return None
        return timezone.localdate(datetime.datetime.fromisoformat(self.previous["frozen_at"]))

    @property
    def frozen_at_utc(self) -> str | None:
        """As bundle and manifest write it."""
        return self.frozen_at.astimezone(datetime.UTC).isoformat() if self.frozen_at else None

    @property
    def bundle(self) -> Path:
        return settings.DELIVERY_DIR / f"{self.petition.slug}-{self.ordinal}.bundle.zip"

    @property
    def folder(self) -> Path:
        return settings.DELIVERY_DIR / f"{self.petition.slug}-{self.ordinal}"


class Entry(models.Model):
    """The number a signature has in a delivery's book."""

    delivery = models.ForeignKey(Delivery, models.PROTECT, related_name="entries", db_index=False)
    number = models.PositiveIntegerField()
    signature = models.ForeignKey("signatures.Signature", models.PROTECT, related_name="entries", db_index=False)

    class Meta:
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["delivery", "number"], name="entry_number_once"),
            models.UniqueConstraint(fields=["signature", "delivery"], name="entry_signature_once"),
            models.CheckConstraint(condition=Q(number__gte=1), name="entry_counts_from_one"),
        ]
