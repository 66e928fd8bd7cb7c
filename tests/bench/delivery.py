"""Freezing and building one delivery, against its floors: the same rows read out by COPY, and the same volumes printed
by as many processes from rows that are ready."""

from __future__ import annotations

import pickle
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from django.conf import settings
from django.db import connection

from petition.local import ROOT
from petition.models import Petition
from signatures import seal
from signatures.delivery import bundle as bundles
from signatures.delivery.build import at_once, build
from signatures.delivery.freeze import freeze, read_sql
from signatures.delivery.models import Delivery
from tests.bench.report import Figure

AIM = 40.0  # seconds for AIM_ROWS
AIM_ROWS = 100_000
COPIES = 3  # the floor of COPY is short: the median of so many


def _timed(act: Callable[[], object]) -> float:
    started = time.perf_counter()
    act()
    return time.perf_counter() - started


def measure(slug: str, *, stored: int, rows: int) -> list[Figure]:
    """Deliver a petition whose `rows` signatures are all confirmed; nothing of the delivery is left behind."""
    petition = Petition.objects.get(slug=slug)
    with tempfile.TemporaryDirectory(dir=settings.VAR_DIR) as folder:
        path, out = Path(folder) / "bundle.zip", Path(folder) / "delivery"
        freezing = _timed(lambda: freeze(petition=petition, by=None, out=path))
        keys = seal.private_keys("DELIVERY_PRIVATE_KEY")
        jobs = at_once(None)
        building = _timed(lambda: build(path, out, keys=keys, jobs=jobs))
        copying = statistics.median(_timed(lambda: _copy_out(petition)) for _ in range(COPIES))
        printing = _typst_alone(path, Path(folder), jobs)
    total, floor = freezing + building, copying + printing
    most = AIM if rows == AIM_ROWS else None
    return [
        Figure.of_seconds(f"freeze of {rows:,}", stored, freezing, copying, floor_name="COPY out"),
        Figure.of_seconds(f"build of {rows:,}", stored, building, printing, floor_name="typst alone"),
        Figure.of_seconds("  both", stored, total, floor, floor_name="both", most=most),
    ]


def _copy_out(petition: Petition) -> None:
    delivery = Delivery.objects.filter(petition=petition).latest("ordinal")
    with connection.cursor() as cursor, cursor.copy(read_sql("copy_rows"), {"delivery": delivery.pk}) as copy:
        for _block in copy:
            pass


def _typst_alone(path: Path, folder: Path, jobs: int) -> float:
    """The rows are opened and laid ready first; only the printing is timed."""
    bundle = bundles.open_bundle(path)
    keys = seal.private_keys("DELIVERY_PRIVATE_KEY")
    ready = []
    for chunk in bundle.chunks:
        rows = list(bundles.open_rows(bundles.read_member(path, chunk), chunk, keys))
        file = folder / f"ready-{chunk.ordinal}.pickle"
        file.write_bytes(pickle.dumps((bundle.data, chunk, len(bundle.chunks), rows)))
        ready.append(file)

    def print_one(file: Path) -> None:
        subprocess.run([sys.executable, "-m", "tests.bench.typst_alone", str(file)], cwd=ROOT, check=True)

    with ThreadPoolExecutor(jobs) as workers:
        return _timed(lambda: list(workers.map(print_one, ready)))
