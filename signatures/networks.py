"""The stored hash of a signature's network, under a key of the day."""

from __future__ import annotations

import datetime
import secrets

from django.utils import timezone

from signatures import blind
from signatures.models import NetworkKey

_today: tuple[datetime.date, bytes] | None = None


def _day_key(day: datetime.date) -> bytes:
    global _today
    if _today is None or _today[0] != day:
        # Of two processes that make the day's key at once the database keeps one, and both read that.
        NetworkKey.objects.bulk_create(
            [NetworkKey(day=day, key=secrets.token_bytes(blind.SIZE))], ignore_conflicts=True
        )
        _today = (day, bytes(NetworkKey.objects.get(day=day).key))
    return _today[1]


def stored_hash(network: str) -> bytes | None:
    """The blind index of a network for a signature taken today; None where the network is unknown."""
    return blind.network(network, _day_key(timezone.localdate())) if network else None
