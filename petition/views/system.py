"""What machines ask for, and the pages of everything that went wrong."""

from __future__ import annotations

import datetime
import re
import sys
from collections.abc import Iterator
from xml.sax.saxutils import escape, quoteattr

from django.conf import settings
from django.core.exceptions import DisallowedHost, RequestDataTooBig
from django.db import DatabaseError, InterfaceError, OperationalError, connection
from django.db.models import Prefetch
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template import loader
from django.urls import reverse
from django.utils import timezone, translation
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_safe
from redis.exceptions import RedisError

from petition.models import Update
from petition.models.update import LANGUAGES
from petition.pagecache import changes_at, public_page
from petition.views.pages import Gone, public_petitions

PREFIX = re.compile(r"/(km|en)(?:/|\Z)")

# RFC 9116 wants less than a year; whoever reads it gets most of one, counted from the day they read it.
SECURITY_DAYS = 300

# A database that was restarted is back by then.
RETRY_AFTER_SECONDS = 30

ROBOTS = """User-agent: *
Disallow: /admin/
Disallow: /*/s/

Sitemap: {site}{sitemap}
"""

SECURITY = """Contact: {site}/en/about/
Expires: {expires:%Y-%m-%dT00:00:00Z}
Preferred-Languages: km, en
Canonical: {site}{here}
"""


@csrf_exempt
@never_cache
@require_safe
def healthz(request: HttpRequest) -> HttpResponse:
    """200 where the database answers, 503 where it does not."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError:
        return HttpResponse("no database\n", content_type="text/plain", status=503)
    return HttpResponse("ok\n", content_type="text/plain")


@public_page
def robots(request: HttpRequest) -> HttpResponse:
    text = ROBOTS.format(site=settings.SITE_URL, sitemap=reverse("sitemap"))
    return HttpResponse(text, content_type="text/plain; charset=utf-8")


@public_page
def security(request: HttpRequest) -> HttpResponse:
    expires = timezone.now() + datetime.timedelta(days=SECURITY_DAYS)
    text = SECURITY.format(site=settings.SITE_URL, expires=expires, here=reverse("security"))
    return HttpResponse(text, content_type="text/plain; charset=utf-8")


def _pages() -> Iterator[tuple[str, tuple[str, ...], datetime.date | None]]:
    """URL name, arguments and the day of the last change, where known, of each page that a search may find."""
    yield "home", (), None
    dates = Update.objects.published().only("petition", "slug", "published_on", "publish_at", "edited_at")
    for petition in public_petitions().only("slug").prefetch_related(Prefetch("updates", dates, to_attr="published")):
        for name in ("petition", "numbers", "recipients", "signatures", "updates", "verify"):
            yield name, (petition.slug,), None
        for update in petition.published:
            yield "update", (petition.slug, update.slug), timezone.localdate(update.changed_at)
    for name in ("privacy", "accessibility", "about", "api_docs"):
        yield name, (), None


def _twins(name: str, arguments: tuple[str, ...]) -> dict[str, str]:
    twins = {}
    for language in LANGUAGES:
        with translation.override(language):
            twins[language] = settings.SITE_URL + reverse(name, args=arguments)
    return twins


def _entries() -> Iterator[str]:
    for name, arguments, day in _pages():
        twins = _twins(name, arguments)
        links = "".join(
            f'<xhtml:link rel="alternate" hreflang="{language}" href={quoteattr(url)}/>'
            for language, url in twins.items()
        )
        changed = f"<lastmod>{day.isoformat()}</lastmod>" if day else ""
        for url in twins.values():
            yield f"<url><loc>{escape(url)}</loc>{changed}{links}</url>\n"


@public_page
def sitemap(request: HttpRequest) -> HttpResponse:
    if next_hour := Update.objects.next_hour():
        changes_at(next_hour)
    head = (
        '<?xml version="1.0" encoding="UTF-8"?>\n<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" '
        'xmlns:xhtml="http://www.w3.org/1999/xhtml">\n'
    )
    return HttpResponse(head + "".join(_entries()) + "</urlset>\n", content_type="application/xml; charset=utf-8")


# -- what went wrong -----------------------------------------------------------------------------------------------


def language_of(request: HttpRequest) -> str:
    """By the address, else as the browser asks, else Khmer. Never what the thread had on before: a middleware that
    fails may have failed before the language was set."""
    prefix = PREFIX.match(request.path_info)
    return prefix[1] if prefix else translation.get_language_from_request(request)


def _page(request: HttpRequest, template: str, status: int) -> HttpResponse:
    with translation.override(language_of(request)):
        response = render(request, template, status=status)
        response.headers.setdefault("Content-Language", translation.get_language() or "")
    return response


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """400, or 413 where the request was too big."""
    if isinstance(exception, DisallowedHost):
        # Asked under a name that is not ours: no page of ours may stand there.
        return HttpResponse("Bad Request (400)\n", content_type="text/plain", status=400)
    if isinstance(exception, RequestDataTooBig):
        return _page(request, "413.html", 413)
    return _page(request, "400.html", 400)


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    return _page(request, "403.html", 403)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """settings.CSRF_FAILURE_VIEW."""
    return _page(request, "403.html", 403)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """404, or 410 where something was taken down. Browsers keep a 410 for ever where nothing forbids it."""
    if not isinstance(exception, Gone):
        return _page(request, "404.html", 404)
    response = _page(request, "410.html", 410)
    response.headers["Cache-Control"] = "no-cache"
    return response


def server_error(request: HttpRequest) -> HttpResponse:
    """Of nothing but the template and the language: whatever failed may be what a fuller page needs. 503 where it was
    the database or the Redis of the limits, which come back."""
    with translation.override(language_of(request)):
        response = HttpResponse(loader.get_template("500.html").render(), status=500)
    if isinstance(sys.exception(), OperationalError | InterfaceError | RedisError):
        response.status_code = 503
        response.headers["Retry-After"] = str(RETRY_AFTER_SECONDS)
    return response
