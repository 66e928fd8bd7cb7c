import datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from tests.pages import Page
from tests.people import create_petition, create_picture, create_tag, create_update

pytestmark = pytest.mark.django_db

LANGUAGES = ["km", "en"]


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
    assert listed(client, address("day-1/")) == ["day-0", "day-2"]


def test_neighbours_of_one_day_are_told_apart(petition, client):
    for n in range(3):
        create_update(petition, f"day-{n}")
    assert listed(client, address("day-1/")) == ["day-0", "day-2"]


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


# -- at its time ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("page", ["", "tags/delivery/", "feed/", "tags/delivery/feed/"])
def test_update_appears_by_itself_when_its_time_has_come(petition, client, page):
    update = create_update(petition, publish_at=timezone.now() + datetime.timedelta(hours=1))
    update.tags.add(create_tag())
    assert "News news" not in client.get(address(page)).content.decode()
    update.publish_at = timezone.now()
    update.save(update_fields=["publish_at"])
    assert "News news" in client.get(address(page)).content.decode()


def test_update_that_waits_is_not_found_and_no_neighbour(petition, client):
    fill(petition, 2)
    create_update(
        petition,
        "day-9",
        published_on=datetime.date(2019, 1, 1),
        publish_at=timezone.now() + datetime.timedelta(days=1),
    )
    assert client.get(address("day-9/")).status_code == 404
    assert listed(client, address("day-1/")) == ["day-0"]


@pytest.mark.parametrize(
    ("body", "gist"),
    [
        ('He said **"yes"** & went.\n\nThen more.', "He said &quot;yes&quot; &amp; went."),
        ("![](1)\n\nBelow the picture.", "Below the picture."),
    ],
)
def test_shared_link_shows_the_first_paragraph(petition, client, body, gist):
    create_picture(create_update(petition, body_en=body))
    content = " ".join(client.get(address("news/")).content.decode().split())
    found = [f'{name} content="{gist}"' in content for name in ('name="description"', 'property="og:description"')]
    assert found == [True, True]


# -- in one language -----------------------------------------------------------------------------------------------

ONLY = {
    "km": {"title_en": "", "body_en": "", "in_one_language": True},
    "en": {"title_km": "", "body_km": "", "in_one_language": True},
}
NOTES = {
    "km": {"km": "", "en": "This update is only in Khmer."},
    "en": {"km": "ព័ត៌មាននេះមានតែជាភាសាអង់គ្លេសប៉ុណ្ណោះ។", "en": ""},
}


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("only", LANGUAGES)
@pytest.mark.parametrize("page", ["", "news/"])
def test_reader_of_the_missing_language_sees_the_other_and_is_told(petition, client, page, only, lang):
    create_update(petition, **ONLY[only])
    answer = client.get(address(page, lang))
    title, lead = {"km": ("ដំណឹង news", "សង្ខេប"), "en": ("News news", "The lead.")}[only]
    assert [text for text in (title, lead) if text not in Page(answer).words] == []
    heading = "h2" if page == "" else "h1"
    assert f'<{heading} lang="{only}">' in answer.content.decode()
    notes = [note for notes in NOTES.values() for note in notes.values() if note and note in Page(answer).words]
    assert notes == [NOTES[only][lang]] * (only != lang)


def test_neighbour_in_one_language_has_its_title_and_says_which(petition, client):
    fill(petition, 2)
    create_update(petition, "day-9", published_on=datetime.date(2019, 1, 1), **ONLY["km"])
    content = client.get(address("day-1/")).content.decode()
    assert f'<a rel="next" href="{address("day-9/")}"><span lang="km">ដំណឹង day-9</span></a>' in content


def test_half_a_language_is_not_shown(petition, client):
    create_update(petition, body_en="", in_one_language=True)
    words = Page(client.get(address("news/"))).words
    assert ("ដំណឹង news" in words, "News news" in words) == (True, False)


# -- pictures ------------------------------------------------------------------------------------------------------


def test_picture_stands_where_the_text_names_it(petition, client):
    update = create_update(petition, body_en="Before\n\n![](1)\n\nafter")
    large, small = reversed(create_picture(update, caption_en="A caption", credit="Sok <Chan>").files.values())
    content = client.get(address("news/")).content.decode()
    figure = content[content.index("<figure") : content.index("</figure>")]
    assert f'src="/media/{small}" srcset="/media/{small} 800w, /media/{large} 1200w"' in figure
    assert 'width="1200" height="800" alt="Many people" lang="en" loading="lazy" decoding="async"' in figure
    assert '<span lang="en">A caption</span>' in figure and "Photo: Sok &lt;Chan&gt;" in figure
    assert content.index("<p>Before</p>") < content.index("<figure") < content.index("<p>after</p>")


def test_description_in_one_language_says_which(petition, client):
    create_picture(create_update(petition, body_km="![](1)", body_en="![](1)"), alt_en="")
    assert 'alt="មនុស្សជាច្រើន" lang="km"' in client.get(address("news/")).content.decode()


def test_list_shows_the_first_picture_of_the_text_once(petition, client):
    update = create_update(petition, body_en="The lead.\n\n![](2)\n\n<!-- more -->\n\n![](1)")
    create_picture(update)
    first = create_picture(update, 2, alt_en="A river")
    content = client.get(address()).content.decode()
    assert (content.count("<img"), first.files[800] in content, 'alt="A river"' in content) == (1, True, True)


def test_picture_that_no_text_names_is_not_shown(petition, client):
    create_picture(create_update(petition))
    assert [page for page in ("", "news/") if "<img" in client.get(address(page)).content.decode()] == []


def test_picture_of_another_update_is_not_shown(petition, client):
    create_picture(create_update(petition, "other"))
    create_update(petition, body_en="![a boat](1)")
    content = client.get(address("news/")).content.decode()
    assert ("<img" in content, "a boat" in content) == (False, True)


# -- costs ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("page", ["", "tags/delivery/", "feed/", "tags/delivery/feed/"])
def test_three_updates_ask_as_often_as_one(petition, client, django_assert_num_queries, page):
    tag = create_tag()

    def add(slug):
        update = create_update(petition, slug, body_en="![](1)")
        update.tags.add(tag)
        create_picture(update)

    add("one")
    with CaptureQueriesContext(connection) as once:
        client.get(address(page))
    add("two")
    add("three")
    with django_assert_num_queries(len(once)):
        assert "two" in client.get(address(page)).content.decode()
