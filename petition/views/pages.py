"""The pages that organisers' words fill: home, the petition, the notices."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import get_language, get_language_from_request
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_safe
from django.views.decorators.vary import vary_on_headers

from petition import pagecache, timeline
from petition.models import Petition
from petition.models.petition import HIDDEN, State
from petition.models.update import UpdateQuerySet
from petition.pagecache import public_page

# What rooms above this one know of a petition, by the name under which its page finds it; they enter themselves here.
sections: dict[str, Callable[[Petition], Any]] = {}


class Gone(Http404):
    """A petition that was here and was taken down: its pages answer 410."""


def public_petitions() -> QuerySet[Petition]:
    """Those that people outside may see."""
    return Petition.objects.exclude(state__in=HIDDEN)


def public_petition(slug: str, petitions: QuerySet[Petition] | None = None) -> Petition:
    """By its address, from all petitions or as much of them as is asked for. Http404; Gone where it was taken down."""
    rows = Petition.objects.all() if petitions is None else petitions
    row = get_object_or_404(rows.exclude(state=State.DRAFT), slug=slug)
    if row.state == State.REMOVED:
        raise Gone
    return row


def published_updates(petition: Petition) -> UpdateQuerySet:
    """Those that everyone may read, for a page that holds until the next one comes."""
    if next_hour := petition.updates.next_hour():
        pagecache.changes_at(next_hour)
    return petition.updates.published()


@csrf_exempt
@require_safe
@vary_on_headers("Accept-Language")
def root(request: HttpRequest) -> HttpResponse:
    """To the reader's language; to Khmer where neither is asked for."""
    return redirect(f"/{get_language_from_request(request)}/")


@public_page
def home(request: HttpRequest) -> HttpResponse:
    return render(request, "home.html", {"petitions": public_petitions()})


@public_page
def petition(request: HttpRequest, slug: str) -> HttpResponse:
    row = public_petition(slug)
    context = {
        "petition": row,
        "recipients": row.recipients.all(),
        "newest_update": published_updates(row).prefetch_related("pictures").first(),
        "events": timeline.events(row, until=timezone.localdate()),
        **{name: of(row) for name, of in sections.items()},
    }
    return render(request, "petition.html", context)


@public_page
def notice(request: HttpRequest, name: str) -> HttpResponse:
    return render(request, f"notices/{name}.{get_language()}.html")
