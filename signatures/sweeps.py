"""What organisers do with a sweep: make it, have it counted, start, pause, resume, cancel and undo it."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from typing import Any

from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from petition import audit
from petition.models import Petition
from signatures import sweeps_running, tasks
from signatures.models import Sweep

FRESH = datetime.timedelta(minutes=15)  # so long a count is good for a start


class NotNow(Exception):
    """Why what was asked for cannot be done as things stand: a sentence in the asker's language."""


@transaction.atomic
def make(*, petition: Petition, act: str, reason: str, conditions: dict[str, Any], by: User, **hashes: Any) -> Sweep:
    """A sweep that is counted and touches nothing before it is started. `conditions` as sweep_scope.LOOKUPS names them;
    `hashes`: network_hashes, domain_hash, name_hash, those that are a condition."""
    sweep = Sweep.objects.create(
        petition=petition,
        act=act,
        reason=reason,
        state=Sweep.State.COUNTING,
        conditions=conditions,
        made_by=by.get_username(),
        **hashes,
    )
    # What it looks for by, never what it looks for: who tries one name after another is seen.
    audit.record(by=by, act="count", target=sweep, detail={"conditions": sorted({*conditions, *hashes})})
    tasks.queue_sweep(sweep.pk)
    return sweep


def is_fresh(sweep: Sweep) -> bool:
    """Whether it was counted so lately that it may be started."""
    return sweep.counted_at is not None and timezone.now() - sweep.counted_at < FRESH


def _turn(sweep: Sweep, *, among: Sequence[str], by: User, act: str, detail: Any = None, **changes: object) -> None:
    if not Sweep.objects.filter(pk=sweep.pk, state__in=among).update(**changes):
        raise NotNow(_("This cannot be done any more: somebody else, or the end of the sweep, came before you."))
    audit.record(by=by, act=act, target=sweep, detail=detail)


@transaction.atomic
def recount(*, sweep: Sweep, by: User) -> None:
    """Have it counted once more, with what has been signed since."""
    among = [Sweep.State.DRAFT, Sweep.State.READY]
    _turn(sweep, among=among, by=by, act="count", state=Sweep.State.COUNTING, fault="")
    tasks.queue_sweep(sweep.pk)


@transaction.atomic
def start(*, sweep: Sweep, number: int | None, by: User) -> None:
    """Let the worker touch what was counted. `number` is what the asker says it touches: NotNow where that is not what
    was counted, or where the count is too old."""
    row = Sweep.objects.select_for_update().filter(pk=sweep.pk).first() or sweep
    if row.state == Sweep.State.READY:
        if not is_fresh(row):
            raise NotNow(_("It was counted too long ago. Count it once more, then start it."))
        if not row.total:
            raise NotNow(_("It would touch nothing."))
        if number != row.total:
            raise NotNow(_("This is not the number of signatures that it touches."))
    _turn(
        row,
        among=[Sweep.State.READY],
        by=by,
        act="start",
        detail={"does": row.act, "reason": row.reason, "signatures": row.total},
        state=Sweep.State.RUNNING,
        started_at=timezone.now(),
        started_by=by.get_username(),
    )
    tasks.queue_sweep(row.pk)


@transaction.atomic
def pause(*, sweep: Sweep, by: User) -> None:
    """The batch at hand is still done, none after it."""
    _turn(sweep, among=[Sweep.State.RUNNING], by=by, act="pause", state=Sweep.State.PAUSED)


@transaction.atomic
def resume(*, sweep: Sweep, by: User) -> None:
    _turn(sweep, among=[Sweep.State.PAUSED], by=by, act="resume", state=Sweep.State.RUNNING)
    tasks.queue_sweep(sweep.pk)


@transaction.atomic
def cancel(*, sweep: Sweep, by: User) -> None:
    """End it here. What was touched by now stays touched until it is undone."""
    going = [Sweep.State.RUNNING, Sweep.State.PAUSED]
    ended = {"state": Sweep.State.CANCELLED, "finished_at": timezone.now()}
    _turn(sweep, among=going, by=by, act="cancel", **ended, **sweeps_running.forgotten(sweep))


@transaction.atomic
def undo(*, sweep: Sweep, by: User) -> None:
    """Give back what an ended sweep touched: each signature is again what it was, but for those that somebody has
    changed since, or whose signer has withdrawn."""
    begun = {"state": Sweep.State.UNDOING, "reached": F("after"), "restored": 0}
    _turn(sweep, among=Sweep.ENDED, by=by, act="take_back", **begun)
    tasks.queue_sweep(sweep.pk)
