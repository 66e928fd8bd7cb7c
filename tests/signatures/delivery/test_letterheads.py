"""What stands around a letter's text, with a full letterhead, an empty one and none."""

import pytest

from signatures.delivery import letterheads
from tests.signatures.delivery import bundles

FULL = {
    "organiser_fr": "Le comité du fleuve",
    "reference": "RIVER",
    "address": {"km": ["ភ្នំពេញ"], "en": ["1 Quay", "Paris"], "fr": []},
    "email": "river@example.org",
    "telephone": "+33 1 23",
    "site": "",
    "signers": [
        {"name": {"km": "ចាន់ ដារ៉ា", "en": "Dara Chan"}, "role": {"km": "ប្រធាន", "en": "President", "fr": "Président"}},
        {"name": {"km": "សុខ សុភា", "en": "Sophea Sok"}, "role": {"km": "", "en": "Treasurer", "fr": ""}},
    ],
}
EMPTY = {
    **dict.fromkeys(["organiser_fr", "reference", "email", "telephone", "site"], ""),
    "address": {"km": [], "en": [], "fr": []},
    "signers": [],
}
MINISTER, SECRETARY, GOVERNOR = range(3)


def described(letterhead=None, **more):
    own = {} if letterhead is None else {"letterhead": letterhead, "site_url": "https://river.example.org"}
    counts = {"confirmed": 21_234, "named": 1, "withheld": 2, "by_country": {}}
    return bundles.description() | {"counts": counts, "volume_rows": 20_000} | own | more


def texts(runs):
    return [run["text"] for run in runs]


def test_head_has_both_names_address_and_ways_to_reach_the_committee():
    head = letterheads.head(described(FULL), "en")
    assert texts(head["names"]) == ["គណៈកម្មាធិការទន្លេ", "The River Committee"]
    assert head["address"] == ["1 Quay", "Paris"]
    assert head["contact"] == ["river@example.org", "Tel. +33 1 23", "river.example.org"]


def test_french_letter_has_the_french_name_and_the_english_address_where_there_is_no_other():
    head = letterheads.head(described(FULL), "fr")
    assert head["names"][1] == {"text": "Le comité du fleuve", "lang": "fr"}
    assert head["address"] == ["1 Quay", "Paris"]


@pytest.mark.parametrize("letterhead", [EMPTY, None])
def test_what_is_empty_is_left_out(letterhead):
    head = letterheads.head(described(letterhead), "km")
    assert head["address"] == []
    assert head["contact"] == (["river.example.org"] if letterhead else [])


@pytest.mark.parametrize(
    ("short", "mark"),
    [("The CEROC", "CEROC"), ("The River Committee", "RC"), ("Friends of the river", "FR"), ("គណៈកម្មាធិការ", "REF")],
)
def test_references_begin_with_the_organiser_in_short(short, mark):
    description = described()
    description["petition"]["organiser"]["short"] = short
    assert letterheads.mark(description) == mark


def test_reference_tells_year_delivery_recipient_and_language():
    description = described(FULL)
    recipient = description["recipients"][GOVERNOR]
    assert letterheads.reference(description, recipient, "km", 2027) == "RIVER/2027/2/03.1/KM"


def test_every_letter_of_a_delivery_has_its_own_reference():
    description = described()
    letters = [
        letterheads.reference(description, recipient, letter["language"], 2027)
        for recipient in description["recipients"]
        for letter in recipient["letters"]
    ]
    assert len(set(letters)) == len(letters)


def test_signers_stand_by_name_and_role_in_the_letters_language():
    assert [(s["name"]["text"], s["role"]) for s in letterheads.signers(described(FULL), "km")] == [
        ("ចាន់ ដារ៉ា", "ប្រធាន"),
        ("សុខ សុភា", ""),
    ]
    assert [(s["name"]["text"], s["role"]) for s in letterheads.signers(described(FULL), "fr")] == [
        ("Dara Chan", "Président"),
        ("Sophea Sok", "Treasurer"),
    ]


def test_where_nobody_is_named_the_organiser_signs():
    assert texts(s["name"] for s in letterheads.signers(described(EMPTY), "en")) == ["The River Committee"]


@pytest.mark.parametrize(
    ("language", "sentence"),
    [
        ("en", "Please send your answer to 1 Quay, Paris or river@example.org, quoting R/1."),
        (
            "fr",
            "Nous vous prions d’adresser votre réponse à 1 Quay, Paris ou à river@example.org, en rappelant la "
            "référence R/1.",
        ),
        ("km", "អាសយដ្ឋានសម្រាប់ឆ្លើយតប៖ ភ្នំពេញ ឬ river@example.org។ លេខយោង៖ R/1។"),
    ],
)
def test_answer_goes_to_the_letterheads_address(language, sentence):
    assert letterheads.how_to_answer(described(FULL), language, "R/1") == sentence


def test_answer_goes_back_the_same_way_where_there_is_no_address():
    sentence = letterheads.how_to_answer(described(EMPTY), "en", "R/1")
    assert sentence == "Please send your answer by the way on which this letter reached you, quoting R/1."


def test_checking_names_root_page_program_and_key():
    checking = letterheads.checking(described(FULL, root="0123456789abcdef" * 4, signing_key="SHA256:abc"), "fr")
    assert checking["root"] == " ".join(["01234567", "89abcdef"] * 4)
    assert checking["address"] == "https://river.example.org/en/petitions/clean-river/verify/"
    assert checking["packet"].endswith("Le pli est signé avec la clé du comité SHA256:abc.")


def test_without_a_signing_key_nothing_is_said_of_one():
    assert "key" not in letterheads.checking(described(FULL), "en")["packet"]


def test_recipient_of_totals_gets_no_book():
    description = described()
    assert len(letterheads.enclosures(description, description["recipients"][GOVERNOR], "en")) == 3
    assert len(letterheads.enclosures(description, description["recipients"][MINISTER], "en")) == 4
