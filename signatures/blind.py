"""Keyed hashes that tell only equal or not equal, and only to who holds the key.

All are BLAKE2b-256 under a key derived from INDEX_KEY, with a personalisation word of their own, so that a hash of one
kind never equals one of another. Networks are hashed under a key that is made anew every day and dropped after a week:
from then on nobody, not even with INDEX_KEY, can test an address against what is stored.
"""

from __future__ import annotations

import functools
import hashlib

from django.conf import settings

from signatures import seal

SIZE = 32


@functools.cache
def _root(text: str) -> bytes:
    return seal.decode_key("INDEX_KEY", text)


def keyed(purpose: str, *parts: bytes, key: bytes | None = None) -> bytes:
    """BLAKE2b-256 of the parts, each with its length before it; `purpose` is at most 16 ASCII characters."""
    digest = hashlib.blake2b(key=key or _root(settings.INDEX_KEY), digest_size=SIZE, person=purpose.encode())
    for part in parts:
        digest.update(len(part).to_bytes(4, "big"))
        digest.update(part)
    return digest.digest()


def mailbox(canonical: str) -> bytes:
    """The blind index of a canonical e-mail address."""
    return keyed("mailbox", canonical.encode())


def domain(name: str) -> bytes:
    """The blind index of a mail domain, in its ASCII form."""
    return keyed("domain", name.encode())


def listed(canonical: str) -> bytes:
    """The blind index of a mailbox that stands on a list of staff: it equals none that a signature has, so the list
    does not tell who of it has signed."""
    return keyed("listed", canonical.encode())


def pulse(scope: int, kind: str, value: bytes) -> bytes:
    """The key of a counter of what comes in, apart for each petition."""
    return keyed("pulse", scope.to_bytes(8, "big"), kind.encode(), value)


def name(match_key: str, petition_id: int) -> bytes:
    """The blind index of a name's match key, another one in each petition, so that it joins no two of them."""
    return keyed("name", petition_id.to_bytes(8, "big"), match_key.encode())


def network(address: str, day_key: bytes | None = None) -> bytes:
    """The blind index of a network: under the day's key where it is stored, under INDEX_KEY for the limits' counters,
    which live for an hour."""
    return keyed("network", address.encode(), key=day_key)
