import datetime

import pytest
from django.contrib.auth.models import User

from petition import approvals
from petition.models import Approval
from signatures.delivery.models import Delivery
from tests.people import asked, create_petition, create_staff

pytestmark = pytest.mark.django_db
ENGLISH = {"accept-language": "en"}
LIST = "/admin/petition/approval/"
DAY = datetime.date(2026, 10, 23)


@pytest.fixture
def delivery():
    return Delivery.objects.create(petition=create_petition(), ordinal=1, planned_on=DAY)


@pytest.fixture
def bopha():
    return create_staff("bopha")


@pytest.fixture
def vibol(client):
    user = create_staff("vibol")
    client.force_login(user)
    return user


def ask_url(target, kind="build_delivery"):
    return f"{LIST}ask/?kind={kind}&target={target}"


def page(client, url=LIST):
    return client.get(url, headers=ENGLISH).content.decode()


@pytest.mark.parametrize(("name", "status"), [("chenda", 403), ("bopha", 200), ("vibol", 200)])
def test_who_may_do_or_allow_something_sees_the_requests(client, name, status):
    client.force_login(create_staff(name))
    assert client.get(LIST).status_code == status


@pytest.mark.parametrize("path", ["", "ask/?kind=build_delivery&target=delivery.delivery:1", "1/allow/", "1/refuse/"])
def test_a_stranger_is_asked_to_log_in(client, path):
    assert client.post(LIST + path).headers["Location"].startswith("/admin/login/")


@pytest.mark.parametrize("act", ["allow", "refuse", "withdraw"])
def test_who_may_nothing_of_it_decides_nothing(client, bopha, delivery, act):
    row = asked("build_delivery", delivery, bopha)
    client.force_login(create_staff("chenda"))
    assert client.post(f"{LIST}{row.pk}/{act}/").status_code == 403


@pytest.mark.parametrize("act", ["allow", "refuse", "withdraw"])
def test_deciding_is_no_get_and_needs_a_request(client, vibol, act):
    assert client.get(f"{LIST}1/{act}/").status_code == 405
    assert client.post(f"{LIST}999/{act}/").status_code == 404


# -- asking --------------------------------------------------------------------------------------------------------


def test_a_request_is_asked_for_with_its_reason(client, vibol, bopha, delivery):
    form = page(client, ask_url(f"delivery.delivery:{delivery.pk}"))
    assert "Build the packets, which opens the names" in form
    assert "It can be allowed by:" in form and "bopha" in form

    answer = client.post(ask_url(f"delivery.delivery:{delivery.pk}"), {"why": "The day has come."})

    assert answer.headers["Location"] == LIST
    row = Approval.objects.get()
    assert (row.kind, row.target, row.why, row.asked_by) == (
        "build_delivery",
        f"delivery.delivery:{delivery.pk}",
        "The day has come.",
        vibol,
    )


def test_a_request_without_a_reason_is_refused_beside_the_field(client, vibol, bopha, delivery):
    answer = client.post(ask_url(f"delivery.delivery:{delivery.pk}"), {"why": " "})
    assert (answer.status_code, list(answer.context["form"].errors)) == (422, ["why"])
    assert not Approval.objects.exists()


def test_asking_twice_is_said(client, vibol, bopha, delivery):
    asked("build_delivery", delivery, bopha)
    said = client.post(ask_url(f"delivery.delivery:{delivery.pk}"), {"why": "x"}, headers=ENGLISH, follow=True)
    assert "Somebody has asked for the same" in said.content.decode()


def test_who_may_not_do_it_does_not_ask(client, delivery):
    client.force_login(create_staff("chenda"))
    assert client.get(ask_url(f"delivery.delivery:{delivery.pk}")).status_code == 403


@pytest.mark.parametrize(
    ("kind", "target"),
    [
        ("none", "delivery.delivery:1"),
        ("build_delivery", "delivery.delivery:999999"),
        ("build_delivery", "delivery.delivery:x"),
        ("build_delivery", "delivery.packet:1"),
        ("build_delivery", ""),
        ("rotate_key", "Please allow this"),
        ("rotate_key", f"delivery_key:{'0' * 200}"),
    ],
)
def test_what_is_not_there_is_not_asked_for(client, vibol, kind, target):
    assert client.get(ask_url(target, kind)).status_code == 404


def test_a_new_sealing_key_is_asked_for_by_its_fingerprint(client, vibol):
    User.objects.create_superuser("root")
    client.post(ask_url("delivery_key:3f2a51c09be8d714", "rotate_key"), {"why": "The old one was copied."})
    assert "<h2>The key that seals names, by its fingerprint 3f2a51c09be8d714</h2>" in page(client)


def test_the_only_one_is_told_that_a_second_person_is_needed(client, vibol, delivery):
    form = page(client, ask_url(f"delivery.delivery:{delivery.pk}"))
    assert "A second person is needed" in form
    assert "/admin/auth/user/add/" in form
    assert 'name="why"' not in form


# -- deciding ------------------------------------------------------------------------------------------------------


def test_the_page_tells_what_is_asked_for_in_words(client, vibol, bopha, delivery):
    row = asked("build_delivery", delivery, bopha)
    told = page(client)
    assert "<h2>Peace now, delivery 1</h2>" in told
    assert row.why in told and "bopha has asked on" in told
    assert f"{LIST}{row.pk}/allow/" in told and f"{LIST}{row.pk}/withdraw/" not in told


def test_who_asked_is_offered_to_take_it_back_and_not_to_allow_it(client, vibol, bopha, delivery):
    row = asked("build_delivery", delivery, vibol)
    told = page(client)
    assert f"{LIST}{row.pk}/withdraw/" in told and f"{LIST}{row.pk}/allow/" not in told


def test_what_is_allowed_leads_who_asked_on(client, vibol, bopha, delivery):
    row = approvals.allow(approval=asked("build_delivery", delivery, vibol), by=bopha)
    told = page(client)
    assert f'href="/admin/delivery/delivery/{delivery.pk}/change/"' in told
    assert f"{LIST}{row.pk}/allow/" not in told and "Allowed by bopha" in told


@pytest.mark.parametrize(("act", "state"), [("allow", "allowed"), ("refuse", "refused")])
def test_a_second_person_decides(client, vibol, bopha, delivery, act, state):
    row = asked("build_delivery", delivery, bopha)
    answer = client.post(f"{LIST}{row.pk}/{act}/")
    row.refresh_from_db()
    assert (answer.headers["Location"], row.state, row.decided_by) == (LIST, state, vibol)


def test_who_asked_takes_it_back(client, vibol, delivery):
    row = asked("build_delivery", delivery, vibol)
    client.post(f"{LIST}{row.pk}/withdraw/")
    row.refresh_from_db()
    assert row.state == "withdrawn"


def test_who_asked_does_not_allow_it_even_past_the_page(client, vibol, bopha, delivery):
    row = asked("build_delivery", delivery, vibol)
    said = client.post(f"{LIST}{row.pk}/allow/", headers=ENGLISH, follow=True)
    assert "another person has to decide" in said.content.decode()
    row.refresh_from_db()
    assert row.state == "asked"


def test_what_is_over_is_not_on_the_page(client, vibol, bopha, delivery):
    approvals.refuse(approval=asked("build_delivery", delivery, bopha), by=vibol)
    assert "Nothing waits for a second person." in page(client)


def test_the_first_page_tells_how_many_wait_for_this_person(client, vibol, bopha, delivery):
    asked("build_delivery", delivery, bopha)
    asked("fetch_packets", delivery, vibol)
    home = page(client, "/admin/")
    assert 'Requests that wait for your word</a>\n          <span class="house-count">1</span>' in home


def test_the_page_costs_as_many_queries_with_three_requests_as_with_one(
    client, vibol, bopha, delivery, django_assert_max_num_queries
):
    asked("build_delivery", delivery, bopha)
    with django_assert_max_num_queries(30) as with_one:
        client.get(LIST)
    for ordinal in (2, 3):
        past = {"ordinal": ordinal, "planned_on": DAY, "state": "handed_over"}
        other = Delivery.objects.create(petition=delivery.petition, **past)
        asked("build_delivery", other, bopha)
    with django_assert_max_num_queries(len(with_one)):
        told = client.get(LIST)
    assert len(told.context["requests"]) == 3
