import pytest
from django.contrib.auth.models import User

from petition import entry, factors
from tests import door
from tests.people import PASSWORD, create_staff
from tests.staff import StaffClient

pytestmark = pytest.mark.django_db

HOUR = 60 * 60


@pytest.fixture
def chenda(client):
    user = create_staff("chenda")
    client.force_login(user)
    return user


def test_a_session_that_is_left_alone_for_half_an_hour_has_ended(client, chenda):
    client.move_session(seen=30 * 60 + 1)

    assert client.get("/admin/").headers["Location"] == "/admin/login/?next=/admin/"
    assert not client.session.keys()


def test_a_session_that_is_used_goes_on(client, chenda):
    for _time in range(3):
        client.move_session(seen=20 * 60, since=20 * 60)
        assert door.is_in(client)


def test_a_session_ends_after_twelve_hours_whatever_is_done(client, chenda):
    client.move_session(since=12 * HOUR - 60)
    assert door.is_in(client)
    client.move_session(since=61)
    assert not door.is_in(client)


def test_logging_out_ends_the_session_for_whoever_has_its_key(client, chenda):
    copy = StaffClient()
    copy.cookies["staff_session"] = client.cookies["staff_session"].value
    assert door.is_in(copy)

    client.post("/admin/logout/")

    assert not door.is_in(copy)


def test_a_new_password_ends_the_other_sessions(client, chenda):
    other = StaffClient()
    other.force_login(chenda)
    sent = {"old_password": PASSWORD, "new_password1": "the lake breathes", "new_password2": "the lake breathes"}

    assert client.post("/admin/password_change/", sent).status_code == 302

    assert door.is_in(client)
    assert not door.is_in(other)


@pytest.mark.parametrize("change", ["add_app", "codes"])
def test_a_changed_factor_ends_the_other_sessions_and_gives_this_one_a_new_key(client, chenda, change):
    other = StaffClient()
    other.force_login(chenda)
    before = client.cookies["staff_session"].value
    if change == "codes":
        client.post("/admin/factors/codes/")
    else:
        secret = door.shown_secret(client.get("/admin/factors/app/"))
        client.post("/admin/factors/app/", {"code": door.code(secret)})

    assert door.is_in(client)
    assert not door.is_in(other)
    assert client.cookies["staff_session"].value != before


def test_a_reset_ends_all_sessions(client, chenda):
    factors.drop_all(user=chenda)

    assert not door.is_in(client)


@pytest.mark.parametrize("change", [{"is_active": False}, {"is_staff": False}])
def test_who_may_no_longer_is_out_at_once(client, chenda, change):
    User.objects.filter(pk=chenda.pk).update(**change)

    assert not door.is_in(client)


def test_a_session_costs_no_query_more_than_djangos_own(client, chenda, django_assert_num_queries):
    """The session, and the user with their account."""
    with django_assert_num_queries(2):
        client.get("/admin/jsi18n/")


def test_a_public_page_reads_no_session(client, chenda, django_assert_num_queries):
    client.move_session(seen=entry.IDLE_SECONDS + 1)
    client.get("/km/privacy/")

    assert entry.STAMP in client.session
