"""The reasons that staff keep, by their codes and in the reader's language."""

from __future__ import annotations

from signatures import choices
from signatures.models import Reason
from signatures.remembered import Remembered


def _read() -> dict[str, Reason]:
    return {row.code: row for row in Reason.objects.all()}


_reasons = Remembered(_read)
forget = _reasons.forget


def words(code: str) -> str:
    """What a code is called; the code itself where no row has it."""
    return str(_reasons.get().get(code, code))


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
