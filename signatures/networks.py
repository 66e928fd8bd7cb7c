"""The stored hash of a signature's network, under a key of the day."""

from __future__ import annotations

import datetime
import functools
import secrets

from django.utils import timezone

from signatures import blind
from signatures.models import NetworkKey


@functools.lru_cache(maxsize=1)
def day_key(day: datetime.date) -> bytes:
    """The key of a day, made by the first who needs it."""
    # Of two processes that make it at once the database keeps one, and both read that.
    NetworkKey.objects.bulk_create([NetworkKey(day=day, key=secrets.token_bytes(blind.SIZE))], ignore_conflicts=True)
    return bytes(NetworkKey.objects.get(day=day).key)


def stored_hash(network: str) -> bytes | None:
    """The blind index of a network for a signature taken today; None where the network is unknown."""
    return blind.network(network, day_key(timezone.localdate())) if network else None
