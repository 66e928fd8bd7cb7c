"""The order of the measurements: first on an empty site, then on a full one."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from rich.console import Console

from petition.local import Trouble
from petition.models import Petition
from tests.bench import pages, place, seed, signing, silence, sweeping, weight
from tests.bench.report import Figure

FREEZES = 3  # beside which people sign
SAME = 0.95  # of the empty site's ratio: what two runs of the same may differ by
WEIGHT, PAGES, SIGN, SILENCE, SWEEP, DELIVERY = PARTS = ("weight", "pages", "sign", "silence", "sweep", "delivery")
KILLS = "kills"  # only where it is asked for


@dataclass(frozen=True)
class Sizes:
    stored: int = 1_000_000
    delivered: int = 100_000  # and a tenth and ten times of it by themselves, so that the growth is seen
    rounds: int = 5
    seconds: float = 4.0  # a round of pages
    posts: int = 1500  # a round of signings
    tries: int = 2000  # of each kind of address, to tell them apart by time


QUICK = Sizes(stored=20_000, delivered=1_000, rounds=3, seconds=1.0, posts=300, tries=300)


def sizes(*, quick: bool, stored: int | None, delivered: int | None) -> Sizes:
    """The sizes that were asked for. Raises Trouble."""
    size = QUICK if quick else Sizes()
    asked = {"stored": stored, "delivered": delivered}
    size = replace(size, **{name: value for name, value in asked.items() if value is not None})
    if not 0 < size.delivered <= size.stored:
        raise Trouble(f"--delivered is {size.delivered}, but must be from 1 to --stored, {size.stored}.")
    return size


def _sayer(console: Console) -> Callable[[str], None]:
    return lambda text: console.print(f"{time.strftime('%H:%M:%S')}  {text}", style="dim", highlight=False)


def weigh(size: Sizes, console: Console) -> list[weight.Weight]:
    """Every kind of page, on an empty site."""
    _sayer(console)("each kind of page, nothing stored")
    return weight.measure(Petition.objects.exclude(slug=place.DELIVERED).get().slug, rounds=size.rounds)


def measure(parts: Sequence[str], size: Sizes, console: Console) -> list[Figure]:
    say = _sayer(console)
    founding = Petition.objects.exclude(slug=place.DELIVERED).get()
    delivered = Petition.objects.get(slug=place.DELIVERED)
    figures = _web(parts, size, founding.slug, 0, say)
    if SILENCE in parts:
        say("known and unknown addresses, in turn")
        figures += silence.measure(founding.slug, stored=0, tries=size.tries, say=say)
    if not {PAGES, SIGN, SWEEP, DELIVERY, KILLS} & set(parts):
        return figures
    say(f"sealing {size.delivered:,} boxes")
    pool = seed.seal_pool(size.delivered)
    if {DELIVERY, KILLS} & set(parts):
        figures += _deliveries(parts, size, delivered, pool, say)
    if not {PAGES, SIGN, SWEEP, DELIVERY} & set(parts):
        return figures
    seed.clear()
    say(f"storing {size.stored:,} signatures")
    seed.seed(founding, first=size.delivered, rows=size.stored - size.delivered, pool=pool)
    seed.seed(delivered, first=0, rows=size.delivered, pool=pool, confirmed=True)
    seed.settle()
    figures += _web(parts, size, founding.slug, size.stored, say)
    if PAGES in parts:
        figures.append(_same(*(figure for figure in figures if figure.name == pages.NAME)))
    if SWEEP in parts:
        say(f"sweeping, {size.stored:,} stored")
        figures += sweeping.measure(founding.slug, stored=size.stored, rounds=size.rounds, posts=size.posts)
    if DELIVERY in parts:
        figures += _delivery(size.delivered, size.stored, say)
    return figures


def _deliveries(
    parts: Sequence[str], size: Sizes, petition: Petition, pool: seed.Pool, say: Callable[[str], None]
) -> list[Figure]:
    """Deliveries of three sizes, each with nothing else stored. Beside the largest people sign; it may be killed."""
    from tests.bench import freezing, kills

    figures = []
    largest = 10 * size.delivered
    for rows in (max(1, size.delivered // 10), size.delivered, largest) if DELIVERY in parts else (largest,):
        seed.clear()
        say(f"storing {rows:,} signatures")
        seed.seed(petition, first=0, rows=rows, pool=pool, confirmed=True)
        seed.settle()
        if DELIVERY in parts:
            figures += _delivery(rows, rows, say)
        if rows == largest and DELIVERY in parts:
            say(f"signing while {rows:,} are frozen")
            figures += freezing.measure(petition.slug, stored=rows, rounds=FREEZES)
        if rows == largest and KILLS in parts:
            say(f"killing the freeze and the build of {rows:,}")
            figures.append(kills.measure(petition.slug, stored=rows, say=say))
    return figures


def _web(parts: Sequence[str], size: Sizes, slug: str, stored: int, say: Callable[[str], None]) -> list[Figure]:
    figures = []
    if PAGES in parts:
        say(f"the petition page, {stored:,} stored")
        figures.append(pages.measure(slug, stored=stored, rounds=size.rounds, seconds=size.seconds))
    if SIGN in parts:
        say(f"signing, {stored:,} stored")
        figures.append(signing.measure(slug, stored=stored, rounds=size.rounds, posts=size.posts))
    return figures


def _delivery(rows: int, stored: int, say: Callable[[str], None]) -> list[Figure]:
    from tests.bench import delivery

    say(f"freezing, building and verifying {rows:,}, {stored:,} stored")
    return delivery.measure(place.DELIVERED, stored=stored, rows=rows)


def _same(empty: Figure, full: Figure) -> Figure:
    """Minutes lie between the two, so not the rates are compared but what each is of its floor."""
    same = full.ratio / empty.ratio
    return Figure(
        "  its ratio", full.stored, full.ratio, "", "nothing stored", empty.ratio, f"≥ {SAME} of it", same >= SAME
    )
