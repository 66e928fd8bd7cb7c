"""What one text says otherwise than another, word by word; in Khmer, which has no spaces, syllable by syllable."""

from __future__ import annotations

import difflib
import re
from typing import NamedTuple

# A placeholder, a Khmer syllable with all its marks, a word of any other letters, white space, or a single sign.
_PIECE = re.compile(
    r"\{[^{}]*\}|[\u1780-\u17b3](?:\u17d2[\u1780-\u17b3]|[\u17b4-\u17d1\u17d3\u17dd])*|[^\W\u1780-\u17ff]+|\s+|.",
    re.DOTALL,
)


class Part(NamedTuple):
    """`kind` is "same", "del" (of the old text alone) or "ins" (of the new one alone)."""

    kind: str
    text: str


def parts(old: str, new: str) -> list[Part]:
    """Both texts, told in the order of the new one."""
    before, after = _PIECE.findall(old), _PIECE.findall(new)
    found: list[Part] = []
    for tag, a, b, c, d in difflib.SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if tag == "equal":
            found.append(Part("same", "".join(after[c:d])))
            continue
        found += [Part("del", "".join(before[a:b]))] if a < b else []
        found += [Part("ins", "".join(after[c:d]))] if c < d else []
    return found
