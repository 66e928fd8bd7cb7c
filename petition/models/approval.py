from __future__ import annotations

import datetime

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import get_language, gettext_noop
from django.utils.translation import gettext_lazy as _

from petition import khmer

_DAY = datetime.timedelta(days=1)


class Approval(models.Model):
    """What one person of the staff asks for and another one allows: petition/approvals.py. The database holds the steps
    from state to state, and that both are active staff (sql/approval_steps.sql)."""

    class State(models.TextChoices):
        ASKED = "asked", _("waits")
        ALLOWED = "allowed", _("allowed")
        REFUSED = "refused", _("refused")
        WITHDRAWN = "withdrawn", _("taken back")
        USED = "used", _("used")
        EXPIRED = "expired", _("run out")

    kind = models.CharField(_("what"), max_length=40)
    target = models.CharField(_("target"), max_length=200)
    why = models.CharField(_("why"), max_length=500)
    # SHA-256 over what the word is given for, where it holds for exactly that.
    digest = models.CharField(max_length=64, blank=True, editable=False)
    state = models.CharField(_("state"), max_length=9, choices=State, default=State.ASKED)
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("asked by"), db_index=False
    )
    asked_at = models.DateTimeField(_("asked at"))
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        related_name="+",
        verbose_name=_("decided by"),
        null=True,
        db_index=False,
    )
    decided_at = models.DateTimeField(_("decided at"), null=True)
    expires_at = models.DateTimeField(_("valid until"))

    class Meta:
        verbose_name = _("request")
        verbose_name_plural = _("requests to a second person")
        ordering = ["-id"]
        default_permissions = ()
        permissions = [
            ("allow_approval", gettext_noop("Can allow what needs two people")),
            ("rotate_key", gettext_noop("Can register a new sealing key")),
        ]
        constraints = [
            models.CheckConstraint(condition=~Q(asked_by=F("decided_by")), name="approval_needs_two_people"),
            models.CheckConstraint(
                condition=Q(state="asked", decided_by=None, decided_at=None)
                | Q(state__in=["allowed", "refused", "used"], decided_by__isnull=False, decided_at__isnull=False)
                | Q(state__in=["withdrawn", "expired"]),
                name="approval_decided_is_whole",
            ),
            # A day after it was asked for, or after it was allowed.
            models.CheckConstraint(
                condition=Q(decided_at=None, expires_at__lte=F("asked_at") + _DAY)
                | Q(decided_at__isnull=False, expires_at__lte=F("decided_at") + _DAY),
                name="approval_runs_out",
            ),
            # One open request for the same thing, and one person's word for it at a time.
            models.UniqueConstraint(fields=["kind", "target"], condition=Q(state="asked"), name="approval_asked_once"),
            models.UniqueConstraint(
                fields=["kind", "target", "asked_by"], condition=Q(state="allowed"), name="approval_allowed_once"
            ),
        ]

    def __str__(self) -> str:
        return khmer.digits(self.pk) if get_language() == "km" else str(self.pk)
