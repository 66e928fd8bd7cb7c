import pytest
from django.contrib.auth.models import User
from django.test import Client

from petition import accounts, factors
from petition.models import AuditEntry, RecoveryCode, SecurityKey
from tests import door
from tests.people import PASSWORD, create_staff
from tests.staff import StaffClient

pytestmark = pytest.mark.django_db

OWN = "/admin/factors/"


@pytest.fixture
def chenda(client):
    user = create_staff("chenda")
    door.with_app(user)
    client.force_login(user)
    return user


def a_key(user, name="blue key"):
    return factors.add_key(user=user, name=name, credential=name.encode(), public_key=b"x", uses=0, by=user)


def acts():
    return [row.act for row in AuditEntry.objects.order_by("id")]


def test_the_page_says_what_there_is(client, chenda):
    a_key(chenda)
    factors.make_codes(user=chenda, by=chenda)
    client.force_login(chenda)

    page = client.get(OWN, headers={"accept-language": "en"}).content.decode()

    assert "blue key" in page and "10 codes are left." in page and "Remove the app" in page


def test_the_keys_cost_the_same_queries_however_many_there_are(client, chenda, django_assert_num_queries):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    a_key(chenda)
    client.force_login(chenda)
    with CaptureQueriesContext(connection) as asked:
        client.get(OWN)
    a_key(chenda, "red key")
    a_key(chenda, "green key")
    client.force_login(chenda)
    with django_assert_num_queries(len(asked)):
        client.get(OWN)


def test_the_last_factor_stays(client, chenda):
    client.post(f"{OWN}remove/", {"what": "app"})

    assert factors.has_factor(chenda)
    assert "factor_remove" not in acts()


def test_one_of_two_is_removed_and_on_record(client, chenda):
    key = a_key(chenda)
    client.force_login(chenda)

    assert client.post(f"{OWN}remove/", {"what": str(key.pk)}).headers["Location"] == OWN

    assert not SecurityKey.objects.exists()
    entry = AuditEntry.objects.latest("id")
    assert (entry.by, entry.act, entry.detail) == ("chenda", "factor_remove", {"factor": "key"})
    assert door.is_in(client)


def test_nobody_removes_a_colleagues_key(client, chenda):
    bopha = create_staff("bopha")
    key = a_key(bopha)
    a_key(chenda, "red key")
    client.force_login(chenda)

    client.post(f"{OWN}remove/", {"what": str(key.pk)})

    assert SecurityKey.objects.filter(pk=key.pk).exists()
    assert "factor_remove" not in acts()


@pytest.mark.parametrize("what", ["", "x", "0", "-1", "9" * 30, "codes"])
def test_what_is_no_factor_is_not_removed(client, chenda, what):
    a_key(chenda)
    client.force_login(chenda)

    assert client.post(f"{OWN}remove/", {"what": what}).status_code == 302
    assert chenda.security_keys.count() == 1 and hasattr(chenda, "totp_app")


def test_new_recovery_codes_end_the_old_ones(client, chenda):
    old = factors.make_codes(user=chenda, by=chenda)
    client.force_login(chenda)

    answer = client.post(f"{OWN}codes/")

    new = door.shown_codes(answer)
    assert len(new) == 10 and "no-store" in answer.headers["Cache-Control"]
    assert not factors.use_code(user=chenda, code=old[0])
    assert factors.use_code(user=chenda, code=new[0])


def test_no_recovery_code_is_kept_as_it_is(chenda):
    codes = factors.make_codes(user=chenda, by=chenda)
    stored = [bytes(row.digest) for row in RecoveryCode.objects.all()]

    assert not {code.replace("-", "").encode() for code in codes} & set(stored)
    assert {len(digest) for digest in stored} == {32}


def test_another_app_takes_the_place_of_the_old(client, chenda):
    secret = door.shown_secret(client.get(f"{OWN}app/"))

    assert client.post(f"{OWN}app/", {"code": door.code(secret)}).headers["Location"] == OWN

    assert factors.unseal(chenda.totp_app.__class__.objects.get(user=chenda).sealed_secret) == secret


def test_codes_in_khmer_digits_fit(chenda):
    secret = factors.unseal(chenda.totp_app.sealed_secret)
    code = door.code(secret).translate(str.maketrans("0123456789", "០១២៣៤៥៦៧៨៩"))

    assert factors.check_app(user=chenda, code=f"{code[:3]} {code[3:]}")


@pytest.mark.parametrize("path", ["key/", "remove/", "codes/"])
def test_acts_are_posts_with_a_token(chenda, path):
    careful = StaffClient(enforce_csrf_checks=True)
    careful.force_login(chenda)

    assert careful.get(OWN + path).status_code == 405
    assert careful.post(OWN + path).status_code == 403


# -- of a colleague ----------------------------------------------------------------------------------------------------


@pytest.fixture
def root(client):
    user = User.objects.create_superuser("root", password=PASSWORD)
    client.force_login(user)
    return user


def begin_anew(user):
    return f"/admin/auth/user/{user.pk}/begin-anew/"


def test_a_superuser_lets_a_colleague_begin_anew(client, root):
    chenda = create_staff("chenda")
    door.with_app(chenda)
    assert client.get(begin_anew(chenda)).status_code == 200
    assert factors.has_factor(chenda)

    answer = client.post(begin_anew(chenda))

    assert not factors.has_factor(chenda) and accounts.has_given_password(chenda)
    entry = AuditEntry.objects.latest("id")
    assert (entry.by, entry.act, entry.target) == ("root", "factor_reset", f"auth.user:{chenda.pk}")
    password = answer.context["password"]
    assert door.give_password(Client(), "chenda", password).headers["Location"] == "/admin/login/password/"


def test_not_without_having_confirmed_lately(client, root):
    chenda = create_staff("chenda")
    door.with_app(chenda)
    client.move_session(confirmed=601)

    client.post(begin_anew(chenda))

    assert factors.has_factor(chenda)


def test_an_administrator_can_not(client):
    chenda = create_staff("chenda")
    client.force_login(create_staff("vibol"))

    assert client.get(begin_anew(chenda)).status_code == 403
    assert client.post(begin_anew(chenda)).status_code == 403


def test_ones_own_are_on_ones_own_page(client, root):
    door.with_app(root)
    client.force_login(root)

    assert client.post(begin_anew(root)).headers["Location"] == OWN
    assert factors.has_factor(root)


def test_a_password_that_an_administrator_gave_is_not_ones_own(client):
    chenda = create_staff("chenda")
    client.force_login(create_staff("vibol"))
    sent = {"password1": "a lake that breathes", "password2": "a lake that breathes", "usable_password": "true"}

    client.post(f"/admin/auth/user/{chenda.pk}/password/", sent)

    assert accounts.has_given_password(chenda)


def test_the_password_of_a_new_account_is_not_its_own(client):
    client.force_login(create_staff("vibol"))
    sent = {"username": "sreymom", "usable_password": "true", "is_staff": "on"}
    sent |= {"password1": "the mekong turns twice", "password2": "the mekong turns twice"}

    client.post("/admin/auth/user/add/", sent)

    assert accounts.has_given_password(User.objects.get(username="sreymom"))


def test_ones_own_password_is_changed_where_the_old_one_is_asked_for(client):
    vibol = create_staff("vibol")
    client.force_login(vibol)

    answer = client.get(f"/admin/auth/user/{vibol.pk}/password/")

    assert answer.headers["Location"] == "/admin/password_change/"
