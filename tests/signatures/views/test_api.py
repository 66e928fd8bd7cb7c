import datetime
import json

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from signatures import moderation
from signatures.delivery.models import Delivery
from signatures.models import Signature
from tests.people import (
    DARA,
    MARIE,
    SOKHA,
    confirmed,
    create_petition,
    create_staff,
    held,
    person,
    signed,
    withdrawn,
)

pytestmark = pytest.mark.django_db

ALL, ONE = "/api/petitions/", "/api/petitions/peace.json"


@pytest.fixture
def petition():
    return create_petition()


def test_petition_that_nobody_has_signed(petition, client):
    assert client.get(ONE).json() == {
        "slug": "peace",
        "title": {"km": "ហត្ថលេខាមួយលាន", "en": "One million signatures"},
        "state": "open",
        "goal": 1_000_000,
        "count": 0,
        "by_country": {},
        "by_day": {},
        "integrity": {
            "received": 0,
            "confirmed": 0,
            "held": 0,
            "withdrawn": 0,
            "by_origin": {"web": 0, "paper": 0, "stall": 0},
        },
        "deliveries": [],
    }


def test_totals_are_those_of_the_page(petition, client):
    for number in range(10):
        confirmed(petition, person(number))
    for who in (DARA, MARIE):
        confirmed(petition, who)
    answer = client.get(ONE).json()
    assert {name: answer[name] for name in ("count", "by_country", "by_day")} == {
        "count": 12,
        "by_country": {"KH": 10, "elsewhere": 2},
        "by_day": {timezone.localdate().isoformat(): 12},
    }


def test_integrity_tells_what_became_of_all_that_was_received(petition, client):
    for who in (DARA, MARIE):
        confirmed(petition, who)
    signed(petition, SOKHA)
    held(petition, person(1))
    withdrawn(petition, person(2))
    assert client.get(ONE).json()["integrity"] == {
        "received": 4,
        "confirmed": 2,
        "held": 1,
        "withdrawn": 1,
        "by_origin": {"web": 2, "paper": 0, "stall": 0},
    }


def test_deliveries_are_told(petition, client):
    Delivery.objects.create(petition=petition, ordinal=1, planned_on=datetime.date(2017, 10, 23), state="handed_over")
    assert client.get(ONE).json()["deliveries"] == [
        {
            **{"ordinal": 1, "planned_on": "2017-10-23", "state": "handed_over", "signatures": None},
            **{"new_since_previous": None, "root": None, "signed_by": None},
            **{"handed_over": 0, "answered": 0, "recipients": []},
        }
    ]


def test_list_holds_what_is_public_in_the_order_of_the_home_page(petition, client):
    create_petition("water", is_featured=True)
    create_petition("secret", state="draft")
    create_petition("old", state="closed", opened_on=datetime.date(2001, 1, 1))
    confirmed(petition, SOKHA)
    rows = client.get(ALL).json()["petitions"]
    assert [(row["slug"], row["state"], row["count"]) for row in rows] == [
        ("water", "open", 0),
        ("peace", "open", 1),
        ("old", "closed", 0),
    ]


def test_petition_is_closed_after_its_last_day(client):
    create_petition(closes_on=timezone.localdate() - datetime.timedelta(days=1))
    assert (client.get(ONE).json()["state"], client.get(ALL).json()["petitions"][0]["state"]) == ("closed", "closed")


@pytest.mark.parametrize("slug", ["draft", "nowhere"])
def test_draft_and_unknown_petition_are_not_found(client, slug):
    create_petition("draft", state="draft")
    assert client.get(f"/api/petitions/{slug}.json").status_code == 404


@pytest.mark.parametrize("where", [ALL, ONE])
def test_other_sites_may_read_it(petition, client, where):
    answer = client.get(where, headers={"origin": "https://elsewhere.example"})
    assert (answer.headers["Access-Control-Allow-Origin"], answer.headers["Content-Type"]) == ("*", "application/json")
    assert dict(answer.cookies) == {}


@pytest.mark.parametrize("where", [ALL, ONE])
def test_it_is_one_for_all_languages(petition, client, where):
    answers = [client.get(where, headers={"accept-language": language}) for language in ("km", "en", "fr")]
    assert len({answer.content for answer in answers}) == 1
    assert "Language" not in answers[0].headers["Vary"]


@pytest.mark.parametrize("where", [ALL, ONE])
def test_wrong_method_is_405(petition, client, where):
    answer = client.post(where)
    assert (answer.status_code, answer.headers["Allow"]) == (405, "GET, HEAD")


def test_khmer_is_written_as_khmer(petition, client):
    assert "ហត្ថលេខា" in client.get(ONE).content.decode()


def test_nothing_of_a_person_is_in_it(petition, client):
    shown = confirmed(petition, MARIE)
    moderation.approve(ids=[shown.pk], by=create_staff("chenda"))
    confirmed(petition, SOKHA)
    text = json.dumps([client.get(where).json() for where in (ALL, ONE)], ensure_ascii=False)
    for who in (MARIE, SOKHA):
        assert not [part for part in (who.name, who.email, who.city, who.comment) if part and part in text]


def test_more_rows_ask_no_more_often(petition, client):
    def ask():
        with CaptureQueriesContext(connection) as queries:
            client.get(ALL)
            client.get(ONE)
        return len(queries)

    confirmed(petition, SOKHA)
    Delivery.objects.create(petition=petition, ordinal=1, planned_on=datetime.date(2017, 10, 23), state="handed_over")
    one = ask()
    for number in range(2):
        other = create_petition(f"other-{number}")
        for who in (SOKHA, DARA, MARIE):
            confirmed(other, who)
        confirmed(petition, person(number, country="US"))
        Delivery.objects.create(
            petition=petition, ordinal=number + 2, planned_on=datetime.date(2018, 10, 23), state="handed_over"
        )
    assert Signature.objects.count() == 9
    assert ask() == one
