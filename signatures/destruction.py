"""The signed record of what the purge destroyed: what, how much, by which promise; nothing of a person.

Each record is signed with Ed25519 under a key derived from INDEX_KEY and names the sum of the one before it, so a copy
of the table proves that none was altered, added or left out. Whoever keeps the last sum sees that none is cut off.
"""

from __future__ import annotations

import datetime
import hashlib
import json
from collections.abc import Iterator

from django.db import connection
from django.utils import timezone
from nacl.exceptions import BadSignatureError
from nacl.signing import SigningKey

from signatures import blind
from signatures.models import Destroyed

FIRST = "0" * 64
LOCK = 0x64657374726F79  # "destroy": whoever writes a record waits for the one before


def _key() -> SigningKey:
    return SigningKey(blind.keyed("purge-record"))


def public_key() -> str:
    """In hexadecimal: with it anyone can check the records without a key of ours."""
    return bytes(_key().verify_key).hex()


def message(row: Destroyed) -> bytes:
    """What is signed: one line of JSON, its names in order, the moment in UTC to the second."""
    said = {
        "at": row.at.astimezone(datetime.UTC).isoformat(timespec="seconds"),
        "before": row.before.isoformat(),
        "days": row.days,
        "petition": row.petition,
        "previous": row.previous,
        "rows": row.rows,
        "what": row.what,
    }
    return json.dumps(said, sort_keys=True, separators=(",", ":")).encode()


def sum_of(row: Destroyed) -> str:
    return hashlib.sha256(message(row) + row.signature.encode()).hexdigest()


def record(*, what: str, rows: int, days: int, before: datetime.date, petition: int | None = None) -> Destroyed:
    """In the transaction that destroys: there is no record without its deed, and no deed without its record."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])
    last = Destroyed.objects.order_by("pk").last()
    row = Destroyed(
        at=timezone.now().replace(microsecond=0),
        what=what,
        rows=rows,
        days=days,
        before=before,
        petition=petition,
        previous=sum_of(last) if last else FIRST,
    )
    row.signature = _key().sign(message(row)).signature.hex()
    row.save()
    return row


def faults() -> Iterator[str]:
    """A sentence for every record that does not hold."""
    verify_key, previous = _key().verify_key, FIRST
    for row in Destroyed.objects.order_by("pk").iterator():
        if row.previous != previous:
            yield f"record {row.pk} does not follow the one before it"
        try:
            verify_key.verify(message(row), bytes.fromhex(row.signature))
        except (BadSignatureError, ValueError):
            yield f"record {row.pk} is not signed with this site's key"
        previous = sum_of(row)


def head() -> str:
    """The sum of the last record: to be kept elsewhere."""
    last = Destroyed.objects.order_by("pk").last()
    return sum_of(last) if last else FIRST
