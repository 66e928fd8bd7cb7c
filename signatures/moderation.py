"""What organisers do with signatures: let words through or hide them, hold a signature out of the count, and undo."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from django.contrib.auth.models import User
from django.db import transaction

from petition import audit
from signatures import reasons
from signatures.choices import Review, State, Visibility
from signatures.models import Claim, Signature

Made = dict[int, tuple[str, str]]  # number of the signature to (review, reason)

# What somebody decides by hand takes a signature out of its sweep: undoing that one leaves it as it is.
BY_HAND: dict[str, Any] = {"sweep": None, "swept_from": "", "swept_from_reason": ""}


def _lock(ids: Iterable[int]) -> list[int]:
    """Lock rows in the order of their ids: two acts on the same rows wait for each other, never in a circle. Neither
    waits for a freeze, which holds the keys of the rows that it has numbered."""
    rows = Signature.objects.select_for_update(no_key=True).filter(pk__in=list(ids)).order_by("pk")
    return list(rows.values_list("pk", flat=True))


def _target(pk: int) -> str:
    return f"signatures.signature:{pk}"


class Decision(NamedTuple):
    """What a moderator says of the words that were on their page: `seen` is the mark of those words."""

    review: Review
    reason: str
    seen: str


class Outcome(NamedTuple):
    """What became of decisions: those that were made; those that came too late, each with the review as it is now; and
    those whose words are no longer what the moderator read."""

    made: Made
    late: dict[int, str]
    changed: list[int]


def mark(signature: Signature) -> str:
    """Of the words as they are: other words have another mark."""
    words = f"{signature.public_name}\0{signature.comment}".encode()
    return hashlib.blake2b(words, digest_size=8).hexdigest()


@transaction.atomic
def decide(*, decisions: Mapping[int, Decision], by: User) -> Outcome:
    """Approve and hide words that wait, all together. The first decision on a row stands: a later one is told so and
    changes nothing. Nor is anything approved that its signer has rewritten since it was read. ValueError where no such
    reason is in use."""
    for reason in {decision.reason for decision in decisions.values() if decision.review == Review.HIDDEN}:
        reasons.check(reason, for_hiding=True, is_active=True)
    outcome = Outcome({}, {}, [])
    rows = Signature.objects.filter(pk__in=_lock(decisions)).exclude(state=State.PENDING)
    for row in rows.only("id", "public_name", "comment", "review").order_by("pk"):
        decision = decisions[row.pk]
        if row.review != Review.WAITING:
            outcome.late[row.pk] = row.review
        elif mark(row) != decision.seen:
            outcome.changed.append(row.pk)
        else:
            outcome.made[row.pk] = (decision.review, decision.reason)
    for review, reason in sorted(set(outcome.made.values())):
        ids = [pk for pk, made in outcome.made.items() if made == (review, reason)]
        act = "approve" if review == Review.APPROVED else "hide"
        _write(dict.fromkeys(ids, Review.WAITING), review, reason, by=by, act=act)
    Claim.objects.filter(signature__in=[*outcome.made, *outcome.late]).delete()
    return outcome


def _write(before: Mapping[int, str], review: str, reason: str, *, by: User, act: str) -> None:
    """Say this of the words of these signatures; `before` is what was said of each until now."""
    Signature.objects.filter(pk__in=list(before)).update(review=review, review_reason=reason, **BY_HAND)
    targets = {_target(pk): {"before": was, "reason": reason} for pk, was in before.items()}
    audit.record_each(by=by, act=act, targets=targets)


@transaction.atomic
def take_back(*, made: Made, by: User) -> list[int]:
    """Let words wait again on which these decisions were made, where they still stand. Returns the numbers."""
    rows = Signature.objects.filter(pk__in=_lock(made), visibility=Visibility.PUBLIC)
    now = {pk: (review, reason) for pk, review, reason in rows.values_list("pk", "review", "review_reason")}
    standing = sorted(pk for pk in now if now[pk] == made[pk])
    for review in (Review.APPROVED, Review.HIDDEN):
        ids = [pk for pk in standing if now[pk][0] == review]
        _write(dict.fromkeys(ids, review), Review.WAITING, "", by=by, act="undo")
    return standing


def _review(*, ids: Iterable[int], review: Review, reason: str, by: User, act: str) -> int:
    locked = _lock(ids)
    touched = Signature.objects.filter(
        pk__in=locked, visibility=Visibility.PUBLIC, state__in=[State.CONFIRMED, State.HELD]
    ).exclude(review=review, review_reason=reason)
    changed = dict(touched.values_list("pk", "review"))
    _write(changed, review, reason, by=by, act=act)
    return len(changed)


@transaction.atomic
def approve(*, ids: Iterable[int], by: User) -> int:
    """Let the words of these signatures onto the public page. Returns how many changed."""
    return _review(ids=ids, review=Review.APPROVED, reason="", by=by, act="approve")


@transaction.atomic
def hide(*, ids: Iterable[int], reason: str, by: User) -> int:
    """Keep their words off the public page; the signatures still count. Returns how many changed."""
    reasons.check(reason, for_hiding=True)
    return _review(ids=ids, review=Review.HIDDEN, reason=reason, by=by, act="hide")


@transaction.atomic
def undo(*, ids: Iterable[int], by: User) -> int:
    """Put words that were approved or hidden back into the queue. Returns how many changed."""
    return _review(ids=ids, review=Review.WAITING, reason="", by=by, act="undo")


@transaction.atomic
def hold(*, ids: Iterable[int], reason: str, by: User) -> int:
    """Take confirmed signatures out of the count, with a reason, reversibly. Returns how many changed.

    One UPDATE for all: the count's rows are locked after every signature, as a confirmation locks them.
    """
    reasons.check(reason, for_holding=True)
    locked = _lock(ids)
    held = Signature.objects.filter(pk__in=locked, state=State.CONFIRMED)
    changed = list(held.values_list("pk", flat=True))
    Signature.objects.filter(pk__in=changed).update(state=State.HELD, held_reason=reason, **BY_HAND)
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
