import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st
from nacl.exceptions import CryptoError
from nacl.public import PrivateKey, SealedBox

from signatures import seal

TEXT = st.text(st.characters(exclude_categories=("Cs",)), max_size=200)


def encode(raw):
    return base64.b64encode(raw).decode()


@pytest.fixture(scope="module")
def pair():
    return PrivateKey.generate()


@given(email=TEXT)
def test_email_opens_as_it_was_sealed(email):
    assert seal.open_email(seal.seal_email(email)) == email


@given(name=TEXT, city=TEXT)
def test_identity_opens_as_it_was_sealed(name, city):
    private = seal.private_key("DELIVERY_PRIVATE_KEY")
    assert seal.open_identity(seal.seal_identity(name=name, city=city), private) == (name, city)


def test_same_text_is_never_sealed_alike():
    assert seal.seal_email("sokha@example.org") != seal.seal_email("sokha@example.org")


def test_length_of_a_box_does_not_tell_that_of_a_name():
    short = seal.seal_identity(name="Ly", city="")
    long = seal.seal_identity(name="Vannak Sophea", city="Long Beach")
    assert len(short) == len(long)


def test_mail_key_does_not_open_a_name():
    sealed = seal.seal_identity(name="Sokha", city="")
    with pytest.raises(seal.KeyProblem):
        seal.open_identity(sealed, seal.private_key("MAIL_PRIVATE_KEY"))


def test_altered_box_does_not_open():
    sealed = bytearray(seal.seal_email("sokha@example.org"))
    sealed[-1] ^= 1
    with pytest.raises(seal.KeyProblem):
        seal.open_email(bytes(sealed))


@pytest.mark.parametrize("sealed", [b"", b"x", b"x" * 200])
def test_what_is_no_box_does_not_open(sealed):
    with pytest.raises(seal.KeyProblem):
        seal.open_email(sealed)


@pytest.mark.parametrize("plain", [b"", b"[]", b'{"n": "a"}', b"\xff", b"null"])
def test_box_of_another_form_is_refused(pair, plain):
    sealed = seal._seal(plain, pair.public_key)
    with pytest.raises(seal.KeyProblem):
        seal.open_identity(sealed, pair)


def test_box_is_libsodiums_own(pair):
    sealed = seal.seal_identity(name="Sokha", city="Takeo", public=pair.public_key)
    assert SealedBox(pair).decrypt(sealed).startswith(b'{"n":"Sokha","c":"Takeo"}')
    with pytest.raises(CryptoError):
        SealedBox(PrivateKey.generate()).decrypt(sealed)


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("", "MAIL_PUBLIC_KEY is not set"),
        ("not base64!", "MAIL_PUBLIC_KEY is not base64"),
        ("ក", "MAIL_PUBLIC_KEY is not base64"),
        (encode(b"short"), "MAIL_PUBLIC_KEY holds 5 bytes, not 32"),
    ],
)
def test_without_a_key_nothing_is_sealed(settings, text, problem):
    settings.MAIL_PUBLIC_KEY = text
    with pytest.raises(seal.KeyProblem) as refused:
        seal.seal_email("sokha@example.org")
    assert str(refused.value) == problem


def test_keys_of_the_embedded_default_are_whole():
    assert seal.missing_keys() == []


@pytest.mark.parametrize(
    ("changes", "problems"),
    [
        ({"INDEX_KEY": ""}, ["INDEX_KEY is not set"]),
        ({"MAIL_PUBLIC_KEY": ""}, ["MAIL_PUBLIC_KEY is not set"]),
        ({"DELIVERY_PUBLIC_KEY": "x"}, ["DELIVERY_PUBLIC_KEY is not base64"]),
        # The web process of a careful operator has neither, and that is as it should be.
        ({"MAIL_PRIVATE_KEY": "", "DELIVERY_PRIVATE_KEY": ""}, []),
        (
            {"DELIVERY_PRIVATE_KEY": encode(b"k" * 32)},
            ["DELIVERY_PRIVATE_KEY does not belong to DELIVERY_PUBLIC_KEY"],
        ),
        ({"MAIL_PRIVATE_KEY": "x"}, ["MAIL_PRIVATE_KEY is not base64"]),
    ],
)
def test_each_key_that_is_wrong_is_named(settings, changes, problems):
    for name, value in changes.items():
        setattr(settings, name, value)
    assert seal.missing_keys() == problems


def test_one_key_for_both_purposes_is_refused(settings):
    settings.DELIVERY_PUBLIC_KEY = settings.MAIL_PUBLIC_KEY
    settings.DELIVERY_PRIVATE_KEY = ""
    assert seal.missing_keys() == ["MAIL_PUBLIC_KEY and DELIVERY_PUBLIC_KEY are the same key"]
