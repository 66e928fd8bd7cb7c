"""What is noticed of a signing that may be fraud: signals, each with a score and a sentence a volunteer understands.

Who signs is told nothing of it. A signature whose signals come to HOLD_AT is not counted when it is confirmed: it is
held, for a person to look at.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

HOLD_AT = 100
MOST = 999  # what the column keeps at most


@dataclass(frozen=True)
class Signal:
    """`code` is stored and never renamed; `score` alone says how far it goes towards HOLD_AT."""

    code: str
    score: int
    sentence: str | Promise


SIGNALS: dict[str, Signal] = {
    "crowd": Signal(
        "crowd",
        30,
        _("Very many signed at that time from the same network, with the same mail domain, or this petition."),
    ),
    "no_work": Signal(
        "no_work",
        HOLD_AT,
        _("Very many signed at that time, and it was sent without the work that the signer's device was asked to do."),
    ),
    "no_stamp": Signal("no_stamp", 10, _("It did not come from a form of this site, but perhaps from a program.")),
    "odd_stamp": Signal("odd_stamp", 30, _("The stamp of its form was changed, or is of another petition.")),
    "old_stamp": Signal("old_stamp", 10, _("Its form had been open for more than two days.")),
    "quick": Signal("quick", 30, _("The form was filled in faster than a person can write.")),
    "worn_stamp": Signal("worn_stamp", 30, _("One and the same form was sent for many mailboxes.")),
}


def score(codes: Iterable[str]) -> int:
    """What the signals come to, each counted once, 0 to MOST. Raises KeyError for a code that is none."""
    return min(sum(SIGNALS[code].score for code in set(codes)), MOST)
