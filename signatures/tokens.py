"""The signer's own link, and the receipt.

A token is the signature's random 128-bit handle and a keyed hash of it, in base64url: 43 characters. Nothing of it is
stored but the handle, so a copy of the database opens nobody's page. The same token stands in every mail to a signer.
"""

from __future__ import annotations

import base64
import binascii
import hmac
import uuid

from signatures import blind

TAG_BYTES = 16
RECEIPT_BYTES = 10
RECEIPT_HASH_BYTES = 16
KHMER_DIGITS = str.maketrans("០១២៣៤៥៦៧៨៩", "0123456789")


def _tag(handle: uuid.UUID) -> bytes:
    return blind.keyed("token", handle.bytes)[:TAG_BYTES]


def _encode(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def make(handle: uuid.UUID) -> str:
    return _encode(handle.bytes + _tag(handle))


def read(token: str) -> uuid.UUID | None:
    """The handle in a token, or None where it is truncated, altered or forged."""
    try:
        raw = base64.b64decode(token.encode("ascii") + b"=" * (-len(token) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError):
        return None
    # The last letter of base64 has bits to spare: only one spelling of a token is one.
    if len(raw) != 16 + TAG_BYTES or _encode(raw) != token:
        return None
    handle = uuid.UUID(bytes=raw[:16])
    return handle if hmac.compare_digest(raw[16:], _tag(handle)) else None


def receipt_hash(raw: bytes) -> bytes:
    """What a receipt is found by: of its ten bytes, so that none stands in the database."""
    return blind.keyed("receipt-index", raw)[:RECEIPT_HASH_BYTES]


def receipt_hash_of(handle: uuid.UUID) -> bytes:
    return receipt_hash(blind.keyed("receipt", handle.bytes)[:RECEIPT_BYTES])


def read_receipt(text: str) -> bytes | None:
    """The ten bytes of a receipt as a person types it, in small letters or with other gaps; None where it is none."""
    letters = text.translate(KHMER_DIGITS).upper()
    letters = "".join(sign for sign in letters if sign not in " -\u2010\u2011\u2013\u00a0\u200b\t")
    try:
        raw = base64.b32decode(letters)
    except (binascii.Error, ValueError):
        return None
    return raw if len(raw) == RECEIPT_BYTES else None


def receipt(handle: uuid.UUID) -> str:
    """Sixteen letters and digits in groups of four, for a person to keep: it opens no page and tells nothing."""
    text = base64.b32encode(blind.keyed("receipt", handle.bytes)[:RECEIPT_BYTES]).decode()
    return "-".join(text[i : i + 4] for i in range(0, len(text), 4))
