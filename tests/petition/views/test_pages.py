import datetime

import pytest
from django.utils import timezone

from petition.models import Petition, Update
from signatures import moderation
from tests.pages import Page
from tests.people import (
    DARA,
    MARIE,
    SOKHA,
    confirmed,
    create_petition,
    create_recipient,
    create_staff,
    create_tag,
    create_update,
)

pytestmark = pytest.mark.django_db

LANGUAGES = ["km", "en"]
NOTICES = ["privacy", "accessibility", "about"]


def words(client, where):
    return Page(client.get(where)).words


# -- to the reader's language --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("accepts", "lang"),
    [
        ("", "km"),
        ("en", "en"),
        ("en-GB,en;q=0.9", "en"),
        ("km-KH", "km"),
        ("fr-FR,fr", "km"),
        ("fr,en;q=0.3", "en"),
        ("en;q=0.1,km;q=0.9", "km"),
        ("*", "km"),
        ("\xff;q=x,,,", "km"),
        ("x" * 5000, "km"),
    ],
)
def test_root_leads_to_the_readers_language(client, accepts, lang):
    answer = client.get("/", headers={"accept-language": accepts} if accepts else {})
    assert (answer.status_code, answer.headers["Location"]) == (302, f"/{lang}/")
    assert "Accept-Language" in answer.headers["Vary"]


@pytest.mark.parametrize("where", ["/fr/", "/kh/", "/km", "/km/nowhere/", "/km/petitions/", "/xx/petitions/peace/"])
def test_unknown_address_is_not_found(client, where):
    create_petition()
    assert client.get(where, follow=where == "/km").status_code == (200 if where == "/km" else 404)


def test_address_decides_whatever_the_browser_asks_for(client):
    assert Page(client.get("/km/", headers={"accept-language": "en"})).lang == "km"


# -- home ----------------------------------------------------------------------------------------------------------


def test_home_has_the_featured_petition_first_and_no_draft(client):
    for slug, fields in {
        "old": {"opened_on": datetime.date(2001, 1, 1)},
        "new": {"opened_on": datetime.date(2020, 1, 1)},
        "first": {"opened_on": datetime.date(2000, 1, 1), "is_featured": True},
        "over": {"opened_on": datetime.date(1999, 1, 1), "state": "closed"},
        "unready": {"state": "draft"},
    }.items():
        create_petition(slug, **fields)
    links = [href for href, _ in Page(client.get("/en/")).links if href.startswith("/en/petitions/")]
    assert list(dict.fromkeys(links)) == [f"/en/petitions/{slug}/" for slug in ("first", "new", "old", "over")]


@pytest.mark.parametrize("lang", LANGUAGES)
def test_home_without_a_petition_is_a_page(client, lang):
    Petition.objects.all().delete()
    assert Page(client.get(f"/{lang}/")).lang == lang


@pytest.mark.parametrize(("lang", "figure"), [("km", "២"), ("en", "2")])
def test_home_shows_how_many_have_signed(client, lang, figure):
    petition = create_petition()
    for who in (SOKHA, DARA):
        confirmed(petition, who)
    assert figure in words(client, f"/{lang}/")


# -- the petition --------------------------------------------------------------------------------------------------


@pytest.fixture
def petition():
    return create_petition(goal=1_000_000, summary_km="សេចក្តីសង្ខេប", summary_en="In short.")


@pytest.mark.parametrize(
    ("lang", "texts"),
    [
        ("km", ["ហត្ថលេខាមួយលាន", "យើងស្នើសុំ", "សន្តិភាព", "យុត្តិធម៌", "គណៈកម្មាធិការ", "១.០០០.០០០", "ថ្ងៃទី២៣ ខែតុលា ឆ្នាំ២០១៧"]),
        (
            "en",
            [
                "One million signatures",
                "We ask.",
                "Peace.",
                "Justice.",
                "The committee",
                "1,000,000",
                "23 October 2017",
            ],
        ),
    ],
)
def test_petition_is_shown_in_the_pages_language(petition, client, lang, texts):
    found = words(client, f"/{lang}/petitions/peace/")
    assert [text for text in texts if text not in found] == []


def test_hinted_khmer_is_the_text_itself_with_places_to_break(client):
    create_petition(title_km="ហត្ថលេខាមួយលាន", title_hints_km="ហត្ថលេខា\u200bមួយ\u200bលាន")
    content = client.get("/km/petitions/peace/").content.decode()
    assert "ហត្ថលេខា<wbr>មួយ<wbr>លាន" in content
    assert "\u200b" not in content


def test_text_of_organisers_is_shown_as_text(client):
    create_petition(title_en='Peace & <b>"justice"</b>', intro_en="</p><script>alert(1)</script>")
    answer = client.get("/en/petitions/peace/")
    assert 'Peace & <b>"justice"</b>' in Page(answer).words
    assert b"<script>alert" not in answer.content


@pytest.mark.parametrize("lang", LANGUAGES)
def test_petition_has_the_form_on_its_page(petition, client, lang):
    page = Page(client.get(f"/{lang}/petitions/peace/"))
    assert page.posts == [f"/{lang}/petitions/peace/sign/"]
    assert {"name", "email", "country", "visibility", "agree"} <= page.offered


YESTERDAY = timezone.localdate() - datetime.timedelta(days=1)


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("changes", [{"state": "closed"}, {"state": "paused"}, {"closes_on": YESTERDAY}])
def test_petition_that_takes_no_signature_stays_readable_without_a_form(client, changes, lang):
    create_petition(**changes)
    answer = client.get(f"/{lang}/petitions/peace/")
    assert (answer.status_code, Page(answer).posts) == (200, [])


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("slug", ["draft", "nowhere"])
def test_draft_and_unknown_petition_are_not_found_in_the_pages_language(client, slug, lang):
    create_petition("draft", state="draft")
    answer = client.get(f"/{lang}/petitions/{slug}/")
    assert (answer.status_code, Page(answer).lang) == (404, lang)


def test_count_is_of_the_confirmed(petition, client):
    for who in (SOKHA, DARA):
        confirmed(petition, who)
    assert "2 people" in words(client, "/en/petitions/peace/")


def test_approved_words_are_on_the_page(petition, client):
    rows = [confirmed(petition, who) for who in (SOKHA, MARIE)]
    moderation.approve(ids=[row.pk for row in rows], by=create_staff("chenda"))
    found = words(client, "/en/petitions/peace/")
    assert (MARIE.name in found, MARIE.comment in found, SOKHA.name in found) == (True, True, False)


def test_newest_update_stands_whole_with_its_lead(petition, client):
    for day in range(1, 4):
        create_update(petition, f"day-{day}", published_on=datetime.date(2018, 1, day), is_published=day != 3)
    found = words(client, "/en/petitions/peace/")
    assert "Newest update 2 January 2018 News day-2 The lead. All updates" in found


def test_update_that_waits_is_not_on_the_page_until_its_time(petition, client):
    update = create_update(petition, publish_at=timezone.now() + datetime.timedelta(hours=1))
    assert "News news" not in words(client, "/en/petitions/peace/")
    Update.objects.filter(pk=update.pk).update(publish_at=timezone.now())
    assert "News news" in words(client, "/en/petitions/peace/")


def test_recipients_are_people_with_office_and_country(petition, client):
    create_recipient(petition, 1, name="António Guterres", office="Secretary-General", body="United Nations")
    create_recipient(petition, 2, name="Emmanuel Macron", name_km="ម៉ាក្រុង", office="President", office_km="ប្រធានាធិបតី")
    found = words(client, "/en/petitions/peace/")
    assert "António Guterres Secretary-General, United Nations Emmanuel Macron President, State" in found
    assert "To António Guterres and others, 2 in all" in found
    content = client.get("/km/petitions/peace/").content.decode()
    assert '<span class="person-name" lang="en">António Guterres</span>' in content
    assert '<span class="person-office">ប្រធានាធិបតី</span>' in content


def test_way_so_far_is_told_from_the_newest_to_the_opening(petition, client):
    create_update(petition, "first", published_on=datetime.date(2017, 11, 2))
    found = words(client, "/en/petitions/peace/")
    told = "2 November 2017 News first 23 October 2017 The petition was opened, with a goal of 1,000,000 signatures."
    assert f"The way so far {told} What happens next" in found


# -- the states ----------------------------------------------------------------------------------------------------

DAY = datetime.timedelta(days=1)
STATES = [
    ("paused", datetime.date(2017, 10, 23), "Signing is paused"),
    ("closed", datetime.date(2017, 10, 23), "This petition is closed"),
    ("open", datetime.date(2999, 10, 23), "Not open yet"),
]


@pytest.mark.parametrize(("state", "opened_on", "heading"), STATES)
def test_petition_that_takes_no_signatures_says_why_in_the_place_of_its_form(client, state, opened_on, heading):
    create_petition(state=state, opened_on=opened_on)
    page = Page(client.get("/en/petitions/peace/"))
    assert page.posts == []
    assert heading in page.words


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize(
    "path",
    [
        *("", "sign/", "sent/", "thanks/", "signatures/", "numbers/", "recipients/", "qr.svg", "share.png", "embed/"),
        *("verify/", "verify/check.py"),
        *("updates/", "updates/feed/", "updates/news/", "updates/tags/delivery/", "updates/tags/delivery/feed/"),
    ],
)
def test_petition_that_was_taken_down_is_gone(client, lang, path):
    create_update(create_petition(state="removed")).tags.add(create_tag())
    answer = client.get(f"/{lang}/petitions/peace/{path}")
    assert (answer.status_code, answer["Cache-Control"], Page(answer).lang) == (410, "no-cache", lang)


def test_petition_that_was_taken_down_is_on_no_list(client, settings):
    create_petition(state="removed")
    assert "/en/petitions/peace/" not in [href for href, _ in Page(client.get("/en/")).links]
    assert client.get("/api/petitions/").json() == {"petitions": []}
    assert client.get("/api/petitions/peace.json").status_code == 410
    page = f"{settings.SITE_URL}/en/petitions/peace/"
    assert client.get("/api/oembed/", {"url": page}).status_code == 410
    assert "peace" not in client.get("/sitemap.xml").content.decode()


@pytest.mark.parametrize("tracking", ["?fbclid=abc", "?utm_source=x&fbclid=y", "?before=3", "?%00=%ff"])
def test_any_query_is_the_same_page(petition, client, tracking):
    pages = [client.get(f"/en/petitions/peace/{query}") for query in ("", tracking)]
    assert [page.status_code for page in pages] == [200, 200]
    assert pages[0].content.count(b"<h1>") == pages[1].content.count(b"<h1>") == 1


# -- the notices ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("name", NOTICES)
def test_notice_is_there_in_both_languages(client, name, lang):
    answer = client.get(f"/{lang}/{name}/")
    assert (answer.status_code, Page(answer).lang) == (200, lang)


@pytest.mark.parametrize("name", NOTICES)
def test_notice_is_linked_from_every_page(client, name):
    assert f"/en/{name}/" in [href for href, _ in Page(client.get("/en/")).links]
