"""Freezing, building and verifying one delivery, each against its floor: the same rows read out by COPY; the same
volumes printed by as many processes from rows that are ready, and as many bytes written; the same bytes read."""

from __future__ import annotations

import json
import os
import pickle
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection

from petition.files import flush
from petition.local import ROOT
from petition.models import Petition
from signatures import seal
from signatures.delivery import bundle as bundles
from signatures.delivery.build import at_once
from signatures.delivery.freeze import read_sql
from signatures.delivery.models import Delivery
from tests.bench.delivery_alone import on_disk
from tests.bench.load import LoadFailed
from tests.bench.report import Figure

MILLION = 1_000_000
# Of a million on two cores: seconds of freeze, build and verify; MiB in any process; of the book on the disk.
AIMS = (60, 360, 60, 1536, 1.2)
COPIES = 3  # the floor of COPY is short: the median of so many
MIB = 1 << 20
BLOCK = 1 << 20


def timed(act: Callable[[], object]) -> float:
    started = time.perf_counter()
    act()
    return time.perf_counter() - started


@contextmanager
def step(*arguments: object) -> Iterator[subprocess.Popen[str]]:
    """A step of a delivery that has just begun (tests/bench/delivery_alone.py)."""
    command = [sys.executable, "-m", "tests.bench.delivery_alone", *map(str, arguments)]
    process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)
    try:
        process.stdout.readline()
        yield process
    finally:
        process.kill()
        process.wait()
        process.stdout.close()


def whole_step(*arguments: object) -> dict[str, float]:
    """A step to its end, and what it took."""
    with step(*arguments) as process:
        said = process.stdout.read()
        if process.wait():
            raise LoadFailed(f"{arguments[0]} ended with {process.returncode}; what it said stands above")
    return json.loads(said)


def measure(slug: str, *, stored: int, rows: int) -> list[Figure]:
    """Deliver a petition whose `rows` signatures are all confirmed; no file of the delivery is left behind."""
    petition = Petition.objects.get(slug=slug)
    with tempfile.TemporaryDirectory(dir=settings.VAR_DIR) as folder:
        path, out = Path(folder) / "bundle.zip", Path(folder) / "delivery"
        freezing = whole_step("freeze", slug, path)
        copying = statistics.median(timed(lambda: _copy_out(petition)) for _ in range(COPIES))
        building = whole_step("build", path, out)
        verifying = whole_step("verify", out)
        book = on_disk(out / "book")
        whole = on_disk(out)
        reading, writing = _read(out), timed(lambda: _write(Path(folder) / "bytes", whole))
        printing, printed_in = _typst_alone(path, Path(folder), at_once(None))
    memory = max(took["memory"] for took in (freezing, building, verifying)) / MIB
    figures = [
        _seconds(f"freeze of {rows:,}", stored, freezing, "COPY out", copying),
        _seconds(f"build of {rows:,}", stored, building, "typst, disk", printing + writing),
        _seconds(f"verify of {rows:,}", stored, verifying, "read alone", reading),
        Figure("  memory", stored, memory, "MiB", "typst alone", printed_in / MIB),
        Figure("  disk", stored, building["disk"] / MIB, "MiB", "the book", book / MIB),
    ]
    return [_aimed(*pair) for pair in zip(figures, AIMS, strict=True)] if rows >= MILLION else figures


def _seconds(name: str, stored: int, took: dict[str, float], floor_name: str, floor: float) -> Figure:
    figure = Figure.of_seconds(name, stored, took["seconds"], floor, floor_name=floor_name)
    figure.detail = {"cpu_seconds": round(took["cpu"], 1), "memory": took["memory"]}
    return figure


def _aimed(figure: Figure, most: float) -> Figure:
    if figure.floor_name == "the book":
        figure.aim, figure.is_met = f"≤ {most:g} of it", figure.ratio <= most
    else:
        figure.aim, figure.is_met = f"< {most:,.0f} {figure.unit}", figure.value < most
    return figure


def _copy_out(petition: Petition) -> None:
    delivery = Delivery.objects.filter(petition=petition).latest("ordinal")
    with connection.cursor() as cursor, cursor.copy(read_sql("copy_rows"), {"delivery": delivery.pk}) as copy:
        for _block in copy:
            pass


def _read(folder: Path) -> float:
    """Seconds to read each file once, however many links it has."""
    files = {path.stat().st_ino: path for path in folder.rglob("*") if path.is_file()}

    def read_all() -> None:
        for path in files.values():
            with path.open("rb") as file:
                while file.read(BLOCK):
                    pass

    return timed(read_all)


def _write(path: Path, size: int) -> None:
    block = os.urandom(BLOCK)
    with path.open("wb") as file:
        for _ in range(-(-size // BLOCK)):
            file.write(block)
    flush(path)


def _typst_alone(path: Path, folder: Path, jobs: int) -> tuple[float, int]:
    """Seconds, and the most bytes that a process held. The rows are opened and laid ready first; only the printing is
    timed."""
    bundle = bundles.open_bundle(path)
    keys = seal.private_keys("DELIVERY_PRIVATE_KEY")
    ready = []
    for chunk in bundle.chunks:
        rows = list(bundles.open_rows(bundles.read_member(path, chunk), chunk, keys))
        file = folder / f"ready-{chunk.ordinal}.pickle"
        file.write_bytes(pickle.dumps((bundle.data, chunk, len(bundle.chunks), rows)))
        ready.append(file)

    def print_one(file: Path) -> int:
        command: list[Any] = [sys.executable, "-m", "tests.bench.typst_alone", file]
        return int(subprocess.run(command, cwd=ROOT, check=True, stdout=subprocess.PIPE).stdout)

    with ThreadPoolExecutor(jobs) as workers:
        peaks: list[int] = []
        seconds = timed(lambda: peaks.extend(workers.map(print_one, ready)))
    return seconds, max(peaks)
