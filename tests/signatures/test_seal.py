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
    private = seal.private_keys("DELIVERY_PRIVATE_KEY")
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
        seal.open_identity(sealed, seal.private_keys("MAIL_PRIVATE_KEY"))


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
        seal.open_identity(sealed, seal.Keyring([pair]))


def test_box_is_libsodiums_own(pair):
    sealed = seal.seal_identity(name="Sokha", city="Takeo", public=pair.public_key)
    box = sealed[seal.LABEL_BYTES :]
    assert SealedBox(pair).decrypt(box).startswith(b'{"n":"Sokha","c":"Takeo"}')
    with pytest.raises(CryptoError):
        SealedBox(PrivateKey.generate()).decrypt(box)


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


# -- several keys --------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def older():
    return PrivateKey.generate()


def both(settings, pair, older):
    settings.MAIL_PUBLIC_KEY = encode(bytes(pair.public_key))
    settings.MAIL_PRIVATE_KEY = f"{encode(bytes(pair))},{encode(bytes(older))}"


def test_box_says_to_which_key_it_is_sealed(pair):
    sealed = seal.seal_identity(name="Sokha", city="", public=pair.public_key)
    assert seal.sealed_to(sealed) == seal.fingerprint(bytes(pair.public_key))


@given(name=TEXT, city=TEXT)
def test_every_box_says_so(pair, name, city):
    sealed = seal.seal_identity(name=name, city=city, public=pair.public_key)
    assert (seal.sealed_to(sealed), seal.sealed_to(sealed[seal.LABEL_BYTES :])) == (
        seal.fingerprint(bytes(pair.public_key)),
        None,
    )


def test_new_and_old_boxes_open_with_the_keys_of_one_setting(settings, pair, older):
    settings.MAIL_PUBLIC_KEY = encode(bytes(older.public_key))
    before = seal.seal_email("sokha@example.org")
    both(settings, pair, older)
    assert [seal.open_email(box) for box in (before, seal.seal_email("dara@example.org"))] == [
        "sokha@example.org",
        "dara@example.org",
    ]


def test_box_from_before_boxes_said_their_key_opens_whichever_it_was(settings, pair, older):
    settings.MAIL_PUBLIC_KEY = encode(bytes(older.public_key))
    unlabelled = seal.seal_email("sokha@example.org")[seal.LABEL_BYTES :]
    both(settings, pair, older)
    assert seal.open_email(unlabelled) == "sokha@example.org"


def test_key_that_is_not_at_hand_is_named_by_its_fingerprint(settings, pair, older):
    settings.MAIL_PUBLIC_KEY = encode(bytes(older.public_key))
    sealed = seal.seal_email("sokha@example.org")
    settings.MAIL_PRIVATE_KEY = encode(bytes(pair))
    with pytest.raises(seal.KeyProblem) as refused:
        seal.open_email(sealed)
    assert str(refused.value) == (
        f"it is sealed to the key {seal.fingerprint_of(older.public_key)}, whose private key is not at hand"
    )


def test_key_of_another_label_is_not_tried(pair, older):
    sealed = seal.seal_identity(name="Sokha", city="", public=pair.public_key)
    mislabelled = bytes.fromhex(seal.fingerprint_of(older.public_key)) + sealed[seal.LABEL_BYTES :]
    with pytest.raises(seal.KeyProblem):
        seal.open_identity(mislabelled, seal.Keyring([pair, older]))


@pytest.mark.parametrize("between", [",", "\n", ", ", "\r\n"])
def test_file_may_hold_several_keys(tmp_path, pair, older, between):
    path = tmp_path / "key"
    path.write_text(encode(bytes(pair)) + between + encode(bytes(older)) + "\n")
    found = seal.read_keys(path, "DELIVERY_PRIVATE_KEY")
    assert list(found) == [seal.fingerprint_of(key.public_key) for key in (pair, older)]


def test_file_may_hold_the_lines_of_two_pairs_as_they_were_printed(tmp_path, pair, older):
    lines = [
        f"DELIVERY_{kind}_KEY={encode(bytes(key))}"
        for one in (pair, older)
        for kind, key in (("PUBLIC", one.public_key), ("PRIVATE", one))
    ]
    (tmp_path / "key").write_text("\n".join(lines))
    found = seal.read_keys(tmp_path / "key", "DELIVERY_PRIVATE_KEY")
    assert list(found) == [seal.fingerprint_of(key.public_key) for key in (pair, older)]


def test_file_may_hold_a_key_that_was_joined_and_one_alone(tmp_path, pair, older):
    (tmp_path / "key").write_text(f"DELIVERY_PRIVATE_KEY={encode(bytes(pair))}\n{encode(bytes(older))}\n")
    assert len(seal.read_keys(tmp_path / "key", "DELIVERY_PRIVATE_KEY")) == 2


def test_one_bad_key_among_several_is_refused(tmp_path, pair):
    (tmp_path / "key").write_text(f"{encode(bytes(pair))}\nc2hvcnQ=\n")
    with pytest.raises(seal.KeyProblem) as refused:
        seal.read_keys(tmp_path / "key", "DELIVERY_PRIVATE_KEY")
    assert str(refused.value) == f"{tmp_path / 'key'} holds 5 bytes, not 32"
