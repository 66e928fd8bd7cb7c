"""The dated updates of a petition: list, one, by tag, and as an Atom feed."""

from __future__ import annotations

import datetime
import re

from django.conf import settings
from django.contrib.syndication.views import Feed
from django.core.paginator import Paginator
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.feedgenerator import Atom1Feed
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from petition.models import Petition, Tag, Update
from petition.pagecache import public_page
from petition.templatetags.language import markdown
from petition.views.pages import public_petition

A_PAGE = 10
IN_FEED = 20


def _published(petition: Petition):  # type: ignore[no-untyped-def]
    return petition.updates.filter(is_published=True).select_related("petition").prefetch_related("tags")


def _list(request: HttpRequest, petition: Petition, rows, tag: Tag | None = None) -> HttpResponse:  # type: ignore[no-untyped-def]
    number = request.GET.get("page", "1")
    pages = Paginator(rows, A_PAGE)
    if not re.fullmatch("[1-9][0-9]{0,5}", number) or int(number) > pages.num_pages:
        raise Http404
    page = pages.page(int(number))
    context = {
        "petition": petition,
        "updates": page.object_list,
        "tag": tag,
        "older_url": f"{request.path}?page={page.next_page_number()}" if page.has_next() else None,
        "newer_url": f"{request.path}?page={page.previous_page_number()}" if page.has_previous() else None,
    }
    return render(request, "updates/list.html", context)


@require_safe
@public_page
def updates(request: HttpRequest, slug: str) -> HttpResponse:
    petition = public_petition(slug)
    return _list(request, petition, _published(petition))


@require_safe
@public_page
def updates_tag(request: HttpRequest, slug: str, tag: str) -> HttpResponse:
    petition = public_petition(slug)
    row = get_object_or_404(Tag, slug=tag)
    return _list(request, petition, _published(petition).filter(tags=row), row)


@require_safe
@public_page
def update(request: HttpRequest, slug: str, update: str) -> HttpResponse:
    petition = public_petition(slug)
    rows = _published(petition)
    row = get_object_or_404(rows, slug=update)
    neighbours = rows.prefetch_related(None)
    before = Q(published_on__lt=row.published_on) | Q(published_on=row.published_on, pk__lt=row.pk)
    context = {
        "petition": petition,
        "update": row,
        "older": neighbours.filter(before).first(),
        "newer": neighbours.exclude(before).exclude(pk=row.pk).last(),
    }
    return render(request, "updates/detail.html", context)


class UpdatesFeed(Feed):
    feed_type = Atom1Feed

    def get_object(self, request: HttpRequest, slug: str) -> Petition:  # type: ignore[override]
        return public_petition(slug)

    def title(self, petition: Petition) -> str:
        return str(petition)

    def link(self, petition: Petition) -> str:
        return settings.SITE_URL + reverse("updates", args=[petition.slug])

    def feed_url(self, petition: Petition) -> str:
        return settings.SITE_URL + reverse("updates_feed", args=[petition.slug])

    def author_name(self, petition: Petition) -> str:
        return petition.organiser_km if get_language() == "km" else petition.organiser_en

    def items(self, petition: Petition) -> list[Update]:
        return list(_published(petition)[:IN_FEED])

    def item_title(self, item: Update) -> str:  # type: ignore[override]
        return str(item)

    def item_description(self, item: Update) -> str:  # type: ignore[override]
        return str(markdown(item.body))

    def item_link(self, item: Update) -> str:  # type: ignore[override]
        return settings.SITE_URL + item.get_absolute_url()

    def item_guid(self, item: Update) -> str:
        return self.item_link(item)

    def item_author_name(self, item: Update) -> str | None:
        return item.byline or None

    def item_pubdate(self, item: Update) -> datetime.datetime:
        return timezone.make_aware(datetime.datetime.combine(item.published_on, datetime.time(12)))

    def item_updateddate(self, item: Update) -> datetime.datetime:
        return self.item_pubdate(item)

    def item_categories(self, item: Update) -> list[str]:
        return [str(tag) for tag in item.tags.all()]


updates_feed = require_safe(public_page(UpdatesFeed()))
