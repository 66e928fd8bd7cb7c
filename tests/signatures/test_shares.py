"""A key on five sheets of paper: any three give it back, two do not; and how it is told that sheets do not fit."""

import itertools
import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from signatures import shares

KEY = bytes(range(32))
KEYS = st.binary(min_size=32, max_size=32)
FINGERPRINT = "00112233aabbccdd"


def sheets(raw):
    return [
        (f"share-{n}.txt", shares.sheet(words, n, FINGERPRINT)) for n, words in enumerate(shares.split(raw), start=1)
    ]


@pytest.fixture(scope="module")
def made():
    return sheets(KEY)


def problem(texts):
    with pytest.raises(shares.ShareProblem) as refused:
        shares.join(texts)
    return str(refused.value)


@given(raw=KEYS, some=st.permutations(range(5)))
@settings(max_examples=15, deadline=None)
def test_any_three_of_five_join_to_the_key(raw, some):
    made = sheets(raw)
    assert shares.join([made[place] for place in some[:3]]) == raw


@given(raw=KEYS, two=st.sets(st.integers(0, 4), min_size=2, max_size=2))
@settings(max_examples=15, deadline=None)
def test_any_two_do_not(raw, two):
    made = sheets(raw)
    assert problem([made[place] for place in two]) == "3 different shares are needed, and here are 2"


def test_every_three_of_one_set_join(made):
    assert {shares.join(three) for three in itertools.combinations(made, 3)} == {KEY}


def test_four_and_five_join_too(made):
    assert [shares.join(made[:4]), shares.join(made)] == [KEY, KEY]


def test_shares_one_after_another_join(made):
    assert shares.join([("standard input", "".join(text for _name, text in made[1:4]))]) == KEY


def test_words_alone_join_however_they_are_laid_out(made):
    words = [" ".join(re.findall(r"[a-z]+", text.partition("\n\n")[2])).upper() for _name, text in made[:3]]
    assert shares.join([("typed", "\r\n".join(words))]) == KEY


def test_same_key_is_never_split_alike():
    assert set(shares.split(KEY)) & set(shares.split(KEY)) == set()


def test_same_share_twice_counts_once(made):
    assert problem([made[0], made[0], made[1]]) == "3 different shares are needed, and here are 2"


def test_shares_of_two_keys_do_not_join(made):
    assert problem([*made[:2], sheets(b"k" * 32)[2]]) == "the shares are not all of the same key"


def test_shares_of_one_key_that_was_split_twice_do_not_join(made):
    assert problem([*made[:2], sheets(KEY)[2]]) == "the shares are not all of the same key"


def test_wrong_word_is_told_by_its_sheet(made):
    name, text = made[2]
    last = re.findall(r"[a-z]+", text)[-1]
    other = "zero" if last != "zero" else "yoga"
    head, _found, tail = text.rpartition(last)
    assert problem([*made[:2], (name, head + other + tail)]) == "share-3.txt: a word is wrong, or in a wrong place"


def test_two_words_that_changed_places_are_told(made):
    name, text = made[0]
    words = re.findall(r"[a-z]+", text.partition("\n\n")[2])
    place = next(i for i in range(10, 30) if words[i] != words[i + 1])
    words[place], words[place + 1] = words[place + 1], words[place]
    assert problem([(name, " ".join(words)), *made[1:3]]) == "share-1.txt: a word is wrong, or in a wrong place"


def test_word_that_is_none_is_told_by_its_place_and_not_repeated(made):
    words = re.findall(r"[a-z]+", made[1][1].partition("\n\n")[2])
    words[4] = "misspelt"
    found = problem([made[0], ("share-2.txt", " ".join(words)), made[2]])
    assert found == "share-2.txt: word 5 of share 1 is no word of a share"


@pytest.mark.parametrize("text", ["", "# only a heading\n", "academic acid", "academic " * 34])
def test_sheet_of_another_length_is_told(made, text):
    n = text.count("academic") + text.count("acid")
    assert problem([made[0], made[1], ("x", text)]) == f"x has {n} words, but a share has 33"


def test_share_of_another_kind_is_told(made):
    from shamir_mnemonic import generate_mnemonics

    two_of_three = generate_mnemonics(1, [(2, 3)], KEY)[0]
    assert problem([made[0], ("other", two_of_three[0])]) == (
        "other is a share of something else: 3 of 5 is what this joins"
    )


def test_sheet_names_the_key_and_its_number_and_fits_a_page(made):
    lines = made[1][1].splitlines()
    assert lines[0] == f"# Share 2 of 5 of the delivery key {FINGERPRINT}."
    assert (max(map(len, lines)) <= 90, len(lines)) == (True, 15)
