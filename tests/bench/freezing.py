"""How fast people sign while a collection is frozen, against how fast without; and how long the one waits who waits
longest. A freeze takes a core while it writes its bundle, so signings on two cores become fewer; none may stop."""

from __future__ import annotations

import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

from django.conf import settings

from petition.models import Petition
from signatures import counting
from signatures.delivery.models import Delivery
from tests.bench import delivery, signing
from tests.bench.load import Load, LoadFailed
from tests.bench.report import Figure
from tests.bench.web import serving

FIRST = 40_000_000  # persons above this have signed nothing yet
MOST = 100_000  # signings while one freeze goes on
LEAST_RATIO = 0.5  # of the rate without it: the freeze has one of the two cores
LONGEST = 2.0  # of the longest wait without it


def measure(slug: str, *, stored: int, rounds: int) -> list[Figure]:
    """Signings of one petition while its own signatures are frozen, round after round as a delivery more each time."""
    path = f"/km/petitions/{slug}/sign/"
    petition = Petition.objects.get(slug=slug)
    alone: list[Load] = []
    beside: list[Load] = []
    first = FIRST
    with serving("petition.wsgi:application") as site, tempfile.TemporaryDirectory(dir=settings.VAR_DIR) as folder:
        signing._post(site, signing._forms(path, first, signing.WARM_UP))
        first += signing.WARM_UP
        for number in range(rounds):
            frozen = Delivery.objects.filter(petition=petition, state="frozen").count()
            with delivery.step("freeze", slug, Path(folder) / f"{number}.zip") as process:
                beside.append(signing._post(site, _while_it_runs(process, path, first)))
                if process.wait() or Delivery.objects.filter(petition=petition, state="frozen").count() != frozen + 1:
                    raise LoadFailed("the freeze did not end well while people signed")
            first += MOST
            alone.append(signing._post(site, signing._forms(path, first, beside[-1].requests)))
            first += MOST
    if counting.differences():
        raise LoadFailed("the counts are not true after it")
    rates = Figure.of_rates(
        "signings beside a freeze", stored, beside, alone, floor_name="without it", aim=f"≥ {LEAST_RATIO}",
        least_ratio=LEAST_RATIO,
    )  # fmt: skip
    longest, usual = (max(load.longest for load in some) for some in (beside, alone))
    return [
        rates,
        Figure(
            "  the longest of them",
            stored,
            longest,
            "s",
            "without it",
            usual,
            f"≤ {LONGEST:g}",
            longest <= LONGEST * usual,
        ),
    ]


def _while_it_runs(process: subprocess.Popen[str], path: str, first: int) -> Iterator[bytes]:
    for start in range(first, first + MOST, 100):
        for form in signing._forms(path, start, 100):
            if process.poll() is not None:
                return
            yield form
