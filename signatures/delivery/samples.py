"""Observers' samples: drawn, what was found of them recorded, published. The arithmetic is in sampling.py."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping
from typing import NamedTuple

from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import Count
from django.utils.translation import gettext_noop as _

from petition import audit
from petition.models import Petition
from signatures.delivery import freeze, sampling
from signatures.delivery.models import Delivery, Sample, SampleRow
from signatures.delivery.problems import NotNow
from signatures.delivery.sampling import Place, Result

MOST = 1000  # lines that are typed in by hand; a thousand tell 0.3 % of a book of any size
Outcome = SampleRow.Outcome


class Found(NamedTuple):
    """What is recorded of a line."""

    outcome: str
    note: str


@transaction.atomic
def draw(*, delivery: Delivery, root: str, seed: str, size: int, by: User) -> Sample:
    """Draw `size` lines of a delivery's book. `root` is the book's; once the delivery has one, no other is drawn from.
    ValueError for a root, a seed or a size that cannot be."""
    delivery = Delivery.objects.select_for_update(no_key=True).get(pk=delivery.pk)
    total = delivery.confirmed
    if total is None:
        raise NotNow(_("Only of a delivery that was frozen here can lines be drawn."))
    if delivery.root and delivery.root != root:
        raise NotNow(_("This is not the root of the delivery’s book."))
    if delivery.samples.filter(root=root, seed=seed).exists():
        raise NotNow(_("With this seed a sample is drawn already."))
    drawn = sampling.draw(root=root, seed=seed, total=total, size=size)
    sample = Sample.objects.create(
        delivery=delivery, root=root, seed=seed, total=total, size=size, drawn_by=by.get_username()
    )
    SampleRow.objects.bulk_create([SampleRow(sample=sample, number=number) for number in sorted(drawn)])
    audit.record(by=by, act="draw_sample", target=sample, detail={"root": root, "seed": seed, "size": size})
    return sample


@transaction.atomic
def record(*, sample: Sample, found: Mapping[int, Found], by: User) -> None:
    """What was found of some lines, by their numbers."""
    sample = Sample.objects.select_for_update().get(pk=sample.pk)
    if sample.is_published:
        raise NotNow(_("What was found of a published sample stands. Take it from the page first."))
    rows = list(sample.rows.filter(number__in=found))
    for row in rows:
        row.outcome, row.note = found[row.number]
    SampleRow.objects.bulk_update(rows, ["outcome", "note"])
    audit.record(by=by, act="record_sample", target=sample, detail={"size": len(rows)})


@transaction.atomic
def publish(*, sample: Sample, by: User) -> None:
    """Show on the public page what followed from it."""
    sample = Sample.objects.select_for_update().select_related("delivery").get(pk=sample.pk)
    if sample.rows.filter(outcome=Outcome.UNCHECKED).exists():
        raise NotNow(_("It can be published when all of its lines are checked."))
    if sample.delivery.root and sample.delivery.root != sample.root:
        raise NotNow(_("This is not the root of the delivery’s book."))
    _set_published(sample, True, by)


@transaction.atomic
def unpublish(*, sample: Sample, by: User) -> None:
    _set_published(Sample.objects.select_for_update().get(pk=sample.pk), False, by)


def _set_published(sample: Sample, is_published: bool, by: User) -> None:
    if sample.is_published != is_published:
        sample.is_published = is_published
        sample.save(update_fields=["is_published"])
        audit.record(by=by, act="publish_sample" if is_published else "unpublish_sample", target=sample)


def places(sample: Sample) -> list[Place]:
    """Where its lines are printed, in order."""
    firsts = list(range(1, sample.total + 1, freeze.VOLUME_ROWS))
    return sampling.places(sample.rows.values_list("number", flat=True), firsts)


class Standing(NamedTuple):
    """How far a sample is checked, and when it is, what follows."""

    unchecked: int
    result: Result | None


class Shown(NamedTuple):
    """A published sample, what follows from it, and how many were drawn of the same delivery."""

    sample: Sample
    result: Result
    drawn: int


def _counted(rows: list[Sample]) -> dict[int, Counter[str]]:
    """How many lines of each sample have which outcome."""
    found: defaultdict[int, Counter[str]] = defaultdict(Counter)
    counted = SampleRow.objects.filter(sample__in=rows).order_by().values_list("sample_id", "outcome")
    for pk, outcome, n in counted.annotate(n=Count("pk")):
        found[pk][outcome] = n
    return found


def _result(sample: Sample, counted: Counter[str]) -> Result:
    right, wrong, unknown = (counted[one.value] for one in (Outcome.RIGHT, Outcome.WRONG, Outcome.UNKNOWN))
    return Result(sample.total, right=right, wrong=wrong, unknown=unknown)


def standing(sample: Sample) -> Standing:
    counted = _counted([sample])[sample.pk]
    unchecked = counted[Outcome.UNCHECKED.value]
    return Standing(unchecked, None if unchecked else _result(sample, counted))


def samples_published(petition: Petition) -> list[Shown]:
    """The published samples of a petition's deliveries that everyone may know of, the newest first."""
    all_drawn = Sample.objects.filter(delivery__in=petition.deliveries.public())
    rows = list(all_drawn.filter(is_published=True).select_related("delivery").order_by("-pk"))
    if not rows:
        return []
    drawn = dict(all_drawn.order_by().values_list("delivery").annotate(n=Count("pk")))
    counted = _counted(rows)
    return [Shown(row, _result(row, counted[row.pk]), drawn[row.delivery_id]) for row in rows]
