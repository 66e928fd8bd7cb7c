"""certificate.pdf: the count on one page, in the recipient's languages: the first large, the others small below it."""

from __future__ import annotations

import datetime
from pathlib import Path
from typing import Any

from petition.glyphs import BREAK_HINT
from petition.typesetting import make_pdf
from signatures.delivery import wording
from signatures.delivery.letterheads import grouped, organiser, verify_address
from signatures.delivery.letters import country_count, title

TEMPLATE = Path(__file__).parent / "typst" / "certificate.typ"
COUNTRIES = 6  # shown by themselves, the recipient's own among them

LABELS = {
    "en": {
        "heading": "Certificate of the count",
        "delivery": "Delivery {ordinal}, {delivered_on}.",
        "counted": "The signatures were counted on {frozen_on}.",
        "confirmed": "confirmed signatures",
        "names": "Names",
        "named": "may be passed on",
        "withheld": "withheld by the signer’s choice",
        "origins": "How they were given",
        "web": "on the petition’s site",
        "paper": "by hand, on paper",
        "stall": "at a stall",
        "countries": "Where the signers live",
        "other_countries": "Other countries",
        "by_web": "A signature given on the site counts when its signer has confirmed it from an e-mail.",
        "by_paper": "One given on paper counts when one person has copied it from the sheet and a second checked it.",
        "book": "Each has one line and one number in the book. The book’s root stands for all of its lines: were one "
        "of them changed, it would be another.",
        "root": "Root of the book of signatures",
        "signing_key": "Key with which the book is signed",
        "verify": "Check it at",
        "committee": "For the committee",
        "place": "Place and date",
    },
    "km": {
        "heading": "វិញ្ញាបនបត្រចំនួនហត្ថលេខា",
        "delivery": "ការប្រគល់ជូនលើកទី{ordinal} {delivered_on}។",
        "counted": "ហត្ថលេខាបានរាប់នៅ{frozen_on}។",
        "confirmed": "ហត្ថលេខាដែលបានបញ្ជាក់",
        "names": "ឈ្មោះ",
        "named": "យល់ព្រមឱ្យប្រគល់ជូន",
        "withheld": "មិនបង្ហាញ តាមការសម្រេចរបស់អ្នកចុះហត្ថលេខា",
        "origins": "របៀបចុះហត្ថលេខា",
        "web": "លើគេហទំព័រនៃញត្តិ",
        "paper": "ដោយដៃលើសន្លឹក",
        "stall": "នៅតូបចុះហត្ថលេខា",
        "countries": "កន្លែងរស់នៅរបស់អ្នកចុះហត្ថលេខា",
        "other_countries": "ប្រទេសផ្សេងទៀត",
        "by_web": "ហត្ថលេខាលើគេហទំព័រ រាប់បញ្ចូលតែពេលម្ចាស់បានបញ្ជាក់តាមអ៊ីមែលប៉ុណ្ណោះ។",
        "by_paper": "ហត្ថលេខាលើសន្លឹក រាប់បញ្ចូលតែពេលមានម្នាក់ចម្លង ហើយម្នាក់ទៀតពិនិត្យរួច។",
        "book": "ហត្ថលេខានីមួយៗមានមួយបន្ទាត់ និងមួយលេខក្នុងសៀវភៅ។ លេខឫសតំណាងឱ្យគ្រប់បន្ទាត់៖ បើបន្ទាត់ណាមួយត្រូវបានកែ លេខនេះនឹងប្តូរ។",
        "root": "លេខឫសនៃសៀវភៅហត្ថលេខា",
        "signing_key": "កូនសោដែលចុះហត្ថលេខាលើសៀវភៅ",
        "verify": "ផ្ទៀងផ្ទាត់នៅ",
        "committee": "តំណាងគណៈកម្មាធិការ",
        "place": "ទីកន្លែង និងកាលបរិច្ឆេទ",
    },
    "fr": {
        "heading": "Certificat de décompte",
        "delivery": "Remise nᵒ {ordinal}, {delivered_on}.",
        "counted": "Les signatures ont été comptées le {frozen_on}.",
        "confirmed": "signatures confirmées",
        "names": "Noms",
        "named": "transmission acceptée",
        "withheld": "non communiqués, au choix du signataire",
        "origins": "Comment elles ont été données",
        "web": "sur le site de la pétition",
        "paper": "à la main, sur papier",
        "stall": "à un stand",
        "countries": "Où vivent les signataires",
        "other_countries": "Autres pays",
        "by_web": "Une signature donnée sur le site compte une fois confirmée par son auteur depuis un courriel.",
        "by_paper": "Une signature sur papier compte une fois recopiée par une personne et vérifiée par une autre.",
        "book": "À chacune correspondent une ligne et un numéro du livre. La racine du livre représente toutes ses "
        "lignes : si une seule changeait, elle serait différente.",
        "root": "Racine du livre des signatures",
        "signing_key": "Clé avec laquelle le livre est signé",
        "verify": "À vérifier sur",
        "committee": "Pour le comité",
        "place": "Lieu et date",
    },
}

Line = tuple[list[str], str]  # a label in each language, and the number in the first


def countries(
    description: dict[str, Any], recipient: dict[str, Any], languages: list[str], most: int = COUNTRIES
) -> list[Line]:
    """The largest and the recipient's own, and all others together. Who gets the totals alone sees no small country by
    itself; of their own, when it is small, no more than the letter says."""
    counts, small, own = description["counts"], description["small_country"], recipient["country"]
    least = small if recipient["discloses"] == "totals" else 1
    ranked = sorted((-n, code) for code, n in counts["by_country"].items() if n >= least)
    shown = [code for _n, code in ranked[:most]]
    if own and own not in shown:
        shown = [*shown[: most - 1], own]
    lines = [
        (
            [wording.country(code, language) for language in languages],
            country_count(counts, {**recipient, "country": code}, languages[0], small),
        )
        for code in shown
    ]
    told = [n for code in shown if (n := counts["by_country"].get(code, 0)) >= least]
    others = counts["confirmed"] - sum(told)
    return [*lines, _line("other_countries", others, languages)] if others else lines


def _line(name: str, n: int, languages: list[str]) -> Line:
    return [LABELS[language][name] for language in languages], wording.number(n, languages[0])


def _group(name: str, lines: list[Line], languages: list[str]) -> dict[str, Any]:
    return {"heading": [LABELS[language][name] for language in languages], "lines": lines}


def _part(description: dict[str, Any], language: str) -> dict[str, Any]:
    """What is said in sentences, in one language."""
    counts, labels, petition = description["counts"], LABELS[language], description["petition"]
    frozen_on = wording.local_day(datetime.datetime.fromisoformat(description["frozen_at"]))
    planned_on = datetime.date.fromisoformat(description["delivery"]["planned_on"])
    ways = [labels[f"by_{origin}"] for origin in ("web", "paper") if counts["by_origin"].get(origin)]
    return {
        **{name: labels[name] for name in ("heading", "confirmed", "committee", "place")},
        "lang": language,
        "organiser": organiser(description, language),
        "petition": title(petition, language),
        "delivery": labels["delivery"].format(
            ordinal=wording.number(description["delivery"]["ordinal"], language),
            delivered_on=wording.day(max(planned_on, frozen_on), language),
        ),
        "counted": labels["counted"].format(frozen_on=wording.day(frozen_on, language)),
        "count": wording.number(counts["confirmed"], language),
        "method": " ".join([*ways, labels["book"]]),
    }


def _marks(description: dict[str, Any], languages: list[str], root: str) -> list[dict[str, Any]]:
    """The numbers by which the book is known and where to check it, each with its label in each language."""
    found = [("root", grouped(root))]
    if description.get("signing_key"):
        found.append(("signing_key", description["signing_key"]))
    if address := verify_address(description, languages[0]):
        found.append(("verify", address))
    return [{"labels": [LABELS[language][name] for language in languages], "text": text} for name, text in found]


def certificate_pdf(
    description: dict[str, Any], recipient: dict[str, Any], *, languages: list[str], root: str
) -> bytes:
    """PDF/A-2a and PDF/UA-1, one page. `description` is that of a bundle; it may lack `signing_key`, the fingerprint of
    the key that signs the manifest, and `site_url`."""
    petition, counts, first = description["petition"], description["counts"], languages[0]
    by_origin = sorted(counts["by_origin"].items(), key=lambda item: (-item[1], item[0]))
    data = {
        "lang": first,
        "title": f"{LABELS[first]['heading']}: {title(petition, first)['text'].replace(BREAK_HINT, '')}",
        "author": organiser(description, first)["text"],
        "languages": languages,
        "parts": [_part(description, language) for language in languages],
        "groups": [
            _group("names", [_line(name, counts[name], languages) for name in ("named", "withheld")], languages),
            _group("origins", [_line(origin, n, languages) for origin, n in by_origin], languages),
            _group("countries", countries(description, recipient, languages), languages),
        ],
        "marks": _marks(description, languages, root),
    }
    at = datetime.datetime.fromisoformat(description["frozen_at"])
    return make_pdf(TEMPLATE, data, at=at, standards=["a-2a", "ua-1"])
