"""What the staff's pages of signatures share: who may, which petition, which rows."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse

from petition.admin import keyset
from petition.models import Petition

View = Callable[..., HttpResponse]
MOST = 200  # rows that one act takes


def needs(permission: str) -> Callable[[View], View]:
    """Staff with this permission; others who are logged in get 403, strangers the log-in page."""

    def guard(view: View) -> View:
        @functools.wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            if not request.user.has_perm(permission):
                raise PermissionDenied
            return view(request, *args, **kwargs)

        return admin.site.admin_view(guarded)

    return guard


def context(request: HttpRequest, title: Any, **more: Any) -> dict[str, Any]:
    return {**admin.site.each_context(request), "title": title, **more}


def pdf(content: bytes, name: str) -> HttpResponse:
    """To be looked at in the browser; admin_view has it kept by nobody."""
    headers = {"Content-Disposition": f'inline; filename="{name}.pdf"'}
    return HttpResponse(content, content_type="application/pdf", headers=headers)


def numbers(request: HttpRequest) -> list[int]:
    """The numbers that were ticked; what is no number was not sent by our page."""
    found = [keyset.number(text) for text in request.POST.getlist("number")]
    return [pk for pk in found if pk is not None][:MOST]


def chosen_petition(request: HttpRequest) -> Petition | None:
    """The petition that is asked for, else the first; None where there is none at all."""
    petitions = {petition.pk: petition for petition in Petition.objects.all()}
    asked = keyset.number(request.GET.get("petition") or request.POST.get("petition"))
    return petitions.get(asked) or next(iter(petitions.values()), None)
