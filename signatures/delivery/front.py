"""What stands before the rows of a volume and the numbers of an annex: cover, petition, how to read it."""

from __future__ import annotations

import datetime
import re
from typing import Any

from petition import khmer
from petition.glyphs import MARK, for_letter
from signatures.delivery import wording

# As wide as a figure, so that numbers and ranges stand in columns.
FIGURE_SPACE, FIGURE_DASH = "\u2007", "\u2012"

VOLUME, ANNEX = "volume", "annex"
_NOTES = {
    "en": {
        "one number": "Every signature has one number. The numbers run through all volumes without a gap, from 1 to "
        "{total}. The foot of each page says which of them stand on it.",
        "withheld": "Each signer chose whether the recipients are given their name. Where they are not, the line says "
        "“name withheld”; the signature counts all the same, and keeps its place in the order.",
        "country": "Country: where the signer lives, as they gave it. Date: the day on which the signature was "
        "confirmed, as year, month and day.",
        "origin": "Origin: web, signed on the petition’s site and confirmed by e-mail; paper, signed by hand on a "
        "sheet; stall, signed at a stall.",
        "mark": f"{MARK} written in letters that this book’s fonts lack: printed here in Latin letters, and in its own "
        "letters in the tables.",
        "annex": "The annex says for each country the numbers of its signatures, so that they can be found in the "
        "volumes.",
        "tables": "The same list stands as tables in signatures.csv and signatures.xlsx.",
        "numbers": "This annex says for each country, largest first, which signatures were given there. Each number is "
        "that of a line in the volumes: from 1 to {total}, each number once.",
        "range": f"7{FIGURE_DASH}12 stands for all the numbers from 7 to 12.",
        "which volume": "The cover of each volume says which numbers it holds; so does the list behind the countries.",
        "named": "Named: signers who give their names to the recipients. Withheld: signers who do not; they count all "
        "the same, and their numbers stand here as all others do.",
    },
    "km": {
        "one number": "ហត្ថលេខានីមួយៗមានលេខមួយ។ លេខទាំងនេះរៀងតាមលំដាប់ពីភាគទីមួយដល់ភាគចុងក្រោយ ដោយគ្មានរំលង ចាប់ពីលេខ ១ ដល់ "
        "{total}។ ផ្នែកខាងក្រោមនៃទំព័រនីមួយៗ បញ្ជាក់លេខដែលមានក្នុងទំព័រនោះ។",
        "withheld": "អ្នកចុះហត្ថលេខាម្នាក់ៗបានសម្រេចដោយខ្លួនឯងថា ត្រូវប្រគល់ឈ្មោះរបស់ខ្លួនជូនអ្នកទទួលឬទេ។ បើមិនប្រគល់ទេ "
        "បន្ទាត់នោះសរសេរថា «មិនបង្ហាញឈ្មោះ» ប៉ុន្តែហត្ថលេខានៅតែរាប់បញ្ចូល ហើយនៅតាមលំដាប់របស់ខ្លួនដដែល។",
        "country": "ប្រទេស៖ ប្រទេសដែលអ្នកចុះហត្ថលេខារស់នៅ តាមដែលម្ចាស់ហត្ថលេខាបានបញ្ជាក់។ កាលបរិច្ឆេទ៖ ថ្ងៃដែលហត្ថលេខាត្រូវបានបញ្ជាក់ "
        "សរសេរជាឆ្នាំ ខែ ថ្ងៃ។",
        "origin": "ប្រភព៖ web គឺចុះហត្ថលេខាលើគេហទំព័រ ហើយបញ្ជាក់តាមអ៊ីមែល។ paper គឺចុះដោយដៃលើសន្លឹកចុះហត្ថលេខា។ stall "
        "គឺចុះនៅតូបចុះហត្ថលេខា។",
        "mark": f"{MARK} សរសេរដោយអក្សរដែលពុម្ពអក្សរនៃសៀវភៅនេះមិនមាន៖ នៅទីនេះបោះពុម្ពជាអក្សរឡាតាំង ហើយក្នុងតារាងនៅជាអក្សរដើម។",
        "annex": "ឧបសម្ព័ន្ធប្រាប់លេខហត្ថលេខារបស់ប្រទេសនីមួយៗ ដើម្បីងាយរកក្នុងភាគនានា។",
        "tables": "បញ្ជីដដែលនេះមានជាតារាងក្នុង signatures.csv និង signatures.xlsx។",
        "numbers": "ឧបសម្ព័ន្ធនេះប្រាប់លេខហត្ថលេខារបស់ប្រទេសនីមួយៗ ពីប្រទេសដែលមានហត្ថលេខាច្រើនជាងគេទៅ។ លេខនីមួយៗជាលេខនៃបន្ទាត់ក្នុងភាគនានា "
        "ចាប់ពីលេខ ១ ដល់ {total} ដោយលេខមួយមានតែម្តង។",
        "range": f"7{FIGURE_DASH}12 មានន័យថា លេខទាំងអស់ចាប់ពី ៧ ដល់ ១២។",
        "which volume": "ក្របនៃភាគនីមួយៗប្រាប់លេខដែលមានក្នុងភាគនោះ។ បញ្ជីខាងក្រោយបញ្ជីប្រទេស ក៏ប្រាប់ដូចគ្នា។",
        "named": "មានឈ្មោះ៖ អ្នកចុះហត្ថលេខាដែលប្រគល់ឈ្មោះជូនអ្នកទទួល។ មិនបង្ហាញឈ្មោះ៖ អ្នកដែលមិនប្រគល់ឈ្មោះ ប៉ុន្តែហត្ថលេខានៅតែរាប់បញ្ចូល "
        "ហើយលេខក៏មាននៅទីនេះដូចលេខដទៃដែរ។",
    },
}
_HOW_TO_READ = {
    VOLUME: ("one number", "withheld", "country", "origin", "mark", "annex", "tables"),
    ANNEX: ("numbers", "range", "which volume", "named", "tables"),
}
_LABELS = {
    "en": {
        "label": "The petition, as it was signed",
        "outline": "The petition in English",
        "note": "These are the words that were signed, letter for letter.",
        "frozen": "The list was closed on {day}",
    },
    "km": {
        "label": "ញត្តិដែលបានចុះហត្ថលេខា",
        "outline": "The petition in Khmer · ញត្តិ",
        "note": "នេះជាពាក្យពេចន៍ដែលអ្នកចុះហត្ថលេខាបានចុះហត្ថលេខាលើ ដោយគ្មានកែប្រែសូម្បីមួយតួអក្សរ។",
        "frozen": "បានបិទបញ្ជីនៅ{day}",
    },
}


def _hinted(petition: dict[str, Any], field: str, language: str) -> Any:
    """A text of the petition, in Khmer with its places to break a line where it has them."""
    hints = petition[f"{field}_hints_km"] if language == "km" else None
    return hints or petition[field][language]


def _paragraphs(text: str) -> list[list[str]]:
    """The paragraphs, each as its lines."""
    return [_lines(part.strip()) for part in re.split(r"\n\s*\n", text.replace("\r\n", "\n")) if part.strip()]


def _lines(paragraph: str) -> list[str]:
    return for_letter(paragraph).split("\n")


def _petition(petition: dict[str, Any], language: str) -> dict[str, Any]:
    """The petition in one language; each paragraph as its lines."""
    labels = _LABELS[language]
    return {
        "lang": language,
        "label": labels["label"],
        "outline": labels["outline"],
        "note": labels["note"],
        "title": for_letter(_hinted(petition, "title", language)),
        "intro": _paragraphs(_hinted(petition, "intro", language)),
        "demands": [_lines(part) for part in _hinted(petition, "demands", language)],
        "sign_off": for_letter(petition["sign_off"][language]),
        "organiser": for_letter(petition["organiser"][language]),
    }


def describe(description: dict[str, Any], of: str) -> dict[str, Any]:
    """All that a cover and the pages behind it say of a petition and its freeze, in a VOLUME or in an ANNEX."""
    petition = description["petition"]
    total = description["counts"]["confirmed"]
    frozen_on = wording.local_day(datetime.datetime.fromisoformat(description["frozen_at"]))
    data: dict[str, Any] = {"petition": [_petition(petition, language) for language in ("km", "en")]}
    for language in ("km", "en"):
        notes = (_NOTES[language][name] for name in _HOW_TO_READ[of])
        data[f"notes_{language}"] = [note.format(total=wording.number(total, language)) for note in notes]
        data[f"title_{language}"] = for_letter(_hinted(petition, "title", language))
        data[f"title_plain_{language}"] = for_letter(petition["title"][language])
        data[f"organiser_{language}"] = for_letter(petition["organiser"][language])
        data[f"frozen_{language}"] = _LABELS[language]["frozen"].format(day=wording.day(frozen_on, language))
    return data


def page_of(page: int, pages: int) -> tuple[str, str]:
    """What the foot says of a page, in English and in Khmer."""
    return f"Page {page} of {pages}", f"ទំព័រ {khmer.digits(page)} នៃ {khmer.digits(pages)}"
