import datetime
import re

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.utils import timezone

from petition import accounts, entry, factors
from petition.models import AuditEntry, RecoveryCode, StaffAccount, TotpApp
from tests import door
from tests.people import PASSWORD, create_staff

pytestmark = pytest.mark.django_db

OWN = "the mekong turns twice"


@pytest.fixture
def chenda():
    return create_staff("chenda")


@pytest.fixture
def client():
    """One that has nothing but what the pages gave it."""
    return Client()


def acts():
    return [(row.by, row.act) for row in AuditEntry.objects.order_by("id")]


def test_password_and_code_together_open_the_room_that_was_asked_for(client, chenda):
    secret = door.with_app(chenda)

    answer = door.give_password(client, "chenda", following="/admin/petition/tag/")
    assert answer.headers["Location"] == door.CODE
    answer = client.post(door.CODE, {"code": door.code(secret)})

    assert answer.headers["Location"] == "/admin/petition/tag/"
    assert client.get("/admin/petition/tag/").status_code == 200
    entered = AuditEntry.objects.get(act="log_in")
    assert (entered.by, entered.target) == ("chenda", f"auth.user:{chenda.pk}")


def test_the_password_alone_opens_nothing(client, chenda):
    door.with_app(chenda)
    door.give_password(client, "chenda")

    for path in ("/admin/", "/admin/petition/tag/", "/admin/factors/", "/admin/password_change/", "/admin/confirm/"):
        assert client.get(path).headers["Location"].startswith("/admin/login/")
    assert "log_in" not in {act for _by, act in acts()}


def test_a_code_alone_opens_nothing(client, chenda):
    secret = door.with_app(chenda)

    assert client.post(door.CODE, {"code": door.code(secret)}).headers["Location"] == door.LOGIN
    assert not door.is_in(client)


def test_who_has_a_factor_can_not_set_up_another_with_the_password_alone(client, chenda):
    secret = door.with_app(chenda)
    door.give_password(client, "chenda")

    assert client.get(door.ENROL).headers["Location"] == door.CODE
    assert client.post(door.ENROL, {"code": "123456"}).headers["Location"] == door.CODE
    assert factors.unseal(TotpApp.objects.get().sealed_secret) == secret


def test_a_code_is_taken_once(client, chenda):
    secret = door.with_app(chenda)
    code = door.code(secret)
    door.give_password(client, "chenda")
    assert client.post(door.CODE, {"code": code}).status_code == 302

    other = Client()
    door.give_password(other, "chenda")
    assert other.post(door.CODE, {"code": code}).status_code == 200
    assert not door.is_in(other)


def test_a_recovery_code_opens_once_and_is_on_record(client, chenda):
    door.with_app(chenda)
    codes = factors.make_codes(user=chenda, by=chenda)
    door.give_password(client, "chenda")

    assert client.post(door.CODE, {"code": codes[3].upper().replace("-", " ")}).headers["Location"] == "/admin/"

    used = AuditEntry.objects.get(act="recovery_code")
    assert (used.by, used.detail) == ("chenda", {"remaining": 9})
    other = Client()
    door.give_password(other, "chenda")
    assert other.post(door.CODE, {"code": codes[3]}).status_code == 200
    assert not door.is_in(other)


def test_a_code_of_somebody_else_does_not_fit(client, chenda):
    door.with_app(chenda)
    bopha = create_staff("bopha")
    secret, codes = door.with_app(bopha), factors.make_codes(user=bopha, by=bopha)
    door.give_password(client, "chenda")

    for code in (door.code(secret), codes[0], "", "0", "x" * 500):
        assert client.post(door.CODE, {"code": code}).status_code == 200
    assert not door.is_in(client)
    assert RecoveryCode.objects.filter(user=bopha).count() == 10


def test_the_first_log_in_asks_for_an_own_password_then_for_a_factor(client, chenda):
    given = accounts.reset(user=chenda, by=None)

    assert door.give_password(client, "chenda", given).headers["Location"] == "/admin/login/password/"
    assert client.get(door.ENROL).headers["Location"] == "/admin/login/password/"
    answer = client.post("/admin/login/password/", {"new_password1": OWN, "new_password2": OWN})
    assert answer.headers["Location"] == door.ENROL
    secret = door.shown_secret(client.get(door.ENROL))
    answer = client.post(door.ENROL, {"code": door.code(secret)})

    assert answer.status_code == 200 and "no-store" in answer.headers["Cache-Control"]
    assert len(set(door.shown_codes(answer))) == 10
    assert door.is_in(client)
    assert acts() == [
        ("system", "factor_reset"),
        *(("chenda", act) for act in ("own_password", "factor_add", "recovery_codes", "log_in")),
    ]


def test_the_recovery_codes_that_were_shown_open_the_door(client, chenda):
    door.give_password(client, "chenda")
    secret = door.shown_secret(client.get(door.ENROL))
    shown = door.shown_codes(client.post(door.ENROL, {"code": door.code(secret)}))

    other = Client()
    door.give_password(other, "chenda")
    assert other.post(door.CODE, {"code": shown[9]}).status_code == 302
    assert door.is_in(other)


def test_the_code_that_set_up_the_app_is_used_up(client, chenda):
    door.give_password(client, "chenda")
    secret = door.shown_secret(client.get(door.ENROL))
    code = door.code(secret)
    client.post(door.ENROL, {"code": code})

    other = Client()
    door.give_password(other, "chenda")
    assert other.post(door.CODE, {"code": code}).status_code == 200
    assert not door.is_in(other)


def test_a_wrong_code_sets_up_nothing_and_the_picture_stays(client, chenda):
    door.give_password(client, "chenda")
    secret = door.shown_secret(client.get(door.ENROL))

    answer = client.post(door.ENROL, {"code": door.code(secret, 40)})

    assert answer.status_code == 200 and door.shown_secret(answer) == secret
    assert not factors.has_factor(chenda) and not door.is_in(client)


def test_the_secret_of_an_app_stands_nowhere_in_clear_text(client, chenda):
    door.give_password(client, "chenda")
    secret = door.shown_secret(client.get(door.ENROL))
    assert secret not in str(dict(client.session))
    client.post(door.ENROL, {"code": door.code(secret)})
    assert secret.encode() not in bytes(TotpApp.objects.get().sealed_secret)


@pytest.mark.parametrize("password", [PASSWORD, "password1234", "short"])
def test_the_given_password_and_a_weak_one_are_no_own_ones(client, chenda, password):
    accounts.mark_given(user=chenda)
    door.give_password(client, "chenda")

    answer = client.post("/admin/login/password/", {"new_password1": password, "new_password2": password})

    assert answer.status_code == 200
    assert accounts.has_given_password(chenda)


def test_a_given_password_is_good_for_seven_days(client, chenda):
    given = accounts.reset(user=chenda, by=None)
    old = timezone.now() - accounts.GIVEN_FOR
    StaffAccount.objects.update(password_given_at=old + datetime.timedelta(minutes=1))
    assert door.give_password(client, "chenda", given).status_code == 302

    StaffAccount.objects.update(password_given_at=old)
    answer = door.give_password(Client(headers={"accept-language": "en"}), "chenda", given)

    assert "This one-time password is too old. Please ask for a new one." in answer.content.decode()


def test_half_a_log_in_ends_after_ten_minutes(client, chenda):
    secret = door.with_app(chenda)
    door.give_password(client, "chenda")
    session = client.session
    session[entry.HALF] = session[entry.HALF] | {"at": session[entry.HALF]["at"] - entry.HALF_SECONDS - 1}
    session.save()

    assert client.post(door.CODE, {"code": door.code(secret)}).headers["Location"] == door.LOGIN


@pytest.mark.parametrize("change", [{"is_active": False}, {"is_staff": False}, {"password": "another"}])
def test_half_a_log_in_ends_with_the_right_to_it(client, chenda, change):
    secret = door.with_app(chenda)
    door.give_password(client, "chenda")
    User.objects.filter(pk=chenda.pk).update(**change)

    assert client.post(door.CODE, {"code": door.code(secret)}).headers["Location"] == door.LOGIN


def test_each_step_has_a_session_key_of_its_own(client, chenda):
    secret = door.with_app(chenda)
    client.get(door.LOGIN)
    door.give_password(client, "chenda")
    half = client.cookies["staff_session"].value
    client.post(door.CODE, {"code": door.code(secret)})

    assert client.cookies["staff_session"].value != half
    stranger = Client()
    stranger.cookies["staff_session"] = half
    assert not door.is_in(stranger)


@pytest.mark.parametrize("name", ["chenda", "nobody", "sokha", "left", "without"])
def test_a_wrong_password_tells_nothing_of_the_account(client, chenda, name):
    User.objects.create_user("sokha", password=PASSWORD)
    User.objects.create_user("left", password=PASSWORD, is_staff=True, is_active=False)
    User.objects.create_user("without", password=None, is_staff=True)

    answer = door.give_password(client, name, "another river")

    reference = door.give_password(Client(), "whoever", "another river")
    assert (answer.status_code, set(answer.headers)) == (200, set(reference.headers))
    assert said(answer, name) == said(reference, "whoever")


def said(answer, name):
    """The page without what differs in each answer."""
    page = re.sub(r'name="csrfmiddlewaretoken" value="[^"]*"', "", answer.content.decode())
    return page.replace(f'value="{name}"', "")


@pytest.mark.parametrize("following", ["https://evil.example/", "//evil.example/admin/", "/km/", "javascript:alert(1)"])
def test_the_way_in_leads_to_no_other_place(client, chenda, following):
    secret = door.with_app(chenda)
    door.give_password(client, "chenda", following=following)

    assert client.post(door.CODE, {"code": door.code(secret)}).headers["Location"] == "/admin/"


def test_the_door_takes_no_post_of_another_site(chenda):
    client = Client(enforce_csrf_checks=True)

    for path in (door.LOGIN, door.CODE, door.ENROL, "/admin/login/password/"):
        assert client.post(path).status_code == 403
