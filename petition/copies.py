"""Hands out the copies of pages (petition/fallback.py) in place of the pages themselves."""

from __future__ import annotations

import re
import time
from collections.abc import Callable

from django.http import HttpRequest
from django.http.response import HttpResponseBase

from petition import fallback, switches

RETRY_AFTER = 5  # seconds in which a database that is down is not asked again for a page that has a copy
PUBLIC = re.compile(
    r"/(?:km|en)/(?!s/|petitions/[\w-]+/thanks/)|/media/|/(?:robots|\.well-known/security)\.txt|/sitemap\.xml"
)


def _copy(path: str) -> HttpResponseBase | None:
    """The form alone has no copy; the petition's says why nobody can sign."""
    return fallback.stored(path) or fallback.stored(path.removesuffix("sign/"))


class CopiesMiddleware:
    """Stands behind what only adds headers, and before all that may ask the database."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response
        self.down_until = float("-inf")  # time.monotonic()

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if request.method not in ("GET", "HEAD") or not PUBLIC.match(request.path_info):
            return self.get_response(request)
        if switches.current().fallback and (copy := _copy(request.path_info)):
            copy.is_public_page = True  # type: ignore[attr-defined]
            return copy
        if time.monotonic() < self.down_until and (copy := fallback.stored(request.path_info)):
            return _for_an_error(copy)
        response = self.get_response(request)
        if response.status_code == 503 and (copy := fallback.stored(request.path_info)):
            self.down_until = time.monotonic() + RETRY_AFTER
            return _for_an_error(copy)
        return response


def _for_an_error(copy: HttpResponseBase) -> HttpResponseBase:
    """Still 503, so that a cache in front shows the newer page that it may have."""
    copy.status_code = 503
    copy.headers["Retry-After"] = str(RETRY_AFTER)
    copy.headers["Cache-Control"] = "no-cache"
    return copy
