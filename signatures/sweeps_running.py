"""What the worker does of a sweep: count it, touch its signatures, give them back, a short transaction each batch.

A batch is claimed by moving `reached` on, in the transaction that does it: of two workers with the same batch in hand
the second finds it moved and lets go, and what was killed half-way is as if it had not begun. So each can run twice.
"""

from __future__ import annotations

import datetime
import time
from collections.abc import Callable
from typing import Any

from django.db import OperationalError, connection, transaction
from django.db.models import Count, F, Max, Min
from django.utils import timezone

from petition import audit
from signatures import retention, sweep_scope
from signatures.choices import Kept
from signatures.models import Signature, Sweep

WORK_SECONDS = 5.0  # then others' jobs have their turn, and a worker that was told to stop ends
BATCH = 500  # signatures changed in one transaction: whoever confirms meanwhile waits for its end
WINDOW = 20_000  # numbers looked through for one batch, so that a rare condition is no long query
REST = 0.5  # of the time that a batch took: signers have the database and the counts to themselves
COUNT_SECONDS = 120  # then a count gives up
SAMPLE = 20
FEW = "few"  # in the place of a fault: counted, and too few to be told
UNSTARTED_DAYS = 1  # so long a sweep that nobody starts is kept


def go_on(*, sweep_id: int) -> bool:
    """Do for some seconds what its state asks for. True where there is more to do."""
    end = time.monotonic() + WORK_SECONDS
    while time.monotonic() < end:
        sweep = Sweep.objects.filter(pk=sweep_id).first()
        step = STEPS.get(sweep.state) if sweep else None
        if sweep is None or step is None:
            return False
        began = time.monotonic()
        step(sweep)
        time.sleep(min((time.monotonic() - began) * REST, 1.0))
    return True


def count(sweep: Sweep, seconds: float = COUNT_SECONDS) -> None:
    """Count what it is about, and draw a sample. Reads only, and waits for nobody; a count that takes too long leaves
    the sweep as not counted."""
    touchable = sweep_scope.touchable(sweep)
    try:
        with transaction.atomic():
            with connection.cursor() as cursor:
                cursor.execute("SELECT set_config('statement_timeout', %s, true)", [f"{seconds * 1000:.0f}ms"])
            up_to = Signature.objects.aggregate(last=Max("pk"))["last"] or 0
            scope = sweep_scope.in_scope(sweep).filter(pk__lte=up_to)
            states = (
                scope.order_by()
                .values("state")
                .annotate(n=Count("pk"), touchable=Count("pk", filter=touchable), first=Min("pk", filter=touchable))
            )
            found = {row["state"]: row for row in states}
            sample = list(scope.filter(touchable).order_by("?").values_list("pk", flat=True)[:SAMPLE])
    except OperationalError as fault:
        Sweep.objects.filter(pk=sweep.pk, state=Sweep.State.COUNTING).update(
            state=Sweep.State.DRAFT, fault=type(fault.__cause__ or fault).__name__
        )
        return
    is_few = sweep_scope.is_by_hash(sweep) and sum(row["n"] for row in found.values()) < sweep_scope.FEW
    if is_few:
        found, sample = {}, []
    after = min((row["first"] for row in found.values() if row["first"]), default=1) - 1
    Sweep.objects.filter(pk=sweep.pk, state=Sweep.State.COUNTING).update(
        state=Sweep.State.READY,
        counted_at=timezone.now(),
        matched={state: row["n"] for state, row in found.items()},
        total=sum(row["touchable"] for row in found.values()),
        sample=sorted(sample),
        fault=FEW if is_few else "",
        after=after,
        up_to=up_to,
        reached=after,
    )


def touch(sweep: Sweep, size: int = BATCH) -> None:
    """Change the next batch, or end the sweep where nothing is left."""
    end = min(sweep.reached + WINDOW, sweep.up_to)
    scope = sweep_scope.in_scope(sweep).filter(sweep_scope.touchable(sweep))
    window = scope.filter(pk__gt=sweep.reached, pk__lte=end).order_by("pk")
    ids = list(window.values_list("pk", flat=True)[:size])
    if len(ids) == size:
        end = ids[-1]
    changes = sweep_scope.CHANGES[sweep.act](sweep)
    with transaction.atomic():
        if not _claim(sweep, end):
            return
        # Looked at once more under the lock: who withdrew, or was decided on by hand, at this moment is not in it.
        locked = list(
            scope.filter(pk__in=ids).select_for_update(no_key=True).order_by("pk").values_list("pk", flat=True)
        )
        Sweep.objects.filter(pk=sweep.pk).update(
            touched=F("touched") + len(locked), skipped=F("skipped") + len(ids) - len(locked)
        )
        if end >= sweep.up_to:
            _end(sweep, Sweep.State.DONE)
        # Last, since it takes the rows of the counts, at which others wait.
        Signature.objects.filter(pk__in=locked).update(sweep=sweep.pk, **changes)


def give_back(sweep: Sweep, size: int = BATCH) -> None:
    """Restore the next batch of what a sweep touched, or end its undoing where nothing is left."""
    touched = Signature.objects.filter(sweep=sweep.pk, pk__gt=sweep.reached).order_by("pk")
    ids = list(touched.values_list("pk", flat=True)[:size])
    end = ids[-1] if ids else sweep.up_to
    with transaction.atomic():
        if not _claim(sweep, end):
            return
        rows = sweep_scope.as_left(sweep).filter(pk__in=ids).select_for_update(no_key=True).order_by("pk")
        locked = list(rows.values_list("pk", flat=True))
        Sweep.objects.filter(pk=sweep.pk).update(restored=F("restored") + len(locked))
        if not ids:
            _end(sweep, Sweep.State.UNDONE)
        Signature.objects.filter(pk__in=locked).update(**sweep_scope.RESTORES[sweep.act], **sweep_scope.UNSWEPT)


STEPS: dict[str, Callable[[Sweep], None]] = {
    Sweep.State.COUNTING: count,
    Sweep.State.RUNNING: touch,
    Sweep.State.UNDOING: give_back,
}


def _claim(sweep: Sweep, end: int) -> bool:
    """Take the batch up to `end` for this transaction; False where another has it, or the sweep was paused."""
    mine = Sweep.objects.filter(pk=sweep.pk, state=sweep.state, reached=sweep.reached)
    return bool(mine.update(reached=end))


def forgotten(sweep: Sweep) -> dict[str, Any]:
    """What drops the hashes of a sweep: those that were a condition stay one, and are met by no signature."""
    blank: dict[str, Any] = {"network_hashes": [], "domain_hash": b"", "name_hash": b""}
    return {name: value for name, value in blank.items() if getattr(sweep, name) is not None}


def _end(sweep: Sweep, state: Sweep.State) -> None:
    ending = Sweep.objects.filter(pk=sweep.pk)
    ending.update(state=state, finished_at=timezone.now(), **forgotten(sweep))
    row = ending.get()
    numbers = {"touched": row.touched} if state == Sweep.State.DONE else {"restored": row.restored}
    audit.record(by=None, act="end" if state == Sweep.State.DONE else "end_undoing", target=row, detail=numbers)


@transaction.atomic
def clear_up() -> None:
    """Drop what nobody has started, and the hashes of networks when their keys are gone."""
    now = timezone.now()
    long_ago = now - datetime.timedelta(days=UNSTARTED_DAYS)
    unstarted = Sweep.objects.filter(state__in=[Sweep.State.DRAFT, Sweep.State.READY], made_at__lt=long_ago)
    # Locked first: one that is being started at this moment is not dropped.
    free = unstarted.exclude(counted_at__gte=long_ago).select_for_update(skip_locked=True)
    Sweep.objects.filter(pk__in=list(free.values_list("pk", flat=True))).delete()
    old = Sweep.objects.filter(made_at__lt=now - datetime.timedelta(days=retention.days(Kept.NETWORKS)))
    old.filter(network_hashes__len__gt=0).update(network_hashes=[])
