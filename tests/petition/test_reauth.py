import pytest
from django.contrib.auth.models import User
from django.test import Client

from petition.models import AuditEntry
from tests import door
from tests.people import PASSWORD, create_petition, create_staff, create_update

pytestmark = pytest.mark.django_db

CONFIRM = "/admin/confirm/"


@pytest.fixture
def vibol(client):
    user = create_staff("vibol")
    client.force_login(user)
    client.move_session(confirmed=601)
    return user


@pytest.mark.parametrize(
    "path",
    [
        "auth/user/add/",
        "auth/user/{pk}/change/",
        "auth/user/{pk}/password/",
        "auth/group/add/",
        "factors/",
        "factors/app/",
    ],
)
def test_who_has_not_confirmed_lately_is_asked_and_comes_back(client, vibol, path):
    path = "/admin/" + path.format(pk=create_staff("chenda").pk)

    answer = client.get(f"{path}?x=1")
    assert answer.headers["Location"].startswith(f"{CONFIRM}?next=")
    asked = client.get(answer.headers["Location"])
    answer = client.post(CONFIRM, {"password": PASSWORD, "next": asked.context["next"]})

    assert answer.headers["Location"] == f"{path}?x=1"
    assert client.get(path).status_code == 200


def test_a_password_of_today_is_not_asked_for_again(client, vibol):
    client.move_session(confirmed=-60)

    assert client.get("/admin/auth/user/add/").status_code == 200


def test_a_post_that_comes_too_late_does_nothing_and_leads_back_to_its_page(client, vibol):
    chenda = create_staff("chenda")
    path = f"/admin/auth/user/{chenda.pk}/change/"
    sent = {"username": "chenda", "first_name": "changed", "is_active": "on"}

    answer = client.post(path, sent, headers={"referer": f"http://testserver{path}"})

    chenda.refresh_from_db()
    assert chenda.first_name == ""
    asked = client.get(answer.headers["Location"])
    answer = client.post(
        CONFIRM,
        {"password": PASSWORD, "next": asked.context["next"], "again": asked.context["again"]},
        headers={"accept-language": "en"},
        follow=True,
    )
    assert answer.redirect_chain == [(path, 302)]
    assert "It has not been done yet" in answer.content.decode()


def test_a_mailing_is_started_by_who_has_confirmed_lately(client, vibol):
    update = create_update(create_petition())
    path = f"/admin/signatures/mailing/update/{update.pk}/start/"

    for method in (client.get, client.post):
        assert method(path).headers["Location"].startswith(CONFIRM)
    assert not hasattr(update, "mailing")


def test_a_code_of_the_app_confirms_as_well_and_once(client, vibol):
    secret = door.with_app(vibol)
    client.force_login(vibol)
    client.move_session(confirmed=601)
    code = door.code(secret)

    assert client.post(CONFIRM, {"code": code}).status_code == 302
    assert client.get("/admin/factors/").status_code == 200
    client.move_session(confirmed=601)
    assert client.post(CONFIRM, {"code": code}).status_code == 200
    assert client.get("/admin/factors/").status_code == 302


@pytest.mark.parametrize("sent", [{}, {"password": ""}, {"password": "another river"}, {"code": "000000"}])
def test_what_is_wrong_confirms_nothing(client, vibol, sent):
    door.with_app(vibol)
    client.force_login(vibol)
    client.move_session(confirmed=601)

    assert client.post(CONFIRM, sent).status_code == 200
    assert client.get("/admin/factors/").status_code == 302


def test_guessing_is_limited(client, vibol):
    statuses = [client.post(CONFIRM, {"password": f"guess {n}"}).status_code for n in range(6)]

    assert statuses == [200] * 5 + [429]
    assert client.post(CONFIRM, {"password": PASSWORD}).status_code == 429
    assert AuditEntry.objects.get().act == "factor_refused"


def test_the_old_password_is_not_guessed_where_it_is_changed(client, vibol):
    client.move_session(confirmed=-600)
    sent = {"new_password1": "the lake breathes", "new_password2": "the lake breathes"}

    statuses = [
        client.post("/admin/password_change/", sent | {"old_password": f"guess {n}"}).status_code for n in range(6)
    ]

    assert statuses == [200] * 5 + [429]


@pytest.mark.parametrize(
    "address", ["https://evil.example/admin/", "//evil.example/admin/", "/km/", "\\\\evil.example", ""]
)
def test_it_leads_to_no_other_place(client, vibol, address):
    assert client.post(CONFIRM, {"password": PASSWORD, "next": address}).headers["Location"] == "/admin/"


def test_a_stranger_is_sent_to_the_door(vibol):
    for path in (CONFIRM, "/admin/factors/", "/admin/auth/user/add/"):
        assert Client().get(path).headers["Location"].startswith("/admin/login/?next=")


def test_confirming_gives_the_session_a_new_key(client, vibol):
    before = client.cookies["staff_session"].value
    client.post(CONFIRM, {"password": PASSWORD})

    assert client.cookies["staff_session"].value != before
    assert User.objects.get(pk=client.session["_auth_user_id"]) == vibol
