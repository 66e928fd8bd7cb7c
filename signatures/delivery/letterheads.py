"""The parts of a letter that are the same whatever its text says: its head, its reference, who signs, what is
enclosed, how to answer it and how to check it. `description` is that of a bundle; an old one has no letterhead."""

from __future__ import annotations

import re
from typing import Any

from petition.glyphs import for_letter
from signatures.delivery import wording
from signatures.delivery.letter_words import LABELS

DOTS = " ".join(["." * 8] * 8)  # in place of a root that nobody knows yet


def wording_of(language: str) -> str:
    """The language in which a petition's own words stand in a letter: they are signed in Khmer and in English."""
    return "km" if language == "km" else "en"


def run(text: str, language: str) -> dict[str, str]:
    """A stretch of text in one language, as letter.typ takes it."""
    return {"text": for_letter(text), "lang": language}


def organiser(description: dict[str, Any], language: str) -> dict[str, str]:
    """In French where the letterhead knows a French name, else in English."""
    french = description.get("letterhead", {}).get("organiser_fr", "")
    if language == "fr" and french:
        return run(french, "fr")
    return run(description["petition"]["organiser"][wording_of(language)], wording_of(language))


def _address(head: dict[str, Any], language: str) -> list[str]:
    lines = head.get("address", {})
    return [line for line in lines.get(language) or lines.get("en") or [] if line.strip()]


def _site(description: dict[str, Any]) -> str:
    named = description.get("letterhead", {}).get("site") or description.get("site_url", "")
    return re.sub(r"\Ahttps?://", "", str(named))


def head(description: dict[str, Any], language: str) -> dict[str, Any]:
    """{names: both, the Khmer one first, address: a line each, contact: what there is}."""
    known = description.get("letterhead", {})
    second = organiser(description, "fr" if language == "fr" else "en")
    telephone = known.get("telephone", "")
    contact = [
        known.get("email", ""),
        LABELS[language]["telephone"].format(telephone=telephone) if telephone else "",
        _site(description),
    ]
    return {
        "names": [organiser(description, "km"), second],
        "address": [for_letter(line) for line in _address(known, language)],
        "contact": [for_letter(part) for part in contact if part],
    }


def mark(description: dict[str, Any]) -> str:
    """What every reference begins with: CEROC of "The CEROC", TRC of "River Committee, The"."""
    given = description.get("letterhead", {}).get("reference", "")
    words = re.findall(r"[A-Za-z0-9]+", description["petition"]["organiser"]["short"])
    words = [word for word in words if word.lower() not in ("the", "of", "for", "and")]
    return given or (words[0] if len(words) == 1 else "".join(word[0] for word in words)).upper() or "REF"


def reference(description: dict[str, Any], recipient: dict[str, Any], language: str, year: int) -> str:
    """CEROC/2027/2/01.1/EN: the year, the delivery, the recipient's place in the petition, the language."""
    place = f"{recipient['number']:02}.{recipient['position']}"
    return f"{mark(description)}/{year}/{description['delivery']['ordinal']}/{place}/{language.upper()}"


def signers(description: dict[str, Any], language: str) -> list[dict[str, Any]]:
    """{name, role} of each who signs; the organiser's name alone where nobody is named."""
    named = description.get("letterhead", {}).get("signers", [])
    if not named:
        return [{"name": organiser(description, language), "role": ""}]
    return [
        {
            "name": run(signer["name"][wording_of(language)], wording_of(language)),
            "role": for_letter(signer["role"].get(language) or signer["role"].get(wording_of(language), "")),
        }
        for signer in named
    ]


def grouped(root: str) -> str:
    """A root as it is printed, in groups of eight digits: they can be compared by eye."""
    return " ".join(re.findall(".{8}", root))


def verify_address(description: dict[str, Any], language: str) -> str:
    """The site's page that takes receipts; "" where the site is not known."""
    site, slug = description.get("site_url", "").rstrip("/"), description["petition"]["slug"]
    return f"{site}/{wording_of(language)}/petitions/{slug}/verify/" if site else ""


def how_to_answer(description: dict[str, Any], language: str, reference: str) -> str:
    """A sentence: to the letterhead's address and e-mail, or back the way the letter came."""
    known, labels = description.get("letterhead", {}), LABELS[language]
    where = [part for part in (", ".join(_address(known, language)), known.get("email", "")) if part]
    if not where:
        return labels["answer_same_way"].format(reference=reference)
    alternatives = {"en": " or ", "km": " ឬ ", "fr": " ou à "}[language]
    return labels["answer"].format(where=alternatives.join(where), reference=reference)


def enclosures(description: dict[str, Any], recipient: dict[str, Any], language: str) -> list[str]:
    labels = LABELS[language]
    has_book = recipient["discloses"] == "names"
    volumes = -(-description["counts"]["confirmed"] // description["volume_rows"])
    book = [labels["book"].format(volumes=wording.volumes(volumes, language))] if has_book else []
    return [labels["totals"], labels["certificate"], *book, labels["checker"]]


def checking(description: dict[str, Any], language: str) -> dict[str, Any]:
    """How to check the letter: the book's root in groups of eight, the site's page, the program, the signing key."""
    labels, key = LABELS[language], description.get("signing_key", "")
    address = verify_address(description, language)
    return {
        "heading": labels["check_heading"],
        "root_label": labels["check_root"],
        "root": grouped(description.get("root", "")) or f"{DOTS} ({labels['check_unknown']})",
        "how": labels["check_how"] if address else "",
        "address": address,
        "packet": " ".join(
            [labels["check_packet"], *([labels["check_key"].format(key=for_letter(key))] if key else [])]
        ),
    }


def totals(description: dict[str, Any], recipient: dict[str, Any], language: str, country_count: str) -> dict[str, Any]:
    """The small table of a letter: {column, number, lines}, each line a label and a number."""
    labels, counts, previous = LABELS[language], description["counts"], description.get("previous")
    day = wording.day_of(description["frozen_at"], language)
    lines = [(labels["all"], wording.number(counts["confirmed"], language))]
    if recipient["country"]:
        country = wording.country_in_sentence(recipient["country"], language)
        lines.append((labels["country"].format(country=country), country_count))
    if recipient["discloses"] == "names":
        lines += [(labels[name], wording.number(counts[name], language)) for name in ("named", "withheld")]
    if previous:
        since = wording.day_of(previous["frozen_at"], language)
        lines.append((labels["new"].format(day=since), wording.number(previous["new"], language)))
    return {"column": labels["counted"].format(day=day), "number": labels["number"], "lines": lines}
