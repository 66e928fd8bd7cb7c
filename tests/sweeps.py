"""What the tests of sweeps share: one that is made, counted and started, and the worker's part of it."""

from __future__ import annotations

from typing import Any

from django.utils import timezone

from petition.models import Petition
from signatures import sweeps, sweeps_running
from signatures.choices import State, Visibility
from signatures.models import Signature, Sweep
from tests.people import Person, confirmed, person

NUMBERS = ("total", "touched", "skipped", "restored")


def signers(petition: Petition, n: int, how: Any = confirmed, first: int = 1, **changes: Any) -> list[Signature]:
    return [how(petition, person(number, **changes)) for number in range(first, first + n)]


def shown(number: int) -> Person:
    return person(number, visibility="public", comment="For peace.")


def made(petition: Petition, by: Any, act: str = "hold", **given: Any) -> Sweep:
    """One of all signatures from Cambodia, counted, where the test says nothing else."""
    conditions = given.pop("conditions", {"country": "KH"})
    reason = "" if act == "release" else given.pop("reason", "fraud")
    row = sweeps.make(petition=petition, act=act, reason=reason, conditions=conditions, by=by, **given)
    sweeps_running.go_on(sweep_id=row.pk)
    return refreshed(row)


def started(petition: Petition, by: Any, act: str = "hold", **given: Any) -> Sweep:
    row = made(petition, by, act, **given)
    sweeps.start(sweep=row, number=row.total, by=by)
    return refreshed(row)


def swept(petition: Petition, by: Any, act: str = "hold", **given: Any) -> Sweep:
    return worked(started(petition, by, act, **given))


def undone(row: Sweep, by: Any) -> Sweep:
    sweeps.undo(sweep=row, by=by)
    return worked(row)


def worked(row: Sweep) -> Sweep:
    """What the worker does with it, to its end."""
    while sweeps_running.go_on(sweep_id=row.pk):
        pass
    return refreshed(row)


def refreshed(row: Sweep) -> Sweep:
    row.refresh_from_db()
    return row


def numbers(row: Sweep) -> dict[str, int]:
    """Its numbers that are not 0."""
    row.refresh_from_db()
    return {name: n for name in NUMBERS if (n := getattr(row, name))}


def states(petition: Petition) -> dict[str, int]:
    found = list(Signature.objects.filter(petition=petition).values_list("state", flat=True))
    return {state: found.count(state) for state in sorted(set(found))}


def many(petition: Petition, n: int) -> None:
    """So many confirmed signatures from Cambodia as nobody could sign one by one in a test."""
    today = timezone.localdate()
    box = b"sealed"
    Signature.objects.bulk_create(
        Signature(
            petition=petition,
            state=State.CONFIRMED,
            country="KH",
            language="km",
            visibility=Visibility.COUNT,
            signed_on=today,
            confirmed_on=today,
            sealed_email=box,
            sealed_identity=box,
            mailbox_hash=number.to_bytes(32, "big"),
            name_hash=box,
            seat=1,
        )
        for number in range(n)
    )
