"""The updates as Atom, parsed as a feed reader does."""

import datetime
from xml.etree import ElementTree

import pytest

from petition.models import Petition, Tag
from tests.pages import Page
from tests.people import create_petition, create_picture, create_tag, create_update

pytestmark = pytest.mark.django_db

ATOM = {"a": "http://www.w3.org/2005/Atom"}
LANG = "{http://www.w3.org/XML/1998/namespace}lang"


@pytest.fixture
def petition():
    return create_petition()


def address(page="", lang="en", slug="peace"):
    return f"/{lang}/petitions/{slug}/updates/{page}"


def fill(petition, number):
    for n in range(number):
        create_update(petition, f"day-{n}", published_on=datetime.date(2018, 1, 1) + datetime.timedelta(days=n))


def feed(client, lang="en", page="feed/"):
    answer = client.get(address(page, lang))
    return answer, ElementTree.fromstring(answer.content)


@pytest.mark.parametrize("letter", ["\x0b", "\x1f", "\ufffe", "\U0001f30a"])
def test_what_was_pasted_with_letters_that_xml_has_not_is_read_all_the_same(petition, client, letter):
    Petition.objects.update(short_title_en=f"Peace{letter}", organiser_en=f"We{letter}")
    update = create_update(petition, title_en=f"A{letter}title", body_en=f"The{letter} lead.", byline=f"Sok{letter}")
    update.tags.add(Tag.objects.create(slug="delivery", name_km="ក", name_en=f"Tag{letter}"))
    _answer, root = feed(client, page="tags/delivery/feed/")
    assert root.find("a:entry/a:title", ATOM).text.replace(letter, "") == "Atitle"
    assert "lead." in root.find("a:entry/a:content", ATOM).text


@pytest.mark.parametrize(("lang", "title", "author", "entry"), [
    ("km", "សន្តិភាព", "គណៈកម្មាធិការ", "ដំណឹង news"),
    ("en", "Peace now", "The committee", "News news"),
])  # fmt: skip
def test_feed_is_atom_in_its_language(petition, client, settings, lang, title, author, entry):
    create_update(petition).tags.add(create_tag())
    answer, root = feed(client, lang)
    assert answer.headers["Content-Type"] == "application/atom+xml; charset=utf-8"
    assert root.get(LANG) == lang
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
    assert entry.find("a:summary", ATOM).text == "<p>The lead.</p>\n"
    assert entry.find("a:content", ATOM).text == "<p>The lead.</p>\n<p>The rest.</p>\n"
    assert entry.find("a:content", ATOM).get("type") == "html"
    assert entry.find("a:author/a:name", ATOM).text == "Sok Chan"


def test_feed_holds_the_twenty_newest_that_are_published(petition, client):
    fill(petition, 22)
    create_update(petition, "hidden", is_published=False)
    entries = feed(client)[1].findall("a:entry", ATOM)
    assert [entry.find("a:id", ATOM).text.split("/")[-2] for entry in entries] == [f"day-{n}" for n in range(21, 1, -1)]


def test_petition_without_news_has_an_empty_feed(petition, client):
    answer, root = feed(client)
    assert (answer.status_code, root.findall("a:entry", ATOM)) == (200, [])


def test_links_and_pictures_are_absolute(petition, client, settings):
    update = create_update(petition, body_en="[here](/en/about/) [below](#more)\n\n![](1)", body_km="ក")
    small, large = create_picture(update).files.values()
    content = feed(client)[1].find("a:entry/a:content", ATOM).text
    assert f'href="{settings.SITE_URL}/en/about/"' in content
    assert f'href="{settings.SITE_URL}{address("news/")}#more"' in content
    media = f"{settings.SITE_URL}/media/"
    assert f'src="{media}{small}" srcset="{media}{small} 800w, {media}{large} 1200w"' in content


def test_entry_says_in_which_language_it_is(petition, client):
    create_update(petition, "both")
    create_update(petition, "one", title_en="", body_en="", in_one_language=True)
    root = feed(client)[1]
    entries = {entry.find("a:title", ATOM).text: entry.get(LANG) for entry in root.findall("a:entry", ATOM)}
    assert entries == {"ដំណឹង one": "km", "News both": "en"}


EDITED = datetime.datetime(2020, 5, 1, 3, 0, tzinfo=datetime.UTC)


@pytest.mark.parametrize(
    ("fields", "updated"),
    [
        ({}, "2017-11-02T12:00:00+07:00"),
        ({"edited_at": EDITED}, "2020-05-01T03:00:00+00:00"),
        ({"publish_at": EDITED}, "2020-05-01T03:00:00+00:00"),
    ],
)
def test_entry_and_feed_say_when_they_last_changed(petition, client, fields, updated):
    create_update(petition, **fields)
    root = feed(client)[1]
    found = [root.find(name, ATOM).text for name in ("a:entry/a:published", "a:entry/a:updated", "a:updated")]
    assert found == ["2017-11-02T12:00:00+07:00", updated, updated]


def test_tag_has_a_feed_of_its_own(petition, client, settings):
    fill(petition, 2)
    petition.updates.get(slug="day-0").tags.add(create_tag())
    root = feed(client, page="tags/delivery/feed/")[1]
    assert root.find("a:title", ATOM).text == "Peace now: updates tagged “Delivery”"
    assert [entry.find("a:title", ATOM).text for entry in root.findall("a:entry", ATOM)] == ["News day-0"]
    links = {link.get("rel"): link.get("href") for link in root.findall("a:link", ATOM)}
    assert links == {
        "alternate": settings.SITE_URL + address("tags/delivery/"),
        "self": settings.SITE_URL + address("tags/delivery/feed/"),
    }


@pytest.mark.parametrize(
    ("page", "where"),
    [("", "feed/"), ("tags/delivery/", "tags/delivery/feed/"), ("news/", "feed/")],
)
def test_page_leads_feed_readers_to_its_feed(petition, client, page, where):
    create_update(petition).tags.add(create_tag())
    content = client.get(address(page)).content.decode()
    link = content[content.index("application/atom+xml") :]
    assert f'href="{address(where)}"' in link[: link.index(">")]
    assert page == "news/" or address(where) in [href for href, _ in Page(client.get(address(page))).links]


@pytest.mark.parametrize("page", ["tags/nowhere/feed/", "tags/delivery/feed"])
def test_feed_of_no_tag_is_not_found(petition, client, page):
    create_tag()
    assert client.get(address(page), follow=True).status_code == (404 if "nowhere" in page else 200)
