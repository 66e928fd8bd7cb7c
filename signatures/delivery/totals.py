"""totals.pdf: how many signed, from where, when and how. One part a language in which the recipient is written to."""

from __future__ import annotations

import datetime
from collections import Counter
from pathlib import Path
from typing import Any

from petition.glyphs import BREAK_HINT
from petition.typesetting import make_pdf
from signatures.delivery import wording
from signatures.delivery.letterheads import organiser
from signatures.delivery.letters import title

TEMPLATE = Path(__file__).parent / "typst" / "totals.typ"
LONGEST_BY_DAY = 62  # days; a longer time is told by months

LABELS = {
    "en": {
        "heading": "Signatures in numbers",
        "facts": "Delivery {ordinal}. The signatures were counted on {frozen_on}.",
        "confirmed": "Confirmed signatures",
        "goal": "Goal of the petition",
        "named": "of them, whose signers let their names be passed on",
        "withheld": "of them, whose signers withhold their names",
        "no_names": "No name is part of this packet.",
        "by_country": "By country",
        "by_day": "By day",
        "by_month": "By month",
        "signatures": "Signatures",
        "elsewhere": "Elsewhere (countries with fewer than {small} signatures)",
        "country": "Country",
        "day": "Day",
        "month": "Month",
        "root": "Root of the book of signatures",
        "root_note": "This number stands for every line of the book. Were one line changed, added or taken out, it "
        "would be another. It is the Merkle tree hash (RFC 6962, SHA-256) over the lines of signatures.csv, each with "
        "a salt, so that no name can be guessed from it.",
        "since": "Since delivery {ordinal}",
        "since_facts": "The signatures of delivery {ordinal} were counted on {frozen_on}.",
        "since_confirmed": "Signatures in delivery {ordinal}",
        "still": "of them, also in this delivery",
        "gone": "of them, withdrawn since then or no longer counted",
        "new": "New in this delivery",
        "page": "page",
        "of": "of",
    },
    "km": {
        "heading": "ហត្ថលេខាជាតួលេខ",
        "facts": "ការប្រគល់ជូនលើកទី{ordinal}។ ហត្ថលេខាបានរាប់នៅ{frozen_on}។",
        "confirmed": "ហត្ថលេខាដែលបានបញ្ជាក់",
        "goal": "គោលដៅនៃញត្តិ",
        "named": "ក្នុងនោះ អ្នកចុះហត្ថលេខាយល់ព្រមឱ្យប្រគល់ឈ្មោះ",
        "withheld": "ក្នុងនោះ អ្នកចុះហត្ថលេខាមិនបង្ហាញឈ្មោះ",
        "no_names": "ក្នុងកញ្ចប់ឯកសារនេះ គ្មានឈ្មោះអ្នកណាម្នាក់ឡើយ។",
        "by_country": "តាមប្រទេស",
        "by_day": "តាមថ្ងៃ",
        "by_month": "តាមខែ",
        "signatures": "ហត្ថលេខា",
        "elsewhere": "កន្លែងផ្សេងទៀត (ប្រទេសដែលមានហត្ថលេខាតិចជាង {small})",
        "country": "ប្រទេស",
        "day": "ថ្ងៃ",
        "month": "ខែ",
        "root": "លេខឫសនៃសៀវភៅហត្ថលេខា",
        "root_note": "លេខនេះតំណាងឱ្យគ្រប់បន្ទាត់ក្នុងសៀវភៅ។ បើបន្ទាត់ណាមួយត្រូវបានកែ បន្ថែម ឬដកចេញ លេខនេះនឹងប្តូរ។ "
        "លេខនេះគណនាតាមវិធី Merkle tree hash (RFC 6962, SHA-256) ពីបន្ទាត់ទាំងអស់នៃ signatures.csv ដោយបន្ថែមលេខសម្ងាត់ទៅបន្ទាត់នីមួយៗ "
        "ដើម្បីកុំឱ្យគេអាចទាយឈ្មោះបាន។",
        "since": "ចាប់តាំងពីការប្រគល់ជូនលើកទី{ordinal}",
        "since_facts": "ហត្ថលេខានៃការប្រគល់ជូនលើកទី{ordinal} បានរាប់នៅ{frozen_on}។",
        "since_confirmed": "ហត្ថលេខាក្នុងការប្រគល់ជូនលើកទី{ordinal}",
        "still": "ក្នុងនោះ មានក្នុងការប្រគល់ជូនលើកនេះដែរ",
        "gone": "ក្នុងនោះ បានដកវិញ ឬលែងរាប់បញ្ចូលតាំងពីពេលនោះមក",
        "new": "ហត្ថលេខាថ្មីក្នុងការប្រគល់ជូនលើកនេះ",
        "page": "ទំព័រ",
        "of": "នៃ",
    },
    "fr": {
        "heading": "Les signatures en chiffres",
        "facts": "Remise nᵒ {ordinal}. Les signatures ont été comptées le {frozen_on}.",
        "confirmed": "Signatures confirmées",
        "goal": "Objectif de la pétition",
        "named": "dont les signataires acceptent que leur nom soit transmis",
        "withheld": "dont les signataires ne communiquent pas leur nom",
        "no_names": "Aucun nom ne figure dans ce pli.",
        "by_country": "Par pays",
        "by_day": "Par jour",
        "by_month": "Par mois",
        "signatures": "Signatures",
        "elsewhere": "Ailleurs (pays comptant moins de {small} signatures)",
        "country": "Pays",
        "day": "Jour",
        "month": "Mois",
        "root": "Racine du livre des signatures",
        "root_note": "Ce nombre représente chaque ligne du livre : si une seule ligne était modifiée, ajoutée ou "
        "retirée, il serait différent. C’est le hachage d’arbre de Merkle (RFC 6962, SHA-256) sur les lignes de "
        "signatures.csv, chacune avec un sel, afin qu’aucun nom ne puisse en être deviné.",
        "since": "Depuis la remise nᵒ {ordinal}",
        "since_facts": "Les signatures de la remise nᵒ {ordinal} ont été comptées le {frozen_on}.",
        "since_confirmed": "Signatures de la remise nᵒ {ordinal}",
        "still": "dont figurent aussi dans cette remise",
        "gone": "dont ont été retirées depuis, ou ne sont plus comptées",
        "new": "Nouvelles dans cette remise",
        "page": "page",
        "of": "sur",
    },
}
ORIGINS = {
    "web": {
        "en": "given on the petition’s site and confirmed by e-mail",
        "km": "ចុះលើគេហទំព័រ ហើយបញ្ជាក់តាមអ៊ីមែល",
        "fr": "données sur le site et confirmées par courriel",
    },
    "paper": {
        "en": "given by hand on a paper sheet",
        "km": "ចុះដោយដៃលើសន្លឹកចុះហត្ថលេខា",
        "fr": "données à la main, sur papier",
    },
    "stall": {"en": "given at a stall", "km": "ចុះនៅតូបចុះហត្ថលេខា", "fr": "données à un stand"},
}

Line = tuple[str, str]


def by_country(counts: dict[str, Any], discloses: str, small: int, language: str) -> list[Line]:
    """Largest first. Where the recipient gets no names, countries below `small` stand together, last."""
    shown, elsewhere = [], 0
    for code, count in sorted(counts["by_country"].items(), key=lambda item: (-item[1], item[0])):
        if discloses == "totals" and count < small:
            elsewhere += count
        else:
            shown.append((wording.country(code, language), wording.number(count, language)))
    if elsewhere:
        label = LABELS[language]["elsewhere"].format(small=wording.number(small, language))
        shown.append((label, wording.number(elsewhere, language)))
    return shown


def by_time(counts: dict[str, Any], language: str) -> tuple[str, list[Line]]:
    """The unit, day or month where the time is long, and the lines."""
    days = {datetime.date.fromisoformat(day): count for day, count in sorted(counts["by_day"].items())}
    if (max(days) - min(days)).days < LONGEST_BY_DAY:
        return "day", [(wording.day(day, language), wording.number(n, language)) for day, n in days.items()]
    months: Counter[datetime.date] = Counter()
    for day, count in days.items():
        months[day.replace(day=1)] += count
    return "month", [(wording.month(day, language), wording.number(n, language)) for day, n in months.items()]


def by_origin(counts: dict[str, Any], language: str) -> list[Line]:
    return [
        (ORIGINS.get(origin, {}).get(language, origin), wording.number(count, language))
        for origin, count in sorted(counts["by_origin"].items(), key=lambda item: (-item[1], item[0]))
    ]


def since_previous(previous: dict[str, Any] | None, language: str) -> dict[str, Any] | None:
    """What has come and gone since the delivery before; None where there was none."""
    if previous is None:
        return None
    frozen_on = wording.local_day(datetime.datetime.fromisoformat(previous["frozen_at"]))
    told = {
        "ordinal": wording.number(previous["ordinal"], language),
        "frozen_on": wording.day(frozen_on, language),
    }
    labels = {name: text.format(**told) for name, text in LABELS[language].items() if name.startswith("since")}

    def line(label: str, value: str) -> Line:
        return label, wording.number(previous[value], language)

    return {
        "heading": labels["since"],
        "facts": labels["since_facts"],
        "lines": [
            line(labels["since_confirmed"], "confirmed"),
            line(LABELS[language]["still"], "still"),
            line(LABELS[language]["gone"], "withdrawn"),
            line(LABELS[language]["new"], "new"),
        ],
    }


def _table(labels: dict[str, str], kind: str, lines: list[Line]) -> dict[str, Any]:
    return {"heading": labels[f"by_{kind}"], "column": labels[kind], "lines": lines}


def _part(description: dict[str, Any], discloses: str, language: str) -> dict[str, Any]:
    """The whole of it in one language."""
    counts, labels, petition = description["counts"], LABELS[language], description["petition"]
    frozen_on = wording.local_day(datetime.datetime.fromisoformat(description["frozen_at"]))
    unit, times = by_time(counts, language)
    ordinal = wording.number(description["delivery"]["ordinal"], language)
    return {
        "lang": language,
        "heading": labels["heading"],
        "petition": title(petition, language),
        "organiser": organiser(description, language),
        "facts": labels["facts"].format(ordinal=ordinal, frozen_on=wording.day(frozen_on, language)),
        "main": [labels["confirmed"], wording.number(counts["confirmed"], language)],
        "summary": [
            [(labels[name], wording.number(counts[name], language)) for name in ("named", "withheld")],
            by_origin(counts, language),
            [(labels["goal"], wording.number(petition["goal"], language))],
        ],
        "note": labels["no_names"] if discloses == "totals" else "",
        "since": since_previous(description.get("previous"), language),
        "tables": [
            _table(labels, "country", by_country(counts, discloses, description["small_country"], language)),
            _table(labels, unit, times),
        ],
        "signatures": labels["signatures"],
        "root": labels["root"],
        "root_note": labels["root_note"],
        "page": labels["page"],
        "of": labels["of"],
    }


def totals_pdf(description: dict[str, Any], *, discloses: str, languages: list[str], root: str) -> bytes:
    """PDF/A-2a and PDF/UA-1. The same for all recipients with the same disclosure and languages."""
    petition, first = description["petition"], languages[0]
    data = {
        "lang": first,
        "title": f"{LABELS[first]['heading']}: {title(petition, first)['text'].replace(BREAK_HINT, '')}",
        "author": organiser(description, first)["text"],
        "root": root,
        "parts": [_part(description, discloses, language) for language in languages],
    }
    at = datetime.datetime.fromisoformat(description["frozen_at"])
    return make_pdf(TEMPLATE, data, at=at, standards=["a-2a", "ua-1"])
