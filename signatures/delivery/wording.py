"""Numbers, days and countries as they are written on paper, in the languages that letters have: en, km, fr."""

from __future__ import annotations

import datetime
from zoneinfo import ZoneInfo

from petition import countries, khmer

ZONE = ZoneInfo("Asia/Phnom_Penh")  # the days of signatures are counted there
_SEPARATOR = {"en": ",", "fr": "\u202f"}
_MONTHS = {
    "en": "January February March April May June July August September October November December".split(),
    "km": khmer.MONTHS,
    "fr": "janvier février mars avril mai juin juillet août septembre octobre novembre décembre".split(),
}


def number(value: int, language: str) -> str:
    """1234567 as 1,234,567, ១.២៣៤.៥៦៧ or 1 234 567."""
    if language == "km":
        return khmer.number(value)
    return f"{value:,}".replace(",", _SEPARATOR[language])


def day(value: datetime.date, language: str) -> str:
    """23 October 2027, ថ្ងៃទី២៣ ខែតុលា ឆ្នាំ២០២៧ or 23 octobre 2027."""
    if language == "km":
        return khmer.day(value)
    number_of_day = "1er" if language == "fr" and value.day == 1 else str(value.day)
    return f"{number_of_day} {month(value, language)}"


def month(value: datetime.date, language: str) -> str:
    name = _MONTHS[language][value.month - 1]
    if language == "km":
        return f"ខែ{name} ឆ្នាំ{khmer.digits(value.year)}"
    return f"{name} {value.year}"


def fewer_than(value: int, language: str) -> str:
    """What stands for a count that is too small to be told."""
    return {"en": "fewer than {}", "km": "តិចជាង {}", "fr": "moins de {}"}[language].format(number(value, language))


def volumes(count: int, language: str) -> str:
    if language == "km":
        return f"{number(count, language)} ភាគ"
    word = "volume" if count == 1 else "volumes"
    return f"{number(count, language)} {word}"


def local_day(moment: datetime.datetime) -> datetime.date:
    return moment.astimezone(ZONE).date()


def day_of(moment: str, language: str) -> str:
    """The day of an ISO moment, as it is written."""
    return day(local_day(datetime.datetime.fromisoformat(moment)), language)


# English names that a sentence gives an article, among the countries of ISO 3166-1.
_THE = set("AE BS CC CF CK DO FK FO GB GM IM IO KM KY MH MP MV NL PH SB SC TC TF US VG VI".split())


def country_in_sentence(code: str, language: str) -> str:
    """The same as it follows a preposition: from the United States."""
    name = country(code, language)
    return f"the {name}" if language == "en" and code in _THE else name


def country(code: str, language: str) -> str:
    """The country's name; the code itself where it has none."""
    return countries.name(code, language)
