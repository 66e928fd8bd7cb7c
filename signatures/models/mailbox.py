from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class MailboxRule(models.Model):
    """How a provider reads its addresses, so that two spellings of one mailbox are seen as one."""

    domain = models.CharField(_("domain"), max_length=253, unique=True)
    ignores_dots = models.BooleanField(_("ignores dots before the @"), default=False)
    same_as = models.CharField(
        _("same as"), max_length=253, blank=True, help_text=_("The domain whose mailboxes these are as well.")
    )

    class Meta:
        verbose_name = _("mailbox rule")
        verbose_name_plural = _("mailbox rules")
        ordering = ["domain"]
        constraints = [
            models.CheckConstraint(condition=Q(domain__regex="^[a-z0-9.-]+$"), name="rule_domain_is_lower_ascii"),
            models.CheckConstraint(condition=~Q(domain=models.F("same_as")), name="rule_not_same_as_itself"),
        ]

    def __str__(self) -> str:
        return self.domain


class NetworkKey(models.Model):
    """The random key under which one day's networks are hashed; the purge drops it after a week, and with it the sense
    of every hash made under it."""

    day = models.DateField(unique=True)
    key = models.BinaryField()

    class Meta:
        default_permissions = ()
