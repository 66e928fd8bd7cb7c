"""Sealed boxes: what the web process takes in it cannot read back.

Every sealed field is a libsodium sealed box (X25519, XSalsa20-Poly1305) to a public key. The e-mail goes to the mail
key, which the worker holds; name and city go together to the delivery key, which may live off-line. Plain texts are
padded to a multiple of 64 bytes, so that the length of a box does not tell the length of a name.
"""

from __future__ import annotations

import base64
import binascii
import functools
import json
from typing import NamedTuple

from django.conf import settings
from nacl import bindings
from nacl.exceptions import CryptoError
from nacl.public import PrivateKey, PublicKey, SealedBox

BLOCK = 64
KEY_BYTES = 32


class KeyProblem(Exception):
    """A key is missing, is no key, or does not fit what it should open. The message says which, never the key."""


class Identity(NamedTuple):
    name: str
    city: str


def decode_key(name: str, text: str) -> bytes:
    """The 32 bytes behind a base64 key; KeyProblem names the setting or file that is wrong."""
    if not text:
        raise KeyProblem(f"{name} is not set")
    try:
        raw = base64.b64decode(text.strip(), validate=True)
    except (binascii.Error, ValueError):
        raise KeyProblem(f"{name} is not base64") from None
    if len(raw) != KEY_BYTES:
        raise KeyProblem(f"{name} holds {len(raw)} bytes, not {KEY_BYTES}")
    return raw


@functools.cache
def _public(name: str, text: str) -> PublicKey:
    return PublicKey(decode_key(name, text))


def public_key(name: str) -> PublicKey:
    """The public key in the setting `name`."""
    return _public(name, getattr(settings, name))


def private_key(name: str) -> PrivateKey:
    """The private key in the setting `name`."""
    return PrivateKey(decode_key(name, getattr(settings, name)))


def has_key(name: str) -> bool:
    return bool(getattr(settings, name))


def _seal(plain: bytes, public: PublicKey) -> bytes:
    return SealedBox(public).encrypt(bindings.sodium_pad(plain, BLOCK))


def _open(sealed: bytes, private: PrivateKey) -> bytes:
    try:
        return bindings.sodium_unpad(SealedBox(private).decrypt(sealed), BLOCK)
    except (CryptoError, ValueError):
        raise KeyProblem("the key does not open this signature: it is another key, or the row was altered") from None


def seal_email(email: str) -> bytes:
    return _seal(email.encode(), public_key("MAIL_PUBLIC_KEY"))


def open_email(sealed: bytes) -> str:
    return _open(sealed, private_key("MAIL_PRIVATE_KEY")).decode()


def seal_identity(*, name: str, city: str, public: PublicKey | None = None) -> bytes:
    """Name and city in one box, so that neither tells whether the other was given."""
    plain = json.dumps({"n": name, "c": city}, ensure_ascii=False, separators=(",", ":"))
    return _seal(plain.encode(), public or public_key("DELIVERY_PUBLIC_KEY"))


def open_identity(sealed: bytes, private: PrivateKey) -> Identity:
    try:
        plain = json.loads(_open(sealed, private))
        return Identity(name=plain["n"], city=plain["c"])
    except (ValueError, KeyError, TypeError):
        raise KeyProblem("a signature holds no name and city in the form this version knows") from None


def missing_keys() -> list[str]:
    """A sentence for every key that the web process needs and does not have, or that contradicts another."""
    problems = []
    for name in ("INDEX_KEY", "MAIL_PUBLIC_KEY", "DELIVERY_PUBLIC_KEY"):
        try:
            decode_key(name, getattr(settings, name))
        except KeyProblem as problem:
            problems.append(str(problem))
    if settings.MAIL_PUBLIC_KEY and settings.MAIL_PUBLIC_KEY == settings.DELIVERY_PUBLIC_KEY:
        problems.append("MAIL_PUBLIC_KEY and DELIVERY_PUBLIC_KEY are the same key")
    for purpose in ("MAIL", "DELIVERY"):
        public, private = getattr(settings, f"{purpose}_PUBLIC_KEY"), getattr(settings, f"{purpose}_PRIVATE_KEY")
        if not (public and private):
            continue
        try:
            pair = PrivateKey(decode_key(f"{purpose}_PRIVATE_KEY", private))
            if pair.public_key != public_key(f"{purpose}_PUBLIC_KEY"):
                problems.append(f"{purpose}_PRIVATE_KEY does not belong to {purpose}_PUBLIC_KEY")
        except KeyProblem as problem:
            problems.append(str(problem))
    return list(dict.fromkeys(problems))
