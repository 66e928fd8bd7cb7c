"""What a signer is told while the site cannot take a signature at all, with all that they have typed."""

from __future__ import annotations

import functools

from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from redis.exceptions import RedisError

from petition import switches
from petition.guard import Page
from signatures.forms import SignForm

RETRY_SECONDS = 60


def kept_where_not_taken(page: Page) -> Page:
    """For the POST that signs: where the database does not answer, or is to be left in peace, the page says so honestly
    and hands back what was typed. It asks no database itself."""

    @functools.wraps(page)
    def guarded(request: HttpRequest, slug: str) -> HttpResponse:
        if switches.current().fallback:
            return not_taken(request, slug)
        try:
            return page(request, slug)
        except (OperationalError, InterfaceError, RedisError):
            return not_taken(request, slug)

    return guarded


def not_taken(request: HttpRequest, slug: str) -> HttpResponse:
    typed = SignForm(request.POST)
    context = {
        "slug": slug,
        "sent": [(name, value) for name, values in request.POST.lists() for value in values],
        "typed": [
            (field.label, field.value()) for field in typed if field.name in ("name", "email", "city", "comment")
        ],
    }
    answer = render(request, "signatures/not_taken.html", context, status=503)
    answer["Retry-After"] = str(RETRY_SECONDS)
    answer["Cache-Control"] = "no-store"
    return answer
