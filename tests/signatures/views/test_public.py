"""What holds for every public page at once."""

import datetime
import logging

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from signatures import moderation, signing
from signatures.delivery.models import Delivery, Packet
from signatures.models import Signature
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
    form,
    person,
    queued_mails,
    send_queued_mails,
)

pytestmark = pytest.mark.django_db

LANGUAGES = ["km", "en"]
PETITION = [
    "",
    "sign/",
    "sent/",
    "thanks/",
    "signatures/",
    "numbers/",
    "recipients/",
    "verify/",
    "updates/",
    "updates/news/",
    "updates/tags/delivery/",
]
PAGES = ["", "privacy/", "accessibility/", "about/", "api/", *(f"petitions/peace/{page}" for page in PETITION)]
NO_PAGES = [f"petitions/peace/{name}" for name in ("updates/feed/", "share.png", "qr.svg", "embed/", "verify/check.py")]
API = ["/api/petitions/", "/api/petitions/peace.json"]
SYSTEM = ["/", "/healthz", "/robots.txt", "/sitemap.xml", "/.well-known/security.txt"]
WHERE = [f"/{lang}/{page}" for lang in LANGUAGES for page in (*PAGES, *NO_PAGES)] + API + SYSTEM
# These are rendered anew for each: health, the language's redirect, and the count with the signer in it.
NEVER_KEPT = {"/", "/healthz", "/km/petitions/peace/thanks/", "/en/petitions/peace/thanks/"}


def fill(petition, number=1):
    """One more of everything that a page lists."""
    tag = create_tag() if number == 1 else create_tag(f"tag-{number}")
    create_update(petition, "news" if number == 1 else f"news-{number}").tags.add(tag)
    recipient = create_recipient(petition, number)
    delivery = Delivery.objects.create(
        petition=petition, ordinal=number, planned_on=datetime.date(2017, 10, 23), state="handed_over"
    )
    day = datetime.date(2017, 10, 23)
    Packet.objects.create(
        delivery=delivery, recipient=recipient, handed_over_on=day, answered_on=day, answer_en="Thanks."
    )
    shown = confirmed(petition, person(number, visibility="public", comment="For peace."))
    Signature.objects.filter(pk=shown.pk).update(review="approved")


@pytest.fixture
def petition():
    petition = create_petition(is_featured=True)
    fill(petition)
    return petition


@pytest.mark.parametrize("where", WHERE)
def test_no_cookie_is_set(petition, where):
    answer = Client().get(where)
    assert (dict(answer.cookies), "cookie" in answer.headers.get("Vary", "").lower()) == ({}, False)


@pytest.mark.parametrize("where", sorted(set(WHERE) - NEVER_KEPT))
def test_any_cache_may_keep_it_and_ask_whether_it_changed(petition, settings, where):
    settings.PAGE_CACHE_SECONDS = 0
    first = Client().get(where)
    assert (first.status_code, first.headers["Cache-Control"].startswith("public, max-age=")) == (200, True)
    again = Client().get(where, headers={"if-none-match": first.headers["ETag"]})
    assert (again.status_code, again.content) == (304, b"")


@pytest.mark.parametrize("where", WHERE)
def test_head_is_a_get_without_its_body(petition, where):
    got, head = Client().get(where), Client().head(where)
    assert (head.status_code, head.content) == (got.status_code, b"")


@pytest.mark.parametrize("where", [where for where in WHERE if not where.endswith(("/sign/", "/verify/"))])
def test_post_is_405(petition, where):
    answer = Client(enforce_csrf_checks=True).post(where, form(DARA))
    assert (answer.status_code, answer.headers["Allow"]) == (405, "GET, HEAD")


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("page", PAGES)
def test_page_is_in_its_language_and_links_to_its_twin(petition, client, settings, page, lang):
    found = Page(client.get(f"/{lang}/{page}"))
    twin = f"/{'en' if lang == 'km' else 'km'}/{page}"
    assert (found.lang, twin in [href for href, _ in found.links]) == (lang, True)
    if page and not page.endswith(("sent/", "thanks/")):
        assert {code: found.head.get(code) for code in LANGUAGES} == {
            code: f"{settings.SITE_URL}/{code}/{page}" for code in LANGUAGES
        }


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("page", PAGES)
def test_language_switch_keeps_the_query(petition, client, page, lang):
    there = f"/{'en' if lang == 'km' else 'km'}/{page}?before=9999999"
    found = Page(client.get(f"/{lang}/{page}?before=9999999"))
    assert there in [href for href, _ in found.links]


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("page", PAGES)
def test_page_asks_nothing_of_other_sites(petition, client, page, lang):
    answer = client.get(f"/{lang}/{page}")
    found = Page(answer)
    assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
    assert "unsafe-inline" not in answer.headers["Content-Security-Policy"]
    content = answer.content.decode()
    assert not [part for part in ("style=", "<style", "onclick=", "onload=") if part in content]
    sources = [url for name, url in found.head.items() if name in ("stylesheet", "preload", "icon")]
    assert [url for url in sources if not url.startswith("/static/")] == []


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("page", PAGES)
def test_no_id_stands_twice(petition, client, page, lang):
    ids = Page(client.get(f"/{lang}/{page}")).ids
    assert sorted(ids) == sorted(set(ids))


@pytest.mark.parametrize("where", WHERE)
def test_three_rows_ask_no_more_often_than_one(petition, where):
    def ask():
        with CaptureQueriesContext(connection) as queries:
            assert Client().get(where).status_code in (200, 302)
        return [query["sql"] for query in queries]

    ask()
    one = ask()
    assert [sql for sql in one if "COUNT(" in sql and "signatures_signature" in sql] == []
    for number in (2, 3):
        fill(petition, number)
        fill(create_petition(f"other-{number}"), number + 10)
    assert len(ask()) == len(one)


def test_petitions_page_asks_fourteen_times(petition, client, django_assert_num_queries):
    with django_assert_num_queries(14):
        client.get("/en/petitions/peace/")


# -- who signs only to be counted is named nowhere -----------------------------------------------------------------


@pytest.fixture
def whole_way(petition, client, mailoutbox, caplog):
    """Sokha and Dara go the whole way as everyone does; Marie's words are shown. What they were answered is kept."""
    caplog.set_level(logging.DEBUG)
    answers = []
    for who in (SOKHA, DARA, MARIE):
        there = f"/{who.language}/petitions/peace/"
        answers.append(client.post(f"{there}sign/", form(who, name="")))
        answers.append(client.post(f"{there}sign/", form(who)))
    answers = [answer for answer in answers if answer.status_code != 422]
    send_queued_mails()
    for row in Signature.objects.filter(state="pending"):
        page = f"/{row.language}/s/{row.token}/"
        answers += [client.get(page), client.post(f"{page}confirm/"), client.get(page)]
    shown = Signature.objects.exclude(public_name="")
    moderation.approve(ids=[row.pk for row in shown], by=create_staff("chenda"))
    answers += [client.get(where) for where in WHERE]
    return answers


def parts(answer):
    return answer.content.decode("utf-8", "replace") + str(answer.headers)


@pytest.mark.parametrize("who", [SOKHA, DARA])
def test_no_page_names_who_did_not_ask_for_it(whole_way, who):
    told = "".join(map(parts, whole_way))
    assert [secret for secret in (who.name, who.email, who.email.lower(), who.city) if secret in told] == []


def test_page_names_who_asked_for_it_and_no_more_of_them(whole_way):
    told = "".join(map(parts, whole_way))
    assert [secret for secret in (MARIE.name, MARIE.comment, MARIE.email, MARIE.city) if secret in told] == [
        MARIE.name,
        MARIE.comment,
    ]


def test_no_log_names_a_signer(whole_way, caplog):
    secrets = [part for who in (SOKHA, DARA, MARIE) for part in (who.name, who.email, who.city)]
    log = "\n".join(record.getMessage() for record in caplog.get_records("setup"))
    assert "Unprocessable" in log
    assert [secret for secret in secrets if secret in log] == []


def test_no_mail_but_its_own_reader_is_named_in_it(whole_way, mailoutbox):
    assert [mail.to for mail in mailoutbox[:-1]] != []
    for mail in mailoutbox:
        told = f"{mail.subject} {mail.body} {mail.alternatives} {mail.from_email} {mail.extra_headers}"
        secrets = [part for who in (SOKHA, DARA, MARIE) for part in (who.name, who.email, who.comment) if part]
        assert [secret for secret in secrets if secret in told] == []


def test_queue_names_nobody(whole_way):
    assert {key for mail in queued_mails() for key in mail} == {"kind", "signature_id"}


def test_whole_way_counts_three_more(whole_way, petition, client):
    assert client.get("/api/petitions/peace.json").json()["count"] == 4
    assert not signing.confirm(signature=Signature.objects.first())
