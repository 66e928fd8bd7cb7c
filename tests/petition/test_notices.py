"""The notices: the same in both languages, and what they say of days and numbers is what the code does."""

from __future__ import annotations

import datetime
import re
from html.parser import HTMLParser

import pytest
from django.urls import reverse
from django.utils import timezone, translation

from petition import khmer
from signatures import queries, retention
from signatures.choices import Visibility
from signatures.models import RetentionPolicy
from tests.people import PENDING_DAYS

pytestmark = pytest.mark.django_db

LANGUAGES = ("km", "en")
NOTICES = ("privacy", "accessibility", "about")
OUTLINE = {"h1", "h2", "h3", "li", "dt", "dd", "p", "strong"}

every_notice = pytest.mark.parametrize("name", NOTICES)
every_language = pytest.mark.parametrize("language", LANGUAGES)


class Article(HTMLParser):
    """What stands in the page's article: its outline, its text outside of words in another language, ids and links."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.outline: list[str] = []
        self.text = ""
        self.ids: set[str] = set()
        self.links: list[str] = []
        self._foreign = 0
        self.feed(page.partition('<article class="notice">')[2].partition("</article>")[0])

    def handle_starttag(self, tag, attributes):
        given = dict(attributes)
        self.ids |= {given["id"]} if "id" in given else set()
        if tag in OUTLINE:
            self.outline.append(f"{tag}#{given['id']}" if "id" in given else tag)
        self.links += [given["href"]] if tag == "a" else []
        if self._foreign or "lang" in given:
            self._foreign += 1

    def handle_endtag(self, tag):
        self._foreign = max(self._foreign - 1, 0)

    def handle_data(self, data):
        if not self._foreign:
            self.text += data


@pytest.fixture
def read(client):
    def read(name: str, language: str) -> Article:
        with translation.override(language):
            address = reverse(name)
        answer = client.get(address)
        assert answer.status_code == 200
        return Article(answer.content.decode())

    return read


@every_notice
def test_both_languages_have_the_same_outline(read, name):
    assert read(name, "km").outline == read(name, "en").outline


@every_notice
@every_language
def test_notice_has_one_title_and_headings_in_order(read, name, language):
    levels = [int(tag[1]) for tag in read(name, language).outline if re.match(r"h\d", tag)]
    assert levels.count(1) == 1
    assert all(following - level <= 1 for level, following in zip(levels, levels[1:], strict=False))


@every_notice
@every_language
def test_links_within_a_notice_lead_somewhere(read, name, language):
    article = read(name, language)
    within = [link for link in article.links if not link.startswith("mailto:")]
    assert [link for link in within if link[1:] not in article.ids] == []


@every_notice
def test_english_holds_no_khmer_and_khmer_no_latin_digit(read, name):
    assert re.findall("[\u1780-\u17ff]+", read(name, "en").text) == []
    khmer_text = read(name, "km").text.replace("WCAG 2.2", "")
    assert re.findall("[0-9\u200b]+", khmer_text) == []


@pytest.mark.django_db
@every_language
def test_days_and_numbers_of_the_privacy_notice_are_those_of_the_code(read, language):
    terms = retention.terms()
    true = {term.days for term in terms} | {queries.REMINDER_DAYS, queries.SMALL_COUNTRY}
    digits, write = (r"\d+", str) if language == "en" else ("[០-៩]+", khmer.number)
    assert set(re.findall(digits, read("privacy", language).text)) == {write(n) for n in true}


@pytest.mark.django_db
@every_language
def test_privacy_notice_tells_each_time_of_keeping_and_what_is_to_come(read, language):
    later = timezone.localdate() + datetime.timedelta(days=40)
    coming = RetentionPolicy.objects.create(
        kind="addresses", days=99, since=later, note_km="សម្គាល់ថ្មី។", note_en="A new note."
    )
    with translation.override(language):
        said = [(term.label, term.note) for term in retention.terms()]
        note = coming.note
    text = " ".join(read("privacy", language).text.split())
    assert [words for pair in said for words in pair if words not in text] == []
    assert (note in text, ("99" if language == "en" else "៩៩") in text) == (True, True)


@every_language
def test_link_lives_as_long_as_the_accessibility_notice_says(read, language):
    days = khmer.number(PENDING_DAYS) if language == "km" else str(PENDING_DAYS)
    assert days in re.findall("[0-9០-៩]+", read("accessibility", language).text)


@every_language
def test_advice_names_the_answer_as_the_form_does(read, language):
    with translation.override(language):
        answer = str(Visibility.COUNT.label)
    assert read("privacy", language).text.count(answer) == 3


@every_language
def test_form_can_point_at_what_to_read_before_signing(read, language):
    assert "before" in read("privacy", language).ids


@pytest.mark.parametrize(("url", "is_trial"), [("", True), ("smtp://mail.example.org", False)])
@every_language
def test_a_site_that_sends_no_mail_says_so(read, settings, url, is_trial, language):
    settings.EMAIL_URL = url
    words = {"km": "គេហទំព័រនេះជាការសាកល្បង", "en": "This site is a trial"}
    assert (words[language] in read("privacy", language).text) is is_trial


@every_notice
@every_language
def test_address_to_write_to_is_shown_where_there_is_one(read, settings, name, language):
    settings.CONTACT_EMAIL = ""
    assert [link for link in read(name, language).links if link.startswith("mailto:")] == []
    settings.CONTACT_EMAIL = "us@example.org"
    article = read(name, language)
    assert [link for link in article.links if link.startswith("mailto:")] == ["mailto:us@example.org"]
    assert "us@example.org" in article.text
