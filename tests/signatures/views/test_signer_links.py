"""Who comes to a signer's page without a link that is one, or from another site; and that nobody keeps the page."""

import base64
import secrets

import pytest
from django.test import Client

from signatures import signing, tokens
from tests.pages import Page
from tests.people import DARA, MARIE, confirmed, create_petition, made_old, signed
from tests.signer_pages import ACTS, CHOICES, LANGUAGES, PHASES, PRIVATE, address, row

pytestmark = pytest.mark.django_db


@pytest.fixture
def petition():
    return create_petition()


@pytest.fixture
def client():
    """As a stranger's browser: no token of Django's is given to it, none may be asked of it."""
    return Client(enforce_csrf_checks=True)


# -- who may not ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("act", ACTS)
@pytest.mark.parametrize(
    "headers",
    [{"Sec-Fetch-Site": "cross-site"}, {"Origin": "https://evil.example"}, {"Referer": "https://evil.example/"}],
)
def test_post_of_another_site_does_nothing(petition, client, act, headers):
    signature = signed(petition, DARA)
    before = row(signature)
    answer = client.post(address(signature, act), CHOICES, headers=headers)
    assert (answer.status_code, row(signature)) == (403, before)


def forged(token):
    raw = base64.urlsafe_b64decode(token + "=")
    return base64.urlsafe_b64encode(raw[:16] + secrets.token_bytes(16)).rstrip(b"=").decode()


@pytest.mark.parametrize(
    "spoil",
    [
        forged,
        lambda token: token[:-1],
        lambda token: token[:20],
        lambda token: "x",
        lambda token: token + "A",
        lambda token: token.upper(),
        lambda token: tokens.make(signing.Signature().handle),
        lambda token: "%E1%9E%80" * 10,
        lambda token: "%00",
        lambda token: "%FF%FE",
        lambda token: "a" * 3000,
    ],
)
@pytest.mark.parametrize("act", ["", "unsubscribe", *ACTS])
def test_link_that_is_none_is_not_found(petition, client, spoil, act):
    signature = signed(petition, DARA)
    before = row(signature)
    there = address(spoil(signature.token), act)
    answer = client.post(there, CHOICES) if act in ACTS else client.get(there)
    assert (answer.status_code, Page(answer).lang, row(signature)) == (404, "en", before)
    assert {name: answer.headers[name] for name in PRIVATE} == PRIVATE


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("act", ["", "unsubscribe", *ACTS])
def test_link_that_ran_out_is_not_found(petition, client, act, lang):
    signature = made_old(signed(petition, DARA))
    before = row(signature)
    there = address(signature, act, lang)
    answer = client.post(there, CHOICES) if act in ACTS else client.get(there)
    assert (answer.status_code, Page(answer).lang, row(signature)) == (404, lang, before)


def test_no_kind_of_wrong_link_is_told_from_another(petition, client):
    ran_out = made_old(signed(petition, DARA)).token
    wrong = [ran_out, forged(ran_out), ran_out[:-1], "x", "A" * 43]
    pages = {client.get(address(token)).content.replace(f"/s/{token}/".encode(), b"") for token in wrong}
    assert len(pages) == 1


def test_confirmed_signature_has_its_page_for_ever(petition, client):
    assert client.get(address(made_old(confirmed(petition, DARA), days=3000))).status_code == 200


# -- nobody keeps it -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize(
    ("method", "act"),
    [("get", ""), ("head", ""), ("post", ""), ("get", "unsubscribe"), ("post", "unsubscribe")]
    + [(method, act) for act in ACTS for method in ("post", "get")],
)
def test_answer_is_kept_by_nobody_and_sets_no_cookie(petition, client, method, act, lang):
    answer = getattr(client, method)(address(signed(petition, DARA), act, lang))
    assert {name: answer.headers[name] for name in PRIVATE} == PRIVATE
    assert dict(answer.cookies) == {}


@pytest.mark.parametrize("phase", PHASES)
def test_page_names_its_own_address_to_no_other_site(petition, client, phase):
    signature = phase(petition, MARIE)
    page = Page(client.get(address(signature)))
    away = [href for href, _ in page.links if href.startswith("http")]
    # Nothing but the way out, which is followed without a referrer.
    assert (away, page.head.get("canonical"), page.head.get("en")) == (["https://www.google.com/"], None, None)


def test_language_switch_keeps_the_page(petition, client):
    signature = signed(petition, DARA)
    for act in ("", "unsubscribe"):
        links = [href for href, _ in Page(client.get(address(signature, act, "km"))).links]
        assert address(signature, act, "en") in links
