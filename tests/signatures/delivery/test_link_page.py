"""The page behind a link to a packet, as whoever was given it sees it."""

import datetime
import logging

import pyrage
import pytest
from django.contrib.auth.models import User
from django.utils import timezone

from signatures.delivery import links, second_person
from signatures.delivery.agefile import Lock
from signatures.delivery.models import Fetch, FetchLink
from tests.pages import Page
from tests.people import allowed
from tests.signatures.delivery.collection import create_built_packet

PASSPHRASE = "a river has two banks and a bridge"
IDENTITY = pyrage.x25519.Identity.generate()
LANGUAGES = ("km", "en")


@pytest.fixture
def make(db, settings, tmp_path):
    settings.DELIVERY_DIR = tmp_path / "deliveries"
    bopha = User.objects.create_superuser("bopha")
    packet = create_built_packet(bopha)
    allowed(second_person.FETCH, packet.delivery, bopha)

    def make(**lock):
        day = datetime.timedelta(days=1)
        return links.make(packet=packet, lock=Lock(**lock), lasts=day, most=3, by=bopha).token

    return make


@pytest.fixture
def token(make):
    return make(passphrase=PASSPHRASE)


def address(token, lang="en"):
    return f"/{lang}/packets/{token}/"


@pytest.mark.parametrize("lang", LANGUAGES)
def test_page_and_its_preview_name_neither_petition_nor_recipient(client, token, lang):
    page = client.get(address(token, lang)).content.decode()
    for word in ("One million", "Peace now", "Durand", "Anne", "peace", "សន្តិភាព", "ហត្ថលេខាមួយលាន", "committee"):
        assert word not in page
    assert "og:" not in page


def test_page_is_kept_by_nobody_and_sets_no_cookie(client, token):
    for answer in (client.get(address(token)), client.get(address("unknown")), client.post(address(token))):
        assert answer.headers["Cache-Control"] == "no-store"
        assert answer.headers["Referrer-Policy"] == "no-referrer"
        assert "noindex" in answer.headers["X-Robots-Tag"]
        assert not answer.cookies


def test_get_and_head_change_nothing(client, token):
    before = FetchLink.objects.values().get()
    assert (client.get(address(token)).status_code, client.head(address(token)).status_code) == (200, 200)
    assert FetchLink.objects.values().get() == before
    assert not Fetch.objects.exists()


def test_right_passphrase_downloads_a_file_that_it_opens(client, token):
    answer = client.post(address(token), {"passphrase": PASSPHRASE})
    made = b"".join(answer.streaming_content)
    assert pyrage.passphrase.decrypt(made, PASSPHRASE).startswith(b"PK")
    assert answer.headers["Content-Disposition"] == f'attachment; filename="packet-{Fetch.objects.get().mark}.zip.age"'
    assert "no-store" in answer.headers["Cache-Control"]


def test_where_there_is_a_key_nothing_is_asked(client, make):
    token = make(key=str(IDENTITY.to_public()))
    assert "passphrase" not in Page(client.get(address(token))).offered
    made = b"".join(client.post(address(token)).streaming_content)
    assert pyrage.decrypt(made, [IDENTITY]).startswith(b"PK")


@pytest.mark.parametrize("passphrase", ["", "another one", PASSPHRASE + "x", "x" * 300])
def test_wrong_passphrase_is_said_beside_its_field(client, token, passphrase):
    answer = client.post(address(token), {"passphrase": passphrase})
    assert answer.status_code == 422
    assert Page(answer).summary
    assert not Fetch.objects.exists()


def test_last_wrong_try_ends_the_link(client, token):
    FetchLink.objects.update(tries=FetchLink.MOST_TRIES - 1)
    assert client.post(address(token), {"passphrase": "another one"}).status_code == 404
    assert client.post(address(token), {"passphrase": PASSPHRASE}).status_code == 404


def ended(how, token):
    now = timezone.now()
    if how == "time":
        past = now - datetime.timedelta(days=2)
        FetchLink.objects.update(made_at=past, expires_at=past + datetime.timedelta(hours=2))
    elif how == "downloads":
        FetchLink.objects.update(fetched=3)
    elif how == "tries":
        FetchLink.objects.update(tries=FetchLink.MOST_TRIES)
    elif how == "revoked":
        FetchLink.objects.update(revoked_at=now)
    elif how == "handed over":
        FetchLink.objects.get().packet.__class__.objects.update(handed_over_on=timezone.localdate())
    return token


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("how", ["time", "downloads", "tries", "revoked", "handed over"])
def test_ended_link_and_unknown_one_get_the_same_bytes(client, token, how, lang):
    ended(how, token)
    unknown = client.get(address("a" * 43, lang))
    assert unknown.status_code == 404
    for method in (client.get, client.post):
        answer = method(address(token, lang))
        assert (answer.status_code, answer.content) == (404, unknown.content)


def test_other_sites_and_methods_are_refused(client, token):
    elsewhere = {"Origin": "https://other.example", "Sec-Fetch-Site": "cross-site"}
    assert client.post(address(token), {"passphrase": PASSPHRASE}, headers=elsewhere).status_code == 403
    assert client.put(address(token)).status_code == 405
    assert not Fetch.objects.exists()


def test_no_log_line_holds_the_token(client, token, caplog):
    from petition.logs import Formatter

    with caplog.at_level(logging.INFO):
        client.post(address(token), {"passphrase": "another one"})
        client.get(address("a" * 43))
    said = "\n".join(Formatter().format(record) for record in caplog.records)
    assert token not in said
    assert "a" * 43 not in said
    assert "/en/packets/…" in said
