"""What a shared link shows, whichever page of a petition was shared."""

from html.parser import HTMLParser

import pytest

from tests.people import create_petition, create_update, signed
from tests.people import person as anybody

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def site_url(settings):
    settings.SITE_URL = "https://example.org"


LOCALES = {"km": "km_KH", "en": "en_US"}
PAGES = [
    "",
    "sign/",
    "sent/",
    "thanks/",
    "numbers/",
    "signatures/",
    "recipients/",
    "verify/",
    "updates/",
    "updates/news/",
]


class Metas(HTMLParser):
    def __init__(self, content):
        super().__init__()
        self.found = {}
        self.feed(content)

    def handle_starttag(self, tag, attributes):
        given = dict(attributes)
        if tag == "meta" and "content" in given:
            self.found[given.get("property") or given.get("name")] = given["content"].strip()


def metas(answer):
    return Metas(answer.content.decode()).found


@pytest.fixture
def petition():
    petition = create_petition()
    create_update(petition)
    return petition


@pytest.mark.parametrize("language", LOCALES)
@pytest.mark.parametrize("page", PAGES)
def test_every_page_of_a_petition_shows_its_picture(petition, client, language, page):
    found = metas(client.get(f"/{language}/petitions/peace/{page}"))
    other = "en" if language == "km" else "km"
    assert {name: found.get(name) for name in found if "image" in name or "locale" in name or "card" in name} == {
        "og:locale": LOCALES[language],
        "og:locale:alternate": LOCALES[other],
        "og:image": f"https://example.org/{language}/petitions/peace/share.png",
        "og:image:type": "image/png",
        "og:image:width": "1200",
        "og:image:height": "630",
        "og:image:alt": petition.title_km if language == "km" else petition.title_en,
        "twitter:card": "summary_large_image",
    }


@pytest.mark.parametrize("page", ["", "about/", "api/"])
def test_other_pages_have_none(petition, client, page):
    found = metas(client.get(f"/en/{page}"))
    assert (found.get("twitter:card"), "og:image" in found) == ("summary", False)


def test_thanks_page_shares_the_petition_itself(petition, client):
    answer = client.get("/en/petitions/peace/thanks/")
    found = metas(answer)
    assert (found["og:url"], found["og:title"], found["robots"]) == (
        "https://example.org/en/petitions/peace/",
        "One million signatures",
        "noindex",
    )


def test_signers_own_page_shows_nothing(petition, client):
    page = client.get(f"/en/s/{signed(petition, anybody(1)).token}/")
    assert [name for name in metas(page) if name and name.startswith(("og:", "twitter:"))] == []


def test_petitions_page_names_its_oembed(petition, client):
    page = " ".join(client.get("/en/petitions/peace/").content.decode().split())
    where = "https://example.org/api/oembed/?url=https%3A%2F%2Fexample.org%2Fen%2Fpetitions%2Fpeace%2F"
    assert f'<link rel="alternate" type="application/json+oembed" title="Peace now" href="{where}">' in page
