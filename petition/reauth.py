"""Acts that want to know once more who is at the keyboard."""

from __future__ import annotations

import functools
from collections.abc import Callable
from urllib.parse import urlencode, urlsplit

from django.contrib import admin
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme

from petition import entry

View = Callable[..., HttpResponse]


def safe_next(request: HttpRequest, address: str) -> str:
    """A page of these rooms; the first one where the address leads anywhere else."""
    rooms = reverse("admin:index")
    parts = urlsplit(address) if url_has_allowed_host_and_scheme(address, {request.get_host()}) else None
    if parts is None or not parts.path.startswith(rooms):
        return rooms
    return f"{parts.path}?{parts.query}" if parts.query else parts.path


def confirmed_lately(view: View) -> View:
    """For views of staff: who has given a password or a second factor in the last REAUTH_SECONDS passes, anybody else
    is asked for one and comes back. For a function view, and by method_decorator for one of a ModelAdmin.

    Put it on the page with the button as well as on what the button sends: a POST that comes too late is not kept; it
    leads back to its page, which asks to press once more."""

    @functools.wraps(view)
    def guarded(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        if not admin.site.has_permission(request):
            return redirect_to_login(request.get_full_path(), reverse("admin:login"))
        if entry.is_confirmed(request):
            return view(request, *args, **kwargs)
        if request.method in ("GET", "HEAD"):
            query = {"next": request.get_full_path()}
        else:
            query = {"next": safe_next(request, request.headers.get("Referer", "")), "again": "1"}
        return redirect(f"{reverse('admin:confirm')}?{urlencode(query)}")

    return guarded
