from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models import F, Func, Q, Value
from django.db.models.functions import Left
from django.db.models.lookups import Exact
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from signatures.choices import Purpose


def _fingerprint() -> Any:
    """As signatures/seal.py makes it, by the database itself."""
    digest = Func(F("public_key"), function="sha256", output_field=models.BinaryField())
    return Left(Func(digest, Value("hex"), function="encode", output_field=models.CharField()), 16)


class SealingKey(models.Model):
    """A public key that this site seals with, or sealed with before another took its place.

    The web process seals with the key of its settings and never with one from here: whoever can write to the database
    must not choose who reads what is signed. These rows say which key the settings must have.
    """

    purpose = models.CharField(_("purpose"), max_length=8, choices=Purpose)
    # Unique over both purposes: no key opens names and addresses.
    public_key = models.BinaryField(unique=True, max_length=32)
    fingerprint = models.GeneratedField(
        expression=_fingerprint(), output_field=models.CharField(max_length=16), db_persist=True, unique=True
    )
    since = models.DateTimeField(default=timezone.now)
    retired_at = models.DateTimeField(null=True)
    # Whether the worker that started last holds the private key.
    is_with_worker = models.BooleanField(default=False)

    class Meta:
        verbose_name = _("sealing key")
        verbose_name_plural = _("sealing keys")
        default_permissions = ()
        constraints = [
            models.CheckConstraint(condition=Q(purpose__in=Purpose.values), name="sealing_key_purpose_known"),
            models.CheckConstraint(
                condition=Exact(Func(F("public_key"), function="octet_length", output_field=models.IntegerField()), 32),
                name="sealing_key_has_32_bytes",
            ),
            models.CheckConstraint(
                condition=Q(retired_at=None) | Q(retired_at__gte=F("since")), name="sealing_key_retired_after_its_start"
            ),
            # One key of a purpose is the current one.
            models.UniqueConstraint(fields=["purpose"], condition=Q(retired_at=None), name="sealing_key_one_current"),
        ]

    def __str__(self) -> str:
        return self.fingerprint
