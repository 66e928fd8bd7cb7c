"""The reasons that staff keep, by their codes and in the reader's language."""

from __future__ import annotations

import time

from signatures import choices
from signatures.models import Reason

SECONDS = 30  # a reason that staff edit is called so everywhere after this

_kept: dict[str, Reason] = {}
_read_at = float("-inf")


def forget() -> None:
    """Read them anew next time: after one was edited in this process."""
    global _read_at
    _read_at = float("-inf")


def words(code: str) -> str:
    """What a code is called; the code itself where no row has it."""
    global _kept, _read_at
    if time.monotonic() - _read_at > SECONDS:
        _kept = {row.code: row for row in Reason.objects.all()}
        _read_at = time.monotonic()
    return str(_kept.get(code, code))


def _offered(**purpose: bool) -> list[tuple[str, str]]:
    """What the program says by itself is no reason of a person's."""
    rows = Reason.objects.filter(is_active=True, **purpose).exclude(code__in=list(choices.Reason))
    return [(row.code, str(row)) for row in rows]


def for_hiding() -> list[tuple[str, str]]:
    """(code, words) of those in use for hiding words, in their order."""
    return _offered(for_hiding=True)


def for_holding() -> list[tuple[str, str]]:
    """(code, words) of those in use for holding signatures, in their order."""
    return _offered(for_holding=True)


def for_either() -> list[tuple[str, str]]:
    """(code, words) of all in use, in their order."""
    return _offered()


def check(code: str, **purpose: bool) -> str:
    """The code, if a reason has it: check(code, for_hiding=True). ValueError where none has."""
    if not Reason.objects.filter(code=code, **purpose).exists():
        raise ValueError(f"{code!r} is the code of no such reason")
    return code
