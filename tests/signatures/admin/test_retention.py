import datetime

import pytest
from django.utils import timezone

from petition.models import AuditEntry
from signatures.models import RetentionPolicy
from tests.people import create_staff

pytestmark = pytest.mark.django_db

HERE = "/admin/signatures/retentionpolicy/"
TODAY = timezone.localdate()


def day(n):
    return (TODAY + datetime.timedelta(days=n)).isoformat()


def fill(**changes):
    return {"kind": "networks", "days": "5", "since": day(1), "note_km": "ក", "note_en": "a"} | changes


@pytest.fixture
def vibol(client):
    client.force_login(create_staff("vibol"))


def test_shorter_time_is_promised_and_audited(client, vibol):
    assert client.post(f"{HERE}add/", fill()).status_code == 302
    row = RetentionPolicy.objects.get(days=5)
    entry = AuditEntry.objects.get(act="add")
    assert (entry.by, entry.target) == ("vibol", f"signatures.retentionpolicy:{row.pk}")


@pytest.mark.parametrize("changes", [{"days": "8"}, {"days": "99"}, {"since": day(0)}, {"kind": "x"}, {"note_km": ""}])
def test_what_the_database_refuses_is_told_in_the_form(client, vibol, changes):
    assert client.post(f"{HERE}add/", fill(**changes)).status_code == 200
    assert RetentionPolicy.objects.filter(kind="networks").count() == 1


def test_only_the_note_of_a_promise_is_changed(client, vibol):
    row = RetentionPolicy.objects.get(kind="networks")
    client.post(f"{HERE}{row.pk}/change/", fill(days="1", since=day(-9), note_en="Better."))
    row.refresh_from_db()
    assert (row.days, row.since, row.note_en) == (7, TODAY, "Better.")


@pytest.mark.parametrize(("days", "may"), [(5, False), (9, True)])
def test_what_is_announced_is_taken_back_only_where_it_was_longer(client, vibol, days, may):
    since = TODAY + datetime.timedelta(days=40)
    row = RetentionPolicy.objects.create(kind="networks", days=days, since=since, note_km="ក", note_en="a")
    client.post(f"{HERE}{row.pk}/delete/", {"post": "yes"})
    assert RetentionPolicy.objects.filter(pk=row.pk).exists() is not may


@pytest.mark.parametrize("name", ["chenda", "bopha"])
def test_others_promise_nothing(client, name):
    client.force_login(create_staff(name))
    assert client.post(f"{HERE}add/", fill()).status_code == 403
    assert client.get(HERE).status_code == (200 if name == "chenda" else 403)
