"""Who may enter which room of organisers' words. Chenda is an organiser, Bopha delivery staff, Vibol administrates."""

import pytest

from tests.people import create_petition, create_recipient, create_staff, create_tag, create_update

pytestmark = pytest.mark.django_db

# path: who gets 200; the others get 403.
ROOMS = {
    "petition/petition/": {"chenda", "bopha", "vibol"},
    "petition/petition/add/": {"chenda", "vibol"},
    "petition/petition/{petition}/change/": {"chenda", "bopha", "vibol"},
    "petition/petition/{petition}/delete/": set(),
    "petition/recipient/": {"chenda", "bopha", "vibol"},
    "petition/recipient/add/": {"chenda", "vibol"},
    "petition/recipient/{recipient}/change/": {"chenda", "bopha", "vibol"},
    "petition/recipient/{recipient}/delete/": {"vibol"},
    "petition/update/": {"chenda", "vibol"},
    "petition/update/{update}/change/": {"chenda", "vibol"},
    "petition/update/{update}/delete/": {"vibol"},
    "petition/tag/add/": {"chenda", "vibol"},
    "petition/tag/{tag}/change/": {"chenda", "vibol"},
    "petition/auditentry/": {"vibol"},
    "auth/user/": {"vibol"},
    "auth/user/add/": {"vibol"},
    "auth/group/": {"vibol"},
    "signatures/mailboxrule/": {"chenda", "vibol"},
    "signatures/mailboxrule/add/": {"chenda", "vibol"},
}


@pytest.fixture
def rows():
    petition = create_petition()
    return {
        "petition": petition.pk,
        "recipient": create_recipient(petition).pk,
        "update": create_update(petition).pk,
        "tag": create_tag().pk,
    }


@pytest.mark.parametrize("path", ROOMS)
def test_each_room_opens_to_whom_it_should(client, rows, path):
    entered = set()
    for name in ("chenda", "bopha", "vibol"):
        client.force_login(create_staff(name))
        status = client.get("/admin/" + path.format(**rows)).status_code
        assert status in (200, 403)
        if status == 200:
            entered.add(name)

    assert entered == ROOMS[path]


@pytest.mark.parametrize("path", ROOMS)
def test_a_stranger_is_asked_to_log_in(client, rows, path):
    answer = client.get("/admin/" + path.format(**rows))

    assert answer.status_code == 302
    assert answer.headers["Location"].startswith("/admin/login/")


def test_delivery_staff_read_a_petition_and_change_nothing(client, rows):
    client.force_login(create_staff("bopha"))

    answer = client.post(f"/admin/petition/petition/{rows['petition']}/change/", {"goal": "1"})

    assert answer.status_code == 403
