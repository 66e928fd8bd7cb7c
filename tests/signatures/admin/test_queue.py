import pytest

from petition.models import AuditEntry
from signatures import moderation, signing
from signatures.admin import queue
from signatures.choices import Review
from tests.people import DARA, MARIE, confirmed, create_petition, create_staff, person, signed

pytestmark = pytest.mark.django_db
ENGLISH = {"accept-language": "en"}
QUEUE = "/admin/signatures/signature/queue/"


@pytest.fixture
def petition():
    return create_petition()


@pytest.fixture
def chenda(client):
    user = create_staff("chenda")
    client.force_login(user)
    return user


def shown(number):
    return person(number, visibility="public", comment=f"Reason {number}")


def review(signature):
    signature.refresh_from_db()
    return signature.review, signature.review_reason


@pytest.mark.parametrize(("name", "status"), [("chenda", 200), ("vibol", 200), ("bopha", 403)])
def test_organisers_and_administrators_moderate(client, petition, name, status):
    client.force_login(create_staff(name))

    assert client.get(QUEUE).status_code == status


def test_delivery_staff_can_not_approve(client, petition):
    signature = confirmed(petition, MARIE)
    client.force_login(create_staff("bopha"))

    assert client.post(QUEUE, {"act": f"approve:{signature.pk}"}).status_code == 403
    assert review(signature) == (Review.WAITING, "")


def test_words_that_wait_stand_oldest_first(client, chenda, petition):
    first, second = confirmed(petition, shown(1)), confirmed(petition, shown(2))

    page = client.get(QUEUE, headers=ENGLISH)

    assert [row.pk for row in page.context["rows"]] == [first.pk, second.pk]
    assert "Reason 1" in page.content.decode() and "Cambodia" in page.content.decode()


def test_what_is_not_confirmed_or_not_public_does_not_wait(client, chenda, petition):
    signed(petition, MARIE)
    confirmed(petition, DARA)

    assert client.get(QUEUE).context["rows"] == []


def test_each_petition_has_a_queue_of_its_own(client, chenda, petition):
    other = create_petition("other")
    confirmed(petition, shown(1))
    theirs = confirmed(other, shown(2))

    assert [row.pk for row in client.get(f"{QUEUE}?petition={other.pk}").context["rows"]] == [theirs.pk]


def test_one_row_is_approved_by_its_own_button(client, chenda, petition):
    first, second = confirmed(petition, shown(1)), confirmed(petition, shown(2))

    answer = client.post(QUEUE, {"act": f"approve:{first.pk}", "petition": petition.pk, "number": second.pk})

    assert answer.headers["Location"] == f"{QUEUE}?petition={petition.pk}&after=0"
    assert review(first) == (Review.APPROVED, "")
    assert review(second) == (Review.WAITING, "")
    entry = AuditEntry.objects.get(act="approve")
    assert (entry.by, entry.target) == ("chenda", f"signatures.signature:{first.pk}")


def test_one_row_is_hidden_for_its_own_reason(client, chenda, petition):
    first = confirmed(petition, shown(1))

    client.post(QUEUE, {"act": f"hide:{first.pk}", f"reason-{first.pk}": "abuse", "reason": "other"})

    assert review(first) == (Review.HIDDEN, "abuse")


def test_the_ticked_rows_are_decided_together(client, chenda, petition):
    first, second, third = (confirmed(petition, shown(n)) for n in (1, 2, 3))

    client.post(QUEUE, {"act": "approve", "number": [first.pk, second.pk]})
    client.post(QUEUE, {"act": "hide", "number": [third.pk], "reason": "advertising"})

    assert [review(row)[0] for row in (first, second, third)] == [Review.APPROVED, Review.APPROVED, Review.HIDDEN]


@pytest.mark.parametrize("sent", [{"act": "hide", "reason": ""}, {"act": "hide", "reason": "nonsense"}])
def test_nothing_is_hidden_without_a_reason(client, chenda, petition, sent):
    first = confirmed(petition, shown(1))

    page = client.post(QUEUE, sent | {"number": first.pk}, headers=ENGLISH, follow=True)

    assert review(first) == (Review.WAITING, "")
    assert "Choose a reason for hiding." in page.content.decode()


@pytest.mark.parametrize("act", ["", "approve", "approve:x", "dance", "hold:1"])
def test_an_act_that_is_none_changes_nothing(client, chenda, petition, act):
    first = confirmed(petition, shown(1))

    assert client.post(QUEUE, {"act": act}).status_code == 302
    assert review(first) == (Review.WAITING, "")


def test_a_decision_can_be_undone(client, chenda, petition):
    first, second = confirmed(petition, shown(1)), confirmed(petition, shown(2))
    moderation.approve(ids=[first.pk], by=chenda)
    moderation.hide(ids=[second.pk], reason="abuse", by=chenda)

    page = client.get(QUEUE, headers=ENGLISH)
    assert [decision.signature.pk for decision in page.context["lately"]] == [second.pk, first.pk]
    assert "insult or threat" in page.content.decode()
    client.post(QUEUE, {"act": f"undo:{first.pk}"})

    assert review(first) == (Review.WAITING, "")
    assert AuditEntry.objects.get(act="undo").by == "chenda"
    assert [decision.signature.pk for decision in client.get(QUEUE).context["lately"]] == [second.pk]


def test_words_that_their_signer_took_back_are_nowhere(client, chenda, petition):
    signature = confirmed(petition, MARIE)
    moderation.approve(ids=[signature.pk], by=chenda)
    signing.choose(signature=signature, visibility="count", public_name="", comment="", wants_updates=False)

    page = client.get(QUEUE)

    assert page.context["lately"] == []
    assert MARIE.name not in page.content.decode()


def test_a_page_can_be_skipped(client, chenda, petition):
    rows = [confirmed(petition, shown(n)) for n in range(queue.ROWS + 1)]

    first = client.get(QUEUE).context
    second = client.get(f"{QUEUE}?after={first['next']}").context

    assert [row.pk for row in first["rows"]] == [row.pk for row in rows[: queue.ROWS]]
    assert ([row.pk for row in second["rows"]], second["next"]) == ([rows[-1].pk], None)


def test_it_asks_no_more_for_three_than_for_one_and_counts_nothing(
    client, chenda, petition, django_assert_max_num_queries
):
    moderation.approve(ids=[confirmed(petition, shown(1)).pk], by=chenda)
    confirmed(petition, shown(2))
    with django_assert_max_num_queries(20) as asked:
        client.get(QUEUE)
    moderation.approve(ids=[confirmed(petition, shown(n)).pk for n in (3, 4)], by=chenda)
    for n in (5, 6):
        confirmed(petition, shown(n))
    with django_assert_max_num_queries(len(asked)):
        client.get(QUEUE)
    assert not [query for query in asked.captured_queries if "COUNT(" in query["sql"]]


def test_the_first_page_of_the_staff_tells_how_many_wait(client, chenda, petition):
    confirmed(petition, shown(1))

    page = client.get("/admin/", headers=ENGLISH).content.decode()

    assert f"{QUEUE}?petition={petition.pk}" in page
    assert "Words that wait: Peace now" in page


def test_delivery_staff_are_not_told(client, petition):
    confirmed(petition, shown(1))
    client.force_login(create_staff("bopha"))

    assert "Words that wait" not in client.get("/admin/", headers=ENGLISH).content.decode()
