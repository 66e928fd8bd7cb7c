"""The mail that brings an update, as it leaves: neutral at first sight, then the update, and the way out."""

import email
import email.policy
import re

import pytest
from django.core import mail as outbox

from signatures import mail, mail_sending
from signatures.smtp import Line
from tests.people import SOKHA, confirmed, create_petition, create_staff, create_update

pytestmark = pytest.mark.django_db

SITE = "site.example.org"
PREVIEW = 200  # characters: more than any mail program shows of a mail that is not opened
BODY = """Where it **stands** now: [the letter](https://example.org/letter), and

![the square](1)

- one
- two

## What comes next

<script>alert(1)</script> & more

<!-- more -->

The rest."""


@pytest.fixture
def petition(settings):
    settings.SITE_URL, settings.MAIL_FROM = f"https://{SITE}", f"noreply@{SITE}"
    return create_petition(short_title_en="A secret matter", short_title_km="រឿងសម្ងាត់", slug="a-secret-matter")


@pytest.fixture
def update(petition):
    return create_update(petition, title_en="A secret gathering", title_km="ការជួបជុំសម្ងាត់", body_en=BODY, body_km=BODY)


def sent(update, language="en"):
    """The mail as it goes over the wire, and whose it is."""
    signature = confirmed(update.petition, SOKHA._replace(language=language, wants_updates=True))
    mail.news(signature, update=update, line=Line())
    wire = outbox.outbox[-1].message().as_bytes()
    return email.message_from_bytes(wire, policy=email.policy.default), signature


def text_of(message, kind="plain"):
    return message.get_body((kind,)).get_content()


def seen(message):
    """What a phone shows of it that lies on a table."""
    html = re.sub(r"\s+", " ", re.sub(r"<title>.*?</title>|<[^>]*>", "", text_of(message, "html"), flags=re.DOTALL))
    return [message["Subject"], message["From"], text_of(message)[:PREVIEW], html[:PREVIEW]]


every_language = pytest.mark.parametrize("language", ["km", "en"])


@every_language
def test_nothing_that_a_locked_phone_shows_tells_what_it_is_about(update, language):
    message, _ = sent(update, language)
    assert [words for words in seen(message) if re.search("secret|សម្ងាត់|ញត្តិ|ហត្ថលេខា|petition|sign", words)] == []
    assert message["Subject"].endswith(f" · {SITE}")


@every_language
def test_update_stands_in_it_with_the_links_in_words(update, language):
    message, signature = sent(update, language)
    title = update.title_km if language == "km" else update.title_en
    own = f"https://{SITE}/{language}/s/{signature.token}/"
    links = [f"https://{SITE}/{language}/petitions/a-secret-matter/updates/news/", own, f"{own}unsubscribe/"]
    assert re.findall(r"^https://.*$", text_of(message), re.MULTILINE) == links
    assert title in text_of(message) and title in text_of(message, "html")
    assert [link for link in links if f'href="{link}"' in text_of(message, "html")] == links


def test_text_reads_well(update):
    text = text_of(sent(update)[0])
    lead = text.partition("* * *\n\n")[2].partition("\n\nRead on here:")[0]
    assert lead == (
        "A secret gathering\n\nWhere it stands now: the letter (https://example.org/letter), and\n\n- one\n- two\n\n"
        "What comes next\n\n<script>alert(1)</script> & more"
    )


def test_html_fetches_nothing_and_runs_nothing(update):
    html = text_of(sent(update)[0], "html")
    assert re.findall(r"<(?:img|link|script|style|iframe|form)|\bsrc=|url\(|@import", html) == []
    assert '<a href="https://example.org/letter">the letter</a>' in html
    assert "the square" not in html


def test_mail_program_can_unsubscribe_at_one_press(update, client):
    message, signature = sent(update)
    address = re.fullmatch(rf"<https://{SITE}(/en/s/.*/unsubscribe/)>", message["List-Unsubscribe"].strip())[1]
    assert message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    answer = client.post(address, {"List-Unsubscribe": "One-Click"}, headers={"Origin": "https://mail.example.com"})
    signature.refresh_from_db()
    assert (answer.status_code, signature.wants_updates) == (200, False)


@every_language
def test_headers_say_what_it_is_and_not_of_what(update, language):
    message, _ = sent(update, language)
    found = {name: message[name] for name in ("Auto-Submitted", "Content-Language", "Precedence", "List-Id")}
    assert found == {
        "Auto-Submitted": "auto-generated",
        "Content-Language": language,
        "Precedence": "bulk",
        "List-Id": f"<news.{SITE}>",
    }


def test_what_a_language_lacks_stands_in_the_other_and_says_so(petition):
    update = create_update(petition, title_km="", body_km="", body_en="Only **English**.", in_one_language=True)
    message, _ = sent(update, "km")
    assert '<div lang="en">' in text_of(message, "html")
    assert ("News news" in text_of(message), "Only English." in text_of(message)) == (True, True)
    assert message["Content-Language"] == "km"


def test_address_stands_in_to_alone_and_name_and_town_nowhere(update):
    message, _ = sent(update, "km")
    whole = f"{message.as_string()} {text_of(message)} {text_of(message, 'html')}"
    assert (message["To"], whole.count(SOKHA.email)) == (SOKHA.email, 1)
    assert [word for word in (SOKHA.name, SOKHA.city) if word in whole] == []


# -- the test to oneself -------------------------------------------------------------------------------------------


@every_language
def test_test_is_marked_as_one_and_its_links_open_nobodys_page(update, client, language):
    confirmed(update.petition, SOKHA)
    mail.news_test(update, language, address="chenda@example.org")
    [message] = outbox.outbox
    assert message.to == ["chenda@example.org"]
    assert message.subject.startswith({"km": "សាកល្បង", "en": "Test"}[language])
    own = re.findall(rf"https://{SITE}(/\w\w/s/.*)", message.body)
    assert [client.get(address).status_code for address in own] == [404, 404]


def test_test_is_sent_by_the_worker_to_the_account_as_it_is_then(update, postbox):
    chenda = create_staff("chenda")
    for address in ("", "chenda@example.org"):
        chenda.email = address
        chenda.save(update_fields=["email"])
        mail_sending.send_test(update_id=update.pk, user_id=chenda.pk, language="en")
    assert postbox.recipients == [["chenda@example.org"]]
