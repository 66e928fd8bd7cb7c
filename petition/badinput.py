"""Bodies that no browser sends: each becomes an empty or a marked form, never a server error."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from email.utils import quote
from typing import Any

from django.conf import settings
from django.core.exceptions import BadRequest, RequestDataTooBig, SuspiciousOperation
from django.http import HttpRequest, QueryDict
from django.http.multipartparser import MultiPartParserError
from django.http.request import UnreadablePostError
from django.utils.datastructures import MultiValueDict
from django.utils.http import parse_header_parameters

FORM = "application/x-www-form-urlencoded"
UNKNOWN = "application/octet-stream"


def plain_content_type(text: str) -> str:
    """A Content-Type that Django can take as it is: without its charset, since everything here is UTF-8, whatever a
    request claims; UNKNOWN where it cannot be parsed."""
    try:
        kind, parameters = parse_header_parameters(text)
    except ValueError:
        return UNKNOWN
    if "charset" not in parameters:
        return text
    boundary = parameters.get("boundary")
    return kind if boundary is None else f'{kind}; boundary="{quote(boundary)}"'


def readable_content_type(application: Callable[..., Iterable[bytes]]) -> Callable[..., Iterable[bytes]]:
    """The WSGI application behind a look at the Content-Type. Django reads it while it makes the request, where no
    middleware can catch what it raises, and believes any codec that Python knows: 500 for charset=hex with a query."""

    def checked(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        claimed = environ.get("CONTENT_TYPE", "")
        if ";" in claimed:
            environ["CONTENT_TYPE"] = plain_content_type(claimed)
        return application(environ, start_response)

    return checked


def read_post(request: HttpRequest) -> None:
    """Read the form of an anonymous POST now, so that it cannot fail later. What cannot be read (a broken multipart
    body, too many fields) is an empty form, which the page then answers as one. Bytes that are not UTF-8 become U+FFFD,
    which no field takes. Raises RequestDataTooBig (413), BadRequest where the client hung up (400)."""
    # Before a byte is read: Django's own limit leaves uploaded files out, which would fill the disk.
    if int(request.META.get("CONTENT_LENGTH") or 0) > settings.DATA_UPLOAD_MAX_MEMORY_SIZE:
        raise RequestDataTooBig("Request body exceeded settings.DATA_UPLOAD_MAX_MEMORY_SIZE.")
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
