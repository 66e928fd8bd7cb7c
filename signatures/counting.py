"""Proving and repairing the kept counts."""

from __future__ import annotations

from pathlib import Path
from typing import Any, NamedTuple

from django.db import connection, transaction

from petition import audit
from signatures.models import CountByCountry, CountByDay, CountByState

TRUE_COUNTS = (Path(__file__).parent / "sql" / "true_counts.sql").read_text(encoding="utf-8")


class Difference(NamedTuple):
    kind: str  # "country", "day" or "state"
    petition_id: int
    key: str  # KH, 2017-10-23 or "web pending": of a state, its origin first
    kept: int
    truth: int


def differences() -> list[Difference]:
    """Every key whose kept count is not the number of its confirmed rows, as of one snapshot."""
    with connection.cursor() as cursor:
        cursor.execute(TRUE_COUNTS)
        return [Difference(*row) for row in cursor.fetchall()]


def _repair(row: Difference) -> None:
    if row.kind == "state":
        origin, state = row.key.split()
        key: dict[str, Any] = {"petition_id": row.petition_id, "origin": origin, "state": state}
        CountByState.objects.filter(**key).delete()
        CountByState.objects.create(**key, stripe=0, rows=row.truth)
        return
    model, field = (CountByCountry, "country") if row.kind == "country" else (CountByDay, "day")
    key = {"petition_id": row.petition_id, field: row.key}
    model.objects.update_or_create(**key, defaults={"confirmed": row.truth})


@transaction.atomic
def recount() -> list[Difference]:
    """Write the truth over what differs, and return what differed. Signing waits while it runs, so that nothing is
    counted between the look and the repair."""
    with connection.cursor() as cursor:
        cursor.execute("LOCK TABLE signatures_signature IN SHARE ROW EXCLUSIVE MODE")
    found = differences()
    for row in found:
        _repair(row)
    if found:
        audit.record(by=None, act="recount", target="signatures", detail={"differences": len(found)})
    return found
