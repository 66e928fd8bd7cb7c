import pytest
from hypothesis import given
from hypothesis import strategies as st

from signatures.delivery.differences import parts


def told(old, new):
    return [(part.kind, part.text) for part in parts(old, new)]


def test_words_that_were_added_and_taken_away_are_told():
    assert told("We ask you to answer.", "We ask you kindly to reply.") == [
        ("same", "We ask you "),
        ("ins", "kindly "),
        ("same", "to "),
        ("del", "answer"),
        ("ins", "reply"),
        ("same", "."),
    ]


def test_equal_texts_have_one_part():
    assert told("សូមគោរព", "សូមគោរព") == [("same", "សូមគោរព")]


def test_a_placeholder_is_one_word():
    assert told("{count} ask", "{goal} ask") == [("del", "{count}"), ("ins", "{goal}"), ("same", " ask")]


def test_a_khmer_syllable_is_never_cut():
    assert told("ខ្ញុំទៅ", "ខ្ញុំមក") == [("same", "ខ្ញុំ"), ("del", "ទៅ"), ("ins", "មក")]


@given(st.text(), st.text())
def test_both_texts_can_be_read_from_the_parts(old, new):
    found = parts(old, new)
    assert "".join(part.text for part in found if part.kind != "ins") == old
    assert "".join(part.text for part in found if part.kind != "del") == new


@pytest.mark.parametrize(("old", "new", "kind"), [("", "x", "ins"), ("x", "", "del")])
def test_all_of_a_text_may_be_new_or_gone(old, new, kind):
    assert told(old, new) == [(kind, "x")]
