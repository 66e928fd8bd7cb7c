"""Bodies that no browser sends, byte by byte, against a page that answers with the form as it understood it."""

import io
import json
from http import HTTPStatus

import pytest
from django.core.handlers.wsgi import WSGIHandler
from django.http import JsonResponse
from django.test import Client
from django.urls import path

import petition.urls
from petition.badinput import plain_content_type, readable_content_type
from petition.guard import same_site_post

FORM = "application/x-www-form-urlencoded"
MULTIPART = "multipart/form-data; boundary=xx"
UNPROCESSABLE = f"422 {HTTPStatus(422).phrase}"  # Python 3.13 has another word for it


@same_site_post
def form(request):
    return JsonResponse(dict(request.POST.lists()), status=422)


# The pages of what went wrong link to the others.
urlpatterns = [path("form/", form), *petition.urls.urlpatterns]
handler400 = "petition.views.system.bad_request"


@pytest.fixture(autouse=True)
def site(settings):
    settings.ROOT_URLCONF = __name__
    settings.PAGE_CACHE_SECONDS = 0


def post(body, content_type=FORM, **extra):
    return Client().generic("POST", "/form/", body, content_type, **extra)


def part(name, value, disposition=b'form-data; name="%s"', more=b""):
    return b"--xx\r\nContent-Disposition: " + disposition % name + more + b"\r\n\r\n" + value + b"\r\n"


END = b"--xx--\r\n"
KHMER = "សុខា"


@pytest.mark.parametrize(
    ("body", "fields"),
    [
        (b"", {}),
        (b"name=" + KHMER.encode(), {"name": [KHMER]}),
        (b"name=%E1%9E%9F%FF", {"name": ["ស\ufffd"]}),
        # One bad byte must not turn the whole form into Latin-1.
        (b"city=\xff&name=" + KHMER.encode(), {"city": ["\ufffd"], "name": [KHMER]}),
        (b"name=%ED%A0%80", {"name": ["\ufffd\ufffd\ufffd"]}),
        (b"name=a%00b", {"name": ["a\x00b"]}),
        (b"name=a\x00b", {"name": ["a\x00b"]}),
        (b"name=a&name=b", {"name": ["a", "b"]}),
        (b"name=%", {"name": ["%"]}),
        (b"&&&===&", {"": ["=="]}),
        (b"\xff\xfe\x00\x01", {"\ufffd\ufffd\x00\x01": [""]}),
    ],
)
def test_form_is_read_as_utf8(body, fields):
    answer = post(body)
    assert (answer.status_code, answer.json()) == (422, fields)


@pytest.mark.parametrize(
    ("content_type", "body"),
    [
        ("multipart/form-data", part(b"name", b"a") + END),
        ("multipart/form-data; boundary=", part(b"name", b"a") + END),
        ("multipart/form-data; boundary=" + "x" * 300, part(b"name", b"a") + END),
        ("multipart/form-data; boundary=\xe9", part(b"name", b"a") + END),
        (MULTIPART, b""),
        (MULTIPART, b"--xx"),
        (MULTIPART, END),
        (MULTIPART, b"no boundary at all"),
        (MULTIPART, b"--xx\r\n" + b"X: " + b"y" * 5000 + b"\r\n\r\na\r\n" + END),
        (
            MULTIPART,
            part(b"f", b"!", b'form-data; name="%s"; filename="a"', b"\r\nContent-Transfer-Encoding: base64") + END,
        ),
        ("text/plain", b"name=a"),
        ("application/json", b'{"name": "a"}'),
        ("", b"name=a"),
        ("nonsense", b"name=a"),
        (FORM, b"&".join(b"f%d=1" % number for number in range(2000))),
        (MULTIPART, b"".join(part(b"f%d" % number, b"1") for number in range(2000)) + END),
        (
            MULTIPART,
            b"".join(part(b"f%d" % n, b"1", b'form-data; name="%s"; filename="a"') for n in range(200)) + END,
        ),
    ],
)
def test_unreadable_body_is_an_empty_form(content_type, body):
    answer = post(body, content_type)
    assert (answer.status_code, answer.json()) == (422, {})


@pytest.mark.parametrize(
    ("body", "fields"),
    [
        (part(b"name", b"a\xff") + END, {"name": ["a\ufffd"]}),
        (part(b"name", b"a\x00") + END, {"name": ["a\x00"]}),
        (part(b"name", b"a") + part(b"name", b"b") + END, {"name": ["a", "b"]}),
        (part(b"name", b"a"), {"name": ["a\r\n"]}),
        (part(b"name", b"a", b"form-data; name*=hex'x'%s") + END, {"name": ["a"]}),
        (part(b"name", b"a", b"form-data; name*=foo'x'%s") + END, {}),
        # A file where a word is asked for is no word.
        (part(b"name", b"a", b'form-data; name="%s"; filename="a.txt"') + END, {}),
        (part(b"name", b"YQ==", more=b"\r\nContent-Transfer-Encoding: base64") + END, {"name": ["a"]}),
        (part(b"name", b"!", more=b"\r\nContent-Transfer-Encoding: base64") + END, {"name": [""]}),
    ],
)
def test_readable_part_of_a_multipart_body_is_kept(body, fields):
    answer = post(body, MULTIPART)
    assert (answer.status_code, answer.json()) == (422, fields)


def test_million_characters_come_back():
    text = "ក" * 1_000_000
    answer = post(b"comment=" + b"%E1%9E%80" * 1_000_000)
    assert (answer.status_code, answer.json()["comment"] == [text]) == (422, True)


@pytest.mark.parametrize("content_type", [FORM, MULTIPART, "text/plain"])
def test_body_too_big_is_413(settings, content_type):
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 1000
    assert post(b"a=" + b"b" * 1000, content_type).status_code == 413


def test_file_too_big_is_413_before_it_is_read(settings):
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 1000
    body = part(b"f", b"0" * 2000, b'form-data; name="%s"; filename="a"') + END
    assert post(body, MULTIPART).status_code == 413


class Gone(io.BytesIO):
    def read(self, *args):
        raise OSError("connection reset")


@pytest.mark.parametrize("content_type", [FORM, MULTIPART])
def test_client_that_hangs_up_is_no_server_error(content_type):
    answer = post(b"x" * 100, content_type, **{"wsgi.input": Gone()})
    assert answer.status_code == 400


def call(body, content_type, query=""):
    """Status and body as the server gets them, from the outermost layer there is."""
    told = []
    environ = {
        "REQUEST_METHOD": "POST",
        "PATH_INFO": "/form/",
        "QUERY_STRING": query,
        "SERVER_NAME": "testserver",
        "SERVER_PORT": "80",
        "wsgi.url_scheme": "http",
        "wsgi.input": io.BytesIO(body),
        "CONTENT_LENGTH": str(len(body)),
        "CONTENT_TYPE": content_type,
    }
    answer = readable_content_type(WSGIHandler())(environ, lambda status, headers: told.append(status))
    content = b"".join(answer)
    answer.close()
    return told, json.loads(content)


CHARSETS = ["utf8", "foo", "latin-1", "utf-16", "hex", "zip", "idna", "undefined", "\xe9", '"a b"', "''", 'a"b']


@pytest.mark.django_db
@pytest.mark.parametrize("charset", CHARSETS)
@pytest.mark.parametrize("query", ["", "before=%E1%9E%9F&a=%ff"])
@pytest.mark.parametrize(
    ("content_type", "body"), [(FORM, b"name=" + KHMER.encode()), (MULTIPART, part(b"name", KHMER.encode()) + END)]
)
def test_claimed_charset_is_not_believed(charset, content_type, body, query):
    told = call(body, f"{content_type}; charset={charset}", query)
    assert told == ([UNPROCESSABLE], {"name": [KHMER]})


@pytest.mark.django_db
@pytest.mark.parametrize(
    "content_type",
    ["multipart/form-data; boundary*=foo'x'%41", f"{FORM}; charset*=foo''a", ";;;=", "a/b; x*0*=q'", "\xff;\xff"],
)
def test_content_type_that_can_not_be_parsed_is_an_empty_form(content_type):
    assert call(b"name=a", content_type) == ([UNPROCESSABLE], {})


@pytest.mark.parametrize(
    ("claimed", "taken"),
    [
        ("text/plain", "text/plain"),
        (f"{FORM}; charset=utf-8", FORM),
        (MULTIPART, MULTIPART),
        ("multipart/form-data; charset=hex; boundary=xx", 'multipart/form-data; boundary="xx"'),
        ('multipart/form-data; boundary="a;\\"b"; charset=x', 'multipart/form-data; boundary="a;\\"b"'),
        ("a/b; x*=foo'x'%41", "application/octet-stream"),
    ],
)
def test_content_type_loses_its_charset_alone(claimed, taken):
    assert plain_content_type(claimed) == taken
