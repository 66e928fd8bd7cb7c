"""Sweeping nearly all signatures of a petition: how long, against one UPDATE of the same rows that nobody could sign
beside; and how fast people sign while it runs, against how fast when it is paused."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

from django.contrib.auth.models import User

from petition.local import ROOT
from petition.models import Petition
from signatures import counting, sweep_scope, sweeps, sweeps_running
from signatures.models import Signature, Sweep
from tests.bench import seed, signing
from tests.bench.load import Load, LoadFailed
from tests.bench.report import Figure
from tests.bench.web import serving

SAME = 0.8  # of the rate without it: less than this would be felt
FIRST = 20_000_000  # persons above this have signed nothing yet
START = 30  # seconds


def measure(slug: str, *, stored: int, rounds: int, posts: int) -> list[Figure]:
    """The counts are compared with the rows while it runs and after it. The signatures are left as they were."""
    petition = Petition.objects.get(slug=slug)
    by, _is_new = User.objects.get_or_create(username="bench")
    row = _made(petition, by)
    figures = [_count(row, petition, stored)]
    sweeps.start(sweep=row, number=row.total, by=by)
    with _worker(row) as worker:
        started = time.perf_counter()
        worker.wait()
        seconds = time.perf_counter() - started
    row.refresh_from_db()
    _must(row.state == Sweep.State.DONE and row.touched == row.total, "the sweep did not touch what it counted")
    floor = _one_update(row)
    figures.append(Figure.of_seconds(f"sweep of {row.touched:,}", stored, seconds, floor, floor_name="one UPDATE"))
    seed.settle()
    figures.append(_beside(petition, by, slug, stored, rounds, posts))
    return figures


def _made(petition: Petition, by: User) -> Sweep:
    """Counted, of all that are confirmed."""
    row = sweeps.make(petition=petition, act="hold", reason="fraud", conditions={"score_from": 0}, by=by)
    sweeps_running.go_on(sweep_id=row.pk)
    row.refresh_from_db()
    _must(row.state == Sweep.State.READY, "the sweep could not be counted")
    return row


def _count(row: Sweep, petition: Petition, stored: int) -> Figure:
    """The dry run of the rarest condition, which looks at every row and finds none."""
    rare = Sweep(petition=petition, act="hold", reason="fraud", name_hash=b"nobody has this name")
    rare.state, rare.made_by = Sweep.State.COUNTING, row.made_by
    rare.save()
    started = time.perf_counter()
    sweeps_running.count(rare)
    seconds = time.perf_counter() - started
    started = time.perf_counter()
    Signature.objects.filter(petition=petition).count()
    return Figure.of_seconds("count before it", stored, seconds, time.perf_counter() - started, floor_name="count(*)")


def _one_update(row: Sweep) -> float:
    """All of a sweep given back at once."""
    started = time.perf_counter()
    Signature.objects.filter(sweep=row).update(**sweep_scope.RESTORES["hold"], **sweep_scope.UNSWEPT)
    return time.perf_counter() - started


def _beside(petition: Petition, by: User, slug: str, stored: int, rounds: int, posts: int) -> Figure:
    path = f"/km/petitions/{slug}/sign/"
    alone: list[Load] = []
    beside: list[Load] = []
    row = _made(petition, by)
    first = FIRST
    with serving("petition.wsgi:application") as site:
        signing._post(site, signing._forms(path, first, signing.WARM_UP))
        first += signing.WARM_UP
        sweeps.start(sweep=row, number=row.total, by=by)
        with _worker(row):
            for _ in range(rounds):
                _wait_until_it_moves(row)
                beside.append(signing._post(site, signing._forms(path, first, posts)))
                _must(Sweep.objects.get(pk=row.pk).state == Sweep.State.RUNNING, "the sweep ended before the round did")
                _must(counting.differences() == [], "the counts are not true while it runs")
                sweeps.pause(sweep=row, by=by)
                alone.append(signing._post(site, signing._forms(path, first + posts, posts)))
                sweeps.resume(sweep=row, by=by)
                first += 2 * posts
            sweeps.cancel(sweep=row, by=by)
    _one_update(row)
    _must(counting.differences() == [], "the counts are not true after it")
    return Figure.of_rates(
        "signings beside a sweep", stored, beside, alone, floor_name="it paused", aim=f"≥ {SAME}", least_ratio=SAME
    )


def _wait_until_it_moves(row: Sweep) -> None:
    before, end = Sweep.objects.get(pk=row.pk).touched, time.monotonic() + START
    while Sweep.objects.get(pk=row.pk).touched == before:
        _must(time.monotonic() < end, "the sweep does not move")
        time.sleep(0.02)


@contextmanager
def _worker(row: Sweep) -> Iterator[subprocess.Popen[bytes]]:
    worker = subprocess.Popen([sys.executable, "-m", "tests.bench.sweep_alone", str(row.pk)], cwd=ROOT)
    try:
        yield worker
    finally:
        worker.terminate()
        worker.wait()


def _must(is_so: bool, otherwise: str) -> None:
    if not is_so:
        raise LoadFailed(otherwise)
