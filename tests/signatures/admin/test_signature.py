import pytest

from petition.models import AuditEntry
from signatures import moderation, queries
from signatures.admin import listing
from signatures.choices import State
from tests.people import DARA, MARIE, SOKHA, confirmed, create_petition, create_staff, person, signed
from tests.staff import StaffClient

pytestmark = pytest.mark.django_db
ENGLISH = {"accept-language": "en"}
LIST = "/admin/signatures/signature/"


@pytest.fixture
def petition():
    return create_petition()


@pytest.fixture
def chenda(client):
    user = create_staff("chenda")
    client.force_login(user)
    return user


def state(signature):
    signature.refresh_from_db()
    return signature.state


# -- who may -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("name", "status"), [("chenda", 200), ("vibol", 200), ("bopha", 403)])
def test_organisers_and_administrators_see_signatures(client, petition, name, status):
    signature = confirmed(petition, MARIE)
    client.force_login(create_staff(name))

    assert client.get(LIST).status_code == status
    assert client.get(f"{LIST}{signature.pk}/change/").status_code == status


@pytest.mark.parametrize(("name", "status"), [("chenda", 200), ("vibol", 200), ("bopha", 403)])
@pytest.mark.parametrize("act", ["hold", "release"])
def test_organisers_and_administrators_hold_and_release(client, petition, name, status, act):
    signature = confirmed(petition, MARIE)
    client.force_login(create_staff(name))

    assert client.post(f"{LIST}{act}/", {"number": signature.pk}).status_code == status


@pytest.mark.parametrize("path", ["", "hold/", "release/", "queue/", "1/change/"])
def test_a_stranger_is_asked_to_log_in(client, petition, path):
    assert client.get(LIST + path).headers["Location"].startswith("/admin/login/")
    assert client.post(LIST + path).headers["Location"].startswith("/admin/login/")


@pytest.mark.parametrize("path", ["hold/", "release/"])
def test_acts_are_no_get(client, chenda, path):
    assert client.get(LIST + path).status_code == 405


def test_the_list_and_a_signature_take_no_post(client, chenda, petition):
    signature = confirmed(petition, MARIE)

    assert client.post(LIST).status_code == 405
    assert client.post(f"{LIST}{signature.pk}/change/", {"country": "US"}).status_code == 405


@pytest.mark.parametrize("path", ["add/", "1/delete/", "1/history/"])
def test_django_s_own_ways_in_are_closed(client, chenda, petition, path):
    assert client.get(LIST + path).status_code == 404


def test_an_act_without_its_csrf_token_is_refused(petition):
    careful = StaffClient(enforce_csrf_checks=True)
    careful.force_login(create_staff("chenda"))
    signature = confirmed(petition, MARIE)

    answer = careful.post(f"{LIST}hold/", {"number": signature.pk, "sure": "1", "reason": "fraud"})

    assert answer.status_code == 403
    assert state(signature) == State.CONFIRMED


# -- what is shown -------------------------------------------------------------------------------------------------


def test_no_page_holds_anything_sealed(client, chenda, petition):
    for who in (SOKHA, DARA, MARIE):
        signature = confirmed(petition, who)
        assert signature.sealed_email and signature.sealed_identity  # there is something to leak
        for path in (LIST, f"{LIST}{signature.pk}/change/", "/admin/", f"{LIST}queue/"):
            page = client.get(path, headers=ENGLISH).content.decode()
            assert who.email not in page and who.email.lower() not in page
            assert who.city not in page
            assert str(signature.handle) not in page and signature.token not in page
            if who is not MARIE:  # who asks to be shown is
                assert who.name not in page


def test_the_list_holds_no_name_not_even_a_public_one(client, chenda, petition):
    confirmed(petition, MARIE)

    page = client.get(LIST, headers=ENGLISH).content.decode()

    assert MARIE.name not in page and MARIE.comment not in page
    assert "France" in page


def test_the_list_is_narrowed_by_its_address(client, chenda, petition):
    sokha, dara = confirmed(petition, SOKHA), signed(petition, DARA)
    confirmed(create_petition("other"), MARIE)

    def numbers(query):
        return [row.pk for row in client.get(f"{LIST}?petition={petition.pk}&{query}").context["page"].rows]

    assert numbers("") == [dara.pk, sokha.pk]
    assert numbers("state=pending") == [dara.pk]
    assert numbers("country=KH") == [sokha.pk]
    assert numbers("origin=paper") == []
    assert numbers(f"day={sokha.signed_on.isoformat()}") == [dara.pk, sokha.pk]
    assert numbers("country=XX&state=nonsense&day=never") == [dara.pk, sokha.pk]


def test_a_page_on_keeps_the_filters(client, chenda, petition):
    for number in range(listing.ROWS + 1):
        signed(petition, person(number))

    page = client.get(f"{LIST}?country=KH")

    assert len(page.context["page"].rows) == listing.ROWS
    assert "?country=KH&amp;before=" in page.content.decode()


def test_a_signature_is_found_by_its_number(client, chenda, petition):
    signature = confirmed(petition, SOKHA)

    assert client.get(f"{LIST}?number={signature.pk}").headers["Location"] == f"{LIST}{signature.pk}/change/"


def test_a_number_that_nobody_has_is_said(client, chenda, petition):
    page = client.get(f"{LIST}?number=99999", headers=ENGLISH).content.decode()

    assert "There is no signature number 99999." in page


def test_without_a_petition_there_is_an_empty_list(client, chenda):
    assert "There is no petition yet." in client.get(LIST, headers=ENGLISH).content.decode()


def test_khmer_pages_have_khmer_digits(client, chenda, petition):
    signature = confirmed(petition, SOKHA)

    page = client.get(LIST, headers={"accept-language": "km"}).content.decode()

    assert str(signature.pk).translate(str.maketrans("0123456789", "០១២៣៤៥៦៧៨៩")) in page


def test_the_list_asks_no_more_for_three_than_for_one(client, chenda, petition, django_assert_max_num_queries):
    confirmed(petition, SOKHA)
    with django_assert_max_num_queries(20) as asked:
        client.get(LIST)
    for who in (DARA, MARIE):
        confirmed(petition, who)
    with django_assert_max_num_queries(len(asked)):
        client.get(LIST)


# -- holding -------------------------------------------------------------------------------------------------------


def test_before_holding_it_is_said_what_will_and_will_not_be_touched(client, chenda, petition):
    counted, waiting = confirmed(petition, SOKHA), signed(petition, DARA)

    answer = client.post(f"{LIST}hold/", {"number": [counted.pk, waiting.pk]}, headers=ENGLISH)

    assert [row.pk for row in answer.context["touched"]] == [counted.pk]
    assert [row.pk for row in answer.context["untouched"]] == [waiting.pk]
    assert state(counted) == State.CONFIRMED


def test_holding_takes_out_of_the_count_and_is_on_record(client, chenda, petition):
    signature = confirmed(petition, SOKHA)

    answer = client.post(
        f"{LIST}hold/",
        {"number": signature.pk, "sure": "1", "reason": "fraud", "back": f"{LIST}?country=KH"},
    )

    assert answer.headers["Location"] == f"{LIST}?country=KH"
    assert state(signature) == State.HELD
    assert queries.count(petition) == 0
    entry = AuditEntry.objects.get(act="hold")
    assert (entry.by, entry.target) == ("chenda", f"signatures.signature:{signature.pk}")


def test_holding_without_a_reason_asks_again(client, chenda, petition):
    signature = confirmed(petition, SOKHA)

    answer = client.post(f"{LIST}hold/", {"number": signature.pk, "sure": "1", "reason": ""}, headers=ENGLISH)

    assert "Choose a reason." in answer.content.decode()
    assert state(signature) == State.CONFIRMED


def test_releasing_asks_first_and_then_counts_again(client, chenda, petition):
    signature = confirmed(petition, SOKHA)
    moderation.hold(ids=[signature.pk], reason="fraud", by=chenda)

    asked = client.post(f"{LIST}release/", {"number": signature.pk})
    assert (asked.status_code, state(signature)) == (200, State.HELD)
    client.post(f"{LIST}release/", {"number": signature.pk, "sure": "1"})

    assert state(signature) == State.CONFIRMED
    assert queries.count(petition) == 1
    assert AuditEntry.objects.filter(act="release", by="chenda").count() == 1


@pytest.mark.parametrize("sent", [{}, {"number": "x"}, {"number": "9" * 30}])
def test_an_act_on_nothing_leads_back(client, chenda, petition, sent):
    for act in ("hold", "release"):
        assert client.post(f"{LIST}{act}/", sent).headers["Location"] == LIST


def test_the_way_back_never_leaves_the_staff_s_rooms(client, chenda, petition):
    for back in ("https://evil.example/", "//evil.example/admin/", "/en/", "javascript:alert(1)"):
        assert client.post(f"{LIST}hold/", {"back": back}).headers["Location"] == LIST
