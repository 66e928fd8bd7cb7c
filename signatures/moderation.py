"""What organisers do with signatures: let words through or hide them, hold a signature out of the count, and undo."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.contrib.auth.models import User
from django.db import transaction

from petition import audit
from signatures.choices import Reason, Review, State, Visibility
from signatures.models import Signature

# What somebody decides by hand takes a signature out of its sweep: undoing that one leaves it as it is.
BY_HAND: dict[str, Any] = {"sweep": None, "swept_from": "", "swept_from_reason": ""}


def _lock(ids: Iterable[int]) -> list[int]:
    """Lock rows in the order of their ids: two acts on the same rows wait for each other, never in a circle."""
    rows = Signature.objects.select_for_update().filter(pk__in=list(ids)).order_by("pk")
    return list(rows.values_list("pk", flat=True))


def _target(pk: int) -> str:
    return f"signatures.signature:{pk}"


def _review(*, ids: Iterable[int], review: Review, reason: str, by: User, act: str) -> int:
    locked = _lock(ids)
    touched = Signature.objects.filter(
        pk__in=locked, visibility=Visibility.PUBLIC, state__in=[State.CONFIRMED, State.HELD]
    ).exclude(review=review, review_reason=reason)
    changed = list(touched.values_list("pk", "review"))
    Signature.objects.filter(pk__in=[pk for pk, _ in changed]).update(review=review, review_reason=reason, **BY_HAND)
    targets = {_target(pk): {"before": before, "reason": reason} for pk, before in changed}
    audit.record_each(by=by, act=act, targets=targets)
    return len(changed)


@transaction.atomic
def approve(*, ids: Iterable[int], by: User) -> int:
    """Let the words of these signatures onto the public page. Returns how many changed."""
    return _review(ids=ids, review=Review.APPROVED, reason="", by=by, act="approve")


@transaction.atomic
def hide(*, ids: Iterable[int], reason: str, by: User) -> int:
    """Keep their words off the public page; the signatures still count. Returns how many changed."""
    return _review(ids=ids, review=Review.HIDDEN, reason=Reason(reason), by=by, act="hide")


@transaction.atomic
def undo(*, ids: Iterable[int], by: User) -> int:
    """Put words that were approved or hidden back into the queue. Returns how many changed."""
    return _review(ids=ids, review=Review.WAITING, reason="", by=by, act="undo")


@transaction.atomic
def hold(*, ids: Iterable[int], reason: str, by: User) -> int:
    """Take confirmed signatures out of the count, with a reason, reversibly. Returns how many changed.

    One UPDATE for all: the count's rows are locked after every signature, as a confirmation locks them.
    """
    locked = _lock(ids)
    held = Signature.objects.filter(pk__in=locked, state=State.CONFIRMED)
    changed = list(held.values_list("pk", flat=True))
    Signature.objects.filter(pk__in=changed).update(state=State.HELD, held_reason=Reason(reason), **BY_HAND)
    audit.record_each(by=by, act="hold", targets={_target(pk): {"reason": reason} for pk in changed})
    return len(changed)


@transaction.atomic
def release(*, ids: Iterable[int], by: User) -> int:
    """Count held signatures again. Returns how many changed."""
    locked = _lock(ids)
    changed = list(Signature.objects.filter(pk__in=locked, state=State.HELD).values_list("pk", flat=True))
    Signature.objects.filter(pk__in=changed).update(state=State.CONFIRMED, held_reason="", **BY_HAND)
    audit.record_each(by=by, act="release", targets={_target(pk): {} for pk in changed})
    return len(changed)
