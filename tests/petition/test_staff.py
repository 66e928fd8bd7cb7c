import pytest
from django.test import Client

from tests.people import create_staff

pytestmark = pytest.mark.django_db


def test_the_language_switch_keeps_the_page(client):
    client.force_login(create_staff("chenda"))

    answer = client.post("/admin/language/setlang/", {"language": "km", "next": "/admin/petition/tag/"})

    assert answer.headers["Location"] == "/admin/petition/tag/"
    assert '<html lang="km"' in client.get("/admin/petition/tag/").content.decode()


def test_the_log_in_page_offers_both_languages(client):
    page = client.get("/admin/login/", headers={"accept-language": "en"}).content.decode()

    assert '<html lang="en"' in page
    for code, name in (("km", "ភាសាខ្មែរ"), ("en", "English")):
        assert f'value="{code}"' in page and name in page


def test_no_page_of_the_staff_holds_an_inline_script_or_style(client):
    client.force_login(create_staff("vibol"))

    for path in ("/admin/", "/admin/petition/petition/add/", "/admin/auth/user/", "/admin/petition/auditentry/"):
        page = client.get(path).content.decode()
        assert "<style" not in page and " style=" not in page and "<script>" not in page and " onclick=" not in page


def test_djangos_own_log_in_alone_opens_no_room(client):
    Client.force_login(client, create_staff("vibol"))

    for path in ("/admin/", "/admin/auth/user/", "/admin/factors/", "/admin/confirm/"):
        assert client.get(path).headers["Location"].startswith("/admin/login/")


def test_rooms_stand_in_the_order_of_the_work(client):
    client.force_login(create_staff("vibol"))

    rooms = [app["app_label"] for app in client.get("/admin/").context["app_list"]]

    assert rooms == ["petition", "signatures", "delivery", "auth"]
