"""The founding petition's content file: the wording as it was signed, and nothing missing in either language."""

from __future__ import annotations

import datetime
import hashlib
import json
import re
from pathlib import Path
from string import Formatter
from typing import Any

import pytest

PATH = Path(__file__).resolve().parents[2] / "petition" / "content" / "paris-peace-agreement.json"
CONTENT: dict[str, Any] = json.loads(PATH.read_text(encoding="utf-8"))
PETITION = CONTENT["petition"]
WORDING = PETITION["wording"]
MORE = "<!-- more -->"
BREAK = "\u200b"
KHMER = re.compile("[\u1780-\u17ff]")

# SHA-256 of each text as the committee published it in October 2017, in UTF-8, without its end of line.
SIGNED = {
    ("km", "title"): "9f725680d0580e3e1381fb4e6cc145c8a784f2dee4696e226992631facc9f3f2",
    ("km", "intro"): "191e763fc9053727dcd74fbf821eef0d54a494459cc98036c89f6602dc3c479c",
    ("km", "demand 1"): "53683ceff1eb7e71ed6a2f9e0828d263ba8dea12c21780bbe8936defeaa5d003",
    ("km", "demand 2"): "1b07deea7e83a4c832307ad23015895e60f6a1a708d00ccfc966f8596b295b7e",
    ("km", "demand 3"): "5647e616785a8590a1bc58994d149deb5c77524417f68b78b5c5aa57177df163",
    ("en", "title"): "03df11a0ccc04aa3b650a3f4536d14a164310b305d06b67462e17e647a0f195c",
    ("en", "intro"): "3fc935ca6db4dd4733b3a19be5a6540ce3d2b0c1a707a8cda5c9e35e1d4ca3aa",
    ("en", "demand 1"): "e0b503c3a6cbbdb32b44ed7292fb6c0f94d45b4a69cfa6024e79a03e17b666bd",
    ("en", "demand 2"): "0a16fbbbb466b2c3b34ad44a9f6e486658688c5cfd1fcd78b44a9de3bf73b658",
    ("en", "demand 3"): "d2e779ff026edd6e8f97117739271a1ae3d37bc6c8ccd9f9a26aee34574dc0fc",
}
RECIPIENTS_AS_PRINTED = "6488dc42c1bbbdb937061639fe4382a60a0212a6c3c4189aed990ae64e919402"


def digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def wording_texts() -> dict[tuple[str, str], str]:
    texts = {}
    for language, part in WORDING.items():
        texts |= {(language, name): part[name] for name in ("title", "intro")}
        texts |= {(language, f"demand {i}"): text for i, text in enumerate(part["demands"], 1)}
    return texts


def test_the_wording_is_what_was_signed_letter_for_letter():
    assert {place: digest(text) for place, text in wording_texts().items()} == SIGNED


def test_only_the_english_wording_has_closing_words():
    assert {language: part["sign_off"] for language, part in WORDING.items()} == {
        "km": "",
        "en": "Thank you very much,",
    }


def test_hints_without_their_breaks_are_the_wording():
    hints = PETITION["hints"]
    plain = {
        "title": hints["title_km"].replace(BREAK, ""),
        "intro": hints["intro_km"].replace(BREAK, ""),
        "demands": [demand.replace(BREAK, "") for demand in hints["demands_km"]],
        "sign_off": "",
    }
    assert plain == WORDING["km"]


def test_every_hinted_text_has_breaks():
    hints = PETITION["hints"]
    assert [BREAK in text for text in (hints["title_km"], hints["intro_km"], *hints["demands_km"])] == [True] * 5


def test_no_break_stands_outside_the_hints():
    rest = CONTENT | {"petition": {name: value for name, value in PETITION.items() if name != "hints"}}
    assert BREAK not in json.dumps(rest, ensure_ascii=False)


def test_the_petition_is_open_and_seeks_a_million():
    assert {name: PETITION[name] for name in ("slug", "state", "featured", "goal", "opened_on")} == {
        "slug": "paris-peace-agreement",
        "state": "open",
        "featured": True,
        "goal": 1_000_000,
        "opened_on": "2017-10-15",
    }


def test_recipients_stand_in_their_printed_order_and_wording():
    lines = [f"{r['number']}.{r['position']} {r['as_printed']}" for r in CONTENT["recipients"]]
    assert (len(lines), digest("\n".join(lines))) == (24, RECIPIENTS_AS_PRINTED)


def test_recipients_in_cambodia_get_totals_and_all_others_names():
    assert {(r["country"] == "KH", r["discloses"]) for r in CONTENT["recipients"]} == {
        (True, "totals"),
        (False, "names"),
    }


def test_letters_are_written_in_each_recipients_languages():
    languages = {f"{r['number']}.{r['position']}": [x["language"] for x in r["letters"]] for r in CONTENT["recipients"]}
    assert {place: found for place, found in languages.items() if found != ["en"]} == {
        "1.1": ["en", "fr"],
        "1.3": ["fr", "en"],
        "2.1": ["km", "en"],
        "2.2": ["km", "en"],
        "2.3": ["km", "en"],
        "2.4": ["en", "fr"],
        "4.1": ["fr", "en"],
        "7.1": ["en", "fr"],
    }


@pytest.mark.parametrize("recipient", CONTENT["recipients"], ids=lambda r: f"{r['number']}.{r['position']}")
def test_every_form_of_address_is_whole(recipient):
    for letter in recipient["letters"]:
        parts = [letter["name_line"], *letter["office_lines"], letter["salutation"], letter["closing"]]
        assert [part for part in parts if not part.strip()] == []
        assert all(bool(KHMER.search(part)) == (letter["language"] == "km") for part in parts)


@pytest.mark.parametrize("recipient", CONTENT["recipients"], ids=lambda r: f"{r['number']}.{r['position']}")
def test_every_recipient_is_named_in_khmer(recipient):
    assert all(KHMER.search(recipient[name]) for name in ("as_printed_km", "name_km", "office_km"))


def test_six_updates_newest_first():
    assert [update["date"] for update in CONTENT["updates"]] == [
        "2017-10-25",
        "2017-10-15",
        "2017-04-29",
        "2016-11-07",
        "2016-10-21",
        "2014-10-27",
    ]


@pytest.mark.parametrize("update", CONTENT["updates"], ids=lambda update: update["slug"])
def test_every_update_has_a_lead_and_more_in_both_languages(update):
    for language in ("km", "en"):
        lead, mark, rest = update["body"][language].partition(f"\n\n{MORE}\n\n")
        assert (bool(lead.strip()), bool(mark), bool(rest.strip())) == (True, True, True)
        assert bool(KHMER.search(update["title"][language] + lead + rest)) == (language == "km")


def test_updates_carry_tags_of_the_file():
    assert {tag for update in CONTENT["updates"] for tag in update["tags"]} == {tag["slug"] for tag in CONTENT["tags"]}


def test_slugs_are_ascii_words_used_once():
    slugs = [update["slug"] for update in CONTENT["updates"]]
    assert [slug for slug in slugs if not re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", slug)] == []
    assert len(set(slugs)) == len(slugs)


def test_the_first_delivery_is_handed_over_and_the_next_planned():
    first, following = CONTENT["deliveries"]
    assert datetime.date.fromisoformat(first["handed_over_on"]) == datetime.date(2017, 10, 23)
    assert following == {"ordinal": 2, "planned_on": "next 10-23"}


def test_there_is_a_letter_for_every_language_of_an_address():
    wanted = {letter["language"] for recipient in CONTENT["recipients"] for letter in recipient["letters"]}
    assert set(CONTENT["letters"]) - {"changes"} == wanted == {"en", "km", "fr"}


@pytest.mark.parametrize("language", ["en", "km", "fr"])
def test_letters_say_the_same_in_every_language(language):
    """The same placeholders, in the same paragraphs."""

    def placeholders(text: str) -> list[list[str]]:
        return [sorted(name for _, name, _, _ in Formatter().parse(p) if name) for p in text.split("\n\n")]

    assert placeholders(CONTENT["letters"][language]["body"]) == [
        ["organiser", "title"],
        [],
        ["role"],
        [],
        ["demands"],
        ["goal"],
        ["totals"],
        ["new_count", "previous_count", "previous_on"],
        [],
        ["named", "withheld"],
        ["how_to_answer"],
    ]


def test_every_form_of_address_says_why_the_letter_goes_there():
    letters = [letter for recipient in CONTENT["recipients"] for letter in recipient["letters"]]
    assert [letter for letter in letters if not letter["role"].endswith((".", "។"))] == []
