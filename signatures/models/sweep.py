from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import get_language, gettext_noop, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from petition import khmer


class Sweep(models.Model):
    """One act on all signatures of a petition that meet some conditions. Each signature that it touched points back to
    it (Signature.sweep) and keeps what it was before. Who paused, cancelled or undid it stands in the audit trail.

    What it does and for whom never changes (sql/sweeps.sql): what was counted is what is swept. The hashes of what
    staff typed are dropped as soon as nothing will be looked for by them; an emptied one finds nothing.

    `total`: what it would touch when it was counted. `touched`: what it changed. `skipped`: changed by somebody else,
    or withdrawn, at that very moment. `restored`: what undoing it gave back.
    """

    class Act(models.TextChoices):
        HOLD = "hold", _("hold")
        RELEASE = "release", _("release")
        HIDE = "hide", _("hide words")

    class State(models.TextChoices):
        DRAFT = "draft", _("not counted")
        COUNTING = "counting", _("being counted")
        READY = "ready", _("counted")
        RUNNING = "running", _("running")
        PAUSED = "paused", _("paused")
        DONE = "done", _("done")
        CANCELLED = "cancelled", _("cancelled")
        UNDOING = "undoing", _("being undone")
        UNDONE = "undone", _("undone")

    UNSTARTED = (State.DRAFT, State.COUNTING, State.READY)
    AT_WORK = (State.COUNTING, State.RUNNING, State.UNDOING)
    ENDED = (State.DONE, State.CANCELLED)

    petition = models.ForeignKey("petition.Petition", models.PROTECT, related_name="sweeps", verbose_name=_("petition"))
    act = models.CharField(pgettext_lazy("sweep", "what it does"), max_length=7, choices=Act)
    reason = models.CharField(_("reason"), max_length=12, blank=True)
    state = models.CharField(_("state"), max_length=9, choices=State, default=State.DRAFT)

    # All must be met. The names of `conditions` are those of sweep_scope.LOOKUPS, and some that are only told. A hash
    # that is NULL is no condition.
    conditions = models.JSONField(default=dict)
    network_hashes = ArrayField(models.BinaryField(), null=True)
    domain_hash = models.BinaryField(null=True)
    name_hash = models.BinaryField(null=True)

    made_by = models.CharField(_("made by"), max_length=150)
    started_by = models.CharField(_("started by"), max_length=150, blank=True)
    made_at = models.DateTimeField(_("made"), default=timezone.now)
    counted_at = models.DateTimeField(_("counted"), null=True)
    started_at = models.DateTimeField(_("started"), null=True)
    finished_at = models.DateTimeField(_("ended"), null=True)

    # Of the last count.
    matched = models.JSONField(default=dict)  # signatures that meet the conditions, by their state
    total = models.PositiveIntegerField(_("signatures"), default=0)
    sample = ArrayField(models.BigIntegerField(), default=list)
    fault = models.CharField(
        max_length=60, blank=True
    )  # the kind of what kept it from being counted, or from being told

    # Numbers of signatures: above `after`, up to `up_to`, done as far as `reached`. Who signs later is not in it.
    after = models.BigIntegerField(default=0)
    up_to = models.BigIntegerField(default=0)
    reached = models.BigIntegerField(default=0)

    touched = models.PositiveIntegerField(_("touched"), default=0)
    skipped = models.PositiveIntegerField(default=0)
    restored = models.PositiveIntegerField(default=0)

    class Meta:
        verbose_name = _("sweep")
        verbose_name_plural = _("sweeps")
        ordering = ["-id"]
        default_permissions = ("view",)
        permissions = [
            ("sweep_signature", gettext_noop("Can hold, release and hide signatures by conditions, in bulk"))
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=["draft", "counting"])
                | Q(state="ready", counted_at__isnull=False, started_at=None)
                | Q(state__in=["running", "paused"], started_at__isnull=False, finished_at=None)
                | Q(state__in=["done", "cancelled", "undoing", "undone"], finished_at__isnull=False),
                name="sweep_state_has_its_moments",
            ),
            models.CheckConstraint(
                condition=~Q(
                    conditions={}, network_hashes__isnull=True, domain_hash__isnull=True, name_hash__isnull=True
                ),
                name="sweep_has_a_condition",
            ),
            models.CheckConstraint(
                condition=Q(act="release", reason="") | Q(act__in=["hold", "hide"], reason__gt=""),
                name="sweep_act_has_its_reason",
            ),
            models.CheckConstraint(condition=Q(restored__lte=F("touched")), name="sweep_restores_what_it_touched"),
        ]
        indexes = [
            # What the worker looks for once a minute.
            models.Index(fields=["id"], name="sweep_at_work", condition=Q(state__in=["counting", "running", "undoing"]))
        ]

    def __str__(self) -> str:
        return khmer.digits(self.pk) if get_language() == "km" else str(self.pk)

    @property
    def left_alone(self) -> int:
        """Touched, and not given back since somebody changed or withdrew them after the sweep."""
        return self.touched - self.restored

    @property
    def is_at_work(self) -> bool:
        return self.state in self.AT_WORK
