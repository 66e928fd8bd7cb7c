"""The audit trail in words, and that there is a word for all that the code writes into it."""

import ast

import pytest
from django.utils import translation

from petition.admin import words
from tests.house.imports import files, parse


def calls():
    """Each call by which the code may write an act: one that names it."""
    for room in ("petition", "signatures"):
        for path in files(room):
            for node in ast.walk(parse(path)):
                if isinstance(node, ast.Call) and any(keyword.arg == "act" for keyword in node.keywords):
                    yield node, {keyword.arg: keyword.value for keyword in node.keywords}


def test_every_act_has_a_word():
    acts = {given["act"].value for _node, given in calls() if isinstance(given["act"], ast.Constant)}
    assert {"add", "approve", "freeze"} <= acts
    assert acts - set(words.ACTS) == set()


def test_every_part_of_a_detail_has_a_word():
    parts = set()
    for _node, given in calls():
        for value in (given.get("detail"), getattr(given.get("targets"), "value", None)):
            if isinstance(value, ast.Dict):
                parts |= {key.value for key in value.keys}
    assert {"file", "reason", "root"} <= parts
    assert parts - set(words.PARTS) == set()


@pytest.mark.parametrize(
    ("target", "shown"),
    [
        ("petition.recipient:27", "អ្នកទទួល ២៧"),
        ("auth.user:5", "អ្នកប្រើ ៥"),
        ("petition.update", "ព័ត៌មានថ្មី"),
        ("signatures", "ហត្ថលេខា"),
        ("gone.model:3", "gone.model:3"),
    ],
)
def test_a_target_is_told_by_what_it_is_and_its_number(target, shown):
    with translation.override("km"):
        assert words.target(target) == shown


@pytest.mark.parametrize(
    ("detail", "row", "shown"),
    [
        ({"reason": "abuse", "before": "waiting"}, "x", "មុននេះ៖ កំពុងរង់ចាំ · មូលហេតុ៖ ការប្រមាថ ឬការគំរាមកំហែង"),
        ({"before": "waiting", "reason": ""}, "signatures.signature:1", "មុននេះ៖ កំពុងរង់ចាំ"),
        ({"signatures": 12345}, "delivery.delivery:1", "ហត្ថលេខា៖ ១២.៣៤៥"),
        ({"on": "2027-10-23", "channel": "EMS"}, "x", "របៀបប្រគល់៖ EMS · ថ្ងៃ៖ ថ្ងៃទី២៣ ខែតុលា ឆ្នាំ២០២៧"),
        ({"fields": ["goal", "title_km"]}, "petition.petition:1", "ប្រអប់៖ គោលដៅ, ចំណងជើងជាភាសាខ្មែរ"),
        ({"fields": ["username", "password1", "password2"]}, "auth.user:1", "ប្រអប់៖ ឈ្មោះអ្នកប្រើ, ពាក្យសម្ងាត់"),
        ({"added": ["petition.formofaddress:3"]}, "petition.recipient:1", "បានបន្ថែម៖ ពាក្យគោរពក្នុងលិខិត ៣"),
        ({"deleted": ["petition.formofaddress"]}, "petition.recipient:1", "បានលុប៖ ពាក្យគោរពក្នុងលិខិត"),
        (
            {"changed": {"petition.formofaddress:3": ["salutation"]}},
            "petition.recipient:1",
            "បានកែប្រែ៖ ពាក្យគោរពក្នុងលិខិត ៣ (ពាក្យគោរពនៅដើមលិខិត)",
        ),
    ],
)  # fmt: skip
@pytest.mark.django_db  # the reasons are rows
def test_a_detail_is_told_in_words(detail, row, shown):
    with translation.override("km"):
        assert words.detail(detail, row) == shown


def test_a_word_that_no_room_knows_is_shown_as_it_was_written():
    assert words.act("sing") == "sing"
    with translation.override("en"):
        assert words.detail({"pitch": "high"}, "signatures") == "pitch: high"
