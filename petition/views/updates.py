"""The dated updates of a petition: list, one, by tag."""

from __future__ import annotations

import re

from django.core.paginator import Paginator
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse

from petition.models import Petition, Tag
from petition.models.update import UpdateQuerySet
from petition.pagecache import public_page
from petition.views.pages import public_petition, published_updates

A_PAGE = 10


def published(petition: Petition) -> UpdateQuerySet:
    """The updates that everyone may read, with all that a list of them shows."""
    return published_updates(petition).prefetch_related("tags", "pictures")


def _list(
    request: HttpRequest, petition: Petition, rows: UpdateQuerySet, feed: str, tag: Tag | None = None
) -> HttpResponse:
    number = request.GET.get("page", "1")
    pages = Paginator(rows, A_PAGE)
    if not re.fullmatch("[1-9][0-9]{0,5}", number) or int(number) > pages.num_pages:
        raise Http404
    page = pages.page(int(number))
    context = {
        "petition": petition,
        "updates": page.object_list,
        "tag": tag,
        "feed_url": feed,
        "older_url": f"{request.path}?page={page.next_page_number()}" if page.has_next() else None,
        "newer_url": f"{request.path}?page={page.previous_page_number()}" if page.has_previous() else None,
    }
    return render(request, "updates/list.html", context)


@public_page
def updates(request: HttpRequest, slug: str) -> HttpResponse:
    petition = public_petition(slug)
    return _list(request, petition, published(petition), reverse("updates_feed", args=[slug]))


@public_page
def updates_tag(request: HttpRequest, slug: str, tag: str) -> HttpResponse:
    petition = public_petition(slug)
    row = get_object_or_404(Tag, slug=tag)
    feed = reverse("updates_tag_feed", args=[slug, tag])
    return _list(request, petition, published(petition).filter(tags=row), feed, row)


@public_page
def update(request: HttpRequest, slug: str, update: str) -> HttpResponse:
    petition = public_petition(slug)
    row = get_object_or_404(published(petition), slug=update)
    neighbours = petition.updates.published().headlines()
    before = Q(published_on__lt=row.published_on) | Q(published_on=row.published_on, pk__lt=row.pk)
    context = {
        "petition": petition,
        "update": row,
        "older": neighbours.filter(before).first(),
        "newer": neighbours.exclude(before).exclude(pk=row.pk).last(),
    }
    return render(request, "updates/detail.html", context)
