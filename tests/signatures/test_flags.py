import pytest

from signatures import flags, signing
from signatures.choices import Flag
from signatures.models import FlaggedWord, Signature
from tests.people import MARIE, confirmed, create_petition, person, signed

WORDS = flags.prepared(["idiot", "kill yourself", "naïve", "អាឆ្កែ", "ស៊ី"])


def found(comment, name="Sok Sokha"):
    return flags.find(name, comment, WORDS)


@pytest.mark.parametrize(
    "text",
    [
        "012 345 678",
        "call 012345678 now",
        "០១២ ៣៤៥ ៦៧៨",
        "ទូរស័ព្ទ ០១២៣៤៥៦៧៨",
        "+855 12 345 678",
        "(855) 12-345-678",
        "00855.12.345.678",
        "0 1 2 3 4 5 6 7 8",
        "០១២–៣៤៥-៦៧៨",
        "+1 562-555-0100",
        "0\u200b12345678",
        "０１２３４５６７８",
        "012.345.678",
        "១២៣ ០១២៣៤៥៦៧៨",
    ],
)
def test_telephone_numbers_are_hinted_at(text):
    assert Flag.PHONE in found(text)


@pytest.mark.parametrize(
    "text",
    [
        "On 23.10.1991 peace was signed",
        "ថ្ងៃទី២៣/១០/១៩៩១",
        "1975-1979",
        "From 1975 – 1979 and 1991–2017",
        "1991, 1993, 1998",
        "1,000,000 signatures",
        "១.០០០.០០០ ហត្ថលេខា",
        "12 345 678 people",
        "19 countries, 24 recipients, 1 peace",
        "2017-10-23",
    ],
)
def test_days_and_great_numbers_are_no_telephones(text):
    assert found(text) == []


@pytest.mark.parametrize(
    "text",
    [
        "hxxp://bad.example",
        "see www bad",
        "my-shop[.]com",
        "shop dot com",
        "t.me",
        "look @dara_kh",
        "good.shop",
        "ex.kh",
    ],
)
def test_pages_and_accounts_are_hinted_at(text):
    assert Flag.LINK in found(text)


@pytest.mark.parametrize("text", ["We want peace.Live together", "Dr. Sok. For peace.", "ដើម្បីសន្តិភាព។ យើងរួមគ្នា"])
def test_sentences_are_no_links(text):
    assert found(text) == []


@pytest.mark.parametrize(
    "text", ["dara@example.org", "dara (at) example (dot) org", "write to dara@example[.]org", "DARA@EXAMPLE.ORG"]
)
def test_mail_addresses_are_hinted_at(text):
    assert found(text) == [Flag.EMAIL]


@pytest.mark.parametrize(
    "text", ["You IDIOT!", "1d10t", "an ídiot.", "idiot", "kill  yourself", "naive", "K1LL YOURSELF"]
)
def test_latin_words_are_found_whole_in_every_spelling(text):
    assert Flag.ABUSE in found(text)


@pytest.mark.parametrize("text", ["idiotic", "an idiom", "skill yourselves", "videot"])
def test_latin_words_are_not_found_within_others(text):
    assert found(text) == []


@pytest.mark.parametrize("text", ["វាជាអាឆ្កែណាស់", "អា\u200bឆ្កែ", "អា ឆ្កែ", "អា.ឆ្កែ", "ស៊ី", "សុី", "អាឆ្កែ"])
def test_khmer_words_are_found_anywhere_and_as_typed_on_any_keyboard(text):
    assert Flag.ABUSE in found(text)


@pytest.mark.parametrize("text", ["ដើម្បីសន្តិភាព", "ឆ្កែ", ""])
def test_other_khmer_is_not(text):
    assert found(text) == []


@pytest.mark.parametrize(("name", "flag"), [("Sok 7", Flag.DIGITS), ("aa A", Flag.LETTER), ("កក", Flag.LETTER)])
def test_names_that_are_none_are_hinted_at(name, flag):
    assert found("", name) == [flag]


def test_a_list_that_is_empty_finds_nothing():
    assert flags.find("Sok", "idiot", flags.prepared([])) == []


# -- as they are kept ----------------------------------------------------------------------------------------------


@pytest.fixture
def petition(db):
    flags.forget_words()
    yield create_petition()
    flags.forget_words()


CALL = MARIE._replace(comment="Call 012 345 678")


def kept(signature):
    signature.refresh_from_db()
    return signature.flags


def test_hints_are_made_when_words_come_in(petition):
    assert kept(signed(petition, CALL)) == "phone"


def test_words_that_are_not_shown_have_no_hints(petition):
    assert kept(signed(petition, CALL._replace(visibility="deliver"))) == ""


def test_hints_follow_the_words(petition):
    signature = confirmed(petition, CALL)
    shown = {"signature": signature, "public_name": MARIE.name, "wants_updates": False}

    signing.choose(**shown, visibility="public", comment="dara@example.org")
    assert kept(signature) == "email"
    signing.choose(**shown | {"public_name": ""}, visibility="count", comment="")
    assert kept(signature) == ""


def test_hints_go_with_words_that_are_signed_anew_without_them(petition):
    signature = signed(petition, CALL)
    signed(petition, CALL._replace(visibility="count"))
    assert kept(signature) == ""


def test_words_that_wait_are_looked_at_anew(petition, django_assert_num_queries):
    rows = [confirmed(petition, person(n, visibility="public", comment="Peace, not war")) for n in range(3)]
    FlaggedWord.objects.create(text="war")

    assert flags.flag_waiting() == 3
    assert [kept(row) for row in rows] == ["abuse"] * 3
    FlaggedWord.objects.filter(text="war").delete()
    assert (flags.flag_waiting(), Signature.objects.exclude(flags="").count()) == (3, 0)
    assert flags.flag_waiting() == 0
