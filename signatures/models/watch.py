from __future__ import annotations

from django.core.validators import MaxValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

from signatures import suspicion


class SignalSetting(models.Model):
    """How a signal of suspicion.SIGNALS is set on this site."""

    code = models.CharField(max_length=20, unique=True, editable=False)
    is_on = models.BooleanField(_("is on"), default=True)
    score = models.PositiveSmallIntegerField(
        _("score"),
        validators=[MaxValueValidator(suspicion.MOST)],
        help_text=_("A signature whose signals come to 100 is held when it is confirmed."),
    )
    least = models.PositiveIntegerField(
        _("noticed above"), help_text=_("How many within about an hour; of the two that watch the pace, in a row.")
    )
    percent = models.PositiveSmallIntegerField(
        _("and from this share on (%)"),
        validators=[MaxValueValidator(100)],
        help_text=_("Of all signatures of that hour. 0: whatever the share."),
    )

    class Meta:
        verbose_name = _("signal")
        verbose_name_plural = _("signals")
        ordering = ["id"]
        default_permissions = ("change", "view")
        constraints = [
            models.CheckConstraint(condition=Q(score__lte=suspicion.MOST), name="signal_score_fits"),
            models.CheckConstraint(condition=Q(percent__lte=100), name="signal_percent_fits"),
        ]

    def __str__(self) -> str:
        signal = suspicion.SIGNALS.get(self.code)
        return str(signal.sentence) if signal else self.code


class TrendLimit(models.Model):
    """From when on a number of suspicion.TRENDS is told to staff by mail."""

    code = models.CharField(max_length=20, unique=True, editable=False)
    is_on = models.BooleanField(_("is on"), default=True)
    least = models.PositiveIntegerField(_("from this number on"), help_text=_("Within one hour, of one petition."))
    percent = models.PositiveSmallIntegerField(
        _("and from this share on (%)"),
        validators=[MaxValueValidator(100)],
        help_text=_("Of all signatures of that hour. 0: whatever the share."),
    )

    class Meta:
        verbose_name = _("limit of an hour")
        verbose_name_plural = _("limits of an hour, from which on a mail is sent")
        ordering = ["id"]
        default_permissions = ("change", "view")
        constraints = [models.CheckConstraint(condition=Q(percent__lte=100), name="trend_percent_fits")]

    def __str__(self) -> str:
        trend = suspicion.TRENDS.get(self.code)
        return str(trend.label) if trend else self.code


class HourMark(models.Model):
    """The highest number that a signature had when an hour ended: what came in during an hour lies between its mark and
    the one before, without a time in any row. Kept as long as the hashes of networks."""

    hour = models.DateTimeField(unique=True)  # its beginning
    last_id = models.BigIntegerField()

    class Meta:
        default_permissions = ()


class HourTrend(models.Model):
    """The totals of an hour and a petition. `top_…`: how many of them had the same network, mail domain (of those that
    are no great provider's), name or reason; which one, is not kept."""

    petition = models.ForeignKey("petition.Petition", models.CASCADE, related_name="hours", db_index=False)
    hour = models.DateTimeField()  # its beginning
    web = models.PositiveIntegerField(default=0)
    paper = models.PositiveIntegerField(default=0)
    stall = models.PositiveIntegerField(default=0)
    suspicious = models.PositiveIntegerField(default=0)  # of them, those that would be held
    confirmed_so_far = models.PositiveIntegerField(default=0)
    held_so_far = models.PositiveIntegerField(default=0)
    top_network = models.PositiveIntegerField(default=0)
    top_domain = models.PositiveIntegerField(default=0)
    top_name = models.PositiveIntegerField(default=0)
    top_comment = models.PositiveIntegerField(default=0)

    class Meta:
        verbose_name = _("hour")
        verbose_name_plural = _("trends by the hour")
        default_permissions = ("view",)
        permissions = [("hear_hourtrend", gettext_noop("Gets a mail when an hour looks like an attack"))]
        constraints = [
            models.UniqueConstraint(fields=["petition", "hour"], name="trend_once_an_hour"),
            models.CheckConstraint(
                condition=Q(
                    **{
                        f"{part}__lte": F("web") + F("paper") + F("stall")
                        for part in ("suspicious", "top_network", "top_domain", "top_name", "top_comment")
                    }
                ),
                name="trend_parts_fit",
            ),
        ]

    @property
    def taken(self) -> int:
        return self.web + self.paper + self.stall
