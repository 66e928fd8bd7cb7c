"""What is noticed of a signing that may be fraud: signals, each with a score and a sentence a volunteer understands.

Who signs is told nothing of it. A signature whose signals come to HOLD_AT is not counted when it is confirmed: it is
held, for a person to look at.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.functional import Promise

HOLD_AT = 100
MOST = 999  # what the column keeps at most


@dataclass(frozen=True)
class Signal:
    """`code` is stored and never renamed; `score` alone says how far it goes towards HOLD_AT."""

    code: str
    score: int
    sentence: str | Promise


SIGNALS: dict[str, Signal] = {}


def score(codes: Iterable[str]) -> int:
    """What the signals come to, each counted once, 0 to MOST. Raises KeyError for a code that is none."""
    return min(sum(SIGNALS[code].score for code in set(codes)), MOST)
