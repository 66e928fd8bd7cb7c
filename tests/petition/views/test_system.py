import datetime
import re
from concurrent.futures import ThreadPoolExecutor
from xml.etree import ElementTree

import pytest
from django.core.exceptions import BadRequest, PermissionDenied
from django.db import OperationalError, connection
from django.http import Http404, HttpRequest
from django.test import Client, RequestFactory
from django.urls import path
from django.utils import timezone
from redis.exceptions import RedisError

from petition import urls
from petition.models import Petition, Update
from petition.views import system

FAULTS = {
    "bad": BadRequest("bad"),
    "forbidden": PermissionDenied("no"),
    "missing": Http404("nothing"),
    "broken": ZeroDivisionError("a secret of the code"),
    "database": OperationalError("a secret of the server"),
    "redis": RedisError("a secret of the server"),
}


def fail(request: HttpRequest, fault: str) -> None:
    raise FAULTS[fault]


handler400, handler403, handler404, handler500 = urls.handler400, urls.handler403, urls.handler404, urls.handler500
urlpatterns = [
    path("km/fail/<fault>/", fail),
    path("en/fail/<fault>/", fail),
    path("elsewhere/<fault>/", fail),
    *urls.urlpatterns,
]


@pytest.fixture(autouse=True)
def site(settings):
    settings.SITE_URL = "https://example.org"
    settings.ALLOWED_HOSTS = ["testserver"]
    settings.DEBUG = False


def create_petition(slug="peace", state="open"):
    return Petition.objects.create(
        slug=slug,
        state=state,
        goal=1000,
        opened_on=datetime.date(2017, 10, 23),
        **{
            f"{name}_{language}": name
            for name in ("title", "intro", "demands", "short_title")
            for language in ("km", "en")
        },
        organiser_km="o",
        organiser_en="o",
        organiser_short="o",
    )


def create_update(petition, slug, *, is_published=True, **fields):
    return Update.objects.create(
        **fields,
        petition=petition,
        slug=slug,
        is_published=is_published,
        published_on=datetime.date(2017, 11, 2),
        title_km="t",
        title_en="t",
        body_km="b",
        body_en="b",
    )


# -- for machines --------------------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_health_is_ok_where_the_database_answers(client):
    answer = client.get("/healthz")
    assert (answer.status_code, answer.content, answer.headers["Content-Type"]) == (200, b"ok\n", "text/plain")
    assert "no-store" in answer.headers["Cache-Control"]


def test_health_is_503_where_it_does_not(transactional_db):
    def ask():
        # This thread's own connection, to a place where no server listens.
        connection.settings_dict = {**connection.settings_dict, "HOST": "127.0.0.1", "PORT": "1", "OPTIONS": {}}
        return system.healthz(RequestFactory().get("/healthz"))

    with ThreadPoolExecutor(1) as thread:
        answer = thread.submit(ask).result()
    assert (answer.status_code, answer.content) == (503, b"no database\n")


def test_robots_keep_out_of_the_admin_and_of_signers_pages(client):
    answer = client.get("/robots.txt")
    assert answer.content.decode().splitlines() == [
        "User-agent: *",
        "Disallow: /admin/",
        "Disallow: /*/s/",
        "",
        "Sitemap: https://example.org/sitemap.xml",
    ]


def test_security_contact_is_valid_for_less_than_a_year(client):
    fields = dict(line.split(": ", 1) for line in client.get("/.well-known/security.txt").content.decode().splitlines())
    expires = datetime.datetime.fromisoformat(fields.pop("Expires"))
    now = datetime.datetime.now(datetime.UTC)
    assert now + datetime.timedelta(days=180) < expires < now + datetime.timedelta(days=365)
    assert fields == {
        "Contact": "https://example.org/en/about/",
        "Preferred-Languages": "km, en",
        "Canonical": "https://example.org/.well-known/security.txt",
    }


XML = {"s": "http://www.sitemaps.org/schemas/sitemap/0.9", "x": "http://www.w3.org/1999/xhtml"}


def sitemap(client):
    root = ElementTree.fromstring(client.get("/sitemap.xml").content)
    return {url.find("s:loc", XML).text: url for url in root.findall("s:url", XML)}


@pytest.mark.django_db
def test_sitemap_lists_the_public_pages_in_both_languages(client):
    Update.objects.all().delete()
    Petition.objects.all().delete()
    petition = create_petition()
    create_update(petition, "one")
    create_update(petition, "unready", is_published=False)
    create_update(petition, "waiting", publish_at=timezone.now() + datetime.timedelta(hours=1))
    create_update(create_petition("secret", state="draft"), "two")
    pages = ["", "petitions/peace/", "petitions/peace/numbers/", "petitions/peace/recipients/"]
    pages += [
        "petitions/peace/signatures/",
        "petitions/peace/updates/",
        "petitions/peace/updates/one/",
        "petitions/peace/verify/",
        "privacy/",
        "accessibility/",
        "about/",
        "api/",
    ]
    assert sorted(sitemap(client)) == sorted(
        f"https://example.org/{lang}/{page}" for page in pages for lang in ("km", "en")
    )


@pytest.mark.django_db
def test_sitemap_names_the_twin_and_the_day(client):
    create_update(create_petition(), "one")
    url = sitemap(client)["https://example.org/km/petitions/peace/updates/one/"]
    twins = {link.get("hreflang"): link.get("href") for link in url.findall("x:link", XML)}
    assert (url.find("s:lastmod", XML).text, twins) == (
        "2017-11-02",
        {
            "km": "https://example.org/km/petitions/peace/updates/one/",
            "en": "https://example.org/en/petitions/peace/updates/one/",
        },
    )


@pytest.mark.django_db
def test_sitemap_names_the_day_of_the_last_edit_in_phnom_penh(client):
    late = datetime.datetime(2019, 4, 30, 20, 0, tzinfo=datetime.UTC)
    create_update(create_petition(), "one", edited_at=late)
    url = sitemap(client)["https://example.org/km/petitions/peace/updates/one/"]
    assert url.find("s:lastmod", XML).text == "2019-05-01"


@pytest.mark.django_db
def test_sitemap_asks_as_often_for_three_petitions_as_for_one(client, django_assert_num_queries):
    for number in range(3):
        create_update(create_petition(f"petition-{number}"), "one")
    with django_assert_num_queries(3):
        sitemap(client)


# -- what went wrong -----------------------------------------------------------------------------------------------


def ask(where, **headers):
    return Client(raise_request_exception=False).get(where, headers=headers)


def language(answer):
    return re.search(r'<html[^>]* lang="(\w+)"', answer.content.decode())[1]


@pytest.mark.django_db
@pytest.mark.parametrize("lang", ["km", "en"])
@pytest.mark.parametrize(("fault", "status"), [("bad", 400), ("forbidden", 403), ("missing", 404), ("broken", 500)])
def test_fault_is_a_page_in_the_language_of_its_address(settings, fault, status, lang):
    settings.ROOT_URLCONF = __name__
    answer = ask(f"/{lang}/fail/{fault}/", accept_language="en" if lang == "km" else "km")
    assert (answer.status_code, language(answer), answer.cookies) == (status, lang, {})


@pytest.mark.django_db
@pytest.mark.parametrize(("accepts", "lang"), [("en-GB, km;q=0.5", "en"), ("fr", "km"), ("", "km")])
@pytest.mark.parametrize("fault", FAULTS)
def test_fault_elsewhere_is_in_the_language_asked_for(settings, fault, accepts, lang):
    settings.ROOT_URLCONF = __name__
    assert language(ask(f"/elsewhere/{fault}/", accept_language=accepts)) == lang


@pytest.mark.django_db
@pytest.mark.parametrize("lang", ["km", "en"])
@pytest.mark.parametrize("fault", ["database", "redis"])
def test_fault_of_what_comes_back_is_one_to_try_again_after(settings, fault, lang):
    settings.ROOT_URLCONF = __name__
    answer = ask(f"/{lang}/fail/{fault}/")
    assert (answer.status_code, answer.headers["Retry-After"], language(answer)) == (503, "30", lang)


@pytest.mark.django_db
def test_fault_tells_nothing_of_the_code(settings):
    settings.ROOT_URLCONF = __name__
    assert "a secret of the code" not in ask("/en/fail/broken/").content.decode()


@pytest.mark.django_db
def test_page_of_another_name_is_no_page_of_ours():
    answer = ask("/km/", host="evil.example")
    assert (answer.status_code, answer.content) == (400, b"Bad Request (400)\n")


@pytest.mark.django_db
def test_post_without_a_token_is_a_page():
    answer = Client(enforce_csrf_checks=True).post("/admin/login/", headers={"accept-language": "en"})
    assert (answer.status_code, language(answer)) == (403, "en")


@pytest.mark.django_db
@pytest.mark.parametrize("where", ["/robots.txt", "/sitemap.xml", "/.well-known/security.txt"])
def test_wrong_method_is_405(where):
    answer = Client(enforce_csrf_checks=True).post(where)
    assert (answer.status_code, answer.headers["Allow"]) == (405, "GET, HEAD")
