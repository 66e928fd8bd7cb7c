"""What the log-in of staff hangs on, beside Django's own account."""

from django.conf import settings
from django.db import models
from django.db.models.functions import Length
from django.db.models.lookups import Exact

TOTP_SECRET_BYTES = 72  # 32 letters of base 32 in a secret box: 24 of nonce and 16 of tag are added


class StaffAccount(models.Model):
    """`generation` rises when a factor changes: sessions of an older one have ended."""

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, models.CASCADE, primary_key=True, related_name="staff_account"
    )
    # Where somebody else gave the password: it opens only the page that asks for one's own, and that not for long.
    password_given_at = models.DateTimeField(null=True)
    generation = models.PositiveIntegerField(default=0)

    class Meta:
        default_permissions = ()


class TotpApp(models.Model):
    """The app that shows codes: one for each person. `last_step` is the 30-second step of the last code that was taken;
    none of it or of an earlier one is taken again."""

    user = models.OneToOneField(settings.AUTH_USER_MODEL, models.CASCADE, primary_key=True, related_name="totp_app")
    sealed_secret = models.BinaryField()
    last_step = models.BigIntegerField()
    added_on = models.DateField(auto_now_add=True)

    class Meta:
        default_permissions = ()
        constraints = [
            # The secret in clear text is 32 bytes.
            models.CheckConstraint(
                condition=Exact(Length("sealed_secret"), TOTP_SECRET_BYTES), name="totp_secret_is_sealed"
            ),
        ]


class SecurityKey(models.Model):
    """A security key or passkey. The database holds its public half alone."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="security_keys")
    name = models.CharField(max_length=60)
    credential = models.BinaryField(unique=True)
    public_key = models.BinaryField()
    uses = models.BigIntegerField()  # as the key itself counts; 0 for ever where it does not
    added_on = models.DateField(auto_now_add=True)

    class Meta:
        default_permissions = ()
        ordering = ["id"]


class RecoveryCode(models.Model):
    """Opens the door once: whoever uses it deletes it. Kept as a keyed hash."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="recovery_codes")
    digest = models.BinaryField()

    class Meta:
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["user", "digest"], name="recovery_code_once"),
            models.CheckConstraint(condition=Exact(Length("digest"), 32), name="recovery_code_is_hashed"),
        ]
