"""Guards of the anonymous pages: where a POST comes from, and what must never be kept."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import cast
from urllib.parse import urlsplit

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.core.handlers.exception import convert_exception_to_response
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from petition.badinput import read_post

Page = Callable[..., HttpResponse]


@functools.lru_cache(maxsize=8)
def _site_host(site_url: str) -> str:
    return urlsplit(site_url).netloc.lower()


def _host_of(address: str) -> str:
    """host[:port] of an origin or a URL; "" where it has none."""
    try:
        return urlsplit(address).netloc.rpartition("@")[2].lower()
    except ValueError:
        return ""


def comes_from_here(request: HttpRequest) -> bool:
    """Whether nothing a browser says of the POST names another site. A client that says nothing passes: there is no
    cookie here that a foreign page could make use of, so this only keeps other sites from signing people up unasked.

    `Origin: null` passes unless Sec-Fetch-Site speaks against it: the pages under /s/ have the referrer policy
    no-referrer, and under it browsers send null with the pages' own forms.
    """
    own = {_site_host(settings.SITE_URL), request.get_host().lower()}
    origin = request.headers.get("Origin", "")
    site = request.headers.get("Sec-Fetch-Site", "")
    if site == "cross-site" or (site == "same-site" and _host_of(origin) not in own):
        return False
    if origin and origin != "null":
        return _host_of(origin) in own
    referring = _host_of(request.headers.get("Referer", ""))
    return not referring or referring in own


def same_site_post(page: Page) -> Page:
    """A page that takes a POST without a cookie, from this site's own pages: 405 for other methods, 403 for others'
    pages. A body that cannot be read counts as an empty form; one that is too big is 413."""

    @csrf_exempt
    @require_POST
    @functools.wraps(page)
    def guarded(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        if not comes_from_here(request):
            raise PermissionDenied
        read_post(request)
        return page(request, *args, **kwargs)

    return guarded


def no_store(page: Callable[..., HttpResponseBase]) -> Page:
    """A page behind a secret address: kept by no cache, told to no other site, found in no search. Holds for its errors
    as well, so it stands outermost."""

    @functools.wraps(page)
    def private(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        answer = convert_exception_to_response(lambda asked: page(asked, *args, **kwargs))
        response = cast(HttpResponse, answer(request))
        response.headers["Cache-Control"] = "no-store"
        response.headers["Referrer-Policy"] = "no-referrer"
        response.headers["X-Robots-Tag"] = "noindex, nofollow"
        return response

    return private
