from __future__ import annotations

import datetime
from pathlib import Path

from django.conf import settings
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

    # Since when no folder and no bundle of it is on the server any more; by the time of keeping.
    files_deleted_on = models.DateField(_("files deleted on"), null=True, editable=False)

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


class FetchLink(models.Model):
    """An address under which one packet can be fetched without an account, for a time and some times. The address is a
    random token, of which only a hash is kept; by itself it opens nothing: what it gives is encrypted to the key that
    stands here, or to the passphrase that is asked for and of which there is only a hash."""

    SHORTEST, LONGEST = datetime.timedelta(hours=1), datetime.timedelta(days=14)
    MOST_TRIES = 10  # of a wrong passphrase, then the link is dead
    MOST_FETCHES = 20

    packet = models.ForeignKey(Packet, models.PROTECT, related_name="links", verbose_name=_("packet"))
    token_hash = models.BinaryField(unique=True, editable=False)
    made_at = models.DateTimeField(_("made"))
    made_by = models.CharField(_("made by"), max_length=150)
    expires_at = models.DateTimeField(_("until"))
    age_key = models.CharField(_("age key"), max_length=1000, blank=True)
    passphrase_hash = models.CharField(max_length=128, blank=True, editable=False)
    most = models.PositiveSmallIntegerField(_("downloads at most"), default=3)
    fetched = models.PositiveSmallIntegerField(_("downloads"), default=0)
    tries = models.PositiveSmallIntegerField(default=0)
    revoked_at = models.DateTimeField(_("ended"), null=True)

    class Meta:
        verbose_name = _("link to fetch")
        verbose_name_plural = _("links to fetch")
        ordering = ["-id"]
        default_permissions = ()
        constraints = [
            models.CheckConstraint(
                condition=Q(expires_at__gte=models.F("made_at") + datetime.timedelta(hours=1))
                & Q(expires_at__lte=models.F("made_at") + datetime.timedelta(days=14)),
                name="link_lives_for_a_time",
            ),
            # The link alone opens nothing.
            models.CheckConstraint(
                condition=Q(age_key="", passphrase_hash__gt="") | Q(age_key__gt="", passphrase_hash=""),
                name="link_is_locked_one_way",
            ),
            models.CheckConstraint(
                condition=Q(most__gte=1, most__lte=20, fetched__lte=models.F("most")), name="link_fetched_so_often"
            ),
            models.CheckConstraint(condition=Q(tries__lte=10), name="link_tried_so_often"),
        ]

    def __str__(self) -> str:
        return str(self.packet)


class Fetch(models.Model):
    """That a packet was fetched: by one of the staff, by a link, or from the shell where it was neither. Every copy has
    a mark of its own. `size` in bytes is there once all of it was sent."""

    packet = models.ForeignKey(Packet, models.PROTECT, related_name="fetches", verbose_name=_("packet"))
    mark = models.CharField(_("mark"), max_length=16, unique=True)
    at = models.DateTimeField(_("fetched"))
    by = models.CharField(_("by"), max_length=150, blank=True)
    link = models.ForeignKey(
        FetchLink, models.PROTECT, null=True, related_name="fetches", verbose_name=_("link to fetch")
    )
    is_encrypted = models.BooleanField(_("encrypted"))
    size = models.BigIntegerField(_("bytes"), null=True)

    class Meta:
        verbose_name = _("fetched copy")
        verbose_name_plural = _("fetched copies")
        ordering = ["-id"]
        default_permissions = ("view",)
        constraints = [
            models.CheckConstraint(condition=Q(mark__regex=r"^[0-9a-f]{16}$"), name="fetch_mark_is_64_bits"),
            models.CheckConstraint(condition=Q(by="") | Q(link=None), name="fetch_by_staff_or_by_a_link"),
            # What a link gives is never open.
            models.CheckConstraint(condition=Q(link=None) | Q(is_encrypted=True), name="fetch_by_link_is_encrypted"),
        ]

    def __str__(self) -> str:
        return str(self.packet)

    @property
    def number(self) -> str:
        """The mark as it stands at the foot of the pages."""
        return "-".join(self.mark[i : i + 4] for i in range(0, 16, 4))
