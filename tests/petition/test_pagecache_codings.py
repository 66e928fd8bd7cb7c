"""The forms in which a kept page goes over the wire."""

import gzip

import brotli
import pytest
from django.http import HttpResponse

from tests.petition.kept import WORDS, Site


@pytest.fixture(autouse=True)
def seconds(settings):
    settings.PAGE_CACHE_SECONDS = 5
    settings.ALLOWED_HOSTS = ["*"]


@pytest.mark.parametrize(
    ("accepts", "coding", "decompress"),
    [("gzip, deflate, br, zstd", "br", brotli.decompress), ("gzip, deflate", "gzip", gzip.decompress)],
)
def test_page_is_compressed_for_who_takes_it(accepts, coding, decompress):
    site = Site()
    answer = site.get(HTTP_ACCEPT_ENCODING=accepts)
    assert decompress(answer.content).decode() == WORDS
    assert (answer.headers["Content-Encoding"], answer.headers["Content-Length"], answer.headers["Vary"]) == (
        coding,
        str(len(answer.content)),
        "Accept-Encoding",
    )
    head = site.get(method="head", HTTP_ACCEPT_ENCODING=accepts)
    assert (head.content, dict(head.items())) == (b"", dict(answer.items()))


@pytest.mark.parametrize("accepts", ["", "deflate", "gzip;q=0", "gzip; q=0.00, br;q=0", "xgzip", "brx, abr"])
def test_page_is_plain_for_who_does_not(accepts):
    assert "Content-Encoding" not in Site().get(HTTP_ACCEPT_ENCODING=accepts).headers


@pytest.mark.parametrize(
    ("accepts", "coding"),
    [
        ("gzip", "gzip"),
        ("GZIP;q=0.5", "gzip"),
        ("br;q=0, gzip;q=1.0", "gzip"),
        ("br", "br"),
        ("gzip, BR;q=1", "br"),
        ("gzip;q=0 , br ; q=0.1", "br"),
    ],
)
def test_a_coding_is_asked_for_in_many_ways(accepts, coding):
    assert Site().get(HTTP_ACCEPT_ENCODING=accepts).headers["Content-Encoding"] == coding


def test_every_form_of_a_page_has_the_one_etag():
    site = Site()
    answers = [site.get(HTTP_ACCEPT_ENCODING=accepts) for accepts in ("", "gzip", "br")]
    assert len({answer.headers["ETag"] for answer in answers}) == 1
    known = site.get(HTTP_ACCEPT_ENCODING="br", HTTP_IF_NONE_MATCH=answers[1].headers["ETag"])
    assert (known.status_code, known.content, known.headers.get("Content-Encoding")) == (304, b"", None)


def test_page_that_grows_smaller_by_no_coding_is_plain():
    answer = Site(lambda request: HttpResponse(b"ok")).get(HTTP_ACCEPT_ENCODING="gzip, br")
    assert (answer.content, answer.headers.get("Content-Encoding")) == (b"ok", None)


def test_picture_is_not_compressed():
    site = Site(lambda request: HttpResponse(b"0" * 1000, content_type="image/png"))
    assert "Content-Encoding" not in site.get(HTTP_ACCEPT_ENCODING="gzip, br").headers
