from __future__ import annotations

import datetime
from pathlib import Path

from django.conf import settings
from django.db import models
from django.db.models import Case, F, Q, Value, When
from django.utils import timezone
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


class DeliveryQuerySet(models.QuerySet["Delivery"]):
    def public(self, at: datetime.datetime | None = None) -> DeliveryQuerySet:
        """Those of which anything but the plan may be told at that moment, now where none is given."""
        return self.exclude(embargo_until__gt=at or timezone.now())


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

    # Until then the public pages know it as planned and no more. At that hour its update is published, and sent by mail
    # where one of the staff has asked for that.
    embargo_until = models.DateTimeField(_("secret until"), null=True, blank=True, editable=False)
    announcement = models.OneToOneField(
        "petition.Update",
        models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        related_name="announced_delivery",
        verbose_name=_("update"),
    )
    mailing_by = models.ForeignKey(
        "auth.User",
        models.SET_NULL,
        null=True,
        editable=False,
        related_name="+",
        verbose_name=_("mailing asked for by"),
    )

    # What the admin shows while the worker builds.
    step = models.CharField(_("step"), max_length=40, blank=True, editable=False)
    done = models.PositiveIntegerField(default=0, editable=False)
    total = models.PositiveIntegerField(default=0, editable=False)
    fault = models.TextField(_("what went wrong"), blank=True, editable=False)

    objects = DeliveryQuerySet.as_manager()

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
            models.CheckConstraint(
                condition=Q(announcement=None) | Q(embargo_until__isnull=False), name="delivery_announced_at_an_hour"
            ),
            models.CheckConstraint(
                condition=Q(mailing_by=None) | Q(announcement__isnull=False), name="delivery_mails_what_it_announces"
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

    def is_secret(self, at: datetime.datetime) -> bool:
        return self.embargo_until is not None and self.embargo_until > at

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


class Step(models.TextChoices):
    """How far a packet has come, in order."""

    DRAFTED = "drafted", _("drafted")
    APPROVED = "approved", _("approved")
    PRINTED = "printed", _("printed")
    SENT = "sent", _("sent")
    HANDED_OVER = "handed_over", _("handed over")
    ACKNOWLEDGED = "acknowledged", _("acknowledged")
    ANSWERED = "answered", _("answered")


# The day of each step but the first; a packet is as far as the last of them that is known.
STEP_DAYS: dict[Step, str] = {step: f"{step}_on" for step in Step if step != Step.DRAFTED}

# Those at which a packet is out of our hands; before, nothing of it is public.
LEFT = (Step.SENT, Step.HANDED_OVER, Step.ACKNOWLEDGED, Step.ANSWERED)


class Channel(models.TextChoices):
    BY_HAND = "by_hand", _("by hand")
    POST = "post", _("registered post")
    COURIER = "courier", _("courier")
    DIPLOMATIC = "diplomatic", _("diplomatic mail")
    EMAIL = "email", _("e-mail")
    EMBASSY = "embassy", _("through an embassy")
    OTHER = "other", _("another way")


def _step_of_days() -> Case:
    last_first = reversed(STEP_DAYS.items())
    whens = [When(**{f"{day}__isnull": False}, then=Value(step.value)) for step, day in last_first]
    return Case(*whens, default=Value(Step.DRAFTED.value))


class PacketQuerySet(models.QuerySet["Packet"]):
    def public(self, at: datetime.datetime | None = None) -> PacketQuerySet:
        """Those of which anything may be told at that moment, now where none is given."""
        return self.exclude(delivery__embargo_until__gt=at or timezone.now())


class Packet(models.Model):
    """What one recipient gets in one delivery, and what became of it. The database has its state from the days."""

    delivery = models.ForeignKey(Delivery, models.PROTECT, related_name="packets", verbose_name=_("delivery"))
    recipient = models.ForeignKey(
        "petition.Recipient", models.PROTECT, related_name="packets", verbose_name=_("recipient")
    )
    approved_on = models.DateField(_("approved on"), null=True, blank=True)
    printed_on = models.DateField(_("printed on"), null=True, blank=True)
    sent_on = models.DateField(_("sent on"), null=True, blank=True)
    handed_over_on = models.DateField(_("handed over on"), null=True, blank=True)
    handed_over_time = models.TimeField(_("time of day"), null=True, blank=True)
    channel = models.CharField(_("how"), max_length=10, choices=Channel, blank=True)
    channel_other = models.CharField(_("which other way"), max_length=100, blank=True)
    place = models.CharField(_("place"), max_length=200, blank=True)
    taken_by = models.CharField(_("who took it"), max_length=200, blank=True)
    tracking_number = models.CharField(_("tracking number"), max_length=100, blank=True)
    receipt = models.CharField(max_length=40, blank=True, editable=False)
    note = models.TextField(_("note for the committee"), blank=True)
    acknowledged_on = models.DateField(_("acknowledged on"), null=True, blank=True)
    acknowledged_number = models.CharField(_("their entry number"), max_length=100, blank=True)
    answered_on = models.DateField(_("answered on"), null=True, blank=True)
    answer_km = models.TextField(_("answer in Khmer"), blank=True)
    answer_en = models.TextField(_("answer in English"), blank=True)
    answer_file_km = models.CharField(max_length=40, blank=True, editable=False)
    answer_file_en = models.CharField(max_length=40, blank=True, editable=False)
    state = models.GeneratedField(
        expression=_step_of_days(),
        output_field=models.CharField(max_length=12),
        db_persist=True,
        choices=Step,
        verbose_name=_("state"),
    )

    objects = PacketQuerySet.as_manager()

    class Meta:
        verbose_name = _("packet")
        verbose_name_plural = _("packets")
        ordering = ["delivery", "recipient__number", "recipient__position"]
        constraints = [
            models.UniqueConstraint(fields=["delivery", "recipient"], name="packet_one_a_recipient"),
            models.CheckConstraint(
                condition=Q(printed_on=None) | Q(approved_on__isnull=False, printed_on__gte=F("approved_on")),
                name="packet_printed_after_approval",
            ),
            models.CheckConstraint(
                condition=Q(sent_on=None) | Q(approved_on__isnull=False, sent_on__gte=F("approved_on")),
                name="packet_sent_after_approval",
            ),
            models.CheckConstraint(
                condition=Q(handed_over_on=None) | Q(sent_on=None) | Q(handed_over_on__gte=F("sent_on")),
                name="packet_handed_over_after_sending",
            ),
            models.CheckConstraint(
                condition=Q(acknowledged_on=None)
                | Q(handed_over_on__isnull=False, acknowledged_on__gte=F("handed_over_on")),
                name="packet_acknowledged_after_hand_over",
            ),
            models.CheckConstraint(
                condition=Q(answered_on=None) | Q(handed_over_on__isnull=False, answered_on__gte=F("handed_over_on")),
                name="packet_answered_after_hand_over",
            ),
            models.CheckConstraint(
                condition=Q(handed_over_on__isnull=False) | Q(handed_over_time=None, taken_by="", place=""),
                name="packet_taken_when_handed_over",
            ),
            models.CheckConstraint(
                condition=Q(sent_on__isnull=False)
                | Q(handed_over_on__isnull=False)
                | Q(channel="", tracking_number="", receipt=""),
                name="packet_has_a_way_when_it_left",
            ),
            models.CheckConstraint(
                condition=Q(channel="", channel_other="")
                | Q(channel__in=[way for way in Channel.values if way != "other"], channel_other="")
                | (Q(channel="other") & ~Q(channel_other="")),
                name="packet_channel_known",
            ),
            models.CheckConstraint(
                condition=Q(acknowledged_on__isnull=False) | Q(acknowledged_number=""),
                name="packet_number_when_acknowledged",
            ),
            models.CheckConstraint(
                condition=Q(answered_on__isnull=False)
                | Q(answer_km="", answer_en="", answer_file_km="", answer_file_en=""),
                name="packet_answer_when_answered",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.delivery} · {self.recipient}"

    @property
    def answer(self) -> str:
        return self.answer_km if get_language() == "km" else self.answer_en

    @property
    def answer_file(self) -> str:
        """The document in the reader's language, else the one there is."""
        both = self.answer_file_km, self.answer_file_en
        return (both[0] or both[1]) if get_language() == "km" else (both[1] or both[0])

    @property
    def step(self) -> Step:
        return Step(self.state)

    @property
    def way(self) -> str:
        """How it went, in words."""
        return self.channel_other or (str(Channel(self.channel).label) if self.channel else "")


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
