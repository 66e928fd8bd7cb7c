"""Which moderator is at which words: batches that are claimed for some minutes, so that two do not read the same."""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from pathlib import Path

from django.contrib.auth.models import User
from django.db import connection, transaction
from django.db.models import QuerySet
from django.utils import timezone

from petition.models import Petition
from signatures.choices import Review, State
from signatures.models import Claim, Signature

ROWS = 25
MINUTES = 10

CLAIM_ROWS = (Path(__file__).parent / "sql" / "claim_rows.sql").read_text(encoding="utf-8")


def mine(petition: Petition, by: User) -> QuerySet[Signature]:
    """The words that this moderator has claimed and that still wait, the oldest first."""
    rows = Signature.objects.filter(petition=petition, claim__by=by, claim__until__gt=timezone.now())
    return rows.filter(review=Review.WAITING, state=State.CONFIRMED).order_by("pk")


def are_claimed(petition: Petition, by: User) -> bool:
    """Whether colleagues are at words of this petition now."""
    return Claim.objects.filter(signature__petition=petition, until__gt=timezone.now()).exclude(by=by).exists()


@transaction.atomic
def take(*, petition: Petition, by: User, after: int = 0) -> None:
    """Claim the ROWS oldest words that nobody else is at, with numbers above `after`. What this moderator had claimed
    before is let go."""
    Claim.objects.filter(by=by).delete()
    until = timezone.now() + datetime.timedelta(minutes=MINUTES)
    with connection.cursor() as cursor:
        cursor.execute(CLAIM_ROWS, {"by": by.pk, "until": until, "petition": petition.pk, "after": after, "rows": ROWS})


@transaction.atomic
def take_these(*, ids: Iterable[int], by: User) -> None:
    """Claim these rows, unless a colleague is at them: what was just undone comes back to who undid it."""
    until = timezone.now() + datetime.timedelta(minutes=MINUTES)
    taken = Claim.objects.filter(signature__in=list(ids), until__gt=timezone.now()).exclude(by=by)
    free = sorted(set(ids) - set(taken.values_list("signature_id", flat=True)))
    Claim.objects.bulk_create(
        [Claim(signature_id=pk, by=by, until=until) for pk in free],
        update_conflicts=True,
        unique_fields=["signature"],
        update_fields=["by", "until"],
    )


@transaction.atomic
def let_go(*, by: User) -> None:
    """Leave all that this moderator has claimed to the others."""
    Claim.objects.filter(by=by).delete()
