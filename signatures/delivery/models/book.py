from __future__ import annotations

from django.db import models
from django.db.models import F, Func, Q
from django.db.models.lookups import Exact, Range
from django.utils import timezone
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _

from petition import khmer
from signatures.delivery.models.delivery import Delivery


def _bytes(field: str) -> Func:
    return Func(F(field), function="octet_length", output_field=models.IntegerField())


class TreeBlock(models.Model):
    """A stretch of the leaves under a delivery's root (signatures/delivery/tree.py), and the root over it."""

    LEAVES = 1024

    delivery = models.ForeignKey(Delivery, models.PROTECT, related_name="tree_blocks", db_index=False)
    ordinal = models.PositiveIntegerField()  # from 0
    leaves = models.BinaryField()
    root = models.BinaryField()

    class Meta:
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["delivery", "ordinal"], name="tree_block_once"),
            models.CheckConstraint(
                condition=Q(
                    Exact(_bytes("root"), 32), Exact(_bytes("leaves") % 32, 0), Range(_bytes("leaves"), (32, 32768))
                ),
                name="tree_block_is_whole",
            ),
        ]


class Sample(models.Model):
    """Lines of a book that a seed drew, for an observer to check. What was drawn from what stands for good
    (sql/samples.sql): who could draw until it pleases would prove nothing."""

    delivery = models.ForeignKey(Delivery, models.PROTECT, related_name="samples", verbose_name=_("delivery"))
    root = models.CharField(_("root"), max_length=64)
    seed = models.CharField(_("seed"), max_length=200)
    total = models.PositiveIntegerField(_("lines in the book"))
    size = models.PositiveIntegerField(_("lines drawn"))
    drawn_by = models.CharField(_("drawn by"), max_length=150)
    made_at = models.DateTimeField(_("drawn at"), default=timezone.now)
    is_published = models.BooleanField(_("published"), default=False)

    class Meta:
        verbose_name = _("observer’s sample")
        verbose_name_plural = _("observers’ samples")
        ordering = ["-pk"]
        default_permissions = ("add", "change", "view")
        constraints = [
            models.CheckConstraint(condition=Q(root__regex="^[0-9a-f]{64}$"), name="sample_root_is_one"),
            models.CheckConstraint(condition=~Q(seed=""), name="sample_has_a_seed"),
            models.CheckConstraint(
                condition=Q(size__gte=1, size__lte=models.F("total")), name="sample_is_part_of_the_book"
            ),
            # The same seed draws the same lines, the larger sample beginning with the smaller one.
            models.UniqueConstraint(fields=["delivery", "root", "seed"], name="sample_once_a_seed"),
        ]

    def __str__(self) -> str:
        number = khmer.digits(self.pk) if get_language() == "km" else str(self.pk)
        return gettext("Sample %(number)s") % {"number": number}


class SampleRow(models.Model):
    """One drawn line, and what was found of it."""

    class Outcome(models.TextChoices):
        UNCHECKED = "unchecked", _("not checked yet")
        RIGHT = "right", _("found right")
        WRONG = "wrong", _("not right")
        UNKNOWN = "unknown", _("could not be checked")

    sample = models.ForeignKey(Sample, models.PROTECT, related_name="rows", db_index=False)
    number = models.PositiveIntegerField(_("number"))
    outcome = models.CharField(_("found"), max_length=9, choices=Outcome, default=Outcome.UNCHECKED)
    note = models.CharField(_("remark, without names"), max_length=200, blank=True)

    class Meta:
        default_permissions = ()
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["sample", "number"], name="sample_row_once"),
            models.CheckConstraint(condition=Q(number__gte=1), name="sample_row_counts_from_one"),
            models.CheckConstraint(
                condition=Q(outcome__in=["unchecked", "right"]) | Q(outcome__in=["wrong", "unknown"], note__gt=""),
                name="sample_row_says_what_is_wrong",
            ),
        ]
