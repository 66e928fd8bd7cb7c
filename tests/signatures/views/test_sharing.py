"""What other sites show of a petition: the picture, the frame, and oEmbed."""

import io
from xml.etree import ElementTree

import pytest
from django.contrib.staticfiles import finders
from django.db import connection
from django.test.utils import CaptureQueriesContext
from PIL import Image

from tests.pages import Page
from tests.people import DARA, MARIE, SOKHA, confirmed, create_petition

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def site_url(settings):
    settings.SITE_URL = "https://example.org"


LANGUAGES = ["km", "en"]
OEMBED = "/api/oembed/"


@pytest.fixture
def petition():
    return create_petition(title_en='Peace <now> & "here"')


def policy(answer):
    parts = answer.headers["Content-Security-Policy"].split(";")
    return dict(part.strip().split(" ", 1) for part in parts)


# -- the picture ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", LANGUAGES)
def test_picture_is_a_png_of_its_size(petition, client, language):
    answer = client.get(f"/{language}/petitions/peace/share.png")
    with Image.open(io.BytesIO(answer.content)) as image:
        assert (answer.headers["Content-Type"], image.format, image.size) == ("image/png", "PNG", (1200, 630))


def test_picture_is_kept_for_five_minutes(petition, client):
    assert client.get("/en/petitions/peace/share.png").headers["Cache-Control"].startswith("public, max-age=300,")


def test_picture_counts_the_signatures(petition, client):
    before = client.get("/en/petitions/peace/share.png").content
    confirmed(petition, SOKHA)
    assert client.get("/en/petitions/peace/share.png").content != before


@pytest.mark.parametrize("page", ["share.png", "embed/"])
@pytest.mark.parametrize("slug", ["draft", "nowhere"])
def test_draft_and_unknown_petition_are_not_found(client, page, slug):
    create_petition("draft", state="draft")
    assert client.get(f"/en/petitions/{slug}/{page}").status_code == 404


# -- the frame -----------------------------------------------------------------------------------------------------


def test_frame_may_stand_on_any_site(petition, client):
    answer = client.get("/en/petitions/peace/embed/")
    assert (policy(answer)["frame-ancestors"], "X-Frame-Options" in answer.headers) == ("*", False)


def test_frame_keeps_its_leave_in_the_page_cache(petition, client, settings):
    settings.PAGE_CACHE_SECONDS = 5
    answers = [client.get("/en/petitions/peace/embed/") for _ in range(2)]
    assert [(policy(answer)["frame-ancestors"], "X-Frame-Options" in answer.headers) for answer in answers] == [
        ("*", False)
    ] * 2


def test_frame_gets_no_other_leave(petition, client):
    frame, page = (policy(client.get(f"/en/petitions/peace/{name}")) for name in ("embed/", ""))
    assert frame | {"frame-ancestors": "'none'"} == page


@pytest.mark.parametrize("page", ["", "sign/", "sent/", "thanks/", "signatures/", "recipients/", "updates/"])
def test_no_other_page_may_be_framed(petition, client, page):
    answer = client.get(f"/en/petitions/peace/{page}")
    assert (policy(answer)["frame-ancestors"], answer.headers["X-Frame-Options"]) == ("'none'", "DENY")


@pytest.mark.parametrize(("language", "words"), [("km", "៣ នាក់បានចុះហត្ថលេខា"), ("en", "3 people have signed")])
def test_frame_shows_the_count_and_leads_to_the_petition_in_a_tab_of_its_own(petition, client, language, words):
    for who in (SOKHA, DARA, MARIE):
        confirmed(petition, who)
    answer = client.get(f"/{language}/petitions/peace/embed/")
    page = Page(answer)
    there = f"https://example.org/{language}/petitions/peace/"
    assert (page.lang, words in page.words, page.head["canonical"]) == (language, True, there)
    assert [href for href, _ in page.links] == [there]
    content = answer.content.decode()
    assert ('target="_blank"' in content, 'rel="noopener"' in content) == (True, True)
    assert '<meta name="robots" content="noindex">' in content


@pytest.mark.parametrize("state", ["paused", "closed"])
def test_frame_does_not_ask_to_sign_what_can_not_be_signed(client, state):
    create_petition(state=state)
    page = Page(client.get("/en/petitions/peace/embed/"))
    assert [words.strip() for _, words in page.links] == ["Read the petition"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_frame_is_light_and_runs_nothing(petition, client, language):
    answer = client.get(f"/{language}/petitions/peace/embed/")
    with open(finders.find("css/embed.css"), "rb") as css:
        assert len(answer.content) + len(css.read()) < 15_000
    assert b"<script" not in answer.content
    assert b"site.css" not in answer.content


# -- oEmbed --------------------------------------------------------------------------------------------------------


def ask(client, **arguments):
    return client.get(OEMBED, {"url": "https://example.org/en/petitions/peace/"} | arguments)


@pytest.mark.parametrize(("language", "title"), [("km", "ហត្ថលេខាមួយលាន"), ("en", 'Peace <now> & "here"')])
def test_address_of_a_petition_becomes_its_frame(petition, client, language, title):
    answer = ask(client, url=f"https://example.org/{language}/petitions/peace/", format="json").json()
    html = answer.pop("html")
    organiser = petition.organiser_km if language == "km" else petition.organiser_en
    assert answer == {
        "version": "1.0",
        "type": "rich",
        "title": title,
        "author_name": organiser,
        "provider_name": "Hatthalekha",
        "provider_url": f"https://example.org/{language}/",
        "cache_age": 86400,
        "width": 480,
        "height": 280,
    }
    # Well-formed, whatever the title's letters: an attribute that is no XML comes from the title alone.
    frame = ElementTree.fromstring(html.replace("></iframe>", "/>"))
    assert (frame.tag, frame.get("src"), frame.get("title"), frame.get("width"), frame.get("height")) == (
        "iframe",
        f"https://example.org/{language}/petitions/peace/embed/",
        title,
        "480",
        "280",
    )


@pytest.mark.parametrize(
    "url",
    [
        "http://example.org/en/petitions/peace/",
        "https://example.org/en/petitions/peace/embed/",
        "https://example.org/en/petitions/peace/?fbclid=1#sign",
    ],
)
def test_address_is_known_whatever_stands_around_it(petition, client, url):
    assert ask(client, url=url).status_code == 200


@pytest.mark.parametrize(
    "url",
    [
        "",
        "peace",
        "https://elsewhere.example/en/petitions/peace/",
        "https://example.org.elsewhere.example/en/petitions/peace/",
        "https://example.org@elsewhere.example/en/petitions/peace/",
        "javascript://example.org/en/petitions/peace/",
        "https://example.org/en/petitions/nowhere/",
        "https://example.org/en/petitions/draft/",
        "https://example.org/fr/petitions/peace/",
        "https://example.org/en/petitions/peace/thanks/",
        "https://example.org/en/s/peace/",
        "https://[example.org/en/petitions/peace/",
        "https://example.org/en/petitions/peace/\x00",
    ],
)
def test_any_other_address_is_not_found(petition, client, url):
    create_petition("draft", state="draft")
    assert ask(client, url=url).status_code == 404


def test_no_address_is_not_found(client):
    assert client.get(OEMBED).status_code == 404


@pytest.mark.parametrize(
    ("asked", "size"),
    [
        ({"maxwidth": "300"}, (300, 280)),
        ({"maxheight": "200"}, (480, 200)),
        ({"maxwidth": "2000", "maxheight": "2000"}, (480, 280)),
    ],
)
def test_frame_is_no_larger_than_asked_for(petition, client, asked, size):
    answer = ask(client, **asked).json()
    assert (answer["width"], answer["height"]) == size
    assert f'width="{size[0]}" height="{size[1]}"' in answer["html"]


@pytest.mark.parametrize("name", ["maxwidth", "maxheight"])
@pytest.mark.parametrize("size", ["", "0", "-1", "1.5", "x", "٣٠٠", "៣០០", "1000000", '1"'])
def test_size_that_is_none_is_a_bad_request(petition, client, name, size):
    assert ask(client, **{name: size}).status_code == 400


@pytest.mark.parametrize("form", ["xml", "", "JSON"])
def test_other_formats_are_not_implemented(petition, client, form):
    assert ask(client, format=form).status_code == 501


def test_other_sites_may_read_it(petition, client):
    answer = ask(client)
    assert (answer.headers["Access-Control-Allow-Origin"], answer.headers["Content-Type"]) == ("*", "application/json")


def test_it_is_asked_for_in_one_query(petition, client):
    with CaptureQueriesContext(connection) as queries:
        ask(client)
    assert len(queries) == 1
