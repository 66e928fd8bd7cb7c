import datetime
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.contrib.admin import site
from django.contrib.auth.models import User
from django.db import connection, transaction

from petition.models import AuditEntry, Petition
from petition.models.petition import WORDING
from tests.people import create_petition, create_staff

pytestmark = pytest.mark.django_db
ENGLISH = {"accept-language": "en"}


def lock(petition):
    Petition.objects.filter(pk=petition.pk).update(wording_locked_at=datetime.datetime(2026, 1, 1, tzinfo=datetime.UTC))


def as_typed(client, petition):
    """What a browser would send back of the change form, with its line ends."""
    form = client.get(f"/admin/petition/petition/{petition.pk}/change/").context["adminform"].form
    sent = {}
    for field in form:
        value = field.value()
        if value is True:
            sent[field.name] = "on"
        elif value not in (None, False):
            sent[field.name] = str(value).replace("\n", "\r\n")
    return sent


def change(client, petition, **fields):
    url = f"/admin/petition/petition/{petition.pk}/change/"
    return client.post(url, as_typed(client, petition) | fields, headers=ENGLISH, follow=True)


@pytest.fixture
def chenda(client):
    user = create_staff("chenda")
    client.force_login(user)
    return user


def test_a_changed_goal_is_saved_and_on_record_without_its_value(client, chenda):
    petition = create_petition()

    change(client, petition, goal="2000000")

    petition.refresh_from_db()
    assert petition.goal == 2_000_000
    entry = AuditEntry.objects.get()
    assert (entry.by, entry.act, entry.target) == ("chenda", "change", f"petition.petition:{petition.pk}")
    assert entry.detail == {"fields": ["goal"]}


def test_a_form_saved_as_it_was_changes_nothing_and_leaves_no_row(client, chenda):
    petition = create_petition()
    before = Petition.objects.values().get(pk=petition.pk)

    change(client, petition)

    assert Petition.objects.values().get(pk=petition.pk) == before
    assert not AuditEntry.objects.exists()


def test_texts_are_stored_with_plain_line_ends(client, chenda):
    petition = create_petition()

    change(client, petition, demands_en="Peace.\r\n\r\nJustice for all.")

    petition.refresh_from_db()
    assert petition.demands_en == "Peace.\n\nJustice for all."


def test_wording_is_open_before_the_first_signature(client, chenda):
    petition = create_petition()

    page = client.get(f"/admin/petition/petition/{petition.pk}/change/", headers=ENGLISH)

    assert set(WORDING) <= set(page.context["adminform"].form.fields)
    assert "this text locks" in page.content.decode()


def test_locked_wording_is_shown_and_not_to_be_typed_with_the_reason_why(client, chenda):
    petition = create_petition()
    lock(petition)

    page = client.get(f"/admin/petition/petition/{petition.pk}/change/", headers=ENGLISH)

    assert not set(WORDING) & set(page.context["adminform"].form.fields)
    assert {"state", "goal", "closes_on", "summary_km"} <= set(page.context["adminform"].form.fields)
    assert "People have signed this text." in page.content.decode()
    assert petition.title_km in page.content.decode()


def test_state_and_dates_change_after_the_lock(client, chenda):
    petition = create_petition()
    lock(petition)

    change(client, petition, state="paused", closes_on="2030-01-31")

    petition.refresh_from_db()
    assert (petition.state, petition.closes_on) == ("paused", datetime.date(2030, 1, 31))


def test_a_form_opened_before_the_lock_changes_no_wording_and_says_so(client, chenda):
    petition = create_petition()
    sent = as_typed(client, petition) | {"title_en": "Another title", "goal": "5"}
    lock(petition)

    page = client.post(f"/admin/petition/petition/{petition.pk}/change/", sent, headers=ENGLISH, follow=True)

    petition.refresh_from_db()
    assert (petition.title_en, petition.goal) == ("One million signatures", 5)
    assert "It stays as they signed it" in page.content.decode()


def test_a_save_leaves_alone_what_the_database_wrote_meanwhile(chenda, rf):
    petition = create_petition()
    stale = Petition.objects.get(pk=petition.pk)
    lock(petition)
    model_admin = site.get_model_admin(Petition)
    request = rf.get("/")
    request.user = chenda
    form = model_admin.get_form(request, stale, fields=["goal"])({"goal": "7"}, instance=stale)
    assert form.is_valid()

    model_admin.save_model(request, form.save(commit=False), form, change=True)

    petition.refresh_from_db()
    assert petition.goal == 7
    assert petition.is_wording_locked


def test_hints_that_are_not_the_text_are_refused(client, chenda):
    petition = create_petition()

    page = change(client, petition, title_hints_km="ហត្ថលេខា\u200bពីរ")

    assert list(page.context["adminform"].form.errors) == ["title_hints_km"]


def test_an_organiser_adds_a_petition(client, chenda):
    fields = {
        "slug": "clean-river",
        "state": "draft",
        "goal": "1000",
        "opened_on": "2026-01-01",
        **{name: "x" for name in ("title_km", "title_en", "intro_km", "intro_en", "demands_km", "demands_en")},
        **{name: "x" for name in ("short_title_km", "short_title_en", "organiser_km", "organiser_en")},
        "organiser_short": "x",
    }

    answer = client.post("/admin/petition/petition/add/", fields)

    assert answer.status_code == 302
    petition = Petition.objects.get(slug="clean-river")
    entry = AuditEntry.objects.get()
    assert (entry.act, entry.target) == ("add", f"petition.petition:{petition.pk}")


def test_the_list_asks_no_more_for_three_than_for_one(client, chenda, django_assert_num_queries):
    create_petition()
    with connection.execute_wrapper(counter := Counter()):
        client.get("/admin/petition/petition/")
    for slug in ("two", "three"):
        create_petition(slug)
    with django_assert_num_queries(counter.n):
        client.get("/admin/petition/petition/")


class Counter:
    def __init__(self):
        self.n = 0

    def __call__(self, execute, *args):
        self.n += 1
        return execute(*args)


@pytest.mark.django_db(transaction=True)
def test_who_is_overtaken_by_the_first_signature_is_told_so(client):
    """The form was read, the text is open; while it is being saved somebody's confirmation locks it."""
    client.force_login(User.objects.create_superuser("root"))
    petition = create_petition()
    sent = as_typed(client, petition) | {"title_en": "Another title"}

    def send():
        try:
            return client.post(f"/admin/petition/petition/{petition.pk}/change/", sent, headers=ENGLISH, follow=True)
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            lock(petition)
            answer = pool.submit(send)
            wait_until_blocked(answer)
        page = answer.result()

    petition.refresh_from_db()
    assert petition.title_en == "One million signatures"
    assert "It stays as they signed it" in page.content.decode()


def wait_until_blocked(answer):
    with connection.cursor() as cursor:
        while not answer.done():
            cursor.execute(
                "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
            )
            if cursor.fetchone()[0]:
                return
