"""What moderators work with: the reasons they give, the words they are shown hints of, and who is at which row."""

from __future__ import annotations

from django.conf import settings
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from signatures.models.signature import Signature

small_latin = RegexValidator(
    r"\A[a-z][a-z_]{1,11}\Z", _("Write it in two to twelve small Latin letters and underscores, such as off_topic.")
)


class Reason(models.Model):
    """Why words are hidden or a signature is held; shown to staff only. Signatures and the audit trail keep its code,
    so the database lets nobody change a code or delete a row (sql/reasons_stay.sql): one that is wrong is put out of
    use."""

    code = models.CharField(
        _("code"),
        max_length=12,
        unique=True,
        validators=[small_latin],
        help_text=_("Kept with every signature, so it never changes: small Latin letters, such as off_topic."),
    )
    words_km = models.CharField(_("in Khmer"), max_length=120)
    words_en = models.CharField(_("in English"), max_length=120)
    for_hiding = models.BooleanField(_("for hiding words"), default=True)
    for_holding = models.BooleanField(_("for holding signatures"), default=True)
    order = models.PositiveSmallIntegerField(_("order"), default=0, help_text=_("The smallest stands first."))
    is_active = models.BooleanField(_("in use"), default=True)

    class Meta:
        verbose_name = _("reason for hiding or holding")
        verbose_name_plural = _("reasons for hiding or holding")
        ordering = ["order", "code"]
        default_permissions = ("add", "change", "view")
        constraints = [
            models.CheckConstraint(condition=Q(code__regex="^[a-z][a-z_]{1,11}$"), name="reason_code_is_small_latin"),
            models.CheckConstraint(condition=Q(words_km__gt="", words_en__gt=""), name="reason_in_both_languages"),
            models.CheckConstraint(condition=Q(for_hiding=True) | Q(for_holding=True), name="reason_for_something"),
        ]

    def __str__(self) -> str:
        return self.words_km if get_language() == "km" else self.words_en


class FlaggedWord(models.Model):
    """A word by which words that come in are shown to the moderator with a hint; it hides nothing."""

    text = models.CharField(
        _("word"),
        max_length=60,
        unique=True,
        help_text=_(
            "Khmer is found anywhere in a text, Latin only as a whole word; capitals and accents do not matter."
        ),
    )

    class Meta:
        verbose_name = _("word to look at")
        verbose_name_plural = _("words to look at")
        ordering = ["text"]
        constraints = [
            # One letter would stand in nearly every text.
            models.CheckConstraint(condition=Q(text__regex=r"^\S.*\S$"), name="flagged_word_is_a_word"),
        ]

    def __str__(self) -> str:
        return self.text


class Claim(models.Model):
    """A moderator is at this row, until a moment. It keeps colleagues from the same work and binds nobody: the first
    decision stands."""

    signature = models.OneToOneField(Signature, models.CASCADE, primary_key=True, related_name="claim")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    until = models.DateTimeField()

    class Meta:
        default_permissions = ()
