"""Signatures as OpenSSH makes them (PROTOCOL.sshsig), with Ed25519: `ssh-keygen -Y verify` checks them.

The same text and key give the same signature.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import re
import struct
from typing import NamedTuple

from nacl.exceptions import BadSignatureError
from nacl.signing import SigningKey, VerifyKey

NAMESPACE = "hatthalekha"
_MAGIC, _KIND, _HASH = b"SSHSIG", b"ssh-ed25519", b"sha512"
_ARMOR = re.compile(r"-----BEGIN SSH SIGNATURE-----\n([A-Za-z0-9+/=\n]+)\n-----END SSH SIGNATURE-----\n?", re.ASCII)
_ALLOWED = re.compile(rf'(\S+) namespaces="{NAMESPACE}" ssh-ed25519 ([A-Za-z0-9+/=]+)\n', re.ASCII)


class SignatureFault(Exception):
    """Why a signature is none of this text, in a few words."""


class Allowed(NamedTuple):
    """Who may sign, by an allowed_signers file of one line."""

    principal: str
    public: bytes


def _string(content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + content


def _blob(public: bytes) -> bytes:
    return _string(_KIND) + _string(public)


def _signed(message: bytes) -> bytes:
    return _MAGIC + b"".join(map(_string, (NAMESPACE.encode(), b"", _HASH, hashlib.sha512(message).digest())))


def allowed_signers(allowed: Allowed) -> bytes:
    """The file that `ssh-keygen -Y verify -f` reads."""
    key = base64.b64encode(_blob(allowed.public)).decode()
    return f'{allowed.principal} namespaces="{NAMESPACE}" ssh-ed25519 {key}\n'.encode()


def read_allowed(content: bytes) -> Allowed:
    """SignatureFault where it is no file as allowed_signers makes it."""
    found = _ALLOWED.fullmatch(content.decode(errors="replace"))
    try:
        blob = base64.b64decode(found[2], validate=True) if found else b""
    except binascii.Error:
        blob = b""
    if found is None or len(blob) != len(_blob(bytes(32))) or blob[:-32] != _blob(bytes(32))[:-32]:
        raise SignatureFault("it names no key of this kind")
    return Allowed(found[1], blob[-32:])


def sign(message: bytes, key: SigningKey) -> bytes:
    public = bytes(key.verify_key)
    signature = _string(_KIND) + _string(key.sign(_signed(message)).signature)
    fields = (_blob(public), NAMESPACE.encode(), b"", _HASH, signature)
    text = base64.b64encode(_MAGIC + struct.pack(">I", 1) + b"".join(map(_string, fields))).decode()
    lines = "\n".join(text[at : at + 70] for at in range(0, len(text), 70))
    return f"-----BEGIN SSH SIGNATURE-----\n{lines}\n-----END SSH SIGNATURE-----\n".encode()


def check(message: bytes, armored: bytes, public: bytes) -> None:
    """SignatureFault where it is not this key's signature of this message, as sign() makes one."""
    found = _ARMOR.fullmatch(armored.decode(errors="replace"))
    try:
        raw = base64.b64decode(found[1].replace("\n", ""), validate=True) if found else b""
    except binascii.Error:
        raw = b""
    frame = _MAGIC + struct.pack(">I", 1) + b"".join(map(_string, (_blob(public), NAMESPACE.encode(), b"", _HASH)))
    head = frame + struct.pack(">I", len(_string(_KIND)) + 4 + 64) + _string(_KIND) + struct.pack(">I", 64)
    if not raw.startswith(head) or len(raw) != len(head) + 64:
        raise SignatureFault("it is no signature of this key")
    try:
        VerifyKey(public).verify(_signed(message), raw[-64:])
    except BadSignatureError:
        raise SignatureFault("it is no signature of this text") from None
