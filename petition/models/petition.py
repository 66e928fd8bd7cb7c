from __future__ import annotations

import re
from collections.abc import Callable

from django.core.exceptions import ValidationError
from django.core.validators import MinValueValidator, RegexValidator
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from petition import switches

ascii_slug = RegexValidator(
    re.compile(r"\A[a-z0-9]+(?:-[a-z0-9]+)*\Z"),
    _("Write it in small Latin letters, digits and single hyphens, such as paris-peace-agreement."),
)

# What people sign, in both languages. A trigger (sql/lock_wording.sql) names the same columns.
WORDING = (
    "title_km",
    "title_en",
    "intro_km",
    "intro_en",
    "demands_km",
    "demands_en",
    "sign_off_km",
    "sign_off_en",
)


class State(models.TextChoices):
    DRAFT = "draft", _("Draft")
    OPEN = "open", _("Open")
    PAUSED = "paused", _("Paused")
    CLOSED = "closed", _("Closed")
    REMOVED = "removed", _("Taken down")


HIDDEN = (State.DRAFT, State.REMOVED)  # people outside do not see these
UPCOMING = "upcoming"  # what an open petition is before the day it opens on; never stored


# Why a petition that has ended may not take signatures again; the rooms above enter what they know.
stays_ended: list[Callable[[Petition], bool]] = []


def split_paragraphs(text: str) -> list[str]:
    """The paragraphs of a text, parted by blank lines."""
    return [part.strip() for part in re.split(r"\n\s*\n", text.replace("\r\n", "\n")) if part.strip()]


class Petition(models.Model):
    slug = models.CharField(_("address"), max_length=80, unique=True, validators=[ascii_slug])
    state = models.CharField(_("state"), max_length=8, choices=State, default=State.DRAFT)
    goal = models.PositiveIntegerField(_("goal"), validators=[MinValueValidator(1)])
    is_featured = models.BooleanField(_("first on the home page"), default=False)
    opened_on = models.DateField(_("opened on"))
    closes_on = models.DateField(
        _("closes on"), null=True, blank=True, help_text=_("The last day on which it can be signed.")
    )

    title_km = models.CharField(_("title in Khmer"), max_length=300)
    title_en = models.CharField(_("title in English"), max_length=300)
    intro_km = models.TextField(_("text in Khmer"))
    intro_en = models.TextField(_("text in English"))
    demands_km = models.TextField(_("demands in Khmer"), help_text=_("One demand a paragraph, a blank line between."))
    demands_en = models.TextField(_("demands in English"), help_text=_("One demand a paragraph, a blank line between."))
    sign_off_km = models.CharField(_("closing words in Khmer"), max_length=200, blank=True)
    sign_off_en = models.CharField(_("closing words in English"), max_length=200, blank=True)

    title_hints_km = models.CharField(_("title in Khmer with places to break a line"), max_length=600, blank=True)
    intro_hints_km = models.TextField(_("text in Khmer with places to break a line"), blank=True)
    demands_hints_km = models.TextField(_("demands in Khmer with places to break a line"), blank=True)

    short_title_km = models.CharField(_("short title in Khmer"), max_length=120)
    short_title_en = models.CharField(_("short title in English"), max_length=120)
    summary_km = models.TextField(_("summary in Khmer"), max_length=400, blank=True)
    summary_en = models.TextField(_("summary in English"), max_length=400, blank=True)
    organiser_km = models.CharField(_("organiser in Khmer"), max_length=200)
    organiser_en = models.CharField(_("organiser in English"), max_length=200)
    organiser_short = models.CharField(_("organiser in short"), max_length=60)
    reminds_unconfirmed = models.BooleanField(
        _("remind those who have not confirmed"),
        default=False,
        help_text=_("One neutral mail, three days after a signature that was not confirmed. Never a second."),
    )

    # Set by the database with the first confirmed signature, never unset: the wording stays as it was signed.
    wording_locked_at = models.DateTimeField(_("wording locked at"), null=True, editable=False)

    class Meta:
        verbose_name = _("petition")
        verbose_name_plural = _("petitions")
        ordering = ["-is_featured", "-opened_on", "id"]
        constraints = [
            models.CheckConstraint(condition=Q(state__in=State.values), name="petition_state_known"),
            models.CheckConstraint(condition=Q(goal__gte=1), name="petition_goal_positive"),
            models.CheckConstraint(
                condition=Q(slug__regex=r"^[a-z0-9]+(-[a-z0-9]+)*$"), name="petition_slug_is_ascii_words"
            ),
            models.CheckConstraint(
                condition=Q(closes_on__isnull=True) | Q(closes_on__gte=models.F("opened_on")),
                name="petition_closes_after_it_opens",
            ),
            # At most one petition stands first on the home page.
            models.UniqueConstraint(
                fields=["is_featured"], condition=Q(is_featured=True), name="petition_one_featured"
            ),
        ]

    def __str__(self) -> str:
        return self.short_title_km if get_language() == "km" else self.short_title_en

    def get_absolute_url(self) -> str:
        return reverse("petition", args=[self.slug])

    @property
    def is_public(self) -> bool:
        return self.state not in HIDDEN

    @property
    def state_today(self) -> str:
        """The state; where it is open, by the calendar UPCOMING before the first day and closed after the last, and
        paused while the switch for the whole site says so."""
        if self.state != State.OPEN:
            return self.state
        today = timezone.localdate()
        if self.opened_on > today:
            return UPCOMING
        if self.closes_on is not None and self.closes_on < today:
            return State.CLOSED
        return State.PAUSED if switches.current().pause_signing else State.OPEN

    @property
    def is_open(self) -> bool:
        return self.state_today == State.OPEN

    @property
    def can_still_confirm(self) -> bool:
        """Whether a signature that was taken before may be confirmed now: a pause ends nothing."""
        return self.state_today in (State.OPEN, State.PAUSED, UPCOMING)

    @property
    def is_wording_locked(self) -> bool:
        return self.wording_locked_at is not None

    def clean(self) -> None:
        errors = {}
        for name in ("title", "intro", "demands"):
            hinted = getattr(self, f"{name}_hints_km")
            if hinted and hinted.replace("\u200b", "") != getattr(self, f"{name}_km"):
                errors[f"{name}_hints_km"] = _("Without the places to break a line this must be the Khmer text itself.")
        if len(split_paragraphs(self.demands_km)) != len(split_paragraphs(self.demands_en)):
            errors["demands_en"] = _("Both languages must have the same number of demands.")
        if self.closes_on and self.opened_on and self.closes_on < self.opened_on:
            errors["closes_on"] = _("A petition cannot close before it opens.")
        if self.pk and self.can_still_confirm and any(asked(self) for asked in stays_ended):
            errors["state"] = _("A petition that has forgotten who signed it stays ended.")
        if errors:
            raise ValidationError(errors)
