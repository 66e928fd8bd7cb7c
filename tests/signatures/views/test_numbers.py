import datetime
import gzip
import re

import pytest
from django.utils import timezone

from petition import countries
from signatures import world
from signatures.models import CountByCountry, CountByDay, CountByState, Signature
from tests.pages import Page
from tests.people import DARA, SOKHA, confirmed, create_petition, held, person, signed, withdrawn

pytestmark = pytest.mark.django_db

HERE = "/en/petitions/peace/numbers/"
TODAY = timezone.localdate()


@pytest.fixture
def petition():
    return create_petition()


def crowd(petition, **numbers):
    """So many confirmed signers in each country; the n-th of each signed n days ago."""
    Signature.objects.bulk_create(
        Signature(
            petition=petition,
            state="confirmed",
            confirmed_on=TODAY - datetime.timedelta(days=n),
            signed_on=TODAY - datetime.timedelta(days=n),
            country=country,
            language="km",
            origin="paper",
            visibility="count",
            sealed_identity=b"x",
            name_hash=b"n",
        )
        for country, number in numbers.items()
        for n in range(number)
    )


def tables(answer):
    """The rows of each table, as the words of their cells."""
    html = answer.content.decode()
    return [
        [
            [" ".join(re.sub("<[^>]+>", " ", cell).split()) for cell in re.findall(r"<t[hd][ >].*?</t[hd]>", row, re.S)]
            for row in re.findall(r"<tr>.*?</tr>", table, re.S)
        ]
        for table in re.findall(r"<table>.*?</table>", html, re.S)
    ]


def pictures(answer):
    """The accessible name of each."""
    return re.findall(r'role="img"\s+aria-label="([^"]+)"', answer.content.decode())


def figures(answer):
    found = re.findall(r"<dt>(.*?)</dt>\s*<dd><strong>(.*?)</strong>", answer.content.decode(), re.S)
    return {name: n for name, n in found}


# -- nobody, one, nine ---------------------------------------------------------------------------------------------


def test_petition_nobody_has_signed_invites_to_be_the_first(petition, client):
    answer = client.get(HERE)
    page = Page(answer)
    assert ("Nobody has signed and confirmed yet." in page.words, "/en/petitions/peace/sign/" in dict(page.links)) == (
        True,
        True,
    )
    assert (tables(answer), pictures(answer), figures(answer)) == ([], [], {})


def test_closed_petition_invites_nobody(client):
    create_petition(state="closed")
    page = Page(client.get(HERE))
    assert "/en/petitions/peace/sign/" not in dict(page.links)


def test_what_waits_changes_nothing_on_the_page(petition, client):
    before = client.get(HERE).content
    signed(petition, SOKHA)
    assert client.get(HERE).content == before


def test_one_signature_is_no_picture(petition, client):
    confirmed(petition, SOKHA)
    answer = client.get(HERE)
    assert "1 person has signed" in Page(answer).words
    assert pictures(answer) == []
    day = f"{TODAY.day} {TODAY:%B %Y}"
    assert tables(answer) == [
        [["Country", "Signatures"], ["All countries together", "1"], ["Total", "1"]],
        [["Day", "Signatures", "All so far"], [day, "1", "1"]],
    ]


@pytest.mark.parametrize("language", ["km", "en"])
def test_country_of_nine_is_named_nowhere(petition, client, language):
    crowd(petition, KH=9, US=9)
    answer = client.get(f"/{language}/petitions/peace/numbers/")
    html = answer.content.decode()
    assert [code for code in ("KH", "US") if countries.name(code, language) in html] == []
    assert "shade-" not in html


# -- by country ----------------------------------------------------------------------------------------------------


@pytest.fixture
def some(petition, client):
    crowd(petition, US=120, KH=12, SG=10, FR=9, NZ=2)
    return client.get(HERE)


def test_table_has_all_countries_the_small_ones_together(some):
    assert tables(some)[0] == [
        ["Country", "Signatures"],
        ["United States", "120"],
        ["Cambodia", "12"],
        ["Singapore", "10"],
        ["Other countries", "11"],
        ["Total", "153"],
    ]


def test_map_shades_them_and_says_each(some):
    shapes = re.findall(r'<path class="(shade-[^"]+)"[^>]* d="([^"]+)"><title>(.*?)</title>', some.content.decode())
    assert shapes == [
        ("shade-2", world.SHAPES["US"], "United States: 120"),
        ("shade-1", world.SHAPES["KH"], "Cambodia: 12"),
        ("shade-1 dot", world.DOTS["SG"], "Singapore: 10"),
    ]


def test_small_countries_are_land_like_any_other(some):
    land = re.search(r'class="land" d="([^"]+)"', some.content.decode())[1]
    assert [code for code in ("FR", "NZ", "US", "KH") if world.SHAPES[code] in land] == ["FR", "NZ"]


def test_pictures_say_what_they_are(some):
    first = TODAY - datetime.timedelta(days=120)
    assert pictures(some) == [
        "World map: how many have signed in each country. The table below says the same.",
        f"Line: all signatures so far, from {first.day} {first:%B %Y} to {TODAY.day} {TODAY:%B %Y}. "
        "The tables below say the same.",
    ]


def test_bars_are_drawn_by_attributes_alone(some):
    assert re.findall(r'<rect width="([^"]+)" height="100%" />\s*</svg>\s*</li>', some.content.decode()) == [
        "100.0%",
        "10.0%",
        "8.3%",
    ]


# -- by day --------------------------------------------------------------------------------------------------------


def test_days_stand_newest_first_and_months_behind_them(some):
    _, days, months = tables(some)
    assert [days[0], len(days)] == [["Day", "Signatures", "All so far"], 8]
    assert days[1] == [f"{TODAY.day} {TODAY:%B %Y}", "5", "153"]
    assert months[0] == ["Month", "Signatures", "All so far"]
    assert months[1][0::2] == [f"{TODAY:%B %Y}", "153"]
    assert sum(int(row[1]) for row in months[1:]) == 153


def test_milestones_reached_and_the_next_are_told(some):
    words = Page(some).words
    assert "The next milestone is 250. It takes 97 more signatures." in words
    assert "Milestones reached 100 " in words


def test_reached_goal_is_thanked_for(client):
    crowd(create_petition(goal=12), KH=12)
    words = Page(client.get(HERE)).words
    assert "The goal is reached." in words
    assert "The next milestone" not in words


# -- what became of them -------------------------------------------------------------------------------------------


def test_integrity_tells_what_became_of_each(petition, client):
    confirmed(petition, SOKHA)
    signed(petition, DARA)
    held(petition, person(1))
    withdrawn(petition, person(2))
    crowd(petition, KH=2)
    assert figures(client.get(HERE)) == {
        "Received": "5",
        "Confirmed": "3",
        "Held": "1",
        "Withdrawn": "1",
        "On this website": "1",
        "On paper": "2",
        "At a stall": "0",
    }


def test_khmer_page_has_khmer_digits(petition, client):
    crowd(petition, KH=1200, US=10)
    answer = client.get("/km/petitions/peace/numbers/")
    assert tables(answer)[0][1] == ["កម្ពុជា", "១.២០០"]
    shown = re.sub(r"<[^>]+>|&\w+;", " ", answer.content.decode().partition("<h1>")[2])
    assert re.findall(r"[0-9]+", shown) == []


@pytest.mark.parametrize("slug", ["draft", "nowhere"])
def test_draft_and_unknown_petition_are_not_found(client, slug):
    create_petition("draft", state="draft")
    assert client.get(f"/en/petitions/{slug}/numbers/").status_code == 404


# -- light, however many there are ---------------------------------------------------------------------------------


@pytest.mark.broken_counts
@pytest.mark.parametrize("days", [400, 3650])
@pytest.mark.parametrize("language", ["km", "en"])
def test_page_of_a_million_from_everywhere_is_light(petition, client, settings, language, days):
    every = [CountByCountry(petition=petition, country=code, confirmed=4016) for code in countries.CODES]
    CountByCountry.objects.bulk_create(every)
    CountByDay.objects.bulk_create(
        CountByDay(petition=petition, day=TODAY - datetime.timedelta(days=n), confirmed=1_000_000 // days + n % 97)
        for n in range(days)
    )
    CountByState.objects.create(petition=petition, origin="web", state="confirmed", stripe=1, rows=999_984)
    answer = client.get(f"/{language}/petitions/peace/numbers/")
    assert len(gzip.compress(answer.content, 6)) < 24_000
    assert max(len(table) for table in tables(answer)[1:]) <= 61


def test_more_countries_and_days_ask_no_more_often(petition, client, django_assert_num_queries):
    crowd(petition, KH=1)
    with django_assert_num_queries(2):
        client.get(HERE)
    crowd(petition, KH=30, US=20, FR=10)
    with django_assert_num_queries(2):
        client.get(HERE)
