"""The letters: an organiser's text with placeholders, filled with what was frozen; one PDF a recipient and language.

A paragraph that speaks of the recipient's country is left out where the recipient has none; one that speaks of names is
left out where the recipient gets the totals alone. So both may stand in one text for all.
"""

from __future__ import annotations

import datetime
import re
from pathlib import Path
from typing import Any

from django.utils.translation import gettext_noop as _

from petition.glyphs import BREAK_HINT, for_letter, lacking
from petition.typesetting import make_pdf
from signatures.delivery import wording
from signatures.delivery.problems import Problem

TEMPLATE = Path(__file__).parent / "typst" / "letter.typ"
PLACEHOLDERS = (
    "organiser",
    "title",
    "demands",
    "count",
    "goal",
    "country",
    "country_count",
    "named",
    "withheld",
    "frozen_on",
)
OF_COUNTRY = {"country", "country_count"}
OF_NAMES = {"named", "withheld"}
# A subject is never left out, and is one line.
IN_SUBJECT = tuple(name for name in PLACEHOLDERS if name not in OF_COUNTRY | OF_NAMES | {"demands"})
_PLACE = re.compile(r"\{([^{}]*)\}")
_PARAGRAPHS = re.compile(r"\n[^\S\n]*(?:\n\s*)+")

LABELS = {
    "en": {
        "subject": "Subject:",
        "enclosed": "Enclosed:",
        "totals": "the totals by country, by day and by origin",
        "book": "the book of signatures ({volumes}), with the same list as tables",
        "page": "page",
        "of": "of",
    },
    "km": {
        "subject": "កម្មវត្ថុ៖",
        "enclosed": "ឯកសារភ្ជាប់៖",
        "totals": "ចំនួនសរុបតាមប្រទេស តាមថ្ងៃ និងតាមប្រភព",
        "book": "សៀវភៅហត្ថលេខា ({volumes}) និងបញ្ជីដដែលជាតារាង",
        "page": "ទំព័រ",
        "of": "នៃ",
    },
    "fr": {
        "subject": "Objet :",
        "enclosed": "Pièces jointes :",
        "totals": "les totaux par pays, par jour et par origine",
        "book": "le livre des signatures ({volumes}), avec la même liste sous forme de tableaux",
        "page": "page",
        "of": "sur",
    },
}


class LetterProblem(Problem):
    """What is wrong with an organiser's text."""


def problems(body: str, subject: str) -> list[LetterProblem]:
    """All that keeps a letter from being made of this text."""
    found = []
    for text, known in ((subject, IN_SUBJECT), (body, PLACEHOLDERS)):
        for name in dict.fromkeys(_PLACE.findall(text)):
            if name not in PLACEHOLDERS:
                found.append(LetterProblem(_("There is no placeholder {%(name)s}."), name=name))
            elif name not in known:
                found.append(LetterProblem(_("The placeholder {%(name)s} cannot stand in the subject."), name=name))
        if {"{", "}"} & set(_PLACE.sub("", text)):
            found.append(LetterProblem(_("A curly bracket stands alone; placeholders look like {count}.")))
        for letter in lacking(text):
            found.append(LetterProblem(_("The letter's fonts cannot print %(letter)s."), letter=letter))
    if len(subject.splitlines()) != 1 or not subject.strip():
        found.append(LetterProblem(_("The subject must be one line.")))
    for paragraph in _PARAGRAPHS.split(body.strip()):
        if "{demands}" in paragraph and paragraph.strip() != "{demands}":
            found.append(LetterProblem(_("{demands} must stand alone, with a blank line before and after it.")))
    return found


def check(body: str, subject: str) -> None:
    """ValueError with a sentence in the language at hand where no letter can be made of this text."""
    found = problems(body, subject)
    if found:
        raise ValueError(found[0].translated())


def country_count(counts: dict[str, Any], recipient: dict[str, Any], language: str, small_country: int) -> str:
    """How many signed in the recipient's country. Who gets no names gets no count so small that it points at people."""
    count = counts["by_country"].get(recipient["country"], 0)
    if recipient["discloses"] == "totals" and count < small_country:
        return wording.fewer_than(small_country, language)
    return wording.number(count, language)


def values(description: dict[str, Any], recipient: dict[str, Any], language: str) -> dict[str, list[dict[str, str]]]:
    """For every placeholder but {demands} its runs of text, each with its language."""
    petition, counts = description["petition"], description["counts"]
    frozen_at = datetime.datetime.fromisoformat(description["frozen_at"])
    plain = {
        "count": wording.number(counts["confirmed"], language),
        "goal": wording.number(petition["goal"], language),
        "named": wording.number(counts["named"], language),
        "withheld": wording.number(counts["withheld"], language),
        "frozen_on": wording.day(wording.local_day(frozen_at), language),
    }
    if recipient["country"]:
        plain["country"] = wording.country_in_sentence(recipient["country"], language)
        plain["country_count"] = country_count(counts, recipient, language, description["small_country"])
    runs = {name: [run(text, language)] for name, text in plain.items()}
    runs["title"] = [title(petition, language)]
    runs["organiser"] = [organiser(petition, language)]
    return runs


def _wording(language: str) -> str:
    """The language in which a petition's own words stand in a letter: they are signed in Khmer and in English."""
    return "km" if language == "km" else "en"


def run(text: str, language: str) -> dict[str, str]:
    """A stretch of text in one language, as letter.typ takes it."""
    return {"text": for_letter(text), "lang": language}


def title(petition: dict[str, Any], language: str) -> dict[str, str]:
    hinted = petition["title_hints_km"] if language == "km" else ""
    return run(hinted or petition["title"][_wording(language)], _wording(language))


def organiser(petition: dict[str, Any], language: str) -> dict[str, str]:
    return run(petition["organiser"][_wording(language)], _wording(language))


def demands(petition: dict[str, Any], language: str) -> list[dict[str, str]]:
    hinted = petition["demands_hints_km"] if language == "km" else []
    return [run(text, _wording(language)) for text in hinted or petition["demands"][_wording(language)]]


def fill(text: str, filled: dict[str, list[dict[str, str]]], language: str) -> list[dict[str, str]]:
    """A text with its placeholders filled, as runs."""
    runs = []
    for place, part in enumerate(_PLACE.split(text)):
        if place % 2:
            runs += filled[part]
        elif part:
            runs.append(run(part, language))
    return runs


def paragraphs(
    letter: dict[str, Any],
    description: dict[str, Any],
    recipient: dict[str, Any],
    filled: dict[str, list[dict[str, str]]],
) -> list[dict[str, Any]]:
    """The letter's text, {"runs": […]} a paragraph and {"demands": […]}, without what is not for the recipient."""
    language = letter["language"]
    left_out = set() if recipient["country"] else set(OF_COUNTRY)
    if recipient["discloses"] == "totals":
        left_out |= OF_NAMES
    blocks: list[dict[str, Any]] = []
    for paragraph in _PARAGRAPHS.split(letter["body"].strip()):
        if left_out & set(_PLACE.findall(paragraph)):
            continue
        if paragraph.strip() == "{demands}":
            blocks.append({"demands": demands(description["petition"], language)})
        else:
            blocks.append({"runs": fill(" ".join(paragraph.split("\n")), filled, language)})
    return blocks


def letter_pdf(description: dict[str, Any], recipient: dict[str, Any], letter: dict[str, Any]) -> bytes:
    """One letter, PDF/A-2a and PDF/UA-1. `recipient` and `letter` are of the description, which is that of a bundle."""
    language, petition = letter["language"], description["petition"]
    frozen_at = datetime.datetime.fromisoformat(description["frozen_at"])
    filled = values(description, recipient, language)
    subject = fill(letter["subject"].strip(), filled, language)
    labels = LABELS[language]
    enclosed = [labels["totals"]]
    if recipient["discloses"] == "names":
        enclosed.append(labels["book"].format(volumes=wording.volumes(_volumes(description), language)))
    # A letter is of the day of its hand-over, but never older than the counts in it.
    planned_on = datetime.date.fromisoformat(description["delivery"]["planned_on"])
    data = {
        "lang": language,
        "title": "".join(part["text"] for part in subject).replace(BREAK_HINT, ""),
        "author": organiser(petition, language)["text"],
        "head": {name: for_letter(petition["organiser"][name]) for name in ("km", "en")},
        "date": wording.day(max(planned_on, wording.local_day(frozen_at)), language),
        "name_line": for_letter(letter["name_line"]),
        "office_lines": [for_letter(line) for line in letter["office_lines"]],
        "subject_label": labels["subject"],
        "subject": subject,
        "salutation": for_letter(letter["salutation"]),
        "blocks": paragraphs(letter, description, recipient, filled),
        "closing": for_letter(letter["closing"]),
        "signed": organiser(petition, language),
        "enclosed_label": labels["enclosed"],
        "enclosed": enclosed,
        "page": labels["page"],
        "of": labels["of"],
    }
    return make_pdf(TEMPLATE, data, at=frozen_at, standards=["a-2a", "ua-1"])


def _volumes(description: dict[str, Any]) -> int:
    return -(-description["counts"]["confirmed"] // description["volume_rows"])
