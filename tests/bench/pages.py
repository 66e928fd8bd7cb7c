"""The petition page, as phones ask for it, against hello-world."""

from __future__ import annotations

import itertools
import shutil

from tests.bench.load import Load, LoadFailed, drive, get, wrk
from tests.bench.report import Figure
from tests.bench.web import serving

AIM = 0.8
NAME = "petition page"


def measure(slug: str, *, stored: int, rounds: int, seconds: float) -> Figure:
    """Rounds of floor and page in turn, so that what else the machine does falls on both; the medians count."""
    path = f"/km/petitions/{slug}/"
    floors: list[Load] = []
    pages: list[Load] = []
    with serving("tests.bench.floor:application") as floor, serving("petition.wsgi:application") as site:
        for port, asked in ((floor, "/"), (site, path)):
            _check(drive(port, itertools.repeat(get(asked)), seconds=1.0))
        for _ in range(rounds):
            floors.append(_ask(floor, "/", seconds))
            pages.append(_ask(site, path, seconds))
    return Figure.of_rates(NAME, stored, pages, floors, floor_name="hello-world", aim=f"≥ {AIM} of it", least_ratio=AIM)


def _ask(port: int, path: str, seconds: float) -> Load:
    program = shutil.which("wrk")
    load = wrk(program, port, path, seconds) if program else drive(port, itertools.repeat(get(path)), seconds=seconds)
    return _check(load)


def _check(load: Load) -> Load:
    if set(load.statuses) != {200}:
        raise LoadFailed(f"the page answered {dict(load.statuses)}")
    return load
