from __future__ import annotations

import datetime

from django.db import models
from django.db.models import Case, F, Q, Value, When
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from signatures.delivery.models.delivery import Delivery


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
