"""From the form to 'look in your mail', as a browser and as an attacker sends it."""

import datetime
from urllib.parse import urlencode

import pytest
from django.core.cache import caches
from django.test import Client
from django.utils import timezone

from signatures import moderation, queries, seal
from signatures.models import Signature
from tests.pages import Page
from tests.people import (
    DARA,
    MARIE,
    SOKHA,
    confirmed,
    create_petition,
    create_staff,
    form,
    held,
    person,
    signed,
    withdrawn,
)

pytestmark = pytest.mark.django_db

FORM = "application/x-www-form-urlencoded"
LANGUAGES = ["km", "en"]
FIELDS = ["name", "email", "country", "city", "visibility", "comment", "updates", "agree", "website"]


@pytest.fixture(autouse=True)
def no_limits_yet(settings):
    caches[settings.RATELIMIT_USE_CACHE].clear()


@pytest.fixture
def petition():
    return create_petition()


def address(page="sign", lang="en", slug="peace"):
    return f"/{lang}/petitions/{slug}/{page}/"


def post(fields, lang="en", **headers):
    body = fields if isinstance(fields, bytes) else urlencode(fields, doseq=True).encode()
    return Client(enforce_csrf_checks=True).generic("POST", address(lang=lang), body, FORM, headers=headers)


# -- the form ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("lang", LANGUAGES)
def test_form_stands_alone_in_its_language(petition, client, lang):
    answer = client.get(address(lang=lang))
    page = Page(answer)
    assert (answer.status_code, page.lang, page.posts) == (200, lang, [address(lang=lang)])
    assert page.offered == {*FIELDS, "stamp"}


def test_nothing_is_filled_in_or_chosen_beforehand(petition, client):
    assert Page(client.get(address())).values == dict.fromkeys(
        ["name", "email", "country", "city", "comment", "website"], ""
    )


# -- taken ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("who", [SOKHA, DARA, MARIE])
def test_signature_is_taken_and_the_browser_sent_on(petition, lang, who):
    answer = post(form(who), lang)
    assert (answer.status_code, answer.headers["Location"], answer.content) == (303, address("sent", lang), b"")
    row = Signature.objects.get()
    assert (row.state, row.language, row.country, row.visibility) == ("pending", lang, who.country, who.visibility)
    assert seal.open_email(bytes(row.sealed_email)) == who.email


def test_browser_that_sends_a_multipart_form_is_understood(petition, client):
    assert client.post(address(), form(DARA)).status_code == 303


def test_name_is_stored_as_it_is_compared(petition):
    post(form(DARA, name="  Dara \u200b  Chan "))
    row = Signature.objects.get()
    identity = seal.open_identity(bytes(row.sealed_identity), seal.private_keys("DELIVERY_PRIVATE_KEY"))
    assert identity == ("Dara Chan", "Long Beach")


@pytest.mark.parametrize("lang", LANGUAGES)
def test_next_page_says_where_to_look(petition, client, settings, lang):
    answer = client.get(address("sent", lang))
    assert (answer.status_code, Page(answer).lang) == (200, lang)
    assert str(settings.MAIL_DIR) in answer.content.decode()


def test_next_page_names_no_folder_where_mail_is_sent(petition, client, settings):
    settings.EMAIL_URL = "smtp://mail.example.org"
    assert str(settings.MAIL_DIR) not in client.get(address("sent")).content.decode()


# -- where nothing can be signed -----------------------------------------------------------------------------------


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("method", ["get", "post"])
@pytest.mark.parametrize("page", ["sign", "sent", "thanks", "signatures"])
@pytest.mark.parametrize("slug", ["nowhere", "draft"])
def test_unknown_petition_and_draft_are_not_found(client, slug, page, method, lang):
    create_petition("draft", state="draft")
    if method == "post" and page != "sign":
        assert client.post(address(page, lang, slug)).status_code == 405
        return
    answer = getattr(client, method)(address(page, lang, slug), form(DARA))
    assert (answer.status_code, Page(answer).lang) == (404, lang)


YESTERDAY = {"closes_on": timezone.localdate() - datetime.timedelta(days=1)}
TOMORROW = {"opened_on": timezone.localdate() + datetime.timedelta(days=1)}


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("method", ["get", "post"])
@pytest.mark.parametrize(
    "changes", [*({"state": state} for state in ("closed", "paused", "removed")), YESTERDAY, TOMORROW]
)
def test_closed_petition_is_gone(client, changes, method, lang):
    create_petition(**changes)
    answer = getattr(client, method)(address(lang=lang), form(DARA))
    assert (answer.status_code, Page(answer).lang, Page(answer).posts) == (410, lang, [])
    assert not Signature.objects.exists()


@pytest.mark.parametrize("state", ["closed", "paused"])
@pytest.mark.parametrize("page", ["sent", "thanks", "signatures"])
def test_other_pages_of_a_closed_petition_stay(client, state, page):
    create_petition(state=state)
    assert client.get(address(page)).status_code == 200


@pytest.mark.parametrize("method", ["put", "patch", "delete", "options", "trace"])
def test_wrong_method_is_405(petition, client, method):
    answer = getattr(client, method)(address())
    assert (answer.status_code, answer.headers["Allow"]) == (405, "GET, HEAD, POST")


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize(
    "headers",
    [{"Sec-Fetch-Site": "cross-site"}, {"Origin": "https://evil.example"}, {"Referer": "https://evil.example/"}],
)
def test_post_of_another_site_is_refused(petition, headers, lang):
    answer = post(form(DARA), lang, **headers)
    assert (answer.status_code, Page(answer).lang, Signature.objects.exists()) == (403, lang, False)


# -- nothing is told -----------------------------------------------------------------------------------------------


def stranger(petition):
    pass


def seats_taken(petition):
    for name in ("Sophea Chan", "Bora Chan"):
        confirmed(petition, DARA._replace(name=name))


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize(
    "before",
    [
        stranger,
        lambda p: signed(p, DARA),
        lambda p: confirmed(p, DARA),
        lambda p: held(p, DARA),
        lambda p: withdrawn(p, DARA),
        seats_taken,
    ],
    ids=["stranger", "pending", "confirmed", "held", "withdrawn", "seats taken"],
)
def test_answer_is_the_same_whatever_is_known_of_the_address(petition, before, lang):
    before(petition)
    answer = post(form(DARA), lang)
    assert (answer.status_code, answer.content) == (303, b"")
    assert {name: answer.headers[name] for name in answer.headers if name not in COMMON} == {
        "Location": address("sent", lang),
        "Content-Language": lang,
    }


COMMON = {
    "Content-Type",
    "Content-Length",
    "X-Frame-Options",
    "X-Content-Type-Options",
    "Referrer-Policy",
    "Cross-Origin-Opener-Policy",
    "Permissions-Policy",
    "Content-Security-Policy",
}


def test_headers_that_stand_on_every_answer_tell_nothing(petition):
    def common():
        answer = post(form(DARA))
        return {name: answer.headers.get(name) for name in COMMON}

    first = common()
    confirmed(petition, DARA)
    assert common() == first


# -- counted -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("lang", LANGUAGES)
def test_thanks_shows_the_count_of_now_and_no_secret(petition, client, settings, lang):
    for who in (SOKHA, DARA):
        signature = confirmed(petition, who)
    answer = client.get(address("thanks", lang))
    page = Page(answer)
    assert (answer.status_code, page.lang, answer.headers["Cache-Control"]) == (200, lang, "no-cache")
    assert ("២" if lang == "km" else "2") in page.words
    assert "/s/" not in answer.content.decode()
    assert signature.receipt not in answer.content.decode()
    assert page.head["canonical"] == f"{settings.SITE_URL}/{lang}/petitions/peace/"


# -- the names that are shown --------------------------------------------------------------------------------------


def show(petition, *people):
    rows = [confirmed(petition, who) for who in people]
    moderation.approve(ids=[row.pk for row in rows], by=create_staff("chenda"))
    return rows


def test_only_approved_words_are_on_the_page(petition, client):
    show(petition, MARIE, SOKHA, DARA)
    confirmed(petition, person(1, visibility="public", comment="I wait."))
    words = Page(client.get(address("signatures"))).words
    assert (MARIE.name in words, MARIE.comment in words) == (True, True)
    for secret in (SOKHA.name, DARA.name, person(1).name, "I wait."):
        assert secret not in words


def test_words_are_shown_as_words(petition, client):
    reason = 'Because of </div><script>alert("1")</script> & peace'
    show(petition, MARIE._replace(comment=reason))
    answer = client.get(address("signatures"))
    assert reason in Page(answer).words
    assert b"<script>alert" not in answer.content


def test_pages_go_on_where_the_last_ended(petition, client):
    rows = show(petition, *(person(number, visibility="public") for number in range(queries.PAGE + 1)))
    first = Page(client.get(address("signatures")))
    older = address("signatures") + f"?before={rows[1].pk}"
    assert older in [href for href, _ in first.links]
    second = Page(client.get(older))
    assert person(0).name in second.words
    assert not any("before=" in href for href, _ in second.links if href.startswith("/en/petitions/peace/signatures"))


@pytest.mark.parametrize(
    "before", ["", "x", "-1", "0", "1e9", "៥", "9" * 18, "9" * 19, "9" * 5000, "%00", "1&before=2"]
)
def test_any_place_to_go_on_from_is_a_page(petition, client, before):
    assert client.get(address("signatures") + f"?before={before}").status_code == 200
