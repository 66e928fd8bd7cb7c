"""Encryption on the way: a stream of bytes becomes an age file (age-encryption.org/v1), which the common tools open.
To a public key pyrage does it. It knows passphrases only for what fits into memory, so that form is written here, by
the format's specification (C2SP, age.md), with the ciphers of libsodium and OpenSSL.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import io
import os
import secrets
import threading
from collections.abc import Iterator
from typing import Any, NamedTuple

import pyrage
from nacl.bindings import crypto_aead_chacha20poly1305_ietf_encrypt as seal
from shamir_mnemonic.wordlist import WORDLIST

from petition.hashers import AT_ONCE

WORDS = 10  # of 1,024: a hundred bits
LEAST = 20  # letters of a passphrase
_CHUNK = 1 << 16  # the format's
_READ = 1 << 18
_LOG_N = 17  # scrypt's: 128 MiB and a third of a second, as staff's passwords take


class NoKey(ValueError):
    """The text is no public key of age."""


class Lock(NamedTuple):
    """What a packet is encrypted to; with neither it is open."""

    key: str = ""
    passphrase: str = ""

    @property
    def is_open(self) -> bool:
        return not self.key and not self.passphrase


def recipient_of(text: str) -> Any:
    """A public key as it is passed on: age1…, or a line of ssh-ed25519 or ssh-rsa. NoKey where it is none."""
    text = text.strip()
    kind = pyrage.ssh.Recipient if text.startswith("ssh-") else pyrage.x25519.Recipient
    try:
        return kind.from_str(text)
    except pyrage.RecipientError:
        raise NoKey(text[:20]) from None


def new_passphrase() -> str:
    return "-".join(secrets.choice(WORDLIST) for _ in range(WORDS))


def encrypted(plain: Iterator[bytes], lock: Lock) -> Iterator[bytes]:
    """The bytes of an age file, as `plain` comes; nothing is kept, in memory or on the disk. An error of `plain` is
    raised here too."""
    if lock.key:
        return _to_key(plain, recipient_of(lock.key))
    return _to_passphrase(plain, lock.passphrase)


class _Source(io.RawIOBase):
    """What an iterator gives, as a file to read. It remembers the error that ended it."""

    def __init__(self, parts: Iterator[bytes]) -> None:
        self._parts, self._rest = parts, b""
        self.error: BaseException | None = None

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        try:
            while not self._rest:
                self._rest = next(self._parts)
        except StopIteration:
            return 0
        except BaseException as error:
            self.error = error
            raise
        taken, self._rest = self._rest[: len(buffer)], self._rest[len(buffer) :]
        buffer[: len(taken)] = taken
        return len(taken)


def _to_key(plain: Iterator[bytes], recipient: Any) -> Iterator[bytes]:
    """pyrage writes, whoever downloads reads: a pipe between two threads. If the reader goes, the writer's next write
    fails, and it ends."""
    source = _Source(plain)
    taker, giver = os.pipe()
    failed: list[BaseException] = []

    def write() -> None:
        try:
            with os.fdopen(giver, "wb", buffering=_READ) as out:
                pyrage.encrypt_io(io.BufferedReader(source, _READ), out, [recipient])
        except BaseException as error:
            failed.append(source.error or error)

    writer = threading.Thread(target=write, daemon=True)
    writer.start()
    try:
        with os.fdopen(taker, "rb", buffering=0) as file:
            while block := file.read(_READ):
                yield block
    finally:
        writer.join()
    if failed:
        raise failed[0]


def _encode(raw: bytes) -> bytes:
    return base64.b64encode(raw).rstrip(b"=")


def _derive(key: bytes, salt: bytes, info: bytes) -> bytes:
    """HKDF-SHA256, 32 bytes."""
    secret = hmac.digest(salt, key, "sha256")
    return hmac.digest(secret, info + b"\x01", "sha256")


def _header(file_key: bytes, passphrase: str) -> bytes:
    salt = secrets.token_bytes(16)
    with AT_ONCE:
        wrap_key = hashlib.scrypt(
            passphrase.encode(),
            salt=b"age-encryption.org/v1/scrypt" + salt,
            n=2**_LOG_N,
            r=8,
            p=1,
            maxmem=256 << 20,
            dklen=32,
        )
    body = _encode(seal(file_key, None, bytes(12), wrap_key))
    told = b"age-encryption.org/v1\n-> scrypt %s %d\n%s\n---" % (_encode(salt), _LOG_N, body)
    mac = hmac.digest(_derive(file_key, bytes(32), b"header"), told, "sha256")
    return told + b" " + _encode(mac) + b"\n"


def _chunks(plain: Iterator[bytes]) -> Iterator[tuple[bytes, bool]]:
    """In pieces of the format's size, each with whether it is the last one; only an empty file has an empty one."""
    kept = bytearray()
    for part in plain:
        kept += part
        start = 0
        while len(kept) - start > _CHUNK:
            yield bytes(kept[start : start + _CHUNK]), False
            start += _CHUNK
        del kept[:start]
    yield bytes(kept), True


def _to_passphrase(plain: Iterator[bytes], passphrase: str) -> Iterator[bytes]:
    file_key, nonce = secrets.token_bytes(16), secrets.token_bytes(16)
    yield _header(file_key, passphrase) + nonce
    key = _derive(file_key, nonce, b"payload")
    for counter, (chunk, is_last) in enumerate(_chunks(plain)):
        yield seal(chunk, None, counter.to_bytes(11, "big") + bytes([is_last]), key)
