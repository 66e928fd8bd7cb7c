from __future__ import annotations

import datetime

from django.core.exceptions import ValidationError
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import get_language, gettext_noop
from django.utils.translation import gettext_lazy as _

from petition.khmer import number
from signatures.choices import Kept

# Days beyond which nothing of a kind may be kept, whatever staff write. The migration puts them into the database.
LONGEST = {
    Kept.UNCONFIRMED: 30,
    Kept.REJECTED: 90,
    Kept.NETWORKS: 14,
    Kept.MAILINGS: 30,
    Kept.ADDRESSES: 365,
    Kept.IDENTITIES: 730,
    Kept.DELIVERY_FILES: 180,
}
NOTICE_DAYS = 30  # a longer time than the one before is shown on the privacy page for as long before it holds


class RetentionPolicy(models.Model):
    """From a day on, a kind of data is kept for so many days. Each change is a row of its own, later than all before,
    so the table is the history of what was promised. The database (sql/retention.sql) refuses to change one, to let a
    longer time begin without notice, and to take back one that holds already."""

    kind = models.CharField(_("what"), max_length=11, choices=Kept)
    days = models.PositiveSmallIntegerField(_("days"), validators=[MinValueValidator(1)])
    since = models.DateField(_("holds from"), help_text=_("A longer time than before needs thirty days of notice."))
    note_km = models.TextField(_("note in Khmer"), help_text=_("Stands on the privacy page behind the days."))
    note_en = models.TextField(_("note in English"))

    class Meta:
        verbose_name = _("time of keeping")
        verbose_name_plural = _("times of keeping")
        ordering = ["kind", "-since"]
        constraints = [
            models.CheckConstraint(
                condition=Q(
                    *[Q(kind=kind, days__gte=1, days__lte=most) for kind, most in LONGEST.items()], _connector=Q.OR
                ),
                name="retention_within_bounds",
            ),
            models.UniqueConstraint(fields=["kind", "since"], name="retention_one_a_day"),
        ]

    def __str__(self) -> str:
        return str(self.get_kind_display())

    @property
    def note(self) -> str:
        return self.note_km if get_language() == "km" else self.note_en

    def clean(self) -> None:
        """What the database refuses as well, said to whoever fills in the form."""
        if self.pk or self.days is None or self.since is None or self.kind not in LONGEST:
            return
        most, today = LONGEST[Kept(self.kind)], timezone.localdate()
        if self.days > most:
            shown = number(most) if get_language() == "km" else str(most)
            raise ValidationError({"days": _("At most %(days)s days.") % {"days": shown}})
        last = RetentionPolicy.objects.filter(kind=self.kind).order_by("since").last()
        if self.since < today or (last and self.since <= last.since):
            raise ValidationError({"since": _("It must come after all times of this kind, and not before today.")})
        if last and self.days > last.days and self.since < today + datetime.timedelta(days=NOTICE_DAYS):
            raise ValidationError({"since": _("A longer time than before needs thirty days of notice.")})


class EndedPetition(models.Model):
    """The day from which on a petition takes no signatures, as the purge saw it: what is kept beyond the end counts its
    days from here. A petition that opens again loses its row."""

    petition = models.OneToOneField("petition.Petition", models.CASCADE, related_name="ended")
    since = models.DateField()

    class Meta:
        default_permissions = ()


class Destroyed(models.Model):
    """That something was destroyed because its time was over: what, how much, by which promise. Each is signed and
    holds the sum of the one before (signatures/destruction.py); the table only grows."""

    at = models.DateTimeField()
    what = models.CharField(max_length=18)
    rows = models.PositiveIntegerField()
    days = models.PositiveSmallIntegerField()
    before = models.DateField()  # what was older than this day was destroyed
    petition = models.BigIntegerField(null=True)  # of one petition alone: its number, which outlives it
    previous = models.CharField(max_length=64)
    signature = models.CharField(max_length=128)

    class Meta:
        ordering = ["id"]
        default_permissions = ()
        constraints = [
            models.CheckConstraint(condition=Q(rows__gte=1), name="destroyed_something"),
            models.UniqueConstraint(fields=["previous"], name="destroyed_one_chain"),
        ]


class ErasureRequest(models.Model):
    """That staff were asked, by letter, to erase whatever a mailbox signed. It holds the mailbox as a blind hash until
    the worker has done it, and nothing of what was found, if anything was."""

    class Reason(models.TextChoices):
        LETTER = "letter", _("asked by letter")
        EMAIL = "email", _("asked by e-mail")
        IN_PERSON = "in_person", _("asked in person or by telephone")
        AUTHORITY = "authority", _("ordered by an authority")

    by = models.CharField(_("by"), max_length=150)
    asked_at = models.DateTimeField(_("asked"), default=timezone.now)
    reason = models.CharField(_("Reason"), max_length=9, choices=Reason)
    mailbox_hash = models.BinaryField(null=True)

    class Meta:
        verbose_name = _("request to erase")
        verbose_name_plural = _("requests to erase")
        ordering = ["-id"]
        default_permissions = ()
        permissions = [("erase_by_address", gettext_noop("Can erase what an address has signed"))]
        constraints = [
            models.CheckConstraint(
                condition=Q(reason__in=["letter", "email", "in_person", "authority"]), name="erasure_reason_known"
            ),
        ]
        indexes = [models.Index(fields=["by", "asked_at"], name="erasure_by_whom")]

    def __str__(self) -> str:
        return str(self.pk)
