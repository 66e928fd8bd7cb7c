"""Sealed boxes: what the web process takes in it cannot read back.

Every sealed field is a libsodium sealed box (X25519, XSalsa20-Poly1305) to a public key. The e-mail goes to the mail
key, which the worker holds; name and city go together to the delivery key, which may live off-line. Plain texts are
padded to a multiple of 64 bytes, so that the length of a box does not tell the length of a name.

Before each box stand the first 8 bytes of the SHA-256 of the public key it was sealed to, so that old boxes still open
when a new key has taken the old one's place. Boxes from before there were such labels are told by their length.
"""

from __future__ import annotations

import base64
import binascii
import functools
import hashlib
import json
import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

from django.conf import settings
from nacl import bindings
from nacl.exceptions import CryptoError
from nacl.public import PrivateKey, PublicKey, SealedBox

from petition.local.keys import parted

BLOCK = 64
KEY_BYTES = 32
LABEL_BYTES = 8
OTHER_SETTING = re.compile(r"[A-Z]+_[A-Z_]+=")  # base64 has no underscore
OVERHEAD = bindings.crypto_box_SEALBYTES


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


def decode_keys(name: str, text: str) -> list[bytes]:
    """The keys of a list that is parted by commas or line ends, in its order; KeyProblem as decode_key."""
    return [decode_key(name, part) for part in parted(text) or [""]]


def fingerprint(raw: bytes) -> str:
    """Sixteen hexadecimal digits of a key's SHA-256, to compare keys by eye."""
    return hashlib.sha256(raw).hexdigest()[: 2 * LABEL_BYTES]


def ssh_fingerprint(public: bytes) -> str:
    """Of an Ed25519 key, as `ssh-keygen -lf` prints it: `SHA256:` and 43 letters of base64."""
    blob = b"\0\0\0\x0bssh-ed25519\0\0\0\x20" + public
    return f"SHA256:{base64.b64encode(hashlib.sha256(blob).digest()).decode().rstrip('=')}"


def fingerprint_of(key: PublicKey) -> str:
    return fingerprint(bytes(key))


@functools.cache
def _public(name: str, text: str) -> PublicKey:
    return PublicKey(decode_key(name, text))


def public_key(name: str) -> PublicKey:
    """The public key in the setting `name`."""
    return _public(name, getattr(settings, name))


class Keyring:
    """The private keys of one purpose that are at hand, newest first; false where there is none."""

    def __init__(self, keys: Iterable[PrivateKey]) -> None:
        self._keys = {fingerprint_of(key.public_key): key for key in keys}

    def __len__(self) -> int:
        return len(self._keys)

    def __contains__(self, name: object) -> bool:
        return name in self._keys

    def __iter__(self) -> Iterator[str]:
        """The fingerprints of their public keys."""
        return iter(self._keys)

    def raw(self) -> list[bytes]:
        return [bytes(key) for key in self._keys.values()]

    def open(self, sealed: bytes) -> bytes:
        """What was sealed. KeyProblem where none of the keys opens it."""
        label = sealed_to(sealed)
        if label is None:
            found, box = list(self._keys.values()), sealed
        elif label in self._keys:
            found, box = [self._keys[label]], sealed[LABEL_BYTES:]
        else:
            raise KeyProblem(f"it is sealed to the key {label}, whose private key is not at hand")
        for key in found:
            try:
                return bindings.sodium_unpad(SealedBox(key).decrypt(box), BLOCK)
            except (CryptoError, ValueError):
                continue
        raise KeyProblem("the key does not open this signature: it is another key, or the row was altered")


@functools.cache
def _keyring(name: str, text: str) -> Keyring:
    return Keyring(PrivateKey(raw) for raw in decode_keys(name, text))


def private_keys(name: str) -> Keyring:
    """The private keys in the setting `name`; KeyProblem where there is none, or one that is no key."""
    return _keyring(name, getattr(settings, name))


def keys_at_hand(name: str, path: Path | None = None) -> Keyring:
    """The private keys of a file, else of the setting `name`, where none is no fault."""
    if path is not None:
        return read_keys(path, name)
    return private_keys(name) if has_key(name) else Keyring([])


def read_keys(path: Path, name: str) -> Keyring:
    """The private keys in a file: one a line, alone or as `NAME=…` among other settings, as `keys --new` prints them.
    KeyProblem says what is wrong with the file."""
    try:
        text = path.read_text(encoding="ascii")
    except (OSError, ValueError):
        raise KeyProblem(f"There is no readable key file at {path}") from None
    lines = [line.removeprefix(f"{name}=") for line in text.splitlines()]
    texts = [line for line in lines if not OTHER_SETTING.match(line)]
    return Keyring(PrivateKey(raw) for raw in decode_keys(str(path), "\n".join(texts)))


def has_key(name: str) -> bool:
    return bool(getattr(settings, name))


def sealed_to(sealed: bytes) -> str | None:
    """The fingerprint of the key that a box was sealed to; None where it is from before boxes said so."""
    return sealed[:LABEL_BYTES].hex() if has_label(len(sealed)) else None


def has_label(size: int) -> bool:
    """Whether a box of so many bytes has the fingerprint of its key before it."""
    return size % BLOCK == (LABEL_BYTES + OVERHEAD) % BLOCK


def _seal(plain: bytes, public: PublicKey) -> bytes:
    return bytes.fromhex(fingerprint_of(public)) + SealedBox(public).encrypt(bindings.sodium_pad(plain, BLOCK))


def seal_email(email: str) -> bytes:
    return _seal(email.encode(), public_key("MAIL_PUBLIC_KEY"))


def open_email(sealed: bytes) -> str:
    return private_keys("MAIL_PRIVATE_KEY").open(sealed).decode()


def seal_identity(*, name: str, city: str, public: PublicKey | None = None) -> bytes:
    """Name and city in one box, so that neither tells whether the other was given."""
    plain = json.dumps({"n": name, "c": city}, ensure_ascii=False, separators=(",", ":"))
    return _seal(plain.encode(), public or public_key("DELIVERY_PUBLIC_KEY"))


def seal_for_build(raw: bytes) -> bytes:
    """What is for whoever builds a delivery, and for nobody between."""
    return _seal(raw, public_key("DELIVERY_PUBLIC_KEY"))


def open_identity(sealed: bytes, keys: Keyring) -> Identity:
    try:
        plain = json.loads(keys.open(sealed))
        return Identity(name=plain["n"], city=plain["c"])
    except (ValueError, KeyError, TypeError):
        raise KeyProblem("a signature holds no name and city in the form this version knows") from None
