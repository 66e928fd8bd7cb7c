"""What a form is asked on its way in: whether the address is right, and for work where very many sign."""

import json
from urllib.parse import urlencode

import altcha
import pytest
from django.core.cache import caches
from django.test import Client
from django.utils import translation

from signatures import forms, seal, signing, suspicion
from signatures.models import Signature
from tests.pages import Page
from tests.people import DARA, MARIE, create_petition, form, person, queued_mails

pytestmark = pytest.mark.django_db

FORM = "application/x-www-form-urlencoded"
LANGUAGES = ["km", "en"]


@pytest.fixture(autouse=True)
def no_limits_yet(settings):
    caches[settings.RATELIMIT_USE_CACHE].clear()


@pytest.fixture
def petition():
    return create_petition()


def post(fields, lang="en"):
    body = urlencode(fields, doseq=True).encode()
    return Client(enforce_csrf_checks=True).generic("POST", f"/{lang}/petitions/peace/sign/", body, FORM)


def stored_address():
    return seal.open_email(bytes(Signature.objects.get().sealed_email))


# -- a script that never saw the form ------------------------------------------------------------------------------


def test_250_posts_of_a_script_are_taken_mailed_and_counted(petition):
    for number in range(250):
        assert post(form(person(number))).status_code == 303
    assert len(queued_mails()) == 250
    for signature in Signature.objects.all():
        assert signing.confirm(signature=signature)
    assert set(Signature.objects.values_list("state", flat=True)) == {"confirmed"}


def test_forged_stamp_is_noticed_and_taken(petition):
    assert post(form(DARA, stamp="\x00forged")).status_code == 303
    row = Signature.objects.get()
    assert (row.signals, row.score < suspicion.HOLD_AT) == (["odd_stamp"], True)


def test_form_sent_twice_has_one_signature_one_mail_and_no_blame(petition):
    stamp = Page(post(form(DARA, name=""))).stamp
    assert [post(form(DARA, stamp=stamp)).status_code for _ in range(2)] == [303, 303]
    assert [row.signals for row in Signature.objects.all()] == [[]]


def test_form_that_comes_back_has_a_stamp_of_its_own(petition):
    first, second = (Page(post(form(DARA, name=""))).stamp for _ in range(2))
    assert first != second


# -- a slip in the address -----------------------------------------------------------------------------------------

SLIP = form(DARA, email="dara@gmial.com")


@pytest.mark.parametrize("lang", LANGUAGES)
def test_slip_is_asked_about_with_both_answers(petition, lang):
    answer = post(SLIP, lang)
    page = Page(answer)
    assert (answer.status_code, page.lang, page.values["email"]) == (422, lang, "dara@gmial.com")
    assert "dara@gmail.com" in page.words
    assert {"email_asked", "email_choice"} <= page.offered
    assert not Signature.objects.exists()


def test_slip_that_is_sent_again_is_taken_as_it_stands(petition):
    page = Page(post(SLIP))
    assert post(page.values | {"stamp": page.stamp}).status_code == 303
    assert stored_address() == "dara@gmial.com"


def test_suggestion_that_is_chosen_is_taken(petition):
    page = Page(post(SLIP))
    assert post(page.values | {"email_choice": "meant"}).status_code == 303
    assert stored_address() == "dara@gmail.com"


def test_suggestion_that_is_chosen_stands_in_a_form_with_another_error(petition):
    page = Page(post(SLIP | {"email_choice": "meant", "name": ""}))
    assert (page.values["email"], {href for href, _ in page.summary}) == ("dara@gmail.com", {"#id_name"})


def test_other_slip_is_asked_about_anew(petition):
    page = Page(post(SLIP))
    assert post(page.values | {"email": "dara@hotmial.com"}).status_code == 422


@pytest.mark.parametrize("domain", ["example.org", "example.com", "ymail.com", "gmx.com", "mail.com", "rupp.edu.kh"])
def test_unusual_address_passes_at_once(petition, domain):
    assert post(form(DARA, email=f"dara@{domain}")).status_code == 303


@pytest.mark.parametrize("lang", LANGUAGES)
def test_mailbox_of_minutes_is_refused_with_the_reason(petition, lang):
    answer = post(form(DARA, email="dara@x.mailinator.com"), lang)
    with translation.override(lang):
        message = forms.SignForm(form(DARA, email="dara@x.mailinator.com")).errors["email"][0]
    assert answer.status_code == 422
    assert message in Page(answer).words


# -- very many -----------------------------------------------------------------------------------------------------


@pytest.fixture
def crowd(settings, petition):
    settings.SIGN_LIMIT_NETWORK = "2/h"
    for number in range(2):
        assert post(form(person(number))).status_code == 303
    return petition


def last():
    return Signature.objects.latest("pk")


@pytest.mark.parametrize("lang", LANGUAGES)
def test_one_more_step_keeps_all_that_was_written_and_stores_nothing(crowd, lang):
    fields = form(MARIE, updates="on", comment="One\r\ntwo <b>")
    answer = post(fields, lang)
    page = Page(answer)
    assert (answer.status_code, page.lang) == (422, lang)
    written = fields | {"comment": "One\ntwo <b>"}
    assert {name: page.values[name].replace("\r", "") for name in written} == written
    assert Signature.objects.count() == 2


def test_with_the_work_it_is_counted(crowd):
    answer = post(form(MARIE))
    challenge = altcha.Challenge.from_dict(json.loads(Challenge(answer).found))
    payload = altcha.Payload(challenge, altcha.solve_challenge(challenge)).to_base64()
    page = Page(answer)
    assert post(page.values | {"stamp": page.stamp, "altcha": payload}).status_code == 303
    assert signing.confirm(signature=last())
    assert (last().state, last().signals) == ("confirmed", ["crowd"])


def test_without_the_work_it_is_mailed_and_held(crowd):
    page = Page(post(form(MARIE)))
    assert post(page.values | {"stamp": page.stamp, "without_work": "yes"}).status_code == 303
    assert queued_mails()[-1]["signature_id"] == last().pk
    assert signing.confirm(signature=last())
    assert (last().state, last().signals) == ("held", ["no_work"])


def test_slip_is_not_asked_about_again_after_one_more_step(crowd):
    first = Page(post(SLIP))
    page = Page(post(first.values))
    assert post(page.values | {"without_work": "yes"}).status_code == 303
    assert seal.open_email(bytes(last().sealed_email)) == "dara@gmial.com"


class Challenge(Page):
    """The page, with the work it asks for."""

    found = ""

    def _form(self, given):
        super()._form(given)
        self.found = given.get("data-work", self.found)
