"""What is wrong with the keys is told in plain sentences, before anything is served."""

import base64

import pytest
from django.core.checks import run_checks
from django.core.exceptions import ImproperlyConfigured
from django.db import connection
from nacl.public import PrivateKey

from petition import startup
from signatures import keycheck, seal, sealing
from signatures.choices import Purpose


def encode(raw):
    return base64.b64encode(raw).decode()


def whats():
    return [fault.what for fault in keycheck.in_settings()]


def test_keys_of_the_embedded_default_are_whole():
    assert whats() == []


@pytest.mark.parametrize(
    ("changes", "problems"),
    [
        ({"INDEX_KEY": ""}, ["INDEX_KEY is not set"]),
        ({"MAIL_PUBLIC_KEY": ""}, ["MAIL_PUBLIC_KEY is not set"]),
        ({"DELIVERY_PUBLIC_KEY": "x"}, ["DELIVERY_PUBLIC_KEY is not base64"]),
        ({"DELIVERY_PUBLIC_KEY": "c2hvcnQ="}, ["DELIVERY_PUBLIC_KEY holds 5 bytes, not 32"]),
        # The web process has neither, and that is as it should be.
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
    assert whats() == problems


def test_one_key_for_both_purposes_is_refused(settings):
    settings.DELIVERY_PUBLIC_KEY = settings.MAIL_PUBLIC_KEY
    settings.DELIVERY_PRIVATE_KEY = ""
    assert whats() == ["MAIL_PUBLIC_KEY and DELIVERY_PUBLIC_KEY are the same key"]


def test_private_key_in_the_place_of_the_public_one_is_refused(settings):
    settings.MAIL_PUBLIC_KEY = settings.MAIL_PRIVATE_KEY
    (same, apart) = keycheck.in_settings()
    assert (same.what, apart.what) == (
        "MAIL_PUBLIC_KEY and MAIL_PRIVATE_KEY are the same key",
        "MAIL_PRIVATE_KEY does not belong to MAIL_PUBLIC_KEY",
    )
    assert same.remedy.startswith("A private key stands where everyone may read it")


def test_private_key_that_is_used_twice_is_refused(settings):
    settings.MAIL_PRIVATE_KEY += f",{settings.DELIVERY_PRIVATE_KEY}"
    assert whats() == ["MAIL_PRIVATE_KEY and DELIVERY_PRIVATE_KEY are the same key"]


def test_older_private_keys_beside_the_current_one_are_right(settings):
    settings.MAIL_PRIVATE_KEY += f",{encode(bytes(PrivateKey.generate()))}"
    assert whats() == []


@pytest.mark.parametrize("name", ["INDEX_KEY", "MAIL_PUBLIC_KEY", "DELIVERY_PRIVATE_KEY"])
def test_no_key_stands_in_what_is_told(settings, name):
    secret = encode(b"a key that is one byte too short")[:-4]
    setattr(settings, name, secret)
    assert [fault for fault in keycheck.in_settings() if secret in "".join(fault)] == []
    assert keycheck.in_settings() != []


# -- the registry --------------------------------------------------------------------------------------------------


def register(purpose, private=None):
    public = private.public_key if private else seal.public_key(f"{purpose.name}_PUBLIC_KEY")
    return sealing.register(purpose=purpose, public_key=bytes(public), by=None)


@pytest.mark.django_db
def test_site_with_its_registered_keys_starts():
    for purpose in Purpose:
        register(purpose)
    startup.refuse_what_is_wrong()


@pytest.mark.django_db
def test_site_whose_keys_are_not_registered_yet_starts_and_is_reminded_of_it():
    startup.refuse_what_is_wrong()
    found = run_checks(tags=[startup.START], include_deployment_checks=True, databases=["default"])
    assert [message.id for message in found] == ["keys.W001"]


@pytest.mark.django_db
def test_public_key_that_is_not_the_registered_one_is_refused():
    known = register(Purpose.MAIL, PrivateKey.generate())
    with pytest.raises(ImproperlyConfigured) as refused:
        startup.refuse_what_is_wrong()
    here = seal.fingerprint_of(seal.public_key("MAIL_PUBLIC_KEY"))
    assert str(refused.value) == (
        f"MAIL_PUBLIC_KEY is the key {here}, but {known} is registered as the current one. "
        f"Put {known} back; or, where it is to be replaced, run `manage.py keys register mail`."
    )


@pytest.mark.django_db
def test_every_fault_is_a_line_of_its_own(settings):
    settings.INDEX_KEY, settings.MAIL_PUBLIC_KEY = "", "x"
    with pytest.raises(ImproperlyConfigured) as refused:
        startup.refuse_what_is_wrong()
    assert str(refused.value).splitlines() == [
        "INDEX_KEY is not set. Put it back from the backup, into the environment or as a file under VAR_DIR/keys.",
        "MAIL_PUBLIC_KEY is not base64. A key is 32 bytes in base64: copy it once more from the backup, whole and "
        "alone.",
    ]


@pytest.fixture
def no_table(transactional_db):
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE signatures_sealingkey RENAME TO elsewhere")
        yield
        cursor.execute("ALTER TABLE elsewhere RENAME TO signatures_sealingkey")


def test_database_that_is_not_migrated_is_told(no_table):
    with pytest.raises(ImproperlyConfigured) as refused:
        startup.refuse_what_is_wrong()
    assert str(refused.value) == "The database has no table of keys. Run `manage.py migrate`."


def test_commands_run_where_keys_are_wrong(settings):
    settings.INDEX_KEY = ""
    assert run_checks() == []
