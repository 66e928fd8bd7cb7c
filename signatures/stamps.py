"""The stamp of a rendered form, signed and without a cookie: when it was made, and where it is one person's, for whom.

A page that is kept for everyone carries a shared stamp, and all who got that rendering send the same one. A form that
comes back, with errors or for one more step, carries a personal one. No stamp, or a bad one, is never an error: whoever
sends the form by a script of their own is taken too. It is only noticed.
"""

from __future__ import annotations

import hmac
import re
import secrets
import time
from collections.abc import Mapping
from typing import NamedTuple

from petition.ratecache import Count, Hit
from signatures import blind

FORM = re.compile(r"([0-9a-f]{1,12})-((?:[0-9a-f]{16})?)-([0-9a-f]{32})", re.ASCII)

TOO_QUICK = 3  # seconds from the rendering to the sending
TOO_OLD = 2 * 24 * 60 * 60
# How many of one network may send one rendering: it is kept for everyone, here for seconds, by a CDN for a minute.
SHARED_BY = 30
SHARED_SECONDS, PERSONAL_SECONDS = 60 * 60, 24 * 60 * 60  # how long uses are remembered


class Stamp(NamedTuple):
    age: float  # seconds since it was rendered
    is_personal: bool


def _proof(petition_id: int, made: str, person: str) -> str:
    return blind.keyed("stamp", petition_id.to_bytes(8, "big"), made.encode(), person.encode()).hex()[:32]


def make(petition_id: int, *, personal: bool) -> str:
    made = f"{int(time.time()):x}"
    person = secrets.token_hex(8) if personal else ""
    return f"{made}-{person}-{_proof(petition_id, made, person)}"


def read(text: str, petition_id: int) -> Stamp | None:
    """None where it is no stamp of ours for this petition."""
    found = FORM.fullmatch(text)
    if found is None or not hmac.compare_digest(found[3], _proof(petition_id, found[1], found[2])):
        return None
    return Stamp(age=time.time() - int(found[1], 16), is_personal=bool(found[2]))


class Sent:
    """A stamp as it came with a form. Its uses are counted, and those by the same mailbox apart: a form that is sent
    twice by one person is one use."""

    def __init__(self, text: str, petition_id: int, *, network: bytes, mailbox_hash: bytes) -> None:
        self.is_there = bool(text)
        self.stamp = read(text, petition_id)
        is_personal = self.stamp is not None and self.stamp.is_personal
        self._seconds = PERSONAL_SECONDS if is_personal else SHARED_SECONDS
        self._most = 1 if is_personal else SHARED_BY
        written = text.encode()[:100]
        self._all = f"stamp-{blind.keyed('stamp-use', written, b'' if is_personal else network).hex()}"
        self._own = f"stamp-{blind.keyed('stamp-use', written, network, mailbox_hash).hex()}"

    def hits(self) -> dict[str, Hit]:
        return dict.fromkeys((self._all, self._own), Hit(1, self._seconds)) if self.stamp else {}

    def signals(self, counts: Mapping[str, Count]) -> list[str]:
        """Codes of suspicion.SIGNALS. `counts`: what the hits came to."""
        if self.stamp is None:
            return ["odd_stamp" if self.is_there else "no_stamp"]
        found = []
        if self.stamp.age < TOO_QUICK and not self.stamp.is_personal:  # who only mends an answer may be quick
            found.append("quick")
        if self.stamp.age > TOO_OLD:
            found.append("old_stamp")
        if counts[self._all].n - counts[self._own].n >= self._most:
            found.append("worn_stamp")
        return found
