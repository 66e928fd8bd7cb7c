import base64
import re
import secrets
import uuid

import pytest
from hypothesis import given
from hypothesis import strategies as st

from signatures import tokens

HANDLE = uuid.UUID("12345678-1234-5678-1234-567812345678")


@given(handle=st.uuids())
def test_token_leads_back_to_its_signature(handle):
    assert tokens.read(tokens.make(handle)) == handle


def test_token_can_stand_in_an_address():
    assert re.fullmatch(r"[A-Za-z0-9_-]{43}", tokens.make(HANDLE))


@pytest.mark.parametrize("length", range(43))
def test_truncated_token_leads_nowhere(length):
    assert tokens.read(tokens.make(HANDLE)[:length]) is None


@pytest.mark.parametrize("place", range(43))
def test_token_altered_in_one_place_leads_nowhere(place):
    token = tokens.make(HANDLE)
    for letter in "Ab0-_":
        if letter != token[place]:
            assert tokens.read(token[:place] + letter + token[place + 1 :]) is None


@pytest.mark.parametrize(
    "alter",
    [
        lambda token: token + "=",
        lambda token: token + "A",
        lambda token: token + " ",
        lambda token: token + "\n",
        lambda token: " " + token,
        lambda token: token.swapcase(),
        lambda token: token * 2,
        lambda token: "ក" * 43,
        lambda token: "\x00" * 43,
        lambda token: "\ud800" * 43,
        lambda token: "",
        lambda token: "A" * 1_000_000,
    ],
)
def test_anything_else_leads_nowhere(alter):
    assert tokens.read(alter(tokens.make(HANDLE))) is None


@given(token=st.text(max_size=60))
def test_no_text_breaks_it(token):
    assert tokens.read(token) is None


def test_forged_token_leads_nowhere():
    forged = base64.urlsafe_b64encode(HANDLE.bytes + secrets.token_bytes(16)).rstrip(b"=").decode()
    assert tokens.read(forged) is None


def test_tag_of_another_signature_leads_nowhere():
    other = base64.urlsafe_b64decode(tokens.make(uuid.uuid4()) + "=")
    forged = base64.urlsafe_b64encode(HANDLE.bytes + other[16:]).rstrip(b"=").decode()
    assert tokens.read(forged) is None


def test_token_made_under_another_key_leads_nowhere(settings):
    token = tokens.make(HANDLE)
    settings.INDEX_KEY = base64.b64encode(secrets.token_bytes(32)).decode()
    assert tokens.read(token) is None


def test_receipt_is_four_groups_of_four():
    assert re.fullmatch(r"(?:[A-Z2-7]{4}-){3}[A-Z2-7]{4}", tokens.receipt(HANDLE))


def test_receipt_is_always_the_same_and_tells_nothing_of_the_token():
    receipt = tokens.receipt(HANDLE)
    raw = base64.b32decode(receipt.replace("-", ""))
    assert receipt == tokens.receipt(HANDLE)
    assert raw not in base64.urlsafe_b64decode(tokens.make(HANDLE) + "=")
