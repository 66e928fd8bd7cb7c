import pytest
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.test import RequestFactory

from petition.guard import no_store, same_site_post


@pytest.fixture(autouse=True)
def site(settings):
    settings.SITE_URL = "https://example.org"
    settings.ALLOWED_HOSTS = ["testserver", "example.org"]


@same_site_post
def sign(request):
    return HttpResponse("taken")


def post(**headers):
    return sign(RequestFactory().post("/km/petitions/p/sign/", headers=headers))


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Sec-Fetch-Site": "same-origin"},
        {"Sec-Fetch-Site": "none"},
        {"Sec-Fetch-Site": "same-origin", "Origin": "http://testserver"},
        {"Origin": "http://testserver"},
        {"Origin": "https://EXAMPLE.org"},
        {"Referer": "https://example.org/km/"},
        {"Referer": "about:blank"},
        # A page with the referrer policy no-referrer sends this with its own forms.
        {"Origin": "null", "Sec-Fetch-Site": "same-origin"},
        {"Origin": "null"},
        # The same site under another of its names.
        {"Sec-Fetch-Site": "same-site", "Origin": "https://example.org"},
    ],
)
def test_post_of_our_own_pages_passes(headers):
    assert post(**headers).content == b"taken"


@pytest.mark.parametrize(
    "headers",
    [
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "cross-site", "Origin": "https://example.org"},
        {"Sec-Fetch-Site": "cross-site", "Origin": "null"},
        {"Sec-Fetch-Site": "same-site"},
        {"Sec-Fetch-Site": "same-site", "Origin": "https://blog.example.org"},
        {"Origin": "https://evil.example"},
        {"Origin": "https://example.org.evil.example"},
        {"Origin": "https://example.org@evil.example"},
        {"Origin": "https://example.org:8443"},
        {"Origin": "file://"},
        {"Origin": "https://[broken"},
        {"Referer": "https://evil.example/?https://example.org/"},
        {"Origin": "https://evil.example", "Referer": "https://example.org/"},
    ],
)
def test_post_of_another_site_is_refused(headers):
    with pytest.raises(PermissionDenied):
        post(**headers)


@pytest.mark.parametrize("method", ["get", "head", "put", "delete", "patch", "options"])
def test_other_methods_are_405(method):
    answer = sign(getattr(RequestFactory(), method)("/"))
    assert (answer.status_code, answer.headers["Allow"]) == (405, "POST")


def test_no_token_is_asked_for():
    assert sign.csrf_exempt


def private(answer):
    return {name: answer.headers[name] for name in ("Cache-Control", "Referrer-Policy", "X-Robots-Tag")}


PRIVATE = {"Cache-Control": "no-store", "Referrer-Policy": "no-referrer", "X-Robots-Tag": "noindex, nofollow"}


def test_secret_page_is_kept_by_nobody():
    page = no_store(lambda request: HttpResponse("own page"))
    answer = page(RequestFactory().get("/km/s/token/"))
    assert (answer.content, private(answer)) == (b"own page", PRIVATE)


@pytest.mark.parametrize(("error", "status"), [(Http404, 404), (PermissionDenied, 403)])
def test_error_of_a_secret_page_is_kept_by_nobody(error, status, settings):
    def fail(request):
        raise error

    answer = no_store(fail)(RequestFactory().get("/km/s/token/"))
    assert (answer.status_code, private(answer)) == (status, PRIVATE)
