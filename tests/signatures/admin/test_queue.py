import pytest

from petition.models import AuditEntry
from signatures import claims, moderation, signing
from signatures.choices import Review
from signatures.models import Claim, FlaggedWord
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


@pytest.fixture
def two_at_a_time(petition, monkeypatch):
    """A batch of two, so that few signatures make two batches."""
    monkeypatch.setattr(claims, "ROWS", 2)


def shown(number, comment="For peace."):
    return person(number, visibility="public", comment=comment)


def review(signature):
    signature.refresh_from_db()
    return signature.review, signature.review_reason


def post(client, act, **fields):
    return client.post(QUEUE, {"act": act, **fields}, headers=ENGLISH, follow=True)


def batch(client, petition):
    """The numbers of the rows that the page shows."""
    page = client.get(f"{QUEUE}?petition={petition.pk}", headers=ENGLISH)
    return [row.pk for row in page.context["rows"]]


def said(*rows, do=None, reason=""):
    """What the page's form says of rows: `do` maps a row's number to approve or hide."""
    sent = {}
    for row in rows:
        row.refresh_from_db()
        sent |= {f"seen-{row.pk}": moderation.mark(row), f"do-{row.pk}": (do or {}).get(row.pk, "")}
        sent |= {f"reason-{row.pk}": reason}
    return sent


def told(page):
    return [str(message) for message in page.context["messages"]]


# -- who, and what they get ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(("name", "status"), [("chenda", 200), ("vibol", 200), ("bopha", 403)])
def test_organisers_and_administrators_moderate(client, petition, name, status):
    client.force_login(create_staff(name))

    assert client.get(QUEUE).status_code == status


def test_delivery_staff_can_not_approve(client, petition):
    signature = confirmed(petition, MARIE)
    client.force_login(create_staff("bopha"))

    answer = client.post(QUEUE, {"act": "send", **said(signature, do={signature.pk: "approve"})})

    assert (answer.status_code, review(signature)) == (403, (Review.WAITING, ""))


def test_to_look_claims_nothing(client, chenda, petition):
    confirmed(petition, shown(1))

    assert batch(client, petition) == []
    assert not Claim.objects.exists()


def test_who_asks_gets_the_oldest_first(client, chenda, petition):
    first, second = confirmed(petition, shown(1, "One reason")), confirmed(petition, shown(2))

    page = post(client, "take")

    assert [row.pk for row in page.context["rows"]] == [first.pk, second.pk]
    assert "One reason" in page.content.decode() and "Cambodia" in page.content.decode()


def test_what_is_not_confirmed_or_not_public_does_not_wait(client, chenda, petition):
    signed(petition, MARIE)
    confirmed(petition, DARA)

    page = post(client, "take")

    assert (page.context["rows"], told(page)) == ([], ["Nothing is left that nobody is at."])


def test_each_petition_has_a_queue_of_its_own(client, chenda, petition):
    other = create_petition("other")
    confirmed(petition, shown(1))
    theirs = confirmed(other, shown(2))

    post(client, "take", petition=other.pk)

    assert (batch(client, other), batch(client, petition)) == ([theirs.pk], [])


def test_two_moderators_get_different_rows(client, chenda, petition, two_at_a_time):
    rows = [confirmed(petition, shown(n)) for n in range(4)]
    post(client, "take")
    client.force_login(create_staff("vibol"))

    page = post(client, "take")

    assert [row.pk for row in page.context["rows"]] == [row.pk for row in rows[2:]]


def test_who_stops_leaves_their_rows_to_others(client, chenda, petition):
    confirmed(petition, shown(1))
    post(client, "take")

    post(client, "leave")

    assert not Claim.objects.exists()


def test_a_batch_can_be_skipped(client, chenda, petition, two_at_a_time):
    rows = [confirmed(petition, shown(n)) for n in range(3)]
    post(client, "take")

    post(client, "skip", **said(*rows[:2]))

    assert batch(client, petition) == [rows[2].pk]


# -- decisions -----------------------------------------------------------------------------------------------------


def test_decisions_are_made_together_and_the_next_rows_come(client, chenda, petition, two_at_a_time):
    first, second, third, fourth = (confirmed(petition, shown(n)) for n in range(4))
    post(client, "take")

    page = post(
        client, "send", **said(first, second, third, do={first.pk: "approve", second.pk: "hide"}, reason="abuse")
    )

    assert [review(row) for row in (first, second, third)] == [
        (Review.APPROVED, ""),
        (Review.HIDDEN, "abuse"),
        (Review.WAITING, ""),
    ]
    assert [row.pk for row in page.context["rows"]] == [third.pk, fourth.pk]
    assert told(page) == ["1 is shown now.", "1 is hidden now."]
    entries = AuditEntry.objects.filter(act__in=["approve", "hide"]).values_list("by", "act", "target")
    assert sorted(entries) == [
        ("chenda", "approve", f"signatures.signature:{first.pk}"),
        ("chenda", "hide", f"signatures.signature:{second.pk}"),
    ]


def test_all_others_without_a_hint_are_approved_on_request(client, chenda, petition):
    flagged, plain, hidden = (
        confirmed(petition, shown(n, text)) for n, text in enumerate(["Call 012 345 678", "For peace.", "Bad"])
    )
    assert flagged.flags == "phone"

    post(client, "send_rest", **said(flagged, plain, hidden, do={hidden.pk: "hide"}, reason="other"))

    assert [review(row)[0] for row in (flagged, plain, hidden)] == [Review.WAITING, Review.APPROVED, Review.HIDDEN]


@pytest.mark.parametrize("reason", ["", "nonsense"])
def test_nothing_is_hidden_without_a_reason(client, chenda, petition, reason):
    first = confirmed(petition, shown(1))

    page = post(client, "send", **said(first, do={first.pk: "hide"}, reason=reason))

    assert review(first) == (Review.WAITING, "")
    assert told(page) == [f"Number {first.pk} waits still: choose a reason for hiding it."]


@pytest.mark.parametrize("act", ["", "approve:1", "undo:x", "dance", "hold:1"])
def test_an_act_that_is_none_changes_nothing(client, chenda, petition, act):
    first = confirmed(petition, shown(1))

    assert client.post(QUEUE, {"act": act, **said(first, do={first.pk: "approve"})}).status_code == 302
    assert review(first) == (Review.WAITING, "")


def test_who_comes_too_late_is_told_and_changes_nothing(client, chenda, petition):
    first = confirmed(petition, shown(1))
    sent = said(first, do={first.pk: "hide"}, reason="abuse")
    moderation.approve(ids=[first.pk], by=create_staff("vibol"))

    page = post(client, "send", **sent)

    assert review(first) == (Review.APPROVED, "")
    assert told(page)[0] == f"Number {first.pk} was left as it is: somebody came before you. It is: approved."


def test_words_that_were_rewritten_since_they_were_read_are_not_approved(client, chenda, petition):
    first = confirmed(petition, shown(1))
    sent = said(first, do={first.pk: "approve"})
    signing.choose(
        signature=first, visibility="public", public_name=first.public_name, comment="Other", wants_updates=False
    )

    page = post(client, "send", **sent)

    assert review(first) == (Review.WAITING, "")
    assert told(page) == [f"Number {first.pk} waits still: its signer has changed the words since you read them."]


def test_the_last_batch_can_be_undone_and_comes_back(client, chenda, petition):
    first, second = confirmed(petition, shown(1)), confirmed(petition, shown(2))
    post(client, "take")
    post(client, "send", **said(first, second, do={first.pk: "approve", second.pk: "hide"}, reason="abuse"))

    page = post(client, "undo_last")

    assert [review(row) for row in (first, second)] == [(Review.WAITING, "")] * 2
    assert (told(page), batch(client, petition)) == (["2 wait again."], [first.pk, second.pk])
    assert "undo_last" not in page.content.decode()


def test_undo_of_a_batch_leaves_what_a_colleague_decided_since(client, chenda, petition):
    first = confirmed(petition, shown(1))
    post(client, "send", **said(first, do={first.pk: "approve"}))
    moderation.hide(ids=[first.pk], reason="abuse", by=create_staff("vibol"))

    post(client, "undo_last")

    assert review(first) == (Review.HIDDEN, "abuse")


def test_one_decision_can_be_undone(client, chenda, petition):
    first, second = confirmed(petition, shown(1)), confirmed(petition, shown(2))
    moderation.approve(ids=[first.pk], by=chenda)
    moderation.hide(ids=[second.pk], reason="abuse", by=chenda)

    page = client.get(QUEUE, headers=ENGLISH)
    assert [decision.signature.pk for decision in page.context["lately"]] == [second.pk, first.pk]
    assert "insult or threat" in page.content.decode()
    client.post(QUEUE, {"act": f"undo:{first.pk}"})

    assert review(first) == (Review.WAITING, "")
    assert [decision.signature.pk for decision in client.get(QUEUE).context["lately"]] == [second.pk]


# -- the page ------------------------------------------------------------------------------------------------------


def test_words_that_their_signer_took_back_are_nowhere(client, chenda, petition):
    signature = confirmed(petition, MARIE)
    moderation.approve(ids=[signature.pk], by=chenda)
    signing.choose(signature=signature, visibility="count", public_name="", comment="", wants_updates=False)

    page = client.get(QUEUE)

    assert page.context["lately"] == []
    assert MARIE.name not in page.content.decode()


def test_hints_stand_beside_the_words(client, chenda, petition):
    FlaggedWord.objects.get_or_create(text="idiot")
    confirmed(petition, shown(1, "You 1d10t, call ០១២ ៣៤៥ ៦៧៨"))

    page = post(client, "take").content.decode()

    assert "Look: there seems to be a telephone number in it." in page
    assert "Look: a word in it may insult or threaten." in page


@pytest.mark.parametrize(("language", "words"), [("en", "not about the petition"), ("km", "មិនទាក់ទងនឹងញត្តិ")])
def test_reasons_are_in_the_readers_language(client, chenda, petition, language, words):
    confirmed(petition, shown(1))
    post(client, "take")

    assert words in client.get(QUEUE, headers={"accept-language": language}).content.decode()


def test_it_asks_no_more_for_three_than_for_one_and_counts_nothing(
    client, chenda, petition, django_assert_max_num_queries
):
    moderation.approve(ids=[confirmed(petition, shown(1)).pk], by=chenda)
    confirmed(petition, shown(2))
    post(client, "take")
    with django_assert_max_num_queries(20) as asked:
        client.get(QUEUE)
    for_one, queries = len(asked), [query["sql"] for query in asked.captured_queries]
    moderation.approve(ids=[confirmed(petition, shown(n)).pk for n in (3, 4)], by=chenda)
    for n in (5, 6):
        confirmed(petition, shown(n))
    post(client, "take")
    with django_assert_max_num_queries(for_one):
        assert len(client.get(QUEUE).context["rows"]) == 3
    assert not [sql for sql in queries if "COUNT(" in sql]


def test_the_first_page_of_the_staff_tells_how_many_wait(client, chenda, petition):
    confirmed(petition, shown(1))

    page = client.get("/admin/", headers=ENGLISH).content.decode()

    assert f"{QUEUE}?petition={petition.pk}" in page
    assert "Words that wait: Peace now" in page


def test_delivery_staff_are_not_told(client, petition):
    confirmed(petition, shown(1))
    client.force_login(create_staff("bopha"))

    assert "Words that wait" not in client.get("/admin/", headers=ENGLISH).content.decode()
