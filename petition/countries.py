"""Countries by their ISO 3166-1 alpha-2 codes, named in Khmer, English and French by Unicode's CLDR (through Babel)."""

from __future__ import annotations

import functools
import unicodedata

from babel import Locale
from django.utils.translation import get_language

# ISO 3166-1's officially assigned codes, as of 2026.
CODES = tuple(
    """
    AD AE AF AG AI AL AM AO AQ AR AS AT AU AW AX AZ BA BB BD BE BF BG BH BI BJ BL BM BN BO BQ BR BS BT BV BW BY BZ CA CC
    CD CF CG CH CI CK CL CM CN CO CR CU CV CW CX CY CZ DE DJ DK DM DO DZ EC EE EG EH ER ES ET FI FJ FK FM FO FR GA GB GD
    GE GF GG GH GI GL GM GN GP GQ GR GS GT GU GW GY HK HM HN HR HT HU ID IE IL IM IN IO IQ IR IS IT JE JM JO JP KE KG KH
    KI KM KN KP KR KW KY KZ LA LB LC LI LK LR LS LT LU LV LY MA MC MD ME MF MG MH MK ML MM MN MO MP MQ MR MS MT MU MV MW
    MX MY MZ NA NC NE NF NG NI NL NO NP NR NU NZ OM PA PE PF PG PH PK PL PM PN PR PS PT PW PY QA RE RO RS RU RW SA SB SC
    SD SE SG SH SI SJ SK SL SM SN SO SR SS ST SV SX SY SZ TC TD TF TG TH TJ TK TL TM TN TO TR TT TV TW TZ UA UG UM US UY
    UZ VA VC VE VG VI VN VU WF WS YE YT ZA ZM ZW
    """.split()
)
KNOWN = frozenset(CODES)


@functools.cache
def _names(language: str) -> dict[str, str]:
    """Code to name. 42 of the Khmer names hold break hints (U+200B), which no stored or compared text may have."""
    territories = Locale.parse(language).territories
    return {code: str(territories[code]).replace("\u200b", "") for code in CODES}


def name(code: str, language: str) -> str:
    """The country's name in "km", "en" or "fr"; an unknown code as it is."""
    return _names(language).get(code, code)


def _place(name: str) -> str:
    """Khmer's code points stand in the order of its alphabet; Latin letters go without their accents."""
    decomposed = unicodedata.normalize("NFD", name)
    return "".join(c for c in decomposed if not "\u0300" <= c <= "\u036f").casefold()


@functools.cache
def _sorted(language: str) -> tuple[tuple[str, str], ...]:
    return tuple(sorted(_names(language).items(), key=lambda pair: _place(pair[1])))


def choices() -> list[tuple[str, str]]:
    """(code, name) in the reader's language, by name."""
    return list(_sorted("km" if get_language() == "km" else "en"))
