"""Who may sign, and on what terms, while many do.

Over a soft limit a signature is asked for work; without it, it is taken and held for a person to look at. Over a hard
one it is refused. The limits are wide enough for a phone operator's shared address, and the same whether the mailbox is
known or not. All counters of a request are counted in one statement (petition/ratecache.py).
"""

from __future__ import annotations

import functools
import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.core.cache import caches
from django.http import HttpRequest

from petition import switches
from petition.addresses import network_of
from petition.ratecache import Count, Hit, Rate, rates
from signatures import blind, domains, mailbox, stamps, work

# A great limit, on which many count at once, is counted in parts, each with its share of it, so that none stands in
# line: a request falls into one by chance. A part has room for a thousand; a smaller limit is exact to the one.
MOST_PARTS, PART = 16, 1000

# Who comes back with work was counted here when it was asked for. The mailbox they come back with may be another.
COUNTED_WHEN_ASKED = ("network", "petition")


@functools.lru_cache(maxsize=64)
def _hard(hard: str, soft: str) -> tuple[Rate, ...]:
    """What the soft limit lets through is never refused, however fast it comes."""
    return tuple(
        rate._replace(number=max([rate.number, *(of.number for of in rates(soft) if of.seconds >= rate.seconds)]))
        for rate in rates(hard)
    )


class Limit:
    """How often one thing may sign. `soft` and `hard` are settings such as "300/h, 3000/d"."""

    def __init__(self, what: str, counted: bytes, soft: str, hard: str) -> None:
        self.what = what
        self.soft, self.hard = rates(soft), _hard(hard, soft)
        least = min(rate.number for rate in (*self.soft, *self.hard))
        self.parts = min(max(least // PART, 1), MOST_PARTS)
        counted += random.randrange(self.parts).to_bytes(1, "big")  # noqa: S311
        # One period has one counter, whatever its limits.
        self.keys = {rate.seconds: _key(f"{what}-{rate.seconds}", counted) for rate in (*self.soft, *self.hard)}

    def wait(self, of: Sequence[Rate], counts: Mapping[str, Count]) -> float:
        """The seconds until the last of the rates that are passed begins anew; 0 where none is."""
        reached = [(rate, counts[self.keys[rate.seconds]]) for rate in of]
        passed = [count.left for rate, count in reached if count.n > rate.number // self.parts]
        return max([1, *passed]) if passed else 0


@dataclass(frozen=True)
class Terms:
    """`wait`: seconds until more is taken, 0 where it is now. `asks_for_work`: come back with it, or without it and be
    held. `signals`: what was noticed, codes of suspicion.SIGNALS."""

    wait: float
    asks_for_work: bool
    signals: list[str]


def _key(what: str, *counted: bytes) -> str:
    """Nothing that stands in a row of a signature stands here too: it is hashed once more."""
    return f"sign-{what}-{blind.keyed('limit', what.encode(), *counted).hex()}"


RECEIPTS = rates("120/m, 3000/h")  # of one network: a phone operator's address stands for thousands of people


def receipt_wait(request: HttpRequest) -> float:
    """Count one look for a receipt; the seconds to wait, 0 where it may be looked for."""
    network = blind.network(network_of(request))
    keys = {rate: _key(f"receipt-{rate.seconds}", network) for rate in RECEIPTS}
    cache: Any = caches[settings.RATELIMIT_USE_CACHE]
    counts: dict[str, Count] = cache.hit({key: Hit(1, rate.seconds) for rate, key in keys.items()})
    return max((counts[key].left for rate, key in keys.items() if counts[key].n > rate.number), default=0)


def _limits(network: bytes, petition_id: int, mailbox_hash: bytes, domain: str) -> list[Limit]:
    """A mailbox is counted for each network apart: else whoever asks could learn that somebody has just used it."""
    of = settings
    limits = [
        Limit("network", network, of.SIGN_LIMIT_NETWORK, of.SIGN_LIMIT_NETWORK_HARD),
        Limit("petition", petition_id.to_bytes(8, "big"), of.SIGN_LIMIT_PETITION, of.SIGN_LIMIT_PETITION_HARD),
        Limit("mailbox", mailbox_hash + network, "", of.SIGN_LIMIT_MAILBOX),
    ]
    if domain not in domains.KNOWN:
        limits.append(Limit("domain", blind.domain(domain), of.SIGN_LIMIT_DOMAIN, of.SIGN_LIMIT_DOMAIN_HARD))
    return limits


def check(request: HttpRequest, *, petition_id: int, email: str) -> Terms:
    """Count a signing and say on what terms it is taken. All is counted always, so that no limit tells of another. Call
    it before the transaction: what is rolled back is not counted."""
    canonical = mailbox.canonical(email)
    mailbox_hash = blind.mailbox(canonical)
    network = blind.network(network_of(request))
    limits = _limits(network, petition_id, mailbox_hash, canonical.rpartition("@")[2])
    sent = stamps.Sent(request.POST.get("stamp", ""), petition_id, network=network, mailbox_hash=mailbox_hash)
    solved = work.solved(request.POST.get("altcha", ""), petition_id)
    work_key = _key("work", (solved or "").encode())
    hits = sent.hits() | ({work_key: Hit(1, work.MINUTES * 60)} if solved else {})
    for limit in limits:
        amount = 0 if solved and limit.what in COUNTED_WHEN_ASKED else 1
        hits |= {key: Hit(amount, seconds) for seconds, key in limit.keys.items()}
    cache: Any = caches[settings.RATELIMIT_USE_CACHE]
    counts: dict[str, Count] = cache.hit(hits)

    is_crowded = any(limit.wait(limit.soft, counts) for limit in limits)
    has_worked = solved is not None and counts[work_key].n == 1
    signals = sent.signals(counts)
    must_work = is_crowded or switches.current().ask_for_work
    if is_crowded and has_worked:
        signals.append("crowd")
    if must_work and not has_worked:
        signals.append("no_work")
    return Terms(
        wait=max((limit.wait(limit.hard, counts) for limit in limits), default=0),
        asks_for_work=must_work and not has_worked and "without_work" not in request.POST,
        signals=signals,
    )
