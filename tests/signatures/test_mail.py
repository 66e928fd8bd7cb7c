"""The mails to a signer, as they leave: what a phone on a table shows of them, and what stands in them."""

from __future__ import annotations

import email
import email.policy
import json
import re
from pathlib import Path

import pytest
from django.core import mail as outbox
from django.utils import translation

from petition.models import Petition
from petition.templatetags.language import number
from signatures import mail
from signatures.smtp import Line
from tests.people import (
    DARA,
    PENDING_DAYS,
    SOKHA,
    confirmed,
    create_petition,
    person,
    queued_mails,
    send_queued_mails,
    sign,
    signed,
)

pytestmark = pytest.mark.django_db

FOUNDING_FILE = Path(__file__).resolve().parents[2] / "petition" / "content" / "paris-peace-agreement.json"
FOUNDING = json.loads(FOUNDING_FILE.read_text(encoding="utf-8"))["petition"]
LANGUAGES = ("km", "en")
MAILS = ("confirm", "already_signed", "seats_taken", "reminder")
SITE = "site.example.org"
PREVIEW = 200  # characters: more than any mail program shows of a mail that is not opened

# What a mail to a signer is about, beside the words of the petition's own titles.
MATTER = {
    "en": ("petition", "sign", "demand", "cambodia", "khmer", "vote", "election", "agreement", "committee"),
    "km": ("ញត្តិ", "ហត្ថលេខា", "ការទាមទារ", "កម្ពុជា", "ខ្មែរ", "បោះឆ្នោត", "កិច្ចព្រមព្រៀង", "គណៈកម្មាធិការ"),
}
SMALL = {"this", "during", "នេះ", "មួយ", "លើក", "ដើម្បី", "សម្រាប់", "ក្នុង"}  # they tell nothing


@pytest.fixture
def petition(settings) -> Petition:
    settings.SITE_URL = f"https://{SITE}"
    settings.MAIL_FROM = f"noreply@{SITE}"
    titles = {f"title_{code}": part["title"] for code, part in FOUNDING["wording"].items()}
    titles |= {f"short_title_{code}": text for code, text in FOUNDING["short_title"].items()}
    return create_petition(FOUNDING["slug"], **titles, organiser_km=FOUNDING["organiser"]["km"])


def sent(name, petition, language):
    """The mail as it goes over the wire, of a signer in this language."""
    signature = signed(petition, SOKHA._replace(language=language))
    if name == "reminder":
        mail.reminder(signature, line=Line())
    else:
        getattr(mail, name)(signature)
    message = outbox.outbox[-1].message()
    return email.message_from_bytes(message.as_bytes(), policy=email.policy.default)


def text_of(message, kind="plain"):
    return message.get_body((kind,)).get_content()


def telling_words(language):
    """Words that would tell what a mail is about: those of the petition's titles, and of its matter."""
    if language == "en":
        titles = f"{FOUNDING['wording']['en']['title']} {FOUNDING['short_title']['en']}"
        words = re.findall(r"[a-z]{4,}", titles.lower())
    else:
        # Khmer has no spaces between words: the break hints part them.
        words = re.split("[\u200b ]", FOUNDING["hints"]["title_km"])
    return sorted(set(words) - SMALL | set(MATTER[language]) | {FOUNDING["slug"]})


every_mail = pytest.mark.parametrize("name", MAILS)
every_language = pytest.mark.parametrize("language", LANGUAGES)


@every_mail
@every_language
def test_nothing_that_a_locked_phone_shows_tells_what_it_is_about(petition, name, language):
    message = sent(name, petition, language)
    without_link = text_of(message).replace(SITE, "")
    page = re.sub(r"\s+", " ", re.sub(r"<title>.*?</title>|<[^>]*>", "", text_of(message, "html"), flags=re.DOTALL))
    for seen in (message["Subject"], message["From"], without_link[:PREVIEW], page.replace(SITE, "")[:PREVIEW]):
        assert [word for word in telling_words(language) if re.search(rf"(?<![a-z]){word}", seen.lower())] == []


@every_mail
@every_language
def test_no_line_of_a_mail_names_the_petition(petition, name, language):
    message = sent(name, petition, language)
    whole = f"{message['Subject']} {text_of(message)} {text_of(message, 'html')}"
    named = [petition.title_km, petition.title_en, petition.short_title_km, petition.short_title_en, petition.slug]
    assert [text for text in [*named, petition.organiser_short, petition.organiser_km] if text in whole] == []


@every_mail
@every_language
def test_subject_is_one_line_in_the_signers_language(petition, name, language):
    subject = sent(name, petition, language)["Subject"]
    assert subject.endswith(f" · {SITE}")
    assert bool(re.search("[\u1780-\u17ff]", subject)) == (language == "km")


@every_mail
@every_language
def test_whole_mail_is_in_the_signers_language(petition, name, language):
    message = sent(name, petition, language)
    plain = re.sub(rf"https://\S+|{SITE}|[A-Z2-7]{{4}}(-[A-Z2-7]{{4}}){{3}}", "", text_of(message))
    foreign = "[A-Za-z]+" if language == "km" else "[\u1780-\u17ff]+"
    assert re.findall(foreign, plain) == []
    assert f'<html lang="{language}">' in text_of(message, "html")
    assert message["Content-Language"] == language


@every_mail
@every_language
def test_page_of_the_reader_does_not_change_the_mails_language(petition, name, language):
    """A worker, or a request in the other language, renders it the same."""
    before = text_of(sent(name, petition, language)).replace("\r", "")
    with translation.override("en" if language == "km" else "km"):
        assert text_of(sent(name, petition, language)).replace("\r", "") == before


@every_mail
def test_text_comes_first_and_html_says_the_same(petition, name):
    message = sent(name, petition, "en")
    assert [part.get_content_type() for part in message.iter_parts()] == ["text/plain", "text/html"]
    html = re.sub(r"<title>.*?</title>|<[^>]*>", "", text_of(message, "html"), flags=re.DOTALL)
    assert html.split() == text_of(message).split()


@every_mail
def test_html_fetches_nothing(petition, name):
    html = text_of(sent(name, petition, "km"), "html")
    assert re.findall(r"<(?:img|link|script|style|iframe|form)|\bsrc=|url\(|@import", html) == []
    assert len(re.findall(r"https?://", html)) == 2  # the signer's link: where it leads, and as it reads


@every_mail
@every_language
def test_link_to_the_own_page_stands_alone_on_its_line(petition, name, language):
    message = sent(name, petition, language)
    token = signed(petition, SOKHA).token
    assert re.findall(r"^https://.*$", text_of(message), re.MULTILINE) == [f"https://{SITE}/{language}/s/{token}/"]


def test_link_opens_the_own_page(petition, client):
    url = re.search(r"https://\S+", text_of(sent("confirm", petition, "en")))[0]
    assert client.get(url.removeprefix(f"https://{SITE}")).status_code == 200


@every_language
def test_confirming_mail_says_how_long_the_link_lives(petition, language):
    with translation.override(language):
        days = number(PENDING_DAYS)
    # The link is random, and may hold any two digits.
    assert re.sub(r"https://\S+", "", text_of(sent("confirm", petition, language))).count(days) == 2


@pytest.mark.parametrize("name", ["confirm", "already_signed", "reminder"])
@every_language
def test_receipt_stands_in_the_mail(petition, name, language):
    assert signed(petition, SOKHA).receipt in text_of(sent(name, petition, language))


@every_mail
def test_address_stands_in_to_alone(petition, name):
    message = sent(name, petition, "en")
    assert message["To"] == SOKHA.email
    assert message.as_string().count(SOKHA.email) == 1
    assert message["Cc"] is message["Bcc"] is message["Reply-To"] is None


@every_mail
def test_name_and_town_stand_in_no_mail(petition, name):
    message = sent(name, petition, "km")
    whole = f"{message['Subject']} {message['To']} {text_of(message)} {text_of(message, 'html')}"
    assert [word for word in (SOKHA.name, SOKHA.city) if word in whole] == []


@every_mail
def test_mail_is_marked_as_one_that_a_program_sent(petition, name):
    """So that no out-of-office answer comes back and tells of it."""
    message = sent(name, petition, "en")
    assert (message["From"], message["Auto-Submitted"]) == (f"noreply@{SITE}", "auto-generated")


# -- which mail goes when ------------------------------------------------------------------------------------------


def subjects():
    return [message.subject.partition(" · ")[0] for message in outbox.outbox]


def test_new_signature_gets_the_mail_to_confirm(petition):
    sign(petition, DARA)
    send_queued_mails()
    assert subjects() == ["Please confirm"]


def test_who_signs_again_unconfirmed_is_asked_again(petition):
    signed(petition, DARA)
    mail_before = len(queued_mails())
    sign(petition, DARA)
    assert len(queued_mails()) == mail_before + 1
    send_queued_mails()
    assert subjects() == ["Please confirm"] * 2


def test_who_has_signed_is_told_that_nothing_changed(petition):
    confirmed(petition, DARA)
    sign(petition, DARA)
    send_queued_mails()
    # Both mails are written from what is true when they go.
    assert subjects() == ["Nothing was changed"] * 2


def test_third_name_of_a_mailbox_is_told_so(petition):
    for i in (1, 2):
        confirmed(petition, person(i, email=DARA.email, language="en"))
    outbox.outbox.clear()
    sign(petition, DARA)
    [*_, last] = queued_mails()
    assert last["kind"] == "seats_taken"
    send_queued_mails()
    assert subjects()[-1] == "This could not be taken"
