import datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from petition.models import AuditEntry
from signatures import noticing, trends
from signatures.models import HourTrend, SignalSetting, TrendLimit
from tests.people import create_petition, create_staff

pytestmark = pytest.mark.django_db
ENGLISH = {"accept-language": "en"}
PAGE = "/admin/signatures/hourtrend/"


@pytest.fixture
def petition():
    return create_petition()


@pytest.fixture
def chenda(client):
    user = create_staff("chenda")
    client.force_login(user)
    return user


def hour(petition, ago=0, **numbers):
    at = trends.last_whole_hour(timezone.now()) - datetime.timedelta(hours=ago)
    return HourTrend.objects.create(petition=petition, hour=at, **numbers)


@pytest.mark.parametrize(("name", "status"), [("chenda", 200), ("vibol", 200), ("bopha", 403)])
def test_organisers_and_administrators_see_the_hours(client, petition, name, status):
    client.force_login(create_staff(name))
    assert client.get(PAGE).status_code == status


def test_a_stranger_is_asked_to_log_in(client):
    assert client.get(PAGE).headers["Location"].startswith("/admin/login/")


@pytest.mark.parametrize("path", ["add/", "1/change/", "1/delete/", "1/history/"])
def test_django_s_own_ways_in_are_closed(client, chenda, path):
    assert client.get(PAGE + path).status_code == 404


def test_site_without_hours_says_so(client, chenda, petition):
    answer = client.get(PAGE, headers=ENGLISH)
    assert (answer.context["pictures"], answer.context["hours"]) == ([], [])
    assert "no hour has been written yet" in answer.content.decode()


def test_table_tells_each_hour_newest_first_and_what_changed_in_it(client, chenda, petition):
    hour(petition, 2, web=5, confirmed_so_far=10)
    hour(petition, 1, web=20, paper=5, suspicious=4, top_network=15, confirmed_so_far=30, held_so_far=4)
    hour(petition, 0, web=1, confirmed_so_far=28, held_so_far=6)
    found = client.get(PAGE).context["hours"]
    assert [(row.taken, row.suspicious, row.confirmed, row.held, row.shares) for row in found] == [
        (1, 0, -2, 2, [0, 0, 0, 0]),
        (25, 4, 20, 4, [60, 0, 0, 0]),
        (5, 0, None, None, [0, 0, 0, 0]),
    ]


def test_hours_in_which_nothing_happened_are_not_in_the_table(client, chenda, petition):
    for ago in range(3):
        hour(petition, ago, confirmed_so_far=7)
    assert client.get(PAGE).context["hours"] == []


def test_only_the_last_seven_days_are_shown(client, chenda, petition):
    hour(petition, 7 * 24 - 1, web=1)
    hour(petition, 7 * 24, web=1)
    assert len(client.get(PAGE).context["hours"]) == 1


def test_each_petition_has_its_own_page(client, chenda, petition):
    hour(create_petition("water"), web=3)
    assert client.get(PAGE, {"petition": petition.pk}).context["hours"] == []


def test_hour_over_a_limit_stands_out_and_says_so(client, chenda, petition):
    hour(petition, 0, web=100, top_domain=60)
    answer = client.get(PAGE, headers=ENGLISH)
    assert [row.over for row in answer.context["hours"]] == [["top_domain"]]
    assert "over a limit:" in answer.content.decode()
    marked = [picture.marked != "" for picture in answer.context["pictures"]]
    assert marked == [False, False, False, False, True, False, False]


def test_last_hour_is_the_last_column(client, chenda, petition):
    hour(petition, 0, web=10)
    hour(petition, 3, web=5)
    path = client.get(PAGE).context["pictures"][0].path
    assert path == "M164.1 1000v-500h.8v500zM167.1 1000v-1000h.8v1000z"


def test_pictures_have_words_for_who_does_not_see_them(client, chenda, petition):
    hour(petition, 0, web=10)
    text = client.get(PAGE, headers=ENGLISH).content.decode()
    assert text.count('role="img"') == 7
    assert "Largest share of one name, by the hour. The table below says the same." in text


def test_as_many_hours_cost_as_many_queries(client, chenda, petition):
    def count():
        with CaptureQueriesContext(connection) as queries:
            client.get(PAGE)
        return len(queries)

    hour(petition, 0, web=1)
    one = count()
    for ago in (1, 2):
        hour(petition, ago, web=1)
    assert count() == one


# -- how they are set ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("model", "path"), [(SignalSetting, "signalsetting"), (TrendLimit, "trendlimit")])
def test_organisers_set_signals_and_limits_and_add_none(client, chenda, model, path):
    row = model.objects.first()
    base = f"/admin/signatures/{path}/"
    sent = {"score": 7, "least": 8, "percent": 9}
    assert client.get(base).status_code == 200
    assert client.post(f"{base}{row.pk}/change/", sent).status_code == 302
    row.refresh_from_db()
    assert (row.is_on, row.least, row.percent) == (False, 8, 9)
    assert (client.get(f"{base}add/").status_code, client.get(f"{base}{row.pk}/delete/").status_code) == (403, 403)
    assert AuditEntry.objects.filter(target=f"signatures.{path}:{row.pk}", act="change").count() == 1


def test_delivery_staff_set_nothing(client):
    client.force_login(create_staff("bopha"))
    assert client.get("/admin/signatures/signalsetting/").status_code == 403


def test_share_above_all_is_refused_beside_its_field(client, chenda):
    row = SignalSetting.objects.first()
    answer = client.post(
        f"/admin/signatures/signalsetting/{row.pk}/change/", {"score": 1000, "least": 8, "percent": 101}
    )
    assert list(answer.context["adminform"].form.errors) == ["score", "percent"]


def test_a_signal_is_set_here_at_once(client, chenda, django_capture_on_commit_callbacks):
    noticing.forget()
    row = SignalSetting.objects.get(code="listed")
    before = noticing.score(["listed"])
    with django_capture_on_commit_callbacks(execute=True):
        sent = {"is_on": "on", "score": 55, "least": 0, "percent": 0}
        client.post(f"/admin/signatures/signalsetting/{row.pk}/change/", sent)
    assert (before, noticing.score(["listed"])) == (100, 55)
    noticing.forget()
