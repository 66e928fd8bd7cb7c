"""Which signatures a sweep is about, and which of them it changes: its conditions as a query."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from typing import Any

from django.db.models import F, Q, QuerySet

from signatures import blind
from signatures.choices import Review, State, Visibility
from signatures.models import NetworkKey, Signature, Sweep

# Conditions by the names under which they are stored, each with the look-up that it is.
LOOKUPS = {
    "signed_from": "signed_on__gte",
    "signed_to": "signed_on__lte",
    "country": "country",
    "language": "language",
    "origin": "origin",
    "state": "state",
    "score_from": "score__gte",
    "score_to": "score__lte",
    "signal": "signals__contains",  # a list of one
    "first": "pk__gte",
    "last": "pk__lte",
}
# Of what is looked for by a hash, fewer are never told: else whoever may sweep could try whether a certain name has
# signed, or anybody from a certain network.
FEW = 10
SWEEPABLE = (State.PENDING, State.CONFIRMED, State.HELD)  # a withdrawn one is nobody's any more
UNSWEPT: dict[str, Any] = {"sweep": None, "swept_from": "", "swept_from_reason": ""}


def network_hashes(network: str) -> dict[datetime.date, bytes]:
    """The blind index of a network on each day whose key still lives, the oldest day first."""
    keys = NetworkKey.objects.order_by("day")
    return {key.day: blind.network(network, bytes(key.key)) for key in keys}


def in_scope(sweep: Sweep) -> QuerySet[Signature]:
    """All that meet its conditions."""
    rows = Signature.objects.filter(petition=sweep.petition_id, state__in=SWEEPABLE)
    for name, value in sweep.conditions.items():
        if name in LOOKUPS:
            rows = rows.filter(**{LOOKUPS[name]: value})
    if sweep.network_hashes is not None:
        rows = rows.filter(network_hash__in=sweep.network_hashes)
    if sweep.domain_hash is not None:
        rows = rows.filter(domain_hash=sweep.domain_hash)
    if sweep.name_hash is not None:
        rows = rows.filter(name_hash=sweep.name_hash)
    return rows


def is_by_hash(sweep: Sweep) -> bool:
    return any(one is not None for one in (sweep.network_hashes, sweep.domain_hash, sweep.name_hash))


TOUCHABLE: dict[str, Q] = {
    Sweep.Act.HOLD: Q(state=State.CONFIRMED),
    Sweep.Act.RELEASE: Q(state=State.HELD),
    Sweep.Act.HIDE: Q(
        state__in=[State.CONFIRMED, State.HELD],
        visibility=Visibility.PUBLIC,
        review__in=[Review.WAITING, Review.APPROVED],
    ),
}


def touchable(sweep: Sweep) -> Q:
    """Of those in scope, the ones that it changes."""
    return TOUCHABLE[sweep.act]


# What each act writes, and how that is taken back.
CHANGES: dict[str, Callable[[Sweep], dict[str, Any]]] = {
    Sweep.Act.HOLD: lambda sweep: {
        "state": State.HELD,
        "held_reason": sweep.reason,
        "swept_from": F("state"),
        "swept_from_reason": "",
    },
    Sweep.Act.RELEASE: lambda sweep: {
        "state": State.CONFIRMED,
        "held_reason": "",
        "swept_from": F("state"),
        "swept_from_reason": F("held_reason"),
    },
    Sweep.Act.HIDE: lambda sweep: {
        "review": Review.HIDDEN,
        "review_reason": sweep.reason,
        "swept_from": F("review"),
        "swept_from_reason": "",
    },
}
RESTORES: dict[str, dict[str, Any]] = {
    Sweep.Act.HOLD: {"state": F("swept_from"), "held_reason": ""},
    Sweep.Act.RELEASE: {"state": F("swept_from"), "held_reason": F("swept_from_reason")},
    Sweep.Act.HIDE: {"review": F("swept_from"), "review_reason": ""},
}


def as_left(sweep: Sweep) -> QuerySet[Signature]:
    """Of those it touched, the ones that nobody has changed since: not staff, who take what they decide out of its
    sweep, and not its signer, whose new words no moderator has seen."""
    rows = Signature.objects.filter(sweep=sweep.pk)
    if sweep.act == Sweep.Act.HOLD:
        return rows.filter(state=State.HELD, held_reason=sweep.reason)
    if sweep.act == Sweep.Act.RELEASE:
        return rows.filter(state=State.CONFIRMED)
    return rows.filter(review=Review.HIDDEN, review_reason=sweep.reason)
