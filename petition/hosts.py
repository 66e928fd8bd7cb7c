"""Where the staff's rooms have a host name of their own: there are no rooms anywhere else, and nothing else there."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import urlsplit

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.request import split_domain_port

ROOMS = "/admin/"
# What the rooms need besides: their styles, and the pictures of updates. And the health, for whoever watches over it.
NEEDED = (ROOMS, settings.STATIC_URL, "/media/", "/healthz")
PUBLIC_URLS = "petition.urls_public"


def room_url(path: str) -> str:
    """The full address of one of the staff's pages."""
    if not settings.ADMIN_HOST:
        return str(settings.SITE_URL + path)
    return f"{urlsplit(settings.SITE_URL).scheme}://{settings.ADMIN_HOST}{path}"


def admin_host(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    def middleware(request: HttpRequest) -> HttpResponse:
        if not settings.ADMIN_HOST:
            return get_response(request)
        if split_domain_port(request.get_host())[0].lower() != settings.ADMIN_HOST:
            request.urlconf = PUBLIC_URLS
        elif request.path_info == "/":
            return HttpResponseRedirect(ROOMS)
        elif not request.path_info.startswith(NEEDED):
            # The rooms' own links to pages of the site are without a host, and keep working.
            return HttpResponseRedirect(settings.SITE_URL + request.get_full_path())
        return get_response(request)

    return middleware
