"""What is new in a delivery since the one before it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.db import connection

from signatures.delivery.models import Delivery

IN_BOTH = (Path(__file__).parent / "sql" / "in_both.sql").read_text(encoding="utf-8")


def previous(delivery: Delivery) -> Delivery | None:
    """The delivery of the same petition that was frozen last before this one. One from before this site never was."""
    frozen = Delivery.objects.filter(petition=delivery.petition_id, frozen_at__isnull=False)
    return frozen.filter(ordinal__lt=delivery.ordinal).order_by("-ordinal").first()


def since_previous(delivery: Delivery) -> dict[str, Any] | None:
    """What the delivery before held, and how many of its signatures are in this one too (`still`), are not any more
    (`withdrawn`, or held since), or are in this one and were not in that (`new`). `root` is None where it is not built.
    None where there was no delivery before. Entries and `confirmed` of `delivery` are there already."""
    before = previous(delivery)
    if before is None or before.confirmed is None or delivery.confirmed is None:
        return None
    with connection.cursor() as cursor:
        cursor.execute(IN_BOTH, {"delivery": delivery.pk, "previous": before.pk})
        (still,) = cursor.fetchone()
    return {
        "ordinal": before.ordinal,
        "frozen_at": before.frozen_at_utc,
        "confirmed": before.confirmed,
        "root": before.root or None,
        "still": still,
        "withdrawn": before.confirmed - still,
        "new": delivery.confirmed - still,
    }
