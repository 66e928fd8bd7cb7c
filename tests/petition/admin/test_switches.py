import pytest

from petition import switches
from petition.models import Switch
from signatures.choices import State
from tests.people import SOKHA, create_petition, create_staff, sign

pytestmark = pytest.mark.django_db
ENGLISH = {"accept-language": "en"}
LIST = "/admin/petition/switch/"


def log_in(client, name):
    client.force_login(create_staff(name))


def post(client, **fields):
    return client.post(f"{LIST}turn/", fields, headers=ENGLISH, follow=True)


@pytest.mark.parametrize(("name", "status"), [("chenda", 200), ("vibol", 200), ("bopha", 403)])
def test_organisers_and_administrators_turn_switches(client, name, status):
    log_in(client, name)
    assert client.get(LIST).status_code == status
    assert post(client, name="hold_mail", on="1", why="storm").status_code == status


def test_strangers_are_asked_to_log_in(client):
    assert client.post(f"{LIST}turn/", {"name": "hold_mail", "on": "1", "why": "x"}).status_code == 302
    assert not Switch.objects.exists()


def test_switch_is_turned_on_with_a_reason_and_off_without(client):
    log_in(client, "chenda")
    page = post(client, name="pause_signing", on="1", why="A flood").content.decode()
    assert "Pause signing: on." in page and "by chenda:" in page and "<q>A flood</q>" in page

    assert "Pause signing: off." in post(client, name="pause_signing").content.decode()
    assert not Switch.objects.exists()


def test_nothing_is_turned_on_without_a_reason(client):
    log_in(client, "chenda")
    page = post(client, name="pause_signing", on="1", why="  ").content.decode()
    assert "Write in a few words why" in page
    assert not Switch.objects.exists()


@pytest.mark.parametrize("fields", [{}, {"name": "explode", "on": "1", "why": "x"}])
def test_what_is_no_switch_is_not_turned(client, fields):
    log_in(client, "chenda")
    assert post(client, **fields).status_code == 200
    assert not Switch.objects.exists()


def test_get_turns_nothing(client):
    log_in(client, "chenda")
    assert client.get(f"{LIST}turn/").status_code == 405


@pytest.mark.parametrize("path", ["/admin/", "/admin/petition/petition/", LIST, "/admin/signatures/signature/queue/"])
def test_every_page_says_so_while_one_is_on(client, path):
    log_in(client, "chenda")
    before = client.get(path, headers=ENGLISH).content.decode()
    switches.turn(name="hold_mail", on=True, why="storm", by=create_staff("vibol"))

    page = client.get(path, headers=ENGLISH).content.decode()

    assert ("house-alarm" in before, "house-alarm" in page, "Turned on for a bad hour:" in page) == (False, True, True)


def test_strangers_are_told_nothing_at_the_door(client):
    switches.turn(name="hold_mail", on=True, why="storm", by=create_staff("vibol"))
    assert "house-alarm" not in client.get("/admin/login/", headers=ENGLISH).content.decode()


def test_it_tells_how_many_mails_wait(client):
    log_in(client, "chenda")
    sign(create_petition(), SOKHA)
    assert "1 mail waits." in client.get(LIST, headers=ENGLISH).content.decode()


def test_it_asks_as_often_with_all_on_as_with_none(client, django_assert_max_num_queries):
    log_in(client, "chenda")
    with django_assert_max_num_queries(20) as asked:
        client.get(LIST)
    n = len(asked)
    for name in ("pause_signing", "hold_mail", "ask_for_work"):
        Switch.objects.create(name=name, by="chenda", why="storm")
    with django_assert_max_num_queries(n):
        client.get(LIST)


def test_trail_names_switch_and_reason(client):
    vibol = create_staff("vibol")
    client.force_login(vibol)
    switches.turn(name="hold_mail", on=True, why="storm", by=vibol)
    row = client.get("/admin/petition/auditentry/", headers=ENGLISH).context["entries"][0]
    assert row[1:] == ("vibol", "turned on", "Hold all mail", "why: storm")


def test_state_held_is_where_the_page_leads(client):
    log_in(client, "chenda")
    assert f'href="/admin/signatures/signature/?state={State.HELD}"' in client.get(LIST).content.decode()
