from __future__ import annotations

from pathlib import Path

from django.conf import settings
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import get_language, gettext, gettext_noop
from django.utils.translation import gettext_lazy as _

from petition import khmer
from petition.models.recipient import LetterLanguage


class State(models.TextChoices):
    PLANNED = "planned", _("planned")
    FROZEN = "frozen", _("frozen")
    BUILDING = "building", _("being built")
    BUILT = "built", _("built")
    HANDED_OVER = "handed_over", _("handed over")


class Delivery(models.Model):
    """One hand-over of the collection, numbered within its petition. From the freeze on it reads no live row."""

    petition = models.ForeignKey(
        "petition.Petition", models.PROTECT, related_name="deliveries", verbose_name=_("petition")
    )
    ordinal = models.PositiveSmallIntegerField(_("number"))
    planned_on = models.DateField(_("planned for"))
    state = models.CharField(_("state"), max_length=11, choices=State, default=State.PLANNED)
    frozen_at = models.DateTimeField(_("frozen at"), null=True, editable=False)
    confirmed = models.PositiveIntegerField(_("signatures"), null=True, editable=False)
    counts = models.JSONField(default=dict, editable=False)
    root = models.CharField(_("root"), max_length=64, blank=True, editable=False)
    note_km = models.TextField(_("note in Khmer"), blank=True)
    note_en = models.TextField(_("note in English"), blank=True)

    # What the admin shows while the worker builds.
    step = models.CharField(_("step"), max_length=40, blank=True, editable=False)
    done = models.PositiveIntegerField(default=0, editable=False)
    total = models.PositiveIntegerField(default=0, editable=False)
    fault = models.TextField(_("what went wrong"), blank=True, editable=False)

    class Meta:
        verbose_name = _("delivery")
        verbose_name_plural = _("deliveries")
        ordering = ["petition", "-ordinal"]
        permissions = [
            ("freeze_delivery", gettext_noop("Can freeze a delivery")),
            ("build_delivery", gettext_noop("Can build a delivery")),
            ("fetch_packet", gettext_noop("Can download packets")),
        ]
        constraints = [
            models.UniqueConstraint(fields=["petition", "ordinal"], name="delivery_numbered_once"),
            models.CheckConstraint(condition=Q(state__in=State.values), name="delivery_state_known"),
            models.CheckConstraint(
                condition=Q(state=State.PLANNED, frozen_at=None, confirmed=None)
                | Q(state__in=["frozen", "building", "built"], frozen_at__isnull=False, confirmed__isnull=False)
                | Q(state=State.HANDED_OVER),  # a hand-over from before this site was never frozen here
                name="delivery_frozen_is_whole",
            ),
            # Only one delivery of a petition is planned at a time: the next freeze is that one.
            models.UniqueConstraint(fields=["petition"], condition=Q(state=State.PLANNED), name="delivery_one_planned"),
        ]

    def __str__(self) -> str:
        number = khmer.digits(self.ordinal) if get_language() == "km" else str(self.ordinal)
        return gettext("%(petition)s, delivery %(number)s") % {"petition": self.petition, "number": number}

    @property
    def code(self) -> str:
        """What commands and logs call it, the same in every language."""
        return f"{self.petition.slug} {self.ordinal}"

    @property
    def note(self) -> str:
        return self.note_km if get_language() == "km" else self.note_en

    @property
    def bundle(self) -> Path:
        return settings.DELIVERY_DIR / f"{self.petition.slug}-{self.ordinal}.bundle.zip"

    @property
    def folder(self) -> Path:
        return settings.DELIVERY_DIR / f"{self.petition.slug}-{self.ordinal}"


class Entry(models.Model):
    """The number a signature has in a delivery's book."""

    delivery = models.ForeignKey(Delivery, models.PROTECT, related_name="entries", db_index=False)
    number = models.PositiveIntegerField()
    signature = models.ForeignKey("signatures.Signature", models.PROTECT, related_name="entries", db_index=False)

    class Meta:
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["delivery", "number"], name="entry_number_once"),
            models.UniqueConstraint(fields=["signature", "delivery"], name="entry_signature_once"),
            models.CheckConstraint(condition=Q(number__gte=1), name="entry_counts_from_one"),
        ]


class Packet(models.Model):
    """What one recipient gets in one delivery, and what became of it."""

    delivery = models.ForeignKey(Delivery, models.PROTECT, related_name="packets", verbose_name=_("delivery"))
    recipient = models.ForeignKey(
        "petition.Recipient", models.PROTECT, related_name="packets", verbose_name=_("recipient")
    )
    handed_over_on = models.DateField(_("handed over on"), null=True, blank=True)
    channel = models.CharField(
        _("how"), max_length=100, blank=True, help_text=_("By hand, registered post, e-mail to the embassy …")
    )
    place = models.CharField(_("place"), max_length=200, blank=True)
    note = models.TextField(_("note for the committee"), blank=True)
    answered_on = models.DateField(_("answered on"), null=True, blank=True)
    answer_km = models.TextField(_("answer in Khmer"), blank=True)
    answer_en = models.TextField(_("answer in English"), blank=True)

    class Meta:
        verbose_name = _("packet")
        verbose_name_plural = _("packets")
        ordering = ["delivery", "recipient__number", "recipient__position"]
        constraints = [
            models.UniqueConstraint(fields=["delivery", "recipient"], name="packet_one_a_recipient"),
            models.CheckConstraint(
                condition=Q(answered_on=None)
                | Q(handed_over_on__isnull=False, answered_on__gte=models.F("handed_over_on")),
                name="packet_answered_after_hand_over",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.delivery} · {self.recipient}"

    @property
    def answer(self) -> str:
        return self.answer_km if get_language() == "km" else self.answer_en


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
