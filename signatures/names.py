"""Names, towns and reasons as people type them: what is accepted, the form in which it is stored, and the key by which
likely doubles meet.

Unicode's normal forms do nothing for Khmer: nearly all its marks have combining class 0, so one name typed in two
orders stays two strings. The order here is that of the Unicode Standard, chapter 16.4, and of shared keyboards' habits.
"""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from petition.templatetags.language import number

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

NAME_LENGTH = (2, 100)
CITY_LENGTH = 100
COMMENT_LENGTH = 500

BASE = "\u1780-\u17a2\u17a5-\u17b3"  # consonants, independent vowels
MARK = "\u17b6-\u17d1\u17dd"
INVISIBLE = dict.fromkeys(
    [
        *(0x00AD, 0x034F, 0x061C, 0x17B4, 0x17B5),
        *range(0x200B, 0x2010),
        *range(0x202A, 0x202F),
        *range(0x2060, 0x2070),
        0xFEFF,
        *range(0xFE00, 0xFE10),
    ]
)
SAME: dict[int, str] = {
    0x17A3: "\u17a2",
    0x17A4: "\u17a2\u17b6",
    **dict.fromkeys((0x2018, 0x2019, 0x02BC, 0x0060, 0x00B4), "'"),
    **dict.fromkeys((0x2010, 0x2011, 0x2012, 0x2013), "-"),
}

# The place of each mark in a syllable: robat, coeng pairs, shifters, vowels, signs, then the two that close it.
ROBAT, COENG, SHIFTER, VOWEL, SIGN, CLOSING = range(1, 7)
PLACE = {
    "\u17cc": ROBAT,
    **dict.fromkeys("\u17c9\u17ca", SHIFTER),
    **{chr(code): VOWEL for code in range(0x17B6, 0x17C6)},
    **dict.fromkeys("\u17c6\u17cb\u17cd\u17ce\u17cf\u17d0\u17d1\u17dd", SIGN),
    **dict.fromkeys("\u17c7\u17c8", CLOSING),
}
# Parts of split vowels stand left to right, above after below: then the pairs below become one letter.
VOWELS = {
    vowel: place
    for place, vowel in enumerate(
        "\u17c1\u17c2\u17c3\u17be\u17bf\u17c0\u17c4\u17c5\u17bb\u17bc\u17bd\u17b7\u17b8\u17b9\u17ba\u17b6"
    )
}
COENG_RO = "\u17d2\u179a"
UNIT = re.compile(f"\u17d2+[{BASE}]|[{MARK}]")
SYLLABLE = re.compile(f"([{BASE}])((?:\u17d2+[{BASE}]|[{MARK}])+)")
DOUBLED = re.compile(f"([{MARK}])\\1+")


def _unit_order(unit: str) -> tuple[int, int]:
    if unit[0] == "\u17d2":
        return COENG, int(unit == COENG_RO)
    return PLACE[unit], VOWELS.get(unit, 0)


def _sort_marks(syllable: re.Match[str]) -> str:
    units = ["\u17d2" + unit[-1] if unit[0] == "\u17d2" else unit for unit in UNIT.findall(syllable[2])]
    marks = "".join(sorted(units, key=_unit_order))
    marks = marks.replace("\u17c1\u17b8", "\u17be").replace("\u17c1\u17b6", "\u17c4")
    return syllable[1] + DOUBLED.sub(r"\1", marks)


def stored_form(text: str) -> str:
    """NFC, without invisible characters, white space folded, Khmer marks in their order. It changes no spelling."""
    text = unicodedata.normalize("NFC", text).translate(INVISIBLE).translate(SAME)
    text = re.sub(r"\s+", " ", text).strip()
    return unicodedata.normalize("NFC", SYLLABLE.sub(_sort_marks, text))


UPPER_VOWEL = "(?=[\u17b7-\u17ba\u17be\u17d0])"
SHIFTER_AS_TYPED = re.compile(f"[\u17bb\u17c9\u17ca]{UPPER_VOWEL}")
BETWEEN = re.compile(r"[\s'.\-]+")
PLAIN_LATIN = str.maketrans("đøłı", "doli")


def match_key(text: str) -> str:
    """What two spellings of one name share. Equal keys mean likely the same name, never surely."""
    text = stored_form(text).replace("\u17d2\u178a", "\u17d2\u178f").replace("\u17b2", "\u17b1")
    # The stored form sorts U behind OE: typed before it, it was meant for a shifter too.
    text = SHIFTER_AS_TYPED.sub("\u17ca", text.replace("\u17be\u17bb", "\u17bb\u17be"))
    decomposed = unicodedata.normalize("NFKD", text)
    plain = "".join(c for c in decomposed if not "\u0300" <= c <= "\u036f").casefold()
    return BETWEEN.sub("", plain.translate(PLAIN_LATIN))


# What is too long is refused before anything walks through it: a million characters cost no more than a hundred. Four
# times the length leaves room for the invisible characters that the stored form drops.
SLACK = 4

UNREADABLE = _("A character in it cannot be read. Delete it and type it again.")
TOO_LONG = _("Write at most %(most)s characters.")
SPELLING = _("Check the spelling of “%(word)s”: a vowel or sign stands in the wrong place.")

KHMER_WORD = re.compile(
    f"(?:[{BASE}]\u17cc?(?:\u17d2[{BASE}]){{0,3}}[\u17c9\u17ca]?[\u17b6-\u17c5]{{0,2}}"
    "[\u17c6\u17cb\u17cd-\u17d1\u17dd]{0,2}[\u17c7\u17c8]?\u17d7?)+"
)
# Marks of every script follow letters; those of no script of their own (accents) come two at most, as in Vietnamese.
MARKS_IN_A_ROW, ACCENTS_IN_A_ROW = 6, 2
REPEATED = re.compile(r"([^\s\d'.,()\-])\1{3}", re.IGNORECASE)
SEPARATORS = re.compile(r"[\s'.,()\-]{3}")
# Web addresses as people paste them; endings that are also words ("peace.Live together") only before a slash.
LINK = re.compile(
    r"https?:|://|www\.|(?<![a-z])(?:t|wa|fb|m)\.me(?![a-z])"
    r"|\w\.(?:com|org|net|info|biz|xyz|io|kh|vn|ru|cn|ly|gg|tk)(?![a-z])|\w\.[a-z]{2,}/\S",
    re.IGNORECASE,
)
# East Asian names mix these in one word.
EAST_ASIAN = frozenset({"CJK", "IDEOGRAPHIC", "HIRAGANA", "KATAKANA", "KATAKANA-HIRAGANA", "HANGUL", "BOPOMOFO"})
WIDTHS = ("FULLWIDTH ", "HALFWIDTH ")
LETTERS_OF_ANY_SCRIPT = frozenset("\u02b9\u02ba\u02bb\u02be\u02bf")  # okina, ayn, hamza in Latin letters
ORDINALS = frozenset("ªº")  # M.ª, as Spanish shortens María
STYLES = ("<font>", "<super>", "<sub>", "<circle>", "<square>")


def _fault(message: str | _StrPromise, code: str, **params: str) -> ValidationError:
    return ValidationError(message, code=code, params=params or None)


def _check_length(text: str, most: int, slack: int = 1) -> None:
    if len(text) > most * slack:
        raise _fault(TOO_LONG, "too_long", most=number(most))


def _is_unreadable(character: str) -> bool:
    """What no person typed: control characters but for white space, halves of characters, private ones, those that are
    none by definition, and what a failed decoding leaves behind."""
    code = ord(character)
    if code in INVISIBLE or character in "\t\r\n":
        return False
    is_none = code == 0xFFFD or code & 0xFFFE == 0xFFFE or 0xFDD0 <= code <= 0xFDEF
    return is_none or unicodedata.category(character) in ("Cc", "Cs", "Co")


def _check_readable(text: str) -> None:
    if any(map(_is_unreadable, text)):
        raise _fault(UNREADABLE, "unreadable")


def _script(character: str) -> str:
    """The script of a letter or mark, "" where it goes with any. It is the first word of its Unicode name."""
    if character in LETTERS_OF_ANY_SCRIPT:
        return ""
    if character in ORDINALS:
        return "LATIN"
    name = unicodedata.name(character, "")
    for width in WIDTHS:
        name = name.removeprefix(width)
    script = name.partition(" ")[0]
    if script in ("COMBINING", "VARIATION"):
        return ""
    return "CJK" if script in EAST_ASIAN else script


def _is_letter(character: str) -> bool:
    if character in LETTERS_OF_ANY_SCRIPT or character in ORDINALS:
        return True
    if unicodedata.category(character)[0] != "L" or unicodedata.name(character, "").startswith("MODIFIER"):
        return False
    return not unicodedata.decomposition(character).startswith(STYLES)


def _is_mark(character: str) -> bool:
    return unicodedata.category(character) in ("Mn", "Mc")


def _check_marks(word: str) -> None:
    marks = accents = 0
    for place, character in enumerate(word):
        if not _is_mark(character):
            marks = accents = 0
            continue
        marks += 1
        accents += _script(character) == ""
        if place == 0 or marks > MARKS_IN_A_ROW or accents > ACCENTS_IN_A_ROW:
            raise _fault(SPELLING, "spelling", word=word)


def _check_word(word: str) -> None:
    """Letters and marks of one script; Khmer in well-formed syllables."""
    scripts = {_script(character) for character in word} - {""}
    if len(scripts) > 1:
        raise _fault(_("Write each word in one alphabet: “%(word)s” mixes two."), "scripts", word=word)
    if "KHMER" in scripts and not KHMER_WORD.fullmatch(word):
        raise _fault(SPELLING, "spelling", word=word)
    _check_marks(word)


def _check_words(text: str, between: str, message: str | _StrPromise) -> None:
    """`between` is what may stand between words, `message` says what may be written."""
    for character in text:
        if not (character in between or _is_letter(character) or _is_mark(character)):
            raise _fault(message, "character", character=character)
    if SEPARATORS.search(text):
        raise _fault(_("Too many spaces, hyphens, apostrophes, commas or full stops stand in a row."), "separators")
    repeated = REPEATED.search(text)
    if repeated:
        raise _fault(_("“%(character)s” stands too many times in a row."), "repeated", character=repeated[1])
    for word in re.split(f"[{re.escape(between)}]+", text):
        _check_word(word)


def _check_links(text: str) -> None:
    if LINK.search(text):
        raise _fault(_("Leave out links and web addresses."), "link")


def clean_name(text: str) -> str:
    """A person's name in its stored form. Raises ValidationError, in words the person can act on."""
    least, most = NAME_LENGTH
    _check_length(text, most, SLACK)
    _check_readable(text)
    text = stored_form(text)
    if not text:
        raise _fault(_("Write your name."), "required")
    _check_length(text, most)
    if len(text) < least:
        raise _fault(_("Write at least %(least)s characters."), "too_short", least=number(least))
    if not (_is_letter(text[0]) or text[0] == "'" and _is_letter(text[1])):
        raise _fault(_("Begin your name with a letter."), "beginning")
    _check_links(text)
    _check_words(
        text,
        " '.-",
        _("A name has only letters, spaces, hyphens, apostrophes and full stops. Leave out “%(character)s”."),
    )
    return text


def clean_city(text: str) -> str:
    """A town or province in its stored form, "" where none was written."""
    _check_length(text, CITY_LENGTH, SLACK)
    _check_readable(text)
    text = stored_form(text)
    _check_length(text, CITY_LENGTH)
    if not text:
        return ""
    if not (_is_letter(text[0]) or text[0].isdecimal() or text[0] == "'"):
        raise _fault(_("Begin the place with a letter or a digit."), "beginning")
    _check_links(text)
    digits = "".join({character for character in text if character.isdecimal()})
    _check_words(
        text,
        " '.,()-" + digits,
        _("A place has only letters, digits, spaces and , . ' - ( ). Leave out “%(character)s”."),
    )
    return text


def clean_comment(text: str) -> str:
    """A reason in the signer's words, "" where none was written: each line in its stored form, one empty line at most
    between two."""
    _check_length(text, COMMENT_LENGTH, SLACK)
    _check_readable(text)
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    text = re.sub(r"\n{3,}", "\n\n", "\n".join(map(stored_form, lines))).strip()
    _check_length(text, COMMENT_LENGTH)
    _check_links(text)
    return text
