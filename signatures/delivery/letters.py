"""The letters: an organiser's text with placeholders, filled with what was frozen; one PDF a recipient and language.

A paragraph that speaks of the recipient's country, or of its part in the matter, is left out where there is none; one
that speaks of names where the recipient gets the totals alone; one of an earlier delivery where there was none. So all
of them may stand in one text for everyone.
"""

from __future__ import annotations

import datetime
import re
from pathlib import Path
from typing import Any

from django.utils.translation import gettext_noop as _

from petition.glyphs import BREAK_HINT, for_letter, lacking
from petition.typesetting import make_pdf, make_pngs
from signatures.delivery import letterheads, wording
from signatures.delivery.letter_words import LABELS
from signatures.delivery.letterheads import organiser, run, wording_of
from signatures.delivery.problems import Problem

TEMPLATE = Path(__file__).parent / "typst" / "letter.typ"
PREVIEW_PPI = 110  # 910 by 1287 pixels a page of A4
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
    "totals",
    "role",
    "how_to_answer",
    "new_count",
    "previous_count",
    "previous_on",
)
OF_COUNTRY = {"country", "country_count"}
OF_NAMES = {"named", "withheld"}
OF_PREVIOUS = {"new_count", "previous_count", "previous_on"}
BLOCKS = ("demands", "totals")  # each is a paragraph of its own
# A subject is never left out, and is one line.
_NOT_IN_SUBJECT = {*OF_COUNTRY, *OF_NAMES, *OF_PREVIOUS, *BLOCKS, "role", "how_to_answer"}
IN_SUBJECT = tuple(name for name in PLACEHOLDERS if name not in _NOT_IN_SUBJECT)
_PLACE = re.compile(r"\{([^{}]*)\}")
_PARAGRAPHS = re.compile(r"\n[^\S\n]*(?:\n\s*)+")


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
        for name in BLOCKS:
            if f"{{{name}}}" in paragraph and paragraph.strip() != f"{{{name}}}":
                alone = _("{%(name)s} must stand alone, with a blank line before and after it.")
                found.append(LetterProblem(alone, name=name))
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


def values(
    description: dict[str, Any], recipient: dict[str, Any], letter: dict[str, Any], reference: str
) -> dict[str, list[dict[str, str]]]:
    """For every placeholder that has something to say here, but those of blocks, its runs of text, each with its
    language."""
    language, petition, counts = letter["language"], description["petition"], description["counts"]
    plain = {
        "count": wording.number(counts["confirmed"], language),
        "goal": wording.number(petition["goal"], language),
        "frozen_on": wording.day_of(description["frozen_at"], language),
        "how_to_answer": letterheads.how_to_answer(description, language, reference),
    }
    if recipient["discloses"] == "names":
        plain |= {name: wording.number(counts[name], language) for name in OF_NAMES}
    if recipient["country"]:
        plain["country"] = wording.country_in_sentence(recipient["country"], language)
        plain["country_count"] = country_count(counts, recipient, language, description["small_country"])
    if letter.get("role"):
        plain["role"] = letter["role"]
    if previous := description.get("previous"):
        plain["new_count"] = wording.number(previous["new"], language)
        plain["previous_count"] = wording.number(previous["confirmed"], language)
        plain["previous_on"] = wording.day_of(previous["frozen_at"], language)
    runs = {name: [run(text, language)] for name, text in plain.items()}
    runs["title"] = [title(petition, language)]
    runs["organiser"] = [organiser(description, language)]
    return runs


def title(petition: dict[str, Any], language: str) -> dict[str, str]:
    hinted = petition["title_hints_km"] if language == "km" else ""
    return run(hinted or petition["title"][wording_of(language)], wording_of(language))


def demands(petition: dict[str, Any], language: str) -> list[dict[str, str]]:
    hinted = petition["demands_hints_km"] if language == "km" else []
    return [run(text, wording_of(language)) for text in hinted or petition["demands"][wording_of(language)]]


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
    """The letter's text: {"runs": […]}, {"demands": […]} or {"totals": …} a paragraph, without those that have a
    placeholder with nothing to say here."""
    language = letter["language"]
    small = country_count(description["counts"], recipient, language, description["small_country"])
    found: list[dict[str, Any]] = []
    for paragraph in _PARAGRAPHS.split(letter["body"].strip()):
        if paragraph.strip() == "{demands}":
            found.append({"demands": demands(description["petition"], language)})
        elif paragraph.strip() == "{totals}":
            found.append({"totals": letterheads.totals(description, recipient, language, small)})
        elif set(_PLACE.findall(paragraph)) <= set(filled):
            found.append({"runs": fill(" ".join(paragraph.split("\n")), filled, language)})
    return found


def letter_data(description: dict[str, Any], recipient: dict[str, Any], letter: dict[str, Any]) -> dict[str, Any]:
    """What letter.typ prints. `recipient` and `letter` are of the description, which is that of a bundle, with the
    book's `root` where it is known."""
    language = letter["language"]
    # A letter is of the day of its hand-over, but never older than the counts in it.
    frozen_on = wording.local_day(datetime.datetime.fromisoformat(description["frozen_at"]))
    day = max(datetime.date.fromisoformat(description["delivery"]["planned_on"]), frozen_on)
    reference = letterheads.reference(description, recipient, language, day.year)
    filled = values(description, recipient, letter, reference)
    subject = fill(letter["subject"].strip(), filled, language)
    labels = LABELS[language]
    return {
        "lang": language,
        "title": "".join(part["text"] for part in subject).replace(BREAK_HINT, ""),
        "author": organiser(description, language)["text"],
        "head": letterheads.head(description, language),
        "reference_label": labels["reference"],
        "reference": reference,
        "date": wording.day(day, language),
        "name_line": for_letter(letter["name_line"]),
        "office_lines": [for_letter(line) for line in letter["office_lines"]],
        "subject_label": labels["subject"],
        "subject": subject,
        "salutation": for_letter(letter["salutation"]),
        "blocks": paragraphs(letter, description, recipient, filled),
        "closing": for_letter(letter["closing"]),
        "for_committee": labels["for_committee"],
        "signers": letterheads.signers(description, language),
        "enclosed_label": labels["enclosed"],
        "enclosed": letterheads.enclosures(description, recipient, language),
        "checking": letterheads.checking(description, language),
        "page": labels["page"],
        "of": labels["of"],
    }


def letter_pdf(description: dict[str, Any], recipient: dict[str, Any], letter: dict[str, Any]) -> bytes:
    """One letter, PDF/A-2a and PDF/UA-1."""
    at = datetime.datetime.fromisoformat(description["frozen_at"])
    return make_pdf(TEMPLATE, letter_data(description, recipient, letter), at=at, standards=["a-2a", "ua-1"])


def letter_pictures(description: dict[str, Any], recipient: dict[str, Any], letter: dict[str, Any]) -> list[bytes]:
    """The same as a PNG a page."""
    return make_pngs(TEMPLATE, letter_data(description, recipient, letter), ppi=PREVIEW_PPI)
