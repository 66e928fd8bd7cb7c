"""A key as five shares of words, by SLIP-39: any three of them join to the key, and two tell nothing of it.

Shamir's method and the words are shamir-mnemonic's, the reference of the standard, whose words can be joined by other
programs too. What is ours is the sheet that a share stands on, and a sentence for each way in which sheets do not fit.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import combinations

from shamir_mnemonic import MnemonicError, combine_mnemonics, generate_mnemonics
from shamir_mnemonic.share import Share
from shamir_mnemonic.wordlist import WORD_INDEX_MAP

THRESHOLD, COUNT = 3, 5
WORDS = 33  # of a share of 32 bytes
ACROSS = 3  # words in a line


class ShareProblem(Exception):
    """Why shares do not join, in one sentence that holds no word of theirs."""


def split(raw: bytes) -> list[str]:
    """The words of five shares of a key. Every three of them have been joined before they are given."""
    (shares,) = generate_mnemonics(1, [(THRESHOLD, COUNT)], raw)
    for three in combinations(shares, THRESHOLD):
        if combine_mnemonics(three) != raw:
            raise ShareProblem("three of the shares that were made do not join to the key: nothing is written")
    return list(shares)


def sheet(words: str, number: int, fingerprint: str) -> str:
    """A share as a page to print: numbered words below lines that begin with #."""
    cells = [f"{place:>2} {word:<10}" for place, word in enumerate(words.split(), start=1)]
    lines = ["   ".join(cells[i : i + ACROSS]).rstrip() for i in range(0, len(cells), ACROSS)]
    return (
        f"# Share {number} of {COUNT} of the delivery key {fingerprint}.\n"
        f"# Any {THRESHOLD} of the {COUNT} join to the key with `manage.py keys join`; {THRESHOLD - 1} tell nothing of "
        "it.\n"
        "# Keep this one secret, and apart from the others. The words are SLIP-39's.\n\n" + "\n".join(lines) + "\n"
    )


def read(name: str, text: str) -> list[str]:
    """The shares in a text, one after another; numbers and lines that begin with # are passed over."""
    lines = [line for line in text.splitlines() if not line.lstrip().startswith("#")]
    words = re.findall(r"[^\W\d_]+", " ".join(lines).lower())
    for place, word in enumerate(words):
        if word not in WORD_INDEX_MAP:
            raise ShareProblem(f"{name}: word {place % WORDS + 1} of share {place // WORDS + 1} is no word of a share")
    if not words or len(words) % WORDS:
        raise ShareProblem(f"{name} has {len(words)} words, but a share has {WORDS}")
    return [" ".join(words[i : i + WORDS]) for i in range(0, len(words), WORDS)]


def join(texts: Sequence[tuple[str, str]]) -> bytes:
    """The key behind sheets as (name, text). Further sheets than three are read, and must be of the same key."""
    found: dict[int, str] = {}
    kinds = set()
    for name, text in texts:
        for words in read(name, text):
            share = _share(name, words)
            kinds.add(share.group_parameters())
            if found.setdefault(share.index, words) != words:
                kinds.add(share)
    if len(kinds) > 1:
        raise ShareProblem("the shares are not all of the same key")
    if len(found) < THRESHOLD:
        raise ShareProblem(f"{THRESHOLD} different shares are needed, and here are {len(found)}")
    try:
        return combine_mnemonics(list(found.values())[:THRESHOLD])
    except MnemonicError:
        raise ShareProblem("the shares are not all of the same key") from None


def _share(name: str, words: str) -> Share:
    try:
        share = Share.from_mnemonic(words)
    except MnemonicError:
        raise ShareProblem(f"{name}: a word is wrong, or in a wrong place") from None
    if (share.group_count, share.member_threshold) != (1, THRESHOLD):
        raise ShareProblem(f"{name} is a share of something else: {THRESHOLD} of {COUNT} is what this joins")
    return share
