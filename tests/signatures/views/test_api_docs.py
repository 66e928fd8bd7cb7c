"""The page on the public data says what the public data are, in both languages."""

import json
import re

import pytest

from signatures.delivery.models import Delivery
from signatures.views.api_docs import EXAMPLE
from tests.people import confirmed, create_petition, person

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def site_url(settings):
    settings.SITE_URL = "https://example.org"


LANGUAGES = ["km", "en"]


def docs(client, language):
    return client.get(f"/{language}/api/").content.decode()


def names(data):
    """The names of all fields of an answer, but countries and days, which are data themselves."""
    for name, value in data.items():
        yield name
        rows = value if isinstance(value, list) else [value]
        for row in rows:
            if isinstance(row, dict) and name not in ("by_country", "by_day", "by_origin"):
                yield from names(row)


@pytest.fixture
def answer(client):
    petition = create_petition()
    confirmed(petition, person(1))
    Delivery.objects.create(petition=petition, ordinal=1, planned_on="2026-10-23", state="planned")
    return client.get("/api/petitions/peace.json").json()


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_field_of_the_answer_is_explained(client, answer, language):
    page = docs(client, language)
    assert [name for name in names(answer) if f"<code>{name}</code>" not in page] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_field_of_the_example_is_explained(client, language):
    page = docs(client, language)
    assert [name for name in names(EXAMPLE) if f"<code>{name}</code>" not in page] == []


def test_example_has_every_field_of_the_answer(answer):
    assert set(names(answer)) - set(names(EXAMPLE)) == set()


def test_example_adds_up():
    integrity = EXAMPLE["integrity"]
    sums = [sum(EXAMPLE["by_country"].values()), sum(EXAMPLE["by_day"].values()), integrity["confirmed"]]
    assert {*sums, sum(integrity["by_origin"].values())} == {EXAMPLE["count"]}
    parts = ("confirmed", "held", "withdrawn")
    assert integrity["received"] == sum(integrity[name] for name in parts)


@pytest.mark.parametrize("language", LANGUAGES)
def test_example_is_json(client, language):
    shown = re.search(r"<pre tabindex[^>]*><code>(.*?)</code></pre>", docs(client, language), re.DOTALL)[1]
    assert json.loads(shown.replace("&quot;", '"')) == EXAMPLE


def test_both_languages_have_the_same_parts(client):
    outlines = [re.findall(r"<(h1|h2|h3|dt|pre|dd|li|p)\b", docs(client, language)) for language in LANGUAGES]
    assert outlines[0] == outlines[1]


@pytest.mark.parametrize("language", LANGUAGES)
def test_snippet_and_links_lead_to_a_petition_that_is_there(client, answer, language):
    page = docs(client, language)
    snippet = f'&lt;iframe src="https://example.org/{language}/petitions/peace/embed/" width="100%" height="280"'
    assert snippet in page
    assert 'href="https://example.org/api/petitions/peace.json"' in page


@pytest.mark.parametrize("language", LANGUAGES)
def test_it_stands_where_there_is_no_petition(client, django_assert_num_queries, language):
    from petition.models import Petition

    Petition.objects.all().delete()
    with django_assert_num_queries(1):
        assert "clean-water" in docs(client, language)
