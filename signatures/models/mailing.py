from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop


class Mailing(models.Model):
    """One update, sent by mail, once. An update that has none is a draft. Who started, paused or cancelled it stands in
    the audit trail.

    The numbers are kept with each row that changes, in its transaction, so no page counts rows:
    `total` recipients; `taken` of them by the worker, of which `sent`, `failed` and `skipped` are known to be so.
    """

    class State(models.TextChoices):
        SENDING = "sending", _("being sent")
        PAUSED = "paused", _("paused")
        SENT = "sent", _("sent")
        CANCELLED = "cancelled", _("cancelled")

    ENDED = (State.SENT, State.CANCELLED)

    update = models.OneToOneField("petition.Update", models.PROTECT, related_name="mailing", verbose_name=_("update"))
    state = models.CharField(_("state"), max_length=9, choices=State, default=State.SENDING)
    started_at = models.DateTimeField(_("started"), default=timezone.now)
    finished_at = models.DateTimeField(_("ended"), null=True)

    total = models.PositiveIntegerField(_("mailboxes"), default=0)
    taken = models.PositiveIntegerField(default=0)
    sent = models.PositiveIntegerField(_("sent"), default=0)
    failed = models.PositiveIntegerField(_("failed"), default=0)
    skipped = models.PositiveIntegerField(_("left out"), default=0)

    # No mail of any mailing goes before the latest of these: so the rate is held, and a mail server in trouble is
    # left alone, whatever is restarted.
    next_at = models.DateTimeField(default=timezone.now)
    faults = models.PositiveSmallIntegerField(default=0)  # troubles with the mail server since a mail last went
    refusals = models.PositiveSmallIntegerField(default=0)  # mailboxes refused for good since a mail last went
    fault = models.CharField(max_length=60, blank=True)  # the kind of the last trouble, or why it paused by itself

    class Meta:
        verbose_name = _("mailing")
        verbose_name_plural = _("mailings")
        ordering = ["-id"]
        default_permissions = ("view",)
        permissions = [("send_mailing", gettext_noop("Can send an update by mail"))]
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=["sending", "paused"], finished_at=None)
                | Q(state__in=["sent", "cancelled"], finished_at__isnull=False),
                name="mailing_ended_has_a_moment",
            ),
            models.CheckConstraint(
                condition=Q(taken__lte=F("total"), taken__gte=F("sent") + F("failed") + F("skipped")),
                name="mailing_numbers_fit",
            ),
        ]

    def __str__(self) -> str:
        return str(self.update)

    @property
    def unknown(self) -> int:
        """Taken, and never marked: the one at hand, and those at which a worker or the line was cut off."""
        return self.taken - self.sent - self.failed - self.skipped

    @property
    def remaining(self) -> int:
        return self.total - self.taken

    @property
    def is_ended(self) -> bool:
        return self.state in self.ENDED


class MailingRecipient(models.Model):
    """That a mailing is for a signature, and how far that is. Whoever withdraws is taken out of it: then `signature` is
    empty, and the row is only a number. The purge drops the rows when the mailing is over."""

    class State(models.TextChoices):
        WAITING = "waiting", _("waiting")
        CLAIMED = "claimed", _("not known whether it went out")
        SENT = "sent", _("sent")
        FAILED = "failed", _("failed")
        SKIPPED = "skipped", _("left out")

    mailing = models.ForeignKey(Mailing, models.CASCADE, related_name="recipients", db_index=False)
    # Without the database's own check, which would lock every signature of a petition while its mailing is started.
    signature = models.ForeignKey(
        "signatures.Signature", models.SET_NULL, null=True, related_name="mailings", db_constraint=False
    )
    state = models.CharField(max_length=7, choices=State, default=State.WAITING)
    tries = models.PositiveSmallIntegerField(default=0)

    class Meta:
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["mailing", "signature"], name="mailing_once_a_signature"),
            models.CheckConstraint(
                condition=Q(state__in=["waiting", "claimed", "sent", "failed", "skipped"]),
                name="mailing_recipient_state_known",
            ),
        ]
        indexes = [
            # What is sent next.
            models.Index(fields=["mailing", "tries", "id"], name="mailing_waiting", condition=Q(state="waiting")),
        ]
