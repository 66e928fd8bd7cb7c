"""Whether the time of an answer tells if an address has signed: tries of known and of unknown ones, in turn by chance,
over one connection to an otherwise idle site. That is the best that a listener can have.

Two samples of waits are compared by Kolmogorov and Smirnov's D, the widest gap between their distributions, and by Mann
and Whitney's U. Both are computed here as the textbooks have them, with the limit distributions for large samples.
"""

from __future__ import annotations

import math
import random
import statistics
from bisect import bisect_right
from collections.abc import Callable, Iterator
from urllib.parse import urlencode

from petition.models import Petition
from signatures import blind, erasure, mailbox, signing
from signatures.choices import State
from signatures.models import Signature
from tests.bench.load import LoadFailed, post, waits
from tests.bench.people import Person, person
from tests.bench.report import Figure
from tests.bench.web import serving

FIRST = 30_000_000  # persons above this have signed nothing yet
MAILBOXES = 100  # known ones of each kind, in turn
LEVEL = 0.01  # how seldom two samples of the same would be taken for different ones
UNKNOWN = "unknown"


def widest_gap(one: list[float], other: list[float]) -> float:
    """Kolmogorov and Smirnov's D: 0 where both are distributed alike, 1 where they do not even overlap."""
    one, other = sorted(one), sorted(other)
    points = sorted({*one, *other})
    return max(abs(bisect_right(one, x) / len(one) - bisect_right(other, x) / len(other)) for x in points)


def told_apart_from(n: int, m: int, level: float = LEVEL) -> float:
    """The D from which two samples of these sizes are called different at this level."""
    return math.sqrt(-math.log(level / 2) / 2 * (n + m) / (n * m))


def rank_p(one: list[float], other: list[float]) -> float:
    """How often two samples of the same would have Mann and Whitney's U as far from its middle as here."""
    ranks: dict[float, list[int]] = {}
    for rank, value in enumerate(sorted([*one, *other]), start=1):
        ranks.setdefault(value, []).append(rank)
    n, m = len(one), len(other)
    u = sum(statistics.fmean(ranks[value]) for value in one) - n * (n + 1) / 2
    z = (u - n * m / 2) / math.sqrt(n * m * (n + m + 1) / 12)
    return math.erfc(abs(z) / math.sqrt(2))


def _form(path: str, who: Person, number: int) -> bytes:
    fields = {
        "name": who.name,
        "email": who.email,
        "country": who.country,
        "city": who.city,
        "visibility": "count",
        "agree": "on",
        "website": "",
    }
    return post(path, urlencode(fields).encode(), f"10.9.{number // 250 % 250}.{number % 250 + 1}")


def _rows(who: Person) -> list[Signature]:
    return list(Signature.objects.filter(mailbox_hash=blind.mailbox(mailbox.canonical(who.email))))


def _make(petition: Petition, who: Person, become: Callable[[Signature], object]) -> None:
    signing.sign(
        petition=petition,
        name=who.name,
        email=who.email,
        country=who.country,
        city=who.city,
        visibility="count",
        comment="",
        wants_updates=False,
        language="km",
        network="10.9.0.0/24",
    )
    for row in _rows(who):
        become(row)


def _hold(row: Signature) -> None:
    signing.confirm(signature=row)
    Signature.objects.filter(pk=row.pk).update(state=State.HELD, held_reason="fraud")


KINDS: dict[str, Callable[[Signature], object]] = {
    "pending": lambda row: None,
    "confirmed": lambda row: signing.confirm(signature=row),
    "held": _hold,
    "withdrawn": lambda row: erasure.withdraw(signature=row),
}


def _ask(port: int, path: str, known: dict[str, list[Person]], tries: int, first: int) -> dict[str, list[float]]:
    """So many waits of each kind and of unknown addresses, in the order of chance."""
    order = [kind for kind in (*known, UNKNOWN) for _ in range(tries)]
    random.Random(first).shuffle(order)  # noqa: S311

    def requests() -> Iterator[bytes]:
        for number, kind in enumerate(order):
            who = person(first + number) if kind == UNKNOWN else known[kind][number % MAILBOXES]
            yield _form(path, who, number)

    found: dict[str, list[float]] = {kind: [] for kind in (*known, UNKNOWN)}
    for kind, (status, seconds) in zip(order, waits(port, requests()), strict=True):
        if status != 303:
            raise LoadFailed(f"the form was answered with {status}")
        found[kind].append(seconds)
    return found


def _spread(sample: list[float]) -> str:
    cuts = statistics.quantiles(sample, n=100)
    return ", ".join(f"{name} {cuts[place - 1] * 1000:.2f}" for name, place in (("1 %", 1), ("50 %", 50), ("99 %", 99)))


def _figures(found: dict[str, list[float]], stored: int, words: str, *, is_aim: bool, say: Callable[[str], None]):
    for kind, sample in found.items():
        say(f"  {words}, {kind}: {_spread(sample)} ms")
    unknown = found.pop(UNKNOWN)
    for kind, sample in found.items():
        gap, seen = widest_gap(sample, unknown), told_apart_from(len(sample), len(unknown))
        detail = {"tries": len(sample), "rank_p": round(rank_p(sample, unknown), 4)}
        aim, is_met = ("< floor", gap < seen) if is_aim else ("", None)
        yield Figure(
            f"{kind}, {words}", stored, gap, "D", f"seen from, p {detail['rank_p']}", seen, aim, is_met, detail
        )


def measure(slug: str, *, stored: int, tries: int, say: Callable[[str], None]) -> list[Figure]:
    """The widest gap between known and unknown for each kind, as the site is and as it would be without its steps: that
    these are told apart shows that the measuring sees."""
    petition = Petition.objects.get(slug=slug)
    path = f"/km/petitions/{slug}/sign/"
    known = {kind: [person(FIRST + n * MAILBOXES + i) for i in range(MAILBOXES)] for n, kind in enumerate(KINDS)}
    for kind, people in known.items():
        for who in people:
            _make(petition, who, KINDS[kind])
    figures: list[Figure] = []
    first = FIRST + 1_000_000
    for words, settings in (("evened", {}), ("at once", {"ANSWER_STEP": "0"})):
        with serving("petition.wsgi:application", **settings) as port:
            _ask(port, path, known, 20, first)
            found = _ask(port, path, known, tries, first + 100_000)
        figures += _figures(found, stored, words, is_aim=not settings, say=say)
        first += 1_000_000
    return figures
