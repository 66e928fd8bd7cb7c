"""What other sites show of a petition: the picture of a shared link, and the count in a frame."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import urlsplit

from csp.decorators import csp_replace
from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import translation
from django.utils.html import format_html
from django.views.decorators.clickjacking import xframe_options_exempt

from petition.pagecache import public_page, public_page_for
from petition.sharing import address
from petition.templatetags.language import text
from petition.views.pages import public_petition
from signatures import queries
from signatures.picture import share_picture as draw
from signatures.views.api import open_to_all

PICTURE_SECONDS = 300

# Of the frame, in CSS pixels: what the longest of both languages needs at the narrowest.
FRAME_WIDTH, FRAME_HEIGHT = 480, 280
PAGE = re.compile(r"/(km|en)/petitions/([-a-zA-Z0-9_]+)/(?:embed/)?")
SIZE = re.compile(r"[1-9][0-9]{0,4}")
CACHE_AGE = 24 * 60 * 60  # seconds; the frame itself is always of the moment
FRAME = '<iframe src="{}" title="{}" width="{}" height="{}" frameborder="0" loading="lazy"></iframe>'


@public_page_for(PICTURE_SECONDS)
def share_picture(request: HttpRequest, slug: str) -> HttpResponse:
    petition = public_petition(slug)
    return HttpResponse(draw(petition, queries.count(petition)), content_type="image/png")


@xframe_options_exempt
@csp_replace({"frame-ancestors": ["*"]})
@public_page
def embed(request: HttpRequest, slug: str) -> HttpResponse:
    """The one page that other sites may frame: it has nothing to press but a link that opens in a tab of its own."""
    petition = public_petition(slug)
    context = {"petition": petition, "count": queries.count(petition), "petition_url": address(petition)}
    return render(request, "signatures/embed.html", context)


# -- oEmbed, version 1.0: a petition's address comes in, a frame for it goes out ------------------------------------


class BadSize(ValueError):
    pass


def _asked_for(url: str) -> tuple[str, str]:
    """Language and slug of a petition's address, whatever else was put behind it; Http404 where it is none of ours."""
    try:
        parts = urlsplit(url)
    except ValueError:
        raise Http404 from None
    page = PAGE.fullmatch(parts.path)
    if page is None or parts.scheme not in ("http", "https") or parts.netloc != urlsplit(settings.SITE_URL).netloc:
        raise Http404
    return page[1], page[2]


def _size(request: HttpRequest, name: str, ours: int) -> int:
    most = request.GET.get(name, str(ours))
    if not SIZE.fullmatch(most):
        raise BadSize(f"{name} must be a whole number of pixels, from 1 to 99999.")
    return min(int(most), ours)


def _frame(request: HttpRequest) -> dict[str, Any]:
    width, height = _size(request, "maxwidth", FRAME_WIDTH), _size(request, "maxheight", FRAME_HEIGHT)
    language, slug = _asked_for(request.GET.get("url", ""))
    with translation.override(language):
        petition = public_petition(slug)
        title, organiser = text(petition, "title"), text(petition, "organiser")
        source = settings.SITE_URL + reverse("embed", args=[slug])
    return {
        "version": "1.0",
        "type": "rich",
        "title": title,
        "author_name": organiser,
        "provider_name": "Hatthalekha",
        "provider_url": f"{settings.SITE_URL}/{language}/",
        "cache_age": CACHE_AGE,
        "html": format_html(FRAME, source, title, width, height),
        "width": width,
        "height": height,
    }


@public_page
def oembed(request: HttpRequest) -> HttpResponse:
    """400 for a size that is none, 404 for an address that is no petition's, 501 for a format other than JSON."""
    if request.GET.get("format", "json") != "json":
        return HttpResponse("Only json is spoken here.\n", content_type="text/plain", status=501)
    try:
        return open_to_all(_frame(request))
    except BadSize as fault:
        return HttpResponse(f"{fault}\n", content_type="text/plain", status=400)
