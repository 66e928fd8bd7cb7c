import pytest
from django.contrib.auth.models import User
from django.test import Client

from petition import devices
from petition.models import AuditEntry
from tests import door
from tests.people import create_staff

pytestmark = pytest.mark.django_db

WRONG = "another river"
HERE, THERE = {"REMOTE_ADDR": "203.0.113.7"}, {"REMOTE_ADDR": "198.51.100.9"}


@pytest.fixture
def chenda():
    return create_staff("chenda")


def tries(client, n, name="chenda", **extra):
    """The statuses of so many wrong passwords."""
    return [door.give_password(client, name, WRONG, **extra).status_code for _time in range(n)]


def test_the_sixth_try_in_a_minute_waits_and_is_told_so_in_words(chenda):
    client = Client()
    assert tries(client, 5, **HERE) == [200] * 5

    answer = door.give_password(client, "chenda", headers={"accept-language": "en"}, **HERE)

    assert answer.status_code == 429
    assert 1 <= int(answer.headers["Retry-After"]) <= 60
    assert "There were too many tries. Please wait 1 minute, then try again." in answer.content.decode()
    assert 'value="chenda"' in answer.content.decode()


def test_a_stranger_makes_only_their_own_network_wait(chenda):
    secret = door.with_app(chenda)
    tries(Client(), 8, **THERE)

    assert door.enter(Client(), "chenda", secret, **HERE).headers["Location"] == "/admin/"


def test_a_browser_of_hers_is_not_kept_out_by_what_strangers_do_in_her_own_network(chenda):
    secret = door.with_app(chenda)
    own = Client()
    door.enter(own, "chenda", secret, **HERE)
    own.post("/admin/logout/")

    assert tries(Client(), 8, **HERE)[-1] == 429
    tries(Client(), 60, "whoever", **HERE)

    assert door.give_password(own, "chenda", **HERE).headers["Location"] == door.CODE


def test_a_browser_of_hers_is_no_way_to_try_without_end(chenda):
    secret = door.with_app(chenda)
    own = Client()
    door.enter(own, "chenda", secret)

    assert 429 in tries(own, 11)


def test_a_browser_of_one_is_none_of_anothers(chenda):
    create_staff("bopha")
    secret = door.with_app(chenda)
    own = Client()
    door.enter(own, "chenda", secret)

    assert tries(own, 6, "bopha") == [200] * 5 + [429]


def test_a_forged_mark_of_a_browser_is_none(chenda):
    client = Client()
    client.cookies[devices.COOKIE] = "eyJicm93c2VyIjoieCIsInVzZXJzIjpbMV19:1tXXXX:forged"

    assert tries(client, 6) == [200] * 5 + [429]


def test_a_name_that_nobody_has_waits_alike(chenda):
    assert tries(Client(), 7, "nobody", **HERE) == tries(Client(), 7, **THERE) == [200] * 5 + [429] * 2


def test_a_name_in_other_letters_is_the_same_name(chenda):
    tries(Client(), 3, "CHENDA", **HERE)
    tries(Client(), 2, " chenda", **HERE)

    assert tries(Client(), 1, **HERE) == [429]


def test_who_must_wait_and_tries_again_does_not_wait_longer(chenda):
    client = Client()
    tries(client, 30, **HERE)

    assert int(door.give_password(client, "chenda", **HERE).headers["Retry-After"]) <= 60


def test_the_right_password_does_not_open_while_one_must_wait(chenda):
    client = Client()
    tries(client, 6, **HERE)

    assert door.give_password(client, "chenda", **HERE).status_code == 429


def test_a_limit_that_was_passed_is_on_record_once_and_without_a_network(chenda):
    tries(Client(), 9, **HERE)
    tries(Client(), 9, "nobody", **HERE)

    entry = AuditEntry.objects.get()
    assert (entry.by, entry.act, entry.target, entry.detail) == (
        "system",
        "log_in_refused",
        f"auth.user:{chenda.pk}",
        {},
    )


def test_codes_are_counted_for_the_account_wherever_they_are_tried(chenda):
    door.with_app(chenda)
    statuses = []
    for network in range(6):
        client, here = Client(), {"REMOTE_ADDR": f"198.51.{network}.9"}
        door.give_password(client, "chenda", **here)
        statuses.append(client.post(door.CODE, {"code": "000000"}, **here).status_code)

    assert statuses == [200] * 5 + [429]
    entry = AuditEntry.objects.get(act="factor_refused")
    assert (entry.by, entry.target) == ("system", f"auth.user:{chenda.pk}")


def test_wrong_codes_elsewhere_do_not_keep_her_own_browser_out(chenda):
    secret = door.with_app(chenda)
    own = Client()
    door.enter(own, "chenda", secret, later=-1)
    own.post("/admin/logout/")
    thief = Client()
    door.give_password(thief, "chenda", **THERE)
    assert [thief.post(door.CODE, {"code": "1"}, **THERE).status_code for _time in range(6)][-1] == 429

    assert door.enter(own, "chenda", secret).headers["Location"] == "/admin/"


def test_the_counters_tell_no_name_and_no_network(chenda):
    tries(Client(), 3, **HERE)
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SELECT key FROM petition_rate_counter")
        keys = " ".join(key for (key,) in cursor.fetchall())
    assert keys and "chenda" not in keys and "203.0.113" not in keys


def test_an_account_without_staff_rights_gets_no_browser_mark(chenda):
    User.objects.create_user("sokha", password="a river has two banks")
    client = Client()
    door.give_password(client, "sokha")

    assert devices.COOKIE not in client.cookies


def test_the_mark_of_a_browser_is_for_the_server_alone(chenda):
    secret = door.with_app(chenda)
    client = Client()
    door.enter(client, "chenda", secret)

    mark = client.cookies[devices.COOKIE]
    assert (mark["httponly"], mark["samesite"], mark["path"]) == (True, "Lax", "/")
    assert "chenda" not in mark.value


def test_a_name_with_a_letter_that_no_database_has_waits_alike(chenda):
    assert tries(Client(), 6, "che\0nda") == [200] * 5 + [429]
