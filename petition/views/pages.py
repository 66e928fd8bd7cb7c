"""The pages that organisers' words fill: home, the petition, the notices."""

from __future__ import annotations

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import get_language, get_language_from_request
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_safe
from django.views.decorators.vary import vary_on_headers

from petition.models import Petition
from petition.models.petition import State
from petition.pagecache import public_page

NEWEST_UPDATES = 3


def public_petitions() -> QuerySet[Petition]:
    """All but drafts, which are there for nobody outside."""
    return Petition.objects.exclude(state=State.DRAFT)


def public_petition(slug: str) -> Petition:
    return get_object_or_404(public_petitions(), slug=slug)


@csrf_exempt
@require_safe
@vary_on_headers("Accept-Language")
def root(request: HttpRequest) -> HttpResponse:
    """To the reader's language; to Khmer where neither is asked for."""
    return redirect(f"/{get_language_from_request(request)}/")


@require_safe
@public_page
def home(request: HttpRequest) -> HttpResponse:
    return render(request, "home.html", {"petitions": public_petitions()})


@require_safe
@public_page
def petition(request: HttpRequest, slug: str) -> HttpResponse:
    row = public_petition(slug)
    context = {
        "petition": row,
        "recipients": row.recipients.all(),
        "updates": row.updates.published().select_related("petition")[:NEWEST_UPDATES],
    }
    return render(request, "petition.html", context)


@require_safe
@public_page
def notice(request: HttpRequest, name: str) -> HttpResponse:
    return render(request, f"notices/{name}.{get_language()}.html")
