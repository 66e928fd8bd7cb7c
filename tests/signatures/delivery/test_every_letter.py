"""Whatever sign-up accepts can be printed: every letter and mark of Unicode goes through a real volume, PDF/A."""

import random
import re
import subprocess
import sys
import unicodedata
from functools import cache

import pytest
from django.core.exceptions import ValidationError
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from petition.glyphs import MARK, for_print, has_glyph
from signatures.delivery.bundle import Chunk, Row
from signatures.delivery.volumes import print_volume
from signatures.names import clean_city, clean_name
from tests.signatures.delivery import bundles
from tests.signatures.delivery.reading import squeezed

LETTERS_A_NAME = 50
BASES = {"KHMER": "ក", "DEVANAGARI": "क"}


@cache
def characters(*kinds):
    """Every assigned character whose category begins with one of `kinds`; half characters are none."""
    return [c for c in map(chr, range(sys.maxunicode + 1)) if unicodedata.category(c).startswith(kinds)]


def printed(tmp_path, names, cities=()):
    """The names as a copy from a printed volume has them, white space squeezed out; {} of what was lost."""
    cities = [*cities, *[""] * (len(names) - len(cities))]
    both = enumerate(zip(names, cities, strict=True), start=1)
    rows = [Row(number, name, city, "KH", "2027-01-31", "web", True) for number, (name, city) in both]
    chunk = Chunk(1, "", 1, len(rows), "")
    (tmp_path / "book.pdf").write_bytes(print_volume(bundles.description(), chunk, 1, rows))
    read = ["pdftotext", "-raw", "-f", "5", tmp_path / "book.pdf", "-"]
    text = subprocess.run(read, capture_output=True, check=True).stdout.decode()
    found = re.findall(r"^(\d+) (.*?)Cambodia\s+2027-01-31\s+web$", text, re.MULTILINE | re.DOTALL)
    return {int(number): unicodedata.normalize("NFC", squeezed(name)) for number, name in found}


def read_wrongly(tmp_path, names):
    """What was printed and what is read, where the two are not the same. Poppler reads a letter with a mark of its own
    twice where the font sets the two as two glyphs; the paper shows it once."""
    found = printed(tmp_path, names)
    pairs = [(unicodedata.normalize("NFC", squeezed(for_print(n))), found.get(i)) for i, n in enumerate(names, start=1)]
    return [(expected, read) for expected, read in pairs if read not in (expected, expected * 2)]


def on_a_base(character):
    if unicodedata.category(character)[0] == "L":
        return character
    return BASES.get(unicodedata.name(character).split()[0], "a") + character


def test_every_letter_that_the_fonts_have_is_printed_and_copied_as_it_is(tmp_path):
    names = [on_a_base(c) for c in characters("L", "M") if has_glyph(c)]
    assert len(names) > 2500
    assert [name for name in names if for_print(name) != name] == []
    assert read_wrongly(tmp_path, names) == []


def test_every_letter_that_the_fonts_lack_is_printed_in_latin_ones_with_the_mark(tmp_path):
    lacking = [c for c in characters("L", "M") if not has_glyph(c)]
    assert len(lacking) > 130_000
    assert [c for c in lacking if not for_print(c).endswith(f" {MARK}")] == []
    names = [" ".join(lacking[at : at + LETTERS_A_NAME]) for at in range(0, len(lacking), LETTERS_A_NAME)]
    assert read_wrongly(tmp_path, names) == []


def test_no_letter_that_is_printed_runs_from_right_to_left():
    known = [c for c in characters("L", "M") if has_glyph(c)]
    assert [c for c in known if unicodedata.bidirectional(c) in ("R", "AL")] == []


def test_marks_without_a_letter_do_not_stop_the_book(tmp_path):
    marks = [c for c in characters("M") if has_glyph(c)]
    assert sorted(printed(tmp_path, [*marks, *(f"a {c} b" for c in marks)])) == list(range(1, 2 * len(marks) + 1))


def test_what_is_no_letter_yet_or_never_will_be_does_not_stop_the_book(tmp_path):
    unknown = [*characters("Cn")[::499], *characters("Co")[::499], *map(chr, (0xFFFE, 0xFFFF, 0x10FFFF, 0xFDD0))]
    assert [c for c in unknown if not for_print(c).endswith(f" {MARK}")] == []
    assert [read for read in printed(tmp_path, unknown).values() if not read.endswith(MARK)] == []


def test_digits_spaces_and_signs_of_a_place_are_printed(tmp_path):
    digits = [f"Sok{c}" for c in characters("Nd")]
    places = [clean_city(name) for name in [*digits, *(f"a{c}b" for c in characters("Z")), "a'b (c)-d, e."]]
    assert sorted(printed(tmp_path, ["Sok"] * len(places), places)) == list(range(1, len(places) + 1))


def accepted(clean, text):
    try:
        return clean(text)
    except ValidationError:
        return None


LATIN = [c for c in map(chr, range(0x41, 0x250)) if c.isalpha()]
ACCENTED = st.text([*LATIN, *map(chr, range(0x300, 0x370))], min_size=2, max_size=20)
MIXED = st.text(st.characters(categories=["L", "M"]), min_size=2, max_size=6)


@pytest.mark.parametrize("names", [ACCENTED, MIXED], ids=["Latin", "any"])
def test_whatever_sign_up_accepts_is_printed(names, tmp_path):
    """Every name alone would take a volume each: they are gathered, and printed in one."""
    found = []

    @settings(max_examples=600, database=None, derandomize=True, suppress_health_check=list(HealthCheck), deadline=None)
    @given(st.lists(names, min_size=1, max_size=3).map(" ".join))
    def gather(text):
        found.append(accepted(clean_name, text))

    gather()
    taken = [name for name in dict.fromkeys(found) if name]
    assert len(taken) > 50
    assert sorted(printed(tmp_path, taken)) == list(range(1, len(taken) + 1))


def khmer_syllable(rng):
    """One of the syllables that sign-up takes for well formed, most of them never written."""
    pick = "".join(map(chr, range(0x1780, 0x17A3))) + "".join(map(chr, range(0x17A5, 0x17B4)))
    coengs = "".join(f"\u17d2{rng.choice(pick)}" for _ in range(rng.choice((0, 0, 1, 1, 2, 3))))
    marks = (
        ("\u17cc", 0.1),
        (coengs, 1),
        (rng.choice("\u17c9\u17ca"), 0.2),
        ("".join(chr(rng.randint(0x17B6, 0x17C5)) for _ in range(rng.choice((1, 1, 2)))), 0.8),
        (rng.choice("\u17c6\u17cb\u17cd\u17ce\u17cf\u17d0\u17d1\u17dd"), 0.3),
        (rng.choice("\u17c7\u17c8"), 0.2),
        ("\u17d7", 0.05),
    )
    return rng.choice(pick) + "".join(mark for mark, share in marks if rng.random() < share)


def test_khmer_names_in_any_well_formed_spelling_are_copied_as_they_are(tmp_path):
    rng = random.Random(1)
    made = ("".join(khmer_syllable(rng) for _ in range(rng.randint(2, 5))) for _ in range(2000))
    names = [name for name in dict.fromkeys(accepted(clean_name, text) for text in made) if name]
    assert len(names) > 1000
    assert read_wrongly(tmp_path, names) == []
