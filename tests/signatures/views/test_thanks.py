"""After signing: the count with the signer in it, how far the next milestone is, and the petition to pass on."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.pages import Page
from tests.people import confirmed, create_petition, person

pytestmark = pytest.mark.django_db


def thanks(client, language="en"):
    return Page(client.get(f"/{language}/petitions/peace/thanks/"))


@pytest.mark.parametrize(
    ("language", "words"), [("km", "នៅខ្វះហត្ថលេខាចំនួន៩៨ទៀត នឹងគ្រប់១០០។"), ("en", "98 more until 100.")]
)
def test_next_milestone_is_told(client, language, words):
    petition = create_petition()
    for number in range(2):
        confirmed(petition, person(number))
    assert words in thanks(client, language).words


def test_goal_is_the_last_milestone(client):
    confirmed(create_petition(goal=5), person(1))
    assert "4 more until 5." in thanks(client).words


def test_goal_that_is_reached_is_said_so(client):
    confirmed(create_petition(goal=1), person(1))
    words = thanks(client).words
    assert ("The goal is reached" in words, "more until" in words) == (True, False)


def test_links_name_the_petition_and_no_token(client):
    create_petition()
    here_and_away = ("/", "#", "https://www.google.com/")  # the last is the quick way out
    links = [href for href, _ in thanks(client).links if not href.startswith(here_and_away)]
    assert len(links) == 8  # each service, and the first one twice
    assert [href for href in links if "petitions%2Fpeace%2F" not in href or "%2Fs%2F" in href] == []


def test_it_asks_twice_however_many_have_signed(client):
    petition = create_petition()

    def ask():
        with CaptureQueriesContext(connection) as queries:
            thanks(client)
        return len(queries)

    none = ask()
    for number in range(3):
        confirmed(petition, person(number))
    assert (none, ask()) == (2, 2)


def test_it_is_compressed_for_a_slow_line(client):
    create_petition()
    answer = client.get("/km/petitions/peace/thanks/", headers={"Accept-Encoding": "gzip"})
    assert answer["Content-Encoding"] == "gzip"
    assert len(answer.content) < 8000
