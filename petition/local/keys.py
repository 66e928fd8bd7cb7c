"""The keys of the embedded default: files under var/keys, made where they are missing. A private key is never
written over: a new one is put before the old."""

from __future__ import annotations

import base64
import fcntl
import os
import secrets
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from nacl.exceptions import CryptoError
from nacl.public import PrivateKey
from nacl.signing import SigningKey

from petition.files import flush, write_whole
from petition.local import Trouble

PAIRS = ("MAIL", "DELIVERY")
SIGNING = "SIGNING"  # of another kind: it opens nothing, and a lost one is replaced


def ensure(var_dir: Path) -> None:
    """Make what is missing. What the environment gives needs no file, and a public key without its private one is left
    alone: the private one may be kept off-line. Raises Trouble."""
    folder = Path(var_dir) / "keys"
    if not missing(var_dir) and all(
        _given(folder, name) for name in ("SECRET_KEY", *(f"{p}_PUBLIC_KEY" for p in (*PAIRS, SIGNING)))
    ):
        return
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    with _alone(folder):
        if not _given(folder, "SECRET_KEY"):
            _write(folder, "SECRET_KEY", secrets.token_urlsafe(50))
        if not _given(folder, "INDEX_KEY"):
            _write(folder, "INDEX_KEY", _encode(secrets.token_bytes(32)))
        for pair in PAIRS:
            _ensure_pair(folder, pair, lambda raw: bytes(PrivateKey(raw).public_key))
        _ensure_pair(folder, SIGNING, lambda raw: bytes(SigningKey(raw).verify_key))


def missing(var_dir: Path) -> list[str]:
    """The keys that are nowhere and that nothing at hand leads to: what was sealed or hashed with them is lost."""
    folder = Path(var_dir) / "keys"
    pairs = [f"{pair}_PUBLIC_KEY" for pair in PAIRS if not _given(folder, f"{pair}_PRIVATE_KEY")]
    return [name for name in ("INDEX_KEY", *pairs) if not _given(folder, name)]


def _ensure_pair(folder: Path, pair: str, public_of: Callable[[bytes], bytes]) -> None:
    public, private = f"{pair}_PUBLIC_KEY", f"{pair}_PRIVATE_KEY"
    if _given(folder, public):
        return
    # The private key goes first: a public one without it would seal what nobody can open.
    text = _given(folder, private)
    if not text:
        text = _encode(secrets.token_bytes(32))
        _write(folder, private, text)
    try:
        derived = public_of(base64.b64decode(parted(text)[0], validate=True))
    except (ValueError, TypeError, CryptoError, IndexError):
        raise Trouble(f"{private} is not a key: 32 bytes in base64 are.") from None
    _write(folder, public, _encode(derived))


def parted(text: str) -> list[str]:
    """The keys of a setting that may hold several, newest first, parted by commas or line ends."""
    return text.replace(",", " ").split()


def is_in_file(var_dir: Path, name: str) -> bool:
    """Whether a key is that of a file here, and not the environment's."""
    return not os.environ.get(name) and (Path(var_dir) / "keys" / name).is_file()


def add_private(var_dir: Path, pair: str, text: str) -> None:
    """Put a private key before those of its file, which stay: they open what was sealed before. Safe to repeat."""
    folder, name = Path(var_dir) / "keys", f"{pair}_PRIVATE_KEY"
    with _alone(folder):
        _write(folder, name, ",".join([text, *(key for key in parted(_given(folder, name)) if key != text)]))


def set_public(var_dir: Path, pair: str, text: str) -> None:
    folder = Path(var_dir) / "keys"
    with _alone(folder):
        _write(folder, f"{pair}_PUBLIC_KEY", text)


def candidate(var_dir: Path, pair: str) -> str:
    """The private key that is to be the next one, in a file beside the others that nothing else reads. It is made once
    and then the same until it is dropped: people allow it by its fingerprint."""
    folder = Path(var_dir) / "keys"
    with _alone(folder):
        if not _given(folder, _aside(pair)):
            _write(folder, _aside(pair), _encode(bytes(PrivateKey.generate())))
        return _given(folder, _aside(pair))


def drop_candidate(var_dir: Path, pair: str) -> None:
    folder = Path(var_dir) / "keys"
    with _alone(folder):
        (folder / _aside(pair)).unlink(missing_ok=True)
        flush(folder)


def _aside(pair: str) -> str:
    return f"{pair}_PRIVATE_KEY.new"


def _given(folder: Path, name: str) -> str:
    """The key from the environment or its file, else empty."""
    if os.environ.get(name):
        return os.environ[name]
    path = folder / name
    if not os.path.lexists(path):
        return ""
    try:
        text = path.read_text().strip()
    except UnicodeDecodeError:
        raise Trouble(f"{path} is no key: 32 bytes in base64 are. Put the key back from a backup.") from None
    if not text:
        raise Trouble(f"{path} is empty: put the key back from a backup, or remove the file to have a new key made.")
    return text


def _encode(raw: bytes) -> str:
    return base64.b64encode(raw).decode()


def _write(folder: Path, name: str, text: str) -> None:
    """A file of mode 0600 that is there whole, also after a power cut, or not at all."""
    write_whole(folder / name, f"{text}\n".encode())
    flush(folder)


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """One process at a time; a killed one lets go by itself."""
    directory = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(directory, fcntl.LOCK_EX)
        yield
    finally:
        os.close(directory)
