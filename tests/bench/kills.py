"""A freeze and a build that are killed with SIGKILL at moments of chance, and begun again each time: what is left must
be whole or not there, and the end is the same bytes as without. The figure is all of the attempts together, against the
build that nobody disturbed."""

from __future__ import annotations

import os
import random
import signal
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from django.conf import settings

from signatures.delivery.bundle import file_sha256
from signatures.delivery.models import Delivery, Entry
from tests.bench import delivery
from tests.bench.load import LoadFailed
from tests.bench.report import Figure
from tests.processes import children

KILLS = 10
FREEZES = 3


def measure(slug: str, *, stored: int, say: Callable[[str], None]) -> Figure:
    with tempfile.TemporaryDirectory(dir=settings.VAR_DIR) as folder:
        bundle, undisturbed, killed = (Path(folder) / name for name in ("bundle.zip", "undisturbed", "killed"))
        freezing = delivery.whole_step("freeze", slug, bundle)["seconds"]
        for number in range(FREEZES):
            _kill_a_freeze(slug, Path(folder) / f"{number}.zip", random.uniform(0, freezing))
        alone = delivery.whole_step("build", bundle, undisturbed)["seconds"]
        started, kills = time.perf_counter(), 0
        while kills < KILLS and _kill_a_build(bundle, killed, random.uniform(0, alone / 6)):
            kills += 1
            say(f"  killed {kills} times, {len(list(Path(folder).glob('killed.building/book/*.pdf')))} volumes made")
        delivery.whole_step("build", bundle, killed)
        seconds = time.perf_counter() - started
        if _sums(killed) != _sums(undisturbed):
            raise LoadFailed("a build that was killed ended with other bytes")
    figure = Figure.of_seconds(f"build killed {kills} times", stored, seconds, alone, floor_name="undisturbed")
    figure.aim, figure.is_met = "same bytes", True
    return figure


def _kill_a_freeze(slug: str, bundle: Path, seconds: float) -> None:
    before = Delivery.objects.filter(state="frozen").count(), Entry.objects.count()
    with delivery.step("freeze", slug, bundle) as process:
        time.sleep(seconds)
        process.kill()
        if process.wait() == 0:
            return
    if bundle.exists() or before != (Delivery.objects.filter(state="frozen").count(), Entry.objects.count()):
        raise LoadFailed("a freeze that was killed left something behind that looks whole")


def _kill_a_build(bundle: Path, out: Path, seconds: float) -> bool:
    """Every other time the build alone, else what it has started first. False where it had ended by itself."""
    with delivery.step("build", bundle, out) as process:
        time.sleep(seconds)
        if random.random() < 0.5:
            for worker in children(process):
                os.kill(worker, signal.SIGKILL)
        process.kill()
        if process.wait() == 0:
            return False
    if out.exists():
        raise LoadFailed("a build that was killed left a folder that looks finished")
    return True


def _sums(folder: Path) -> dict[str, str]:
    return {str(path.relative_to(folder)): file_sha256(path) for path in folder.rglob("*") if path.is_file()}
