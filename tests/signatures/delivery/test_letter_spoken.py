"""A letter as a screen reader reads it: in order, each part as what it is and in its language; and its fonts."""

import pytest

from tests.signatures.delivery.reading import paper, squeezed
from tests.signatures.delivery.spoken import fonts, spoken
from tests.signatures.delivery.test_letters import GOVERNOR, MINISTER, SECRETARY, letter

BODY = "{organiser} asks:\n\n{demands}\n\n{totals}\n\n{how_to_answer}"


def said(pdf, lang, kind=""):
    return squeezed("".join(piece.text for piece in spoken(pdf, lang) if not kind or kind in piece.path))


@pytest.mark.parametrize(("recipient", "language"), [(MINISTER, "en"), (MINISTER, "fr"), (GOVERNOR, "km")])
def test_what_is_read_aloud_is_what_is_printed_in_the_same_order(recipient, language):
    pdf = letter(recipient, language, body=BODY)
    assert said(pdf, language) == paper(pdf)


def test_foot_of_a_page_is_not_read_into_the_text():
    pdf = letter(SECRETARY, "en", body="\n\n".join(["A paragraph of some length, said again and again. " * 6] * 12))
    assert squeezed("page 1 of 2") in paper(pdf)
    assert squeezed("page 1 of 2") not in said(pdf, "en")


def test_demands_are_a_list():
    assert said(letter(SECRETARY, "en", body=BODY), "en", "LBody") == squeezed(
        "Stop the dumping of waste into the river. Publish what is measured in it, every month."
    )


def test_totals_are_a_table_with_a_head():
    pdf = letter(MINISTER, "en", body=BODY)
    assert said(pdf, "en", "TH") == squeezed("Confirmed and counted on 23 October 2027 Number")
    assert said(pdf, "en", "TD").startswith(squeezed("In all 21,234 From France 1,225"))


def test_english_words_in_a_french_letter_are_read_as_english():
    in_english = {piece.text.strip() for piece in spoken(letter(MINISTER, "fr", body=BODY), "fr") if piece.lang == "en"}
    assert "Stop the dumping of waste into the river." in in_english


def test_every_font_is_embedded():
    for recipient, language in ((MINISTER, "en"), (GOVERNOR, "km")):
        found = fonts(letter(recipient, language, body=BODY))
        assert found
        assert set(found.values()) == {True}
