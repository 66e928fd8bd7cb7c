import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from signatures import signing
from signatures.admin import suspicious as page_of
from signatures.choices import State
from signatures.models import Signature
from tests.people import MARIE, SOKHA, confirmed, create_petition, create_staff, person, signed

pytestmark = pytest.mark.django_db
ENGLISH = {"accept-language": "en"}
PAGE = "/admin/signatures/signature/suspicious/"


@pytest.fixture
def petition():
    return create_petition()


@pytest.fixture
def chenda(client):
    user = create_staff("chenda")
    client.force_login(user)
    return user


def suspicious(petition, who, score=100, signals=("name_flood",)):
    signature = signed(petition, who)
    Signature.objects.filter(pk=signature.pk).update(score=score, signals=list(signals))
    signing.confirm(signature=signature)
    return signature


def numbers(answer):
    return [row.pk for row in answer.context["rows"]]


@pytest.mark.parametrize(("name", "status"), [("chenda", 200), ("vibol", 200), ("bopha", 403)])
def test_organisers_and_administrators_see_it(client, petition, name, status):
    client.force_login(create_staff(name))
    assert client.get(PAGE).status_code == status


def test_a_stranger_is_asked_to_log_in(client):
    assert client.get(PAGE).headers["Location"].startswith("/admin/login/")


def test_it_takes_no_post(client, chenda):
    assert client.post(PAGE).status_code == 405


def test_site_without_a_petition_has_an_empty_page(client, chenda):
    assert numbers(client.get(PAGE)) == []


def test_it_shows_what_the_site_holds_the_most_suspicious_first(client, chenda, petition):
    low, high, same = (suspicious(petition, person(n), score) for n, score in enumerate([100, 240, 100]))
    confirmed(petition, MARIE)
    by_hand = confirmed(petition, SOKHA)
    Signature.objects.filter(pk=by_hand.pk).update(state=State.HELD, held_reason="fraud", score=300)
    assert numbers(client.get(PAGE)) == [high.pk, same.pk, low.pk]


def test_it_says_in_words_why(client, chenda, petition):
    signature = suspicious(petition, MARIE, 130, ["name_flood", "network_burst"])
    for path in (PAGE, f"/admin/signatures/signature/{signature.pk}/change/"):
        text = client.get(path, headers=ENGLISH).content.decode()
        assert "Very many signatures of that hour have the same name, from different mailboxes." in text
        assert "Many signatures came from its network within an hour." in text
        assert ">130<" in text


def test_signal_that_is_no_more_is_told_by_its_code(client, chenda, petition):
    suspicious(petition, MARIE, 100, ["long_gone"])
    assert "long_gone" in client.get(PAGE).content.decode()


def test_list_shows_the_score(client, chenda, petition):
    suspicious(petition, MARIE, 170)
    assert ">170<" in client.get("/admin/signatures/signature/", headers=ENGLISH).content.decode()


def test_next_page_goes_on_after_the_last_row(client, chenda, petition):
    rows = [suspicious(petition, person(n), 100 + n % 2) for n in range(page_of.ROWS + 2)]
    in_order = [row.pk for row in sorted(rows, key=lambda row: (row.pk % 2 != rows[1].pk % 2, -row.pk))]
    first = client.get(PAGE)
    second = client.get(PAGE, {"petition": petition.pk, "below": first.context["next"]})
    assert (numbers(first), numbers(second)) == (in_order[: page_of.ROWS], in_order[page_of.ROWS :])
    assert (first.context["next"], second.context["next"]) == (f"100-{in_order[page_of.ROWS - 1]}", None)


@pytest.mark.parametrize("below", ["", "x", "1", "-", "9999999999-1", "1-99999999999999999999", "1;2"])
def test_what_makes_no_sense_in_an_address_is_the_first_page(client, chenda, petition, below):
    row = suspicious(petition, MARIE, 300)
    assert numbers(client.get(PAGE, {"below": below})) == [row.pk]


def test_ticked_ones_are_released_and_count(client, chenda, petition):
    rows = [suspicious(petition, person(n)) for n in range(2)]
    sent = {"number": [row.pk for row in rows], "sure": "1", "back": PAGE}
    answer = client.post("/admin/signatures/signature/release/", sent)
    assert (answer.status_code, answer["Location"]) == (302, PAGE)
    assert set(Signature.objects.values_list("state", "held_reason")) == {("confirmed", "")}


def test_first_page_of_the_staff_leads_there(client, chenda, petition):
    suspicious(petition, MARIE)
    assert f"{PAGE}?petition={petition.pk}" in client.get("/admin/").content.decode()


def test_staff_hold_for_reasons_of_their_own(client, chenda, petition):
    signature = confirmed(petition, MARIE)
    sent = {"number": signature.pk, "sure": "1", "reason": "suspicious"}
    assert client.post("/admin/signatures/signature/hold/", sent).status_code == 200
    signature.refresh_from_db()
    assert signature.state == State.CONFIRMED


def test_as_many_rows_cost_as_many_queries(client, chenda, petition):
    def count():
        with CaptureQueriesContext(connection) as queries:
            client.get(PAGE)
        return len(queries)

    suspicious(petition, person(0))
    one = count()
    for n in (1, 2):
        suspicious(petition, person(n))
    assert count() == one
