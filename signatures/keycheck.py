"""What is wrong with the keys, and what to do: asked before anything is served or sent.

It is one of the system checks at a start (petition/startup.py) and of `manage.py check --deploy`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import combinations
from typing import Any, NamedTuple

from django.apps import AppConfig
from django.conf import settings
from django.core.checks import CheckMessage, Error, Warning
from django.db import OperationalError, ProgrammingError
from nacl.public import PrivateKey
from nacl.signing import SigningKey

from signatures import seal
from signatures.choices import Purpose
from signatures.models import SealingKey

LOST = "Put it back from the backup, into the environment or as a file under VAR_DIR/keys."
# Not needed to serve: a site without them delivers unsigned.
SIGNING = ("SIGNING_PUBLIC_KEY", "SIGNING_PRIVATE_KEY")
MALFORMED = "A key is 32 bytes in base64: copy it once more from the backup, whole and alone."


class Fault(NamedTuple):
    """Two sentences, the first without its full stop."""

    what: str
    remedy: str


def in_settings() -> list[Fault]:
    """Keys that are missing, are none, stand for two things at once, or do not belong together. A private key may be
    elsewhere."""
    return list(dict.fromkeys([*_unreadable(), *_used_twice(), *_apart(), *signing()]))


def signing() -> Iterator[Fault]:
    """A pair that does not belong together would sign what its own public key denies."""
    public, private = map(_keys, SIGNING)
    if public and private and public[0] not in [bytes(SigningKey(raw).verify_key) for raw in private]:
        yield Fault(
            f"{SIGNING[1]} does not belong to {SIGNING[0]}",
            f"Put the private key of {SIGNING[0]} into {SIGNING[1]}, or take {SIGNING[1]} away from here.",
        )


def _names(kind: str) -> list[str]:
    return [f"{purpose.name}_{kind}_KEY" for purpose in Purpose]


def _keys(name: str) -> list[bytes]:
    """Those in a setting that can be read; none where it is one that is refused already."""
    try:
        return seal.decode_keys(name, getattr(settings, name))
    except seal.KeyProblem:
        return []


def _unreadable() -> Iterator[Fault]:
    needed = ["INDEX_KEY", *_names("PUBLIC")]
    for name in [*needed, *_names("PRIVATE"), *SIGNING]:
        text = getattr(settings, name)
        if not text and name not in needed:
            continue
        try:
            seal.decode_key(name, text) if name in needed else seal.decode_keys(name, text)
        except seal.KeyProblem as problem:
            yield Fault(str(problem), MALFORMED if text else LOST)


def _used_twice() -> Iterator[Fault]:
    for one, other in combinations(["INDEX_KEY", *_names("PUBLIC"), *_names("PRIVATE"), *SIGNING], 2):
        if not set(_keys(one)) & set(_keys(other)):
            continue
        if "PUBLIC" in one and "PRIVATE" in other:
            remedy = f"A private key stands where everyone may read it: make a new pair for {one} and put it there."
        else:
            remedy = "Each has a key of its own: put back the right one, or make a pair with `manage.py keys --new`."
        yield Fault(f"{one} and {other} are the same key", remedy)


def _apart() -> Iterator[Fault]:
    for public, private in zip(_names("PUBLIC"), _names("PRIVATE"), strict=True):
        held = [bytes(PrivateKey(raw).public_key) for raw in _keys(private)]
        if held and _keys(public) and _keys(public)[0] not in held:
            yield Fault(
                f"{private} does not belong to {public}",
                f"Put the private key of {public} first in {private}, or take {private} away from here.",
            )


def in_registry() -> list[Fault]:
    """Public keys of the settings that are not what the database has as current. An empty registry says nothing."""
    faults = []
    for key in SealingKey.objects.filter(retired_at=None).order_by("pk"):
        name = f"{Purpose(key.purpose).name}_PUBLIC_KEY"
        here = _keys(name)
        if here and here[0] != bytes(key.public_key):
            faults.append(
                Fault(
                    f"{name} is the key {seal.fingerprint(here[0])}, but {key} is registered as the current one",
                    f"Put {key} back; or, where it is to be replaced, run `manage.py keys register {key.purpose}`.",
                )
            )
    return faults


def check(
    *, app_configs: Sequence[AppConfig] | None, databases: Sequence[str] | None = None, **kwargs: Any
) -> list[CheckMessage]:
    faults = in_settings()
    found: list[CheckMessage] = []
    if databases:
        try:
            faults += in_registry()
            if not faults and SealingKey.objects.filter(retired_at=None).count() < len(Purpose):
                found.append(Warning("A key is not registered.", "Run `manage.py keys register`.", id="keys.W001"))
        except OperationalError:
            pass  # a database that is down is no fault of the keys: pages that are kept still go out
        except ProgrammingError:
            faults.append(Fault("The database has no table of keys", "Run `manage.py migrate`."))
    return [*found, *(Error(f"{what}.", remedy, id="keys.E001") for what, remedy in faults)]
