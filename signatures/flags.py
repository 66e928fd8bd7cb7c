"""Hints for moderators: what in a name and a reason is worth a second look. Made once, when the words come in, and anew
for what waits when the list of words changes. A hint decides nothing."""

from __future__ import annotations

import re
import unicodedata
from typing import NamedTuple

from django.db import transaction

from signatures import names
from signatures.choices import Flag, Review
from signatures.models import FlaggedWord, Signature
from signatures.remembered import Remembered

SECONDS = 5  # how old the list of words may be in a process
A_TURN = 1000  # rows that are looked at in one transaction

KHMER = re.compile("[\u1780-\u17ff]")
# Letters as they are written to get past such a list. What stands between two letters only.
LEET = str.maketrans("013457@$!|", "oieastasil")
LEET_WORD = re.compile(r"[\w@$!|]*[a-z][\w@$!|]*")

AT, DOT = r"(?:@|\s?[(\[{]\s?(?:at|a)\s?[)\]}]\s?)", r"(?:\.|\s?[(\[{]\s?(?:dot|\.)\s?[)\]}]\s?)"
EMAIL = re.compile(rf"[\w.+-]+\s?{AT}\s?[\w-]+\s?{DOT}\s?[a-z]{{2,}}")
LINK = re.compile(
    rf"h(?:tt|xx)ps?\b|www\b|\w{DOT}(?:com|org|net|info|biz|xyz|io|me|app|site|online|shop|top|kh|vn|ru|cn|ly|gg|tk)(?![a-z])"
    r"|\w\sdot\s(?:com|org|net)\b|(?:^|\s)@[a-z][\w.]{3,}|\b(?:t|wa|fb|m)\.me\b"
)
# Days, spans of years, and numbers with their thousands parted, are digits in a row that call nobody.
NO_PHONE = re.compile(
    r"\b\d{1,2}([./\-\s])\d{1,2}\1(?:1[89]|20|25)\d\d\b|\b(?:1[89]|20|25)\d\d([./-])\d{1,2}\2\d{1,2}\b"
    r"|\b(?:1[89]|20|25)\d\d\s?[-–/,]\s?(?:1[89]|20|25)\d\d\b"
    r"|(?<![\d+])(?<!\d[.,\s\-])[1-9]\d{0,2}(?:([.,\s])\d{3})(?:\3\d{3})*(?![\d.,]?\d)"
)
PHONE = re.compile(r"(?<!\d)(?:\+\s?)?\(?\d(?:[\s.\-–()/_]{0,2}\d){7,14}(?!\d)")


class Words(NamedTuple):
    """The list in the forms in which it is looked for."""

    khmer: tuple[str, ...]  # match keys, found anywhere
    others: re.Pattern[str] | None  # found as whole words


def plain(text: str) -> str:
    """In the stored form and small letters, without accents; digits of every script as 0 to 9."""
    decomposed = unicodedata.normalize("NFKD", names.stored_form(text)).casefold()
    letters = "".join(c for c in decomposed if not "\u0300" <= c <= "\u036f").translate(names.PLAIN_LATIN)
    return "".join(str(unicodedata.digit(c)) if c.isdecimal() else c for c in letters)


def _without_leet(text: str) -> str:
    return LEET_WORD.sub(lambda word: word[0].translate(LEET), text)


def _khmer_key(text: str) -> str:
    """Khmer has no spaces between words, and who hides a word puts some into it."""
    return "".join(c for c in names.match_key(text) if c.isalnum() or unicodedata.category(c)[0] == "M")


def prepared(texts: list[str]) -> Words:
    khmer = tuple(filter(None, (_khmer_key(text) for text in texts if KHMER.search(text))))
    others = [re.escape(_without_leet(plain(text))) for text in texts if not KHMER.search(text)]
    return Words(khmer, re.compile(rf"(?<!\w)(?:{'|'.join(others)})(?!\w)") if others else None)


def _read_words() -> Words:
    return prepared(list(FlaggedWord.objects.values_list("text", flat=True)))


_words = Remembered(_read_words, seconds=SECONDS)
forget_words = _words.forget


def find(name: str, comment: str, words: Words) -> list[Flag]:
    """What is worth a look, in the order of Flag."""
    text = plain(f"{name}\n{comment}")
    email = EMAIL.search(text)
    tests = {
        Flag.LINK: LINK.search(EMAIL.sub(" ", text)),
        Flag.PHONE: PHONE.search(NO_PHONE.sub(" ; ", text)),
        Flag.EMAIL: email,
        Flag.ABUSE: _is_abusive(name, text, comment, words),
        Flag.DIGITS: any(c.isdecimal() for c in name),
        Flag.LETTER: len(set(names.match_key(name))) == 1,
    }
    return [flag for flag, is_found in tests.items() if is_found]


def _is_abusive(name: str, text: str, comment: str, words: Words) -> bool:
    if words.others and (words.others.search(text) or words.others.search(_without_leet(text))):
        return True
    keys = [_khmer_key(part) for part in (name, comment)]
    return any(word in key for word in words.khmer for key in keys)


def stored(name: str, comment: str) -> str:
    """The hints as a signature keeps them."""
    return " ".join(find(name, comment, _words.get()))


def flag_waiting() -> int:
    """Look anew at all words that wait, by the list as it is now. Returns how many rows changed."""
    forget_words()
    changed = after = 0
    while True:
        with transaction.atomic():
            waiting = Signature.objects.select_for_update(no_key=True).filter(review=Review.WAITING, pk__gt=after)
            rows = list(waiting.order_by("pk").only("id", "public_name", "comment", "flags")[:A_TURN])
            if not rows:
                return changed
            after = rows[-1].pk
            fresh: dict[str, list[int]] = {}
            for row in rows:
                flags = stored(row.public_name, row.comment)
                if flags != row.flags:
                    fresh.setdefault(flags, []).append(row.pk)
            for flags, ids in fresh.items():
                changed += Signature.objects.filter(pk__in=ids).update(flags=flags)
