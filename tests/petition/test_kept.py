"""A form that meets an ended session."""

import pytest
from django.contrib.sessions.models import Session
from django.test import Client

from petition import kept
from petition.models import Tag
from tests import door
from tests.pages import Page
from tests.people import PASSWORD, create_staff

pytestmark = pytest.mark.django_db

ADD = "/admin/petition/tag/add/"
SENT = {"slug": "news", "name_km": "ដំណឹង <b>", "name_en": "News & more"}


@pytest.fixture
def secret():
    return door.with_app(create_staff("chenda"))


@pytest.fixture
def client(secret):
    """A browser whose session has ended."""
    client = Client()
    door.enter(client, "chenda", secret, later=-1)
    client.session.flush()
    return client


def log_in_from(client, page, secret):
    """Password and code, each in the form that was shown."""
    values = Page(page).values
    client.post(door.LOGIN, values | {"username": "chenda", "password": PASSWORD})
    return client.post(door.CODE, {"code": door.code(secret)})


def test_what_was_typed_is_sent_once_more_after_the_log_in(client, secret):
    asked = client.post(ADD, SENT, headers={"accept-language": "en"})
    assert asked.status_code == 200 and "Your session had ended" in asked.content.decode()
    assert not Tag.objects.exists()
    shown = log_in_from(client, asked, secret)
    assert not Tag.objects.exists()

    values = Page(shown).values
    assert f'action="{ADD}"' in shown.content.decode()
    client.post(ADD, values)

    tag = Tag.objects.get()
    assert (tag.slug, tag.name_km, tag.name_en) == tuple(SENT.values())


def test_a_wrong_password_in_between_loses_nothing(client, secret):
    asked = client.post(ADD, SENT)
    again = client.post(door.LOGIN, Page(asked).values | {"username": "chenda", "password": "another river"})

    shown = log_in_from(client, again, secret)

    assert Page(shown).values["name_en"] == "News & more"


def test_no_password_is_kept(client, secret):
    asked = client.post("/admin/auth/user/add/", {"username": "x", "password1": "river", "password2": "river"})

    assert Page(asked).values["kept"] == "username=x"
    assert "river" not in asked.content.decode()


def test_without_the_password_nothing_is_stored(client, secret):
    client.post(ADD, SENT)
    client.post(door.LOGIN, {"username": "chenda", "password": "another river", "kept": "slug=news"})

    assert not Session.objects.exists()


def test_it_is_sent_only_to_these_rooms(client, secret):
    client.post(
        door.LOGIN, {"username": "chenda", "password": PASSWORD, "kept": "a=b", "next": "https://evil.example/"}
    )
    shown = client.post(door.CODE, {"code": door.code(secret)})

    assert 'action="/admin/"' in shown.content.decode()


def test_an_endless_text_is_not_kept(client, secret):
    asked = client.post(ADD, {"slug": "x" * kept.MOST})

    assert "kept" not in Page(asked).values


def test_a_page_that_is_only_asked_for_leads_to_the_door(client):
    assert client.get(ADD).headers["Location"] == f"/admin/login/?next={ADD}"
    assert client.post(ADD).headers["Location"] == f"/admin/login/?next={ADD}"


def test_a_stranger_is_led_to_the_door_and_nothing_of_theirs_comes_back(secret):
    answer = Client().post(ADD, SENT)

    assert answer.headers["Location"] == f"/admin/login/?next={ADD}"


def test_a_page_of_another_site_gets_no_log_in_page_for_what_it_sends():
    assert Client(enforce_csrf_checks=True).post(ADD, SENT).status_code == 403
