import datetime
from xml.etree import ElementTree

import pytest

from tests.pages import Page
from tests.people import create_petition, create_tag, create_update

pytestmark = pytest.mark.django_db

LANGUAGES = ["km", "en"]
ATOM = {"a": "http://www.w3.org/2005/Atom"}


@pytest.fixture
def petition():
    return create_petition()


def address(page="", lang="en", slug="peace"):
    return f"/{lang}/petitions/{slug}/updates/{page}"


def fill(petition, number):
    return [
        create_update(petition, f"day-{n}", published_on=datetime.date(2018, 1, 1) + datetime.timedelta(days=n))
        for n in range(number)
    ]


def listed(client, where):
    language = where[:4]
    links = [href for href, _ in Page(client.get(where)).links if href.startswith(language) and "/updates/day-" in href]
    return [href.split("/")[-2] for href in dict.fromkeys(links)]


# -- the list ------------------------------------------------------------------------------------------------------


def test_newest_stand_first(petition, client):
    fill(petition, 3)
    assert listed(client, address()) == ["day-2", "day-1", "day-0"]


def test_ten_stand_on_a_page_and_the_next_goes_on(petition, client):
    fill(petition, 11)
    assert listed(client, address()) == [f"day-{n}" for n in range(10, 0, -1)]
    assert listed(client, address("?page=2")) == ["day-0"]


def test_pages_link_to_each_other(petition, client):
    fill(petition, 21)
    links = [href for href, _ in Page(client.get(address("?page=2"))).links]
    assert (address("?page=1") in links, address("?page=3") in links) == (True, True)


@pytest.mark.parametrize("page", ["0", "-1", "2", "x", "", "1.5", "១", "9" * 5000, "%00", "01"])
def test_page_that_is_none_is_not_found(petition, client, page):
    assert client.get(address(f"?page={page}")).status_code == 404


@pytest.mark.parametrize(("lang", "title", "lead", "rest"), [
    ("km", "ដំណឹង news", "សង្ខេប", "សេចក្តីលម្អិត"),
    ("en", "News news", "The lead.", "The rest."),
])  # fmt: skip
def test_list_shows_the_lead_in_the_pages_language_and_leads_on(petition, client, lang, title, lead, rest):
    create_update(petition)
    page = Page(client.get(address(lang=lang)))
    assert (title in page.words, lead in page.words, rest in page.words) == (True, True, False)
    assert address("news/", lang) in [href for href, _ in page.links]


def test_petition_without_news_has_an_empty_list(petition, client):
    assert "There is no update yet." in client.get(address()).content.decode()


def test_news_of_another_petition_are_not_listed(petition, client):
    fill(create_petition("water"), 1)
    assert listed(client, address()) == []


# -- one -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("lang", "texts"), [
    ("km", ["ដំណឹង news", "សង្ខេប", "សេចក្តីលម្អិត", "ថ្ងៃទី២ ខែវិច្ឆិកា ឆ្នាំ២០១៧"]),
    ("en", ["News news", "The lead.", "The rest.", "2 November 2017", "Sok Chan"]),
])  # fmt: skip
def test_whole_update_is_shown(petition, client, lang, texts):
    create_update(petition, byline="Sok Chan").tags.add(create_tag())
    page = Page(client.get(address("news/", lang)))
    assert [text for text in texts if text not in page.words] == []
    assert address("tags/delivery/", lang) in [href for href, _ in page.links]


def test_neighbours_are_the_older_and_the_newer(petition, client):
    fill(petition, 4)
    create_update(petition, "day-draft", published_on=datetime.date(2018, 1, 2), is_published=False)
    assert listed(client, address("day-1/")) == ["day-2", "day-0"]


def test_neighbours_of_one_day_are_told_apart(petition, client):
    for n in range(3):
        create_update(petition, f"day-{n}")
    assert listed(client, address("day-1/")) == ["day-2", "day-0"]


def test_organisers_markdown_is_shown_as_html_that_does_nothing(petition, client):
    create_update(
        petition, body_en="## Title\n\n**bold** <script>alert(1)</script> [x](javascript:alert(1)) ![p](http://e/p.png)"
    )
    content = client.get(address("news/")).content.decode()
    assert "<strong>bold</strong>" in content
    assert [part for part in ("<script>alert", 'href="javascript', "<img") if part in content] == []


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("page", ["hidden/", "nowhere/", "tags/nowhere/"])
def test_what_is_not_published_is_not_found(petition, client, page, lang):
    create_update(petition, "hidden", is_published=False)
    answer = client.get(address(page, lang))
    assert (answer.status_code, Page(answer).lang) == (404, lang)


@pytest.mark.parametrize("page", ["", "news/", "tags/delivery/", "feed/"])
def test_news_of_a_draft_are_not_found(client, page):
    create_update(create_petition("draft", state="draft")).tags.add(create_tag())
    assert client.get(address(page, slug="draft")).status_code == 404


def test_update_stands_under_its_own_petition_alone(petition, client):
    create_update(create_petition("water"))
    assert client.get(address("news/")).status_code == 404


# -- by tag --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("lang", "name"), [("km", "ការប្រគល់ជូន"), ("en", "Delivery")])
def test_tag_lists_its_own(petition, client, lang, name):
    tagged, _ = fill(petition, 2)
    tagged.tags.add(create_tag())
    where = address("tags/delivery/", lang)
    assert (listed(client, where), name in Page(client.get(where)).words) == (["day-0"], True)


# -- the feed ------------------------------------------------------------------------------------------------------


def feed(client, lang="en"):
    answer = client.get(address("feed/", lang))
    return answer, ElementTree.fromstring(answer.content)


@pytest.mark.parametrize(("lang", "title", "author", "entry"), [
    ("km", "សន្តិភាព", "គណៈកម្មាធិការ", "ដំណឹង news"),
    ("en", "Peace now", "The committee", "News news"),
])  # fmt: skip
def test_feed_is_atom_in_its_language(petition, client, settings, lang, title, author, entry):
    create_update(petition).tags.add(create_tag())
    answer, root = feed(client, lang)
    assert answer.headers["Content-Type"] == "application/atom+xml; charset=utf-8"
    assert root.get("{http://www.w3.org/XML/1998/namespace}lang") == lang
    assert [root.find(name, ATOM).text for name in ("a:title", "a:author/a:name", "a:entry/a:title")] == [
        title,
        author,
        entry,
    ]
    links = {link.get("rel"): link.get("href") for link in root.findall("a:link", ATOM)}
    assert links == {
        "alternate": settings.SITE_URL + address(lang=lang),
        "self": settings.SITE_URL + address("feed/", lang),
    }
    found = root.find("a:entry", ATOM)
    assert found.find("a:id", ATOM).text == settings.SITE_URL + address("news/", lang)
    assert found.find("a:published", ATOM).text == "2017-11-02T12:00:00+07:00"
    assert [tag.get("term") for tag in found.findall("a:category", ATOM)] == [
        {"km": "ការប្រគល់ជូន", "en": "Delivery"}[lang]
    ]


def test_feed_holds_the_whole_text_and_the_byline(petition, client):
    create_update(petition, byline="Sok Chan")
    entry = feed(client)[1].find("a:entry", ATOM)
    assert entry.find("a:summary", ATOM).text.split() == ["<p>The", "lead.</p>", "<p>The", "rest.</p>"]
    assert entry.find("a:author/a:name", ATOM).text == "Sok Chan"


def test_feed_holds_the_twenty_newest_that_are_published(petition, client):
    fill(petition, 22)
    create_update(petition, "hidden", is_published=False)
    entries = feed(client)[1].findall("a:entry", ATOM)
    assert [entry.find("a:id", ATOM).text.split("/")[-2] for entry in entries] == [f"day-{n}" for n in range(21, 1, -1)]


def test_petition_without_news_has_an_empty_feed(petition, client):
    answer, root = feed(client)
    assert (answer.status_code, root.findall("a:entry", ATOM)) == (200, [])
