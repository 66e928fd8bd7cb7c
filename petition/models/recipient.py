from __future__ import annotations

from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from petition import countries, khmer


class Discloses(models.TextChoices):
    NAMES = "names", _("names, of those who allow it")
    TOTALS = "totals", _("totals only")


class Kind(models.TextChoices):
    INTERNATIONAL_ORGANISATION = "international_organisation", _("international organisation")
    HEAD_OF_STATE = "head_of_state", _("head of state")
    HEAD_OF_GOVERNMENT = "head_of_government", _("head of government")
    MONARCH = "monarch", _("monarch")
    FOREIGN_MINISTER = "foreign_minister", _("foreign minister")
    POLITICAL_PARTY = "political_party", _("political party")
    OTHER = "other", _("other")


class Recipient(models.Model):
    """One addressee of a petition's letters, as printed in it: `number` is the group, `position` the place in it."""

    petition = models.ForeignKey(
        "petition.Petition", models.PROTECT, related_name="recipients", verbose_name=_("petition")
    )
    number = models.PositiveSmallIntegerField(_("number"), validators=[MinValueValidator(1)])
    position = models.PositiveSmallIntegerField(_("position"), default=1, validators=[MinValueValidator(1)])
    as_printed = models.CharField(_("as printed in the petition"), max_length=400)
    as_printed_km = models.CharField(_("the same in Khmer"), max_length=400, blank=True)
    name = models.CharField(_("name"), max_length=200)
    name_km = models.CharField(_("name in Khmer"), max_length=200, blank=True)
    honorific = models.CharField(_("honorific"), max_length=60, blank=True)
    office = models.CharField(_("office"), max_length=200)
    office_km = models.CharField(_("office in Khmer"), max_length=200, blank=True)
    body = models.CharField(_("state or body"), max_length=200)
    role_note = models.CharField(_("role in the agreement"), max_length=200, blank=True)
    country = models.CharField(_("country"), max_length=2, blank=True, choices=countries.choices)
    kind = models.CharField(_("kind"), max_length=30, choices=Kind, default=Kind.OTHER)
    signatory_1991 = models.BooleanField(_("signatory country of 1991"), default=False)
    discloses = models.CharField(_("receives"), max_length=6, choices=Discloses, default=Discloses.TOTALS)
    postal_address = models.TextField(
        _("postal address"),
        blank=True,
        help_text=_(
            "One line each, below the name and the office, with the country as the last. For labels and lists."
        ),
    )
    notes = models.TextField(_("notes for the committee"), blank=True)

    class Meta:
        verbose_name = _("recipient")
        verbose_name_plural = _("recipients")
        ordering = ["petition", "number", "position"]
        constraints = [
            models.UniqueConstraint(fields=["petition", "number", "position"], name="recipient_place_is_unique"),
            models.CheckConstraint(condition=Q(discloses__in=Discloses.values), name="recipient_discloses_known"),
            models.CheckConstraint(condition=Q(number__gte=1) & Q(position__gte=1), name="recipient_place_is_positive"),
        ]

    def __str__(self) -> str:
        if get_language() == "km":
            return f"{khmer.digits(self.place)} {self.name_km or self.name}"
        return self.code

    @property
    def place(self) -> str:
        """Where it stands in the petition."""
        return f"{self.number}.{self.position}"

    @property
    def code(self) -> str:
        """What commands and logs call it, the same in every language."""
        return f"{self.place} {self.name}"

    @property
    def shown_as(self) -> str:
        """The line of the petition, in Khmer where there is one and Khmer is read."""
        return (self.as_printed_km if get_language() == "km" else "") or self.as_printed

    @property
    def shown_parts(self) -> tuple[str, str]:
        """That line cut behind the name: who it is, and what they are. A line without the name is not cut."""
        line = self.shown_as
        name = self.name_km if line == self.as_printed_km else self.name
        before, found, after = line.partition(name) if name else (line, "", "")
        return before + found, after


class LetterLanguage(models.TextChoices):
    EN = "en", _("English")
    FR = "fr", _("French")
    KM = "km", _("Khmer")


class FormOfAddress(models.Model):
    """How a letter to a recipient begins and ends in one language; there is a letter in each language that has one."""

    recipient = models.ForeignKey(
        Recipient, models.CASCADE, related_name="forms_of_address", verbose_name=_("recipient")
    )
    order = models.PositiveSmallIntegerField(_("order"), default=1)
    language = models.CharField(_("language"), max_length=2, choices=LetterLanguage)
    name_line = models.CharField(_("name line"), max_length=250)
    office_lines = models.TextField(_("lines of the office"), help_text=_("One line each."))
    salutation = models.CharField(_("salutation"), max_length=200)
    closing = models.CharField(_("closing words"), max_length=300, blank=True)
    role = models.CharField(
        _("their part in the matter"),
        max_length=400,
        blank=True,
        help_text=_("A sentence: why the letter goes to them. It stands in the letter for {role}."),
    )

    class Meta:
        verbose_name = _("form of address")
        verbose_name_plural = _("forms of address")
        ordering = ["recipient", "order"]
        constraints = [
            models.UniqueConstraint(fields=["recipient", "language"], name="address_one_a_language"),
            models.CheckConstraint(condition=Q(language__in=LetterLanguage.values), name="address_language_known"),
        ]

    def __str__(self) -> str:
        return f"{self.name_line} ({self.get_language_display()})"
