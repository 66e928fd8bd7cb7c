"""Which letters the fonts of paper and pictures have, and what is printed where they lack one.

A letter without a glyph is blank in a plain PDF and stops a whole PDF/A volume, so every name is checked before it is
set. The fonts' own tables are read here (OpenType `cmap`, formats 4 and 12): it is a page of code and no dependency.
"""

from __future__ import annotations

import functools
import re
import struct
import unicodedata
from pathlib import Path

from anyascii import anyascii

FONTS = Path(__file__).parent / "fonts"
FACES = ("Battambang-Regular", "Battambang-Bold", "Moul-Regular", "NotoSans-Regular", "NotoSans-Bold")
MARK = "†"
BREAK_HINT = "\u200b"
# The same letters as in typst/house.typ: these are set in Battambang, all others in Noto Sans.
_KHMER = re.compile("[\u1780-\u17ff\u19e0-\u19ff\u200b-\u200d]")
_NO_LETTER = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029]+")
_SPACE = re.compile(r"[^\S\n]")
_WORD = re.compile("[^\\s\u200b]+")


def is_whole(font: str) -> bool:
    """Whether fonts/<font>.ttf is there with all its tables. Without it pages would be set, with blanks for letters."""
    try:
        data = (FONTS / f"{font}.ttf").read_bytes()
        (tables,) = struct.unpack_from(">H", data, 4)
        ends = [sum(struct.unpack_from(">LL", data, 12 + 16 * index + 8)) for index in range(tables)]
    except (OSError, struct.error):
        return False
    return bool(ends) and max(ends) <= len(data)


@functools.cache
def covered(font: str) -> frozenset[int]:
    """The code points that fonts/<font>.ttf has a glyph for."""
    data = (FONTS / f"{font}.ttf").read_bytes()
    (tables,) = struct.unpack_from(">H", data, 4)
    offsets = {}
    for index in range(tables):
        tag, _, offset, _ = struct.unpack_from(">4sLLL", data, 12 + 16 * index)
        offsets[tag] = offset
    cmap = offsets[b"cmap"]
    (count,) = struct.unpack_from(">H", data, cmap + 2)
    points: set[int] = set()
    for index in range(count):
        (at,) = struct.unpack_from(">L", data, cmap + 4 + 8 * index + 4)
        (kind,) = struct.unpack_from(">H", data, cmap + at)
        if kind == 4:
            points |= _format_4(data, cmap + at)
        elif kind == 12:
            points |= _format_12(data, cmap + at)
    return frozenset(points)


def _format_4(data: bytes, at: int) -> set[int]:
    (twice,) = struct.unpack_from(">H", data, at + 6)
    shape = f">{twice // 2}H"
    ends = struct.unpack_from(shape, data, at + 14)
    starts = struct.unpack_from(shape, data, at + 16 + twice)
    deltas = struct.unpack_from(shape, data, at + 16 + 2 * twice)
    ranges = struct.unpack_from(shape, data, at + 16 + 3 * twice)
    points = set()
    for index, (start, end, delta, offset) in enumerate(zip(starts, ends, deltas, ranges, strict=True)):
        for point in range(start, end + 1):
            if offset:
                place = at + 16 + 3 * twice + 2 * index + offset + 2 * (point - start)
                (glyph,) = struct.unpack_from(">H", data, place) if place + 2 <= len(data) else (0,)
            else:
                glyph = (point + delta) & 0xFFFF
            if glyph and point != 0xFFFF:
                points.add(point)
    return points


def _format_12(data: bytes, at: int) -> set[int]:
    (count,) = struct.unpack_from(">L", data, at + 12)
    points: set[int] = set()
    for index in range(count):
        start, end, _ = struct.unpack_from(">LLL", data, at + 16 + 12 * index)
        points.update(range(start, end + 1))
    return points


def is_khmer(text: str) -> bool:
    """Whether some of it is set in Battambang."""
    return _KHMER.search(text) is not None


@functools.cache
def has_glyph(letter: str) -> bool:
    font = "Battambang-Regular" if _KHMER.match(letter) else "NotoSans-Regular"
    return ord(letter) in covered(font)


@functools.cache
def _is_printed(letter: str) -> bool:
    """Invisible characters have glyphs too, and some turn the direction of what follows."""
    return has_glyph(letter) and unicodedata.category(letter) != "Cf"


def lacking(text: str) -> list[str]:
    """The letters of a text that the fonts lack. White space, and the places to break a line, are not printed."""
    letters = (letter for letter in dict.fromkeys(text) if not letter.isspace() and letter != BREAK_HINT)
    return [letter for letter in letters if not has_glyph(letter)]


def _in_latin(word: str) -> str:
    return " ".join(anyascii(word).split()) or "?"


def for_letter(text: str) -> str:
    """A text of the organisers as a letter can print it: words that the fonts lack in Latin letters; hints are kept."""
    text = _SPACE.sub(lambda space: space[0] if has_glyph(space[0]) else " ", text)
    return _WORD.sub(lambda word: _in_latin(word[0]) if lacking(word[0]) else word[0], text)


def for_print(text: str) -> str:
    """The text as the book can print it: itself, or with words in Latin letters and MARK behind. A letter that nobody
    here knows, of a newer Unicode or of private use, is a question mark where it stands alone, and marked always."""
    text = _NO_LETTER.sub(" ", text).strip()
    if all(map(_is_printed, text)):
        return text
    visible = "".join(letter for letter in text if unicodedata.category(letter) != "Cf")
    printed = for_letter(" ".join(visible.split()))
    return f"{printed or '?'} {MARK}" if lacking(visible) or not printed else printed
