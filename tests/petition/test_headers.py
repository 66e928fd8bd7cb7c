from csp.utils import build_policy
from django.http import HttpResponse
from django.test import RequestFactory

from petition.headers import CONTENT_SECURITY_POLICY, PERMISSIONS_POLICY, HeadersMiddleware, bodiless_head


def test_nothing_inline_and_nothing_from_elsewhere(settings):
    settings.CONTENT_SECURITY_POLICY = CONTENT_SECURITY_POLICY
    policy = dict(part.strip().split(" ", 1) for part in build_policy().split(";"))
    assert policy == {
        "default-src": "'none'",
        "script-src": "'self'",
        "style-src": "'self'",
        "img-src": "'self' data:",
        "font-src": "'self'",
        "connect-src": "'self'",
        "manifest-src": "'self'",
        "form-action": "'self'",
        "base-uri": "'none'",
        "frame-ancestors": "'none'",
    }


def test_device_is_left_alone():
    answer = HeadersMiddleware(lambda request: HttpResponse())(RequestFactory().get("/"))
    assert answer.headers["Permissions-Policy"] == PERMISSIONS_POLICY


def test_page_may_ask_for_more():
    page = HttpResponse(headers={"Permissions-Policy": "camera=(self)"})
    answer = HeadersMiddleware(lambda request: page)(RequestFactory().get("/"))
    assert answer.headers["Permissions-Policy"] == "camera=(self)"


def test_answer_to_head_has_the_length_and_no_body():
    answer = bodiless_head(lambda request: HttpResponse(b"four"))(RequestFactory().head("/"))
    assert (answer.content, answer.headers["Content-Length"]) == (b"", "4")


def test_answer_to_get_keeps_its_body():
    answer = bodiless_head(lambda request: HttpResponse(b"four"))(RequestFactory().get("/"))
    assert answer.content == b"four"
