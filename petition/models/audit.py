from django.db import models
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from petition import khmer


class AuditEntry(models.Model):
    """Who did what to which object. No foreign key, so that it outlives everything; the database refuses to change or
    delete a row (sql/append_only.sql). It never holds anything of a signer but the number of the signature."""

    at = models.DateTimeField(_("at"), auto_now_add=True)
    by = models.CharField(_("by"), max_length=150)
    act = models.CharField(_("act"), max_length=60)
    target = models.CharField(_("target"), max_length=200)
    detail = models.JSONField(_("detail"), default=dict, blank=True)

    class Meta:
        verbose_name = _("audit entry")
        verbose_name_plural = _("audit trail")
        ordering = ["-id"]
        default_permissions = ("view",)

    def __str__(self) -> str:
        return khmer.digits(self.pk) if get_language() == "km" else str(self.pk)


class AuditLink(models.Model):
    """An entry's place in the chain of hashes, in the order of the commits. Written by the database alone
    (sql/audit_chain.sql), which refuses to change or delete a row."""

    position = models.BigIntegerField(primary_key=True)
    entry = models.OneToOneField(AuditEntry, models.PROTECT, related_name="link")
    hash = models.BinaryField()

    class Meta:
        default_permissions = ()
