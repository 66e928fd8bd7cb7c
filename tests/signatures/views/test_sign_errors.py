"""What the form answers where it is not taken: every field comes back as it was filled in, every error is linked."""

import gzip
from urllib.parse import urlencode

import pytest
from django.core.cache import caches
from django.test import Client
from django.utils import translation

from signatures.forms import SignForm
from signatures.models import Signature
from tests.pages import Page
from tests.people import DARA, MARIE, create_petition, form, person

pytestmark = pytest.mark.django_db

FORM = "application/x-www-form-urlencoded"
LANGUAGES = ["km", "en"]
FIELDS = ["name", "email", "country", "city", "visibility", "comment", "updates", "agree", "website"]


@pytest.fixture(autouse=True)
def no_limits_yet(settings):
    caches[settings.RATELIMIT_USE_CACHE].clear()


@pytest.fixture
def petition():
    return create_petition()


def address(lang="en"):
    return f"/{lang}/petitions/peace/sign/"


def post(fields, lang="en", **headers):
    body = fields if isinstance(fields, bytes) else urlencode(fields, doseq=True).encode()
    return Client(enforce_csrf_checks=True).generic("POST", address(lang), body, FORM, headers=headers)


BAD = {
    "nothing": dict.fromkeys(FIELDS),
    "empty": dict.fromkeys(FIELDS, ""),
    "no name": {"name": ""},
    "no e-mail": {"email": None},
    "no country": {"country": ""},
    "no answer": {"visibility": None},
    "no agreement": {"agree": None},
    "long name": {"name": "a" * 101},
    "long e-mail": {"email": "a" * 300 + "@example.org"},
    "long city": {"city": "b" * 500},
    "long reason": {"comment": "c d " * 130},
    "NUL in the name": {"name": "Da\x00ra"},
    "NUL in the e-mail": {"email": "dara\x00@example.org"},
    "NUL in the city": {"city": "Long\x00Beach"},
    "NUL in the reason": {"comment": "why\x00not"},
    "NUL in the country": {"country": "K\x00"},
    "control bytes": {"name": "Da\x1b[31mra", "city": "\x07", "comment": "\x01\x02"},
    "unknown country": {"country": "XX"},
    "unknown answer": {"visibility": "everyone"},
    "markup": {"name": "<b>Dara</b>", "city": '"><script>alert(1)</script>', "comment": "</textarea><script>"},
    "formula": {"name": "=cmd|'/c calc'!A1", "city": "@SUM(A1)"},
    "link": {"comment": "see https://example.org"},
    "digits": {"name": "Dara 2"},
    "machine": {"website": "https://example.org"},
    "everything": {
        "name": "1",
        "email": "x",
        "country": "?",
        "city": "=",
        "visibility": "?",
        "agree": "",
        "website": "y",
    },
}


def expected(fields):
    """What must stand in the form that comes back: all that was sent, letter for letter."""
    sent = {name: value.replace("\r\n", "\n") for name, value in fields.items()}
    values = {name: sent.get(name, "") for name in ("name", "email", "city", "comment", "website")}
    known = dict(SignForm().fields["country"].choices)
    values["country"] = sent.get("country", "") if sent.get("country") in known else ""
    if sent.get("visibility") in ("count", "deliver", "public"):
        values["visibility"] = sent["visibility"]
    return values | {name: "on" for name in ("updates", "agree") if sent.get(name)}


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("bad", BAD)
def test_form_comes_back_as_it_was_filled_in_with_every_error_linked(petition, bad, lang):
    fields = form(MARIE, **BAD[bad])
    answer = post(fields, lang)
    page = Page(answer)
    assert (answer.status_code, page.lang, page.values) == (422, lang, expected(fields))
    with translation.override(lang):
        errors = SignForm(fields).errors
        found = [(name, str(message)) for name, messages in errors.items() for message in messages]
    targets = {f"id_{name}_count" if name == "visibility" else f"id_{name}" for name in errors}
    assert {href.removeprefix("#") for href, _ in page.summary} == targets
    assert targets <= set(page.ids)
    assert len(page.summary) == len(found)
    assert all(any(words.endswith(message) for _, words in page.summary) for _, message in found)
    assert not Signature.objects.exists()


def test_page_with_errors_says_so_in_its_title(petition):
    with translation.override("en"):
        assert Page(post(form(DARA, name=""))).title.startswith("Error:")


def test_no_id_stands_twice(petition):
    ids = Page(post(form(DARA, **BAD["everything"]))).ids
    assert len(ids) == len(set(ids))


@pytest.mark.parametrize("field", ["name", "email", "comment", "visibility"])
def test_million_characters_come_back_with_an_error(petition, field):
    fields = form(MARIE, **{field: "ក" * 1_000_000})
    answer = post(fields)
    assert answer.status_code == 422
    page = Page(answer)
    assert page.values == expected(fields)
    assert {href for href, _ in page.summary} == {"#id_visibility_count" if field == "visibility" else f"#id_{field}"}


@pytest.mark.parametrize("field", FIELDS[:-1])
def test_two_values_for_one_field_are_one_too_many(petition, field):
    fields = form(MARIE, updates="on")
    fields[field] = [fields[field], fields[field]]
    answer = post(fields)
    page = Page(answer)
    assert answer.status_code == 422
    assert [href for href, _ in page.summary] == ["#id_visibility_count" if field == "visibility" else f"#id_{field}"]
    assert page.values == expected(form(MARIE, updates="on"))


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize(
    ("field", "raw"), [("name", b"Da%FFra"), ("city", b"Long\xffBeach"), ("comment", b"%ED%A0%80"), ("name", b"%C0%80")]
)
def test_bytes_that_are_no_utf8_are_an_error_of_their_field_alone(petition, field, raw, lang):
    fields = form(MARIE)
    del fields[field]
    answer = post(urlencode(fields).encode() + b"&" + field.encode() + b"=" + raw, lang)
    page = Page(answer)
    assert (answer.status_code, page.lang, [href for href, _ in page.summary]) == (422, lang, [f"#id_{field}"])
    assert {name: page.values[name] for name in fields} == fields
    assert "\ufffd" in page.values[field]


@pytest.mark.parametrize(
    ("body", "content_type"),
    [
        (b"", FORM),
        (b"\x00\xff\xfe", FORM),
        (b"%%%&&&===", FORM),
        (b"{}", "application/json"),
        (b"--x", "multipart/form-data; boundary=x"),
        (b"name=a", "multipart/form-data"),
    ],
)
def test_body_that_is_no_form_is_an_empty_form(petition, client, body, content_type):
    answer = client.generic("POST", address(), body, content_type)
    assert (answer.status_code, {href for href, _ in Page(answer).summary}) == (
        422,
        {"#id_name", "#id_email", "#id_country", "#id_visibility_count", "#id_agree"},
    )


# -- too many ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("lang", LANGUAGES)
def test_too_many_of_one_network_wait_and_lose_nothing(petition, settings, lang):
    settings.SIGN_LIMIT_NETWORK = settings.SIGN_LIMIT_NETWORK_HARD = "2/h"
    for number in range(2):
        assert post(form(person(number))).status_code == 303
    answer = post(form(MARIE, updates="on"), lang)
    page = Page(answer)
    assert (answer.status_code, page.lang, page.values) == (429, lang, expected(form(MARIE, updates="on")))
    assert 1 <= int(answer.headers["Retry-After"]) <= 3600
    assert Signature.objects.count() == 2


def test_too_many_of_one_mailbox_wait(petition, settings):
    settings.SIGN_LIMIT_MAILBOX = "2/h"
    spellings = ("dara@gmail.com", "D.ara+x@gmail.com", "dar.a@googlemail.com")
    assert [post(form(DARA, email=email)).status_code for email in spellings] == [303, 303, 429]


def test_form_with_an_error_is_not_counted(petition, settings):
    settings.SIGN_LIMIT_MAILBOX = "1/h"
    for _ in range(3):
        assert post(form(DARA, name="")).status_code == 422
    assert post(form(DARA)).status_code == 303


def test_form_with_its_errors_is_compressed_for_a_slow_line(petition):
    answer = post({}, **{"Accept-Encoding": "gzip"})
    assert (answer.status_code, answer["Content-Encoding"]) == (422, "gzip")
    assert b"Write your name." in gzip.decompress(answer.content)
