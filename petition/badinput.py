"""Bodies that no browser sends: each becomes an empty or a marked form, never a server error."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from django.conf import settings
from django.core.exceptions import BadRequest, RequestDataTooBig, SuspiciousOperation
from django.http import HttpRequest, HttpResponse, QueryDict
from django.http.multipartparser import MultiPartParserError
from django.http.request import UnreadablePostError
from django.utils.datastructures import MultiValueDict
from django.utils.http import parse_header_parameters

FORM = "application/x-www-form-urlencoded"
UNKNOWN = "application/octet-stream"


def readable_content_type(application: Callable[..., Iterable[bytes]]) -> Callable[..., Iterable[bytes]]:
    """A WSGI application before which a Content-Type that can not be parsed is taken for unknown. Django parses it
    while it makes the request, where no middleware can catch the ValueError."""

    def checked(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        try:
            parse_header_parameters(environ.get("CONTENT_TYPE", ""))
        except ValueError:
            environ["CONTENT_TYPE"] = UNKNOWN
        return application(environ, start_response)

    return checked


class Utf8Middleware:
    """Everything here is UTF-8, whatever charset a request claims: Django would believe any codec Python knows, and
    answer 500 for charset=hex, 400 for charset=latin-1."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.encoding is not None:
            request.encoding = None
        return self.get_response(request)


def _refuse_too_big(request: HttpRequest) -> None:
    """Before a byte is read: Django's own limit leaves uploaded files out, which would fill the disk."""
    try:
        length = int(request.META.get("CONTENT_LENGTH") or 0)
    except ValueError:
        length = 0
    if length > settings.DATA_UPLOAD_MAX_MEMORY_SIZE:
        raise RequestDataTooBig("Request body exceeded settings.DATA_UPLOAD_MAX_MEMORY_SIZE.")


def read_post(request: HttpRequest) -> None:
    """Read the form of an anonymous POST now, so that it can not fail later. What can not be read (a broken multipart
    body, too many fields) is an empty form, which the page then answers as one. Bytes that are not UTF-8 become U+FFFD,
    which no field takes. Raises RequestDataTooBig (413), BadRequest where the client hung up (400)."""
    _refuse_too_big(request)
    try:
        if request.content_type == FORM and not _is_utf8(request.body):
            # Django would take the whole body for Latin-1 and turn its good Khmer into noise.
            _set_post(request, QueryDict(request.body.decode("utf-8", "replace")))
        request.POST  # noqa: B018
    except UnreadablePostError as fault:
        raise BadRequest("The connection ended within the body.") from fault
    except RequestDataTooBig:
        raise
    except (MultiPartParserError, SuspiciousOperation):
        _set_post(request, QueryDict())


def _is_utf8(body: bytes) -> bool:
    try:
        body.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _set_post(request: HttpRequest, post: QueryDict) -> None:
    request._post = post  # type: ignore[attr-defined]
    request._files = MultiValueDict()  # type: ignore[attr-defined]
