from __future__ import annotations

from django.core.validators import RegexValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from petition.models.recipient import LetterLanguage


class LetterTemplate(models.Model):
    """The text of a petition's letters in one language, with the placeholders of signatures.delivery.letters."""

    petition = models.ForeignKey(
        "petition.Petition", models.CASCADE, related_name="letter_templates", verbose_name=_("petition")
    )
    language = models.CharField(_("language"), max_length=2, choices=LetterLanguage)
    subject = models.CharField(_("subject"), max_length=300)
    body = models.TextField(_("text"))
    # The content file's, to compare with and to come back to; empty where the file has none.
    default_subject = models.CharField(max_length=300, blank=True, editable=False)
    default_body = models.TextField(blank=True, editable=False)

    class Meta:
        verbose_name = _("letter")
        verbose_name_plural = _("letters")
        ordering = ["petition", "language"]
        constraints = [
            models.UniqueConstraint(fields=["petition", "language"], name="letter_one_a_language"),
            models.CheckConstraint(condition=Q(language__in=LetterLanguage.values), name="letter_language_known"),
        ]

    def __str__(self) -> str:
        return f"{self.petition} · {self.get_language_display()}"


class Letterhead(models.Model):
    """Who writes a petition's letters, and where an answer reaches them. What is empty is left out, or is what the
    petition itself knows; without a row all of it is."""

    petition = models.OneToOneField(
        "petition.Petition", models.CASCADE, related_name="letterhead", verbose_name=_("petition")
    )
    organiser_fr = models.CharField(_("organiser in French"), max_length=200, blank=True)
    reference = models.CharField(
        _("beginning of the references"),
        max_length=20,
        blank=True,
        validators=[RegexValidator(r"\A[A-Z0-9-]+\Z", _("Capital Latin letters, digits and hyphens."))],
        help_text=_("Such as CEROC. Where it is empty, it is made from the organiser in short."),
    )
    address_km = models.TextField(_("address in Khmer"), blank=True)
    address_en = models.TextField(_("address in English"), blank=True)
    address_fr = models.TextField(_("address in French"), blank=True)
    email = models.EmailField(_("e-mail"), blank=True)
    telephone = models.CharField(_("telephone"), max_length=60, blank=True)
    site = models.CharField(
        _("site"), max_length=120, blank=True, help_text=_("Where it is empty, the address of this site.")
    )

    class Meta:
        verbose_name = _("letterhead")
        verbose_name_plural = _("letterheads")
        ordering = ["petition"]

    def __str__(self) -> str:
        return str(self.petition)


class LetterSigner(models.Model):
    """Somebody who signs the letters for the committee."""

    letterhead = models.ForeignKey(Letterhead, models.CASCADE, related_name="signers", verbose_name=_("letterhead"))
    order = models.PositiveSmallIntegerField(_("order"), default=1)
    name_km = models.CharField(_("name in Khmer"), max_length=100)
    name_en = models.CharField(_("name in Latin letters"), max_length=100)
    role_km = models.CharField(_("role in Khmer"), max_length=120, blank=True)
    role_en = models.CharField(_("role in English"), max_length=120, blank=True)
    role_fr = models.CharField(_("role in French"), max_length=120, blank=True)

    class Meta:
        verbose_name = _("who signs the letters")
        verbose_name_plural = _("who sign the letters")
        ordering = ["letterhead", "order", "id"]

    def __str__(self) -> str:
        return self.name_km if get_language() == "km" else self.name_en


class LetterChange(models.Model):
    """What one recipient's letter in one language says otherwise than all others. What is empty is as in all others."""

    recipient = models.ForeignKey(
        "petition.Recipient", models.CASCADE, related_name="letter_changes", verbose_name=_("recipient")
    )
    language = models.CharField(_("language"), max_length=2, choices=LetterLanguage)
    salutation = models.CharField(_("salutation"), max_length=200, blank=True)
    subject = models.CharField(_("subject"), max_length=300, blank=True)
    body = models.TextField(_("text"), blank=True)

    class Meta:
        verbose_name = _("letter of one recipient")
        verbose_name_plural = _("letters of one recipient")
        ordering = ["recipient", "language"]
        constraints = [
            models.UniqueConstraint(fields=["recipient", "language"], name="letter_change_one_a_language"),
            models.CheckConstraint(
                condition=Q(language__in=LetterLanguage.values), name="letter_change_language_known"
            ),
            models.CheckConstraint(
                condition=~Q(salutation="", subject="", body=""), name="letter_change_changes_something"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.recipient} · {self.get_language_display()}"
