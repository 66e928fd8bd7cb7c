import os

import pytest
from django.db import connection

from petition.local import Trouble, database, keys
from tests.people import SOKHA, create_petition, signed


@pytest.fixture
def url(transactional_db):
    """Of the database that this test has."""
    head, slash, _ = os.environ["DATABASE_URL"].partition("?")
    return f"{head.rpartition('/')[0]}/{connection.settings_dict['NAME']}{slash}{_}"


@pytest.mark.parametrize(
    "url",
    [
        "",
        "peace",
        "mysql://u:secret@host/name",
        "postgres://u:secret@host:port/name",
        "postgres://u:secret@host",
    ],
)
def test_what_is_no_address_is_told_the_form(url):
    with pytest.raises(Trouble, match=r"must have the form postgres://user:password@host:5432/name") as caught:
        database.connect(url)
    assert "cret" not in str(caught.value)


def test_server_that_is_not_there_is_said_in_one_line_without_the_password():
    with pytest.raises(Trouble, match="cannot be used: .*refused") as caught:
        database.connect("postgres://somebody:s%26cret@127.0.0.1:9/peace")
    assert "\n" not in str(caught.value)
    assert "cret" not in str(caught.value)


def test_keys_are_made_for_an_empty_database(url, tmp_path):
    create_petition()
    database.make_keys(tmp_path, url)
    assert keys.missing(tmp_path) == []


def test_no_new_keys_for_signatures_that_others_sealed(url, tmp_path):
    signed(create_petition(), SOKHA)
    with pytest.raises(Trouble, match="not here: INDEX_KEY, MAIL_PUBLIC_KEY, DELIVERY_PUBLIC_KEY"):
        database.make_keys(tmp_path, url)
    assert list(tmp_path.iterdir()) == []


def test_keys_that_are_there_are_not_asked_after(url, tmp_path):
    keys.ensure(tmp_path)
    signed(create_petition(), SOKHA)
    database.make_keys(tmp_path, url)
    assert keys.missing(tmp_path) == []
