"""An observer's sample: which lines of a book are drawn, and what those that were checked say of all the others.

Nothing here knows a database or a file. docs/delivery.md draws the same numbers in ten lines of plain Python, for
whoever would rather not trust these.
"""

from __future__ import annotations

import hashlib
import math
import re
from collections.abc import Iterable, Iterator
from decimal import Decimal
from itertools import count
from typing import NamedTuple

from petition.glyphs import lacking
from signatures.delivery.volumes import page_in

SEED_LETTERS = 200
_HASHES = 2**256
_ROOT = re.compile(r"[0-9a-f]{64}")
_MISSED = 20  # a bound holds but for one in 20 draws: 95 of 100


def is_root(text: str) -> bool:
    return _ROOT.fullmatch(text) is not None


def is_seed(text: str) -> bool:
    """One line of letters that the form can print, without white space around it: it can be typed in again from it."""
    return 0 < len(text) <= SEED_LETTERS and text.isprintable() and text == text.strip() and not lacking(text)


def _drawn(root: str, seed: str, total: int) -> Iterator[int]:
    fair = _HASHES - _HASHES % total  # above it the low numbers would come up more often than the high ones
    for turn in count(1):
        hashed = int.from_bytes(hashlib.sha256(f"{root}:{seed}:{turn}".encode()).digest(), "big")
        if hashed < fair:
            yield 1 + hashed % total


def draw(*, root: str, seed: str, total: int, size: int) -> list[int]:
    """`size` different numbers of 1..total, in the order in which they are drawn. ValueError where that can not be.

    The seed decides only together with the root, so nobody can choose one before the book is closed and be sure of what
    it draws, nor make a book for a seed that came later.
    """
    if not is_root(root):
        raise ValueError("a root is 64 hexadecimal digits")
    if not is_seed(seed):
        raise ValueError(f"a seed is one line of at most {SEED_LETTERS} letters that the form can print")
    if not 1 <= size <= total:
        raise ValueError("a sample has at least one line and no more than the book")
    found: dict[int, None] = {}
    for number in _drawn(root, seed, total):
        found[number] = None
        if len(found) == size:
            break
    return list(found)


class Place(NamedTuple):
    """Where a line of the book is printed. Volumes count from one, and so do the pages of a volume's rows."""

    number: int
    volume: int
    page: int


def places(numbers: Iterable[int], firsts: list[int]) -> list[Place]:
    """In the order of the book. `firsts` holds the first number of each volume."""
    found, volume = [], 0
    for number in sorted(numbers):
        while volume < len(firsts) and firsts[volume] <= number:
            volume += 1
        found.append(Place(number, volume, page_in(firsts[volume - 1], number)))
    return found


def upper_bound(*, total: int, checked: int, wrong: int) -> int:
    """The most lines of `total` that may be wrong, with 95 % confidence, where `wrong` of `checked` drawn ones were.

    The largest M for which as few wrong lines as these have a chance of more than 5 % in a draw of `checked` lines out
    of `total` with M wrong ones. Exact: the hypergeometric distribution in whole numbers (T. Wright, Exact Confidence
    Bounds when Sampling from Small Finite Universes, Springer 1991). For a large book it meets Clopper and Pearson's
    one-sided bound; with none wrong, 3/n of the book (the rule of three: Hanley and Lippman-Hand, JAMA 249, 1983).
    """
    if not 0 <= wrong <= checked <= total or checked < 1:
        raise ValueError("of the lines of a book some are checked, and of these some are wrong")
    every = math.comb(total, checked)
    low, high = wrong, total - (checked - wrong)
    while low < high:
        middle = (low + high + 1) // 2
        if _MISSED * _as_few(total, middle, checked, wrong) > every:
            low = middle
        else:
            high = middle - 1
    return low


def _as_few(total: int, bad: int, checked: int, wrong: int) -> int:
    """How many of the draws of `checked` lines have `wrong` or fewer of the `bad` ones."""
    good = total - bad
    least = max(0, checked - good)
    if least > wrong:
        return 0
    term = math.comb(bad, least) * math.comb(good, checked - least)
    found = term
    for n in range(least, wrong):
        term = term * (bad - n) * (checked - n) // ((n + 1) * (good - checked + n + 1))
        found += term
    return found


class Result(NamedTuple):
    """What was found of a drawn sample of a book of `total` lines."""

    total: int
    right: int
    wrong: int
    unknown: int  # could not be checked

    @property
    def size(self) -> int:
        return self.right + self.wrong + self.unknown

    @property
    def bound(self) -> int:
        """The most lines that may be wrong. One that could not be checked counts as wrong: else it would be a way to
        hide some."""
        return upper_bound(total=self.total, checked=self.size, wrong=self.wrong + self.unknown)

    @property
    def percent(self) -> Decimal:
        """The bound as a part of the book in per cent, one digit behind the point, rounded up."""
        return Decimal(-(-self.bound * 1000 // self.total)).scaleb(-1)
