"""No English is left in Khmer at the staff's door, whatever goes wrong there."""

import pytest
from django.contrib.auth.models import User
from django.test import Client

from petition import accounts, factors
from tests import door
from tests.house.test_no_english import KHMER, found
from tests.khmer import TYPED
from tests.people import PASSWORD, create_staff
from tests.staff import StaffClient

pytestmark = pytest.mark.django_db

OWN = "the mekong turns twice"


@pytest.fixture
def chenda():
    return create_staff("chenda")


def test_no_english_on_the_way_in(chenda):
    client = Client(headers=KHMER)
    accounts.mark_given(user=chenda)
    pages = [("log in", client.get(door.LOGIN))]
    pages += [(f"wrong {n}", door.give_password(client, "chenda", "another river")) for n in range(6)]
    client = Client(headers=KHMER, REMOTE_ADDR="198.51.100.9")
    door.give_password(client, "chenda")
    pages += [("own password", client.get("/admin/login/password/"))]
    for first, second in ((PASSWORD, PASSWORD), ("1", "1"), (OWN, ""), ("password1234", "password1234"), (OWN, "x")):
        sent = {"new_password1": first, "new_password2": second}
        pages.append((f"own {first}", client.post("/admin/login/password/", sent)))
    client.post("/admin/login/password/", {"new_password1": OWN, "new_password2": OWN})
    pages += [("enrol", client.get(door.ENROL)), ("wrong code", client.post(door.ENROL, {"code": "000000"}))]
    secret = door.shown_secret(pages[-1][1])
    pages.append(("codes", client.post(door.ENROL, {"code": door.code(secret)})))
    client.session.flush()
    pages.append(("ended", client.post("/admin/petition/tag/add/", {"slug": "x"})))
    door.give_password(client, "chenda", OWN)
    pages.append(("code", client.get(door.CODE)))
    pages += [(f"no code {n}", client.post(door.CODE, {"code": "000000"})) for n in range(11)]

    assert [name for name, answer in pages if answer.status_code == 429] == ["wrong 5", "no code 10"]
    assert found(pages, TYPED) == {}


def test_no_english_in_what_was_kept(chenda):
    secret = door.with_app(chenda)
    client = Client(headers=KHMER)
    door.give_password(client, "chenda")
    sent = {"username": "chenda", "password": PASSWORD, "kept": "slug=x", "next": "/admin/petition/tag/add/"}
    client.post(door.LOGIN, sent)

    kept = client.post(door.CODE, {"code": door.code(secret)})

    assert b"kept-form" in kept.content
    assert found([("kept", kept)], TYPED) == {}


def test_no_english_among_ones_own_factors(chenda):
    door.with_app(chenda)
    client = StaffClient(headers=KHMER, SERVER_NAME="localhost")
    client.force_login(chenda)
    pages = [("factors", client.get("/admin/factors/"))]
    key = factors.add_key(user=chenda, name="ពណ៌ខៀវ", credential=b"k", public_key=b"x", uses=0, by=chenda)
    client.force_login(chenda)
    pages += [
        ("two factors", client.get("/admin/factors/")),
        ("no app", client.post("/admin/factors/app/", {"code": "1"})),
        ("no key", client.post("/admin/factors/key/", {"credential": "x"}, follow=True)),
        ("remove", client.post("/admin/factors/remove/", {"what": str(key.pk)}, follow=True)),
        ("the last", client.post("/admin/factors/remove/", {"what": "app"}, follow=True)),
        ("codes", client.post("/admin/factors/codes/")),
    ]
    client.move_session(confirmed=601)
    pages.append(("confirm", client.post("/admin/factors/codes/", follow=True)))
    pages += [(f"wrong {n}", client.post("/admin/confirm/", {"password": "x", "again": "1"})) for n in range(6)]

    assert found(pages, TYPED) == {}


def test_no_english_where_a_colleague_begins_anew(chenda):
    client = StaffClient(headers=KHMER)
    client.force_login(User.objects.create_superuser("root"))
    person = f"/admin/auth/user/{chenda.pk}/"
    pages = [(path, client.get(person + path)) for path in ("change/", "begin-anew/")]
    pages += [("anew", client.post(f"{person}begin-anew/")), ("trail", client.get("/admin/petition/auditentry/"))]

    assert found(pages, TYPED | {"root"}) == {}
