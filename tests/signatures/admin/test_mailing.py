"""The staff's pages of a mailing: the draft, the test, the start, and how far it is."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import translation
from procrastinate.contrib.django.models import ProcrastinateJob

from signatures import mailing
from signatures.admin.mailing import duration
from signatures.models import Mailing
from tests.mailings import readers, started
from tests.people import confirmed, create_petition, create_staff, create_update, person

pytestmark = pytest.mark.django_db
ENGLISH = {"accept-language": "en"}


@pytest.fixture
def petition():
    return create_petition()


@pytest.fixture
def chenda(client):
    chenda = create_staff("chenda")
    client.force_login(chenda)
    return chenda


def address(update, act=""):
    return f"/admin/signatures/mailing/update/{update.pk}/" + (f"{act}/" if act else "")


def page(client, update, act=""):
    answer = client.get(address(update, act), headers=ENGLISH)
    assert answer.status_code == 200
    return answer.content.decode()


# -- who may -------------------------------------------------------------------------------------------------------

GETS = ["", "mail/km", "mail/en", "start"]
POSTS = ["test", "start", "act"]


@pytest.mark.parametrize(("name", "status"), [("chenda", 200), ("vibol", 200), ("bopha", 403)])
@pytest.mark.parametrize("act", GETS)
def test_organisers_send_updates_and_delivery_staff_do_not(client, petition, name, status, act):
    client.force_login(create_staff(name))
    assert client.get(address(create_update(petition), act)).status_code == status


@pytest.mark.parametrize("act", POSTS)
def test_delivery_staff_start_and_stop_nothing(client, petition, act):
    readers(petition, 1)
    client.force_login(create_staff("bopha"))
    answer = client.post(address(create_update(petition), act), {"act": "pause"})
    assert (answer.status_code, Mailing.objects.count()) == (403, 0)


@pytest.mark.parametrize("act", GETS)
def test_a_stranger_is_asked_to_log_in(client, petition, act):
    answer = client.get(address(create_update(petition), act))
    assert answer.headers["Location"].startswith("/admin/login/")


@pytest.mark.parametrize("act", ["test", "act"])
def test_what_changes_something_takes_no_get(client, chenda, petition, act):
    assert client.get(address(create_update(petition), act)).status_code == 405


@pytest.mark.parametrize("act", [*GETS, "mail/fr"])
def test_update_or_language_that_is_none_is_not_found(client, chenda, act):
    assert client.get(f"/admin/signatures/mailing/update/999/{act}/".replace("//", "/")).status_code == 404


# -- the draft -----------------------------------------------------------------------------------------------------


def test_the_draft_shows_the_mail_in_both_languages_and_how_many_would_get_it(client, chenda, petition, settings):
    settings.MAILING_RATE = 1
    readers(petition, 3)
    update = create_update(petition)
    shown = page(client, update)
    assert "3 mailboxes would get this update now" in shown and "Sending it takes about 3 minutes." in shown
    assert "News for you" in shown and "ព័ត៌មានថ្មីសម្រាប់អ្នក" in shown
    assert update.title_km in shown and update.title_en in shown


def test_the_draft_counts_in_as_many_queries_for_one_as_for_three(client, chenda, petition, django_assert_num_queries):
    update = create_update(petition)
    readers(petition, 1)
    page(client, update)
    with CaptureQueriesContext(connection) as one:
        page(client, update)
    for number in (2, 3):
        confirmed(petition, person(number, wants_updates=True))
    with django_assert_num_queries(len(one)):
        page(client, update)


@pytest.mark.parametrize("language", ["km", "en"])
def test_the_mail_in_html_is_framed_here_alone_and_fetches_nothing(client, chenda, petition, language):
    update = create_update(petition)
    answer = client.get(address(update, f"mail/{language}"))
    assert update.title_en in answer.content.decode() or update.title_km in answer.content.decode()
    assert answer.headers["X-Frame-Options"] == "SAMEORIGIN"
    rules = dict(rule.strip().split(" ", 1) for rule in answer.headers["Content-Security-Policy"].split(";"))
    assert rules == {"default-src": "'none'", "style-src": "'unsafe-inline'", "frame-ancestors": "'self'"}


def test_an_update_that_nobody_can_read_has_no_button_to_send_it(client, chenda, petition):
    readers(petition, 1)
    shown = page(client, create_update(petition, is_published=False))
    assert "publish the update first" in shown and "Send to 1 mailbox" not in shown


def test_an_update_leads_to_its_mailing(client, chenda, petition):
    update = create_update(petition)
    shown = client.get(f"/admin/petition/update/{update.pk}/change/", headers=ENGLISH).content.decode()
    assert f'href="{address(update)}"' in shown and "History" in shown and "Preview" in shown


# -- the test to oneself -------------------------------------------------------------------------------------------


def test_a_test_is_queued_for_who_has_an_address(client, chenda, petition):
    chenda.email = "chenda@example.org"
    chenda.save(update_fields=["email"])
    answer = client.post(address(create_update(petition), "test"), headers=ENGLISH, follow=True)
    assert "A test in each language is on its way" in answer.content.decode()
    assert ProcrastinateJob.objects.filter(queue_name="mail").count() == 2


def test_who_has_no_address_is_told_so(client, chenda, petition):
    update = create_update(petition)
    answer = client.post(address(update, "test"), headers=ENGLISH, follow=True)
    assert "Your account has no e-mail address" in answer.content.decode()
    assert not ProcrastinateJob.objects.filter(queue_name="mail").exists()


# -- the start -----------------------------------------------------------------------------------------------------


def test_a_start_is_asked_for_first(client, chenda, petition):
    readers(petition, 2)
    update = create_update(petition)
    shown = page(client, update, "start")
    assert "goes to 2 mailboxes" in shown and Mailing.objects.count() == 0
    answer = client.post(address(update, "start"))
    assert answer.headers["Location"] == address(update)
    assert Mailing.objects.get().total == 2


def test_a_second_start_is_refused_in_words(client, chenda, petition):
    readers(petition, 1)
    row = started(petition, chenda)
    answer = client.post(address(row.update, "start"), headers=ENGLISH, follow=True)
    assert "This update has been sent already" in answer.content.decode()


# -- how far it is -------------------------------------------------------------------------------------------------


def test_progress_refreshes_itself_while_it_is_sent(client, chenda, petition, settings):
    settings.MAILING_RATE = 2
    readers(petition, 3)
    row = started(petition, chenda)
    Mailing.objects.update(total=1000, taken=7, sent=3, failed=1, skipped=2)
    shown = page(client, row.update)
    assert '<meta http-equiv="refresh" content="5">' in shown
    assert 'value="7"' in shown and 'max="1000"' in shown
    assert "What is left takes about 8 hours." in shown
    cells = [line.strip() for line in shown.splitlines() if line.strip().isdecimal()]
    assert cells == ["1", "2", "1"]  # failed, left out, not known
    mailing.pause(mailing=row, by=chenda)
    assert 'http-equiv="refresh"' not in page(client, row.update)


@pytest.mark.parametrize(
    ("acts", "state"),
    [
        (["pause"], "paused"),
        (["pause", "resume"], "sending"),
        (["pause", "cancel"], "cancelled"),
        (["cancel", "resume"], "cancelled"),
        (["drop table"], "sending"),
    ],
)
def test_buttons_do_what_they_say(client, chenda, petition, acts, state):
    readers(petition, 1)
    row = started(petition, chenda)
    for act in acts:
        assert client.post(address(row.update, "act"), {"act": act}).status_code == 302
    row.refresh_from_db()
    assert row.state == state


def test_trouble_with_the_mail_server_is_seen_by_its_kind(client, chenda, petition):
    readers(petition, 1)
    row = started(petition, chenda)
    Mailing.objects.update(faults=1, fault="ConnectionRefusedError")
    assert "<code>ConnectionRefusedError</code>" in page(client, row.update)


def test_no_page_shows_an_address(client, chenda, petition):
    readers(petition, 1)
    update = create_update(petition)
    shown = page(client, update) + page(client, update, "start") + page(client, update, "mail/en")
    mailing.start(update=update, by=chenda)
    shown += page(client, update) + client.get("/admin/signatures/mailing/").content.decode()
    assert person(1).email not in shown and person(1).email.partition("@")[0] not in shown


def test_the_list_leads_to_each_by_its_update(client, chenda, petition):
    readers(petition, 1)
    row = started(petition, chenda)
    shown = client.get("/admin/signatures/mailing/", headers=ENGLISH).content.decode()
    assert f'<a href="{address(row.update)}">' in shown
    moved = client.get(f"/admin/signatures/mailing/{row.pk}/change/")
    assert moved.headers["Location"] == address(row.update)


@pytest.mark.parametrize(
    ("minutes", "words"), [(1, "about 1 minute"), (119, "about 119 minutes"), (120, "about 2 hours")]
)
def test_long_sendings_are_told_in_hours_and_days(settings, minutes, words):
    settings.MAILING_RATE = 60
    with translation.override("en"):
        assert duration(60 * minutes) == words
        assert duration(1_000_000) == "about 12 days"
    settings.MAILING_RATE = 0
    assert duration(60) == ""
