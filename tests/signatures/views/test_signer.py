"""The signer's own page: what a GET shows and never does, and what each POST does."""

import datetime

import pytest
from django.test import Client
from django.utils import timezone

from signatures import queries
from tests.pages import Page
from tests.people import DARA, MARIE, SOKHA, confirmed, create_petition, held, signed, withdrawn
from tests.signer_pages import ACTS, CHOICES, LANGUAGES, PHASES, address, row

pytestmark = pytest.mark.django_db


@pytest.fixture
def petition():
    return create_petition()


@pytest.fixture
def client():
    """As a stranger's browser: no token of Django's is given to it, none may be asked of it."""
    return Client(enforce_csrf_checks=True)


# -- a GET shows ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize(
    ("phase", "acts"),
    [
        (signed, ["confirm", "reject"]),
        (confirmed, ["choices", "unsubscribe", "withdraw"]),
        (held, ["choices", "unsubscribe", "withdraw"]),
        (withdrawn, []),
    ],
)
def test_page_offers_what_can_be_done_now(petition, client, phase, acts, lang):
    signature = phase(petition, DARA)
    answer = client.get(address(signature, lang=lang))
    page = Page(answer)
    assert (answer.status_code, page.lang) == (200, lang)
    assert page.posts == [address(signature, act, lang) for act in acts]


def test_who_gets_no_news_is_not_offered_to_stop_them(petition, client):
    assert "unsubscribe" not in str(Page(client.get(address(confirmed(petition, SOKHA)))).posts)


@pytest.mark.parametrize("phase", [confirmed, held])
def test_page_shows_the_receipt(petition, client, phase):
    signature = phase(petition, DARA)
    assert signature.receipt in Page(client.get(address(signature))).words


def test_choices_stand_as_they_were_made(petition, client):
    values = Page(client.get(address(confirmed(petition, MARIE)))).values
    assert values == {"visibility": "public", "public_name": MARIE.name, "comment": MARIE.comment}


@pytest.mark.parametrize("who", [SOKHA, DARA])
def test_page_can_not_show_what_was_sealed(petition, client, who):
    content = client.get(address(confirmed(petition, who))).content.decode()
    for secret in (who.name, who.email, who.city):
        assert secret not in content


def test_title_that_a_browser_remembers_names_no_petition(petition, client):
    for phase in (signed, withdrawn):
        title = Page(client.get(address(phase(petition, SOKHA)))).title
        assert "Peace" not in title


@pytest.mark.parametrize("method", ["get", "head"])
@pytest.mark.parametrize("phase", PHASES)
@pytest.mark.parametrize("act", ["", "unsubscribe"])
def test_looking_changes_nothing(petition, client, phase, act, method):
    signature = phase(petition, DARA)
    before = row(signature)
    assert getattr(client, method)(address(signature, act)).status_code == 200
    assert row(signature) == before


@pytest.mark.parametrize("method", ["get", "head", "put", "delete", "options"])
@pytest.mark.parametrize("phase", PHASES)
@pytest.mark.parametrize("act", ACTS)
def test_what_does_something_is_a_post_alone(petition, client, phase, act, method):
    signature = phase(petition, DARA)
    before = row(signature)
    answer = getattr(client, method)(address(signature, act))
    assert (answer.status_code, answer.headers["Allow"], row(signature)) == (405, "POST", before)


@pytest.mark.parametrize("method", ["put", "delete", "patch"])
@pytest.mark.parametrize(("act", "allowed"), [("", "GET, HEAD"), ("unsubscribe", "GET, HEAD, POST")])
def test_wrong_method_is_405(petition, client, act, allowed, method):
    answer = getattr(client, method)(address(signed(petition, DARA), act))
    assert (answer.status_code, answer.headers["Allow"]) == (405, allowed)


def test_post_to_the_page_itself_is_405(petition, client):
    signature = signed(petition, DARA)
    answer = client.post(address(signature))
    assert (answer.status_code, row(signature)["state"]) == (405, "pending")


# -- confirming ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("lang", LANGUAGES)
def test_confirming_counts_and_leads_to_a_page_without_a_secret(petition, client, lang):
    signature = signed(petition, DARA)
    answer = client.post(address(signature, "confirm", lang))
    assert (answer.status_code, answer.headers["Location"]) == (303, f"/{lang}/petitions/peace/thanks/")
    assert (row(signature)["state"], queries.count(petition)) == ("confirmed", 1)


def test_confirming_again_leads_there_again_and_counts_once(petition, client):
    signature = signed(petition, DARA)
    answers = [client.post(address(signature, "confirm")) for _ in range(3)]
    assert [(answer.status_code, answer.headers["Location"]) for answer in answers] == [
        (303, "/en/petitions/peace/thanks/")
    ] * 3
    assert queries.count(petition) == 1


def test_withdrawn_signature_is_not_counted_again(petition, client):
    signature = withdrawn(petition, DARA)
    answer = client.post(address(signature, "confirm"))
    assert (answer.status_code, answer.headers["Location"]) == (303, address(signature))
    assert queries.count(petition) == 0


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize(
    "changes",
    [{"state": "closed"}, {"closes_on": timezone.localdate() - datetime.timedelta(days=1)}, {"state": "draft"}],
)
def test_after_the_end_nothing_is_confirmed(petition, client, changes, lang):
    signature = signed(petition, DARA)
    type(petition).objects.filter(pk=petition.pk).update(**changes)
    answer = client.post(address(signature, "confirm", lang))
    assert (answer.status_code, Page(answer).lang, row(signature)["state"]) == (410, lang, "pending")


def test_of_what_was_taken_down_nothing_is_confirmed_and_all_is_erased(petition, client):
    waiting, counted = signed(petition, DARA), confirmed(petition, MARIE)
    type(petition).objects.update(state="removed")
    answer = client.post(address(waiting, "confirm", "en"))
    assert (answer.status_code, answer.headers["Cache-Control"]) == (410, "no-store")
    assert "This petition was taken down" in Page(answer).words
    assert [client.get(address(each)).status_code for each in (waiting, counted)] == [200, 200]
    client.post(address(waiting, "reject"))
    client.post(address(counted, "withdraw"))
    assert [row(each)["state"] for each in (waiting, counted)] == ["withdrawn", "withdrawn"]


def test_after_the_end_the_page_offers_no_button(petition, client):
    signature = signed(petition, DARA)
    type(petition).objects.filter(pk=petition.pk).update(closes_on=timezone.localdate() - datetime.timedelta(days=1))
    assert Page(client.get(address(signature))).posts == [address(signature, "reject")]


def test_who_signed_before_a_pause_may_confirm(petition, client):
    signature = signed(petition, DARA)
    type(petition).objects.filter(pk=petition.pk).update(state="paused")
    client.post(address(signature, "confirm"))
    assert row(signature)["state"] == "confirmed"


# -- the other acts ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize(
    ("act", "phase"), [("reject", signed), ("withdraw", signed), ("withdraw", confirmed), ("withdraw", held)]
)
def test_erasing_erases_and_leads_to_the_page_that_says_so(petition, client, act, phase, lang):
    signature = phase(petition, MARIE)
    answer = client.post(address(signature, act, lang))
    assert (answer.status_code, answer.headers["Location"]) == (303, address(signature, lang=lang))
    found = row(signature)
    assert (found["state"], found["sealed_email"], found["mailbox_hash"], found["public_name"]) == (
        "withdrawn",
        None,
        None,
        "",
    )
    assert Page(client.get(answer.headers["Location"])).posts == []


def test_confirmed_signature_can_not_be_rejected(petition, client):
    signature = confirmed(petition, DARA)
    assert client.post(address(signature, "reject")).status_code == 303
    assert row(signature)["state"] == "confirmed"


@pytest.mark.parametrize("lang", LANGUAGES)
def test_choices_are_taken_and_the_page_says_so(petition, client, lang):
    signature = confirmed(petition, SOKHA)
    given = {"visibility": "public", "public_name": SOKHA.name, "comment": "សន្តិភាព។", "updates": "on"}
    answer = client.post(address(signature, "choices", lang), given)
    assert (answer.status_code, answer.headers["Location"]) == (303, address(signature, lang=lang) + "?saved")
    page = Page(client.get(answer.headers["Location"]))
    assert page.values == given
    assert row(signature)["review"] == "waiting"


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"public_name": "Somebody Else"}, "public_name"),
        ({"public_name": ""}, "public_name"),
        ({"public_name": "Marie\x00"}, "public_name"),
        ({"comment": "c d " * 200}, "comment"),
        ({"comment": "why\x00not"}, "comment"),
        ({"visibility": "everyone"}, "visibility"),
        ({"visibility": ["count", "public"]}, "visibility"),
        ({"comment": ["Pour la paix.", "Pour la paix."]}, "comment"),
    ],
)
def test_choices_with_an_error_come_back_as_they_were_written(petition, client, changes, field, lang):
    signature = confirmed(petition, MARIE)
    before = row(signature)
    given = {"visibility": "public", "public_name": MARIE.name, "comment": "Other.", "updates": "on"} | changes
    answer = client.post(address(signature, "choices", lang), given)
    page = Page(answer)
    assert (answer.status_code, page.lang, row(signature)) == (422, lang, before)
    assert [href for href, _ in page.summary] == ["#id_visibility_count" if field == "visibility" else f"#id_{field}"]
    last = {name: value[-1] if isinstance(value, list) else value for name, value in given.items()}
    if last["visibility"] == "everyone":
        del last["visibility"]
    assert page.values == last


def test_million_characters_of_choices_come_back(petition, client):
    answer = client.post(
        address(confirmed(petition, MARIE), "choices"), {"visibility": "count", "comment": "a" * 1_000_000}
    )
    assert (answer.status_code, len(Page(answer).values["comment"])) == (422, 1_000_000)


@pytest.mark.parametrize("body", [b"", b"\xff\x00", b"visibility=%FF"])
def test_choices_that_can_not_be_read_are_an_error(petition, client, body):
    signature = confirmed(petition, MARIE)
    before = row(signature)
    answer = client.generic("POST", address(signature, "choices"), body, "application/x-www-form-urlencoded")
    assert (answer.status_code, row(signature)) == (422, before)


def test_withdrawn_signature_has_no_choices(petition, client):
    signature = withdrawn(petition, MARIE)
    before = row(signature)
    answer = client.post(address(signature, "choices"), CHOICES)
    assert (answer.status_code, answer.headers["Location"], row(signature)) == (303, address(signature), before)


# -- stopping the mails --------------------------------------------------------------------------------------------


def test_unsubscribing_asks_first_and_then_does(petition, client):
    signature = confirmed(petition, DARA)
    page = Page(client.get(address(signature, "unsubscribe")))
    assert (page.posts, row(signature)["wants_updates"]) == ([address(signature, "unsubscribe")], True)
    answer = client.post(address(signature, "unsubscribe"))
    assert (answer.status_code, row(signature)["wants_updates"], row(signature)["state"]) == (200, False, "confirmed")


def test_mail_program_unsubscribes_with_one_click_from_anywhere(petition, client):
    signature = confirmed(petition, DARA)
    body = b"List-Unsubscribe=One-Click"
    answer = client.generic(
        "POST",
        address(signature, "unsubscribe"),
        body,
        "application/x-www-form-urlencoded",
        headers={"Origin": "https://mail.example", "Sec-Fetch-Site": "cross-site"},
    )
    assert (answer.status_code, row(signature)["wants_updates"]) == (200, False)
