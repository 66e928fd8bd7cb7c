from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models import F, Func, Q
from django.db.models.lookups import GreaterThanOrEqual
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

SMALLEST_PREFIX = 8  # a wider network is a slip of the pen
# Labels of letters, digits, hyphens, `*` and `?`; the last one without the latter two.
DOMAIN = r"^([a-z0-9*?-]{1,63}\.)+[a-z0-9-]{2,63}$"


class CidrField(models.TextField):  # type: ignore[type-arg]  # which is no such thing at run time
    """A network, such as 203.0.113.0/24 or 2001:db8::/32, as text in Python and PostgreSQL's own type in the database,
    which refuses what is none."""

    def db_type(self, connection: Any) -> str:
        return "cidr"


_PREFIX = Func(F("network"), function="masklen", output_field=models.IntegerField())


class Effect(models.TextChoices):
    ALLOW = "allow", _("let through: no signal and no soft limit stops it")
    HOLD = "hold", _("hold: it is taken and mailed, and held when it is confirmed")
    BLOCK = "block", _("block: it looks taken, and nothing is stored or mailed")


class ListEntry(models.Model):
    """A network, a mail domain or a mailbox whose signings staff let through, hold or block (signatures/lists.py). Of
    a mailbox only a keyed hash is kept, of a kind of its own: it equals none that a signature has."""

    network = CidrField(_("network"), null=True, unique=True)
    domain = models.CharField(_("mail domain"), max_length=253, null=True, unique=True)
    mailbox_hash = models.BinaryField(null=True, unique=True)
    effect = models.CharField(_("what is done"), max_length=5, choices=Effect)
    note = models.CharField(
        _("note"),
        max_length=200,
        help_text=_("Why it stands here, for your colleagues. Write no name and no address."),
    )
    until = models.DateField(_("until"), null=True, blank=True, help_text=_("Its last day. Empty: for good."))

    class Meta:
        verbose_name = _("entry of the lists")
        verbose_name_plural = _("lists: let through, hold, block")
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(condition=Q(effect__in=Effect.values), name="list_effect_known"),
            models.CheckConstraint(
                condition=Q(network__isnull=False, domain=None, mailbox_hash=None)
                | Q(network=None, domain__isnull=False, mailbox_hash=None)
                | Q(network=None, domain=None, mailbox_hash__isnull=False),
                name="list_entry_is_of_one_kind",
            ),
            models.CheckConstraint(condition=Q(note__gt=""), name="list_entry_has_a_note"),
            models.CheckConstraint(
                condition=Q(network=None) | Q(GreaterThanOrEqual(_PREFIX, SMALLEST_PREFIX)),
                name="list_network_is_no_continent",
            ),
            models.CheckConstraint(
                condition=Q(domain=None) | Q(domain__regex=DOMAIN), name="list_domain_is_lower_ascii"
            ),
        ]

    def __str__(self) -> str:
        return self.network or self.domain or _t("a mailbox")
