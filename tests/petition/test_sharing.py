"""The links of sharing(): where they lead, and what stands ready in them."""

from urllib.parse import parse_qs, urlsplit

import pytest
from django.utils import translation

from petition.sharing import sharing
from tests.people import create_petition

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def site_url(settings):
    settings.SITE_URL = "https://example.org"


WORDS = {
    "km": "«សន្តិភាព»៖ សូមអានញត្តិនេះ ហើយចុះហត្ថលេខា ប្រសិនបើអ្នកយល់ស្រប។",
    "en": "“Peace now”: please read this petition, and sign it if you agree.",
}


def shared(language, **fields):
    with translation.override(language):
        return sharing(create_petition(**fields))


def given(share, service):
    """Where a service's link leads, and what it hands over."""
    url = urlsplit(next(link.url for link in share.links if link.service == service))
    return f"{url.scheme}://{url.netloc}{url.path}", {name: values[0] for name, values in parse_qs(url.query).items()}


@pytest.mark.parametrize("language", ["km", "en"])
def test_each_service_is_handed_the_address_and_the_words_of_the_language(language):
    share = shared(language)
    address, words = f"https://example.org/{language}/petitions/peace/", WORDS[language]
    assert {link.service: given(share, link.service) for link in share.links if link.service != "mail"} == {
        "telegram": ("https://t.me/share/url", {"url": address, "text": words}),
        "facebook": ("https://www.facebook.com/sharer/sharer.php", {"u": address}),
        "messenger": ("fb-messenger://share/", {"link": address}),
        "whatsapp": ("https://wa.me/", {"text": f"{words}\n{address}"}),
        "line": ("https://social-plugins.line.me/lineit/share", {"url": address, "text": words}),
        "x": ("https://x.com/intent/post", {"url": address, "text": words}),
    }


@pytest.mark.parametrize(("language", "greeting"), [("km", "ជម្រាបសួរ"), ("en", "Hello,")])
def test_mail_has_a_subject_and_lines_as_mail_parts_them(language, greeting):
    share = shared(language)
    where, mail = given(share, "mail")
    lines = mail["body"].split("\r\n")
    assert (where, mail["subject"]) == ("mailto://", share.title)
    assert lines[:5:2] == [greeting, WORDS[language], f"https://example.org/{language}/petitions/peace/"]
    assert "\n" not in "".join(lines)


def test_title_of_any_letters_stays_one_argument():
    share = shared("en", short_title_en="Peace & justice? 100 % #now + “more”")
    assert given(share, "telegram")[1]["text"].startswith("“Peace & justice? 100 % #now + “more””: ")


@pytest.mark.parametrize("state", ["paused", "closed"])
def test_nobody_is_asked_to_sign_what_can_not_be_signed(state):
    assert shared("en", state=state).words == "“Peace now”: please read this petition."


def test_telegram_comes_first():
    assert shared("km").first.name == "Telegram"
